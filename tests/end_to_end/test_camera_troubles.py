"""Cameras that lose power, network or their settings: a gap with its cause, then footage again within ten seconds.

All misfortunes happen at the same time to cameras of one recorder, each on a wire of its own.
"""

import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest

from minhbach.demo.hosting import hosted
from minhbach.demo.spec import CameraSpec, StreamSpec
from tests.edge.rtsp.server import Peer
from tests.end_to_end import footage
from tests.end_to_end.lenses import two_lenses
from tests.end_to_end.once import once
from tests.end_to_end.recorder import RECORDING, Recorder, Words
from tests.end_to_end.wire import Wire
from tests.slowness import Slowness

BEGIN_S = 4.0
LONGEST_RETURN_S = 10.0
SMALL = StreamSpec(width=320, height=180, kbit_per_s=100)
USUAL = CameraSpec("usual", streams=(SMALL,))
OTHERS = {
    "mat-dien": replace(USUAL, name="after", streams=(replace(SMALL, video="h265", audio="aac"),)),
    "doi-co": replace(USUAL, name="larger", streams=(replace(SMALL, width=640, height=360, audio="ulaw"),)),
    "mat-tieng": replace(USUAL, name="mute", streams=(replace(SMALL, audio=None),)),
}


@dataclass
class Day:
    """The archive, what was said, when (seconds of the recorder's process) each camera could be reached again, and how
    slow the machine was."""

    archive: Path
    words: Words
    back: dict[str, float]
    slow: float


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    return once(tmp_path_factory, "troubles", lambda folder: live_through(folder / "archive"))


def live_through(archive: Path) -> Day:
    with ExitStack() as stack:
        usual, *others = stack.enter_context(hosted([USUAL, *OTHERS.values()]))
        ports = dict(zip(OTHERS, (each.port for each in others), strict=True))
        wires = {name: stack.enter_context(Wire(usual.port)) for name in ("rut-day", "chap-chon", *OTHERS)}
        urls = {name: wire.through(usual.url) for name, wire in wires.items()}
        urls["hai-mat"] = stack.enter_context(Peer(two_lenses())).url()
        with Recorder(archive, urls) as recorder:
            recorder.wait_until_recording()
            with Slowness() as slow:
                back = befall(recorder, wires, ports)
            time.sleep(2)
            assert recorder.stop() == 0
        return Day(archive, recorder.words, back, slow.factor)


def befall(recorder: Recorder, wires: dict[str, Wire], ports: dict[str, int]) -> dict[str, float]:
    """What happens to whom, on one line of time; returns when each could be reached again."""
    reachable: dict[str, float] = {}

    def at(second: float) -> None:
        time.sleep(max(0.0, begin + second - time.monotonic()))

    def back(name: str) -> None:
        reachable[name] = time.monotonic() - recorder.started

    begin = time.monotonic()
    at(BEGIN_S)
    wires["mat-dien"].power_off()
    wires["rut-day"].unplug()
    for name in ("doi-co", "mat-tieng"):
        wires[name].leads_to = ports[name]
        wires[name].cut()
        back(name)
    for number in range(1, 4):
        recorder.wait_for(RECORDING, "chap-chon", times=number)
        time.sleep(1)
        wires["chap-chon"].cut()
        back("chap-chon")
    at(BEGIN_S + 10)
    wires["mat-dien"].leads_to = ports["mat-dien"]
    wires["mat-dien"].power_on()
    back("mat-dien")
    at(BEGIN_S + 15)
    wires["rut-day"].plug()
    back("rut-day")
    for name in reachable:
        recorder.wait_for(RECORDING, name, times=4 if name == "chap-chon" else 2)
    return reachable


def causes(day: Day, name: str) -> list[str]:
    found = [each["cause"] for each in footage.of_kind(day.archive, "gap", name)]
    assert found[0] == "recorder_starting"
    return found[1:]


def tracks(day: Day, name: str) -> list[list[str]]:
    """The codecs of the segments, without their profiles, repetitions left out."""
    found: list[list[str]] = []
    for each in footage.of_kind(day.archive, "segment", name):
        codecs = [codec.partition(".")[0] for codec in each["tracks"]]
        found += [codecs] if codecs not in found[-1:] else []
    return found


def test_nothing_is_unaccounted_for(day):
    footage.sound(day.archive)


@pytest.mark.parametrize("name", ["mat-dien", "rut-day", "chap-chon", "doi-co", "mat-tieng"])
def test_a_camera_that_can_be_reached_again_is_recorded_again_within_ten_seconds(day, name):
    waited_s = day.words.said(RECORDING, name)[-1] - day.back[name]
    print(f"\n{name}: recorded again after {waited_s:.1f} s")
    assert 0 < waited_s <= LONGEST_RETURN_S * day.slow


def test_a_power_cut_is_a_broken_stream_then_a_refused_connection_then_what_the_camera_sends_now(day):
    assert causes(day, "mat-dien") == ["camera_stream_broken", "camera_connection_refused"]
    assert tracks(day, "mat-dien") == [["avc3", "alaw"], ["hev1", "mp4a"]]


def test_a_pulled_cable_is_a_silent_stream(day):
    assert causes(day, "rut-day")[0] == "camera_stream_silent"
    assert set(causes(day, "rut-day")) <= {"camera_stream_silent", "camera_accepted_silent", "camera_too_slow"}


def test_each_drop_of_a_flickering_network_is_a_gap_of_its_own(day):
    assert causes(day, "chap-chon") == ["camera_stream_broken"] * 3


def test_another_size_and_another_sound_begin_another_segment(day):
    assert tracks(day, "doi-co") == [["avc3", "alaw"], ["avc3", "ulaw"]]
    assert tracks(day, "mat-tieng") == [["avc3", "alaw"], ["avc3"]]


def test_the_second_lens_is_counted_and_costs_the_first_nothing(day):
    segments = footage.of_kind(day.archive, "segment", "hai-mat")
    assert causes(day, "hai-mat") == []
    assert tracks(day, "hai-mat") == [["avc3"]]
    pictures = sum(len(footage.samples(day.archive / each["path"]).pictures) for each in segments)
    assert pictures > 100
    assert abs(sum(each["notes"]["other_video"] for each in segments) - pictures) <= 15


def test_a_session_that_the_camera_has_forgotten_is_kept_while_it_streams_and_that_is_noted(day):
    segments = footage.of_kind(day.archive, "segment", "hai-mat")
    assert causes(day, "hai-mat") == []
    # A sign of life goes out each second: the last segment may end before its first.
    whole = [each for each in segments if each["end_us"] - each["begin_us"] >= 2_000_000]
    assert whole
    assert all(each["notes"]["keep_alive_454"] >= 1 for each in whole)


@pytest.mark.parametrize("name", ["mat-dien", "rut-day", "chap-chon", "doi-co", "mat-tieng", "hai-mat"])
def test_each_fault_is_logged_from_its_beginning_to_its_end_and_its_end_is_told_once(day, name):
    logged = [each for each in footage.of_kind(day.archive, "fault") if each["subject"] == f"camera {name}"]
    codes = [(each["code"], each["state"]) for each in logged]
    for (code, state), (following, then) in zip(codes[::2], codes[1::2], strict=True):
        assert (state, then, following) == ("began", "ended", code)
    said = [line for _, line in day.words.lines if line.startswith(f"{name}: ")]
    assert all(before != after for before, after in pairwise(said)), said
    assert RECORDING in said[0]
    assert RECORDING in said[-1]
