"""Why a package or a key file is refused, or a log contradicts itself, in Vietnamese beside the English of the reason.

Owns: the Vietnamese of every reason that reading a package or checking a history can end in. An error of this package
is one English sentence (`errors`), and by that sentence its Vietnamese is found. Promises words for each that the
verifier's own modules can raise, held by a test over their sources; what it does not know, a sentence of the operating
system or of Python, is quoted and seen to be quoted. Leaves to others: the sentences that reasons stand in (`verdicts`,
`findings`).
"""

import re
from collections.abc import Callable

from minhbach.ledger.words import ENDINGS, Pair, kind

# English as it is raised → Vietnamese. What stands in braces is taken over: `kind` and the endings in words, `problem`
# as a reason of its own, anything else as it is. The Vietnamese begins small and ends without a full stop, for it
# follows a colon.
REASONS: dict[str, str] = {
    # --- approvals and reviews
    "it is for another scope": "dành cho phạm vi trích xuất khác",
    "it is for other copies": "dành cho các bản che khác",
    "the security key is somebody else's": "khóa bảo mật là của người khác",
    "the centre did not sign it": "trung tâm không ký nội dung này",
    "it is the requester's, or one person approved twice": (
        "là của chính người đề nghị, hoặc một người phê duyệt hai lần"
    ),
    "one security key stands for two people": "một khóa bảo mật đứng tên hai người",
    "whoever drew the covers reviewed them": "người vẽ vùng che tự kiểm duyệt bản che của mình",
    "one person reviewed twice": "một người kiểm duyệt hai lần",
    "the browser's data is no JSON": "dữ liệu của trình duyệt không đọc được",
    "the security key signed something else": "khóa bảo mật đã ký nội dung khác",
    "the security key signed for another place": "khóa bảo mật đã ký cho địa chỉ khác",
    "the security key did not verify who used it": "khóa bảo mật không xác minh người sử dụng",
    "the signature does not fit": "chữ ký không khớp",
    "A review names who drew, and the copies by their hash.": (
        "phần kiểm duyệt không nêu người vẽ vùng che hoặc mã băm của các bản che"
    ),
    "An approval has other parts.": "phần phê duyệt thiếu hoặc thừa mục",
    "An assertion and the key that made it belong together.": (
        "chữ ký của khóa bảo mật và chính khóa đó phải đi cùng nhau"
    ),
    "A statement names its scope, its person and its nonce in hex.": (
        "nội dung phê duyệt không nêu đúng phạm vi, người phê duyệt hoặc số dùng một lần"
    ),
    "A statement says who and when.": "nội dung phê duyệt không nêu ai phê duyệt, lúc nào",
    "A credential says whose it is.": "chứng nhận khóa bảo mật không nêu khóa của ai",
    "A credential holds a key of P-256.": "chứng nhận khóa bảo mật không chứa khóa P-256",
    "Bytes are written in hex.": "dữ liệu không được viết ở dạng thập lục phân",
    # --- scope, request, seal, stamp
    "the package is of no request": "gói này không lập theo đề nghị nào",
    "the package has no seal": "gói này không có niêm phong",
    "the scope was made for another request": "phạm vi trích xuất được lập cho đề nghị khác",
    "the manifest cites another scope": "bản kê nêu phạm vi trích xuất khác",
    "it is for another list of hashes": "niêm phong dành cho danh sách băm khác",
    "it is of another seal": "dấu thời gian thuộc niêm phong khác",
    "This is no scope: {problem}": "đây không phải phạm vi trích xuất: {problem}",
    "A scope has other parts than its format has.": "phạm vi trích xuất thiếu hoặc thừa mục",
    "It is no scope of this version.": "không phải phạm vi trích xuất của phiên bản này",
    "There is no such kind of copy.": "không có loại bản sao như vậy",
    "A time is no number of µs.": "thời điểm không phải số micrô giây",
    "A scope is for no time.": "phạm vi trích xuất không có khoảng thời gian",
    "The streams are none, or not sorted and unique.": (
        "không có luồng ghi nào, hoặc các luồng sai thứ tự hay trùng nhau"
    ),
    "The leaves are none, or not those of the streams in order.": (
        "không có mục nhật ký nào, hoặc các mục không thuộc những luồng đã nêu, theo thứ tự"
    ),
    "A request or a requester is named by no UUID.": "đề nghị hoặc người đề nghị không được nêu bằng mã UUID",
    "The commitment is no SHA-256.": "cam kết không phải mã băm SHA-256",
    "A recorder is named by no UUID.": "đầu ghi không được nêu bằng mã UUID",
    "A camera or stream has no name.": "camera hoặc luồng ghi không có tên",
    "A leaf has no index.": "mục nhật ký trong phạm vi không có số thứ tự",
    "A leaf has no hash.": "mục nhật ký trong phạm vi không có mã băm",
    "This is no request as it was asked: {problem}": "đây không phải đề nghị như đã nêu: {problem}",
    "it has another form": "tệp có dạng khác",
    "its salt is none": "chuỗi muối không hợp lệ",
    "it says nothing": "tệp không nêu nội dung gì",
    "The time stamp is too long.": "dấu thời gian quá dài",
    "The authority refused the time stamp.": "tổ chức cấp dấu thời gian đã từ chối",
    "The time stamp has no time.": "dấu thời gian không nêu thời gian",
    "The time stamp has no time in UTC.": "dấu thời gian không nêu thời gian theo UTC",
    "The time stamp is damaged or of another form.": "dấu thời gian bị hỏng hoặc có dạng khác",
    "The time stamp is cut off.": "dấu thời gian bị cắt cụt",
    "Something stands behind the time stamp.": "sau dấu thời gian còn dữ liệu thừa",
    "It is no time stamp over SHA-256.": "không phải dấu thời gian trên mã băm SHA-256",
    # --- the container
    "The package is neither a folder nor a zip that can be read.": (
        "gói không phải thư mục, cũng không phải tệp zip đọc được"
    ),
    "The package holds a file and a folder of one name.": "gói có tệp và thư mục trùng tên",
    "The zip lists more than {count} files.": "tệp zip liệt kê hơn {count} tệp",
    "The zip's headers cannot be read.": "không đọc được phần đầu mục của tệp zip",
    "The package holds two files that some disks take for one: {name}.": (
        "gói có hai tệp mà một số ổ đĩa coi là một: {name}"
    ),
    "A folder of the package cannot be read: {problem}.": "không đọc được một thư mục của gói: {problem}",
    "The package holds a link or a misleading name: {name}.": "gói có liên kết hoặc tên tệp gây nhầm lẫn: {name}",
    "The package holds something that is no file: {name}.": "gói có thứ không phải tệp: {name}",
    "The zip holds a link, a secret or a misleading name: {name}.": (
        "tệp zip có liên kết, tệp mã hóa hoặc tên gây nhầm lẫn: {name}"
    ),
    "The zip holds {name} twice.": "tệp zip chứa hai lần tệp {name}",
    "The zip is packed by a method that is not used here.": "tệp zip nén bằng cách không dùng ở đây",
    "The file {name} is missing or too large.": "tệp {name} bị thiếu hoặc quá lớn",
    "The file {name} is longer than it says.": "tệp {name} dài hơn kích thước khai báo",
    "The file {name} cannot be read: {problem}.": "không đọc được tệp {name}: {problem}",
    "The zip can be read in two ways: {problem}.": "tệp zip có thể đọc theo hai cách: {problem}",
    "it is too short": "tệp quá ngắn",
    "something stands behind its list": "sau danh mục còn dữ liệu thừa",
    "it is one of several": "đây chỉ là một trong nhiều phần",
    "it has two lists": "tệp có hai danh mục",
    "its list is too long": "danh mục quá dài",
    "its end is none": "phần kết không hợp lệ",
    "its files do not lie one behind the other": "các tệp không nằm liền nhau",
    "two headers differ": "hai phần đầu mục khác nhau",
    "a file has two names": "một tệp có hai tên",
    "it is cut off": "tệp bị cắt cụt",
    # --- the manifest and the list of hashes
    "A part of the manifest is missing or has another shape.": "một phần của bản kê bị thiếu hoặc có dạng khác",
    "It is no package of this product.": "không phải gói của sản phẩm này",
    "The package is of a version this program does not know.": "gói thuộc phiên bản mà chương trình này không biết",
    "The manifest has other parts than its version has.": "bản kê thiếu hoặc thừa phần so với phiên bản của nó",
    "Too many checkpoints.": "có quá nhiều điểm kiểm tra",
    "There are more checkpoints than entries that they could prove.": (
        "số điểm kiểm tra nhiều hơn số mục mà chúng có thể chứng minh"
    ),
    "The package is for no time or no stream.": "gói không có khoảng thời gian hoặc không có luồng ghi nào",
    "A recorder has two parts.": "một đầu ghi có hai phần",
    "One file is the original of two entries.": "một tệp là bản gốc của hai mục",
    "Too many approvals.": "có quá nhiều phê duyệt",
    "A list of copies without any.": "danh sách bản sao không có bản nào",
    "One file is two copies.": "một tệp được kê thành hai bản sao",
    "Reviews of nothing.": "có kiểm duyệt nhưng không có bản che nào",
    "A copy is of no kind or of no time.": "bản sao không rõ loại hoặc không có khoảng thời gian",
    "A copy stands elsewhere.": "bản sao nằm ngoài thư mục của nó",
    "An entry has two original files.": "một mục có hai tệp gốc",
    "A log has no name.": "nhật ký không có tên",
    "An entry or its proof is none.": "mục nhật ký hoặc bằng chứng của nó không hợp lệ",
    "A node of the tree has not 32 bytes.": "một nút của cây băm không đủ 32 byte",
    "A file of the package has a misleading name.": "một tệp của gói có tên gây nhầm lẫn",
    "The list of hashes is not UTF-8.": "danh sách băm không phải văn bản UTF-8",
    "The list of hashes is cut off.": "danh sách băm bị cắt cụt",
    "The list of hashes has a line that is none, or a name twice.": "danh sách băm có dòng sai dạng hoặc tên lặp lại",
    # --- entries
    "it names no checkpoint": "mục không nêu điểm kiểm tra nào",
    "its checkpoint is of another log": "điểm kiểm tra thuộc nhật ký khác",
    "The JSON is not in its canonical form (RFC 8785).": "dữ liệu JSON không ở dạng chuẩn tắc (RFC 8785)",
    "The bytes are not JSON in UTF-8.": "dữ liệu không phải JSON mã UTF-8",
    "{count} bytes are more than the {most} allowed.": "{count} byte, nhiều hơn mức cho phép {most} byte",
    "A salt under 16 bytes can be guessed, so it hides nothing.": (
        "chuỗi muối ngắn hơn 16 byte có thể đoán được nên không che giấu được gì"
    ),
    "A value nests too deep or holds a half of a surrogate pair.": "dữ liệu lồng quá sâu hoặc có ký tự không hợp lệ",
    "A value holds a half of a surrogate pair.": "dữ liệu có ký tự không hợp lệ",
    "The key {name} is not 1 to 64 printable ASCII characters.": (
        "tên trường {name} không phải 1 đến 64 ký tự ASCII in được"
    ),
    "An integer reaches 2^53, beyond what every JSON reader keeps exactly.": (
        "có số nguyên từ 2^53 trở lên, không phải chương trình nào cũng đọc đúng"
    ),
    "A {name} has no canonical form; only integers count here.": "giá trị kiểu {name} không có dạng chuẩn tắc",
    "There is no kind of entry called {name} in format version {version}.": (
        "không có loại mục {name} trong phiên bản định dạng {version}"
    ),
    "A {kind} entry lacks or must not have: {names}.": "mục {kind} thiếu hoặc không được có: {names}",
    "The field {name} of a {kind} entry has no valid value: {value}.": (
        "trường {name} của mục {kind} có giá trị không hợp lệ: {value}"
    ),
    "The at_us of a {kind} entry is not its mono_us plus its offset_us.": (
        "mục {kind} có at_us khác tổng mono_us và offset_us"
    ),
    "A {kind} entry ends before it has begun.": "mục {kind} kết thúc trước khi bắt đầu",
    "The ranges of a {kind} entry are not sorted and disjoint.": "các khoảng của mục {kind} sai thứ tự hoặc chồng nhau",
    "The origin of a log names another recorder than its log_opened entry.": (
        "tên nhật ký nêu đầu ghi khác với mục mở nhật ký"
    ),
    "The origin of a log names another year than its log_opened entry.": "tên nhật ký nêu năm khác với mục mở nhật ký",
    "An entry of {count} bytes is above {most}; split its ranges.": "mục nhật ký dài {count} byte, quá mức {most} byte",
    "An entry is a JSON object.": "mục nhật ký không phải một đối tượng JSON",
    "The origin of a recorder's log is a place, the recorder's UUID and a year.": (
        "tên nhật ký phải gồm nơi đặt, mã UUID của đầu ghi và năm"
    ),
    # --- checkpoints and their proofs
    "it is of another recorder": "điểm kiểm tra của đầu ghi khác",
    "A recorder is named by a UUID in lower case and a generation from 1.": (
        "đầu ghi phải được nêu bằng mã UUID viết thường và số thế hệ từ 1"
    ),
    "The origin of a checkpoint is a key's name, a slash and a year.": (
        "tên nhật ký của điểm kiểm tra phải gồm tên khóa, dấu gạch chéo và năm"
    ),
    "A checkpoint is exactly three lines.": "điểm kiểm tra phải có đúng ba dòng",
    "The size of a checkpoint is a decimal number without leading zeros.": (
        "kích cỡ trong điểm kiểm tra phải là số thập phân không có số 0 ở đầu"
    ),
    "The root of a checkpoint is not spelled as base64 is.": "gốc cây băm của điểm kiểm tra viết sai dạng base64",
    "The root of a checkpoint is not base64.": "gốc cây băm của điểm kiểm tra không phải base64",
    "A checkpoint has a size below 2^63 and a root of 32 bytes.": (
        "điểm kiểm tra phải có kích cỡ dưới 2^63 và gốc cây băm 32 byte"
    ),
    "A log's checkpoint is signed by keys of that log only.": (
        "điểm kiểm tra của nhật ký chỉ được ký bằng khóa của chính nhật ký đó"
    ),
    "No known key of this log has signed the checkpoint.": "không có khóa đã biết nào của nhật ký này ký điểm kiểm tra",
    "A tree of {size} leaves has another number of edge hashes than {count}.": (
        "cây băm {size} lá không thể có {count} mã băm ở cạnh"
    ),
    "An edge hash is not 32 bytes long.": "một mã băm ở cạnh cây không dài 32 byte",
    "A tree of {size} leaves has no leaf {index}.": "cây băm {size} lá không có lá số {index}",
    "A tree of {old} leaves is not the beginning of one of {new}.": (
        "cây băm {old} lá không phải phần đầu của cây {new} lá"
    ),
    "The inclusion proof is shorter than the tree is high.": "bằng chứng thuộc nhật ký ngắn hơn chiều cao cây băm",
    "The inclusion proof is longer than the tree is high.": "bằng chứng thuộc nhật ký dài hơn chiều cao cây băm",
    "The entry is not leaf {index} of the tree of {size} leaves with this root.": (
        "mục không phải lá số {index} của cây băm {size} lá có gốc này"
    ),
    "A tree of {new} leaves cannot continue one of {old}.": "cây băm {new} lá không thể nối tiếp cây {old} lá",
    "The consistency proof is empty although the tree has grown.": (
        "bằng chứng nối tiếp để trống trong khi cây băm đã lớn thêm"
    ),
    "The consistency proof is shorter than the tree is high.": "bằng chứng nối tiếp ngắn hơn chiều cao cây băm",
    "The consistency proof is longer than the tree is high.": "bằng chứng nối tiếp dài hơn chiều cao cây băm",
    "The tree of {new} leaves does not continue the tree of {old} leaves.": (
        "cây băm {new} lá không nối tiếp cây {old} lá"
    ),
    "A hash in the proof is not 32 bytes long.": "một mã băm trong bằng chứng không dài 32 byte",
    "A consistency proof from nothing, or from the same size, must be empty.": (
        "bằng chứng nối tiếp từ cây rỗng hoặc từ cùng kích cỡ phải để trống"
    ),
    "The root of an empty tree is not the hash of nothing.": "gốc của cây băm rỗng không đúng",
    "Two different roots claim the same size {size}.": "có hai gốc cây băm khác nhau ở cùng kích cỡ {size}",
    # --- signed notes and keys
    "A verifier key has three parts joined by plus signs.": "khóa kiểm tra phải gồm ba phần nối bằng dấu cộng",
    "The key material of {name} is not base64.": "nội dung khóa {name} không phải base64",
    "The key id of {name} is not that of its key.": "mã khóa của {name} không phải mã của khóa đó",
    "The key {name} is neither a log's nor a witness' Ed25519 key.": (
        "khóa {name} không phải khóa Ed25519 của nhật ký hay của bên làm chứng"
    ),
    "A note needs a signature.": "văn bản ký phải có chữ ký",
    "The note is longer than {count} bytes.": "văn bản ký dài hơn {count} byte",
    "The note has no blank line between text and signatures.": "văn bản ký thiếu dòng trống giữa nội dung và chữ ký",
    "The text of the note is not UTF-8.": "nội dung văn bản ký không phải UTF-8",
    "The text of the note cannot be UTF-8.": "nội dung văn bản ký không viết được bằng UTF-8",
    "The text of a note ends with a newline and has no other control character.": (
        "nội dung văn bản ký phải kết thúc bằng dấu xuống dòng và không có ký tự điều khiển khác"
    ),
    "No known key has signed the note.": "không có khóa đã biết nào ký văn bản này",
    "The signature of {name} does not fit the note.": "chữ ký của {name} không khớp với văn bản",
    "The key {name} is kept for another purpose.": "khóa {name} dành cho mục đích khác",
    "The signing function of {name} did not return {count} bytes.": "phép ký của {name} không trả về {count} byte",
    "A signature line is not UTF-8.": "dòng chữ ký không phải UTF-8",
    "The last signature line has no end.": "dòng chữ ký cuối không có kết thúc",
    "The note has more than {count} signature lines.": "văn bản ký có hơn {count} dòng chữ ký",
    "A signature line is not: dash, name, base64 of key id and signature.": (
        "dòng chữ ký phải gồm gạch ngang, tên, và base64 của mã khóa cùng chữ ký"
    ),
    "A key name is not empty and has neither spaces nor plus signs.": (
        "tên khóa không được để trống, không được có dấu cách hoặc dấu cộng"
    ),
    "Line {number} of the key file: {problem}": "dòng {number} của danh sách khóa: {problem}",
    "Line {number} of the key file does not say truly whose key it is.": (
        "dòng {number} của danh sách khóa nêu sai khóa của bên nào"
    ),
    "Line {number} of the key file holds no security key (65 bytes of P-256 in hex).": (
        "dòng {number} của danh sách khóa không chứa khóa bảo mật (65 byte P-256, thập lục phân)"
    ),
    # --- what a check has against a history
    "the history before it is denied": "nhật ký mới phủ nhận phần đã ghi trước nó",
    "another log came before it": "nhật ký đứng trước nó là nhật ký khác",
    "it binds {count} entries of {size}": "nối vào {count} mục trong khi nhật ký trước có {size} mục",
    "it binds another root": "nối vào gốc cây băm khác",
    "it names another recorder": "nêu đầu ghi khác",
    "the log before it was not closed in its favour": "nhật ký trước không đóng để chuyển sang nhật ký này",
    "its year is not later": "năm của nhật ký mới không muộn hơn",
    "it takes the name or an earlier year of the log before it": (
        "lấy tên của nhật ký trước hoặc lùi về năm trước nhật ký đó"
    ),
    "reason and previous contradict each other": "lý do mở nhật ký và nhật ký trước mâu thuẫn nhau",
    "a clock entry names itself": "mục đồng hồ phải dẫn tới chính nó",
    "entry {index} is no clock of this start in this log": (
        "mục {index} không phải đồng hồ của lần khởi động này trong nhật ký này"
    ),
    "footage_clock is no clock entry": "đồng hồ nêu cho đoạn ghi không phải mục đồng hồ",
    "footage of an earlier start that is not marked recovered": (
        "đoạn ghi của lần khởi động trước nhưng không được đánh dấu là khôi phục"
    ),
    "begin_clock is no clock entry": "đồng hồ nêu cho điểm đầu của khoảng trống không phải mục đồng hồ",
    "a gap over a boot ends before that boot": "khoảng trống qua lần khởi động lại kết thúc trước lần khởi động đó",
    "run_us {run}, last counted {last}": "thời gian chạy ghi là {run} µs, lần đếm trước là {last} µs",
    "previous_end is {ending}, not {said_ending}": "lần chạy trước {ending}, mục lại ghi là {said_ending}",
    "before_offset_us is not the offset in force": "độ lệch trước bước nhảy không phải độ lệch đang có hiệu lực",
    "a carried clock changes its offset": "đồng hồ được nối lại thay đổi độ lệch",
    "a clock is carried only right behind the opening of a log": "đồng hồ chỉ được nối ngay sau mục mở nhật ký",
    "no boot came before": "trước đó không có mục khởi động",
    "another boot without a boot entry": "đã sang lần khởi động khác mà không có mục khởi động",
    "run_us does not follow mono_us": "thời gian chạy không đi cùng đồng hồ đơn điệu",
    "The times of segment {number} of {camera}/{stream} were not kept for this replay.": (
        "thời gian của đoạn ghi {number} thuộc {camera}/{stream} không được giữ cho lần kiểm tra này"
    ),
    "none is here that can be read": "không có điểm kiểm tra nào đọc được",
    "it names another log": "điểm kiểm tra nêu nhật ký khác",
    "The hash tile of the entries {first} to {last} is not that of their bytes.": (
        "tệp băm của các mục {first} đến {last} không khớp với nội dung các mục đó"
    ),
    "An entry has 1 to {count} bytes, not {size}.": "một mục dài từ 1 đến {count} byte, không phải {size}",
    "These hashes are not the edge of a log of {size} entries.": (
        "các mã băm này không phải cạnh cây băm của nhật ký {size} mục"
    ),
    "The log was opened at {size} entries; [{first}, {last}) lies outside.": (
        "nhật ký được mở với {size} mục; các mục từ {first} đến trước {last} nằm ngoài"
    ),
    "The tile {name} has {size} bytes instead of {count}.": "tệp băm {name} dài {size} byte thay vì {count}",
    "The tail holds fewer entries than the {count} that are needed.": "đuôi nhật ký chứa ít hơn {count} mục cần có",
    "The tail holds {size} entries; it should have become a bundle at {count}.": (
        "đuôi nhật ký chứa {size} mục; đủ {count} mục thì phải chuyển thành tệp mục"
    ),
    "The file {name} is missing.": "thiếu tệp {name}",
    "The bundle {name} does not hold exactly {count} whole entries.": (
        "tệp mục {name} không chứa đúng {count} mục nguyên vẹn"
    ),
}
_LONGEST = 2_000
"""What is longer is a stranger's text and no sentence of ours."""


def reason(problem: object) -> Pair:
    """Why, to stand behind a colon; in each language it ends the sentence."""
    text = str(problem)
    return f"{_vietnamese(text)}.", f"{text.removesuffix('.')}."


def cannot_run(problem: Exception) -> Pair:
    """Why the command cannot run at all: what the system says of a file, or what is wrong in the list of keys."""
    if isinstance(problem, OSError) and problem.filename is not None:
        vi, en = next((said for kind_, said in _SYSTEM if isinstance(problem, kind_)), _UNREADABLE)
        values = {"name": problem.filename, "problem": problem.strerror}
        return vi.format_map(values), en.format_map(values)
    if isinstance(problem, UnicodeDecodeError):
        return "Danh sách khóa không phải văn bản UTF-8.", "The list of keys is no text in UTF-8."
    vi, en = reason(problem)
    return vi[:1].upper() + vi[1:], en


_SYSTEM: tuple[tuple[type[OSError], Pair], ...] = (
    (FileNotFoundError, ("Không có tệp hoặc thư mục {name}.", "There is no file or folder {name}.")),
    (PermissionError, ("Không có quyền đọc {name}.", "There is no permission to read {name}.")),
    (IsADirectoryError, ("{name} là thư mục, không phải tệp.", "{name} is a folder and no file.")),
)
_UNREADABLE: Pair = ("Không đọc được {name}: nguyên văn “{problem}”.", "{name} cannot be read: {problem}.")


def _vietnamese(text: str) -> str:
    if len(text) <= _LONGEST:
        found = REASONS.get(text)
        if found is not None:
            return found
        for pattern, vi in _PATTERNS:
            match = pattern.fullmatch(text)
            if match is not None:
                return vi.format_map({name: _PARTS.get(name, str)(said) for name, said in match.groupdict().items()})
    return f"nguyên văn “{text.removesuffix('.')}”"


def _pattern(en: str) -> re.Pattern[str]:
    """The template with a group in place of each name in braces."""
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*)", re.escape(en)), re.DOTALL)


def _ending(code: str) -> str:
    return ENDINGS.get(code, code)


_PARTS: dict[str, Callable[[str], str]] = {
    "problem": _vietnamese,
    "kind": lambda name: kind(name)[0],
    "ending": _ending,
    "said_ending": _ending,
}
_PATTERNS = [(_pattern(en), vi) for en, vi in REASONS.items() if "{" in en]
