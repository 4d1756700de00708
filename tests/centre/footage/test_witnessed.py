"""What no witness has seen is said to be UNWITNESSED, what one saw late is said to be late, and by how much."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from minhbach.centre.footage.causes import cause_words
from minhbach.centre.footage.coverage import Coverage, coverage
from minhbach.centre.footage.models import Cosignature, RecorderLog
from minhbach.centre.registry.actions import devices
from minhbach.centre.registry.models import Camera, Room
from minhbach.edge.config import DAY_US, HOUR_US
from tests.centre.footage.sites import Centre
from tests.centre.registry.places import NOW, SETUP, TODAY
from tests.edge.keeping import MINUTE, START_US, S, Site, configured

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(configured(tmp_path / "archive")).start()
    yield site
    if site.alive:
        site.stop()


@pytest.fixture
def centre(site: Site, tmp_path: Path) -> Iterator[Centre]:
    centre = Centre(site, tmp_path / "centre")
    yield centre
    centre.close()


@pytest.fixture
def camera(centre: Centre) -> Camera:
    """The registry's row for the site's camera."""
    recorder = centre.desk.recorder
    details = devices.CameraDetails(label="Quầy 1", address="rtsp://127.0.0.1/main")
    row = Room.objects.get().recorders_here.get(pk=recorder)
    return devices.add_camera(
        SETUP, room=Room.objects.get(), recorder=row, details=details, now=NOW, day=TODAY, name="quay-1"
    )


def known(camera: Camera, site: Site) -> Coverage:
    return coverage([camera.id], START_US - DAY_US, site.clock.wall_us() + DAY_US)[camera.id]


def test_until_it_is_cosigned_all_is_unwitnessed(site: Site, centre: Centre, camera: Camera) -> None:
    site.stream(60)
    centre.take_in()
    seen = known(camera, site)
    assert seen.runs
    assert seen.witnessed_until_us == 0
    first_us = min([each.begin_us for each in seen.runs] + [each.begin_us for each in seen.gaps])
    assert [(each.begin_us, each.end_us) for each in seen.unwitnessed] == [(first_us, seen.known_until_us)]


def test_what_is_cosigned_in_time_is_neither_late_nor_unwitnessed(site: Site, centre: Centre, camera: Camera) -> None:
    for _ in range(5):
        site.stream(40)
        centre.take_in()
        centre.cosign()
    seen = known(camera, site)
    assert seen.unwitnessed == []
    assert seen.late == []
    assert seen.witnessed_until_us == seen.known_until_us


def test_after_a_cut_line_what_was_recorded_meanwhile_is_late_at_the_time_it_was_seen(
    site: Site, centre: Centre, camera: Camera
) -> None:
    site.stream(40)
    centre.take_in()
    centre.cosign()
    cut_us = known(camera, site).known_until_us
    site.stream(600)
    centre.take_in()
    centre.cosign()
    at_us = site.clock.wall_us()
    site.stream(40)
    centre.take_in()
    seen = known(camera, site)
    assert {each.witnessed_us // S for each in seen.late} == {at_us // S}
    assert seen.late[0].begin_us == cut_us
    # What was logged in the last two minutes before the line was back is in time.
    assert at_us - 140 * S <= seen.late[-1].end_us <= at_us - 110 * S
    assert [(each.begin_us, each.end_us) for each in seen.unwitnessed] == [
        (seen.witnessed_until_us, seen.known_until_us)
    ]


def test_of_each_hour_the_last_cosignature_is_a_row_and_all_are_in_the_file(site: Site, centre: Centre) -> None:
    for _ in range(4):
        site.live(30 * MINUTE, 10 * MINUTE)
        centre.take_in()
        centre.cosign()
    assert 2 <= Cosignature.objects.count() <= 3
    assert Cosignature.objects.first().size == RecorderLog.objects.get().cosigned  # type: ignore[union-attr]
    assert centre.witness.path.read_bytes().count(b"\ncosigned ") == 4


def test_deleted_footage_is_a_gap_that_says_why(site: Site, centre: Centre, camera: Camera) -> None:
    site.live(DAY_US + 6 * HOUR_US, HOUR_US)
    centre.take_in()
    causes = {gap.cause for gap in known(camera, site).gaps}
    assert {"deletion", "stream_lost"} <= causes
    assert cause_words("deletion").vi == "Đã xóa theo thời hạn lưu trữ"
    assert cause_words("camera_wrong_password").en == "The camera refuses the user name or password"


def test_a_question_about_part_of_the_time_is_answered_for_that_part(
    site: Site, centre: Centre, camera: Camera
) -> None:
    site.stream(120)
    centre.take_in()
    whole = known(camera, site).runs[0]
    part = coverage([camera.id], whole.begin_us + 5 * S, whole.begin_us + 9 * S)[camera.id]
    assert part.runs == [(whole.begin_us + 5 * S, whole.begin_us + 9 * S)]


def test_the_number_of_queries_does_not_grow_with_cameras(
    site: Site, centre: Centre, camera: Camera, django_assert_num_queries: object
) -> None:
    site.stream(40)
    centre.take_in()
    strangers = [camera.id, camera.recorder_id]
    with django_assert_num_queries(6):  # type: ignore[operator]
        found = coverage(strangers, 0, 1 << 52)
    assert found[camera.recorder_id].known_until_us == 0
