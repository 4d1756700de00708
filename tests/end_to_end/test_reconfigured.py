"""A recorder goes on while its configuration changes: only what changed is interrupted, and all of it explained."""

import dataclasses
import time
from pathlib import Path

from minhbach.demo.hosting import hosted
from minhbach.demo.spec import CameraSpec, StreamSpec
from minhbach.edge.recorder.intake import SOUND_OFF
from minhbach.protocol.hours import SoundHours, Span
from tests.end_to_end import footage
from tests.end_to_end.told import Told
from tests.end_to_end.wire import Wire

SMALL = StreamSpec(width=320, height=180, kbit_per_s=80)


def recorded(told: Told, *names: str) -> None:
    """Wait until these cameras record."""
    told.until(lambda: all(f"{name}: đang ghi" in told.log.read_text("utf-8") for name in names))


def causes(archive: Path, camera: str) -> list[str]:
    return [each["cause"] for each in footage.of_kind(archive, "gap", camera)]


def gap_s(archive: Path, camera: str, cause: str) -> float:
    gaps = [each for each in footage.of_kind(archive, "gap", camera) if each["cause"] == cause]
    return max(float(each["end_us"] - each["begin_us"]) / 1e6 for each in gaps)


def test_a_new_configuration_interrupts_only_what_it_changes(tmp_path: Path) -> None:
    specs = [CameraSpec(name, streams=(SMALL,)) for name in ("a", "b", "c", "d")]
    with hosted(specs) as (first, second, third, fourth), Wire(first.port) as wire, Told(tmp_path) as told:
        stays = told.order("stays", first, f"rtsp://127.0.0.1:{wire.port}/main")
        told.configure(stays, told.order("moves", second), told.order("goes", third))
        recorded(told, "stays", "moves", "goes")
        time.sleep(2)
        longer = dataclasses.replace(stays, picture_days=60, sound_days=60)
        told.configure(longer, told.order("moves", third), told.order("comes", fourth))
        recorded(told, "comes")
        told.until(lambda: third.viewers == 1)
        time.sleep(3)
        assert second.viewers == 0
        assert told.stop() == 0
        assert len(wire.passages) == 1
    footage.sound(tmp_path / "archive")
    assert causes(told.archive, "stays") == ["reconfigured"]
    assert causes(told.archive, "goes") == ["reconfigured", "reconfigured"]
    assert causes(told.archive, "comes") == ["reconfigured"]
    assert causes(told.archive, "moves") == ["reconfigured", "reconfigured"]
    assert gap_s(told.archive, "moves", "reconfigured") < 5
    kept = [
        row["days"]
        for each in footage.of_kind(told.archive, "configuration")
        for row in each["cameras"]
        if row["camera"] == "stays"
    ]
    assert kept == [30, 60]
    assert len(footage.of_kind(told.archive, "boot")) == 1


def test_a_camera_that_changes_while_it_fails_keeps_the_cause_it_had_and_no_fault_of_one_that_goes_stands(
    tmp_path: Path,
) -> None:
    with hosted([CameraSpec("a", streams=(SMALL,))]) as (camera,), Told(tmp_path) as told:
        nowhere = "rtsp://127.0.0.1:9/main"
        told.configure(told.order("moves", camera, nowhere), told.order("goes", camera, nowhere))
        told.until(lambda: told.log.read_text("utf-8").count("goes: ") and told.log.read_text("utf-8").count("moves: "))
        told.configure(told.order("moves", camera))
        recorded(told, "moves")
        assert told.stop() == 0
    footage.sound(told.archive)
    assert causes(told.archive, "moves")[-2:] == ["camera_connection_refused", "reconfigured"]
    assert causes(told.archive, "goes")[-2:] == ["camera_connection_refused", "reconfigured"]
    faults = [(each["subject"], each["state"]) for each in footage.of_kind(told.archive, "fault")]
    for name in ("moves", "goes"):
        assert faults.count((f"camera {name}", "began")) == faults.count((f"camera {name}", "ended")) == 1


def test_sound_that_gets_its_own_files_or_ends_interrupts_its_camera_only(tmp_path: Path) -> None:
    specs = [CameraSpec("a", streams=(SMALL,)), CameraSpec("b", streams=(SMALL,))]
    with hosted(specs) as (first, second), Told(tmp_path) as told:
        stays = told.order("stays", second)
        for sound in ("with_picture", "own_file", "none"):
            told.configure(told.order("camera", first, sound=sound), stays)
            told.until(lambda: first.viewers == second.viewers == 1)
            time.sleep(4)
        assert told.stop() == 0
    footage.sound(told.archive)
    assert causes(told.archive, "stays") == ["reconfigured"]
    assert set(causes(told.archive, "camera")) == {"reconfigured"}
    contents = [
        footage.samples(told.archive / each["path"]) for each in footage.of_kind(told.archive, "segment", "camera")
    ]
    assert contents[0].sounds
    assert not contents[-1].sounds
    assert footage.of_kind(told.archive, "segment", "camera", "main-sound")


def test_hours_of_sound_begin_and_end_without_an_interruption(tmp_path: Path) -> None:
    never, always = SoundHours(420, (), ()), SoundHours(420, tuple(range(1, 8)), (Span(0, 1440),))
    with hosted([CameraSpec("a", streams=(SMALL,))]) as (camera,), Wire(camera.port) as wire, Told(tmp_path) as told:
        address = f"rtsp://127.0.0.1:{wire.port}/main"
        for hours in (never, always):
            told.configure(told.order("camera", camera, address, sound_hours=hours))
            told.until(lambda: camera.viewers == 1)
            time.sleep(4)
        answer, packets = told.watched("camera", ("h264",), 1.5)
        assert answer.ok
        assert any(each.track == "sound" for each in packets)
        told.configure(told.order("camera", camera, address, sound_hours=never))
        time.sleep(1)
        answer, packets = told.watched("camera", ("h264",), 1.5)
        assert answer.ok
        since_us = time.time_ns() // 1000 - 1_500_000
        assert not [each for each in packets if each.track == "sound" and each.base_us > since_us]
        assert told.stop() == 0
        assert len(wire.passages) == 1
    footage.sound(told.archive)
    assert causes(told.archive, "camera") == ["reconfigured"]
    segments = footage.of_kind(told.archive, "segment", "camera")
    contents = [footage.samples(told.archive / each["path"]) for each in segments]
    assert not contents[0].sounds
    assert any(each.sounds for each in contents)
    assert segments[0]["notes"][SOUND_OFF] > 0


def test_ten_configurations_in_a_row_end_in_the_last_one(tmp_path: Path) -> None:
    with (
        hosted([CameraSpec("a", streams=(SMALL,)), CameraSpec("b", streams=(SMALL,))]) as cameras,
        Told(tmp_path) as told,
    ):
        for number in range(10):
            told.configure(
                told.order("camera", cameras[number % 2]), *([told.order("other", cameras[0])] if number % 3 else [])
            )
        told.until(lambda: (cameras[0].viewers, cameras[1].viewers) == (0, 1))
        time.sleep(2)
        assert told.stop() == 0
    footage.sound(told.archive)
    assert [row["camera"] for row in footage.of_kind(told.archive, "configuration")[-1]["cameras"]] == ["camera"]


SUB = (StreamSpec(video="h265", width=320, height=180, kbit_per_s=80), dataclasses.replace(SMALL, path="sub"))


def test_the_smaller_stream_is_pulled_while_it_is_watched_and_never_recorded(tmp_path: Path) -> None:
    with hosted([CameraSpec("a", streams=SUB)]) as (camera,), Told(tmp_path) as told:
        sub = f"rtsp://127.0.0.1:{camera.port}/sub"
        told.configure(told.order("camera", camera, sub_address=sub))
        recorded(told, "camera")
        told.until(lambda: camera.viewers == 1)
        answer, packets = told.watched("camera", ("h264",), 6)
        assert (answer.ok, answer.stream) == (True, "sub")
        pictures = [each for each in packets if each.track == "picture"]
        assert pictures[0].config is not None
        assert pictures[0].config.codec == "h264"
        assert pictures[0].heads[0].sync
        assert len(pictures) > 20
        assert [each.sequence for each in pictures] == list(
            range(pictures[0].sequence, pictures[0].sequence + len(pictures))
        )
        answer, packets = told.watched("camera", ("h265", "h264"), 2)
        assert answer.stream == "main"
        assert packets[0].config is not None
        assert packets[0].config.codec == "h265"
        assert camera.viewers == 2
        told.until(lambda: camera.viewers == 1)
        assert told.stop() == 0
    footage.sound(told.archive)
    assert {each["stream"] for each in footage.of_kind(told.archive, "segment")} == {"main"}
    assert causes(told.archive, "camera") == ["reconfigured"]


def test_a_smaller_stream_that_is_wrong_is_said_and_may_be_changed_without_touching_the_recording(
    tmp_path: Path,
) -> None:
    with hosted([CameraSpec("a", streams=SUB)]) as (camera,), Told(tmp_path) as told:
        told.configure(told.order("camera", camera, sub_address="rtsp://127.0.0.1:9/sub"))
        recorded(told, "camera")
        lease = told.lease("camera", expires_us=time.time_ns() // 1000 + 10_000_000)
        told.watched("camera", ("h264",), 2, lease)
        answer, packets = told.watched("camera", ("h264",), 0.2, lease)
        assert (answer.ok, answer.code, packets) == (False, "camera_connection_refused", [])
        told.configure(told.order("camera", camera, sub_address=f"rtsp://127.0.0.1:{camera.port}/sub"))
        answer, packets = told.watched("camera", ("h264",), 5)
        assert answer.ok
        assert packets
        assert told.stop() == 0
    footage.sound(told.archive)
    assert causes(told.archive, "camera") == ["reconfigured"]
