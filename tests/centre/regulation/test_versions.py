"""Rules are data: a version is read strictly, holds from its day, is never rewritten, and needs no code to differ."""

import copy
import datetime

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from minhbach.centre.access.deciding import decide
from minhbach.centre.access.places import place_of_room
from minhbach.centre.messaging.actions import both
from minhbach.centre.registry.actions import people
from minhbach.centre.regulation import actions, reading
from minhbach.centre.regulation.document import document
from minhbach.centre.regulation.items import RulesError
from minhbach.centre.regulation.models import Regulation
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import PROFILES, parse, shipped
from minhbach.centre.regulation.wording import amount
from tests.centre.access.district import DAY, SETUP, District

TOMORROW = datetime.timedelta(days=1)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_shipped_profile_reads(profile):
    rules = parse(shipped(profile))
    assert rules.profile == profile
    assert rules.times.fault_head_minutes == 15
    assert rules.times.retention_one_stop_days == 30
    assert rules.reception_days == (5, 10, 20, 25)


def test_both_profiles_know_the_same_roles():
    first, second = (parse(shipped(profile)).roles.keys() for profile in PROFILES)
    assert first == second


def broken(change):
    content = copy.deepcopy(shipped(PROFILES[1]))
    change(content)
    return content


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.update(extra=1),
        lambda c: c.pop("times"),
        lambda c: c["times"].update(purpose_minutes="30"),
        lambda c: c["times"].update(purpose_minutes=0),
        lambda c: c["times"].update(purpose_minutes=True),
        lambda c: c["times"].update(puprose_minutes=30),
        lambda c: c["times"].pop("report_day"),
        lambda c: c["roles"]["inspector"]["reception_room"]["rights"].append("wach"),
        lambda c: c["roles"]["inspector"]["reception_room"]["rights"].append("accounts"),
        lambda c: c["roles"]["inspector"]["unit"]["rights"].append("live"),
        lambda c: c["roles"]["inspector"]["reception_room"].update(scope="everywhere"),
        lambda c: c["roles"]["inspector"].update(staff_room={"scope": "own", "rights": []}),
        lambda c: c["roles"]["inspector"].pop("held_at"),
        lambda c: c["roles"]["inspector"].pop("vi"),
        lambda c: c["hours"].update(spans=[["17:00", "07:30"]]),
        lambda c: c["hours"].update(weekdays=[8]),
        lambda c: c["reception"].update(closed="never"),
        lambda c: c["reception"].update(days=[32]),
        lambda c: c.update(title="x"),
    ],
)
def test_what_is_not_understood_is_refused_whole(change):
    with pytest.raises(RulesError):
        parse(broken(change))


@pytest.mark.django_db
def test_a_level_is_added_and_a_right_moved_by_a_new_version_without_code():
    district = District()
    today = DAY + datetime.timedelta(days=300)
    content = copy.deepcopy(shipped(district.profile))
    content["roles"]["deputy_head"] = {
        "vi": "Phó Giám đốc Trung tâm",
        "en": "Deputy head of the centre",
        "held_at": ["commune"],
        "one_stop": {"scope": "own", "rights": ["live"]},
    }
    content["roles"]["service_centre_head"]["one_stop"]["rights"].remove("live")
    deputy = district.appoint("deputy_head", "A", "deputy")
    head = district.people["service_centre_head"]

    def may(account, day):
        now = datetime.datetime.combine(day, datetime.time(5), datetime.UTC)
        return decide(account, Right.LIVE, place_of_room(district.rooms["A", "one_stop"].id, now), now=now).allowed

    assert (may(deputy, today), may(head, today)) == (False, True)
    actions.issue(
        unit=district.units["top"].id, content=content, valid_from=today + TOMORROW, decision_number="9/QĐ",
        now=district.now,
    )  # fmt: skip
    assert (may(deputy, today), may(head, today)) == (False, True)
    assert (may(deputy, today + TOMORROW), may(head, today + TOMORROW)) == (True, False)


@pytest.mark.django_db
def test_a_unit_with_a_version_of_its_own_follows_that_one_and_units_below_too():
    district = District()
    content = copy.deepcopy(shipped(district.profile))
    content["times"]["retention_one_stop_days"] = 60
    actions.issue(
        unit=district.units["A"].id, content=content, valid_from=DAY, decision_number="9/QĐ", now=district.now
    )
    days = {name: reading.in_force(district.units[name].id, DAY).times.retention_one_stop_days for name in "AB"}
    assert days == {"A": 60, "B": 30}


@pytest.mark.django_db
def test_where_no_version_holds_there_is_none_in_place_of_it():
    district = District()
    with pytest.raises(reading.NothingInForce):
        reading.in_force(district.units["A"].id, DAY - TOMORROW)


@pytest.mark.django_db
def test_a_version_is_neither_rewritten_nor_deleted_nor_doubled():
    district = District()
    changes: list[dict[str, object]] = [
        {"content": {}},
        {"digest": "0" * 64},
        {"valid_from": DAY - TOMORROW},
        {"number": 7},
    ]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            Regulation.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Regulation.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.issue(
            unit=district.units["top"].id, content=shipped(district.profile), valid_from=DAY, decision_number="9/QĐ",
            now=district.now,
        )  # fmt: skip


@pytest.mark.django_db
def test_the_digest_is_that_of_the_content_as_it_is_read_back():
    District()
    assert {row.digest == actions.digest_of(row.content) for row in Regulation.objects.all()} == {True}


@pytest.mark.django_db
def test_a_supervision_that_ended_gives_no_right():
    district = District()
    inspector = district.people["inspector"]
    room = district.rooms["A", "reception_room"].id
    later = district.now + 10 * TOMORROW
    (row,) = reading.supervised_by([district.units["inspectorate"].id], DAY)
    actions.end_supervision(row, last_day=district.now.date())
    assert not decide(inspector, Right.LIVE, place_of_room(room, later), now=later).allowed


@pytest.mark.django_db
def test_who_supervises_a_room_is_known_for_a_day():
    district = District()
    path = (district.units["top"].id, district.units["A"].id)
    bodies = reading.supervisors_of(path, "one_stop", DAY)
    assert set(bodies) == {district.units["top"].id, district.units["office"].id}


@pytest.mark.django_db
def test_an_assignment_that_ended_yesterday_gives_nothing_today():
    district = District()
    chairman = district.people["commune_chairman"]
    later = district.now + 3 * TOMORROW
    people.end_assignment(
        SETUP, assignment=district.assignments["commune_chairman"], day=later.date(), decision_number="9/QĐ"
    )
    room = district.rooms["A", "one_stop"].id
    assert decide(chairman, Right.LIVE, place_of_room(room, district.now), now=district.now).allowed
    after = later + TOMORROW
    assert not decide(chairman, Right.LIVE, place_of_room(room, after), now=after).allowed


@pytest.mark.parametrize("profile", PROFILES)
def test_what_a_norm_is_counted_in_and_of_is_read_in_both_languages(profile):
    norms = next(each for each in document(parse(shipped(profile))) if each.code == "norms")
    said = {line.code: line.says for line in norms.lines}
    assert "Đơn vị tính: dòng" in said["height"].vi
    assert "Measured in: lines" in said["height"].en
    assert "Loại thiết bị: Máy tính" in said["computer_age"].vi
    assert "Kind of equipment: Computers" in said["computer_age"].en


def test_one_of_something_is_read_as_one_and_several_as_several():
    assert both(amount("hold_review_days", 1)) == ("1 ngày", "1 day")
    assert both(amount("repair_started_wh", 1)) == ("1 giờ làm việc", "1 working hour")
    assert both(amount("hold_review_days", 2)) == ("2 ngày", "2 days")
