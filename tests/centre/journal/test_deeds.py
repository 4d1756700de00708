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
#: Modules that read words somebody looks for, beside the act that they write the search down by.
READ_WORDS = {
    "access/views/accounts.py": "searched:accounts",
    "evidence/api.py": "book_searched",
    "evidence/subjects_api.py": "subjects_searched",
    "evidence/views/subject_book.py": "subjects_searched",
    "feedback/api.py": "searched:api/feedback",
    "feedback/views/offices.py": "searched:feedback",
    "footage/views/holds.py": "searched:holds",
    "oversight/api.py": "searched:api/findings",
    "oversight/case_api.py": "searched:api/findings/book",
    "oversight/views/findings.py": "searched:findings",
    "oversight/views/finding_books.py": "searched:finding_book",
    "reception/book_api.py": "searched:api/reception-book",
    "reception/views/books.py": "searched:reception_book",
}
#: A form alone, beside the module whose pages read it and the act there.
READ_BY_A_FORM = {"evidence/forms.py": ("evidence/views/book.py", "book_searched")}
#: What the guard writes down, beside the names of the routes.
READ_BEHIND_THE_GUARD = {
    "dossiers/views/dossiers.py": ("scan",),
    "evidence/views/subjects.py": ("subject_begin",),
    "front/views.py": ("find",),
}
#: What is no search of the kind that is counted.
READ_UNCOUNTED = {
    "dossiers/views/procedures.py": "what an office offers, as it is posted",
    "feedback/views/answers.py": "public answers, without an account",
    "messaging/views.py": "the queue of mails, seen by who keeps the machine; what a mail says is not there",
    "reception/views/days.py": "when an office receives citizens, without an account",
    "registry/views/inventory.py": "devices",
    "registry/views/people.py": "who works in the offices that one looks after, by a decision",
    "registry/views/units.py": "offices",
    "regulation/views/directives.py": "what one has to do, or has given others to do",
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
MINUTE, HOUR, DAY = datetime.timedelta(minutes=1), datetime.timedelta(hours=1), datetime.timedelta(days=1)


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


def constants_of(path):
    """Every text that stands in a module: acts, however they come to be written, and pieces of what is put together."""
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def acts_in_source(ending):
    """Acts of that ending anywhere but in the lists; the bare ending, of one put together, is in none of those."""
    paths = [path for path in SOURCES.rglob("*.py") if path != Path(deeds.__file__)]
    return {text for path in paths for text in constants_of(path) if re.fullmatch(rf"\w*_{ending}", text)}


def test_every_act_that_searches_or_exports_is_counted():
    assert acts_in_source("searched") == set(deeds.SEARCHED_ACTS)
    assert acts_in_source("exported") == {act for act in deeds.TAKEN_ACTS if act.endswith("_exported")}


def written_by(path):
    """The acts of searches that a module writes down: what it hands to one of the functions that do."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", "")
            given = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            if name == "searched":
                found |= {f"searched:{where}" for where in given}
            elif name in {"record", "note_search", "_note"}:
                found |= set(given)
    return {act for act in found if act in deeds.SEARCHED_ACTS or act.startswith("searched:")}


def test_every_page_that_reads_words_from_the_address_is_known_with_its_row():
    asks = re.compile(
        r'(GET|POST)(\.get\(|\[)"(q|ten|tim|ma)"|\bwords_in\(request\)|\bq: Annotated|^    q = forms'
        r"|^class \w*SearchIn\b",
        re.MULTILINE,
    )
    paths = [path for path in SOURCES.rglob("*.py") if asks.search(path.read_text("utf-8"))]
    found = {path.relative_to(SOURCES).as_posix() for path in paths}
    known = [*READ_WORDS, *READ_BY_A_FORM, *READ_BEHIND_THE_GUARD, *READ_UNCOUNTED]
    assert sorted(found) == sorted(known)
    for name, act in (*READ_WORDS.items(), *READ_BY_A_FORM.values()):
        assert act in written_by(SOURCES / name), name
    views = {getattr(each, "name", ""): each.callback for each in get_resolver().url_patterns}
    for name in (route for routes in READ_BEHIND_THE_GUARD.values() for route in routes):
        view = views[name]
        assert isinstance(view, Guarded)
        assert (view.cost, view.noted) == (Cost.LOOKING_UP, True), name


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
def test_the_same_words_in_the_same_list_are_one_search_for_a_day(district):
    keeper = district.people["system_administrator"]
    browser, url = signed_in(keeper), reverse("accounts")
    for text in ("bảy", "bảy ", "khác"):
        browser.get(url, {"q": text})
        browser.get(url, {"q": text, "tu": "50"}, headers={"HX-Request": "true"})
    assert [row.details["q"] for row in searches().order_by("at", "id")] == ["bảy", "khác"]
    for text, ago in (("hôm qua", DAY + MINUTE), ("hôm nay", DAY - HOUR)):
        record(keeper, "searched:accounts", now=timezone.now() - ago, details={"q": text})
        browser.get(url, {"q": text})
    assert searches().filter(details__q="hôm qua").count() == 2
    assert searches().filter(details__q="hôm nay").count() == 1


@pytest.mark.django_db
def test_a_list_that_asks_itself_anew_and_one_that_is_turned_are_one_search(district):
    officer, chief = district.people["inspector"], district.people["chief_inspector"]
    browser, anew = signed_in(officer), {"HX-Request": "true"}
    for route in ("holds", "findings", "finding_book", "feedback"):
        for text in ("Lê Thị Hường", "le thi huong ", "Lê Thị Hoa"):
            browser.get(reverse(route), {"q": text})
            browser.get(reverse(route), {"q": text}, headers=anew)
            browser.get(reverse(route), {"q": text, "tu": "50"})
    signed_in(chief).get(reverse("holds"), {"q": "Lê Thị Hường"})
    assert searches().filter(account=officer).count() == 4 * 2
    marks = [row.details["mark"] for row in searches()]
    # Nobody reads from a mark that two people, or two lists, were asked for the same name.
    assert (len(set(marks)), len(marks)) == (9, 9)
    assert {len(mark) for mark in marks} == {searching.MARKED}


@pytest.mark.django_db
def test_a_search_of_yesterday_in_a_list_that_may_name_citizens_is_a_search_again_today(district, monkeypatch):
    browser, url = signed_in(district.people["inspector"]), reverse("holds")
    browser.get(url, {"q": "Hường"})
    monkeypatch.setattr(searching, "SAME", datetime.timedelta(0))
    browser.get(url, {"q": "Hường"})
    assert [row.details["mark"] for row in searches()] == [searches()[0].details["mark"]] * 2


@pytest.mark.django_db
def test_while_somebody_types_another_word_is_another_search(district):
    browser, typing = signed_in(district.people["inspector"]), {"HX-Request": "true"}
    for text in ("mộc", "mộc x", "mộc xuyên", "mộc", "quầy", "quầy 2", "hồ sơ"):
        browser.get(reverse("find"), {"q": text}, headers=typing)
    assert [row.details["q"] for row in searches().order_by("at", "id")] == ["mộc", "mộc xuyên", "quầy", "hồ sơ"]


@pytest.mark.django_db
def test_a_first_letter_hides_no_word_that_begins_with_it(district):
    browser, typing = signed_in(district.people["inspector"]), {"HX-Request": "true"}
    for text in ("m", "mộc", "m", "mộc xuyên", "m", "mường", "mường lát"):
        browser.get(reverse("find"), {"q": text}, headers=typing)
    told = [row.details["q"] for row in searches().order_by("at", "id")]
    assert told == ["m", "mộc xuyên", "mường", "mường lát"]


@pytest.mark.django_db
def test_what_somebody_looks_for_where_citizens_may_be_named_stands_nowhere(district):
    citizen = {"q": "Lê Thị Hường"}
    for role, places in (
        ("inspector", (reverse("feedback"), "/api/feedback/petitions", reverse("holds"), reverse("findings"))),
        ("inspector", (reverse("finding_book"), "/api/findings", "/api/findings/book")),
        ("inspector", (reverse("finding_book_pdf"), reverse("finding_book_xlsx"))),
        ("chief_of_office", (reverse("extractions"), reverse("book_pdf"), reverse("book_csv"))),
    ):
        browser = signed_in(district.people[role])
        for where in places:
            assert browser.get(where, citizen).status_code == 200, where
    asked = {**citizen, "year": "2025", "state": "Lê Thị Hường"}
    chief = signed_in(district.people["chief_of_office"])
    assert chief.get("/api/extractions", asked).status_code == 200
    auditor = signed_in(district.people["viewing_auditor"])
    for where in (reverse("viewings"), reverse("viewings_csv")):
        assert auditor.get(where, {"purpose": "Lê Thị Hường", "who": "Người"}).status_code == 200
    rows = AuditRow.objects.filter(deeds.SEARCHES | deeds.TAKES)
    assert rows.count() == 7 + 2 + 3 + 1 + 2
    assert rows.filter(details={"text": "Người", "purpose": "True"}).count() == 2
    found = [row.act for row in rows if "hường" in str(row.details).lower() or "huong" in str(row.details).lower()]
    assert found == []


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
    units = {district.units["A"].id}
    found = {(odd.person, odd.kind, odd.count) for odd in deeds.done_in(units, monday).beyond(units)}
    who = Person.objects.get(account=someone).id
    assert found == {(who, SEARCHED, 25 * len(searched)), (who, TAKEN, len(taken))}
