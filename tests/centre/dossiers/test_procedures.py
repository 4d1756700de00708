"""Procedures of a unit: published, changed by a new version, ended, and taken over from an office's own files."""

import datetime
import io
import json
import unicodedata
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from minhbach.centre.dossiers import listed
from minhbach.centre.dossiers.actions import procedures
from minhbach.centre.dossiers.forms import ReceiveForm
from minhbach.centre.dossiers.forms_of_procedures import ProcedureForm
from minhbach.centre.dossiers.listed import Listed, Paper
from minhbach.centre.dossiers.models import PaperKind, Procedure
from minhbach.centre.registry import tables
from minhbach.centre.registry.reading import day_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words
from tests.centre.access.district import SETUP, District
from tests.centre.dossiers.counters import dossier, procedure
from tests.centre.people import signed_in

DAY = datetime.timedelta(days=1)
CSV = (
    "Tên thủ tục;Mã TTHC;Lĩnh vực;Thời hạn giải quyết;Thành phần hồ sơ\r\n"
    'Đăng ký khai sinh;1.001193;Hộ tịch;trong ngày;"Tờ khai (bản chính, 1)\nCăn cước (bản sao, 2)"\r\n'
    "Cấp giấy xác nhận;1.004873;Hộ tịch;03 ngày làm việc;\r\n"
)


def workbook(rows):
    """A small XLSX file with these rows of text and numbers, as offices' programs write it."""

    def cell(value):
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
        return f"<c><v>{value}</v></c>"

    lines = "".join(f'<row r="{n}">{"".join(cell(value) for value in row)}</row>' for n, row in enumerate(rows, 1))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{kind}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{kind}"><sheets><sheet name="A" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" '
        f'Type="{kind}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return out.getvalue()


def test_a_list_is_read_whatever_the_order_and_the_words_of_its_columns():
    found, wrong = listed.read(tables.rows_of(CSV.encode("utf-8-sig")))
    assert wrong == []
    papers = (Paper("Tờ khai", PaperKind.ORIGINAL, 1), Paper("Căn cước", PaperKind.COPY, 2))
    assert found == [
        Listed("1.001193", "Đăng ký khai sinh", "Hộ tịch", 0, papers),
        Listed("1.004873", "Cấp giấy xác nhận", "Hộ tịch", 3, ()),
    ]


def test_a_row_keeps_its_number_beside_empty_ones():
    """What is wrong is named by the row that people see in their file, also below empty ones."""
    head = ["Mã thủ tục", "Tên thủ tục", "Số ngày làm việc"]
    table = [[""], head, ["", ""], ["1.1", "A", "3"], [], [" "], ["1.2", "B", "lâu"]]
    text = "\n".join(",".join(row) for row in table).encode()
    for data in (text, workbook(table)):
        rows = tables.rows_of(data)
        assert (len(rows), rows[0], rows[2]) == (7, [], [])
        found, wrong = listed.read(rows)
        assert [each.code for each in found] == ["1.1"]
        assert [each.number for each in wrong] == [7]
    assert len(tables.rows_of(b"a\n" * 20 + b"\n" * 100_000)) == 20
    with pytest.raises(tables.NotATable):
        tables.rows_of(b"a\n" + b"\n" * 6000 + b"b\n")


def test_a_workbook_gives_the_same_as_a_table_of_text():
    rows = [["Mã thủ tục", "Tên thủ tục", "Số ngày làm việc"], ["1.001193", "Đăng ký khai sinh", 3]]
    found, wrong = listed.read(tables.rows_of(workbook(rows)))
    assert (wrong, found) == ([], [Listed("1.001193", "Đăng ký khai sinh", "", 3, ())])


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04 broken", b"\xff\xfe\x00", b'a,"b\nc', b"x" * (tables.MOST_BYTES + 1), b"a\n" * 6000],
)
def test_what_is_no_table_is_refused_in_words(data):
    with pytest.raises(tables.NotATable):
        tables.rows_of(data)


@given(st.binary(max_size=300).filter(lambda data: data[:2] != b"PK"))
def test_no_bytes_do_anything_but_give_rows_or_be_refused(data):
    try:
        rows = tables.rows_of(data)
    except tables.NotATable:
        return
    listed.read(rows)


def test_each_wrong_row_is_named_by_its_number_and_why():
    rows = [
        ["Mã thủ tục", "Tên thủ tục", "Số ngày làm việc", "Thành phần"],
        ["1.1", "A", "3"],
        ["", "B", "3"],
        ["1.2", "", "3"],
        ["1.3", "C", "lâu"],
        ["1.3", "C", "999"],
        ["1.1", "D", "1"],
        ["1.4", "E", "1", "Tờ (bản sao, 0)"],
    ]
    found, wrong = listed.read(rows)
    assert [one.code for one in found] == ["1.1"]
    assert [each.number for each in wrong] == [3, 4, 5, 6, 7, 8]
    assert [each.number for each in listed.read([["Cột lạ"]])[1]] == [1]
    assert listed.read([])[1]


@pytest.mark.parametrize(
    ("said", "copies"),
    [
        ("CCCD (bản sao, 2).", 2),
        ("CCCD (bản sao 2)", 2),
        ("CCCD (Bản sao: 02 bản) ,", 2),
        ("CCCD (02 BẢN SAO)", 2),
        ("CCCD (ban sao)", 1),
        ("CCCD(bản sao; 3);", 3),
    ],
)
def test_a_paper_is_read_however_its_bracket_is_punctuated(said, copies):
    assert listed.papers_of(said) == (Paper("CCCD", PaperKind.COPY, copies),)


@pytest.mark.parametrize(
    "said",
    [
        "CCCD (bản sao, hai)",
        "CCCD (bản photo, 2)",
        "CCCD (2 bản photo)",
        "CCCD (ban sao x2)",
        "CCCD (Bản sao, 2",
        "CCCD (bản sao, 2) của mẹ",
        "CCCD (1 bản sao, 2)",
        "CCCD (bản sao, 100)",
        "Tờ khai (bản chính, 1), CCCD (bản sao, 2)",
        "(bản sao, 2)",
        unicodedata.normalize("NFD", "CCCD (bản phô tô)"),
    ],
)
def test_a_copy_that_cannot_be_read_is_refused_with_the_right_form_and_never_taken_for_an_original(said):
    refused = listed.papers_of(f"Tờ khai (bản chính, 1); {said}")
    assert isinstance(refused, Words)
    assert "«Căn cước (bản sao, 2)»" in str(refused)
    given = {"more": said, "name": "Lò Thị Páo", "due_on": "2026-12-01", "sets": "1", "return_by": "counter"}
    assert str(refused).partition("».")[2] in str(ReceiveForm(given, procedures=()).errors["more"])
    assert "papers" in ProcedureForm({"papers": said}).errors


@pytest.mark.parametrize(
    "said", ["Tờ khai (ban hành theo Thông tư 01)", "Tờ khai (mẫu số 2)", "Giấy của Ủy ban (nếu có)"]
)
def test_a_bracket_that_says_nothing_of_kind_belongs_to_the_name(said):
    assert listed.papers_of(said) == (Paper(said, PaperKind.ORIGINAL, 1),)


def test_too_many_papers_are_refused_by_their_number():
    assert "40" in str(listed.papers_of("Tờ khai\n" * 41))


cells = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@given(
    cells, st.integers(0, 365), st.lists(st.tuples(st.sampled_from(list(PaperKind)), st.integers(1, 99)), max_size=5)
)
def test_what_is_written_into_a_file_is_taken_over_as_the_same(name, days, papers):
    components = [
        {"name": f"Giấy {n}", "kind": kind.value, "copies": copies} for n, (kind, copies) in enumerate(papers)
    ]
    row = Procedure(code="1.001193", name=f"Cấp {name}", field="Hộ tịch", working_days=days, components=components)
    [found], wrong = listed.read(tables.rows_of(tables.written([listed.HEADINGS, listed.as_row(row)])))
    assert wrong == []
    assert (found.working_days, found.components) == (days, components)


def test_no_cell_of_a_file_computes():
    data = tables.written([["=1+1", "@x", "Tờ khai"]]).decode()
    assert "'=1+1" in data
    assert "'@x" in data


@pytest.mark.django_db
class TestRows:
    """Procedures as units keep them."""

    def test_a_change_is_a_new_version_and_dossiers_keep_theirs(self):
        district = District()
        of = procedure(district)
        kept = dossier(district, of)
        new = Listed(of.code, of.name, of.field, 5, ())
        today = day_of(district.now)
        with pytest.raises(NotPossible):
            procedures.publish(SETUP, unit=of.unit_id, listed=new, day=of.valid_from, now=district.now)
        made = procedures.publish(SETUP, unit=of.unit_id, listed=new, day=today, now=district.now)
        of.refresh_from_db()
        kept.refresh_from_db()
        assert (of.valid_until, made.valid_from, kept.procedure) == (today, today, of)
        procedures.end_procedure(SETUP, procedure=made, day=today + DAY, now=district.now)
        with pytest.raises(NotPossible):
            procedures.end_procedure(SETUP, procedure=made, day=today + DAY, now=district.now)

    def test_a_list_is_taken_over_as_a_whole_and_the_second_time_nothing_changes(self):
        district = District()
        rows, _ = listed.read(tables.rows_of(CSV.encode()))
        unit, today = district.units["top"].id, day_of(district.now)

        def take(what, day=today):
            return procedures.take_list(SETUP, unit=unit, rows=what, day=day, now=district.now)

        assert take(rows) == procedures.Taken(2, 0, 0)
        assert take(rows) == procedures.Taken(0, 0, 2)
        other = Listed("1.001193", "Khác", "", 1, ())
        with pytest.raises(NotPossible):  # one cannot change on its first day, so none is changed
            take([Listed("9.9", "Mới", "", 1, ()), other])
        assert Procedure.objects.count() == 2
        assert take([other], today + DAY) == procedures.Taken(0, 1, 0)

    def test_an_administrator_keeps_the_list_and_an_officer_searches_it(self):
        district = District()
        unit = district.units["top"].id
        browser = signed_in(district.people["system_administrator"])
        address, day = reverse("procedure_import", args=[unit]), day_of(district.now)

        def send(data):
            return browser.post(address, {"file": SimpleUploadedFile("a.csv", data), "day": day.isoformat()})

        assert "Dòng 3" in send(CSV.replace("03 ngày làm việc", "lâu").encode()).content.decode()
        assert send(b"PK broken").status_code == 422
        assert not Procedure.objects.exists()
        assert send(CSV.encode()).status_code == 302
        commune = district.units["A"].id
        officer = signed_in(district.people["one_stop_officer"])
        found = officer.get(reverse("procedures", args=[commune]), {"tim": "khai sinh"}).content.decode()
        assert "1.001193" in found
        assert "1.004873" not in found
        assert "Thêm thủ tục" not in found
        assert (
            "Không có thủ tục nào khớp"
            in officer.get(reverse("procedures", args=[commune]), {"tim": "zz"}).content.decode()
        )
        row = Procedure.objects.get(code="1.004873")
        edit = reverse("procedure_edit", args=[unit, row.id])
        assert "Cấp giấy xác nhận" in browser.get(edit).content.decode()
        new = {
            "code": row.code,
            "name": "Tên mới",
            "working_days": "2",
            "papers": "Tờ khai",
            "day": (day + DAY).isoformat(),
        }
        assert browser.post(edit, new | {"papers": "Tờ khai (bản sao, 0)"}).status_code == 422
        assert browser.post(edit, new).status_code == 302
        assert Procedure.objects.get(code=row.code, valid_until__isnull=True).name == "Tên mới"
        end = reverse("procedure_end", args=[unit, Procedure.objects.get(code="1.001193").id])
        assert browser.post(end, {"day": (day + DAY).isoformat()}).status_code == 302
        assert browser.get(reverse("procedures_csv", args=[unit])).content.decode().count("\r\n") == 3

    def test_the_api_lists_and_publishes(self):
        district = District()
        unit = district.units["top"].id
        browser = signed_in(district.people["system_administrator"])
        paper = {"name": "Tờ khai", "kind": "original", "copies": 1}
        new = {
            "code": "1.1",
            "name": "A",
            "working_days": 3,
            "papers": [paper],
            "day": day_of(district.now).isoformat(),
        }
        body = json.dumps(new)
        address = f"/api/units/{unit}/procedures"
        assert browser.post(address, body, content_type="application/json").status_code == 200
        assert browser.post(address, body, content_type="application/json").status_code == 409
        never = json.dumps(new | {"code": "1.2", "name": "\u0000"})
        assert browser.post(address, never, content_type="application/json").status_code == 422
        unseen = json.dumps(new | {"code": "1.2", "name": "\u200b"})
        assert browser.post(address, unseen, content_type="application/json").status_code == 409
        [told] = browser.get(f"/api/units/{district.units['A'].id}/procedures").json()
        assert (told["code"], told["working_days"], told["papers"]) == ("1.1", 3, [paper])
