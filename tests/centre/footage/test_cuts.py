"""When many lines are cut at once, nobody gets hundreds of notices, and each fault still says who was told of it."""

import datetime
from uuid import UUID

import pytest

from minhbach.centre.footage.actions import cuts, faults
from minhbach.centre.footage.faults import stories
from minhbach.centre.footage.models import Fault, FaultToldTogether, RecorderLine
from minhbach.centre.messaging.models import Delivery, Notice
from minhbach.centre.registry.actions import devices
from tests.centre.access.district import SETUP, District
from tests.centre.footage.ill import NINE, after, beat

pytestmark = pytest.mark.django_db
RECORDERS = 12


@pytest.fixture
def district() -> District:
    """Twelve recorders in commune A, one in B; all were heard at nine, give or take some seconds."""
    district = District(now=NINE - datetime.timedelta(days=1))
    room = district.rooms["A", "one_stop"]
    for number in range(RECORDERS - 1):
        devices.add_recorder(SETUP, room=room, name=f"Đầu ghi {number}", networks=[], now=district.now)
    made = district.recorders["A"].__class__.objects.exclude(id=district.recorders["C"].id)
    RecorderLine.objects.bulk_create(
        RecorderLine(recorder=each, first_heard_at=NINE, last_heard_at=after(seconds=-(place % 5) * 3))
        for place, each in enumerate(made.order_by("id"))
    )
    return district


def kept(district: District, name: str) -> list[Notice]:
    mine = Delivery.objects.filter(address=district.people[name].person_id).select_related("notice")
    return [row.notice for row in mine.order_by("delivered_at", "id")]


def pass_by(minutes: int, *, begin: int = 0, back: dict[UUID, datetime.datetime] | None = None) -> None:
    for seconds in range(begin * 60, minutes * 60, 15):
        beat(now=after(seconds=seconds), back=back)


def test_a_province_that_is_cut_off_is_one_notice_for_each_step_and_person(district: District) -> None:
    pass_by(70)
    assert Fault.objects.filter(kind="line").count() == RECORDERS + 1
    for name in ("technician", "commune_chairman", "service_centre_head"):
        (notice,) = kept(district, name)
        assert notice.vi.startswith(f"{RECORDERS} đầu ghi mất liên lạc với trung tâm từ 08:59")
        assert "và 4 đầu ghi khác" in notice.vi
        assert len(notice.vi) < 500
    for name in ("chief_of_office", "area_chairman"):
        assert len(kept(district, name)) <= 1
    (top,) = {
        notice.id: notice for name in ("chief_of_office", "area_chairman") for notice in kept(district, name)
    }.values()
    assert top.vi.startswith(f"{RECORDERS + 1} đầu ghi")


def test_each_fault_still_says_who_was_told_of_it_and_when(district: District) -> None:
    pass_by(70)
    mine = Fault.objects.filter(
        recorder__room__in=[district.rooms["A", "one_stop"], district.rooms["A", "reception_room"]]
    )
    for story in stories(mine.values_list("id", flat=True)):
        told = {str(step.step): {person.name for person in step.people} for step in story.told}
        assert told["Cán bộ kỹ thuật"] == {district.people["technician"].person.full_name}
        assert district.people["commune_chairman"].person.full_name in told["Thủ trưởng đơn vị"]
        assert told["Cơ quan giám sát"]
        assert (story.told[0].at - story.known_at) <= datetime.timedelta(seconds=45)


def test_two_lines_are_told_one_by_one(district: District) -> None:
    RecorderLine.objects.exclude(
        recorder__in=list(RecorderLine.objects.values_list("recorder", flat=True)[:2])
    ).delete()
    pass_by(10)
    assert len(kept(district, "technician")) in (1, 2)
    assert not FaultToldTogether.objects.exists()


def test_all_that_come_back_are_one_notice_and_each_ends_at_its_own_time(district: District) -> None:
    back: dict[UUID, datetime.datetime] = {}
    pass_by(20, back=back)
    returned: dict[UUID, datetime.datetime] = {}
    for seconds in range(20 * 60, 26 * 60, 5):
        now = after(seconds=seconds)
        # One after another within half a minute.
        for place, line in enumerate(RecorderLine.objects.order_by("recorder")):
            if seconds >= 20 * 60 + place * 2:
                RecorderLine.objects.filter(pk=line.pk).update(last_heard_at=now)
                returned.setdefault(line.recorder_id, now)
        if seconds % 15 == 0:
            beat(now=now, back=back)
    (notice,) = [each for each in kept(district, "technician") if each.kind == "fault_ended"]
    assert notice.vi.startswith(f"{RECORDERS} đầu ghi đã có liên lạc trở lại")
    assert not Fault.objects.filter(ended_at__isnull=True).exists()
    for fault in Fault.objects.all():
        assert fault.ended_at is not None
        assert datetime.timedelta(0) <= fault.ended_at - returned[fault.recorder_id] <= datetime.timedelta(seconds=15)
    assert back == {}


def test_who_opens_one_of_the_faults_has_read_what_told_of_them_all(district: District) -> None:
    pass_by(3)
    fault = FaultToldTogether.objects.all()[0].told.fault_id
    faults.note_read(district.people["technician"], fault, now=after(minutes=3))
    assert not Delivery.objects.filter(
        address=district.people["technician"].person_id, read_at__isnull=True, notice__kind="faults"
    ).exists()


def test_nobody_is_told_twice_and_nobody_is_left_out() -> None:
    a, b, c, d = (UUID(int=number) for number in range(4))
    faults_of = {UUID(int=10 + number): [a, b] if number < 3 else [a, c] for number in range(4)}
    faults_of[UUID(int=20)] = [d]
    bundles, alone = cuts.shared(faults_of)
    for fault, people in faults_of.items():
        told = [person for ids, persons in bundles.items() if fault in ids for person in persons] + alone[fault]
        assert sorted(told) == sorted(people)
    assert {person for persons in bundles.values() for person in persons} == {a, b}
