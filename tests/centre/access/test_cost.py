"""What a decision costs: the same number of questions to the database for one camera or for a wall of them."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minhbach.centre.access.actions import purposes, viewings
from minhbach.centre.access.actions.viewings import Asker
from minhbach.centre.access.deciding import rooms_where
from minhbach.centre.fabric import keys
from minhbach.centre.registry.actions import devices
from minhbach.centre.regulation.rights import Right
from tests.centre.access.district import DAY, SETUP, District

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    return District()


def questions(act):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        act()
    return len(seen)


def test_renewing_a_wall_of_cameras_asks_no_more_than_renewing_one(district):
    room = district.rooms["A", "one_stop"]
    for number in range(20):
        details = devices.CameraDetails(label=f"Camera {number}", address="rtsp://192.168.1.9/main", has_sound=True)
        devices.add_camera(
            SETUP, room=room, recorder=district.recorders["A"], details=details, now=district.now, day=DAY
        )
    who = Asker(district.people["area_chairman"], "s" * 64)
    reason = purposes.open_purpose(
        who.account, text="kiểm tra đột xuất", reference="", now=district.now,
        rooms=[room.id, district.rooms["B", "one_stop"].id, district.rooms["B", "reception_room"].id],
    )  # fmt: skip

    def asked(cameras):
        opened = viewings.open_viewing(
            who, kind="live", cameras=cameras, sound=True, purpose=reason.id, now=district.now
        )
        return questions(lambda: viewings.renew_viewing(who, opened.viewing.id, now=district.now))

    many = [camera.id for camera in room.cameras.all()] + [district.camera("B"), district.camera("B", "reception_room")]
    assert len(many) > 20
    one, all_of_them = asked([district.camera("A")]), asked(many)
    assert all_of_them <= one + 1  # paths of more units are read from the tree as a whole
    assert all_of_them <= 25


def test_asking_where_somebody_has_a_right_costs_the_same_for_everybody(district):
    costs = {questions(lambda role=role: rooms_where(district.people[role], Right.LIVE, now=district.now)) for role in (
        "area_chairman", "commune_chairman", "one_stop_officer")}  # fmt: skip
    assert max(costs) <= 16
