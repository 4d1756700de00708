"""Documents that people go on editing: well-formed, the same for the same parts, and nothing typed becomes markup."""

import io
import zipfile
from xml.etree import ElementTree

from minhbach.centre.papers.docx import Letterhead, Paragraph, Picture, Signatures, Table, docx

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)
PARTS = (
    Letterhead("UBND tỉnh Hà Giang", "UBND xã Mộc Xuyên", "Số: 01/ĐN", "Mộc Xuyên, ngày 05 tháng 3 năm 2026"),
    Paragraph("ĐỀ NGHỊ", bold=True, centred=True),
    Paragraph("Máy tính <b>hỏng</b> & chậm \x07"),
    Table([["TT", "Thiết bị"], ["1", "Máy in"], ["2", "Ghế chờ"]], [1, 5]),
    Picture(PNG, 100, 50, 'Biểu đồ "số lượng"'),
    Signatures((("Người lập", "Nguyễn Văn A"), ("Chủ tịch", ""))),
)


def opened(data: bytes) -> tuple[zipfile.ZipFile, ElementTree.Element]:
    packed = zipfile.ZipFile(io.BytesIO(data))
    for name in packed.namelist():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(packed.read(name))
    return packed, ElementTree.fromstring(packed.read("word/document.xml"))


def test_what_is_said_stands_in_the_document_letter_by_letter() -> None:
    _, body = opened(docx("Đề nghị mua sắm", PARTS))
    said = [each.text or "" for each in body.iter(f"{W}t")]
    assert "Máy tính <b>hỏng</b> & chậm " in said
    assert {"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "UBND XÃ MỘC XUYÊN", "Ghế chờ", "NGƯỜI LẬP"} <= set(said)


def test_a_table_has_its_rows_and_its_heading_comes_again_on_each_page() -> None:
    _, body = opened(docx("x", PARTS))
    table = list(body.iter(f"{W}tbl"))[1]
    rows = list(table.iter(f"{W}tr"))
    assert [[text.text for text in row.iter(f"{W}t")] for row in rows] == [
        ["TT", "Thiết bị"],
        ["1", "Máy in"],
        ["2", "Ghế chờ"],
    ]
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, False, False]


def test_a_picture_travels_inside_and_the_same_parts_make_the_same_bytes() -> None:
    packed, _ = opened(docx("x", PARTS))
    assert packed.read("word/media/1.png") == PNG
    assert docx("x", PARTS) == docx("x", PARTS)
