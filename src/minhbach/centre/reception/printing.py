"""The reception book (Mẫu 03, Thông tư 04/2021/TT-TTCP), the posted calendar and who speaks for many on paper; the book
for a spreadsheet.

Printed from the rows at that moment. Names stand in full only for who keeps the book; what is restricted stands there
as its number and its day.
"""

import datetime
from collections.abc import Sequence
from pathlib import Path

from minhbach.centre.messaging.actions import both
from minhbach.centre.papers.printing import pdf
from minhbach.centre.reception.book import Line
from minhbach.centre.reception.calendars import Posted
from minhbach.centre.reception.models import BookPerson, BookStep, BookStepKind
from minhbach.centre.registry.letterhead import in_words
from minhbach.centre.registry.reading import VIETNAM, day_of
from minhbach.centre.registry.workbooks import workbook
from minhbach.centre.words import Words, formats

FORMS = Path(__file__).with_name("printed")
#: The twelve columns of the form.
COLUMNS = (
    "STT", "Ngày tiếp", "Họ tên – địa chỉ", "Số định danh, CMND, hộ chiếu", "Nội dung vụ việc",
    "Phân loại đơn, số người", "Cơ quan đã giải quyết", "Thụ lý để giải quyết", "Trả lại đơn và hướng dẫn",
    "Chuyển đơn đến cơ quan", "Theo dõi kết quả giải quyết", "Ghi chú",
)  # fmt: skip
WIDTHS = (6, 12, 34, 16, 46, 16, 22, 16, 22, 22, 30, 22)
RESTRICTED = Words("Hạn chế xem", "Restricted")
MASKED = "(đã che)"


def rows_of(lines: Sequence[Line], *, named: bool) -> list[list[str]]:
    """The entries in the twelve columns; `named`: with who came. Raises PersonalKeyMissing."""
    return [_cells(line, named) for line in lines]


def _cells(line: Line, named: bool) -> list[str]:
    row = line.row
    day = f"{day_of(row.session.opened_at):%d/%m/%Y}"
    if line.neutral:
        return [str(row.number), day, *[both(RESTRICTED)[0]], *[""] * 9]
    person: BookPerson = row.person
    who = ". ".join(part for part in (person.name, person.address) if part) if named else MASKED
    if named and person.representatives:
        who += f". Đại diện: {'; '.join(person.representatives.splitlines())}"
    ways = dict.fromkeys((BookStepKind.ACCEPTED, BookStepKind.RETURNED, BookStepKind.FORWARDED), "")
    if way := line.handled:
        said = " ".join(part for part in (way.to_body, way.words) if part)
        ways[BookStepKind(way.kind)] = f"{formats.day(way.at)}{': ' if said else ''}{said}"
    return [
        str(row.number), day, who, (person.personal_id if named else MASKED) if person.personal_id else "",
        person.content if named else MASKED, f"{both(line.matter_words)[0]}, {row.people} người", row.settled_before,
        *ways.values(), "; ".join([*map(_extension, line.extensions), *map(_result, line.results)]), row.note,
    ]  # fmt: skip


def _result(step: BookStep) -> str:
    return f"{formats.day(step.at)}: {step.words}"


def _extension(step: BookStep) -> str:
    until = f"{step.settle_by:%d/%m/%Y}" if step.settle_by else ""
    return f"{formats.day(step.at)}: gia hạn giải quyết đến {until}: {step.words}"


def book_pdf(lines: Sequence[Line], *, year: int, unit: str, named: bool, now: datetime.datetime) -> bytes:
    """The book of a year. Raises NotPrinted, PersonalKeyMissing."""
    values = {
        "title": f"Sổ tiếp công dân năm {year}", "above": "", "unit": unit, "number": "", "year": str(year),
        "place_and_date": _date(now), "columns": list(COLUMNS), "rows": rows_of(lines, named=named),
    }  # fmt: skip
    return pdf(FORMS / "book.typ", values, at=now)


def book_sheet(lines: Sequence[Line], *, year: int, named: bool) -> bytes:
    """The same as a workbook. Raises PersonalKeyMissing."""
    return workbook([list(COLUMNS), *rows_of(lines, named=named)], widths=WIDTHS, sheet=f"Sổ tiếp công dân {year}")


def slip_pdf(line: Line, *, represented_from: int, now: datetime.datetime) -> bytes:
    """Who speaks for many that came in one matter, to be signed by them. Raises NotPrinted, PersonalKeyMissing."""
    row, session = line.row, line.row.session
    values = {
        "title": f"Phiếu cử người đại diện, sổ tiếp công dân số {row}", "above": "", "unit": line.unit_name,
        "number": f"Số: {row}", "place_and_date": _date(now), "people": str(row.people), "from": str(represented_from),
        "day": f"{day_of(session.opened_at):%d/%m/%Y}", "room": session.room.name, "session": str(session),
        "matter": both(line.matter_words)[0].lower(), "content": row.person.content, "name": row.person.name,
        "receiver": session.received_by.full_name,
        "spoken": [[str(n), who, ""] for n, who in enumerate(row.person.representatives.splitlines(), 1)],
    }  # fmt: skip
    return pdf(FORMS / "representatives.typ", values, at=now)


def calendar_pdf(found: Posted, *, now: datetime.datetime) -> bytes:
    """The month as it hangs at the door. Raises NotPrinted."""
    rows = []
    for line in found.days:
        said = [both(words)[0] for words in line.said]
        changes = [each for each in (line.plan.change, line.plan.delegated) if each is not None]
        said += [f"{each.reason}{f' ({each.decision_number})' if each.decision_number else ''}" for each in changes]
        who = line.plan.delegated.receiver if line.plan.delegated else None
        received = "không tổ chức" if line.plan.cancelled else (who.full_name if who else "")
        weekday = both(formats.WEEKDAYS[line.day.weekday()])[0]
        rows.append([f"{weekday}, {line.day:%d/%m/%Y}", received, ". ".join(said)])
    values = {
        "title": f"Lịch tiếp công dân tháng {found.month:%m/%Y}", "above": "", "unit": found.name, "number": "",
        "place_and_date": _date(now), "month": f"{found.month.month}/{found.month.year}", "rows": rows,
        "heads": [f"{name}{f', {title}' if title else ''}" for name, title in found.heads],
        "rooms": [", ".join(part for part in (room.name, room.address) if part) for room in found.rooms],
        "contacts": [room.contact for room in found.rooms if room.contact], "hours": found.hours, "rule": found.rule,
    }  # fmt: skip
    return pdf(FORMS / "calendar.typ", values, at=now)


def _date(now: datetime.datetime) -> str:
    return in_words(now.astimezone(VIETNAM).date())
