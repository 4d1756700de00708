"""A microphone is silent when it hears nothing at all for forty seconds, and not before."""

import math
import random

import numpy as np
import pytest

from minhbach.decode.wire import Loudness, Sound
from minhbach.demo import g711
from minhbach.edge.health import hearing
from minhbach.edge.health.hearing import Hearing
from minhbach.fmp4 import AudioConfig

ALAW = AudioConfig("alaw", 8000, 1)


@pytest.mark.parametrize("law", ["alaw", "ulaw"])
def test_the_levels_are_those_of_the_standard(law: g711.Law) -> None:
    assert list(hearing.levels(law)) == g711.levels(law).tolist()


def test_loudness_is_measured_without_the_mean() -> None:
    values = hearing.levels("ulaw")
    loud, soft = 0x9F, 0x1F
    ear = Hearing()
    ear.hear(AudioConfig("ulaw", 8000, 1), [bytes([loud, soft] * 4000)])
    heard = ear.window()
    assert isinstance(heard, Loudness)
    assert heard.samples == 8000
    assert math.isclose(heard.rms, (values[loud] - values[soft]) / 2 / 32768)
    ear.hear(AudioConfig("ulaw", 8000, 1), [bytes([loud] * 4000)])
    assert ear.window() == Loudness(4000, 0.0)


def windows(rms_lsb: float, count: int) -> list[bool]:
    chance, ear = random.Random(3), Hearing()
    table = g711.levels("alaw")
    said = []
    for _ in range(count):
        codes = bytes(int(np.argmin(abs(table - chance.gauss(0, rms_lsb)))) for _ in range(2000))
        ear.hear(ALAW, [codes])
        heard = ear.window()
        assert isinstance(heard, Loudness)
        said.append(ear.judge(heard))
    return said


def test_a_dead_microphone_is_silent_after_four_windows() -> None:
    assert windows(1.0, 5) == [False, False, False, True, True]


def test_a_quiet_room_is_not_silent() -> None:
    assert not any(windows(33.0, 6))  # -60 dBFS: a microphone's own noise


def test_sound_that_stops_coming_is_silence_and_a_camera_without_any_is_none() -> None:
    never, stopped = Hearing(), Hearing()
    assert never.window() is None
    stopped.hear(ALAW, [bytes(160)])
    stopped.window()
    heard = stopped.window()
    assert heard == Loudness(0, 0.0)


def test_aac_is_put_aside_for_the_child() -> None:
    ear = Hearing()
    config = AudioConfig("aac", 16000, 1, b"\x14\x08")
    ear.hear(config, [bytes([number]) for number in range(100)])
    heard = ear.window()
    assert isinstance(heard, Sound)
    assert [packet[0] for packet in heard.packets] == list(range(76, 100))
