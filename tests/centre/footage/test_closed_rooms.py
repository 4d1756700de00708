"""A closed room keeps its footage for weeks: who answers for it may still ask for it, whatever became of its unit."""

import datetime

import pytest
from django.urls import reverse

from minhbach.centre.access.deciding import decide
from minhbach.centre.access.places import place_of_room
from minhbach.centre.registry.actions import rooms, units
from minhbach.centre.registry.reading import day_of
from minhbach.centre.regulation.rights import Right
from tests.centre.access.district import SETUP, District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
TYPES = ("reception_room", "one_stop")


@pytest.fixture
def closed() -> District:
    """Commune A has closed both its rooms this morning."""
    district = District()
    later = district.now + datetime.timedelta(seconds=1)
    for room_type in TYPES:
        rooms.close_room(SETUP, room=district.rooms["A", room_type], now=later, day=day_of(district.now))
    return district


def plays(district: District, name: str) -> bool:
    """Whether that person may play back what the closed one-stop room recorded."""
    place = place_of_room(district.rooms["A", "one_stop"].id, district.now)
    return decide(district.people[name], Right.PLAYBACK, place, now=district.now).allowed


def offered(district: District, name: str) -> bool:
    """Whether the page that answers for a day and a time lets that person ask about the closed room."""
    page = signed_in(district.people[name]).get(reverse("van_mieu")).content.decode()
    return str(district.rooms["A", "one_stop"].id) in page


def test_the_unit_and_its_supervisors_still_reach_a_closed_room(closed: District) -> None:
    assert [plays(closed, name) for name in ("commune_chairman", "office_specialist", "inspector")] == [1, 1, 0]
    assert [offered(closed, name) for name in ("commune_chairman", "office_specialist", "inspector")] == [1, 1, 0]
    assert "đóng ngày" in signed_in(closed.people["office_specialist"]).get(reverse("van_mieu")).content.decode()


def test_whoever_takes_the_unit_over_answers_for_the_rooms_it_had_closed(closed: District) -> None:
    closed.appoint("commune_chairman", "B", "heir")
    closed.appoint("commune_chairman", "C", "stranger")
    assert not plays(closed, "heir")
    day = day_of(closed.now)
    units.absorb_units(SETUP, units=[closed.units["A"].id], into=closed.units["B"].id, day=day, decision_number="5/NQ")
    assert [plays(closed, name) for name in ("heir", "office_specialist", "area_chairman", "stranger")] == [1, 1, 1, 0]
    assert offered(closed, "heir")


@pytest.mark.parametrize("parts", [0, 2])
def test_where_nobody_or_several_follow_those_above_answer(closed: District, parts: int) -> None:
    day, unit = day_of(closed.now), closed.units["A"].id
    if parts:
        names = [units.NewName(f"Xã A{part}", f"A{part}", "commune") for part in range(parts)]
        new = [units.Part(naming=name, rooms=[]) for name in names]
        units.split_unit(SETUP, unit=unit, parts=new, day=day, decision_number="6/NQ")
    else:
        units.end_unit(SETUP, unit=unit, day=day, decision_number="6/NQ")
    closed.appoint("commune_chairman", "B", "neighbour")
    assert [plays(closed, name) for name in ("office_specialist", "area_chairman", "neighbour")] == [1, 1, 0]
