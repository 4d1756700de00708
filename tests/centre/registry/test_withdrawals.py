"""What is laid for a day to come is taken back as a whole: the decision was never made, and nothing of today moves."""

import datetime
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.registry import reading
from minhbach.centre.registry.actions import people, rooms, units
from minhbach.centre.registry.actions.withdrawals import withdraw_change
from minhbach.centre.registry.models import Assignment, Placement, RoomType, Succession, Tenure, Unit, UnitName
from minhbach.centre.registry.outline import outline
from minhbach.centre.registry.writing import NotPossible
from tests.centre.access.district import District
from tests.centre.people import signed_in
from tests.centre.registry.places import DAY, NOW, SETUP, commune, details, one_stop, province

pytestmark = pytest.mark.django_db
#: PostgreSQL keeps what has come by its own clock.
TODAY = reading.day_of(timezone.now())
LATER = TODAY + datetime.timedelta(days=30)
MONTH = datetime.timedelta(days=30)
NEW = units.NewName("Xã Mộc Lạc", "00003", "commune")
DECISION = people.Decision(number="7/QĐ-UBND", date=DAY)


class Land:
    """A province of two communes; the first has a team below it, a room, a chairman for good and one for a term."""

    def __init__(self) -> None:
        self.top = province()
        self.a, self.b = commune(self.top), commune(self.top, "Xã Đông Lạc", "00002")
        naming = units.NewName("Tổ một cửa", "T1", "team")
        self.team = units.found_unit(SETUP, naming=naming, parent=self.a.id, day=DAY)
        self.room, self.other_room = one_stop(self.a.id), one_stop(self.a.id)
        self.post = self.assigned("Phạm Văn Lâm")
        self.term = self.assigned("Lý Thành Công", until=LATER + MONTH)

    def assigned(
        self, name: str, unit: Unit | None = None, begin: datetime.date = DAY, until: datetime.date | None = None
    ) -> Assignment:
        person = people.add_person(SETUP, details=people.PersonDetails(full_name=name), now=NOW)
        return people.assign(
            SETUP,
            person=person,
            unit=(unit or self.a).id,
            role="technician",
            decision=DECISION,
            begin=begin,
            until=until,
        )

    def merge(self) -> Unit:
        both = [self.a.id, self.b.id]
        made = units.merge_units(SETUP, units=both, naming=NEW, parent=self.top.id, day=LATER, decision_number="2/NQ")
        return made.units[0]

    def split(self) -> Unit:
        names = (NEW, units.NewName("Xã Mộc Thượng", "00004", "commune"))
        parts = [units.Part(names[0], [self.room.id], [self.team.id]), units.Part(names[1], [self.other_room.id])]
        return units.split_unit(SETUP, unit=self.a.id, parts=parts, day=LATER, decision_number="2/NQ").units[0]

    def absorb(self) -> Unit:
        made = units.absorb_units(SETUP, units=[self.a.id], into=self.b.id, day=LATER, decision_number="2/NQ")
        return made.units[0]


def everything() -> dict[str, list[Any]]:
    """Every dated row, and who took over."""
    found: dict[str, list[Any]] = {
        model.__name__: sorted(model.objects.values_list("pk", "valid_from", "valid_until"))
        for model in (Unit, UnitName, Placement, Tenure, Assignment)
    }
    found["Succession"] = list(Succession.objects.values_list("pk", flat=True))
    return found


@pytest.fixture
def land() -> Land:
    return Land()


@pytest.mark.parametrize("decide", [Land.merge, Land.split, Land.absorb])
@pytest.mark.parametrize("through", ["a", "heir", "team"])
def test_a_merger_or_split_is_taken_back_whole_from_whichever_unit_one_comes(
    land: Land, decide: Callable[[Land], Unit], through: str
) -> None:
    before, tree = everything(), str(outline(LATER))
    heir = decide(land)
    assert everything() != before
    unit = {"a": land.a.id, "heir": heir.id, "team": land.team.id}[through]
    assert withdraw_change(SETUP, unit=unit, day=LATER, today=TODAY) == []
    assert everything() == before
    assert str(outline(LATER)) == tree
    decide(land)  # and may be decided again


def test_an_ending_and_a_founding_are_taken_back_too(land: Land) -> None:
    before = everything()
    units.end_unit(SETUP, unit=land.b.id, day=LATER, decision_number="3/NQ")
    withdraw_change(SETUP, unit=land.b.id, day=LATER, today=TODAY)
    fresh = units.found_unit(SETUP, naming=NEW, parent=land.top.id, day=LATER)
    withdraw_change(SETUP, unit=fresh.id, day=LATER, today=TODAY)
    assert everything() == before


def test_what_has_come_is_never_taken_back(land: Land) -> None:
    land.merge()
    done = everything()
    for today in (LATER, LATER + MONTH):
        with pytest.raises(NotPossible, match="No change is laid"):
            withdraw_change(SETUP, unit=land.a.id, day=LATER, today=today)
    assert everything() == done


def test_a_later_decision_that_rests_on_it_must_go_first(land: Land) -> None:
    heir = land.merge()
    name = units.NewName("Xã Mộc Lạc Mới", "00003", "commune")
    units.rename_unit(SETUP, unit=heir.id, naming=name, day=LATER + MONTH, decision_number="4/NQ")
    done = everything()
    with pytest.raises(NotPossible, match="rests on this one"):
        withdraw_change(SETUP, unit=land.a.id, day=LATER, today=TODAY)
    assert everything() == done
    withdraw_change(SETUP, unit=heir.id, day=LATER + MONTH, today=TODAY)
    withdraw_change(SETUP, unit=land.a.id, day=LATER, today=TODAY)
    assert not Succession.objects.exists()


def test_a_unit_whose_end_is_laid_is_not_merged_away_before_that_is_taken_back(land: Land) -> None:
    units.end_unit(SETUP, unit=land.b.id, day=LATER + MONTH, decision_number="3/NQ")
    with pytest.raises(NotPossible, match="already changes"):
        land.merge()


def test_a_room_opened_since_stays_where_it_is_and_who_was_assigned_since_is_named(land: Land) -> None:
    land.merge()
    fresh = rooms.open_room(SETUP, unit=land.a.id, room_type=RoomType.ONE_STOP, details=details(), day=TODAY)
    since = land.assigned("Vàng Thị Mai", begin=TODAY)
    assert since.valid_until == LATER
    assert withdraw_change(SETUP, unit=land.a.id, day=LATER, today=TODAY) == [since]
    assert reading.holder_on(fresh.id, LATER) == land.a.id
    assert Tenure.objects.filter(room=fresh).count() == 1


def test_who_left_since_has_left(land: Land) -> None:
    land.merge()
    people.end_assignment(SETUP, assignment=land.post, day=TODAY, decision_number="9/QĐ")
    withdraw_change(SETUP, unit=land.a.id, day=LATER, today=TODAY)
    land.post.refresh_from_db()
    assert land.post.valid_until == TODAY


def test_a_new_unit_with_people_of_its_own_is_not_taken_back_until_they_are(land: Land) -> None:
    heir = land.merge()
    post = land.assigned("Vàng Thị Mai", unit=heir, begin=LATER)
    done = everything()
    with pytest.raises(NotPossible, match="of its own by now"):
        withdraw_change(SETUP, unit=land.a.id, day=LATER, today=TODAY)
    assert everything() == done
    people.withdraw_assignment(SETUP, assignment=post, day=TODAY, reason="hoãn sáp nhập", now=NOW)
    withdraw_change(SETUP, unit=land.a.id, day=LATER, today=TODAY)
    assert land.a.id in reading.units_below([land.top.id], LATER)
    assert heir.id not in reading.units_below([land.top.id], LATER)
    assert not UnitName.objects.filter(unit=heir).exists()


def test_nobody_takes_back_what_concerns_units_beyond_their_reach(land: Land) -> None:
    land.merge()
    done = everything()
    for reach in ({land.a.id}, {land.a.id, land.team.id}, set[UUID]()):
        with pytest.raises(NotPossible, match="beyond your reach"):
            withdraw_change(SETUP, unit=land.a.id, day=LATER, today=TODAY, reach=reach)
    assert everything() == done
    withdraw_change(SETUP, unit=land.a.id, day=LATER, today=TODAY, reach={land.a.id, land.b.id, land.team.id})


def test_the_database_keeps_who_took_over_once_the_day_has_come(land: Land) -> None:
    units.absorb_units(SETUP, units=[land.a.id], into=land.b.id, day=TODAY, decision_number="2/NQ")
    with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
        Succession.objects.all().delete()


def test_the_page_of_each_unit_concerned_takes_it_back() -> None:
    district = District()
    administrator = signed_in(district.people["system_administrator"])
    one, two = (district.units[name].id for name in "AB")
    today = reading.day_of(district.now)
    day = today + MONTH
    before = everything()
    for unit in (one, two):
        units.absorb_units(SETUP, units=[one], into=two, day=day, decision_number="2/NQ")
        page = reverse("unit", args=[unit]) + (f"?ngay={day}" if unit == two else "")
        assert reverse("change_withdraw", args=[one]) in administrator.get(reverse("unit", args=[one])).content.decode()
        assert administrator.get(page).status_code == 200
        answer = administrator.post(reverse("change_withdraw", args=[unit]), {"ngay": str(day)}, follow=True)
        assert "Đã bỏ thay đổi" in answer.content.decode()
        assert everything() == before


def test_a_program_takes_it_back_within_the_unit_that_it_addresses() -> None:
    district = District()
    machine = signed_in(district.people["system_administrator"])
    one, two, top = (district.units[name].id for name in ("A", "B", "top"))
    day = reading.day_of(district.now) + MONTH
    before = everything()
    units.absorb_units(SETUP, units=[one], into=two, day=day, decision_number="2/NQ")

    def asked(addressed: UUID, unit: UUID) -> tuple[int, dict[str, Any]]:
        body = {"unit": str(unit), "day": str(day)}
        answer = machine.post(f"/api/registry/units/{addressed}/withdrawals", body, content_type="application/json")
        return answer.status_code, answer.json()

    assert asked(one, one)[1]["en"].startswith("The change concerns units beyond")
    assert asked(one, two)[0] == 422
    assert asked(top, one) == (200, {"ended_assignments": []})
    assert everything() == before
    assert asked(top, one)[1]["en"].startswith("No change is laid")
