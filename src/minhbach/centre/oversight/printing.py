"""The assessments of a month on paper (Nghị định 30/2020) and as a table to calculate with.

Printed from the rows at that moment; people and machines stand in columns of their own and are never added up.
"""

import datetime
import io
from pathlib import Path

import xlsxwriter

from minhbach.centre.messaging.actions import both
from minhbach.centre.oversight.monthly import Line, Overview
from minhbach.centre.papers.printing import pdf
from minhbach.centre.registry.letterhead import in_words
from minhbach.centre.registry.reading import day_of

FORMS = Path(__file__).resolve().parent / "printed"
HEADS = (
    "Đơn vị", "Phòng", "Kết quả", "Thời điểm người đã xem", "Phút người đã xem", "Giây làm việc máy có hình",
    "Giây làm việc", "Mục chưa đạt", "Phát hiện", "Không xem được", "Chưa xem", "Hai người trả lời giống nhau (%)",
)  # fmt: skip


def month_pdf(found: Overview, *, now: datetime.datetime) -> bytes:
    """One row for each room. Raises NotPrinted."""
    values = {
        "title": f"Kết quả đánh giá qua camera giám sát tháng {found.month:%m/%Y}",
        "above": "", "unit": "Kết quả giám sát", "number": "",
        "place_and_date": f"........, {in_words(day_of(now))}",
        "month": f"{found.month:%m/%Y}", "assessed": str(found.assessed), "rooms": str(len(found.lines)),
        "waiting": str(found.waiting),
        "lines": [
            {
                "number": str(place), "unit": line.unit_name, "room": line.room.name, "state": both(line.state[1])[0],
                "people": str(line.month.covered.people), "minutes": str(line.month.people_s // 60),
                "machine": "–" if line.month.machine_percent is None else f"{line.month.machine_percent} %",
                "not_met": str(line.month.not_met), "findings": str(line.month.findings), "left": str(line.month.left),
            }
            for place, line in enumerate(found.lines, 1)
        ],
    }  # fmt: skip
    return pdf(FORMS / "assessments.typ", values, at=now)


def month_xlsx(found: Overview) -> bytes:
    """The same with numbers that compute."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    created = datetime.datetime.combine(found.month, datetime.time())
    book.set_properties({"title": f"Đánh giá tháng {found.month:%m/%Y}", "created": created})
    bold = book.add_format({"bold": True, "text_wrap": True})
    sheet = book.add_worksheet(f"{found.month:%m-%Y}")
    sheet.set_column(0, 1, 34)
    sheet.set_column(2, len(HEADS) - 1, 15)
    sheet.write_row(0, 0, HEADS, bold)
    sheet.freeze_panes(1, 2)
    for row, line in enumerate(found.lines, 1):
        for column, value in enumerate(_cells(line)):
            if isinstance(value, str):
                sheet.write_string(row, column, value)
            elif value is not None:
                sheet.write_number(row, column, value)
    book.close()
    return out.getvalue()


def _cells(line: Line) -> list[str | int | None]:
    month, covered = line.month, line.month.covered
    return [
        line.unit_name, line.room.name, both(line.state[1])[0], covered.people, month.people_s // 60, covered.machine_s,
        covered.office_s, month.not_met, month.findings, month.left, month.waiting, month.agreement_percent,
    ]  # fmt: skip
