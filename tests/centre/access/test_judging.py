"""Who may do what in which room, as the two shipped profiles say it: the table of the regulation, written out again."""

import pytest

from minhbach.centre.access.deciding import decide, rooms_where
from minhbach.centre.access.places import ANYWHERE, place_of_room, place_of_unit
from minhbach.centre.regulation.rights import OF_ROOMS, Right
from minhbach.centre.regulation.rules import PROFILES
from tests.centre.access.district import SERVES, TYPES, District

pytestmark = pytest.mark.django_db

#: Role; rights in reception rooms; rights in one-stop rooms; communes where.
#: L live, P playback, S sound, H hold, R request, T hand over, A approve, G grant, B build, F still of a fault,
#: C decide a citizen's request, M assess conduct.
TABLE = """
one_stop_officer      -         -         -
commune_chairman      LPSHRTAC  LPSHRTAC  A
service_centre_head   -         LPSHRT    A
reception_officer     -         -         -
inspector             LPSHRTM   -         AB
chief_inspector       LPSHRTAGCM -        AB
office_specialist     -         LPSHRTM   AB
chief_of_office       -         LPSHRTAGCM AB
area_chairman         LPSAG     LPSAG     AB
inspection_member     -         -         -
technician            BF        BF        A
council_delegate      -         -         -
viewing_auditor       -         -         -
system_administrator  -         -         -
"""
LETTERS = {
    "L": Right.LIVE, "P": Right.PLAYBACK, "S": Right.SOUND, "H": Right.HOLD, "R": Right.EXTRACT, "A": Right.APPROVE,
    "G": Right.GRANT, "B": Right.BUILD, "F": Right.STILL_FAULT, "T": Right.HAND_OVER, "X": Right.RECEIVE,
    "C": Right.SUBJECT_DECIDE, "M": Right.ASSESS,
}  # fmt: skip


def expected():
    for line in TABLE.split("\n"):
        if line:
            role, reception, one_stop, communes = line.split()
            yield role, {"reception_room": reception, "one_stop": one_stop}, communes


@pytest.mark.parametrize("profile", PROFILES)
def test_every_role_has_exactly_its_rights_in_own_neighbouring_and_foreign_rooms(profile):
    district = District(profile)
    seen = {}
    for role in SERVES:
        for commune in "ABC":
            for room_type in TYPES:
                place = place_of_room(district.rooms[commune, room_type].id, district.now)
                seen[role, commune, str(room_type)] = {
                    right for right in OF_ROOMS if decide(district.people[role], right, place, now=district.now).allowed
                }
    wanted = {
        (role, commune, room_type): {LETTERS[letter] for letter in cell if letter != "-"}
        if commune in communes
        else set()
        for role, cells, communes in expected()
        for commune in "ABC"
        for room_type, cell in cells.items()
    }
    assert seen == wanted


def test_every_role_of_the_profiles_stands_in_the_table():
    assert {role for role, _, _ in expected()} == SERVES.keys()


@pytest.mark.parametrize("profile", PROFILES)
def test_only_live_in_ones_own_rooms_needs_no_purpose(profile):
    district = District(profile)
    asked = {
        (role, right): decide(
            district.people[role],
            right,
            place_of_room(district.rooms["A", room_type].id, district.now),
            now=district.now,
        ).needs_purpose
        for role, room_type in (("commune_chairman", "one_stop"), ("inspector", "reception_room"))
        for right in (Right.LIVE, Right.PLAYBACK)
    }
    assert asked == {
        ("commune_chairman", Right.LIVE): False,
        ("commune_chairman", Right.PLAYBACK): True,
        ("inspector", Right.LIVE): True,
        ("inspector", Right.PLAYBACK): True,
    }


def test_rooms_where_gives_the_same_as_room_by_room():
    district = District()
    for role, account in district.people.items():
        one_by_one = {
            room.id
            for room in district.rooms.values()
            if decide(account, Right.LIVE, place_of_room(room.id, district.now), now=district.now).allowed
        }
        assert rooms_where(account, Right.LIVE, now=district.now) == one_by_one, role


def test_a_role_counts_only_at_a_unit_of_its_kind():
    district = District()
    mistaken = district.appoint("commune_chairman", "top", "mistaken")
    place = place_of_room(district.rooms["A", "one_stop"].id, district.now)
    assert not decide(mistaken, Right.LIVE, place, now=district.now).allowed


def test_without_a_regulation_in_force_nothing_is_allowed():
    district = District()
    before = district.now.replace(year=2025)
    place = place_of_room(district.rooms["A", "one_stop"].id, before)
    assert not decide(district.people["commune_chairman"], Right.LIVE, place, now=before).allowed


def test_a_right_to_footage_is_never_had_of_a_unit_as_a_whole():
    district = District()
    place = place_of_unit(district.units["A"].id, district.now)
    assert not decide(district.people["commune_chairman"], Right.LIVE, place, now=district.now).allowed


def test_somebody_without_an_assignment_has_no_right_anywhere():
    district = District()
    nobody = district.nobody()
    assert not [right for right in Right if decide(nobody, right, ANYWHERE, now=district.now).allowed]


def test_a_closed_account_has_no_right_left():
    district = District()
    chairman = district.people["commune_chairman"]
    type(chairman).objects.filter(id=chairman.id).update(is_active=False, closed_at=district.now)
    place = place_of_room(district.rooms["A", "one_stop"].id, district.now)
    assert not decide(chairman, Right.LIVE, place, now=district.now).allowed
