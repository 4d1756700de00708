"""Extraction on paper, in the layout of Nghị định 30/2020: minutes of the hand-over, the whole life, the year's book.

Printed from the rows at that moment. What has not happened stands there as not yet, never as a guess.
"""

import csv
import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from minhbach.centre.access.spreadsheet import BYTE_ORDER_MARK, safe
from minhbach.centre.evidence.life import life
from minhbach.centre.evidence.models import CustodyKind
from minhbach.centre.evidence.models.approvals import BY_KEY
from minhbach.centre.evidence.stages import Item, Stage
from minhbach.centre.messaging.actions import both
from minhbach.centre.papers.printing import pdf
from minhbach.centre.registry.letterhead import in_words
from minhbach.centre.registry.reading import VIETNAM, holder_on, path_to
from minhbach.centre.words import Words

FORMS = Path(__file__).resolve().parent / "printed"
BY_HAND = "...................................."
DAY_BY_HAND = "ngày ..... tháng ..... năm ........"
Moment = datetime.datetime


def minutes(found: Item, *, now: Moment) -> bytes:
    """The minutes of the hand-over as PDF, to be signed on paper: of the day and by the hand that the book says, or
    with blanks where it is still to come. Raises NotPrinted; LookupError before there is a package.
    """
    revision, build = found.revision, found.build
    if build is None or build.finished_at is None:
        raise LookupError(str(found.extraction))
    handed = found.custody_of(CustodyKind.HANDED_OVER)
    day = in_words(handed.at.astimezone(VIETNAM).date()) if handed else DAY_BY_HAND
    values = _head(found, now, f"Biên bản bàn giao trích xuất số {found.extraction}", "Số:        /BB") | {
        "place_and_date": f"........, {day}",
        "day_in_words": day,
        "giver": handed.by.full_name if handed else "",
        "legal_basis": revision.legal_basis,
        "purpose": revision.purpose,
        "case_number": revision.case_number,
        "place": found.unit_name,
        "cameras": ", ".join(camera.label for camera in found.cameras),
        "requester": found.extraction.requested_by.full_name,
        "office": found.office_name,
        "approvals": [
            {
                "number": str(each.number),
                "who": each.approver.full_name,
                "at": _at(each.at),
                "how": "khóa bảo mật" if each.kind == BY_KEY else "mật khẩu và mã dùng một lần",
            }
            for each in found.counting
        ],
        "digest_lines": _in_lines(build.digest),
        "size": f"{build.size_bytes:,}".replace(",", "."),
        "built_at": _at(build.finished_at),
        "builder": build.begun_by.full_name,
        "medium": handed.medium if handed else BY_HAND,
        "receiver_name": revision.receiver_name,
        "receiver_body": revision.receiver_body,
    }
    return pdf(FORMS / "minutes.typ", values, at=now)


def life_of(found: Item, *, now: Moment) -> bytes:
    """Everything that happened, as PDF. Raises NotPrinted."""
    values = _head(found, now, f"Quá trình trích xuất số {found.extraction}", f"Trích xuất số {found.extraction}") | {
        "events": [
            {"at": _at(event.at), "who": event.who or "Hệ thống", "what": both(event.what)[0],
             "more": "; ".join(_breaking(_vi(each)) for each in event.more if _vi(each))}
            for event in life(found)
        ],
        "scope_lines": _in_lines(found.revision.scope_hash),
    }  # fmt: skip
    return pdf(FORMS / "life.typ", values, at=now)


def book(found: Sequence[Item], *, year: int, unit: str, now: Moment) -> bytes:
    """The book of a year as PDF: the columns that offices keep. Raises NotPrinted."""
    local = now.astimezone(VIETNAM)
    values = {
        "title": f"Sổ theo dõi trích xuất dữ liệu camera năm {year}",
        "above": "", "unit": unit, "number": "", "place_and_date": in_words(local.date()), "year": str(year),
        "rows": [_book_row(each) for each in found],
    }  # fmt: skip
    return pdf(FORMS / "book.typ", values, at=now)


BOOK_COLUMNS = (
    Words("Số", "Number"), Words("Ngày, giờ", "Asked at"), Words("Người, cơ quan đề nghị", "Who asked"),
    Words("Lý do, căn cứ", "Why"), Words("Camera", "Cameras"), Words("Từ – đến", "From – to"),
    Words("Người duyệt", "Approved by"), Words("Người trích xuất", "Built by"), Words("Vật chứa", "On what"),
    Words("Mã băm", "SHA-256"), Words("Người nhận", "Receiver"), Words("Trả, hủy", "Returned, destroyed"),
)  # fmt: skip
LIFE_COLUMNS = (
    Words("Lúc", "At"), Words("Người thực hiện", "Who"), Words("Việc", "What"), Words("Nội dung", "Details"),
)  # fmt: skip


class _Line:
    """What the writer of the standard library writes to: hands each line on."""

    def write(self, text: str) -> str:
        return text


def book_csv(found: Iterable[Item]) -> Iterator[str]:
    """The same book as a file that spreadsheets open, and compute nothing of."""
    writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK + str(writer.writerow([str(words) for words in BOOK_COLUMNS]))
    for each in found:
        row = _book_row(each)
        row["digest_lines"] = "".join(row["digest_lines"])
        yield str(writer.writerow([safe(str(value)) for value in row.values()]))


def life_csv(found: Item) -> Iterator[str]:
    """Everything that happened, as a file that spreadsheets open."""
    writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK + str(writer.writerow([str(words) for words in LIFE_COLUMNS]))
    for event in life(found):
        cells = [event.at.astimezone(VIETNAM).isoformat(timespec="seconds"), event.who, str(event.what), event.details]
        yield str(writer.writerow([safe(cell) for cell in cells]))


def _book_row(found: Item) -> dict[str, str | list[str]]:
    """One row, its columns in order."""
    revision, build = found.revision, found.build
    handed = found.custody_of(CustodyKind.HANDED_OVER)
    ended = found.custody_of(CustodyKind.RETURNED) or found.custody_of(CustodyKind.DESTROYED)
    over = both(found.stage.words)[0] if found.ending or found.stage in (Stage.EXPIRED, Stage.GIVEN) else ""
    return {
        "number": str(found.extraction),
        "at": _at(found.extraction.requested_at),
        "who": f"{found.extraction.requested_by.full_name}, {found.office_name}",
        "why": "; ".join(part for part in (revision.purpose, revision.legal_basis, revision.case_number) if part),
        "cameras": f"{found.extraction.room.name}: " + ", ".join(camera.label for camera in found.cameras),
        "span": stretch(found.begin, found.end),
        "approvers": "; ".join(each.approver.full_name for each in found.counting),
        "builder": build.begun_by.full_name if build else "",
        "medium": handed.medium if handed else "",
        "digest_lines": _in_lines(build.digest if build else "", 16),
        "receiver": f"{revision.receiver_name}, {revision.receiver_body}",
        "ended": f"{both(found.stage.words)[0]} {_at(ended.at)}, {ended.document}" if ended else over,
    }


def _head(found: Item, now: Moment, title: str, number: str) -> dict[str, object]:
    local = now.astimezone(VIETNAM)
    holder = holder_on(found.extraction.room_id, local.date())
    path = path_to(holder, local.date()) if holder else []
    return {
        "title": title,
        "above": path[-2].name if len(path) > 1 else "",
        "unit": found.unit_name,
        "number": number,
        "place_and_date": f"........, {in_words(local.date())}",
        "day_in_words": in_words(local.date()),
        "extraction": str(found.extraction),
        "room": f"{found.extraction.room.name}, {found.unit_name}",
        "begin": _at(found.begin),
        "end": _at(found.end),
        "span": stretch(found.begin, found.end),
    }


def stretch(begin: Moment, end: Moment, clock: str = "%H:%M:%S") -> str:
    """From when to when on a paper, the day said once."""
    begin, end = begin.astimezone(VIETNAM), end.astimezone(VIETNAM)
    if begin.date() == end.date():
        return f"{begin:{clock}} – {end:{clock}} ngày {end:%d/%m/%Y}"
    return f"{begin:{clock} %d/%m/%Y} – {end:{clock} %d/%m/%Y}"


def _vi(said: Words | str) -> str:
    return both(said)[0] if isinstance(said, Words) else said


def _at(at: Moment) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}"


def _breaking(text: str) -> str:
    """Long hashes may go on in the next line of a cell."""
    return re.sub(r"[0-9a-f]{16}(?=[0-9a-f])", "\\g<0>\u200b", text)


def _in_lines(digest: str, width: int = 32) -> list[str]:
    """A hash in short lines: what is printed can be compared by eye."""
    return [digest[start : start + width] for start in range(0, len(digest), width)]
