"""A report as a paper, as a document to go on editing, and as a workbook: the same lines in three forms.

Follows the layout of Nghị định 30/2020. What a person put in the system's place stands marked on all three, with the
system's own value and the reason: a paper must not hide what the page shows. The charts are drawn from the same lines.
"""

import datetime
import io
import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typst
import xlsxwriter

from minhbach.centre.messaging.actions import both
from minhbach.centre.papers.docx import Ending, Letterhead, Paragraph, Part, Picture, Table, docx
from minhbach.centre.papers.printing import CENTRE, FONTS, pdf
from minhbach.centre.publishing import duties
from minhbach.centre.publishing.behind import Whole
from minhbach.centre.publishing.drafting import vietnamese
from minhbach.centre.publishing.lines import Measure
from minhbach.centre.publishing.models import Report, StepKind
from minhbach.centre.publishing.reading import Figure, Told
from minhbach.centre.publishing.scopes import spans_of
from minhbach.centre.registry import letterhead
from minhbach.centre.registry.models import Assignment, Person, true_on
from minhbach.centre.registry.reading import day_of, path_to
from minhbach.centre.words import Words

FORMS = Path(__file__).resolve().parent / "printed"
ROMAN = ("I", "II", "III", "IV", "V", "VI")
STAR = "Dấu * là số liệu do đơn vị sửa; số hệ thống tính và lý do ghi ở cột bên."
NOT_SIGNED = "(chưa ký)"
UNDONE, NOTHING = "I. Nhiệm vụ chưa thực hiện", "Không có."
ASSESSED = "Số phòng đã được đánh giá trong kỳ: {n}/{all} phòng có ghi hình."
#: How wide a chart in a document is, in millimetres, and its dots per inch.
CHART_MM, CHART_PPI = 160, 200
SHEET = "Số liệu"
HEADS = ("Nội dung", "Số liệu", "Ghi chú")


def values_of(told: Told, *, now: datetime.datetime, signer: Person | None = None) -> dict[str, object]:
    """Everything that stands on the paper; Vietnamese."""
    row, at = told.report, _signed_at(told) or now
    path = path_to(row.unit_id, row.last_day)
    left = duties.undone(row, spans_of(row), now=now)
    drawn = {both(head)[0]: bars for head, bars in charts(told)}
    kind, over = path[-1].kind if path else "", path[-2] if len(path) > 1 else None
    return {
        "title": f"Báo cáo tháng {row.month:%m/%Y}, {told.unit_name}",
        "above": letterhead.above(over.kind, over.name) if over else "",
        "unit": letterhead.issuer(kind, told.unit_name),
        "number": "Số:        /BC",
        "place_and_date": f"………, {letterhead.in_words(day_of(at))}",
        "heading": f"Tình hình quản lý, sử dụng và kết quả giám sát bằng camera tháng {row.month:%m/%Y}",
        "kind": both(told.kind)[0],
        "days": f"Số liệu tính từ {row.first_day:%d/%m/%Y} đến hết {row.last_day:%d/%m/%Y}.",
        "missing": [both(each.words)[0] for each in left.rows],
        "missing_more": left.more,
        "assessed": ASSESSED.format(n=left.assessed, all=left.recorded) if left.recorded else "",
        "texts": [
            {"head": f"{ROMAN[n]}. {both(text.heading)[0]}", "words": text.newest.words or "Không có nội dung."}
            for n, text in enumerate(told.texts, 1)
        ],
        "tables": [
            {
                "head": both(words)[0],
                "rows": [list(_cells(figure)) for figure in figures],
                "bars": drawn.get(both(words)[0], []),
            }
            for words, figures in told.chapters
        ],
        "to": letterhead.issuer(over.kind, over.name) if over else "",
        "signs": letterhead.signs(kind, _title(row, signer, at) if signer else ""),
        "signer": signer.full_name if signer else NOT_SIGNED,
    }


def _signed_at(told: Told) -> datetime.datetime | None:
    """When what stands was signed: the day that its paper bears."""
    if told.last not in (StepKind.SIGNED, StepKind.SENT, StepKind.ACCEPTED):
        return None
    return next((step.at for step in reversed(told.steps) if step.kind == StepKind.SIGNED), None)


def _title(report: Report, signer: Person, at: datetime.datetime) -> str:
    held = Assignment.objects.filter(true_on(day_of(at)), unit=report.unit_id, person=signer).order_by("valid_from")
    return letterhead.title_of(list(held.values_list("title", flat=True)))


def _cells(figure: Figure) -> tuple[str, str, str]:
    code = figure.line.code
    note = ""
    if figure.edit:
        note = f"Hệ thống: {vietnamese(code, figure.system)}. Lý do sửa: {figure.edit.reason}"
    return both(figure.line.words)[0], vietnamese(code, figure.value) + (" *" if figure.edit else ""), note


def charts(told: Told, *, paper: bool = True) -> list[tuple[Words, list[dict[str, object]]]]:
    """What is drawn: a heading, and bars with their name, the words of their value, and their share of the longest.

    On paper in Vietnamese, else in the language of the page.
    """
    found = []
    for words, figures in told.chapters:
        bars = [each for each in figures if each.line.measure is Measure.THINGS and each.value is not None]
        most = max((each.value or 0 for each in bars), default=0)
        if most and len(bars) > 1:
            found.append((words, [_bar(each, most, paper=paper) for each in bars]))
    return found


def _bar(figure: Figure, most: int, *, paper: bool) -> dict[str, object]:
    value = figure.value or 0
    name = both(figure.line.words)[0] if paper else str(figure.line.words)
    said = vietnamese(figure.line.code, value) if paper else figure.said
    return {"name": name, "said": said, "share": value / most, "percent": 100 * value // most}


def paper(told: Told, *, now: datetime.datetime, signer: Person | None = None) -> bytes:
    """The report as PDF. Raises NotPrinted."""
    return pdf(FORMS / "report.typ", values_of(told, now=now, signer=signer), at=now)


def document(told: Told, *, now: datetime.datetime, signer: Person | None = None) -> bytes:
    """The report as .docx, to go on editing in an office."""
    said = values_of(told, now=now, signer=signer)
    parts: list[Part] = [
        Letterhead(str(said["above"]), str(said["unit"]), str(said["number"]), str(said["place_and_date"])),
        Paragraph("BÁO CÁO", bold=True, centred=True),
        Paragraph(str(said["heading"]), bold=True, centred=True),
        Paragraph(f"({said['kind']})", centred=True, size=13),
        Paragraph(str(said["days"]), italic=True, centred=True),
        *_missing_parts(said),
    ]
    for text in _list(said["texts"]):
        parts += [Paragraph(text["head"], bold=True), Paragraph(text["words"])]
    to = [str(said["to"]), "Lưu: VT"] if said["to"] else ["Lưu: VT"]
    parts.append(Ending(to, "\n".join(str(line) for line in _list(said["signs"])), str(said["signer"])))
    parts += [Paragraph("PHỤ LỤC SỐ LIỆU", bold=True, centred=True), Paragraph(STAR, italic=True, size=12)]
    for table in _list(said["tables"]):
        parts += [Paragraph(table["head"], bold=True), Table([HEADS, *table["rows"]], (5, 2, 4))]
        if table["bars"]:
            parts.append(picture(table["head"], table["bars"]))
    return docx(str(said["title"]), parts)


def _list(found: object) -> list[dict[str, Any]]:
    assert isinstance(found, list)
    return found


def _missing_parts(said: dict[str, object]) -> list[Part]:
    return [Paragraph(UNDONE, bold=True), *(Paragraph(line) for line in _missing_lines(said))]


def _missing_lines(said: dict[str, object]) -> list[str]:
    lines = [f"- {each}" for each in _list(said["missing"])]
    more = [f"- và {said['missing_more']} việc khác."] if said["missing_more"] else []
    return [*([str(said["assessed"])] if said["assessed"] else []), *(lines + more or [NOTHING])]


def picture(head: str, bars: list[dict[str, object]]) -> Picture:
    """The bars of a chapter as a picture for a document."""
    values = {"head": head, "bars": bars, "width": CHART_MM}
    drawn = typst.compile(
        str(FORMS / "chart.typ"), root=str(CENTRE), font_paths=[str(FONTS)], ignore_system_fonts=True, format="png",
        ppi=CHART_PPI, sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
    )  # fmt: skip
    assert isinstance(drawn, bytes)
    # As high as it has bars: a PNG says its width and height in the first bytes.
    wide, high = struct.unpack(">II", drawn[16:24])
    return Picture(drawn, CHART_MM, round(CHART_MM * high / wide), f"Biểu đồ: {head}")


def workbook(told: Told, *, now: datetime.datetime) -> bytes:
    """The figures as a workbook: lines with numbers that compute, a chart for each chapter; and all parts in words."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {"title": f"Báo cáo tháng {told.report.month:%m/%Y}", "created": told.report.drafted_at.replace(tzinfo=None)}
    )
    bold, wrap = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"text_wrap": True})
    share = book.add_format({"num_format": "0.00%"})
    sheet = book.add_worksheet(SHEET)
    sheet.set_column(0, 0, 48)
    sheet.set_column(1, 2, 16)
    sheet.set_column(3, 3, 50)
    sheet.write_row(0, 0, [f"{told.unit_name}, tháng {told.report.month:%m/%Y}"], bold)
    sheet.write_row(1, 0, ["Nội dung", "Số liệu báo cáo", "Hệ thống tính", "Lý do sửa"], bold)
    sheet.freeze_panes(2, 1)
    at = 2
    for words, figures in told.chapters:
        sheet.write(at, 0, both(words)[0], bold)
        first = at + 1
        for figure in figures:
            at += 1
            sheet.write(at, 0, both(figure.line.words)[0], wrap)
            for column, value in ((1, figure.value), (2, figure.system)):
                _write(sheet, at, column, figure.line.measure, value, share)
            sheet.write(at, 3, figure.edit.reason if figure.edit else "", wrap)
        _chart(book, sheet, both(words)[0], figures, first)
        at += 2
    _words_sheet(book, values_of(told, now=now), bold, wrap)
    book.close()
    return out.getvalue()


def _write(sheet: object, row: int, column: int, measure: Measure, value: int | None, share: object) -> None:
    write = sheet.write  # type: ignore[attr-defined]
    if value is None:
        write(row, column, "chưa có dữ liệu")
    elif measure is Measure.SHARE:
        write(row, column, value / 10_000, share)
    elif measure is Measure.SECONDS:
        write(row, column, vietnamese("missing", value))
    else:
        write(row, column, value)


def _chart(book: object, sheet: object, head: str, figures: Sequence[Figure], first: int) -> None:
    counted = [n for n, each in enumerate(figures) if each.line.measure is Measure.THINGS and each.value is not None]
    if len(counted) < 2:
        return
    chart = book.add_chart({"type": "bar"})  # type: ignore[attr-defined]
    cells = {column: _cells_of(column, [first + n for n in counted]) for column in "AB"}
    chart.add_series({"name": head, "categories": cells["A"], "values": cells["B"]})
    chart.set_legend({"none": True})
    chart.set_title({"name": head})
    chart.set_y_axis({"reverse": True})
    sheet.insert_chart(first - 1, 5, chart, {"x_scale": 1.3, "y_scale": 1.1})  # type: ignore[attr-defined]


def _cells_of(column: str, rows: Sequence[int]) -> str:
    """These cells and no others: a share or a length of time is no bar beside numbers of things."""
    return "=(" + ",".join(f"'{SHEET}'!${column}${row + 1}" for row in rows) + ")"


def _words_sheet(book: object, said: dict[str, object], bold: object, wrap: object) -> None:
    """Every part as it stands on the paper."""
    sheet = book.add_worksheet("Nội dung")  # type: ignore[attr-defined]
    sheet.set_column(0, 0, 110)
    parts = [
        (UNDONE, "\n".join(_missing_lines(said))),
        *((each["head"], each["words"]) for each in _list(said["texts"])),
    ]
    for n, (head, words) in enumerate(parts):
        sheet.write(2 * n, 0, head, bold)
        sheet.write(2 * n + 1, 0, words, wrap)


def units_workbook(told: Told, whole: Whole) -> bytes:
    """What the units below state, a column for each unit; the sum, and the system's own count, beside them."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": told.report.drafted_at.replace(tzinfo=None)})
    bold, turned = book.add_format({"bold": True}), book.add_format({"bold": True, "rotation": 60})
    sheet = book.add_worksheet("Tổng hợp")
    sheet.set_column(0, 0, 44)
    sheet.write(0, 0, f"{told.unit_name}: tổng hợp tháng {told.report.month:%m/%Y}", bold)
    sheet.write_row(1, 0, ["Nội dung", "Tổng theo báo cáo", "Hệ thống tính"], bold)
    sheet.write_row(1, 3, [row.listed.unit_name for row in whole.rows], turned)
    sheet.freeze_panes(2, 3)
    for at, line in enumerate(whole.lines, 2):
        sheet.write(at, 0, both(line.words)[0])
        values = [whole.sums[line.code], whole.counted.get(line.code)]
        for column, value in enumerate([*values, *(row.values.get(line.code) for row in whole.rows)], 1):
            sheet.write(at, column, "chưa có dữ liệu" if value is None else value)
    book.close()
    return out.getvalue()
