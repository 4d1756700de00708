"""An official document that people go on editing: a .docx of paragraphs, tables, pictures and places to sign.

Written with the standard library, in the page and type of Nghị định 30/2020 (A4, its margins, Times New Roman
14 pt). Promises the same bytes for the same parts. Words are data: nothing that somebody typed becomes markup.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: The national title stands on one line: it needs more than half of the page.
HEAD_WIDTHS = (65, 100)
#: Twentieths of a point in a millimetre; English metric units in a millimetre; what is between the margins of A4.
_TWIPS_MM, _EMU_MM, WIDTH_MM = 56.6929, 36_000, 165


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. `size` in points; justified unless centred."""

    text: str
    bold: bool = False
    italic: bool = False
    centred: bool = False
    size: int = 14


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text; the first is the heading and comes again on each page. `widths` are shares of the line."""

    rows: Sequence[Sequence[str]]
    widths: Sequence[int]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who issues, and Quốc hiệu; number, place and date below."""

    above: str
    unit: str
    number: str
    place_and_date: str


@dataclass(frozen=True, slots=True)
class Signatures:
    """Places to sign side by side: in what quality, who."""

    parties: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a paper of one office: who gets it, and the place of whoever signs."""

    to: Sequence[str]
    quality: str
    who: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, so many millimetres wide and high; `words` for who does not see it."""

    png: bytes
    width_mm: int
    height_mm: int
    words: str


Part = Paragraph | Table | Letterhead | Signatures | Ending | Picture


def docx(title: str, parts: Sequence[Part]) -> bytes:
    """The document."""
    pictures = [part for part in parts if isinstance(part, Picture)]
    body = "".join(_part(part, pictures) for part in parts)
    files: dict[str, bytes] = {
        "[Content_Types].xml": _xml(
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="png" ContentType="image/png"/>'
            f'<Override PartName="/word/document.xml" ContentType="{MEDIA_TYPE}.main+xml"/>'
            '<Override PartName="/docProps/core.xml" '
            'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
        ),
        "_rels/.rels": _xml(
            f'<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_R}/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" '
            f'Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>'
        ),
        "docProps/core.xml": _xml(
            f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{_text(title)}</dc:title>'
            "<dc:creator>Minh Bạch</dc:creator></cp:coreProperties>"
        ),
        "word/document.xml": _xml(
            f'<w:document xmlns:w="{_W}" xmlns:r="{_R}" xmlns:wp="{_DRAWING}/wordprocessingDrawing" '
            f'xmlns:a="{_DRAWING}/main" xmlns:pic="{_DRAWING}/picture"><w:body>{body}{_page()}</w:body></w:document>'
        ),
        "word/_rels/document.xml.rels": _xml(
            f'<Relationships xmlns="{_PACKAGE}/relationships">'
            + "".join(
                f'<Relationship Id="rId{n}" Type="{_R}/image" Target="media/{n}.png"/>'
                for n in range(1, len(pictures) + 1)
            )
            + "</Relationships>"
        ),
    }
    files |= {f"word/media/{n}.png": part.png for n, part in enumerate(pictures, 1)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _xml(text: str) -> bytes:
    return (_HEAD + text).encode()


def _text(text: str) -> str:
    """Escaped, without what XML cannot hold."""
    return escape("".join(letter for letter in text if letter >= " " or letter in "\n\t"))


def _part(part: Part, pictures: Sequence[Picture]) -> str:
    if isinstance(part, Paragraph):
        return _paragraph(part, "center" if part.centred else "both")
    if isinstance(part, Table):
        return _table(part)
    if isinstance(part, Picture):
        return _picture(part, pictures.index(part) + 1)
    if isinstance(part, Letterhead):
        return _side_by_side(_letterhead(part), HEAD_WIDTHS)
    if isinstance(part, Ending):
        return _side_by_side([_recipients(part.to), _place(part.quality, part.who)], (1, 1), first="left")
    return _side_by_side([_place(*party) for party in part.parties], [1] * len(part.parties))


def _paragraph(part: Paragraph, align: str) -> str:
    lines = '</w:t><w:br/><w:t xml:space="preserve">'.join(_text(part.text).split("\n"))
    marks = ("<w:b/>" if part.bold else "") + ("<w:i/>" if part.italic else "")
    return (
        f'<w:p><w:pPr><w:spacing w:before="60" w:after="60"/><w:jc w:val="{align}"/></w:pPr><w:r><w:rPr>'
        '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>'
        f'{marks}<w:sz w:val="{part.size * 2}"/><w:lang w:val="vi-VN"/></w:rPr>'
        f'<w:t xml:space="preserve">{lines}</w:t></w:r></w:p>'
    )


def _twips(millimetres: float) -> int:
    return round(millimetres * _TWIPS_MM)


def _cell(content: str, width_mm: float) -> str:
    width = f'<w:tcPr><w:tcW w:w="{_twips(width_mm)}" w:type="dxa"/></w:tcPr>'
    return f"<w:tc>{width}{content}</w:tc>"


def _table(part: Table) -> str:
    whole = sum(part.widths)
    widths = [WIDTH_MM * width / whole for width in part.widths]
    edges = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for edge in edges)
    rows = []
    for number, row in enumerate(part.rows):
        head = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if number == 0 else "<w:trPr><w:cantSplit/></w:trPr>"
        said = [Paragraph(cell, bold=number == 0, size=13) for cell in row]
        align = "center" if number == 0 else "left"
        cells = (_cell(_paragraph(each, align), width) for each, width in zip(said, widths, strict=True))
        rows.append(f"<w:tr>{head}{''.join(cells)}</w:tr>")
    grid = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths)
    shape = f'<w:tblPr><w:tblW w:w="{_twips(WIDTH_MM)}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders></w:tblPr>'
    return f"<w:tbl>{shape}<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>{_paragraph(Paragraph(''), 'left')}"


def _side_by_side(columns: Sequence[Sequence[Paragraph]], shares: Sequence[int], *, first: str = "center") -> str:
    widths = [WIDTH_MM * share / sum(shares) for share in shares]
    aligns = [first, *["center"] * (len(columns) - 1)]
    cells = (
        _cell("".join(_paragraph(each, align) for each in column), width)
        for column, align, width in zip(columns, aligns, widths, strict=True)
    )
    grid = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths)
    shape = f'<w:tblPr><w:tblW w:w="{_twips(WIDTH_MM)}" w:type="dxa"/></w:tblPr>'
    return (
        f"<w:tbl>{shape}<w:tblGrid>{grid}</w:tblGrid><w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"
        f"</w:tbl>{_paragraph(Paragraph(''), 'left')}"
    )


def _letterhead(part: Letterhead) -> list[list[Paragraph]]:
    left = [Paragraph(part.above.upper(), size=12)] if part.above else []
    left += [Paragraph(part.unit.upper(), bold=True, size=12), Paragraph(part.number, size=13)]
    right = [
        Paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=12),
        Paragraph("Độc lập - Tự do - Hạnh phúc", bold=True, size=13),
        Paragraph(part.place_and_date, italic=True, size=13),
    ]
    return [left, right]


def _recipients(to: Sequence[str]) -> list[Paragraph]:
    lines = "\n".join(f"- {each}{'.' if each is to[-1] else ';'}" for each in to)
    return [Paragraph("Nơi nhận:", bold=True, italic=True, size=12), Paragraph(lines, size=11)]


def _place(quality: str, who: str) -> list[Paragraph]:
    return [
        Paragraph(quality.upper(), bold=True),
        Paragraph("(ký, ghi rõ họ tên)", italic=True, size=13),
        Paragraph("\n\n\n", size=13),
        Paragraph(who, bold=True),
    ]


def _picture(part: Picture, number: int) -> str:
    size = f'cx="{part.width_mm * _EMU_MM}" cy="{part.height_mm * _EMU_MM}"'
    words = _text(part.words).replace('"', "&quot;")
    return (
        '<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent {size}/><wp:docPr id="{number}" name="{number}" descr="{words}"/><a:graphic><a:graphicData '
        f'uri="{_DRAWING}/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="{number}.png"/>'
        f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rId{number}"/><a:stretch><a:fillRect/>'
        f'</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r></w:p>"
    )


def _page() -> str:
    margins = {"top": 20, "bottom": 20, "left": 30, "right": 15, "header": 10, "footer": 10, "gutter": 0}
    said = " ".join(f'w:{name}="{_twips(millimetres)}"' for name, millimetres in margins.items())
    return f'<w:sectPr><w:pgSz w:w="{_twips(210)}" w:h="{_twips(297)}"/><w:pgMar {said}/></w:sectPr>'
