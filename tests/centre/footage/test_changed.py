"""The same place before and after: a camera replaced on another recorder, a commune merged.

Nothing recorded is lost from sight, and each day bears what was true on it.
"""

import datetime

import pytest

from minhbach.centre.footage.timeline import moment
from minhbach.centre.footage.van_mieu import Found, answer
from minhbach.centre.registry.actions import devices, units
from minhbach.centre.registry.models import Counter, CounterView
from minhbach.centre.registry.reading import VIETNAM
from tests.centre.footage.test_room_timeline import stretches
from tests.centre.footage.watched import HOUR, Watched, us
from tests.centre.registry.places import DAY, SETUP, recorder

pytestmark = pytest.mark.django_db


@pytest.fixture
def watched() -> Watched:
    return Watched(now=datetime.datetime.now(VIETNAM).replace(hour=16, minute=0, second=0, microsecond=0))


def seen(watched: Watched):
    return watched.browser("chairman").get(f"/api/rooms/{watched.room.id}/timeline").json()


def test_a_camera_replaced_at_noon_has_its_morning_from_the_old_and_its_afternoon_from_the_new(watched):
    old = watched.cameras[0]
    counter = Counter.objects.create(room=watched.room, number=2, name="Quầy 2", valid_from=DAY)
    CounterView.objects.create(camera=old, counter=counter, valid_from=DAY)
    noon = watched.now.replace(hour=12)
    another = recorder(watched.room)
    details = devices.CameraDetails(label=old.label, address="rtsp://192.168.10.40/main")
    new = devices.replace_camera(SETUP, camera=old, recorder=another, details=details, now=noon, day=noon.date())
    watched.recorded(old, us(noon) - 4 * HOUR, us(noon))
    watched.recorded(new, us(noon), us(watched.now))
    morning, afternoon = (
        answer(watched.people["chairman"], counter.id, moment(us(noon) + later), now=watched.now)
        for later in (-HOUR, HOUR)
    )
    assert (morning.found, afternoon.found) == (Found.RECORDED, Found.RECORDED)
    assert [each.camera.id for each in morning.cameras if each.found is Found.RECORDED] == [old.id]
    assert [each.camera.id for each in afternoon.cameras] == [new.id]
    told = seen(watched)
    by_id = {camera["id"]: camera for camera in told["cameras"]}
    assert stretches(told, by_id[str(old.id)])[-1] == (us(noon) - 4 * HOUR, us(noon), "footage")
    assert stretches(told, by_id[str(new.id)])[0] == (us(noon), us(watched.now), "footage")
    page = watched.browser("chairman").get(f"/phong/{watched.room.id}").content.decode()
    assert page.count('data-retired="1"') == 1  # the old one: no live tile


def test_days_before_a_merger_bear_the_name_of_then(watched):
    merged = watched.now.date() - datetime.timedelta(days=3)
    naming = units.NewName("Xã Mộc Vân", "00009", "commune")
    units.merge_units(
        SETUP, units=[watched.commune.id, watched.elsewhere.id], naming=naming, parent=watched.top.id, day=merged,
        decision_number="9/QĐ",
    )  # fmt: skip
    watched.person("new", "Đỗ Văn Minh", watched.room.tenures.get(valid_until=None).unit_id, "commune_chairman")
    told = watched.browser("new").get(f"/api/rooms/{watched.room.id}/timeline").json()
    assert [each["name"] for each in told["names"]] == ["Xã Mộc Xuyên", "Xã Mộc Vân"]
    assert told["names"][0]["begin"] == told["begin"]
    assert moment(told["names"][1]["begin"]).date() == merged


def test_a_unit_that_was_only_renamed_keeps_its_old_name_on_old_days(watched):
    day = watched.now.date() - datetime.timedelta(days=2)
    naming = units.NewName("Phường Mộc Xuyên", "00001", "commune")
    units.rename_unit(SETUP, unit=watched.commune.id, naming=naming, day=day, decision_number="8/QĐ")
    assert [each["name"] for each in seen(watched)["names"]] == ["Xã Mộc Xuyên", "Phường Mộc Xuyên"]
