"""A recorder is told what the registry and the rules say, once, newest last; and holds until it has them."""

import dataclasses
import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from minhbach import __version__
from minhbach.centre.footage.actions.holds import HoldRefused, place_hold, release_hold
from minhbach.centre.footage.models import Hold, RecorderLine, SentConfiguration
from minhbach.centre.footage.ordering import VIETNAM, desired, due_configuration, due_holds, hold_token
from minhbach.centre.registry.actions import commissioning, devices
from minhbach.centre.registry.models import Camera, Medium, Party, Recorder
from minhbach.centre.regulation.actions import add_day
from minhbach.ledger.entry import commitment
from minhbach.protocol import signed
from minhbach.protocol.messages import CONFIGURE, HOLD, Configuration, HoldOrder
from tests.centre.access.district import SETUP, District
from tests.photographs import photograph

pytestmark = pytest.mark.django_db

KEY = Ed25519PrivateKey.generate()


@pytest.fixture
def district() -> District:
    return District()


@pytest.fixture
def recorder(district: District) -> Recorder:
    """A recorder whose rooms have their signs and whose cameras are switched on."""
    for (commune, room_type), camera in district.cameras.items():
        if commune == "A":
            sign = commissioning.draw_sign(SETUP, room=district.rooms[commune, room_type], days=30, now=district.now)
            commissioning.hang_sign(SETUP, sign=sign, photo=photograph(), where="Cửa vào", now=district.now)
            devices.switch_on(SETUP, camera=camera, now=district.now)
    return district.recorders["A"]


def due(recorder: Recorder, district: District) -> SentConfiguration | None:
    return due_configuration(recorder.id, KEY, now=district.now)


def read(sent: SentConfiguration) -> Configuration:
    return signed.read(CONFIGURE, Configuration, sent.token, [KEY.public_key()])


def test_a_configuration_names_what_is_switched_on_with_the_days_of_the_rules(
    district: District, recorder: Recorder
) -> None:
    Recorder.objects.filter(id=recorder.id).update(networks=["192.168.10.0/24"])
    Camera.objects.filter(recorder=recorder).update(sub_address="rtsp://192.168.10.9/sub")
    cameras = {each.name: each for each in desired(recorder.id, district.now)}
    recording = Camera.objects.filter(recorder=recorder, recording_since__isnull=False)
    assert set(cameras) == set(recording.values_list("name", flat=True)) != set()
    for order in cameras.values():
        assert order.networks == ("192.168.10.0/24",)
        assert order.picture_days >= order.minimum_days > 0
        assert order.intent_lead_hours > 0
        assert order.sub_address == "rtsp://192.168.10.9/sub"


def test_it_is_sent_until_it_is_taken_and_anew_only_when_something_changed(
    district: District, recorder: Recorder
) -> None:
    first = due(recorder, district)
    assert first is not None
    assert (first.serial, read(first).serial, read(first).recorder) == (1, 1, str(recorder.id))
    assert due(recorder, district) == first
    SentConfiguration.objects.update(taken_at=district.now)
    assert due(recorder, district) is None
    devices.switch_off(SETUP, camera=Camera.objects.filter(recorder=recorder, recording_since__isnull=False)[0])
    second = due(recorder, district)
    assert second is not None
    assert second.serial == 2
    assert len(read(second).cameras) == len(read(first).cameras) - 1


def test_what_a_recorder_refused_is_not_repeated_until_it_changes(district: District, recorder: Recorder) -> None:
    first = due(recorder, district)
    assert first is not None
    SentConfiguration.objects.update(refused_vi="Không.", refused_en="No.")
    assert due(recorder, district) is None
    Camera.objects.filter(recorder=recorder).update(address="rtsp://192.168.1.77/main")
    assert due(recorder, district) is not None


def test_a_recorder_hears_that_a_picture_was_accepted_anew_and_of_nothing_else_that_was_judged(
    district: District, recorder: Recorder
) -> None:
    camera = Camera.objects.filter(recorder=recorder, recording_since__isnull=False).first()
    assert camera is not None

    def accept(medium: Medium, *, passed: bool) -> str:
        judged = commissioning.accept(
            SETUP, camera=camera, medium=medium, party=Party.CITIZEN, passed=passed, note="mờ", now=district.now
        )
        return str(judged.id)

    def told() -> str:
        return next(each.view for each in desired(recorder.id, district.now) if each.name == camera.name)

    assert told() == ""
    first = accept(Medium.PICTURE, passed=True)
    assert told() == first
    accept(Medium.PICTURE, passed=False)
    if camera.has_sound:
        accept(Medium.VOICE, passed=True)
    assert told() == first
    assert told() != accept(Medium.PICTURE, passed=True) == told()


def wednesday(district: District) -> datetime.date:
    """The first Wednesday from today on: worked by every ordinary calendar."""
    today = district.now.astimezone(VIETNAM).date()
    return today + datetime.timedelta(days=(2 - today.weekday()) % 7)


def at(day: datetime.date, clock: str) -> int:
    moment = datetime.datetime.combine(day, datetime.time.fromisoformat(clock), VIETNAM)
    return round(moment.timestamp() * 1_000_000)


def says(recorder: Recorder, software: str, district: District) -> None:
    heard = {"first_heard_at": district.now, "last_heard_at": district.now, "software": software}
    RecorderLine.objects.update_or_create(recorder=recorder, defaults=heard)


def test_sound_is_ordered_for_the_office_hours_of_the_unit_and_the_margin_of_its_rules(
    district: District, recorder: Recorder
) -> None:
    """By the profile 07:30 to 11:30 and 13:30 to 17:00, and thirty minutes before and after each."""
    says(recorder, "0.2.0", district)
    Camera.objects.filter(recorder=recorder).update(has_sound=True)
    day = wednesday(district)
    (table,) = {each.sound_hours for each in desired(recorder.id, district.now)}
    assert table is not None
    assert table.usable
    kept = [
        clock for clock in ("06:59", "07:00", "11:59", "12:00", "13:00", "17:29", "17:30") if table.keep(at(day, clock))
    ]
    assert kept == ["07:00", "11:59", "13:00", "17:29"]
    assert not table.keep(at(day + datetime.timedelta(days=3), "09:00")), "nobody works on a Saturday"


def test_single_days_of_the_calendar_go_along(district: District, recorder: Recorder) -> None:
    says(recorder, "0.2.0", district)
    Camera.objects.filter(recorder=recorder).update(has_sound=True)
    closed, worked = wednesday(district), wednesday(district) + datetime.timedelta(days=3)
    for day, kind in ((closed, "holiday"), (worked, "makeup")):
        add_day(SETUP, unit=district.units["A"].id, day=day, kind=kind, name="Theo quyết định", now=district.now)
    (table,) = {each.sound_hours for each in desired(recorder.id, district.now)}
    assert table is not None
    assert not table.keep(at(closed, "09:00"))
    assert table.keep(at(worked, "09:00"))
    assert len(table.others) == 2


def test_a_recorder_of_before_is_told_the_rest_and_the_hours_once_it_is_updated(
    district: District, recorder: Recorder
) -> None:
    Camera.objects.filter(recorder=recorder).update(has_sound=True)
    for software in ("0.1.0", "", "chưa rõ"):
        says(recorder, software, district)
        assert {each.sound_hours for each in desired(recorder.id, district.now)} == {None}
    before = due(recorder, district)
    assert before is not None
    SentConfiguration.objects.update(taken_at=district.now)
    says(recorder, __version__, district)
    after = due(recorder, district)
    assert after is not None
    assert after.serial == before.serial + 1
    assert all(each.sound_hours is not None for each in read(after).cameras)


def test_a_camera_without_sound_is_ordered_no_hours(district: District, recorder: Recorder) -> None:
    says(recorder, __version__, district)
    Camera.objects.filter(recorder=recorder).update(has_sound=False)
    assert {(each.sound, each.sound_hours) for each in desired(recorder.id, district.now)} == {("none", None)}


def test_a_recorder_that_never_had_a_camera_is_told_nothing(district: District) -> None:
    room = district.recorders["A"].room
    empty = devices.add_recorder(SETUP, room=room, name="Đầu ghi mới", networks=["10.1.0.0/16"], now=district.now)
    assert due(empty, district) is None


def placed(district: District, recorder: Recorder, reason: str = "Phản ánh số 12") -> Hold:
    return place_hold(
        district.people["inspector"].person, recorder=recorder, begin_us=5, end_us=9, kind="test", reference="12",
        reason=reason, now=district.now,
    )  # fmt: skip


def test_a_hold_waits_until_it_is_placed_and_says_who_and_why_only_here(district: District, recorder: Recorder) -> None:
    hold = placed(district, recorder)
    assert due_holds(recorder.id) == [hold]
    order = signed.read(HOLD, HoldOrder, hold_token(hold, KEY), [KEY.public_key()])
    assert (order.action, order.camera, order.begin_us, order.end_us) == ("place", "*", 5, 9)
    person = str(district.people["inspector"].person_id)
    known = {"who": person, "kind": "test", "reference": "12", "reason": "Phản ánh số 12"}
    assert order.commitment == commitment(bytes(hold.salt), known)
    assert person not in hold_token(hold, KEY)
    Hold.objects.update(placed_at=district.now)
    assert due_holds(recorder.id) == []


def test_a_release_is_ordered_once_and_asked_for_once(district: District, recorder: Recorder) -> None:
    hold = placed(district, recorder)
    Hold.objects.update(placed_at=district.now)
    release_hold(SETUP, hold=hold, now=district.now)
    (waiting,) = due_holds(recorder.id)
    assert signed.read(HOLD, HoldOrder, hold_token(waiting, KEY), [KEY.public_key()]).action == "release"
    with pytest.raises(HoldRefused):
        release_hold(SETUP, hold=hold, now=district.now)
    Hold.objects.update(released_at=district.now)
    assert due_holds(recorder.id) == []


def test_a_hold_needs_a_stretch_and_a_reason(district: District, recorder: Recorder) -> None:
    with pytest.raises(HoldRefused) as refused:
        placed(district, recorder, reason="  ")
    assert dataclasses.astuple(refused.value.words)[0].startswith("Lệnh giữ cần")
