"""Copies that courts keep are overdue for years: what was told of them costs the worker's round nothing."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minhbach.centre.evidence.actions import reminding
from minhbach.centre.evidence.people import people_who
from minhbach.centre.evidence.stages import Stage
from minhbach.centre.regulation.rights import Right

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def asked(monkeypatch):
    """For which rooms it was asked who hands over there."""
    found = []

    def who(right, room, *, now):
        found.append(room)
        return people_who(right, room, now=now)

    monkeypatch.setattr(reminding, "people_who", who)
    return found


def questions(now):
    """How many a round asks that tells nothing."""
    with CaptureQueriesContext(connection) as captured:
        assert reminding.remind(now=now) == 0
    return len(captured)


def test_a_round_that_has_told_everything_asks_the_same_however_much_is_overdue(case, asked):
    case.copied()
    case.now += 15 * DAY
    assert reminding.remind(now=case.now) == 1
    few = questions(case.now + DAY)
    rows = [case.copied() for _ in range(3)]
    case.now += 15 * DAY
    assert {case.item(row).stage for row in rows} == {Stage.NOT_COLLECTED}
    asked.clear()
    assert reminding.remind(now=case.now) == 4
    assert asked == [case.room], "once for the room, and not for each of its copies"
    asked.clear()
    assert questions(case.now + DAY) == few
    assert asked == []


def test_who_may_do_something_in_a_room_is_asked_as_often_for_few_accounts_as_for_many(case):
    def asks():
        with CaptureQueriesContext(connection) as captured:
            people = people_who(Right.HAND_OVER, case.room, now=case.now)
        return len(captured), people

    asks()
    few, before = asks()
    more = [case.district.appoint("service_centre_head", "A", f"head {number}").person_id for number in range(5)]
    many, people = asks()
    assert people == before | set(more)
    assert many == few
