"""Cameras are reached only where they may be, are recorded only under a sign, and keep their name for ever."""

import pytest

from minhbach.centre.registry import networks, reading
from minhbach.centre.registry.actions import commissioning, devices, rooms
from minhbach.centre.registry.models import Camera, Condition
from minhbach.centre.registry.writing import NotPossible
from tests.centre.registry.places import (
    DAY,
    NOW,
    SETUP,
    TODAY,
    camera,
    commune,
    one_stop,
    province,
    recorder,
)
from tests.photographs import photograph


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("rtsp://10.0.0.5/main", "outside"),
        ("rtsp://169.254.169.254/latest", "outside"),
        ("rtsp://[::1]/main", "outside"),
        ("rtsp://admin:12345@192.168.10.20/main", "must not hold a password"),
        ("rtsp://admin@192.168.10.20/main", "must not hold a password"),
        ("http://192.168.10.20/", "looks like rtsp"),
        ("file:///etc/passwd", "looks like rtsp"),
        ("rtsp://192.168.10.20:99999/main", "looks like rtsp"),
        ("rtsp:///main", "looks like rtsp"),
        ("rtsp://[::1/main", "looks like rtsp"),
    ],
)
def test_an_address_that_may_not_be_followed_is_refused_with_what_to_do(address: str, says: str) -> None:
    with pytest.raises(NotPossible, match=says) as refused:
        networks.camera_address(address, ["192.168.10.0/24"])
    assert "12345" not in f"{refused.value.words.vi}{refused.value.words}"


def test_an_address_inside_is_taken_and_a_name_is_left_to_the_recorder() -> None:
    for address in ("rtsp://192.168.10.20:554/main?x=1", "rtsps://cam-1.mocxuyen.local/sub"):
        assert networks.camera_address(address, ["192.168.10.0/24"]) == address


def test_networks_are_spelt_one_way_and_none_is_the_whole_world() -> None:
    assert networks.networks_of(["192.168.10.7/24", " 192.168.10.0/24", "", "10.1.2.3"]) == [
        "192.168.10.0/24",
        "10.1.2.3/32",
    ]
    for text in ("0.0.0.0/0", "10.0.0.0/8", "::/0", "x"):
        with pytest.raises(NotPossible):
            networks.networks_of([text])


@pytest.mark.django_db
def test_a_camera_gets_a_name_that_is_never_given_again() -> None:
    room = one_stop(commune(province()).id)
    at = recorder(room)
    first = camera(room, at)
    devices.retire_camera(SETUP, camera=first, now=NOW.replace(hour=3), day=TODAY)
    assert [first.name, camera(room, at).name] == ["camera-1", "camera-2"]


@pytest.mark.django_db
def test_an_empty_password_field_keeps_the_password() -> None:
    room = one_stop(commune(province()).id)
    at = recorder(room)
    one = camera(room, at, sealed_credentials="sealed")
    changed = devices.CameraDetails(label="Camera cửa", address="rtsp://192.168.10.21/main")
    devices.change_camera(SETUP, camera=one, details=changed, day=TODAY)
    one.refresh_from_db()
    assert (one.label, one.sealed_credentials) == ("Camera cửa", "sealed")


@pytest.mark.django_db
def test_a_camera_is_recorded_only_while_a_sign_hangs() -> None:
    room = one_stop(commune(province()).id)
    at = recorder(room)
    one = camera(room, at)
    with pytest.raises(NotPossible, match="no notice sign hangs"):
        devices.switch_on(SETUP, camera=one, now=NOW)
    sign = commissioning.draw_sign(SETUP, room=room, days=30, now=NOW)
    with pytest.raises(NotPossible, match="no notice sign hangs"):
        devices.switch_on(SETUP, camera=one, now=NOW)
    commissioning.hang_sign(SETUP, sign=sign, photo=photograph(), where="Cửa chính", now=NOW)
    devices.switch_on(SETUP, camera=one, now=NOW)
    assert list(reading.cameras_to_record(at.id, NOW)) == [one]
    commissioning.take_down_sign(SETUP, sign=sign, now=NOW)
    assert list(reading.cameras_to_record(at.id, NOW)) == []
    assert Camera.objects.get().recording_since is None


@pytest.mark.django_db
def test_a_counter_finds_the_cameras_that_saw_it_on_the_day() -> None:
    room = one_stop(commune(province()).id)
    first = rooms.add_counter(SETUP, room=room, number=1, day=DAY)
    second = rooms.add_counter(SETUP, room=room, number=2, day=DAY)
    at = recorder(room)
    details = devices.CameraDetails(label="Camera 1", address="rtsp://192.168.10.20/main")
    one = devices.add_camera(SETUP, room=room, recorder=at, details=details, now=NOW, day=DAY, counters=[first, second])
    devices.change_camera(SETUP, camera=one, details=details, day=TODAY, counters=[second])
    assert list(reading.cameras_of(first.id, DAY, DAY)) == [one]
    assert list(reading.cameras_of(first.id, TODAY, TODAY)) == []
    assert list(reading.cameras_of(first.id, DAY, TODAY)) == [one]
    assert list(reading.cameras_of(second.id, TODAY, TODAY)) == [one]


@pytest.mark.django_db
def test_a_recorder_shows_one_key_for_ever() -> None:
    at = recorder(one_stop(commune(province()).id))
    devices.learn_sealing_key(SETUP, recorder=at.id, key="A" * 43 + "=")
    devices.learn_sealing_key(SETUP, recorder=at.id, key="A" * 43 + "=")
    with pytest.raises(NotPossible, match="another key"):
        devices.learn_sealing_key(SETUP, recorder=at.id, key="B" * 43 + "=")


@pytest.mark.django_db
def test_what_broke_long_ago_does_not_become_newer_by_saying_it_again() -> None:
    room = one_stop(commune(province()).id)
    details = devices.EquipmentDetails(kind="Micro", name="Micro quầy 1")
    piece = devices.add_equipment(SETUP, room=room, details=details, day=DAY)
    devices.set_condition(SETUP, equipment=piece, condition=Condition.BROKEN, day=DAY)
    devices.set_condition(SETUP, equipment=piece, condition=Condition.BROKEN, day=TODAY)
    piece.refresh_from_db()
    assert (piece.condition, piece.condition_since) == ("broken", DAY)


@pytest.mark.django_db
def test_who_changed_what_stays_in_the_history_of_the_row() -> None:
    room = one_stop(commune(province()).id)
    at = recorder(room)
    devices.change_recorder(SETUP, recorder=at, name="Đầu ghi mới", place="", networks=at.networks)
    history = at.events.order_by("pgh_id").values_list("name", "pgh_context__metadata__action")  # type: ignore[attr-defined]
    assert list(history) == [("Đầu ghi xã Mộc Xuyên", "add_recorder"), ("Đầu ghi mới", "change_recorder")]
