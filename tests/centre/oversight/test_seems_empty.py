"""A counter that seems empty in office hours leads to a look, where every camera and a microphone tell of it."""

import datetime

import pytest

from minhbach.centre.access.models import Restriction
from minhbach.centre.footage.models import StillQuarter
from minhbach.centre.footage.timeline import us
from minhbach.centre.oversight.frames import WEIGHTS
from minhbach.centre.oversight.models import Clip, Draw
from minhbach.centre.oversight.work import why_of
from minhbach.centre.registry.actions import devices
from minhbach.centre.registry.models import Camera, Room
from minhbach.centre.registry.reading import VIETNAM
from tests.centre.access.district import SETUP
from tests.centre.oversight.drawn import NOW, allowing, draw, founded, recorded
from tests.centre.oversight.test_rooms import recorded as begun

QUARTER = datetime.timedelta(minutes=15)
#: A Thursday in October, in office hours.
AT = datetime.datetime(2026, 10, 1, 14, 0, tzinfo=VIETNAM)


@pytest.fixture
def district(db):
    made = founded()
    recorded(made)
    begun(made.rooms["A", "one_stop"], made.now)
    return made


def still(district, begin=AT, quarters=2, listened=True, camera=None):
    """So many quarter hours in which nothing stirred there."""
    which = camera or district.cameras["A", "one_stop"]
    StillQuarter.objects.bulk_create(
        StillQuarter(camera=which, begin_us=us(begin + n * QUARTER), listened=listened) for n in range(quarters)
    )


def signs(district):
    """When the room of A seemed empty, as its draw has it."""
    draw(district)
    return [at for kind, at, _, _ in Draw.objects.get().frame["signs"] if kind == "still"]


def test_half_an_hour_without_motion_and_sound_leads_to_a_clip_that_says_so(district):
    still(district)
    assert signs(district) == [us(AT)]
    clip = Clip.objects.get(sign="still")
    assert clip.begin_us < us(AT) < clip.end_us
    (why,) = why_of(clip)
    assert why.en == "The counter seems empty in office hours, as far as sound and motion tell"
    assert "chỉ căn cứ cử động và tiếng động" in why.vi


def test_less_than_the_regulation_says_is_none(district):
    still(district, quarters=1)
    still(district, begin=AT + 2 * QUARTER, quarters=1)
    assert signs(district) == []


def test_how_long_is_said_by_the_regulation(district):
    allowing(district, counter_still_minutes=45)
    still(district)
    still(district, begin=AT.replace(day=2), quarters=3)
    assert signs(district) == [us(AT.replace(day=2))]


def test_only_office_hours_count(district):
    # Lunch, with a quarter hour of the morning and one of the afternoon; an evening; a Sunday.
    still(district, begin=AT.replace(hour=11, minute=15), quarters=10)
    still(district, begin=AT.replace(hour=18), quarters=20)
    still(district, begin=AT.replace(day=4), quarters=8)
    assert signs(district) == []


def test_the_sign_stands_where_the_office_opened(district):
    still(district, begin=AT.replace(hour=6, minute=45), quarters=5)
    assert signs(district) == [us(AT.replace(hour=7, minute=30))]


def test_what_one_camera_does_not_tell_nobody_says(district):
    still(district, quarters=4)
    second = another(district)
    still(district, begin=AT + QUARTER, quarters=2, camera=second, listened=False)
    assert signs(district) == [us(AT + QUARTER)]


def another(district, since=None):
    """A second camera of the room, without a microphone."""
    found = devices.CameraDetails(label="Camera 2", address="rtsp://192.168.1.10/main", has_sound=False)
    room = district.rooms["A", "one_stop"]
    made = devices.add_camera(
        SETUP, room=room, recorder=district.recorders["A"], details=found, now=district.now, day=district.now.date()
    )
    Camera.objects.filter(id=made.id).update(recording_since=since or district.now)
    return made


def test_before_it_was_there_a_camera_has_no_say(district):
    still(district)
    another(district, since=AT + 2 * QUARTER)
    assert signs(district) == [us(AT)]


def test_before_the_room_was_in_service_nobody_was_to_be_there(district):
    still(district)
    still(district, begin=AT + datetime.timedelta(days=1))
    Room.objects.update(in_service_on=AT.date() + datetime.timedelta(days=1))
    assert signs(district) == [us(AT + datetime.timedelta(days=1))]
    assert all(clip.begin_us > us(AT + datetime.timedelta(hours=12)) for clip in Clip.objects.all())


def test_without_a_live_microphone_nothing_is_said(district):
    still(district, listened=False)
    assert signs(district) == []


def test_restricted_time_is_not_told(district):
    still(district)
    Restriction.objects.create(
        room=district.rooms["A", "one_stop"], begins_at=AT, ends_at=AT + QUARTER, reference="phiên", made_at=NOW
    )
    assert signs(district) == []


def test_a_reception_room_may_stand_empty(district):
    camera = district.cameras["A", "reception_room"]
    recorded(district, room_type="reception_room")
    begun(camera.room, district.now)
    still(district, camera=camera, quarters=8)
    draw(district)
    assert not Clip.objects.filter(sign="still").exists()


def test_what_a_citizen_said_is_looked_at_first_and_a_machine_later():
    assert WEIGHTS["petition"] > WEIGHTS["rating"] > WEIGHTS["still"] > WEIGHTS["fault"]
