"""For any counter and moment: the recording, or why there is none, since when, who was told, what was done."""

import datetime

import pytest

from minhbach.centre.footage.causes import cause_words
from minhbach.centre.footage.models import Fault, FaultKind, FaultStep, FaultTold, FaultWork, Removal, WorkKind
from minhbach.centre.footage.timeline import moment
from minhbach.centre.footage.van_mieu import Found, answer
from minhbach.centre.messaging import actions as messaging
from minhbach.centre.registry.models import Counter, CounterView
from minhbach.centre.words import Words
from minhbach.edge.check.words import CAUSES as RECORDERS
from minhbach.edge.faults import CATALOGUE
from minhbach.ledger.entry import REMOVAL_KINDS
from tests.centre.footage.watched import HOUR, MINUTE, Watched, us
from tests.centre.registry.places import DAY

pytestmark = pytest.mark.django_db
#: Every cause of a gap: the recorder's own, and its cameras' faults.
CAUSES = sorted({*RECORDERS, *(f"camera_{code}" for code in CATALOGUE)} - REMOVAL_KINDS - {"file_missing"})


@pytest.fixture
def watched() -> Watched:
    found = Watched()
    found.switch_on()
    return found


@pytest.fixture
def counter(watched) -> Counter:
    """Counter 2, seen by the first camera."""
    made = Counter.objects.create(room=watched.room, number=2, name="Quầy 2", valid_from=DAY)
    CounterView.objects.create(camera=watched.cameras[0], counter=made, valid_from=DAY)
    return made


def ask(watched: Watched, counter: Counter, at_us: int, name: str = "chairman"):
    return answer(watched.people[name], counter.id, moment(at_us), now=watched.now)


def page(watched: Watched, counter: Counter, at_us: int, name: str = "chairman"):
    local = moment(at_us)
    asked = {"quay": str(counter.id), "ngay": f"{local:%Y-%m-%d}", "gio": f"{local:%H:%M:%S}"}
    return watched.browser(name).get("/van-mieu", asked)


def test_a_recorded_moment_leads_to_its_picture(watched, counter):
    end = us(watched.now)
    watched.recorded(watched.cameras[0], end - 3 * HOUR, end)
    found = ask(watched, counter, end - HOUR)
    assert found.found is Found.RECORDED
    shown = page(watched, counter, end - HOUR).content.decode()
    assert f"/phong/{watched.room.id}?luc={moment(end - HOUR):%Y-%m-%dT%H:%M:%S}" in shown


def test_the_first_and_the_last_instant_of_a_gap_belong_to_different_answers(watched, counter):
    end = us(watched.now)
    gap = (end - 2 * HOUR, end - HOUR)
    watched.recorded(watched.cameras[0], end - 3 * HOUR, end, (*gap, "stream_lost"))
    assert ask(watched, counter, gap[0] - 1).found is Found.RECORDED
    assert ask(watched, counter, gap[0]).found is Found.GAP
    assert ask(watched, counter, gap[1] - 1).found is Found.GAP
    assert ask(watched, counter, gap[1]).found is Found.RECORDED


def test_a_gap_says_its_cause_since_when_who_was_told_and_what_was_done(watched, counter):
    end = us(watched.now)
    begin = end - 2 * HOUR
    watched.recorded(watched.cameras[0], end - 3 * HOUR, end, (begin, end - HOUR, "stream_lost"))
    fault = Fault.objects.create(
        recorder=watched.cameras[0].recorder, camera=watched.cameras[0], room=watched.room, kind=FaultKind.OFFLINE,
        began_at=moment(begin), known_at=moment(begin + 5_000_000), ended_at=moment(end - HOUR),
    )  # fmt: skip
    tung = watched.people["technician"].person
    notice = messaging.send(
        to=[tung.id], kind="fault", words=Words("Camera mất tín hiệu", "Camera offline"), link=None, now=watched.now
    )
    FaultTold.objects.create(fault=fault, step=FaultStep.TECHNICIAN, notice=notice, at=watched.now)
    FaultTold.objects.create(fault=fault, step=FaultStep.HEAD, notice=None, at=watched.now)
    FaultWork.objects.create(fault=fault, kind=WorkKind.STARTED, note="Thay dây mạng", person=tung, at=watched.now)
    shown = page(watched, counter, begin + MINUTE).content.decode()
    for words in ("Không có bản ghi", "Mất luồng hình từ camera", "Lê Văn Tùng", "Thay dây mạng", "Đã khắc phục"):
        assert words in shown
    assert "không có ai giữ nhiệm vụ này" in shown  # nobody was head of the unit: that is said, too


def test_every_cause_a_recorder_can_log_is_told_in_words_of_its_own(watched, counter):
    begin = us(watched.now) - 10 * HOUR
    gaps = [(begin + 2 * n * MINUTE, begin + (2 * n + 1) * MINUTE, cause) for n, cause in enumerate(CAUSES)]
    watched.recorded(watched.cameras[0], begin, us(watched.now), *gaps)
    told = {}
    for at, _, cause in gaps:
        [told[cause]] = ask(watched, counter, at).cameras
        assert told[cause].found is (Found.RESTING if cause == "outside_hours" else Found.GAP)
    words = [told[cause].cause for cause in CAUSES]
    assert words == [cause_words(cause) for cause in CAUSES]
    assert len(set(words)) == len(CAUSES)


def test_a_cause_that_a_newer_recorder_brings_is_told_as_far_as_it_is_known():
    assert cause_words("camera_bewitched").vi == "Camera gặp sự cố"
    assert cause_words("bewitched").vi == "Đầu ghi không ghi được"


def test_where_there_is_none_the_nearest_footage_is_offered(watched, counter):
    end = us(watched.now)
    watched.recorded(watched.cameras[0], end - 3 * HOUR, end, (end - 2 * HOUR, end - HOUR, "stream_lost"))
    found = ask(watched, counter, end - 90 * MINUTE)
    assert (found.before, found.after) == (moment(end - 2 * HOUR - 10_000_000), moment(end - HOUR))
    shown = page(watched, counter, end - 90 * MINUTE).content.decode()
    assert f"?luc={moment(end - HOUR):%Y-%m-%dT%H:%M:%S}" in shown
    assert "Bản ghi gần nhất trước đó" in shown
    recorded = ask(watched, counter, end - 30 * MINUTE)
    assert (recorded.before, recorded.after) == (None, None)
    health = ask(watched, counter, end - 90 * MINUTE, "technician")
    assert (health.before, health.after) == (None, None)


def test_the_nearest_footage_is_found_days_away_and_only_where_there_is_some(watched, counter):
    end = us(watched.now)
    watched.recorded(watched.cameras[0], end - 9 * 24 * HOUR, end - 8 * 24 * HOUR)
    found = ask(watched, counter, end - HOUR)
    assert (found.before, found.after) == (moment(end - 8 * 24 * HOUR - 10_000_000), None)


def test_deleted_footage_is_told_apart_from_footage_that_never_was(watched, counter):
    end = us(watched.now)
    stream = watched.recorded(watched.cameras[0], end - HOUR, end)
    Removal.objects.create(
        stream=stream, begin_us=end - 3 * HOUR, end_us=end - 2 * HOUR, kind="deletion", first=1, last=9, removed_us=end
    )
    assert ask(watched, counter, end - 150 * MINUTE).found is Found.DELETED
    assert "vẫn chứng minh" in page(watched, counter, end - 150 * MINUTE).content.decode()


def test_what_the_log_has_not_told_yet_is_not_called_a_gap(watched, counter):
    end = us(watched.now)
    watched.recorded(watched.cameras[0], end - 3 * HOUR, end - HOUR)
    assert ask(watched, counter, end - MINUTE).found is Found.UNKNOWN


def test_a_counter_that_no_camera_saw_is_said_to_have_none(watched, counter):
    alone = Counter.objects.create(room=watched.room, number=9, name="Quầy 9", valid_from=DAY)
    assert ask(watched, alone, us(watched.now) - HOUR).found is Found.NEVER


def test_what_has_not_come_cannot_be_missing(watched, counter):
    assert ask(watched, counter, us(watched.now) + HOUR).found is Found.FUTURE


def test_of_two_cameras_the_one_that_recorded_answers_for_the_counter(watched, counter):
    CounterView.objects.create(camera=watched.cameras[1], counter=counter, valid_from=DAY)
    end = us(watched.now)
    watched.recorded(watched.cameras[0], end - 3 * HOUR, end, (end - 2 * HOUR, end - HOUR, "stream_lost"))
    watched.recorded(watched.cameras[1], end - 3 * HOUR, end)
    found = ask(watched, counter, end - 90 * MINUTE)
    assert found.found is Found.RECORDED
    assert [each.found for each in found.cameras] == [Found.GAP, Found.RECORDED]


def test_a_stranger_cannot_ask_about_our_counters(watched, counter):
    shown = page(watched, counter, us(watched.now) - HOUR, "stranger").content.decode()
    assert "Không có bản ghi" not in shown
    assert str(counter.id) not in shown.replace(f"quay={counter.id}", "")


def test_a_technician_learns_why_there_is_none_and_gets_no_way_to_the_picture(watched, counter):
    end = us(watched.now)
    watched.recorded(watched.cameras[0], end - 3 * HOUR, end)
    shown = page(watched, counter, end - HOUR, "technician")
    assert shown.status_code == 200
    assert "Có bản ghi" in shown.content.decode()
    assert f"/phong/{watched.room.id}?luc=" not in shown.content.decode()


def test_the_name_of_the_unit_is_that_of_the_day(watched, counter):
    assert ask(watched, counter, us(watched.now) - HOUR).unit_name == "Xã Mộc Xuyên"
    before = datetime.datetime.combine(DAY, datetime.time(), datetime.UTC) - datetime.timedelta(days=30)
    assert ask(watched, counter, us(before)).unit_name == ""


def test_a_room_without_counters_is_asked_about_as_a_whole(watched, counter):
    """A reception room has no counter, and who supervises it the same question."""
    end = us(watched.now)
    watched.recorded(watched.cameras[1], end - 3 * HOUR, end)
    found = answer(watched.people["chairman"], watched.room.id, moment(end - HOUR), now=watched.now)
    assert (found.found, found.counter, found.room) == (Found.RECORDED, None, watched.room)
    assert {each.camera.id for each in found.cameras} >= {camera.id for camera in watched.cameras[:2]}
    at = moment(end - HOUR)
    asked = {"quay": str(watched.room.id), "ngay": f"{at:%Y-%m-%d}", "gio": f"{at:%H:%M:%S}"}
    shown = watched.browser("chairman").get("/van-mieu", asked).content.decode()
    assert f"/phong/{watched.room.id}?luc={at:%Y-%m-%dT%H:%M:%S}" in shown
    assert f"{watched.room.name}: Cả phòng" in shown
