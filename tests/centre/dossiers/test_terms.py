"""The term of a dossier stands still while papers are awaited, and goes on with what was left of it."""

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from minhbach.centre.dossiers.actions import moments
from minhbach.centre.dossiers.deadlines import after_office_time, office_time, resumed
from minhbach.centre.dossiers.models import Dossier, EventKind, State
from minhbach.centre.registry.reading import VIETNAM
from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.rules import Hours
from tests.centre.access.district import SETUP, District
from tests.centre.dossiers.counters import dossier, procedure
from tests.centre.people import signed_in

MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)
#: A Tuesday off and a Saturday worked instead.
WEEK = Calendar(
    Hours((1, 2, 3, 4, 5), (("07:30", "11:30"), ("13:30", "17:00"))),
    {datetime.date(2026, 11, 24): "holiday", datetime.date(2026, 11, 28): "makeup"},
)
BEGIN = datetime.datetime(2026, 11, 20, tzinfo=VIETNAM)
minutes = st.integers(0, 12 * 24 * 60).map(lambda count: BEGIN + count * MINUTE)


def is_open(at: datetime.datetime) -> bool:
    """Whether the office is open in the minute that begins then."""
    said = f"{at:%H:%M}"
    return WEEK.works_on(at.date()) and any(begin <= said < end for begin, end in WEEK.hours.spans)


def counted(begin: datetime.datetime, end: datetime.datetime) -> int:
    """Office minutes, one after another."""
    return sum(is_open(begin + count * MINUTE) for count in range(max(0, (end - begin) // MINUTE)))


@given(minutes, minutes)
def test_office_time_is_every_minute_in_which_the_office_is_open(one, other):
    begin, end = sorted((one, other))
    left = office_time(begin, end, WEEK)
    assert left == counted(begin, end) * MINUTE
    reached = after_office_time(begin, left, WEEK)
    assert reached <= end
    assert office_time(begin, reached, WEEK) == left


@given(minutes, minutes, minutes)
def test_what_was_left_when_papers_were_asked_for_is_left_when_they_have_come(due, asked, came):
    asked, came = sorted((asked, came))
    new = resumed(due, asked, came, WEEK)
    assert new >= due
    if due <= asked or not counted(asked, came):
        assert new == due
    else:
        assert counted(came, new) == counted(asked, due)


def test_three_days_of_waiting_over_a_holiday_and_a_noon_break_move_the_term_by_their_office_hours():
    # Asked for on Wednesday at 10:00, due on Friday at 09:00: 5 + 7.5 + 1.5 h are left. They came on Friday at 14:30:
    # 2.5 h of that day, 7.5 h of the Saturday that is worked, 4 h of Monday.
    asked, due = BEGIN.replace(day=25, hour=10), BEGIN.replace(day=27, hour=9)
    came = BEGIN.replace(day=27, hour=14, minute=30)
    assert office_time(asked, due, WEEK) == datetime.timedelta(hours=14)
    assert resumed(due, asked, came, WEEK) == BEGIN.replace(day=30, hour=11, minute=30)


@pytest.fixture
def found(db: None) -> tuple[District, Dossier]:
    district = District(now=datetime.datetime(2026, 11, 18, 9, tzinfo=VIETNAM))
    return district, dossier(district, procedure(district), now=district.now)


def step(found, kind, at, **more):
    _, row = found
    moments.move_on(SETUP, kind, dossier=row, counter=row.counter, now=at, **more)
    row.refresh_from_db()


def test_a_dossier_that_waited_two_days_for_papers_is_due_two_days_later_and_says_so(found):
    district, row = found
    due, now = row.due_at, district.now
    assert due == now + 3 * DAY  # a Saturday: what is left is counted in office hours all the same
    step(found, EventKind.SUPPLEMENT, now, note="Tờ khai")
    assert row.due_at == due
    page = signed_in(district.people["one_stop_officer"])
    assert "đang dừng tính hạn" in page.get(reverse("dossier", args=[row.id])).content.decode()
    step(found, EventKind.SUPPLEMENTED, now + 2 * DAY)
    assert row.state == State.RECEIVED
    assert row.due_at > due
    assert "đã cộng thời gian chờ" in page.get(reverse("dossier", args=[row.id])).content.decode()


def test_papers_that_come_at_once_or_after_the_term_move_nothing(found):
    district, row = found
    due, now = row.due_at, district.now
    step(found, EventKind.SUPPLEMENT, now, note="Tờ khai")
    step(found, EventKind.SUPPLEMENTED, now)
    assert row.due_at == due
    step(found, EventKind.SUPPLEMENT, due + DAY, note="Tờ khai")
    step(found, EventKind.SUPPLEMENTED, due + 9 * DAY)
    assert row.due_at == due


def test_nobody_moves_a_term_otherwise(found):
    _, row = found
    for change in (
        {"due_at": row.due_at + DAY}, {"due_at": row.due_at - MINUTE},
        {"due_at": row.due_at + DAY, "state": State.SUPPLEMENT},
        {"due_at": row.due_at + DAY, "state": State.HANDED_BACK},
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            Dossier.objects.filter(id=row.id).update(**change)
    step(found, EventKind.SUPPLEMENT, found[0].now, note="Tờ khai")
    with pytest.raises(DatabaseError), transaction.atomic():
        Dossier.objects.filter(id=row.id).update(due_at=row.due_at - MINUTE, state=State.RECEIVED)
