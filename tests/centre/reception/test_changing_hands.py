"""A commune that ends leaves its open matters and unexplained days to whoever has its reception room by now."""

import datetime

import pytest
from django.urls import reverse

from minhbach.centre.reception import calendars
from minhbach.centre.reception.actions import days
from minhbach.centre.reception.book import Book, Sought
from minhbach.centre.reception.models import BookStepKind, MissedDay
from minhbach.centre.reception.planning import Schedule, month_of
from minhbach.centre.registry.actions import units
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.reading import day_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.models import CalendarDay
from tests.centre.access.district import DAY, SETUP, District
from tests.centre.people import signed_in
from tests.centre.reception.test_book import held, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(settings, tmp_path):
    settings.MINHBACH_DATA = tmp_path
    made = District()
    Room.objects.update(in_service_on=DAY)
    return made


def merged(district):
    naming = units.NewName("Xã Mới", "0009", "commune")
    heir = units.merge_units(
        SETUP, units=[district.units["A"].id, district.units["B"].id], naming=naming,
        parent=district.units["top"].id, day=day_of(district.now), decision_number="9/NQ",
    ).units[0]  # fmt: skip
    district.units["new"] = heir
    for role in ("commune_chairman", "reception_officer"):
        district.appoint(role, "new", f"new_{role}", begin=day_of(district.now))
    return district.people["new_reception_officer"]


def test_an_open_matter_is_handled_by_who_has_the_room_by_now_and_by_nobody_who_left(district):
    entry = written(district, held(district))
    before, officer = district.people["reception_officer"], merged(district)
    book = Book(officer, now=district.now)
    assert [line.row for line in book.waiting(10)] == [entry]
    assert list(book.found(Sought(entry.year))) == [entry]
    assert [line.row for line in book.named("huong sen", entry.year)[0]] == [entry]
    browser = signed_in(officer)
    page = browser.get(reverse("book_entry", args=[entry.id])).content.decode()
    assert reverse("book_step", args=[entry.id]) in page
    assert "Xã A" in page
    browser.post(reverse("book_step", args=[entry.id]), {"kind": "accepted"})
    assert entry.steps.filter(kind=BookStepKind.ACCEPTED, by=officer.person).exists()
    assert signed_in(before).get(reverse("book_entry", args=[entry.id])).status_code == 403


def test_a_neighbour_keeps_no_book_of_a_unit_that_lives(district):
    entry = written(district, held(district))
    neighbour = district.appoint("reception_officer", "B", "reception_b")
    book = Book(neighbour, now=district.now)
    assert list(book.found(Sought(entry.year))) == []
    assert not book.keeps(entry)


def test_a_missed_day_of_a_unit_that_ended_is_explained_by_who_follows_it(district):
    yesterday = day_of(district.now) - datetime.timedelta(days=1)
    row = MissedDay.objects.create(
        unit=district.units["A"], room=district.rooms["A", "reception_room"], day=yesterday, found_at=district.now
    )
    officer = merged(district)
    assert [each for each, _, _ in calendars.to_answer(officer, now=district.now, most=9)] == [row]
    browser = signed_in(officer)
    page = browser.get(reverse("missed_day", args=[row.id])).content.decode()
    assert reverse("missed_explain", args=[row.id]) in page
    duty = Schedule([row.unit_id], yesterday, yesterday).duty(row.unit_id, yesterday)
    assert duty is not None
    code = next(iter(duty.reasons))
    browser.post(reverse("missed_explain", args=[row.id]), {"code": code})
    assert [step.by for step in row.steps.all()] == [officer.person]
    with pytest.raises(NotPossible):
        days.answer(district.people["new_commune_chairman"], row.id, accepted=True, now=district.now)
    inspector = signed_in(district.people["inspector"])
    inspector.post(reverse("missed_answer", args=[row.id]), {"accepted": "1"})
    assert row.steps.filter(kind="accepted").exists()


@pytest.mark.parametrize(("kind", "day"), [("holiday", 5), ("swapped", 5)])
def test_a_reception_day_on_a_holiday_or_a_day_off_instead_goes_to_the_next_working_day(district, kind, day):
    # The fifth of November 2026 is a Thursday.
    CalendarDay.objects.create(
        unit=district.units["top"], day=datetime.date(2026, 11, day), kind=kind, name="nghỉ", added_at=district.now
    )
    found = Schedule([district.units["A"].id], *month_of(datetime.date(2026, 11, 1))).days(district.units["A"].id)
    assert [each.day.day for each in found] == [6, 10, 20, 25]
