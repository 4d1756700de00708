"""A fault from its entry in the log to its end: who is told when, what is done, and that nothing of it is doubled."""

import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from minhbach.centre.access.models import StillOccasion
from minhbach.centre.footage.actions import faults
from minhbach.centre.footage.actions.faults import WorkRefused
from minhbach.centre.footage.faults import faults_about, state_now
from minhbach.centre.footage.models import Fault, FaultStep, FaultTold, RecorderHealth, RecorderLine
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.registry.models import Camera, Recorder, Room
from tests.centre.access.district import District
from tests.centre.footage.ill import NINE, after, beat, began, ended, report, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    return District(now=NINE - datetime.timedelta(days=1))


def name_of(district: District) -> str:
    return district.cameras["A", "one_stop"].name


def take(district: District, entries: list, now: datetime.datetime) -> list[Fault]:
    return faults.take_entries(district.recorders["A"].id, entries, now=now)


def told(district: District, fault: Fault) -> dict[str, set[str]]:
    by_person = {account.person_id: name for name, account in district.people.items()}
    return {
        row.step: {by_person[each.address] for each in Delivery.objects.filter(notice=row.notice_id)}
        for row in FaultTold.objects.filter(fault=fault)
    }


def test_the_technician_is_told_at_once_the_head_after_15_minutes_the_supervisor_after_60(district: District) -> None:
    (fault,) = take(district, began(name_of(district), "offline"), NINE)
    assert told(district, fault) == {"technician": {"technician"}}
    beat(now=after(minutes=14))
    assert "head" not in told(district, fault)
    beat(now=after(minutes=15))
    assert told(district, fault)["head"] == {"commune_chairman", "service_centre_head"}
    beat(now=after(minutes=59))
    assert "supervisor" not in told(district, fault)
    for minutes in (60, 61, 90):
        beat(now=after(minutes=minutes))
    assert told(district, fault).keys() == {"technician", "head", "supervisor"}
    assert told(district, fault)["supervisor"] <= {
        *("office_specialist", "chief_of_office", "area_chairman", "chief_inspector"),
    }
    assert told(district, fault)["supervisor"]


def test_nobody_is_told_twice_and_a_stranger_never(district: District) -> None:
    (fault,) = take(district, began(name_of(district), "black"), NINE)
    for minutes in range(0, 120, 10):
        beat(now=after(minutes=minutes))
    people = list(Delivery.objects.filter(notice__in=fault.told.values("notice")).values_list("address", flat=True))
    assert len(people) == len(set(people))
    strangers = {"one_stop_officer", "inspection_member", "council_delegate", "viewing_auditor", "inspector"}
    assert not {district.people[name].person_id for name in strangers} & set(people)


def test_that_nobody_holds_the_duty_is_itself_on_record(district: District) -> None:
    fault = faults.take_entries(
        district.recorders["B"].id, began(district.cameras["B", "one_stop"].name, "frozen"), now=NINE
    )[0]
    row = fault.told.get(step=FaultStep.TECHNICIAN)
    assert row.notice is None


def test_the_same_entry_twice_is_one_fault_and_flapping_inside_it_is_no_second(district: District) -> None:
    take(district, began(name_of(district), "offline"), NINE)
    take(district, began(name_of(district), "offline"), after(seconds=5))
    take(district, began(name_of(district), "offline", after(minutes=2)), after(minutes=2))
    assert Fault.objects.count() == 1
    take(district, ended(name_of(district), "offline", after(minutes=9)), after(minutes=9))
    take(district, began(name_of(district), "offline"), after(minutes=10))  # the batch again, after a kill
    assert [row.ended_at for row in Fault.objects.all()] == [after(minutes=9)]


def test_an_end_reaches_everybody_who_was_told_and_closes_the_stills(district: District) -> None:
    (fault,) = take(district, began(name_of(district), "covered"), NINE)
    occasion = StillOccasion.objects.get(reference=str(fault.id))
    assert occasion.ends_at is None
    take(district, ended(name_of(district), "covered", after(minutes=5)), after(minutes=5))
    occasion.refresh_from_db()
    assert occasion.ends_at == after(minutes=5)
    kinds = list(Delivery.objects.order_by("delivered_at").values_list("notice__kind", "address"))
    technician = district.people["technician"].person_id
    assert kinds == [("fault", technician), ("fault_ended", technician)]
    beat(now=after(minutes=20))
    assert told(district, fault).keys() == {"technician"}


def test_who_opens_the_page_of_a_fault_has_read_what_they_were_told_of_it_and_of_no_other(district: District) -> None:
    (fault,) = take(district, began(name_of(district), "covered"), NINE)
    (other,) = take(district, began(name_of(district), "silent"), NINE)
    faults.note_read(district.people["technician"], fault.id, now=after(minutes=2))
    read = dict(Delivery.objects.values_list("notice__reference", "read_at"))
    assert read == {str(fault.id): after(minutes=2), str(other.id): None}
    faults.note_read(district.people["commune_chairman"], other.id, now=after(minutes=3))
    assert Delivery.objects.get(notice__reference=str(other.id)).read_at is None


def test_a_silent_microphone_gives_no_right_to_see_pictures(district: District) -> None:
    take(district, began(name_of(district), "silent"), NINE)
    assert not StillOccasion.objects.exists()


def test_a_recorder_that_is_not_heard_for_a_minute_is_cut_off_until_it_is_back(district: District) -> None:
    recorder = district.recorders["A"]
    RecorderLine.objects.create(recorder=recorder, first_heard_at=NINE, last_heard_at=NINE)
    beat(now=after(seconds=59))
    assert not Fault.objects.exists()
    beat(now=after(seconds=61))
    beat(now=after(seconds=91))
    (fault,) = Fault.objects.all()
    assert (fault.kind, fault.camera, fault.began_at, fault.known_at) == ("line", None, NINE, after(seconds=61))
    back: dict = {}
    for seconds in range(120, 241, 15):
        RecorderLine.objects.update(last_heard_at=after(seconds=seconds - 2))
        beat(now=after(seconds=seconds), back=back)
        fault.refresh_from_db()
        assert fault.ended_at == (None if seconds < 240 else after(seconds=120))
    assert back == {}


def test_a_line_that_comes_and_goes_for_a_day_is_one_fault_of_which_each_is_told_once(district: District) -> None:
    RecorderLine.objects.create(recorder=district.recorders["A"], first_heard_at=NINE, last_heard_at=NINE)
    back: dict = {}
    for minutes in range(24 * 60):
        # Ninety seconds there, ninety seconds gone.
        if minutes % 3 == 0:
            RecorderLine.objects.update(last_heard_at=after(minutes=minutes, seconds=-1))
        beat(now=after(minutes=minutes), back=back)
        beat(now=after(minutes=minutes, seconds=30), back=back)
    (fault,) = Fault.objects.all()
    assert fault.ended_at is None
    steps = list(FaultTold.objects.values_list("step", flat=True))
    assert sorted(steps) == ["head", "supervisor", "technician"]
    assert not Delivery.objects.filter(notice__kind="fault_ended").exists()


def test_what_was_over_before_the_centre_heard_of_it_is_kept_and_told_to_nobody(district: District) -> None:
    name = name_of(district)
    batch = [
        *began(name, "offline"),
        *ended(name, "offline", after(minutes=4)),
        *began(name, "black", after(minutes=9)),
    ]
    over, standing = take(district, batch, after(minutes=30))
    over.refresh_from_db()
    assert over.ended_at == after(minutes=4)
    assert told(district, over) == {}
    assert told(district, standing) == {"technician": {"technician"}}
    assert set(Delivery.objects.values_list("notice__kind", flat=True)) == {"fault"}


def test_what_is_taken_out_of_service_has_no_faults_any_more(district: District) -> None:
    take(district, began(name_of(district), "offline"), NINE)
    take(district, said("disk disk-1", "write_error", "began", NINE), NINE)
    RecorderLine.objects.create(recorder=district.recorders["A"], first_heard_at=NINE, last_heard_at=NINE)
    beat(now=after(minutes=2))
    assert sorted(row.kind for row in Fault.objects.all()) == ["disk", "line", "offline"]
    Camera.objects.filter(name=name_of(district)).update(retired_at=after(minutes=3))
    beat(now=after(minutes=3))
    assert sorted(row.kind for row in Fault.objects.filter(ended_at__isnull=True)) == ["disk", "line"]
    Recorder.objects.filter(id=district.recorders["A"].id).update(retired_at=after(minutes=4))
    beat(now=after(minutes=4))
    assert not Fault.objects.filter(ended_at__isnull=True).exists()


def test_a_room_that_was_closed_stops_nobody_from_being_told_of_another(district: District) -> None:
    (closed,) = take(district, began(name_of(district), "offline"), NINE)
    other = district.cameras["A", "reception_room"].name
    (fault,) = take(district, began(other, "black"), NINE)
    Room.objects.filter(id=closed.room_id).update(valid_until=after(hours=-48).date())
    beat(now=after(minutes=15))
    assert "head" in told(district, fault)
    assert told(district, closed).get("head", set()) == set()


def test_an_hour_in_which_many_faults_wait_costs_a_few_questions_a_beat(
    district: District, django_assert_max_num_queries
) -> None:
    for kind in ("offline", "black", "frozen", "covered", "silent"):
        for (commune, _), camera in district.cameras.items():
            if commune == "A":
                take(district, began(camera.name, kind), NINE)
    assert Fault.objects.filter(ended_at__isnull=True).count() >= 10
    with django_assert_max_num_queries(16):
        beat(now=after(minutes=5))


def test_after_a_night_without_a_worker_each_recorder_gets_a_minute_to_speak(district: District) -> None:
    recorder = district.recorders["A"]
    RecorderLine.objects.create(recorder=recorder, first_heard_at=NINE, last_heard_at=NINE)
    morning = after(hours=9)
    for seconds in (0, 15, 45, 60):
        faults.beat(listening_since=morning, back={}, now=after(hours=9, seconds=seconds))
        assert not Fault.objects.exists()
    faults.beat(listening_since=morning, back={}, now=after(hours=9, seconds=75))
    assert [(row.kind, row.began_at) for row in Fault.objects.all()] == [("line", NINE)]


def test_a_fault_that_a_recorder_forgot_when_it_started_again_ends(district: District) -> None:
    recorder, name = district.recorders["A"].id, name_of(district)
    take(district, began(name, "offline"), NINE)
    take(district, began(name, "silent"), NINE)
    faults.take_report(report(recorder, (name, "silent"), at=after(minutes=3), running_s=60), now=after(minutes=3))
    assert Fault.objects.filter(ended_at__isnull=True).count() == 2
    faults.take_report(report(recorder, (name, "silent"), at=after(minutes=8), running_s=360), now=after(minutes=8))
    assert [row.kind for row in Fault.objects.filter(ended_at__isnull=True)] == ["silent"]
    assert RecorderHealth.objects.get().report["disks"][0]["name"] == "disk-1"


def test_faults_of_disks_count_and_those_of_nothing_known_do_not(district: District) -> None:
    take(district, said("disk disk-1", "disk_full", "began", NINE), NINE)
    take(district, said("health nobody/offline", "offline", "began", NINE), NINE)
    take(district, said(f"health {name_of(district)}/bored", "bored", "began", NINE), NINE)
    take(district, said("camera quay-1", "wrong_password", "began", NINE), NINE)
    assert [row.kind for row in Fault.objects.all()] == ["disk"]


def test_work_is_written_down_once_by_whom_and_not_after_the_end(district: District) -> None:
    technician = district.people["technician"]
    (fault,) = take(district, began(name_of(district), "black"), NINE)
    faults.start_repair(technician, fault.id, note=" Đã đến nơi,  thay nguồn. ", now=after(minutes=30))
    with pytest.raises(WorkRefused):
        faults.start_repair(technician, fault.id, note="Tôi cũng đến", now=after(minutes=31))
    with pytest.raises(WorkRefused):
        faults.add_note(technician, fault.id, note="   ", now=after(minutes=31))
    take(district, ended(name_of(district), "black", after(hours=1)), after(hours=1))
    with pytest.raises(WorkRefused):
        faults.put_substitute(technician, fault.id, note="Camera dự phòng", now=after(hours=2))
    faults.add_note(technician, fault.id, note="Nguồn hỏng do sét.", now=after(hours=2))
    (story,) = faults_about([district.camera("A")], NINE, after(hours=3))
    assert [(each.what.en, each.note) for each in story.done] == [
        ("Repair started", "Đã đến nơi, thay nguồn."),
        ("Note", "Nguồn hỏng do sét."),
    ]
    assert story.told[0].people[0].name == technician.person.full_name


def test_the_story_takes_as_many_questions_for_many_faults_as_for_one(
    district: District, django_assert_max_num_queries
) -> None:
    for hour in range(6):
        take(district, began(name_of(district), "frozen", after(hours=hour)), after(hours=hour))
        beat(now=after(hours=hour, minutes=16))
        take(district, ended(name_of(district), "frozen", after(hours=hour, minutes=30)), after(hours=hour, minutes=30))
    with django_assert_max_num_queries(7):
        assert len(faults_about([district.camera("A")], NINE, after(days=1))) == 6
    assert len(faults_about([district.camera("A")], after(hours=2, minutes=40), after(hours=3, minutes=10))) == 1
    assert faults_about([district.camera("B")], NINE, after(days=1)) == []


def test_the_gravest_fault_of_a_camera_is_the_one_that_is_shown(district: District) -> None:
    take(district, began(name_of(district), "silent"), NINE)
    take(district, began(name_of(district), "black"), NINE)
    cameras = [district.camera("A"), district.camera("B")]
    state = state_now(cameras, after(minutes=1))
    assert [state[camera].kind for camera in cameras] == ["black", None]
    RecorderLine.objects.create(recorder=district.recorders["A"], first_heard_at=NINE, last_heard_at=NINE)
    beat(now=after(minutes=2))
    assert state_now(cameras, after(minutes=3))[cameras[0]].kind == "line"


def test_postgresql_keeps_faults_and_what_followed(district: District) -> None:
    (fault,) = take(district, began(name_of(district), "black"), NINE)
    for statement in (
        "DELETE FROM footage_fault",
        "UPDATE footage_fault SET began_at = now()",
        "DELETE FROM footage_faulttold",
        "UPDATE footage_faulttold SET step = 'head'",
        f"UPDATE footage_fault SET ended_at = began_at - interval '1 hour' WHERE id = '{fault.id}'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
