"""A table as an Excel workbook of one sheet, written with the standard library: every cell is text, nothing computes.

Leaves reading to `tables`. Reports with charts will want a library; a list that people fill in and give back does not.
"""

import io
import zipfile
from collections.abc import Sequence
from html import escape

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: Style 0 wraps, 1 is a heading, 2 is what is wrong with a row. Format 49 is text: a code keeps its zeros when edited.
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="3"><font><sz val="11"/><name val="Arial"/></font>'
    '<font><b/><sz val="11"/><name val="Arial"/></font>'
    '<font><sz val="11"/><color rgb="FFB3261E"/><name val="Arial"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3">'
    + "".join(
        f'<xf numFmtId="49" fontId="{font}" xfId="0" applyNumberFormat="1" applyFont="1" applyAlignment="1">'
        '<alignment wrapText="1" vertical="top"/></xf>'
        for font in range(3)
    )
    + "</cellXfs></styleSheet>"
)


def workbook(
    rows: Sequence[Sequence[str]], *, widths: Sequence[int] = (), sheet: str = "Danh mục", last_is_wrong: bool = False
) -> bytes:
    """The rows as one sheet whose first row is its headings. `widths` in letters; the last column may be in red."""
    files = {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{MEDIA_TYPE}.main+xml"/>'
            + "".join(
                f'<Override PartName="/xl/{name}.xml" '
                f'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"/>'
                for name, kind in (("worksheets/sheet1", "worksheet"), ("styles", "styles"))
            )
            + "</Types>"
        ),
        "_rels/.rels": _related([("officeDocument", "xl/workbook.xml")]),
        "xl/_rels/workbook.xml.rels": _related([("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")]),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
            f'<sheet name="{escape(sheet[:31])}" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/styles.xml": _STYLES,
        "xl/worksheets/sheet1.xml": _sheet(rows, widths, last_is_wrong),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            # The same table makes the same bytes, whatever the clock says.
            packed.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), _HEAD + text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _related(parts: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(parts, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _sheet(rows: Sequence[Sequence[str]], widths: Sequence[int], last_is_wrong: bool) -> str:
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1" style="0"/>'
        for place, width in enumerate(widths, 1)
    )
    lines = []
    for number, row in enumerate(rows, 1):
        cells = (_cell(cell, _style(number, place, row, last_is_wrong)) for place, cell in enumerate(row))
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    # The headings stay while one scrolls.
    pane = '<pane ySplit="1" topLeftCell="A2" state="frozen"/>'
    view = f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
    cols = f"<cols>{columns}</cols>" if columns else ""
    return f'<worksheet xmlns="{_MAIN}">{view}{cols}<sheetData>{"".join(lines)}</sheetData></worksheet>'


def _style(number: int, place: int, row: Sequence[str], last_is_wrong: bool) -> int:
    if number == 1:
        return 1
    return 2 if last_is_wrong and place == len(row) - 1 else 0


def _cell(text: str, style: int) -> str:
    shown = "".join(letter for letter in text if letter >= " " or letter in "\n\t")
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{escape(shown)}</t></is></c>'
