"""A person has a post by decision and for its days; names are sorted and found as Vietnamese readers expect."""

import datetime

import pytest

from minhbach.centre.registry import reading
from minhbach.centre.registry.actions import people, rooms
from minhbach.centre.registry.models import Person
from minhbach.centre.registry.vietnamese import plain, search_key, sort_key, sort_key_of_person
from minhbach.centre.registry.writing import NotPossible
from tests.centre.registry.places import DAY, MERGER, NOW, SETUP, commune, one_stop, province

BEFORE = MERGER - datetime.timedelta(1)
DECISION = people.Decision(number="45/QĐ-UBND", date=DAY)


def somebody(name: str = "Đỗ Thị Thắm", **more: str) -> Person:
    return people.add_person(SETUP, details=people.PersonDetails(full_name=name, **more), now=NOW)


@pytest.mark.django_db
def test_a_post_holds_from_its_first_day_and_not_on_the_day_it_ends() -> None:
    unit, person = commune(province()), somebody()
    post = people.assign(
        SETUP, person=person, unit=unit.id, role="one_stop_officer", decision=DECISION, begin=DAY, until=None
    )
    people.end_assignment(SETUP, assignment=post, day=MERGER, decision_number="46/QĐ-UBND")
    assert [found.role for found in reading.posts(person.id, DAY)] == ["one_stop_officer"]
    assert reading.posts(person.id, BEFORE)
    assert reading.posts(person.id, MERGER) == []
    with pytest.raises(NotPossible):
        people.end_assignment(SETUP, assignment=post, day=MERGER, decision_number="47/QĐ-UBND")


@pytest.mark.django_db
def test_nobody_is_assigned_without_a_decision_or_before_it() -> None:
    unit, person = commune(province()), somebody()
    without, later = people.Decision(number=" ", date=DAY), people.Decision(number="48", date=MERGER)
    for decision, field in ((without, "decision_number"), (later, "begin")):
        with pytest.raises(NotPossible) as refused:
            people.assign(SETUP, person=person, unit=unit.id, role="inspector", decision=decision, begin=DAY)
        assert refused.value.field == field


@pytest.mark.django_db
def test_the_same_post_is_not_held_twice_at_once() -> None:
    unit, person = commune(province()), somebody()
    people.assign(SETUP, person=person, unit=unit.id, role="inspector", decision=DECISION, begin=DAY, until=MERGER)
    people.assign(SETUP, person=person, unit=unit.id, role="inspector", decision=DECISION, begin=MERGER)
    with pytest.raises(NotPossible, match="already has this role"):
        people.assign(SETUP, person=person, unit=unit.id, role="inspector", decision=DECISION, begin=BEFORE)


@pytest.mark.django_db
def test_a_person_finds_the_counter_of_any_day() -> None:
    room, person = one_stop(commune(province()).id), somebody()
    first = rooms.add_counter(SETUP, room=room, number=1, day=DAY)
    second = rooms.add_counter(SETUP, room=room, number=2, day=DAY)
    post = people.post_at_counter(SETUP, person=person, counter=first, day=DAY)
    people.leave_counter(SETUP, post=post, day=MERGER)
    people.post_at_counter(SETUP, person=person, counter=second, day=MERGER)
    assert [held.counter for held in reading.counters_held(person.id, DAY, BEFORE)] == [first]
    assert [held.counter for held in reading.counters_held(person.id, MERGER, MERGER)] == [second]


@pytest.mark.django_db
def test_people_stand_in_the_order_of_their_given_names() -> None:
    for name in ("Nguyễn Văn Đức", "Bùi Ánh", "Trần Văn An", "Hoàng Ân", "Lê Văn An", "Đỗ Dũng", "Vũ Anh", "An"):
        somebody(name)
    order = ["An", "Lê Văn An", "Trần Văn An", "Vũ Anh", "Bùi Ánh", "Hoàng Ân", "Đỗ Dũng", "Nguyễn Văn Đức"]
    assert list(Person.objects.values_list("full_name", flat=True)) == order


@pytest.mark.django_db
def test_no_two_people_share_a_staff_code() -> None:
    somebody(staff_code="CB-01")
    somebody("Người Không Mã")
    somebody("Người Khác Không Mã")
    with pytest.raises(NotPossible, match="staff code"):
        somebody("Lê Văn An", staff_code="CB-01")


def test_a_name_is_found_without_marks_and_whichever_way_the_keyboard_spelt_it() -> None:
    assert search_key("  Đỗ  Thị THẮM ") == "do thi tham"
    assert plain("Nguye\u0302\u0303n") == "Nguyễn"
    assert sort_key("Hoa\u0300") == sort_key("Hoà")


def test_tones_decide_only_between_equal_letters() -> None:
    assert sort_key("ma") < sort_key("mà") < sort_key("mả") < sort_key("mã") < sort_key("má") < sort_key("mạ")
    assert sort_key("mạ") < sort_key("man") < sort_key("măn") < sort_key("mân")
    assert sort_key_of_person("Trần Thị Hà") < sort_key_of_person("An Văn Hải")


@pytest.mark.django_db
@pytest.mark.parametrize("begin", [DAY, MERGER])
def test_a_post_that_begins_today_or_later_is_taken_back_with_a_reason_and_was_true_on_no_day(begin) -> None:
    unit, person = commune(province()), somebody()
    post = people.assign(SETUP, person=person, unit=unit.id, role="inspector", decision=DECISION, begin=begin)
    with pytest.raises(NotPossible) as refused:
        people.withdraw_assignment(SETUP, assignment=post, reason=" ", day=DAY, now=NOW)
    assert refused.value.field == "reason"
    people.withdraw_assignment(SETUP, assignment=post, reason="nhập nhầm đơn vị", day=DAY, now=NOW)
    post.refresh_from_db()
    assert (post.withdrawn_at, post.withdrawal_reason) == (NOW, "nhập nhầm đơn vị")
    assert not any(reading.posts(person.id, day) for day in (DAY, begin, MERGER))
    again = people.assign(SETUP, person=person, unit=unit.id, role="inspector", decision=DECISION, begin=begin)
    assert reading.posts(person.id, begin) == [again]


@pytest.mark.django_db
def test_a_post_that_was_in_force_before_today_is_ended_and_not_taken_back() -> None:
    unit, person = commune(province()), somebody()
    post = people.assign(SETUP, person=person, unit=unit.id, role="inspector", decision=DECISION, begin=DAY)
    with pytest.raises(NotPossible):
        people.withdraw_assignment(SETUP, assignment=post, reason="nhập nhầm", day=MERGER, now=NOW)
    assert reading.posts(person.id, MERGER) == [post]
