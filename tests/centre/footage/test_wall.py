"""The wall and the grid of communes: who sees what, in which order, and how a camera is right now."""

import dataclasses
import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minhbach.centre.footage.actions import faults
from minhbach.centre.footage.models import FootageStream, RecorderLine
from minhbach.centre.footage.states import states_of
from minhbach.centre.footage.walls import grid, table_of, wall
from minhbach.centre.registry.actions import rooms
from minhbach.centre.registry.models import Camera, RoomType
from tests.centre.footage.ill import report
from tests.centre.footage.watched import HOUR, MINUTE, Watched, us
from tests.centre.registry.places import DAY, SETUP, camera, commune, details, one_stop, recorder

pytestmark = pytest.mark.django_db


@pytest.fixture
def watched() -> Watched:
    """Both cameras record; the recorder was heard just now."""
    found = Watched()
    found.switch_on()
    RecorderLine.objects.create(
        recorder_id=found.cameras[0].recorder_id, first_heard_at=found.now, last_heard_at=found.now
    )
    return found


def state(watched: Watched, number: int = 0, later: int = 0):
    now = watched.now + datetime.timedelta(seconds=later)
    return states_of(watched.cameras, now=now)[watched.cameras[number].id]


def test_a_camera_whose_log_is_fresh_is_recording(watched):
    watched.recorded(watched.cameras[0], us(watched.now) - HOUR, us(watched.now))
    assert state(watched).kind == "ok"


def test_a_camera_in_an_open_gap_is_at_fault_since_the_gap_began_and_says_the_cause(watched):
    end = us(watched.now)
    watched.recorded(watched.cameras[0], end - HOUR, end, (end - 5 * MINUTE, end, "stream_lost"))
    found = state(watched)
    assert (found.kind, found.since_us) == ("fault", end - 5 * MINUTE)
    assert found.words.vi == "Mất luồng hình từ camera"


def test_a_gap_that_is_over_is_history(watched):
    end = us(watched.now)
    watched.recorded(watched.cameras[0], end - HOUR, end, (end - 20 * MINUTE, end - 10 * MINUTE, "stream_lost"))
    assert state(watched).kind == "ok"


def test_not_recording_by_the_rules_is_no_fault(watched):
    end = us(watched.now)
    watched.recorded(watched.cameras[0], end - HOUR, end, (end - 5 * MINUTE, end, "outside_hours"))
    assert state(watched).kind == "unseen"


def reported(watched: Watched, pictures_us: int | None) -> None:
    """The recorder tells when its first camera's newest picture came."""
    told = report(watched.cameras[0].recorder_id, at=watched.now, running_s=20, watched=[watched.cameras[0].name])
    seen = dataclasses.replace(told.cameras[0], picture_us=pictures_us)
    faults.take_report(dataclasses.replace(told, cameras=(seen,)), now=watched.now)


@pytest.mark.parametrize("cause", ["recorder_stopped", "recorder_killed"])
def test_a_recorder_that_is_back_is_not_said_to_be_off_until_its_log_says_more(watched, cause):
    end = us(watched.now)
    watched.recorded(watched.cameras[0], end - HOUR, end, (end - 5 * MINUTE, end - MINUTE, cause))
    FootageStream.objects.update(known_until_us=end - MINUTE)
    found = state(watched)
    assert (found.kind, found.words.en) == ("soon", "The recorder has just started, waiting for pictures")
    reported(watched, None)
    assert state(watched).kind == "soon"
    reported(watched, end - MINUTE + 3)
    found = state(watched)
    assert (found.kind, found.words.en) == ("ok", "Recording again")
    assert state(watched, later=90).kind == "fault", "what a recorder said holds while it is heard"


def test_a_camera_whose_pictures_are_back_is_said_so_before_its_first_segment_is_sealed(watched):
    end = us(watched.now)
    watched.recorded(watched.cameras[0], end - HOUR, end, (end - 5 * MINUTE, end, "camera_timeout"))
    reported(watched, end - 5 * MINUTE)
    assert state(watched).kind == "fault", "the gap is told in pieces; no picture came since it began"
    reported(watched, end + 2)
    assert state(watched).kind == "ok"


def test_a_recorder_that_has_started_and_has_no_picture_yet_is_not_said_to_record(watched):
    watched.recorded(watched.cameras[0], us(watched.now) - HOUR, us(watched.now) - MINUTE)
    assert state(watched).kind == "ok"
    reported(watched, None)
    assert state(watched).kind == "soon"


def test_a_recorder_that_falls_silent_is_said_within_a_minute(watched):
    watched.recorded(watched.cameras[0], us(watched.now) - HOUR, us(watched.now))
    assert state(watched, later=59).kind == "ok"
    found = state(watched, later=61)
    assert found.kind == "fault"
    assert found.since_us == us(watched.now)


def test_a_camera_that_was_never_switched_on_is_no_fault(watched):
    Camera.objects.filter(id=watched.cameras[0].id).update(recording_since=None)
    watched.cameras[0].refresh_from_db()
    assert state(watched).kind == "unseen"


def test_the_wall_shows_what_is_wrong_first(watched):
    end = us(watched.now)
    watched.recorded(watched.cameras[0], end - HOUR, end)
    watched.recorded(watched.cameras[1], end - HOUR, end, (end - MINUTE, end, "stream_lost"))
    tiles = wall(watched.people["chairman"], now=watched.now).tiles
    assert [each.tile.id for each in tiles] == [watched.cameras[1].id, watched.cameras[0].id]
    page = watched.browser("chairman").get("/tuong")
    assert page.status_code == 200
    assert page.content.count(b"data-line=") == 2


def test_a_purpose_is_asked_of_who_watches_other_units_rooms(watched):
    assert wall(watched.people["chairman"], now=watched.now).asking == []
    assert wall(watched.people["specialist"], now=watched.now).asking == [watched.room.id]


def test_a_stranger_finds_none_of_our_pictures_on_the_wall(watched):
    assert wall(watched.people["stranger"], now=watched.now).tiles == []
    assert str(watched.cameras[0].id).encode() not in watched.browser("stranger").get("/tuong").content
    assert watched.browser("stranger").get("/api/wall/states").json() == []


def test_a_technician_sees_states_and_no_picture(watched):
    browser = watched.browser("technician")
    assert browser.get("/tuong").status_code == 403
    page = browser.get("/tuong/trang-thai")
    assert page.status_code == 200
    assert "Xã Mộc Xuyên" in page.content.decode()
    assert f"/phong/{watched.room.id}" not in page.content.decode()


def test_the_grid_has_a_line_for_each_commune_the_worst_first(watched):
    end = us(watched.now)
    watched.recorded(watched.cameras[0], end - HOUR, end, (end - MINUTE, end, "stream_lost"))
    one_stop(watched.elsewhere.id, name="Một cửa Đồng Vân")
    lines = grid(watched.people["specialist"], now=watched.now)
    assert [line.name for line in lines] == ["Xã Mộc Xuyên", "Xã Đồng Vân"]
    [field] = lines[0].fields[RoomType.ONE_STOP]
    assert (field.state.kind, field.recording, field.cameras) == ("fault", 0, 2)


def test_a_room_that_others_supervise_is_told_apart_from_one_that_is_not_there(watched):
    one_stop(watched.elsewhere.id, name="Một cửa Đồng Vân")
    reception = rooms.open_room(
        SETUP,
        unit=watched.elsewhere.id,
        room_type=RoomType.RECEPTION_ROOM,
        details=details("Phòng tiếp công dân"),
        day=DAY,
    )
    lines = {line.name: line for line in grid(watched.people["specialist"], now=watched.now)}
    assert lines["Xã Đồng Vân"].beyond == {RoomType.RECEPTION_ROOM}
    assert lines["Xã Mộc Xuyên"].beyond == set()
    seen = dataclasses.replace(lines["Xã Mộc Xuyên"], fields={RoomType.RECEPTION_ROOM: []})
    _, rows = table_of([*lines.values(), seen])
    assert [[cell.beyond for cell in cells] for _, cells in rows[:2]] == [
        [False, name == "Xã Đồng Vân"] for name, _ in rows[:2]
    ]
    assert reception.name not in watched.browser("specialist").get("/tuong/trang-thai").content.decode()


def test_the_number_of_queries_does_not_grow_with_communes(watched):
    def count() -> int:
        grid(watched.people["specialist"], now=watched.now)
        with CaptureQueriesContext(connection) as asked:
            grid(watched.people["specialist"], now=watched.now)
        return len(asked)

    few = count()
    for number in range(5):
        room = one_stop(commune(watched.top, name=f"Xã {number}", code=f"001{number}").id)
        camera(room, recorder(room))
    assert count() == few
