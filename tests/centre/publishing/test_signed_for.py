"""A report is issued and signed as Nghị định 30/2020 has it: on a committee's behalf, in the place of its chairman."""

import datetime
import io
import zipfile

import pypdf
import pytest

from minhbach.centre.papers import actions as papers
from minhbach.centre.publishing import printing, reading
from minhbach.centre.publishing.models import Report, StepKind
from minhbach.centre.registry import letterhead
from minhbach.centre.registry.models import Assignment
from tests.centre.publishing.doing import step, who
from tests.centre.publishing.month import Month, at

D = datetime.date


@pytest.fixture
def month(db):
    made = Month()
    made.draft()
    return made


def text_of(data):
    return "".join("".join(each.extract_text().split()) for each in pypdf.PdfReader(io.BytesIO(data)).pages)


def document(month, row, signer=None):
    told = reading.told(row.id, now=at(D(2026, 5, 4), 9))
    with zipfile.ZipFile(io.BytesIO(printing.document(told, now=at(D(2026, 5, 4), 9), signer=signer))) as packed:
        return packed.read("word/document.xml").decode()


def signed(month, name, kind, role, title):
    """The report of that unit, signed by who has that role and signs with that title; its paper, in letters alone."""
    row = Report.objects.get(unit=month.district.units[name], kind=kind)
    Assignment.objects.filter(person=who(month, role).person).update(title=title)
    return row, text_of(papers.read(step(month, row, role, StepKind.SIGNED).paper))


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Chủ tịch UBND xã A", ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]),
        ("", ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]),
        ("Phó Chủ tịch Ủy ban nhân dân xã A", ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]),
    ],
)
def test_a_communes_report_is_signed_on_the_committees_behalf(month, title, lines):
    row, text = signed(month, "A", "operates", "commune_chairman", title)
    name = who(month, "commune_chairman").person.full_name
    assert "".join([*lines, "(ký, ghi rõ họ tên, đóng dấu)", name]).replace(" ", "") in text
    assert "ỦYBANNHÂNDÂNXÃA" in text
    assert "UBNDVÙNG1" in text
    assert "THỦTRƯỞNG" not in text
    assert "ngày20tháng3năm2026" in text
    # The document for the office bears the same, and the day on which it was signed.
    written = document(month, row, who(month, "commune_chairman").person)
    assert all(line in written for line in [*lines, "ỦY BAN NHÂN DÂN XÃ A", "ngày 20 tháng 3 năm 2026"])


def test_the_report_of_another_body_is_signed_by_its_head_alone(month):
    _, text = signed(
        month, "inspectorate", "supervises_reception_room", "chief_inspector", "Phó Chánh Thanh tra tỉnh Hòa Giang"
    )
    assert "KT.CHÁNHTHANHTRAPHÓCHÁNHTHANHTRA(ký" in text
    assert "TM." not in text


def test_a_draft_bears_the_day_it_is_printed_on_and_nobodys_name(month):
    row = Report.objects.get(unit=month.district.units["A"], kind="operates")
    written = document(month, row)
    assert "ngày 04 tháng 5 năm 2026" in written
    assert "(chưa ký)" in written


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (D(2026, 1, 9), "ngày 09 tháng 01 năm 2026"),
        (D(2026, 2, 10), "ngày 10 tháng 02 năm 2026"),
        (D(2026, 5, 25), "ngày 25 tháng 5 năm 2026"),
        (D(2026, 12, 1), "ngày 01 tháng 12 năm 2026"),
    ],
)
def test_only_days_below_ten_and_the_first_two_months_have_a_nought(day, words):
    assert letterhead.in_words(day) == words


@pytest.mark.parametrize(
    ("kind", "title", "lines"),
    [
        ("office", "Chánh Văn phòng UBND tỉnh", ["Chánh Văn phòng"]),
        ("office", "", ["Chánh Văn phòng"]),
        ("service_centre", "Phó Giám đốc Trung tâm Phục vụ hành chính công", ["KT. Giám đốc", "Phó Giám đốc"]),
        ("department", "Giám đốc Sở Nội vụ", ["Giám đốc"]),
        ("department", "Phó Trưởng phòng", ["KT. Trưởng phòng", "Phó Trưởng phòng"]),
        ("team", "", ["Thủ trưởng đơn vị"]),
        ("special_zone", "Chủ tịch Uỷ ban nhân dân đặc khu", ["TM. Ủy ban nhân dân", "Chủ tịch"]),
    ],
)
def test_the_place_to_sign_follows_the_kind_of_the_unit_and_the_title(kind, title, lines):
    assert letterhead.signs(kind, title) == lines


def test_who_has_two_titles_signs_as_the_head():
    assert letterhead.title_of(["", "Phó Chủ tịch", "Chủ tịch"]) == "Chủ tịch"
    assert letterhead.title_of([]) == ""


def test_a_name_that_says_what_it_is_is_not_said_twice():
    assert letterhead.issuer("commune", "UBND xã A") == "UBND xã A"
    assert letterhead.above("province", "Ủy ban nhân dân tỉnh B") == "UBND tỉnh B"
    assert letterhead.above("inspectorate", "Thanh tra tỉnh") == "Thanh tra tỉnh"
