"""What the system can say of a unit for its score sheet, where it goes by the posted calendar of reception."""

import datetime

import pytest

from minhbach.centre.publishing.counted import counted
from minhbach.centre.reception.models import DayChange, Session
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.reading import VIETNAM
from tests.centre.access.district import DAY, District

pytestmark = pytest.mark.django_db
FIRST, LAST = datetime.date(2026, 10, 1), datetime.date(2026, 10, 31)


@pytest.fixture
def district():
    made = District(now=moment(11, 2, 9))
    Room.objects.update(in_service_on=DAY)
    return made


def moment(month, day, hour):
    return datetime.datetime(2026, month, day, hour, tzinfo=VIETNAM)


def test_reception_days_are_those_of_the_rule_and_kept_by_who_leads(district):
    unit, head = district.units["A"], district.people["commune_chairman"].person
    officer = district.people["reception_officer"].person
    D, said = datetime.date, {"unit": unit, "reason": "Họp HĐND", "made_by": head, "made_at": moment(10, 1, 8)}
    DayChange.objects.create(day=D(2026, 10, 5), kind="cancelled", **said)
    DayChange.objects.create(day=D(2026, 10, 12), kind="moved", moved_to=D(2026, 10, 13), **said)
    DayChange.objects.create(day=D(2026, 10, 15), kind="added", **said)
    held = ((13, head), (15, head), (20, head), (26, officer))
    for number, (day, person) in enumerate(held, 1):
        Session.objects.create(
            unit=unit, year=2026, number=number, room=district.rooms["A", "reception_room"], kind="regular", people=1,
            received_by=person, opened_at=moment(10, day, 8), closed_at=moment(10, day, 9),
        )  # fmt: skip
    found = counted({district.units[name].id for name in "AB"}, FIRST, LAST)
    # By the rule: the 5th, which the unit cancelled; the 12th, which it moved and held; the 20th; the 26th, on which
    # the head did not receive. What it added makes up for none.
    assert found[unit.id]["reception_held"] == (2, 4)
    assert found[district.units["B"].id]["reception_held"] == (0, 4)
    Room.objects.filter(id=district.rooms["A", "reception_room"].id).update(in_service_on=D(2026, 10, 14))
    assert counted({unit.id}, FIRST, LAST)[unit.id]["reception_held"] == (1, 2)


def test_who_cancels_every_day_but_one_is_not_the_best_of_all(district):
    unit, head = district.units["A"], district.people["commune_chairman"].person
    for day in (5, 12, 26):
        DayChange.objects.create(
            unit=unit, day=datetime.date(2026, 10, day), kind="cancelled", reason="Họp", made_by=head,
            made_at=moment(10, 1, 8),
        )  # fmt: skip
    Session.objects.create(
        unit=unit, year=2026, number=1, room=district.rooms["A", "reception_room"], kind="regular", people=1,
        received_by=head, opened_at=moment(10, 20, 8), closed_at=moment(10, 20, 9),
    )  # fmt: skip
    assert counted({unit.id}, FIRST, LAST)[unit.id]["reception_held"] == (1, 4)


def test_a_day_that_is_moved_into_the_next_month_counts_there_and_once(district):
    unit, head = district.units["A"], district.people["commune_chairman"].person
    DayChange.objects.create(
        unit=unit, day=datetime.date(2026, 10, 26), kind="moved", moved_to=datetime.date(2026, 11, 3), reason="Họp",
        made_by=head, made_at=moment(10, 1, 8),
    )  # fmt: skip
    november = datetime.date(2026, 11, 1), datetime.date(2026, 11, 30)
    assert [counted({unit.id}, *span)[unit.id]["reception_held"] for span in ((FIRST, LAST), november)] == [
        (0, 3),
        (0, 5),
    ]
