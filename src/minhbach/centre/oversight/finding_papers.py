"""Findings on paper, in the layout of Nghị định 30/2020: the book, and the letters of a case.

Printed from the rows at that moment, under the name of the body whose word it is: of who found, concluded or decided;
the request about a gap, which the system found, is of the body of whoever prints it, never of the unit that is asked;
of several posts the one counts by which they had a part in it. A letter has no number of its own: that is given by the
clerk who issues it. A ground of deferral stands on none.
"""

import datetime
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from minhbach.centre.access.places import place_of_room
from minhbach.centre.messaging.actions import both
from minhbach.centre.oversight.case import Case, MeasureTold, Officer
from minhbach.centre.oversight.models import MeasureKind, MeasureStep
from minhbach.centre.oversight.reading import Told
from minhbach.centre.oversight.register import COLUMNS, Line, cells
from minhbach.centre.oversight.sides import bodies_of
from minhbach.centre.papers.printing import pdf
from minhbach.centre.registry import letterhead
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.workbooks import workbook
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.columns import SEVERITIES
from minhbach.centre.words import Words
from minhbach.centre.words.formats import span

FORMS = Path(__file__).resolve().parent / "printed"
SHEET, WIDTHS = "Sổ phát hiện", (18, 12, 34, 40, 22, 26, 12, 26, 18, 30, 22)
ARCHIVE = "Lưu: VT, hồ sơ vụ việc."
NOBODY_ASKS = Words(
    "Chưa in được: {unit} không tự yêu cầu mình giải trình, và không có cấp trên. Cơ quan giám sát in văn bản này.",
    "Not printed: {unit} does not ask itself, and nothing stands above it. Whoever supervises it prints this letter.",
)


def book(lines: Sequence[Line], *, year: int, unit: str, now: datetime.datetime) -> bytes:
    """The book of a year as PDF. Raises NotPrinted."""
    values = {
        "title": f"Sổ theo dõi phát hiện qua giám sát năm {year}", "above": "", "unit": unit, "number": "",
        "place_and_date": f"........, {letterhead.in_words(registry.day_of(now))}", "year": str(year),
        "columns": [both(words)[0] for words in COLUMNS], "rows": [cells(line) for line in lines],
    }  # fmt: skip
    return pdf(FORMS / "finding_book.typ", values, at=now)


def book_xlsx(lines: Sequence[Line]) -> bytes:
    """The same as a workbook."""
    rows = [[str(words) for words in COLUMNS], *(cells(line) for line in lines)]
    return workbook(rows, widths=WIDTHS, sheet=SHEET)


def request(found: Told, case: Case, *, printed_by: UUID, now: datetime.datetime) -> bytes:
    """The request to explain a finding, as PDF. Raises NotPrinted; NotPossible where nobody is there to ask."""
    row = found.finding
    who = "; ".join(_asked(officer, found.terms.explain_by) for officer in case.officers)
    issuer = _issuer(row.found_by_id, row.found_at, found) if row.found_by_id else _asks(printed_by, found, now)
    values = _head(issuer, now, f"Yêu cầu giải trình, phát hiện số {row}") | {
        "subject": f"V/v giải trình phát hiện số {row}",
        "to": found.unit_name,
        "paragraphs": ["Qua giám sát bằng camera theo quy chế đang có hiệu lực, đã ghi nhận:"],
        "lines": [*_facts(found), *([["Người có liên quan", who]] if who else [])],
        "after": [
            f"Đề nghị đơn vị và người có liên quan giải trình bằng văn bản hoặc trên hệ thống trước "
            f"{_moment(found.terms.explain_by)}. Bản ghi chỉ là một trong các căn cứ; "
            "giải trình được xem xét trước khi kết luận.",
            "Quá thời hạn trên mà không có giải trình, việc kết luận dựa trên các căn cứ khác đã có./.",
        ],
        "copies": ["Như trên;", ARCHIVE],
    }  # fmt: skip
    return pdf(FORMS / "finding_letter.typ", values, at=now)


def conclusion(found: Told, case: Case, *, now: datetime.datetime) -> bytes:
    """The conclusion with its bases and what has to be put right, as PDF. Raises NotPrinted."""
    row, step = found.finding, found.conclusion
    assert step is not None
    said = "có vi phạm" if step.upheld else "không có vi phạm" if step.upheld is not None else "đã kết luận"
    grave = f", mức độ {both(SEVERITIES[step.severity])[0]}" if step.severity else ""
    bases = [f"{number}. {basis.vi}: {basis.words}" for number, basis in enumerate(case.bases, 1)]
    tasks = [f"{task.row.words} (hạn {task.due_on:%d/%m/%Y})" for task in case.tasks]
    issuer = _issuer(step.by_id, step.at, found)
    values = _head(issuer, now, f"Thông báo kết luận, phát hiện số {row}") | {
        "heading": f"THÔNG BÁO KẾT LUẬN \n phát hiện số {row}",
        "lines": [
            *_facts(found),
            ["Căn cứ kết luận", "\n".join(bases) or "chưa ghi"],
            ["Kết luận", f"{said}{grave}. {step.words}"],
            ["Người kết luận", f"{step.by.full_name}, {_moment(step.at)}"],
            ["Yêu cầu khắc phục", "\n".join(tasks) or "không có"],
        ],
        "after": ["Thông báo để đơn vị và người có liên quan biết, thực hiện./."],
        "copies": [f"{found.unit_name};", "Người có liên quan;", ARCHIVE],
    }  # fmt: skip
    return pdf(FORMS / "finding_letter.typ", values, at=now)


def measure(found: Told, told: MeasureTold, *, now: datetime.datetime) -> bytes:
    """What follows for an officer: the written reminder or criticism, or the proposal of discipline. NotPrinted."""
    row, form = told.row, both(told.form)[0]
    acts = [f"Phát hiện số {act}: {act.situation_vi}, ngày {_day(act.begin_us)}" for act in told.acts]
    lines = [
        ["Họ và tên", row.person.full_name],
        ["Hành vi", "\n".join(acts)],
        ["Số lần trong thời hạn tính tái phạm", str(row.occurrence)],
        ["Hình thức" if not told.formal else "Hình thức đề nghị", form],
        ["Lý do", row.words],
    ]
    if told.formal:
        lines.append(["Căn cứ pháp lý", row.law])
        lines.append(["Trường hợp chưa xem xét kỷ luật", _deferral(told)])
    lines += [["Tình trạng", _withdrawn(step)] for _, step in told.steps if step.kind == MeasureKind.WITHDRAWN]
    heading = "ĐỀ NGHỊ XEM XÉT XỬ LÝ KỶ LUẬT" if told.formal else f"VĂN BẢN {form.upper()}"
    asks = (
        "Đề nghị cấp có thẩm quyền xem xét, quyết định theo quy định; "
        "hồ sơ gồm kết luận, giải trình và các căn cứ kèm theo./."
        if told.formal
        else "Yêu cầu người có tên trên nghiêm túc rút kinh nghiệm, không để tái diễn./."
    )
    values = _head(_issuer(row.by_id, row.at, found), now, f"{form}, số {row}") | {
        "heading": heading,
        "to": "Cấp có thẩm quyền quản lý cán bộ, công chức" if told.formal else "",
        "lines": lines, "after": [asks], "copies": ["Người có tên trên;", ARCHIVE],
    }  # fmt: skip
    return pdf(FORMS / "finding_letter.typ", values, at=now)


def _withdrawn(step: MeasureStep) -> str:
    return f"Đã thu hồi {_moment(step.at)}: {step.words}"


def _deferral(told: MeasureTold) -> str:
    """What was found when it was checked; the ground itself is personal, and stands on no paper."""
    steps = [step for _, step in told.steps]
    waived = next((step for step in steps if step.kind == MeasureKind.WAIVED), None)
    waits = [step for step in steps if step.kind in (MeasureKind.DEFERRED, MeasureKind.RESUMED)]
    if waits and waits[-1].kind == MeasureKind.DEFERRED:
        return "đang tạm hoãn theo quy định"
    if waits:
        return f"đã tạm hoãn theo quy định; tiếp tục xem xét từ ngày {registry.day_of(waits[-1].at):%d/%m/%Y}"
    if waived is not None:
        return (
            "thuộc trường hợp chưa xem xét kỷ luật theo quy định; người có tên trên có văn bản đề nghị được xem xét "
            f"(số, ngày: {waived.number})"
        )
    return "đã kiểm tra, không thuộc trường hợp này"


def _facts(found: Told) -> list[list[str]]:
    what = "; ".join(part for part in (both(found.what)[0], found.note) if part)
    return [
        ["Nơi, thời gian", f"{found.finding.room.name}, {found.unit_name}; {span(found.begin, found.end)}"],
        ["Nội dung", what],
        ["Nguồn", both(found.source)[0]],
        ["Ngày phát hiện", f"{_moment(found.finding.found_at)}, {found.finder}"],
    ]


def _issuer(person: UUID, at: datetime.datetime, found: Told) -> UUID:
    """Whose word it is; the unit's own where the person served nowhere."""
    return next(iter(bodies_of(person, found.finding.room_id, at)), found.finding.unit_id)


def _asks(person: UUID, found: Told, now: datetime.datetime) -> UUID:
    """Who asks about what the system found: a body of whoever prints it, else what stands above the unit. A letter from
    the unit to itself is none. Raises NotPossible.
    """
    unit = found.finding.unit_id
    asked = {unit, place_of_room(found.finding.room_id, now).unit}
    above = registry.parent_on(unit, registry.last_day(unit, registry.day_of(now)))
    issuer = next((body for body in bodies_of(person, found.finding.room_id, now) if body not in asked), above)
    if issuer is None:
        raise NotPossible(NOBODY_ASKS.fill(unit=found.unit_name))
    return issuer


def _head(issuer: UUID, now: datetime.datetime, title: str) -> dict[str, object]:
    day = registry.day_of(now)
    path = registry.path_to(issuer, registry.last_day(issuer, day))
    above, unit = letterhead.heads(path)
    return {
        "title": title, "above": above, "unit": unit,
        "number": f"Số:        /{day.year}", "place_and_date": f"........, {letterhead.in_words(day)}",
        "subject": "", "heading": "", "to": "", "paragraphs": [], "lines": [], "after": [], "copies": [],
        "signs": letterhead.signs(path[-1].kind if path else ""),
    }  # fmt: skip


def _asked(officer: Officer, term: datetime.datetime) -> str:
    """Whom it concerns, with the post of that day, and a term of their own where they were named later."""
    name, post = officer.row.person.full_name, officer.row.post
    own = f", giải trình trước {_moment(officer.until)}" if officer.until > term else ""
    return f"{name} ({post}){own}" if post else f"{name}{own}"


def _moment(at: datetime.datetime) -> str:
    return f"{at.astimezone(registry.VIETNAM):%H:%M ngày %d/%m/%Y}"


def _day(at_us: int) -> str:
    return f"{datetime.datetime.fromtimestamp(at_us / 1_000_000, registry.VIETNAM):%d/%m/%Y}"
