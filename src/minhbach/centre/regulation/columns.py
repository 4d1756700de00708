"""What each catalogue of a regulation lays down beside its words: the columns of its table, and what a cell may hold.

A catalogue is words by code (vi, en) with some more columns. Pages, files, paper, differences and the strict reading of
a version (`rules`) all go by what stands here, so a new column needs no code anywhere else. Pure data: reads nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from minhbach.centre.words import Words

ROOMS = {
    "reception_room": Words("Phòng tiếp công dân", "Reception room"),
    "one_stop": Words("Bộ phận Một cửa", "One-stop room"),
}
#: How grave something is, from the lightest up.
SEVERITIES = {
    "minor": Words("ít nghiêm trọng", "minor"),
    "serious": Words("nghiêm trọng", "serious"),
    "grave": Words("rất nghiêm trọng", "grave"),
}
#: Whether a unit's head can say it by themselves, or the competent body by the law on discipline.
LEVELS = {
    "internal": Words("trong đơn vị", "inside the unit"),
    "formal": Words("kỷ luật theo luật", "discipline by law"),
}
#: On whom a form of discipline may fall; empty: on anybody.
WHOM = {
    "leaders": Words("chỉ lãnh đạo, quản lý", "leaders and managers only"),
    "elected": Words("chỉ cán bộ", "elected officials only"),
    "servants": Words("chỉ công chức", "civil servants only"),
}
#: What a norm is compared with. `count` and `age` go by the kind of equipment, as it stands in the inventory.
NORM_FIGURES = {
    "area": Words("diện tích phòng", "area of the room"),
    "cameras": Words("số camera", "number of cameras"),
    "microphones": Words("số micro", "number of microphones"),
    "count": Words("số lượng trong danh mục thiết bị", "number in the inventory"),
    "age": Words("số năm sử dụng", "years in use"),
    "height": Words("số dòng ảnh nhận được", "lines of the picture that comes"),
    "rate": Words("số hình mỗi giây nhận được", "pictures a second that come"),
    "sound": Words("camera có âm thanh", "cameras with sound"),
    "days": Words("số ngày bản ghi còn lưu", "days of footage kept"),
}
#: What a norm is counted in, in English: of one, of several. In Vietnamese the regulation says it itself.
NORM_MEASURES = {
    "cameras": ("camera", "cameras"),
    "microphones": ("microphone", "microphones"),
    "count": ("piece", "pieces"),
    "age": ("year", "years"),
    "height": ("line", "lines"),
    "rate": ("picture a second", "pictures a second"),
    "sound": ("camera", "cameras"),
    "days": ("day", "days"),
}
YES = {"yes": Words("có", "yes")}
PERIODS = {
    "month": Words("hằng tháng", "every month"),
    "quarter": Words("hằng quý", "every quarter"),
    "year": Words("hằng năm", "every year"),
}
#: What the system can work out for a criterion by itself; empty: people score it. `publishing.ranking` counts them.
FIGURES = {
    "recorded": Words("tỷ lệ thời gian ghi được hình", "share of time recorded"),
    "faults_mended": Words("tỷ lệ sự cố đã khắc phục", "share of faults that were mended"),
    "reception_held": Words(
        "tỷ lệ ngày tiếp công dân theo quy chế mà người đứng đầu tiếp",
        "share of the rule's reception days that were held",
    ),
    "dossiers_on_time": Words("tỷ lệ hồ sơ trả trước và đúng hạn", "share of dossiers early and on time"),
    "satisfied": Words("tỷ lệ hài lòng", "share of satisfied ratings"),
    "petitions_answered": Words("tỷ lệ phản ánh đã trả lời", "share of complaints answered"),
    "without_finding": Words("tỷ lệ phòng không có vi phạm được kết luận", "share of rooms without a breach concluded"),
    "confirmed": Words("tỷ lệ người xác nhận quy chế", "share of people who confirmed the regulation"),
    "tasks_on_time": Words("tỷ lệ nhiệm vụ chỉ đạo không quá hạn", "share of directed tasks not overdue"),
}


class Holds(StrEnum):
    """What the cells of a column hold."""

    #: A code out of a table of words.
    ONE = "one"
    #: A code of another catalogue of the same version.
    OF = "of"
    #: Codes of small letters, with commas between; which exist, the registry knows.
    CODES = "codes"
    NUMBER = "number"
    DAY = "day"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key in the content of a version, its heading, what a cell may hold.

    `also` are headings, as `search_key` writes them, that mean the same; `known` are the codes of ONE with their words,
    `of` the catalogue of OF.
    """

    key: str
    words: Words
    holds: Holds
    also: frozenset[str] = frozenset()
    known: Mapping[str, Words] = field(default_factory=dict)
    of: str = ""
    width: int = 22
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A table of words by code: what it is called, what more its rows have."""

    words: Words
    columns: tuple[Column, ...] = ()


def _one(key: str, vi: str, en: str, known: Mapping[str, Words], *also: str, needed: bool = False) -> Column:
    return Column(key, Words(vi, en), Holds.ONE, frozenset(also), known, width=24, needed=needed)


def _of(key: str, vi: str, en: str, catalogue: str, *also: str, needed: bool = False) -> Column:
    return Column(key, Words(vi, en), Holds.OF, frozenset(also), of=catalogue, width=28, needed=needed)


def _plain(key: str, vi: str, en: str, holds: Holds, *, width: int = 14, needed: bool = False) -> Column:
    return Column(key, Words(vi, en), holds, width=width, needed=needed)


_ROOM = _one("room", "Loại phòng", "Room", ROOMS, "phong")
_FROM = _plain("from", "Áp dụng từ ngày", "From", Holds.DAY)
_UNTIL = _plain("until", "Đến hết ngày", "Until", Holds.DAY)
_LEVELS = _plain("levels", "Cấp đơn vị", "Kinds of units", Holds.CODES, width=30)

#: Every catalogue in the order of the document. A version issued before one was known has what ships.
CATALOGUES: Mapping[str, Catalogue] = {
    "conduct": Catalogue(
        Words("Phiếu đánh giá ứng xử", "Conduct form"),
        (
            _ROOM,
            _of("situation", "Tình huống khi không đạt", "Situation when not met", "situations", "tinh huong khi sai"),
        ),
    ),
    "situations": Catalogue(
        Words("Danh mục tình huống", "Catalogue of situations"),
        (
            _one("severity", "Mức độ", "Severity", SEVERITIES),
            _of("sanction", "Hình thức xử lý", "Sanction", "sanctions", "hinh thuc", "che tai"),
        ),
    ),
    "sanctions": Catalogue(
        Words("Hình thức xử lý", "What follows"),
        (
            _one("level", "Tính chất", "Nature", LEVELS),
            _one("whom", "Áp dụng cho", "On whom", WHOM),
            _plain("times", "Từ lần tái phạm thứ", "From occurrence number", Holds.NUMBER),
            _FROM,
            _UNTIL,
        ),
    ),
    "discipline_laws": Catalogue(
        Words("Văn bản về xử lý kỷ luật theo thời gian", "Law on discipline by date"), (_FROM, _UNTIL)
    ),
    "deferrals": Catalogue(
        Words("Trường hợp chưa xem xét kỷ luật", "When discipline is not considered yet"),
        (_one("waived", "Xem xét được nếu người đó đề nghị", "Considered if the person asks", YES),),
    ),
    "bases": Catalogue(Words("Căn cứ kết luận ngoài bản ghi", "What a conclusion rests on beside a recording")),
    "gap_causes": Catalogue(Words("Lý do hợp lệ khi không có bản ghi", "Lawful causes of a gap in the recording")),
    "norms": Catalogue(
        Words("Định mức phòng và thiết bị", "Norms of rooms and equipment"),
        (
            _one("figure", "Hệ thống đo", "The system measures", NORM_FIGURES, needed=True),
            _plain("kind", "Loại thiết bị", "Kind of equipment", Holds.TEXT, width=24),
            _ROOM,
            _LEVELS,
            _plain("least", "Ít nhất", "At least", Holds.NUMBER),
            _plain("most", "Nhiều nhất", "At most", Holds.NUMBER),
            _plain("measure", "Đơn vị tính", "Measured in", Holds.TEXT),
            _FROM,
            _UNTIL,
            _plain("source", "Văn bản", "By", Holds.TEXT, width=34),
        ),
    ),
    "room_checklist": Catalogue(
        Words("Phiếu chấm phòng làm việc", "Checklist of a room"),
        (_ROOM, _plain("points", "Điểm", "Points", Holds.NUMBER, needed=True)),
    ),
    "visit_items": Catalogue(Words("Nội dung kiểm tra tại chỗ", "What is looked at on a visit"), (_ROOM,)),
    "reception_reasons": Catalogue(
        Words("Lý do chính đáng không tổ chức buổi tiếp công dân", "Why a reception day may go by without a session")
    ),
    "score_sheets": Catalogue(
        Words("Bảng chấm điểm xếp hạng", "Score sheets for the ranking"),
        (_one("period", "Kỳ chấm", "Period", PERIODS, needed=True), _LEVELS),
    ),
    "score_criteria": Catalogue(
        Words("Tiêu chí chấm điểm", "Criteria of the score sheets"),
        (
            _of("sheet", "Bảng chấm điểm", "Score sheet", "score_sheets", "bang diem", needed=True),
            _plain("points", "Điểm tối đa", "Most points", Holds.NUMBER, needed=True),
            _one("figure", "Số liệu hệ thống", "Figure of the system", FIGURES),
        ),
    ),
    "score_grades": Catalogue(
        Words("Xếp loại theo điểm", "Grades by points"),
        (
            _of("sheet", "Bảng chấm điểm", "Score sheet", "score_sheets", "bang diem", needed=True),
            _plain("least", "Từ điểm", "From points", Holds.NUMBER, needed=True),
        ),
    ),
    "subject_refusals": Catalogue(
        Words("Lý do từ chối yêu cầu về bản ghi của mình", "Why a request about one's own recording is refused")
    ),
}
