"""The book of extractions: everybody finds what they may read, page by page, and a printed one leaves nothing out."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minhbach.centre.access.models import AuditRow
from minhbach.centre.evidence import book
from minhbach.centre.evidence.actions import approving, custody, requests
from minhbach.centre.evidence.book import Book, Sought
from minhbach.centre.evidence.models import Extraction, Revision
from minhbach.centre.evidence.printing import stretch
from minhbach.centre.registry.reading import VIETNAM
from tests.centre.people import signed_in
from tests.photographs import photograph

pytestmark = pytest.mark.django_db
LATER = datetime.timedelta(minutes=3)


def more(case, row, count, year=None):
    """So many requests more with what the first one asks, as rows: their scopes are not what is tested here."""
    first = row.revisions.get()
    for at in range(1, count + 1):
        copy = Extraction.objects.create(
            unit_id=row.unit_id, room_id=row.room_id, year=year or row.year, number=row.number + at,
            requested_by_id=row.requested_by_id, requested_at=row.requested_at + at * LATER,
        )  # fmt: skip
        revision = Revision.objects.get(id=first.id)
        revision.id, revision.extraction, revision.scope_hash = copy.id, copy, f"{at:064x}"
        revision.purpose = f"Việc lạ {chr(96 + at % 26)}{at}"
        revision._state.adding = True
        revision.save(force_insert=True)
        revision.cameras.set(first.cameras.all())


def numbers(case, role, **sought):
    found = Book(case.person(role), now=case.now).page(Sought(case.now.year, **sought))
    return [each.extraction.number for each in found.items]


def test_the_book_is_turned_page_after_page_and_each_request_stands_on_one(case):
    row = case.ask()
    more(case, row, 2 * book.PAGE)
    chief, seen, before = case.person("chief_of_office"), [], ""
    whole = Book(chief, now=case.now)
    for _ in range(4):
        page = whole.page(Sought(row.year), before=before)
        seen += [each.extraction.number for each in page.items]
        before = page.older
        if not before:
            break
    assert seen == list(range(2 * book.PAGE + 1, 0, -1))
    shown = signed_in(chief).get(reverse("extractions"), {"nam": row.year}).content.decode()
    assert len(re.findall(r'class="whole num"', shown)) == book.PAGE
    assert "before=" in shown
    assert whole.page(Sought(row.year), before="/../x").items[0].extraction.number == seen[0]


def test_a_printed_book_leaves_nothing_out_and_follows_the_numbers(case):
    row = case.ask()
    more(case, row, book.BATCH + 5)
    chief = signed_in(case.person("chief_of_office"))
    lines = chief.get(reverse("book_csv"), {"nam": row.year}).getvalue().decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [f"{n:02}/{row.year}" for n in range(1, book.BATCH + 7)]
    assert AuditRow.objects.filter(act="book_exported", details__year=str(row.year)).count() == 1


def test_a_page_costs_the_same_in_a_large_book(case):
    row, chief = case.ask(), case.person("chief_of_office")

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            Book(chief, now=case.now).page(Sought(row.year, text="cong an"))
        return len(asked)

    few = cost()
    more(case, row, 60)
    assert cost() == few


def test_what_was_asked_for_is_found_without_marks_and_by_number(case):
    row = case.ask()
    more(case, row, 3)
    assert numbers(case, "chief_of_office", text="thai do PHUC vu") == [1]
    assert numbers(case, "chief_of_office", text="la VIEC b2") == [3]
    assert numbers(case, "chief_of_office", text=f"02/{row.year}") == [2]
    assert numbers(case, "chief_of_office", text="trung tá hùng") == [4, 3, 2, 1]
    assert numbers(case, "chief_of_office", text="khong co") == []


def test_nobody_finds_a_request_by_words_they_may_not_read(case):
    row = case.ask()
    assert numbers(case, "technician", text="thai do") == []
    assert numbers(case, "technician", text=str(row)) == [1]
    assert numbers(case, "inspector", text="") == []


def test_the_book_is_narrowed_by_unit_and_by_how_far_a_request_has_come(case):
    built = case.copied()
    custody.hand_over(case.asker, built.id, medium="USB 1", document="", note="", now=case.now)
    custody.sign_for(case.asker, built.id, photo=photograph(), note="", now=case.now)
    over = case.ask()
    approving.refuse(case.person("chief_of_office"), over.id, reason="Không đủ căn cứ", now=case.now)
    case.ask()
    assert numbers(case, "chief_of_office", state=book.OUT) == [1]
    assert numbers(case, "chief_of_office", state=book.OVER) == [2]
    assert numbers(case, "chief_of_office", state=book.OPEN) == [3]
    custody.close(case.asker, built.id, destroyed=True, document="BB 3", note="", now=case.now)
    assert numbers(case, "chief_of_office", state=book.OVER) == [2, 1]
    assert numbers(case, "chief_of_office", unit=case.district.units["A"].id) == [3, 2, 1]
    assert numbers(case, "chief_of_office", unit=case.district.units["B"].id) == []
    offered = Book(case.person("chief_of_office"), now=case.now).units(case.now.year)
    assert offered == [(case.district.units["A"].id, "Xã A")]


def test_every_request_stands_in_one_part_of_the_book_also_while_its_package_waits(case):
    case.ask()
    waiting, copied, handed, never = case.built(), case.copied(), case.copied(), case.built()
    custody.hand_over(case.asker, handed.id, medium="USB 1", document="", note="", now=case.now)
    custody.close(case.asker, never.id, destroyed=True, document="BB 4", note="Không đến", now=case.now)
    parts = {state: numbers(case, "chief_of_office", state=state) for state in book.STATES}
    open_ones = [copied.number, waiting.number, 1]
    assert parts == {book.OPEN: open_ones, book.OUT: [handed.number], book.OVER: [never.number]}


def test_a_search_in_the_book_is_written_down_once_and_its_words_are_not(case):
    case.ask()
    chief = signed_in(case.person("chief_of_office"))
    page = chief.get(reverse("extractions"), {"q": "khong co", "nam": "2026", "unit": "x", "state": "y"})
    assert "Không có đề nghị nào như vậy" in page.content.decode()
    chief.get(reverse("extractions"), {"q": "khong co", "nam": "2026", "before": "x"})
    chief.get("/api/extractions", {"q": "khong co", "year": "2026"})
    told = AuditRow.objects.get(act="book_searched").details
    assert (told.keys(), told["year"]) == ({"year", "mark"}, "2026")
    chief.get("/api/extractions", {"q": "khong co", "state": book.OUT})
    assert AuditRow.objects.filter(act="book_searched", details__state=book.OUT).count() == 1


def test_the_number_of_a_withdrawn_request_is_given_to_no_other(case):
    first = case.ask()
    requests.withdraw(case.asker, first.id, reason="Nhầm", now=case.now)
    assert case.ask().number == first.number + 1


def test_a_row_names_the_office_for_which_it_was_asked_and_not_whose_room_it_is(case):
    asker = case.person("office_specialist")
    row = requests.request(asker, room=case.room, wish=case.wish(), now=case.now)
    found = case.item(row)
    assert (found.unit_name, found.office_name) == ("Xã A", "office 1")
    [_, line] = signed_in(asker).get(reverse("book_csv"), {"nam": row.year}).getvalue().decode().splitlines()
    assert f'"{asker.person.full_name}, office 1"' in line


def test_a_stretch_on_paper_says_its_day_once_and_both_days_over_midnight():
    begin = datetime.datetime(2026, 3, 9, 23, 50, 7, tzinfo=VIETNAM)
    later, next_day = (begin + datetime.timedelta(minutes=n) for n in (5, 20))
    assert stretch(begin, later) == "23:50:07 – 23:55:07 ngày 09/03/2026"
    assert stretch(begin.astimezone(datetime.UTC), later, "%H:%M") == "23:50 – 23:55 ngày 09/03/2026"
    assert stretch(begin, next_day, "%H:%M") == "23:50 09/03/2026 – 00:10 10/03/2026"
