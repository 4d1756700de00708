"""Units merge and people move; what was watched stays in the log, under the names of its day, for those who answer."""

import datetime

import pytest
from django.conf import settings
from django.urls import reverse

from minhbach.centre.access.log import read_log
from minhbach.centre.access.log_rows import Filter
from minhbach.centre.access.models import Refusal
from minhbach.centre.access.reach import units_once, units_once_each, with_ended
from minhbach.centre.fabric import keys
from minhbach.centre.registry.actions import people, units
from minhbach.centre.registry.reading import day_of
from minhbach.centre.regulation.rights import Right
from tests.centre.access.district import DAY, SETUP, District
from tests.centre.journal.watching import watched
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(tmp_path, monkeypatch) -> District:
    """Somebody has watched the one-stop room of A, and somebody was refused there."""
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    found = District()
    watched(tmp_path, found)
    room = found.rooms["A", "one_stop"]
    Refusal.objects.create(
        account=found.people["inspector"], wanted="playback", unit=found.units["A"], room=room, told_vi="Không",
        told_en="No", at=found.now,
    )  # fmt: skip
    for name in ("B", "C", "top"):
        found.appoint("viewing_auditor", name, f"auditor {name}")
    return found


def merge(district: District) -> None:
    """A goes into B."""
    day = day_of(district.now)
    units.absorb_units(
        SETUP, units=[district.units["A"].id], into=district.units["B"].id, day=day, decision_number="5/NQ"
    )


def lines(district: District, name: str) -> int:
    reach = units_once(district.people[name], Right.READ_VIEWINGS, now=district.now)
    return len(read_log(reach, Filter(), now=district.now).lines)


def test_a_merger_takes_no_line_out_of_the_log_of_viewings(district: District) -> None:
    assert [lines(district, name) for name in ("auditor top", "auditor B", "auditor C")] == [2, 0, 0]
    merge(district)
    assert [lines(district, name) for name in ("auditor top", "auditor B", "auditor C")] == [2, 2, 0]
    browser = signed_in(district.people["auditor B"])
    page = browser.get(reverse("viewings")).content.decode()
    assert "kiểm tra phản ánh" in page
    assert "Xã A" in page
    assert "kiểm tra phản ánh" in browser.get(reverse("viewings_csv")).getvalue().decode()
    assert "kiểm tra phản ánh" not in signed_in(district.people["auditor C"]).get(reverse("viewings")).content.decode()


def test_the_past_goes_with_whoever_follows_and_with_whom_it_stood_below(district: District) -> None:
    day, a, b = day_of(district.now), district.units["A"].id, district.units["B"].id
    merge(district)
    tomorrow = day + datetime.timedelta(days=1)
    made = units.split_unit(
        SETUP, unit=b, day=tomorrow, decision_number="6/NQ",
        parts=[
            units.Part(units.NewName("Xã Một", "1", "commune"), [room.id for (name, _), room in district.rooms.items() if name in "AB"]),  # noqa: E501
            units.Part(units.NewName("Xã Hai", "2", "commune"), []),
        ],
    )  # fmt: skip
    for heir in made.units:
        assert with_ended({heir.id}, tomorrow) == {heir.id, a, b}
    assert with_ended({district.units["C"].id}, tomorrow) == {district.units["C"].id}
    assert with_ended(set(), tomorrow) == set()
    assert {a, b} <= with_ended({district.units["top"].id}, tomorrow)
    now = district.now + datetime.timedelta(days=1)
    each = units_once_each(list(district.people.values()), Right.READ_VIEWINGS, now=now)
    assert {a, b} <= each[district.people["auditor top"].id]
    for account in district.people.values():
        assert each[account.id] == units_once(account, Right.READ_VIEWINGS, now=now)


def test_a_line_names_the_unit_for_which_somebody_acted_then(district: District) -> None:
    """The chairman of A watched; the day after, he is another unit's."""
    person = district.people["commune_chairman"].person
    tomorrow = day_of(district.now) + datetime.timedelta(days=1)
    people.end_assignment(
        SETUP, assignment=district.assignments["commune_chairman"], day=tomorrow, decision_number="9/QĐ"
    )
    people.assign(
        SETUP, person=person, unit=district.units["B"].id, role="commune_chairman",
        decision=people.Decision(number="9/QĐ", date=DAY), begin=tomorrow,
    )  # fmt: skip
    later = district.now + datetime.timedelta(days=2)
    reach = {district.units["A"].id}
    [viewing] = [line for line in read_log(reach, Filter(), now=later).lines if not line.refused]
    assert (viewing.who, viewing.unit) == (person.full_name, "Xã A")
