"""Catalogues come from files: whole or not at all, an error for each row, and again the same file changes nothing."""

import copy
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.centre.access.api import pair
from minhbach.centre.registry.tables import rows_of, written
from minhbach.centre.registry.workbooks import workbook
from minhbach.centre.regulation import drafting, sections
from minhbach.centre.regulation.catalogues import as_rows, errors_as_rows, headings_of, read
from minhbach.centre.regulation.columns import CATALOGUES
from minhbach.centre.regulation.document import differences
from minhbach.centre.regulation.models import Draft
from minhbach.centre.regulation.rules import PROFILES, parse, shipped
from tests.centre.access.district import District
from tests.centre.people import signed_in

CONTENT = shipped(PROFILES[0])
RULES = parse(CONTENT)
HEAD = [words.vi for words in headings_of("situations")]
texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp")), min_size=1, max_size=40).filter(
    lambda text: text.strip() and not text.strip().startswith("'")
)


@pytest.mark.parametrize("name", CATALOGUES)
def test_what_is_written_reads_back_as_what_it_was_written_from_in_its_order(name):
    for file in (written(as_rows(RULES, name)), workbook(as_rows(RULES, name))):
        items, wrong = read(rows_of(file), name, RULES)
        assert wrong == []
        assert list(items) == list(RULES.catalogues[name])
        changed = copy.deepcopy(CONTENT)
        sections.write_catalogue(changed, name, items)
        assert differences(RULES, parse(changed)) == []


def test_the_file_of_another_catalogue_is_not_taken_for_this_one():
    items, wrong = read(as_rows(RULES, "sanctions"), "conduct", RULES)
    assert items == {}
    assert {each.number for each in wrong} == {1}
    assert all("chọn nhầm tệp" in pair(each.words)["vi"] for each in wrong)
    # Whoever deletes those columns has a file of this catalogue; the column with what is wrong may stay.
    table = errors_as_rows([["Mã", "Nội dung", "Màu"], ["late", "Đi muộn", "xanh"]], [])
    _, wrong = read(table, "conduct", RULES)
    (said,) = {pair(each.words)["vi"] for each in wrong if each.number == 1}
    assert "«Màu»" in said
    mended = [[row[0], row[1], row[3]] for row in errors_as_rows(table, wrong)]
    assert not [each for each in read(mended, "conduct", RULES)[1] if each.number == 1]


@settings(max_examples=60)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=8))
def test_no_content_is_lost_or_computed_on_the_way_through_a_file(said):
    content = copy.deepcopy(CONTENT)
    table = [HEAD[:3], *([f"m{n}", vi, en] for n, (vi, en) in enumerate(said))]
    items, wrong = read(table, "situations", RULES)
    assert wrong == []
    sections.write_catalogue(content, "situations", items)
    again, wrong = read(rows_of(written(as_rows(parse(content), "situations"))), "situations", RULES)
    assert wrong == []
    assert again == items


def test_rows_below_empty_ones_are_named_by_the_number_that_people_see():
    wrong_row = ["Đi muộn", "Đi làm muộn", "", "", ""]
    table = [[], HEAD, [], ["first", "Việc đầu", "", "Ít nghiêm trọng", "Nhắc nhở"], [], wrong_row]
    for file in (written(table), workbook(table)):
        rows = rows_of(file)
        items, wrong = read(rows, "situations", RULES)
        assert (list(items), [each.number for each in wrong]) == (["first"], [6])
        sheet = errors_as_rows(rows, wrong)
        assert (sheet[1][-1], bool(sheet[5][-1]), len(sheet)) == ("Cần sửa", True, 6)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (["Đi muộn", "Đi làm muộn", "", "", ""], "Mã"),
        (["di_muon", "", "Late", "", ""], "Thiếu"),
        (["di_muon", "x" * 201, "", "", ""], "200"),
        (["di_muon", "Đi làm muộn", "", "rất tệ", ""], "Mức độ"),
        (["di_muon", "Đi làm muộn", "", "", "phạt tiền"], "Hình thức"),
        (["first", "Lại", "", "", ""], "đã có ở dòng 2"),
    ],
)
def test_each_wrong_row_is_named_and_the_sheet_of_errors_is_the_same_table(row, says):
    table = [HEAD, ["first", "Việc đầu", "", "Ít nghiêm trọng", "Nhắc nhở"], row]
    _, wrong = read(table, "situations", RULES)
    assert [each.number for each in wrong] == [3]
    assert says in str(wrong[0].words)
    sheet = rows_of(workbook(errors_as_rows(table, wrong), last_is_wrong=True))
    assert sheet[0][-1] == "Cần sửa"
    assert says in sheet[2][-1]
    sheet[2][:5] = ["di_muon", "Đi làm muộn", "", "Nghiêm trọng", "Khiển trách"]
    items, wrong = read(sheet, "situations", RULES)
    assert wrong == []
    assert items["di_muon"] == {
        "vi": "Đi làm muộn",
        "en": "Đi làm muộn",
        "severity": "serious",
        "sanction": "reprimand",
    }


@pytest.mark.parametrize("table", [[], [["a", "b"]], [["Mã"], ["x"]], [HEAD]])
def test_a_table_without_headings_or_rows_says_so(table):
    items, wrong = read(table, "situations", RULES)
    assert not items
    assert wrong


def test_roles_and_items_stand_by_rank_whatever_order_they_are_stored_in():
    for profile in PROFILES:
        content = shipped(profile)
        stored = {
            key: dict(sorted(value.items(), key=lambda item: (len(item[0]), item[0])))
            if key in ("roles", *CATALOGUES)
            else value
            for key, value in content.items()
        }  # as PostgreSQL keeps the keys of an object
        assert list(parse(stored).roles) == list(content["roles"])
        for name in CATALOGUES:
            assert list(parse(stored).catalogues[name]) == list(content[name])
        sections.add_role(stored, "aide", "chief_inspector")
        order = list(parse(stored).roles)
        assert order[order.index("chief_inspector") + 1] == "aide"
        sections.place_role(stored, "aide", "")
        assert next(iter(parse(stored).roles)) == "aide"


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def draft(db):
    district = District()
    keeper = district.people["system_administrator"]
    drafting.begin(keeper.person, unit=district.units["top"].id, now=district.now)
    return signed_in(keeper)


def send(browser, rows, mode="replace", name="situations"):
    way = reverse("draft_catalogue_import", args=[Draft.objects.get().id, name])
    file = SimpleUploadedFile("danh-muc.xlsx", workbook(rows))
    return browser.post(way, {"file": file, "mode": mode})


def kept():
    return parse(Draft.objects.get().content).situations


def test_a_file_is_taken_whole_or_not_at_all_and_again_changes_nothing(draft):
    before = Draft.objects.get().content
    wrong = send(draft, [HEAD, ["a", "Một", "", "", ""], ["Không được", "Hai", "", "", ""]])
    assert wrong.status_code == 422
    assert "Dòng 3" in wrong.content.decode()
    assert Draft.objects.get().content == before
    table = re.search(r'name="table" value="([^"]+)"', wrong.content.decode())
    assert table
    sheet = draft.post(
        reverse("draft_catalogue_errors", args=[Draft.objects.get().id, "situations"]), {"table": table[1]}
    )
    assert "Không được" in rows_of(sheet.content)[2]
    assert rows_of(sheet.content)[2][-1]

    rows = [HEAD, ["b_2", "Hai", "Two", "nghiêm trọng", "Phê bình"], ["a_1", "Một", "", "", ""]]
    assert send(draft, rows).status_code == 302
    assert list(kept()) == ["b_2", "a_1"]
    once = Draft.objects.get().content
    assert send(draft, rows).status_code == 302
    assert Draft.objects.get().content == once
    assert send(draft, [HEAD, ["c", "Ba", "", "", ""], ["a_1", "Một lần nữa", "", "", ""]], "add").status_code == 302
    assert {code: words.vi for code, words in kept().items()} == {"b_2": "Hai", "a_1": "Một lần nữa", "c": "Ba"}


@pytest.mark.parametrize("said", ["", "x", "AAAA", "eJwDAAAAAAE=", "eJyLVgIAAGMAYg=="])
def test_a_table_that_comes_back_as_none_is_refused(draft, said):
    way = reverse("draft_catalogue_errors", args=[Draft.objects.get().id, "situations"])
    assert draft.post(way, {"table": said}).status_code == 400


def test_everybody_takes_the_catalogues_of_a_version_along(draft):
    version = Draft.objects.get().base_id
    for name in CATALOGUES:
        book = draft.get(reverse("regulation_catalogue", args=[version, name]))
        lines = draft.get(reverse("regulation_catalogue_csv", args=[version, name]))
        assert rows_of(book.content) == rows_of(lines.content)
        assert len(rows_of(book.content)) == 1 + len(shipped(PROFILES[1])[name])
        assert io.BytesIO(book.content).read(2) == b"PK"
    assert draft.get(reverse("regulation_catalogue", args=[version, "roles"])).status_code == 404
