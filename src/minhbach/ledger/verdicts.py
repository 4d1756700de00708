"""What a verification of a package can say: the verdicts, their exit codes, and every sentence.

Owns: the words of FORMAT.md section 9 (Vietnamese first, then English) and which verdict weighs more. Promises: exit
codes never change their meaning. Leaves to others: when a remark applies (`verify`).
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from minhbach.ledger.approval import FEWEST, Judged, Kind
from minhbach.ledger.manifest import Derived
from minhbach.ledger.reasons import reason
from minhbach.ledger.stamp import Stamp
from minhbach.ledger.words import Pair, asked, cause, kind

CANNOT_RUN = 2
_VIETNAM = timedelta(hours=7)


class Verdict(IntEnum):
    """The value is the exit code."""

    AUTHENTIC = 0
    GAPS = 10
    UNWITNESSED = 11
    DERIVED = 12
    INCOMPLETE = 20
    ALTERED = 21
    CANNOT_TELL = 30


GRAVEST_FIRST = (
    Verdict.ALTERED,
    Verdict.INCOMPLETE,
    Verdict.CANNOT_TELL,
    Verdict.UNWITNESSED,
    Verdict.DERIVED,
    Verdict.GAPS,
    Verdict.AUTHENTIC,
)

NAMES: dict[Verdict, tuple[str, str]] = {
    Verdict.AUTHENTIC: ("XÁC THỰC", "AUTHENTIC"),
    Verdict.GAPS: ("XÁC THỰC, CÓ KHOẢNG TRỐNG", "AUTHENTIC WITH GAPS"),
    Verdict.UNWITNESSED: ("CÓ PHẦN CHƯA ĐƯỢC CHỨNG KIẾN", "UNWITNESSED PART"),
    Verdict.DERIVED: ("BẢN DẪN XUẤT", "DERIVED COPY"),
    Verdict.INCOMPLETE: ("KHÔNG ĐẦY ĐỦ", "INCOMPLETE"),
    Verdict.ALTERED: ("ĐÃ BỊ THAY ĐỔI", "ALTERED"),
    Verdict.CANNOT_TELL: ("KHÔNG KẾT LUẬN ĐƯỢC", "CANNOT TELL"),
}

REMARKS: dict[str, tuple[Verdict, str, str]] = {
    "gap": (Verdict.GAPS, "Không có hình, tiếng; nguyên nhân: {cause}.", "No footage; cause: {cause}."),
    "removed": (
        Verdict.GAPS,
        "Đoạn ghi đã bị xóa, theo mục số {index} của nhật ký {log}: {kind}.",
        "The footage was removed by entry {index} of the log {log}: {kind}.",
    ),
    "clock_moved": (
        Verdict.GAPS,
        "Đồng hồ đầu ghi nhảy qua khoảng này; bản ghi vẫn liền mạch.",
        "The recorder's clock jumped over this time; the recording itself is unbroken.",
    ),
    "unwitnessed": (Verdict.UNWITNESSED, "Chưa có bên làm chứng.", "UNWITNESSED."),
    "rests_on_unwitnessed": (
        Verdict.UNWITNESSED,
        "Mục số {index} của nhật ký {log} ({kind}) chưa có bên làm chứng.",
        "Entry {index} of the log {log} ({kind}) is UNWITNESSED.",
    ),
    "witnessed_late": (
        Verdict.UNWITNESSED,
        "Chứng kiến muộn, lúc {at} (chậm {late_s} giây).",
        "Witnessed late, at {at} ({late_s} seconds).",
    ),
    "clock_ahead": (
        Verdict.UNWITNESSED,
        "Giờ ghi muộn hơn giờ bên làm chứng đã ký {ahead_s} giây: đồng hồ đầu ghi sai.",
        "Labelled {ahead_s} seconds after the witness had signed: the recorder's clock was wrong.",
    ),
    "derived": (
        Verdict.DERIVED,
        "Tệp {file} là bản che, lập từ bản gốc không có trong gói: người khác trong hình đã được che.",
        "The file {file} is a masked copy, made of originals that are not in here: bystanders are covered.",
    ),
    "stretch_missing": (
        Verdict.INCOMPLETE,
        "Thiếu mục nhật ký: đoạn này không nối với đoạn trước.",
        "Log entries are missing: this stretch does not join the one before.",
    ),
    "range_uncovered": (
        Verdict.INCOMPLETE,
        "Gói không có mục nào cho khoảng thời gian này.",
        "The package accounts for nothing in this time.",
    ),
    "clock_missing": (
        Verdict.INCOMPLETE,
        "Thiếu mục đồng hồ số {index} của nhật ký {log}.",
        "The clock, entry {index} of the log {log}, is missing.",
    ),
    "opening_missing": (
        Verdict.INCOMPLETE,
        "Thiếu mục mở nhật ký {log}.",
        "The opening of the log {log} is missing.",
    ),
    "file_missing": (Verdict.INCOMPLETE, "Thiếu tệp gốc {file}.", "The original file {file} is missing."),
    "listed_missing": (Verdict.INCOMPLETE, "Thiếu tệp {file} trong danh sách.", "The listed file {file} is missing."),
    "leaf_missing": (
        Verdict.INCOMPLETE,
        "Thiếu mục {index} của nhật ký {log} đã được phê duyệt trích xuất.",
        "Entry {index} of the log {log}, which was approved, is missing.",
    ),
    "part_missing": (
        Verdict.INCOMPLETE,
        "Thiếu đầu ghi {recorder} đã được phê duyệt trích xuất.",
        "The recorder {recorder}, which was approved, is missing.",
    ),
    "approval_missing": (
        Verdict.INCOMPLETE,
        "Gói do đầu ghi lập, không có phạm vi, phê duyệt và niêm phong, trong khi danh sách khóa có khóa trung tâm.",
        "A recorder made this alone, without scope, approvals and seal, and your list has a key of a centre.",
    ),
    "copy_missing": (
        Verdict.INCOMPLETE,
        "Gói là bản che nhưng không có bản che nào.",
        "The package is of masked copies, and holds none.",
    ),
    "review_missing": (
        Verdict.INCOMPLETE,
        "Không có chữ ký của người kiểm duyệt trên bản che.",
        "Nobody signed that they reviewed the masked copies.",
    ),
    "seal_missing": (
        Verdict.INCOMPLETE,
        "Thiếu niêm phong của trung tâm (seal.txt).",
        "The centre's seal (seal.txt) is missing.",
    ),
    "file_altered": (
        Verdict.ALTERED,
        "Tệp gốc {file} khác với mục nhật ký đã niêm phong.",
        "The original file {file} is not what its log entry sealed.",
    ),
    "entry_altered": (
        Verdict.ALTERED,
        "Mục {index} của nhật ký {log} không thuộc điểm kiểm tra đã ký: {why}",
        "Entry {index} of the log {log} is not in the signed checkpoint: {why}",
    ),
    "entry_stray": (
        Verdict.ALTERED,
        "Mục số {index} của nhật ký {log} ({kind}) không thuộc những gì gói phải chứa.",
        "Entry {index} of the log {log} ({kind}) is none that the package is to hold.",
    ),
    "entry_doubled": (
        Verdict.ALTERED,
        "Mục {index} của nhật ký {log} xuất hiện hai lần.",
        "Entry {index} of the log {log} appears twice.",
    ),
    "checkpoint_altered": (
        Verdict.ALTERED,
        "Điểm kiểm tra {file} mang chữ ký sai: {why}",
        "The checkpoint {file} carries a wrong signature: {why}",
    ),
    "forked": (
        Verdict.ALTERED,
        "Đầu ghi đã ký hai lịch sử khác nhau ở cỡ {size} của {origin}.",
        "The recorder signed two different histories at size {size} of {origin}.",
    ),
    "list_differs": (
        Verdict.ALTERED,
        "Tệp {file} khác với danh sách băm.",
        "The file {file} is not what the list of hashes says.",
    ),
    "file_stray": (
        Verdict.ALTERED,
        "Gói chứa tệp lạ không có trong danh sách: {file}.",
        "The package holds a stray file: {file}.",
    ),
    "original_in_copy": (
        Verdict.ALTERED,
        "Gói chỉ được chứa bản che nhưng có tệp gốc {file}.",
        "Only masked copies were approved, and here is the original file {file}.",
    ),
    "copy_stray": (
        Verdict.ALTERED,
        "Bản sao {file} không thuộc loại, camera hoặc thời gian đã được phê duyệt.",
        "The copy {file} is not of the kind, the camera or the time that was approved.",
    ),
    "stretch_doubled": (
        Verdict.ALTERED,
        "Các đoạn chồng lên nhau hoặc sai thứ tự.",
        "Stretches overlap or are out of order.",
    ),
    "approval_unproven": (
        Verdict.ALTERED,
        "Gói tự nhận đã được phê duyệt nhưng không chứng minh được.",
        "The package claims an approval that does not verify.",
    ),
    "scope_altered": (
        Verdict.ALTERED,
        "Phạm vi trích xuất (scope.json) sai hoặc không phải phạm vi mà gói nêu: {why}",
        "The scope (scope.json) is none, or not the one the package cites: {why}",
    ),
    "outside_scope": (
        Verdict.ALTERED,
        "Đoạn này (mục {index} của nhật ký {log}) không phải đoạn đã được phê duyệt.",
        "This stretch (entry {index} of the log {log}) is not what was approved.",
    ),
    "part_stray": (
        Verdict.ALTERED,
        "Gói chứa đầu ghi {recorder} ngoài phạm vi đã phê duyệt.",
        "The package holds a recorder that nobody approved: {recorder}.",
    ),
    "approval_altered": (
        Verdict.ALTERED,
        "Phê duyệt của {who} không có giá trị: {why}",
        "The approval of {who} does not hold: {why}",
    ),
    "approvals_few": (
        Verdict.ALTERED,
        "Gói không có đủ {fewest} phê duyệt có giá trị của những người khác nhau.",
        "The package has not {fewest} approvals of different people that hold.",
    ),
    "review_altered": (
        Verdict.ALTERED,
        "Kiểm duyệt bản che của {who} không có giá trị: {why}",
        "The review of the masked copies by {who} does not hold: {why}",
    ),
    "review_stray": (
        Verdict.ALTERED,
        "Gói nêu kiểm duyệt bản che trong khi không được phê duyệt bản che.",
        "The package names a review of masked copies, and none were approved.",
    ),
    "seal_altered": (
        Verdict.ALTERED,
        "Niêm phong của trung tâm (seal.txt) không khớp với gói: {why}",
        "The centre's seal (seal.txt) does not fit the package: {why}",
    ),
    "request_altered": (
        Verdict.ALTERED,
        "Đề nghị đưa ra không phải đề nghị đã được phê duyệt: {why}",
        "The request shown is not the one that was approved: {why}",
    ),
    "stamp_altered": (
        Verdict.ALTERED,
        "Dấu thời gian không thuộc niêm phong của gói này: {why}",
        "The time stamp is not of this package's seal: {why}",
    ),
    "damaged": (Verdict.ALTERED, "Gói bị hỏng: {why}", "The package is damaged: {why}"),
    "manifest_unreadable": (
        Verdict.CANNOT_TELL,
        "Không đọc được bản kê của gói: {why}",
        "The manifest cannot be read: {why}",
    ),
    "key_unknown": (
        Verdict.CANNOT_TELL,
        "Không có khóa nào trong danh sách của ông/bà cho điểm kiểm tra {file} ({origin}).",
        "No key in your list is for the checkpoint {file} ({origin}).",
    ),
    "approval_unjudged": (
        Verdict.CANNOT_TELL,
        "Không kiểm tra được phê duyệt của {who}: danh sách khóa không có khóa trung tâm hay khóa của người này.",
        "The approval of {who} cannot be judged: your list has neither the centre's key nor theirs.",
    ),
    "review_unjudged": (
        Verdict.CANNOT_TELL,
        "Không kiểm tra được kiểm duyệt của {who}: danh sách khóa không có khóa trung tâm hay khóa của người này.",
        "The review by {who} cannot be judged: your list has neither the centre's key nor theirs.",
    ),
    "seal_unjudged": (
        Verdict.CANNOT_TELL,
        "Không kiểm tra được niêm phong: danh sách khóa của ông/bà không có khóa trung tâm.",
        "The seal cannot be judged: your list has no key of the centre.",
    ),
    "no_trusted_checkpoint": (
        Verdict.CANNOT_TELL,
        "Không kiểm tra được đoạn này vì thiếu khóa.",
        "This cannot be judged without the key.",
    ),
}

_COPIES = {"cut": ("Bản làm việc", "Working copy"), "masked": ("Bản che", "Masked copy")}
NOT_APPROVED = ("chưa được phê duyệt", "not approved")
APPROVED = ("đã được phê duyệt", "approved")
_KINDS = {
    Kind.LISTED_KEY: ("khóa bảo mật có trong danh sách của ông/bà", "a security key of your list"),
    Kind.CERTIFIED_KEY: ("khóa bảo mật do trung tâm chứng nhận", "a security key certified by the centre"),
    Kind.ATTESTED: (
        "mật khẩu và mã một lần, do trung tâm xác nhận (mức yếu hơn)",
        "password and one-time code, attested by the centre (the weaker kind)",
    ),
}


_IN_WORDS: dict[str, Callable[[str], Pair]] = {"cause": cause, "kind": kind, "why": reason}
_SPOILS_APPROVAL = {
    *("approval_altered", "approval_unjudged", "approvals_few", "scope_altered"),
    *("outside_scope", "part_stray", "leaf_missing", "part_missing", "copy_stray", "original_in_copy"),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say, with the stream and the wall time (µs, as labelled) it concerns where it concerns any."""

    kind: str
    camera: str | None = None
    stream: str | None = None
    begin_us: int | None = None
    end_us: int | None = None
    values: dict[str, object] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        return REMARKS[self.kind][0]

    @property
    def text(self) -> Pair:
        """The sentence in Vietnamese and in English, with no code and no foreign sentence inside the Vietnamese."""
        _, vi, en = REMARKS[self.kind]
        said = {name: _IN_WORDS[name](str(value)) for name, value in self.values.items() if name in _IN_WORDS}
        in_vi, in_en = ({name: pair[language] for name, pair in said.items()} for language in (0, 1))
        return vi.format_map(self.values | in_vi), en.format_map(self.values | in_en)

    @property
    def place(self) -> str:
        """Camera, stream and exact seconds, in Vietnam time; empty when it concerns the whole package."""
        words = [f"{self.camera}/{self.stream}"] if self.camera is not None else []
        if self.begin_us is not None and self.end_us is not None:
            seconds, rest = divmod(abs(self.end_us - self.begin_us), 1_000_000)
            words.append(f"{local_time(self.begin_us)} – {local_time(self.end_us)} ({seconds}.{rest:06d} s)")
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one verification."""

    remarks: tuple[Remark, ...]
    range_us: tuple[int, int] | None = None
    streams: tuple[tuple[str, str], ...] = ()
    approvals: tuple[Judged, ...] = ()
    reviews: tuple[Judged, ...] = ()
    copies: tuple[Derived, ...] = ()
    request: dict[str, str] = field(default_factory=dict)
    stamps: tuple[Stamp, ...] = ()

    @property
    def approved(self) -> bool:
        """Whether enough people approved, and nothing about their approvals is wrong."""
        return len(self.approvals) >= FEWEST and not any(each.kind in _SPOILS_APPROVAL for each in self.remarks)

    @property
    def verdict(self) -> Verdict:
        return gravest(each.verdict for each in self.remarks)

    def lines(self) -> list[str]:
        """The report for people: the verdict first, then every remark with its seconds, gravest first."""
        vi, en = NAMES[self.verdict]
        words = APPROVED if self.approved else NOT_APPROVED
        lines = [f"{vi} · {words[0]}", f"{en} · {words[1]}"]
        if self.range_us is not None:
            lines.append(f"{local_time(self.range_us[0])} – {local_time(self.range_us[1])} (UTC+7)")
        lines += [f"{camera}/{stream}" for camera, stream in dict.fromkeys(self.streams)]
        lines += [line for each in self.approvals for line in _signed_lines(each, "Phê duyệt", "Approved")]
        reviewed = "Kiểm duyệt bản che", "Masked copies reviewed"
        lines += [line for each in self.reviews for line in _signed_lines(each, *reviewed)]
        lines += [line for each in self.stamps for line in _stamp_lines(each)]
        lines += [line for name, words in sorted(self.request.items()) for line in _request_lines(name, words)]
        lines += [line for each in self.copies for line in _copy_lines(each)]
        for each in sorted(self.remarks, key=lambda remark: GRAVEST_FIRST.index(remark.verdict)):
            text = each.text
            lines.append(f"[{' · '.join(NAMES[each.verdict])}] {each.place}".rstrip())
            lines += [f"    {text[0]}", f"    {text[1]}"]
        return [_plain(line) for line in lines]

    def as_json(self) -> dict[str, object]:
        """The same for programs; times in integer microseconds of Unix time."""
        return {
            "verdict": NAMES[self.verdict][1],
            "exit_code": int(self.verdict),
            "approved": self.approved,
            "approvals": [_signed_json(each) for each in self.approvals],
            "reviews": [_signed_json(each) for each in self.reviews],
            "request": self.request or None,
            "stamps": [{"at_us": each.at_us, "authority_checked": False} for each in self.stamps],
            "copies": [asdict(each) for each in self.copies],
            "range_us": list(self.range_us) if self.range_us else None,
            "streams": [list(each) for each in self.streams],
            "remarks": [
                {
                    "kind": each.kind,
                    "verdict": NAMES[each.verdict][1],
                    "camera": each.camera,
                    "stream": each.stream,
                    "begin_us": each.begin_us,
                    "end_us": each.end_us,
                    "text": list(each.text),
                }
                for each in self.remarks
            ],
        }


def _signed_json(judged: Judged) -> dict[str, object]:
    said = judged.statement
    kind = judged.kind.value if judged.kind is not None else None
    return {"name": said.name, "title": said.title, "unit": said.unit, "at_us": said.at_us, "kind": kind}


def _signed_lines(judged: Judged, done_vi: str, done_en: str) -> list[str]:
    said = judged.statement
    who = ", ".join(word for word in (said.name, said.title, said.unit) if word)
    vi, en = _KINDS[judged.kind] if judged.kind is not None else ("", "")
    at = local_time(said.at_us)
    return [f"{done_vi}: {who}; {at}; {vi}.", f"{done_en}: {who}; {at}; {en}."]


def _request_lines(name: str, words: str) -> list[str]:
    vi, en = asked(name)
    return [f"Đề nghị, {vi}: {words}", f"Request, {en}: {words}"]


def _plain(line: str) -> str:
    """A name out of a package can neither begin a line of its own, nor turn the direction of reading, nor blink."""
    if line.isprintable():
        return line
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in line)


def _stamp_lines(each: Stamp) -> list[str]:
    at = local_time(each.at_us)
    return [
        f"Dấu thời gian của niêm phong: {at}; chữ ký của tổ chức cấp dấu không được kiểm tra ở đây "
        "(openssl ts -verify).",
        f"Time stamp of the seal: {at}; the authority's signature is not checked here (openssl ts -verify).",
    ]


def _copy_lines(each: Derived) -> list[str]:
    vi, en = _COPIES[each.kind]
    span = f"{local_time(each.begin_us)} – {local_time(each.end_us)}"
    place = f"{each.file}: {each.camera}/{each.stream}, {span}"
    return [
        f"{vi}: {place}; không phải bản gốc, tự nó không chứng minh điều gì.",
        f"{en}: {place}; no original, proves nothing by itself.",
    ]


def gravest(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict that decides the exit code; AUTHENTIC when there is nothing to say."""
    return min(verdicts, key=GRAVEST_FIRST.index, default=Verdict.AUTHENTIC)


def local_time(wall_us: int) -> str:
    """ISO date and time in Vietnam (UTC+7) with microseconds; the plain number beyond the year 9999."""
    try:
        return (datetime.fromtimestamp(0, UTC) + timedelta(microseconds=wall_us) + _VIETNAM).strftime(
            "%Y-%m-%d %H:%M:%S.%f"
        )
    except OverflowError:
        return f"{wall_us} µs"
