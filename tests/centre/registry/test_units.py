"""The tree of units changes with the day, and the past stays as it was."""

import datetime

import pytest

from minhbach.centre.registry import reading
from minhbach.centre.registry.actions import people, units
from minhbach.centre.registry.models import Succession, Unit
from minhbach.centre.registry.writing import NotPossible
from tests.centre.registry.places import DAY, MERGER, NOW, SETUP, commune, one_stop, province

pytestmark = pytest.mark.django_db
BEFORE = MERGER - datetime.timedelta(1)
NEW = units.NewName("Xã Tân Mộc", "00100", "commune")


def merged(*gone: Unit, above: Unit) -> units.Handover:
    return units.merge_units(
        SETUP, units=[one.id for one in gone], naming=NEW, parent=above.id, day=MERGER, decision_number="12/NQ-HĐND"
    )


def test_after_a_merger_old_footage_stays_under_the_old_name_and_new_footage_gets_the_new_one() -> None:
    top = province()
    a, b = commune(top), commune(top, "Xã Hoàng Tây", "00002")
    room = one_stop(a.id)
    heir = merged(a, b, above=top).units[0]
    holder_then, holder_now = reading.holder_on(room.id, BEFORE), reading.holder_on(room.id, MERGER)
    assert (holder_then, holder_now) == (a.id, heir.id)
    assert reading.name_on(a.id, BEFORE).name == "Xã Mộc Xuyên"
    assert reading.name_on(heir.id, MERGER).name == "Xã Tân Mộc"
    assert reading.heirs(a.id, MERGER) == reading.heirs(b.id, MERGER) == {heir.id}
    assert reading.heirs(a.id, BEFORE) == {a.id}


def test_a_merger_leaves_the_tree_of_the_day_before_as_it_was() -> None:
    top = province()
    a, b = commune(top), commune(top, "Xã Hoàng Tây", "00002")
    team = units.found_unit(SETUP, naming=units.NewName("Tổ một cửa", "T1", "team"), parent=a.id, day=DAY)
    heir = merged(a, b, above=top).units[0]
    assert reading.units_below([top.id], BEFORE) == {top.id, a.id, b.id, team.id}
    assert reading.units_below([top.id], MERGER) == {top.id, heir.id, team.id}
    assert reading.units_above(team.id, MERGER) == (team.id, heir.id, top.id)
    assert [step.name for step in reading.path_to(team.id, BEFORE)] == ["Tỉnh Hòa Giang", "Xã Mộc Xuyên", "Tổ một cửa"]


def test_the_way_down_to_a_unit_is_that_of_the_day_or_of_the_last_day_it_had() -> None:
    top = province()
    a, b = commune(top), commune(top, "Xã Hoàng Tây", "00002")
    team = units.found_unit(SETUP, naming=units.NewName("Tổ một cửa", "T1", "team"), parent=a.id, day=DAY)
    heir = merged(a, b, above=top).units[0]
    assert reading.way_to(team.id, BEFORE) == (top.id, a.id, team.id)
    assert reading.way_to(team.id, MERGER) == (top.id, heir.id, team.id)
    assert reading.way_to(a.id, MERGER) == reading.way_to(a.id, BEFORE) == (top.id, a.id)
    assert reading.way_to(top.id, MERGER) == (top.id,)


def test_an_assignment_at_a_unit_that_ends_ends_with_it_and_is_named() -> None:
    top = province()
    a, b = commune(top), commune(top, "Xã Hoàng Tây", "00002")
    chairman = people.add_person(SETUP, details=people.PersonDetails(full_name="Phạm Văn Lâm"), now=NOW)
    decision = people.Decision(number="45/QĐ-UBND", date=DAY)
    people.assign(SETUP, person=chairman, unit=a.id, role="commune_chairman", decision=decision, begin=DAY)
    ended = merged(a, b, above=top).ended
    assert [one.person_id for one in ended] == [chairman.id]
    assert reading.posts(chairman.id, BEFORE)
    assert not reading.posts(chairman.id, MERGER)


def test_a_split_gives_each_room_to_exactly_one_heir() -> None:
    top = province()
    a = commune(top)
    first, second = one_stop(a.id), one_stop(a.id, name="Điểm tiếp nhận số 2")
    parts = [
        units.Part(units.NewName("Xã Mộc", "00011", "commune"), rooms=[first.id]),
        units.Part(units.NewName("Xã Xuyên", "00012", "commune"), rooms=[second.id]),
    ]
    with pytest.raises(NotPossible) as refused:
        units.split_unit(SETUP, unit=a.id, parts=[parts[0], parts[0]], day=MERGER, decision_number="13/NQ-HĐND")
    assert refused.value.field == "parts"
    heirs = units.split_unit(SETUP, unit=a.id, parts=parts, day=MERGER, decision_number="13/NQ-HĐND").units
    assert reading.holders_on([first.id, second.id], MERGER) == {first.id: heirs[0].id, second.id: heirs[1].id}
    assert reading.heirs(a.id, MERGER) == {heirs[0].id, heirs[1].id}
    assert reading.parent_on(heirs[1].id, MERGER) == top.id


def test_a_unit_moves_below_another_and_never_below_itself() -> None:
    top = province()
    a = commune(top)
    team = units.found_unit(SETUP, naming=units.NewName("Tổ một cửa", "T1", "team"), parent=a.id, day=DAY)
    units.move_unit(SETUP, unit=team.id, parent=top.id, day=MERGER, decision_number="14/QĐ")
    assert (reading.parent_on(team.id, BEFORE), reading.parent_on(team.id, MERGER)) == (a.id, top.id)
    units.move_unit(SETUP, unit=a.id, parent=team.id, day=MERGER, decision_number="15/QĐ")
    with pytest.raises(NotPossible, match="below itself"):
        units.move_unit(SETUP, unit=team.id, parent=a.id, day=MERGER + datetime.timedelta(1), decision_number="16/QĐ")


def test_a_unit_that_was_absorbed_is_answered_for_by_the_one_that_took_it_and_by_its_heirs() -> None:
    top = province()
    a, b, c = commune(top), commune(top, "Xã Hoàng Tây", "00002"), commune(top, "Xã Thanh Sơn", "00003")
    units.absorb_units(SETUP, units=[a.id], into=b.id, day=MERGER, decision_number="17/NQ")
    later = MERGER + datetime.timedelta(30)
    heir = units.merge_units(
        SETUP, units=[b.id, c.id], naming=NEW, parent=top.id, day=later, decision_number="18/NQ"
    ).units[0]
    assert reading.heirs(a.id, MERGER) == {b.id}
    assert reading.heirs(a.id, later) == {heir.id}
    assert Succession.objects.count() == 3


def test_a_rename_keeps_the_unit_and_the_code_stays_its_own() -> None:
    top = province()
    a = commune(top)
    units.rename_unit(
        SETUP, unit=a.id, naming=units.NewName("Phường Mộc Xuyên", "00001", "ward"), day=MERGER, decision_number="19"
    )
    assert reading.name_on(a.id, BEFORE).kind == "commune"
    assert reading.name_on(a.id, MERGER) == reading.Naming(a.id, "Phường Mộc Xuyên", "00001", "ward")
    with pytest.raises(NotPossible, match="code"):
        commune(top, "Xã Khác", "00001")


def test_a_change_is_refused_while_another_is_laid_for_a_later_day() -> None:
    top = province()
    a = commune(top)
    units.rename_unit(SETUP, unit=a.id, naming=NEW, day=MERGER, decision_number="20")
    with pytest.raises(NotPossible) as refused:
        units.rename_unit(SETUP, unit=a.id, naming=NEW, day=BEFORE, decision_number="21")
    assert refused.value.field == "day"


def test_the_tree_of_a_province_is_read_in_one_query(django_assert_num_queries) -> None:
    top = province()
    below = {commune(top, f"Xã {number}", f"{number:05}").id for number in range(1, 40)}
    with django_assert_num_queries(1):
        assert reading.units_below([top.id], DAY) == below | {top.id}
    with django_assert_num_queries(1):
        assert len(reading.names_on(below, DAY)) == 39
