"""Rooms, units, counters and recorders end: what ends with them is said before, and nothing of the past is touched."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.fabric.server import Users
from minhbach.centre.registry import reading
from minhbach.centre.registry.actions import commissioning, devices, people, rooms, units
from minhbach.centre.registry.actions.withdrawals import withdraw_change
from minhbach.centre.registry.models import Camera, Counter, CounterPost, Recorder, Room, RoomType, Unit
from minhbach.centre.registry.writing import NotPossible
from tests.centre.access.district import District
from tests.centre.people import signed_in
from tests.centre.registry.places import (
    DAY,
    MERGER,
    NOW,
    SETUP,
    TODAY,
    camera,
    commune,
    details,
    one_stop,
    province,
    recorder,
)
from tests.photographs import photograph

pytestmark = pytest.mark.django_db
LATER = NOW + datetime.timedelta(hours=1)
TOMORROW = TODAY + datetime.timedelta(days=1)
DECISION = people.Decision(number="7/QĐ-UBND", date=DAY)


@pytest.fixture
def administrator() -> Client:
    return signed_in(District().people["system_administrator"])


def recorded(room: Room) -> Camera:
    """A camera that is switched on below a sign that hangs."""
    sign = commissioning.draw_sign(SETUP, room=room, days=30, now=NOW)
    commissioning.hang_sign(SETUP, sign=sign, photo=photograph(), where="Cửa", now=NOW)
    one = camera(room, recorder(room))
    devices.switch_on(SETUP, camera=one, now=NOW)
    return one


def test_a_closed_room_records_nothing_more_and_its_past_still_has_its_holder_and_its_counters() -> None:
    unit = commune(province())
    room = one_stop(unit.id)
    counter = rooms.add_counter(SETUP, room=room, number=1, day=DAY)
    somebody = people.add_person(SETUP, details=people.PersonDetails(full_name="Lý Thành Công"), now=NOW)
    people.post_at_counter(SETUP, person=somebody, counter=counter, day=DAY)
    one = recorded(room)
    rooms.close_room(SETUP, room=room, now=LATER, day=TODAY)
    at = reading.recorder_for(room.id, DAY)
    assert at is not None
    assert not reading.cameras_to_record(at.id, LATER).exists()
    assert not reading.sign_hangs(room.id, LATER)
    assert not reading.rooms_of([unit.id], TODAY).exists()
    yesterday = TODAY - datetime.timedelta(days=1)
    assert reading.holder_on(room.id, yesterday) == unit.id
    assert list(reading.counters_of(room.id, yesterday)) == [counter]
    assert CounterPost.objects.get().valid_until == TODAY
    assert Camera.objects.get(id=one.id).retired_at == LATER
    with pytest.raises(NotPossible, match="closed already"):
        rooms.close_room(SETUP, room=room, now=LATER, day=TODAY)


def test_a_room_opened_today_by_mistake_can_be_closed_today() -> None:
    room = one_stop(commune(province()).id, TODAY)
    rooms.add_counter(SETUP, room=room, number=1, day=TODAY)
    rooms.close_room(SETUP, room=room, now=LATER, day=TODAY)
    assert Room.objects.get().valid_until == Counter.objects.get().valid_until == TOMORROW


def test_a_unit_ends_only_when_nobody_needs_it_and_its_assignments_end_with_it() -> None:
    top = province()
    unit = commune(top)
    room = one_stop(unit.id)
    somebody = people.add_person(SETUP, details=people.PersonDetails(full_name="Lý Thành Công"), now=NOW)
    post = people.assign(SETUP, person=somebody, unit=unit.id, role="technician", decision=DECISION, begin=DAY)
    for which in (unit, top):
        with pytest.raises(NotPossible, match="still has rooms or units"):
            units.end_unit(SETUP, unit=which.id, day=TODAY, decision_number="9/QĐ")
    rooms.close_room(SETUP, room=room, now=LATER, day=TODAY)
    assert units.end_unit(SETUP, unit=unit.id, day=TODAY, decision_number="9/QĐ") == (post,)
    post.refresh_from_db()
    assert (post.valid_until, post.end_decision_number) == (TODAY, "9/QĐ")
    assert reading.children_on(top.id, TODAY) == []
    assert reading.name_on(unit.id, TODAY).name == "Xã Mộc Xuyên"


def test_a_camera_that_is_replaced_keeps_its_footage_and_the_new_one_goes_on_at_once() -> None:
    room = one_stop(commune(province()).id)
    counter = rooms.add_counter(SETUP, room=room, number=1, day=DAY)
    old = recorded(room)
    devices.change_camera(
        SETUP, camera=old, details=devices.CameraDetails(label=old.label, address=old.address), day=DAY,
        counters=[counter],
    )  # fmt: skip
    fresh = devices.CameraDetails(label=old.label, address="rtsp://192.168.10.21/main")
    new = devices.replace_camera(SETUP, camera=old, recorder=old.recorder, details=fresh, now=LATER, day=TODAY)
    assert new.replaces == old
    assert new.name != old.name
    assert list(reading.cameras_to_record(old.recorder_id, LATER)) == [new]
    assert set(reading.cameras_of(counter.id, TODAY, TODAY)) == {old, new}
    assert set(reading.cameras_of(counter.id, DAY, DAY)) == {old}
    assert set(reading.cameras_of(counter.id, TOMORROW, TOMORROW)) == {new}
    with pytest.raises(NotPossible, match="retired"):
        devices.replace_camera(SETUP, camera=old, recorder=old.recorder, details=fresh, now=LATER, day=TODAY)


def test_a_name_mistyped_this_morning_is_corrected_today() -> None:
    unit = commune(province())
    for name in ("Xã Mộc Suyên", "Xã Mộc Xuyên"):
        naming = units.NewName(name, "00001", "commune")
        units.rename_unit(SETUP, unit=unit.id, naming=naming, day=TODAY, decision_number="1/NQ")
    assert reading.name_on(unit.id, TODAY).name == "Xã Mộc Xuyên"
    assert Unit.objects.get(id=unit.id).names.count() == 2


def test_a_change_laid_for_a_day_to_come_is_taken_back_and_what_is_true_goes_on() -> None:
    top = province()
    unit = commune(top)
    other = commune(top, "Xã Đông Lạc", "00002")
    later = TODAY + datetime.timedelta(days=30)
    units.move_unit(SETUP, unit=unit.id, parent=other.id, day=later, decision_number="1/NQ")
    assert reading.parent_on(unit.id, later) == other.id
    withdraw_change(SETUP, unit=unit.id, day=later, today=TODAY)
    assert reading.parent_on(unit.id, later) == top.id
    with pytest.raises(NotPossible, match="No change is laid"):
        withdraw_change(SETUP, unit=unit.id, day=DAY, today=TODAY)


def test_what_begins_at_a_unit_that_will_end_goes_on_at_the_one_that_follows() -> None:
    top = province()
    a, b = commune(top), commune(top, "Xã Đông Lạc", "00002")
    later = TODAY + datetime.timedelta(days=30)
    made = units.merge_units(
        SETUP, units=[a.id, b.id], naming=units.NewName("Xã Mộc Lạc", "00003", "commune"), parent=top.id, day=later,
        decision_number="2/NQ",
    )  # fmt: skip
    room = rooms.open_room(SETUP, unit=a.id, room_type=RoomType.ONE_STOP, details=details(), day=TODAY)
    somebody = people.add_person(SETUP, details=people.PersonDetails(full_name="Lý Thành Công"), now=NOW)
    post = people.assign(SETUP, person=somebody, unit=a.id, role="technician", decision=DECISION, begin=TODAY)
    assert reading.holder_on(room.id, TODAY) == a.id
    assert reading.holder_on(room.id, later) == made.units[0].id
    assert post.valid_until == later


def test_nobody_is_merged_away_on_the_day_their_assignment_begins() -> None:
    top = province()
    a, b = commune(top), commune(top, "Xã Đông Lạc", "00002")
    somebody = people.add_person(SETUP, details=people.PersonDetails(full_name="Lý Thành Công"), now=NOW)
    people.assign(SETUP, person=somebody, unit=a.id, role="technician", decision=DECISION, begin=MERGER)
    with pytest.raises(NotPossible, match="begins on this very day"):
        units.absorb_units(SETUP, units=[a.id], into=b.id, day=MERGER, decision_number="2/NQ")


def test_the_page_says_what_happens_before_it_is_done(administrator: Client) -> None:
    room = Room.objects.get(name="one_stop A")
    page = reverse("room_close", args=[room.id])
    said = administrator.get(page).content.decode()
    assert room.cameras.get().label in said
    assert "mất hình trong 10 giây" in said
    assert "không bị xóa" in said
    assert Room.objects.get(id=room.id).valid_until is None
    answer = administrator.post(page, {"decision_number": "45/QĐ-UBND"}, follow=True)
    assert "Phòng đã đóng từ ngày" in answer.content.decode()
    assert Room.objects.get(id=room.id).valid_until is not None


def test_a_unit_with_rooms_is_told_by_name_what_stands_in_the_way(administrator: Client) -> None:
    unit = Room.objects.get(name="one_stop A").tenures.get().unit_id
    said = administrator.get(reverse("unit_end", args=[unit])).content.decode()
    assert "one_stop A" in said
    assert "Kết thúc đơn vị</button>" not in said


def test_a_recorder_with_cameras_is_not_retired_and_one_without_is_let_in_no_more(
    administrator: Client, settings: Any, tmp_path: Path
) -> None:
    settings.MINHBACH_DATA = tmp_path
    users = Users(tmp_path / "fabric")
    users.ensure()
    one = Room.objects.get(name="one_stop A").cameras.select_related("recorder").get()
    users.add_recorder(str(one.recorder_id))
    page = reverse("recorder_retire", args=[one.recorder_id])
    assert one.label in administrator.get(page).content.decode()
    administrator.post(page)
    assert Recorder.objects.get(id=one.recorder_id).retired_at is None
    for left in one.recorder.cameras.all():
        devices.retire_camera(SETUP, camera=left, now=timezone.now(), day=TODAY)
    assert "còn hạn lưu đến" in administrator.get(page).content.decode()
    administrator.post(page)
    assert Recorder.objects.get(id=one.recorder_id).retired_at is not None
    with pytest.raises(KeyError):
        users.password(str(one.recorder_id))
