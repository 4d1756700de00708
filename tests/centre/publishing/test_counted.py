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


def test_reception_days_are_those_that_were_posted_and_kept_by_who_leads(district):
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
    # The 13th, 15th, 20th and 26th were posted; on the last one the head did not receive.
    assert found[unit.id]["reception_held"] == (3, 4)
    assert found[district.units["B"].id]["reception_held"] == (0, 4)
    Room.objects.filter(id=district.rooms["A", "reception_room"].id).update(in_service_on=D(2026, 10, 14))
    assert counted({unit.id}, FIRST, LAST)[unit.id]["reception_held"] == (2, 3)
