"""The book of citizens' requests on paper and for a spreadsheet: the columns in which an office answers for them.

Printed from the rows at that moment. Whoever was forgotten stands there as forgotten.
"""

import csv
import datetime
from collections.abc import Iterable, Iterator, Sequence

from minhbach.centre.access.spreadsheet import BYTE_ORDER_MARK, safe
from minhbach.centre.evidence.models import Act
from minhbach.centre.evidence.printing import FORMS, stretch
from minhbach.centre.evidence.subject_cases import CHANNELS, Case
from minhbach.centre.messaging.actions import both
from minhbach.centre.papers.printing import pdf
from minhbach.centre.registry.letterhead import in_words
from minhbach.centre.registry.reading import VIETNAM
from minhbach.centre.words import Words

COLUMNS = (
    Words("Số", "Number"), Words("Ngày nhận, hình thức", "Received"), Words("Người yêu cầu", "Who asks"),
    Words("Nội dung", "Asks to"), Words("Phòng, thời gian ghi hình", "Room, time"),
    Words("Người tiếp nhận", "Taken by"), Words("Trả lời trước", "Answer by"), Words("Người quyết định", "Decided by"),
    Words("Kết quả", "Outcome"), Words("Ngày xong", "Settled on"),
)  # fmt: skip

CLOCK = "%H:%M"


def book(found: Sequence[Case], *, year: int, unit: str, now: datetime.datetime) -> bytes:
    """The book of a year as PDF. Raises NotPrinted."""
    local = now.astimezone(VIETNAM)
    values = {
        "title": f"Sổ theo dõi yêu cầu của cá nhân về bản ghi năm {year}", "above": "", "unit": unit, "number": "",
        "place_and_date": in_words(local.date()), "year": str(year),
        "columns": [both(words)[0] for words in COLUMNS], "rows": [_cells(each) for each in found],
    }  # fmt: skip
    return pdf(FORMS / "subject_book.typ", values, at=now)


class _Line:
    """What the writer of the standard library writes to: hands each line on."""

    def write(self, text: str) -> str:
        return text


def book_csv(found: Iterable[Case]) -> Iterator[str]:
    """The same as a file that spreadsheets open, and compute nothing of."""
    writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK + str(writer.writerow([str(words) for words in COLUMNS]))
    for each in found:
        yield str(writer.writerow([safe(cell) for cell in _cells(each)]))


def _cells(found: Case) -> list[str]:
    row = found.row
    deciding = [found.step(kind) for kind in (Act.GRANTED, Act.SECONDED, Act.REFUSED)]
    people = dict.fromkeys(step.by.full_name for step in deciding if step and step.by)
    why = both(found.reason)[0] if found.reason else ""
    return [
        found.code,
        f"{_at(row.received_at)}, {both(CHANNELS[row.channel])[0].lower()}",
        found.name if isinstance(found.name, str) else both(found.name)[0],
        both(found.wanted)[0],
        f"{row.room.name}, {found.unit_name}: {stretch(found.begin, found.end, CLOCK)}",
        row.taken_by.full_name,
        _at(found.terms.answer_by) if found.terms else "",
        "; ".join(people),
        "; ".join(part for part in (both(found.words)[0], why) if part),
        _at(found.ended_at) if found.ended_at else "",
    ]


def _at(at: datetime.datetime) -> str:
    return f"{at.astimezone(VIETNAM):{CLOCK} %d/%m/%Y}"
