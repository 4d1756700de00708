"""Workbooks as nobody's program writes them: few bytes that ask for very much."""

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET = "xl/worksheets/sheet1.xml"


def sheet(cells: str, before: str = "") -> str:
    """The XML of a sheet with these rows."""
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'


def workbook(content: str, shared: str = "") -> bytes:
    """An XLSX file of one sheet of this XML."""
    override = f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'{override}<Override PartName="/{SHEET}" ContentType="{TYPES}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{KIND}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{KIND}"><sheets><sheet name="A" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" '
        f'Type="{KIND}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
        f'Type="{KIND}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        SHEET: content,
        "xl/sharedStrings.xml": shared or f'<sst xmlns="{MAIN}"/>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return out.getvalue()


def lying(data: bytes, said: int) -> bytes:
    """The same ZIP, every part of which says that it unpacks to so many bytes."""
    changed = bytearray(data)
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = changed.find(signature)
        while place >= 0:
            changed[place + at : place + at + 4] = said.to_bytes(4, "little")
            place = changed.find(signature, place + 4)
    return bytes(changed)


def far_apart() -> bytes:
    """Two cells in opposite corners of a sheet: between them, seventeen thousand million empty ones."""
    return workbook(
        sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    )


def large(megabytes: int) -> str:
    """A sheet of one cell with so many spaces around it."""
    return sheet(" " * (megabytes << 20) + '<row r="1"><c r="A1"><v>1</v></c></row>')


def many_cells(count: int) -> bytes:
    """One row of so many cells."""
    return workbook(sheet('<row r="1">' + '<c t="str"><v>x</v></c>' * count + "</row>"))


def entities() -> bytes:
    """Names of names of names, a thousand million of them in the end."""
    names = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE lolz [<!ENTITY e0 "lol">{names}<!ENTITY file SYSTEM "file:///etc/hostname">]>'
    return workbook(sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>&e9;&file;</t></is></c></row>', before=doctype))


def repeated() -> bytes:
    """An ODS sheet in which one written cell is there a thousand million times."""
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="A"><table:table-row table:number-rows-repeated="1000000">'
        '<table:table-cell table:number-columns-repeated="1000" office:value-type="string"><text:p>x</text:p>'
        "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
    return out.getvalue()
