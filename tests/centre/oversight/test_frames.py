"""What makes a moment worth a look: signs of a room's frame that come from the posted calendar."""

import datetime

import pytest

from minhbach.centre.footage.timeline import moment
from minhbach.centre.oversight import frames
from minhbach.centre.reception.models import DayChange, Session
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.reading import VIETNAM
from tests.centre.access.district import DAY
from tests.centre.oversight.drawn import NOW, founded

MONTH = datetime.date(2026, 10, 1)


@pytest.fixture
def district(db):
    made = founded()
    Room.objects.update(in_service_on=DAY)
    return made


def signs_of(district):
    """When in the first week of October a reception day was not kept, by the frame of the room."""
    room = district.rooms["A", "reception_room"].id
    period = frames.Period(MONTH, MONTH, datetime.date(2026, 10, 7))
    found = frames.frames_of({room}, period, {}, now=NOW)[room]
    return [moment(sign.at_us).astimezone(VIETNAM) for sign in found.frame.signs if sign.kind == "no_session"]


def october(day, hour, minute=0):
    return datetime.datetime(2026, 10, day, hour, minute, tzinfo=VIETNAM)


def test_a_reception_day_without_its_head_is_a_sign_on_the_day_on_which_it_was_posted(district):
    unit, room = district.units["A"], district.rooms["A", "reception_room"]
    assert signs_of(district) == [october(5, 9, 30)]
    said = {"unit": unit, "reason": "Họp", "made_by": district.people["commune_chairman"].person}
    day, moved = datetime.date(2026, 10, 5), datetime.date(2026, 10, 6)
    DayChange.objects.create(day=day, kind="moved", moved_to=moved, made_at=october(1, 8), **said)
    assert signs_of(district) == [october(6, 9, 30)]
    for number, role in enumerate(("reception_officer", "commune_chairman"), 1):
        Session.objects.create(
            unit=unit, year=2026, number=number, room=room, kind="regular", people=1, opened_at=october(6, 7 + number),
            closed_at=october(6, 8 + number), received_by=district.people[role].person,
        )  # fmt: skip
        assert signs_of(district) == ([october(6, 9, 30)] if role == "reception_officer" else [])
    DayChange.objects.create(day=datetime.date(2026, 10, 3), kind="added", made_at=october(1, 9), **said)
    assert signs_of(district) == [october(3, 9, 30)]  # a Saturday that the office itself posted
