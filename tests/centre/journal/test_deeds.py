"""Nothing that somebody searches or takes along escapes the audit log, and none of it the week's count."""

import ast
import datetime
import re
from pathlib import Path

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone

import minhbach.centre
from minhbach.centre.access import searching
from minhbach.centre.access.guard import Guarded
from minhbach.centre.access.models import AuditRow
from minhbach.centre.access.pace import Cost, cost_of
from minhbach.centre.access.recording import record
from minhbach.centre.journal import deeds
from minhbach.centre.journal.unusual import SEARCHED, TAKEN
from minhbach.centre.registry.models import Person
from tests.centre.access.district import District
from tests.centre.people import signed_in

SOURCES = Path(minhbach.centre.__file__).parent
#: Modules that read words from the address, beside the search that their rows are of; none with the reason.
READ_WORDS = {
    "access/views/accounts.py": "searched:accounts",
    "evidence/api.py": "book_searched",
    "evidence/forms.py": "book_searched",
    "evidence/views/book.py": "book_searched",
    "evidence/subjects_api.py": "subjects_searched",
    "evidence/views/subject_book.py": "subjects_searched",
    "feedback/api.py": "searched:api/feedback",
    "feedback/views/offices.py": "searched:feedback",
    "footage/views/holds.py": "searched:holds",
    "front/views.py": "searched:find",
    "oversight/api.py": "searched:api/findings",
    "oversight/case_api.py": "searched:api/findings/book",
    "oversight/views/findings.py": "searched:findings",
    "oversight/views/finding_books.py": "searched:finding_book",
    "feedback/forms.py": "public answers, without an account",
    "feedback/views/answers.py": "public answers, without an account",
    "messaging/views.py": "the queue of mails, seen by who keeps the machine; what a mail says is not there",
    "registry/views/inventory.py": "devices",
}
#: Addresses whose view writes down itself what was taken along, beside somebody who may.
BOOKS = {
    "book_pdf": "chief_of_office",
    "book_csv": "chief_of_office",
    "subjects_pdf": "commune_chairman",
    "subjects_csv": "commune_chairman",
    "reception_book_pdf": "reception_officer",
    "reception_book_sheet": "reception_officer",
    "finding_book_pdf": "inspector",
    "finding_book_xlsx": "inspector",
    "viewings_csv": "viewing_auditor",
}
MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)


def searches():
    return AuditRow.objects.filter(deeds.SEARCHES)


# -- the lists are whole ---------------------------------------------------------------------------------------------


def taking(*, noted):
    """Every address that gives something out, noted by the guard or by its view."""
    for each in get_resolver().url_patterns:
        view = each.callback
        taken = cost_of(str(each.pattern), reading=True) is Cost.TAKING
        if taken and isinstance(view, Guarded) and view.noted is noted:
            yield getattr(each, "name", "")


def test_every_file_that_leaves_is_counted_or_is_a_paper_of_one_matter():
    known = {*deeds.TABLES, *deeds.PAPERS, "extraction_package"}
    assert set(taking(noted=True)) == known
    assert set(taking(noted=False)) == set(BOOKS)
    assert not set(deeds.TABLES) & set(deeds.PAPERS)
    assert not [name for name in deeds.PAPERS if name.endswith(("csv", "xlsx"))]
    assert "page:extraction_package" in deeds.TAKEN_ACTS


def acts_in_source():
    """Every act that the code writes down under a name of its own."""
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"record", "_note"}:
                yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant))


def test_every_act_that_searches_or_exports_is_counted():
    written = {act for act in acts_in_source() if isinstance(act, str)}
    found = {act for act in written if act.endswith("_searched")}
    assert found == set(deeds.SEARCHED_ACTS)
    assert {act for act in written if act.endswith("_exported")} == {
        act for act in deeds.TAKEN_ACTS if act.endswith("_exported")
    }


def test_every_page_that_reads_words_from_the_address_is_known_with_its_row():
    asks = re.compile(r'GET(\.get\(|\[)"q"|\bq: Annotated|^    q = forms', re.MULTILINE)
    paths = [path for path in SOURCES.rglob("*.py") if asks.search(path.read_text("utf-8"))]
    found = {path.relative_to(SOURCES).as_posix() for path in paths}
    assert found <= set(READ_WORDS)


# -- and no client decides what is written -----------------------------------------------------------------------------


@pytest.fixture
def district():
    return District()


@pytest.mark.django_db
def test_no_header_and_no_field_of_the_address_hides_a_search(district):
    typed = {"HX-Request": "true"}
    for role, where, headers in (
        ("inspector", "/giu-lai?q=Hường&tu=0", {}),
        ("inspector", "/giu-lai?q=Bảy&skip=0", {}),
        ("inspector", "/giu-lai?q=Ba", typed),
        ("inspector", "/api/findings?q=Hường&skip=0", {}),
        ("inspector", "/api/findings/book?q=Hường&tu", typed),
        ("inspector", "/phat-hien?q=Hường&tu=50", {}),
        ("inspector", "/phat-hien/so?q=Hường&tu=50", {}),
        ("inspector", "/danh-gia-phan-anh?q=Hường&tu=0", {}),
        ("inspector", "/api/feedback/petitions?q=Hường&skip=0", {}),
        ("inspector", "/tim?q=Hường", typed),
        ("system_administrator", "/tai-khoan?q=Hường", {}),
        ("system_administrator", "/tai-khoan?q=Bảy&tu=0", typed),
    ):
        before = searches().count()
        assert signed_in(district.people[role]).get(where, headers=headers).status_code == 200, where
        assert searches().count() == before + 1, where


@pytest.mark.django_db
def test_the_same_words_in_the_same_list_are_one_search_for_half_an_hour(district):
    officer = district.people["inspector"]
    browser, url = signed_in(officer), reverse("holds")
    for text in ("xác minh", "xác minh ", "khác"):
        browser.get(url, {"q": text})
        browser.get(url, {"q": text, "tu": "50"}, headers={"HX-Request": "true"})
    browser.get(reverse("findings"), {"q": "khác"})
    signed_in(district.people["chief_inspector"]).get(url, {"q": "khác"})
    assert [row.details["q"] for row in searches().order_by("at", "id")] == ["xác minh", "khác", "khác", "khác"]
    record(officer, "searched:holds", now=timezone.now() - searching.SAME - MINUTE, details={"q": "cũ"})
    browser.get(url, {"q": "cũ"})
    assert searches().filter(details__q="cũ").count() == 2


@pytest.mark.django_db
def test_while_somebody_types_another_word_is_another_search(district):
    browser, typing = signed_in(district.people["inspector"]), {"HX-Request": "true"}
    for text in ("mộc", "mộc x", "mộc xuyên", "mộc", "quầy", "quầy 2", "hồ sơ"):
        browser.get(reverse("find"), {"q": text}, headers=typing)
    assert [row.details["q"] for row in searches().order_by("at", "id")] == ["mộc", "quầy", "hồ sơ"]


@pytest.mark.django_db
def test_what_somebody_looks_for_in_complaints_names_nobody_for_ever(district):
    browser = signed_in(district.people["inspector"])
    for where in (reverse("feedback"), "/api/feedback/petitions"):
        assert browser.get(where, {"q": "Lê Thị Hường"}).status_code == 200
    assert [row.details for row in searches()] == [{}, {}]


@pytest.mark.django_db
def test_a_book_that_somebody_takes_along_is_counted_once(district):
    for name, role in BOOKS.items():
        before = AuditRow.objects.filter(deeds.TAKES).count()
        assert signed_in(district.people[role]).get(reverse(name)).status_code == 200, name
        assert AuditRow.objects.filter(deeds.TAKES).count() == before + 1, name
    assert signed_in(district.people["technician"]).get(reverse("inventory_xlsx")).status_code == 200
    assert AuditRow.objects.filter(deeds.TAKES, act="taken:inventory_xlsx").count() == 1


@pytest.mark.django_db
def test_a_week_counts_every_way_of_searching_and_of_taking_along(district):
    someone = district.people["commune_chairman"]
    monday = (timezone.localtime() - 7 * DAY).replace(hour=0, minute=0, second=0, microsecond=0)
    searched = ("searched:feedback", *deeds.SEARCHED_ACTS)
    taken = [*deeds.TAKEN_ACTS, *(f"taken:{name}" for name in deeds.TABLES)]
    for act in (*searched, *taken, *(f"taken:{name}" for name in deeds.PAPERS)):
        for _ in range(25 if act in searched else 1):
            record(someone, act, now=monday + DAY)
    found = {(odd.person, odd.kind, odd.count) for odd in deeds.deeds({district.units["A"].id}, monday)}
    who = Person.objects.get(account=someone).id
    assert found == {(who, SEARCHED, 25 * len(searched)), (who, TAKEN, len(taken))}
