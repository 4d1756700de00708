"""The start page: what waits for each of the people, and one step to it."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.access.actions.grants import Terms
from minhbach.centre.access.actions.requests import ask_grant
from minhbach.centre.access.actions.viewings import Asker, ViewingRefused, open_viewing
from minhbach.centre.access.may import May
from minhbach.centre.access.models import CodeReset
from minhbach.centre.footage import alarms
from minhbach.centre.footage.actions import faults
from minhbach.centre.footage.models import Fault
from minhbach.centre.front.today import today
from minhbach.centre.front.waiting import (
    CHECK,
    CONFIRM,
    FOLLOW,
    LOOK,
    MEND,
    OPEN_ACCOUNTS,
    SET_UP,
    SIGN,
    Task,
    waiting,
)
from minhbach.centre.registry.actions import people
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.reading import day_of
from minhbach.centre.regulation.actions import add_day
from minhbach.centre.regulation.models import CalendarDay
from minhbach.centre.regulation.rights import Right
from tests.centre.access.district import DAY, SETUP, District
from tests.centre.footage.ill import began
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    return District()


def tasks(district: District, role: str) -> list[Task]:
    account, now = district.people[role], timezone.now()
    return waiting(account, May(account, now), now=now)


def break_camera(district: District) -> Fault:
    camera = district.cameras["A", "reception_room"]
    faults.take_entries(camera.recorder_id, began(camera.name, "offline", timezone.now()), now=timezone.now())
    return Fault.objects.get()


def test_whoever_mends_sees_the_fault_first_with_the_time_left_to_begin(district):
    fault = break_camera(district)
    first = tasks(district, "technician")[0]
    assert (first.verb, first.url) == (MEND, reverse("fault", args=[fault.id]))
    assert first.clock is not None
    assert 0 < first.clock.left_s <= first.clock.whole_s


def test_once_the_repair_has_begun_no_clock_runs(district):
    fault = break_camera(district)
    faults.start_repair(district.people["technician"], fault.id, note="Đang thay dây", now=timezone.now())
    line = next(task for task in tasks(district, "technician") if task.verb == MEND)
    assert line.clock is None
    assert line.kind == "soon"


def test_who_may_see_but_not_mend_follows_a_fault_of_their_rooms_only(district):
    break_camera(district)
    assert [task.verb for task in tasks(district, "commune_chairman")] == [FOLLOW]
    assert tasks(district, "one_stop_officer") == []


def test_rooms_that_are_not_set_up_wait_for_the_technician(district):
    assert SET_UP in [task.verb for task in tasks(district, "technician")]


def test_somebody_assigned_without_an_account_waits_for_whoever_keeps_accounts(district):
    assert OPEN_ACCOUNTS not in [task.verb for task in tasks(district, "system_administrator")]
    person = people.add_person(SETUP, details=people.PersonDetails(full_name="Bùi Ngọc Ánh"), now=timezone.now())
    paper = people.Decision(number="9/QĐ", date=DAY)
    people.assign(SETUP, person=person, unit=district.units["A"].id, role="technician", decision=paper, begin=DAY)
    assert OPEN_ACCOUNTS in [task.verb for task in tasks(district, "system_administrator")]


def test_a_grant_of_two_signatures_waits_for_the_second_and_not_for_who_asked(district):
    now = timezone.now()
    terms = Terms(
        person=district.people["inspection_member"].person_id,
        rights=frozenset({Right.PLAYBACK}),
        rooms=frozenset({district.rooms["A", "reception_room"].id}),
        begin=now,
        end=now + datetime.timedelta(days=1),
        decision_number="5/QĐ",
    )
    ask_grant(district.people["chief_inspector"], terms=terms, now=now)
    assert SIGN in [task.verb for task in tasks(district, "area_chairman")]
    assert SIGN not in [task.verb for task in tasks(district, "chief_inspector")]


def test_codes_that_are_to_be_taken_off_wait_for_a_second_keeper_of_accounts(district):
    second = district.appoint("system_administrator", "top", "second")
    inspector = district.people["inspector"]
    CodeReset.objects.create(account=inspector, asked_by=second, asked_at=timezone.now())
    assert CONFIRM in [task.verb for task in tasks(district, "system_administrator")]
    assert CONFIRM not in [task.verb for task in tasks(district, "second")]


def test_a_refusal_waits_for_the_auditor_with_the_name_of_the_refused(district):
    refused = district.people["one_stop_officer"]
    camera = district.cameras["A", "one_stop"]
    with pytest.raises(ViewingRefused):
        open_viewing(Asker(refused, session="0" * 64), kind="live", cameras=[camera.id], now=timezone.now())
    line = next(task for task in tasks(district, "viewing_auditor") if task.verb == LOOK)
    assert refused.person.full_name in line.about
    assert refused.person.full_name in signed_in(district.people["viewing_auditor"]).get(line.url).content.decode()


def test_an_alarm_of_a_log_waits_for_the_technician(district):
    assert CHECK not in [task.verb for task in tasks(district, "technician")]
    alarms.tell(district.recorders["A"].id, "log_forked", now=timezone.now(), log="2026", evidence=b"proof")
    assert CHECK in [task.verb for task in tasks(district, "technician")]


def test_a_holiday_and_a_day_worked_instead_stand_on_the_start_page_and_an_ordinary_day_does_not(district):
    chairman = district.people["commune_chairman"]
    day, said = day_of(district.now), []
    for kind in (None, "holiday", "makeup"):
        CalendarDay.objects.filter(withdrawn_at__isnull=True).update(withdrawn_at=district.now)
        if kind:
            add_day(SETUP, unit=district.units["top"].id, day=day, kind=kind, name="Ngày ấy", now=district.now)
        found = today(chairman, May(chairman, district.now), now=district.now)
        said.append(str(found.special) if found.special else None)
    assert said == [None, "Nghỉ lễ, tết", "Làm bù"]
    assert "Làm bù" in signed_in(chairman).get("/").content.decode()


def test_an_empty_installation_says_where_to_begin(district):
    administrator = district.people["system_administrator"]
    Room.objects.update(valid_from="2099-01-01")
    page = signed_in(administrator).get("/").content.decode()
    assert "Thêm phòng đầu tiên" in page


def test_the_start_page_has_what_is_wrong_first_and_rooms_without_pictures_last(district):
    account, now = district.people["commune_chairman"], timezone.now()
    found = today(account, May(account, now), now=now)
    kinds = [room.field.state.kind for room in found.rooms]
    assert kinds
    assert sorted(kinds, key=lambda kind: kind == "unseen") == kinds
    assert sum(found.counts.values()) == len(found.rooms)


def test_somebody_without_rooms_reads_what_they_are_assigned_to(district):
    page = signed_in(district.people["council_delegate"]).get("/").content.decode()
    assert "Nhiệm vụ của bạn" in page
    assert "Được phép" in page


def test_somebody_without_any_post_reads_whom_to_ask(district):
    page = signed_in(district.nobody()).get("/").content.decode()
    assert "Không có phòng nào trong phạm vi của bạn" in page


def test_the_start_page_asks_the_database_as_often_for_one_commune_as_for_all(district):
    counts = []
    for role in ("commune_chairman", "chief_of_office"):
        client = signed_in(district.people[role])
        client.get("/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/")
        counts.append(len(asked))
    assert abs(counts[0] - counts[1]) <= 4, counts


def test_what_is_due_soonest_stands_first_and_what_has_no_day_last():
    now = timezone.now()
    lines = [
        Task(LOOK, name, "", "/", due=due)
        for name, due in (("c", None), ("b", now + datetime.timedelta(days=1)), ("a", now))
    ]
    assert [line.title for line in sorted(lines, key=lambda line: line.pressing)] == ["a", "b", "c"]
