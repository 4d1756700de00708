"""The lines of a report: which figures it states, in which order, and how each follows from what was counted.

A line is a whole number: things, hundredths of a percent, or seconds. None: nothing was counted, which is said as such
and is never a zero.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from minhbach.centre.publishing.models import Kind
from minhbach.centre.words import Words, formats

Totals = Mapping[str, int]
NO_DATA = Words("chưa có dữ liệu", "no data yet")


class Measure(StrEnum):
    """What the whole number of a line counts."""

    THINGS = "things"
    SHARE = "share"
    SECONDS = "seconds"


class Chapter(StrEnum):
    """The parts of a report that have figures (domain 1.C, 65 and 66), and what only some reporters state."""

    MANAGEMENT = "management"
    SUPERVISION = "supervision"
    RECEPTION = "reception"
    DOSSIERS = "dossiers"
    FEEDBACK = "feedback"


CHAPTERS = {
    Chapter.MANAGEMENT: Words("Quản lý, sử dụng hệ thống", "Management and use"),
    Chapter.SUPERVISION: Words("Kết quả giám sát", "Results of supervision"),
    Chapter.RECEPTION: Words("Tiếp công dân", "Citizen reception"),
    Chapter.DOSSIERS: Words("Hồ sơ thủ tục hành chính", "Dossiers"),
    Chapter.FEEDBACK: Words("Đánh giá, phản ánh, kiến nghị", "Ratings, complaints, suggestions"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `rows`: the code of the events behind it, or "cameras" for days of cameras, or none.

    `by_hand`: the system keeps nothing of it yet, so only people state it.
    """

    code: str
    chapter: Chapter
    words: Words
    of: Callable[[Totals], int | None]
    measure: Measure = Measure.THINGS
    rows: str = ""
    by_hand: bool = False


def _nothing(totals: Totals) -> int | None:
    return None


def _sum(code: str) -> Callable[[Totals], int | None]:
    return lambda totals: totals.get(code)


def _satisfied(totals: Totals) -> int | None:
    whole = totals.get("ratings")
    return round(10_000 * totals.get("ratings_good", 0) / whole) if whole else None


def _to_be_recorded(totals: Totals) -> int:
    """What cameras were to record; what nobody knows of is part of it: a recorder that is gone must not look whole."""
    return sum(totals.get(code, 0) for code in ("recorded_us", "missing_us", "unknown_us"))


def _recorded(totals: Totals) -> int | None:
    whole = _to_be_recorded(totals)
    # Rounded down: 99,999 % is not all.
    return 10_000 * totals.get("recorded_us", 0) // whole if whole else None


def _missing(totals: Totals) -> int | None:
    if not totals.get("recorded_us", 0) + totals.get("missing_us", 0):
        return None
    return round(totals.get("missing_us", 0) / 1_000_000)


def _unknown(totals: Totals) -> int | None:
    return round(totals.get("unknown_us", 0) / 1_000_000) if _to_be_recorded(totals) else None


def _in_time(totals: Totals) -> int | None:
    done = totals.get("dossiers_returned")
    return round(10_000 * (done - totals.get("dossiers_late", 0)) / done) if done else None


def _plain(chapter: Chapter, code: str, vi: str, en: str) -> Line:
    return Line(code, chapter, Words(vi, en), _sum(code), rows="" if code in ("rooms", "cameras") else code)


def _share_line(code: str, chapter: Chapter, vi: str, en: str, of: Callable[[Totals], int | None], rows: str) -> Line:
    return Line(code, chapter, Words(vi, en), of, Measure.SHARE, rows)


_M, _S, _R, _D, _F = Chapter
LINES = {
    line.code: line
    for line in (
        _plain(_M, "rooms", "Phòng có camera giám sát phải quản lý", "Rooms under supervision"),
        _plain(_M, "cameras", "Camera đang ghi", "Cameras recording"),
        _share_line(
            "uptime", _M, "Tỷ lệ thời gian có hình trong lịch ghi", "Share recorded of the time to be recorded",
            _recorded, "cameras",
        ),
        Line(
            "missing", _M, Words("Thời gian không có hình, cộng mọi camera", "Time without footage, all cameras"),
            _missing, Measure.SECONDS, "cameras",
        ),
        Line(
            "unknown", _M,
            Words("Thời gian chưa rõ có hình hay không do chưa có nhật ký đầu ghi", "Time that no log speaks of yet"),
            _unknown, Measure.SECONDS, "cameras",
        ),
        _plain(_M, "gaps", "Đoạn không có hình", "Stretches without footage"),
        _plain(_M, "faults", "Sự cố phát sinh", "Faults that arose"),
        _plain(_M, "faults_ended", "Sự cố đã khắc phục", "Faults that ended"),
        _plain(_M, "viewings_live", "Lượt xem trực tiếp", "Live viewings"),
        _plain(_M, "viewings_playback", "Lượt xem lại", "Playbacks"),
        _plain(_M, "holds", "Lần giữ lại hình theo vụ việc", "Holds of footage"),
        _plain(_M, "extractions", "Đề nghị trích xuất", "Extractions requested"),
        _plain(_M, "extractions_handed", "Bản trích xuất đã bàn giao", "Extractions handed over"),
        _plain(_M, "subjects", "Yêu cầu của công dân về bản ghi của mình", "Citizens' requests about their recordings"),
        _plain(_S, "assessed_people", "Thời điểm do người đánh giá", "Moments assessed by people"),
        Line(
            "assessed_machines", _S, Words("Giờ làm việc máy theo dõi hình, tiếng", "Office time machines watched"),
            _sum("assessed_machines"), Measure.SECONDS, "assessed_machines",
        ),
        _plain(_S, "findings", "Phát hiện qua giám sát", "Findings"),
        _plain(_S, "findings_gap", "Trong đó mất hình không rõ lý do", "Footage missing without a cause among them"),
        _plain(_S, "findings_explained", "Lần đơn vị giải trình", "Explanations by units"),
        _plain(_S, "findings_concluded", "Phát hiện đã kết luận", "Findings concluded"),
        _plain(_S, "findings_upheld", "Trong đó kết luận có vi phạm", "Upheld among them"),
        _plain(_S, "findings_withdrawn", "Phát hiện đã rút", "Findings withdrawn"),
        _plain(_S, "findings_lawful", "Đoạn mất hình đã xác định lý do", "Gaps whose lawful cause was found"),
        _plain(_S, "corrections", "Yêu cầu khắc phục", "Corrections asked for"),
        _plain(_S, "corrections_done", "Việc khắc phục được chấp nhận", "Corrections accepted"),
        _plain(_S, "measures", "Hình thức xử lý đã đề nghị, quyết định", "Measures proposed or decided"),
        _plain(_S, "measures_formal", "Trong đó đề nghị xử lý kỷ luật", "Proposals of discipline among them"),
        _plain(_S, "measures_decided", "Quyết định xử lý kỷ luật của cấp có thẩm quyền", "Discipline decided"),
        _plain(_R, "sessions", "Buổi tiếp công dân", "Reception sessions"),
        _plain(_R, "people_received", "Lượt người được tiếp", "People received"),
        _plain(_R, "missed_days", "Ngày tiếp công dân mà người đứng đầu không tiếp", "Days the head did not receive"),
        _plain(_R, "days_cancelled", "Ngày tiếp công dân đơn vị tự hủy", "Reception days that units cancelled"),
        _plain(_R, "days_moved", "Ngày tiếp công dân đơn vị tự dời", "Reception days that units moved"),
        _plain(_D, "dossiers_received", "Hồ sơ tiếp nhận", "Dossiers received"),
        _plain(_D, "dossiers_refused", "Hồ sơ từ chối tiếp nhận", "Dossiers refused"),
        _plain(_D, "dossiers_supplement", "Lần yêu cầu bổ sung", "Supplements asked for"),
        _plain(_D, "dossiers_returned", "Hồ sơ đã trả kết quả", "Dossiers handed back"),
        _plain(_D, "dossiers_late", "Trong đó quá hạn", "Late among them"),
        Line("apologies", _D, Words("Thư xin lỗi do quá hạn", "Apologies for lateness"), _nothing, by_hand=True),
        _share_line("in_time", _D, "Tỷ lệ trước và đúng hạn", "Share early or on time", _in_time, "dossiers_returned"),
        _plain(_F, "ratings", "Lượt đánh giá", "Ratings"),
        _share_line("satisfied", _F, "Tỷ lệ hài lòng trở lên", "Share satisfied or better", _satisfied, "ratings"),
        _plain(_F, "petitions", "Phản ánh, kiến nghị tiếp nhận", "Complaints and suggestions taken in"),
        _plain(_F, "petitions_answered", "Phản ánh, kiến nghị đã trả lời", "Complaints and suggestions answered"),
    )
}  # fmt: skip
#: What follows from assessments and draws alone: nobody writes it into a report.
COUNTED_ONLY = frozenset(("assessed_people", "assessed_machines"))
_ALL = tuple(Chapter)
STATED = {
    Kind.OPERATES: _ALL,
    Kind.RECEPTION: (_M, _S, _R, _F),
    Kind.ONE_STOP: (_M, _S, _D, _F),
    Kind.LEADS: _ALL,
}


def lines_for(kind: str) -> list[Line]:
    """The lines that a report of this kind states, in the order of the paper."""
    chapters = STATED[Kind(kind)]
    return [line for line in LINES.values() if line.chapter in chapters]


def written(measure: Measure, value: int | None) -> str:
    """The value as it is read, in the language of the page."""
    if value is None:
        return str(NO_DATA)
    if measure is Measure.SHARE:
        return formats.percent(value / 10_000, 2)
    if measure is Measure.SECONDS:
        return formats.duration(value)
    return formats.number(value)
