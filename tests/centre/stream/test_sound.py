"""What a browser is given to hear: exactly what the microphone sent, without a hole, in step with its time."""

import io
import struct

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.centre.stream import flac
from minhbach.centre.stream.sound import DRIFT_US, Sound
from minhbach.demo import g711
from minhbach.fmp4 import AudioConfig

BEGIN_US = 1_797_000_000_000_000
ALAW = AudioConfig("alaw", 8_000, 1)


def heard(init: bytes, *fragments: bytes) -> tuple[np.ndarray, list[float]]:
    """(samples, time of each frame in s) as FFmpeg decodes them, checking every checksum."""
    options = {"err_detect": "crccheck+explode"}
    with av.open(io.BytesIO(init + b"".join(fragments)), "r", options=options) as file:
        frames = list(file.decode(audio=0))
    times = [frame.time or 0.0 for frame in frames]
    return np.concatenate([frame.to_ndarray().ravel() for frame in frames]), times


def law(config: AudioConfig, data: bytes) -> np.ndarray:
    assert config.codec in ("alaw", "ulaw")
    return np.frombuffer(flac.expanded(config.codec, data), ">i2").astype(np.int16)


@pytest.mark.parametrize("codec", ["alaw", "ulaw"])
def test_every_code_expands_as_ffmpeg_expands_it(codec):
    every = bytes(range(256)) * 10
    context = av.CodecContext.create("pcm_alaw" if codec == "alaw" else "pcm_mulaw", "r")
    context.sample_rate, context.layout = 8000, "mono"
    (frame,) = context.decode(av.Packet(every))
    assert (frame.to_ndarray().ravel() == law(AudioConfig(codec, 8000, 1), every)).all()


@pytest.mark.parametrize("config", [ALAW, AudioConfig("ulaw", 16_000, 1), AudioConfig("alaw", 11_025, 2)], ids=str)
def test_flac_gives_back_each_sample_of_g711(config):
    sound = Sound(config, blocks_per_s=50)
    data = np.random.default_rng(1).integers(0, 256, 6_000 * config.channels, np.uint8).tobytes()
    step = 320 * config.channels
    pieces = [
        sound.feed(BEGIN_US + at // config.channels * 1_000_000 // config.rate, data[at : at + step])
        for at in range(0, len(data), step)
    ]
    samples, times = heard(sound.init, *pieces)
    expected = law(config, data)
    assert (samples == expected[: len(samples)]).all()
    assert len(expected) - len(samples) < sound.rate // 50 * config.channels, "only what fills no block is held back"
    assert abs(times[0] - BEGIN_US / 1e6) < 1e-3
    assert np.max(np.diff(times)) < 0.0201


@given(st.lists(st.tuples(st.integers(-60, 400), st.sampled_from([160, 200, 320])), min_size=2, max_size=30))
def test_whatever_a_camera_leaves_out_or_repeats_the_track_has_no_hole_and_no_overlap(steps):
    sound = Sound(ALAW, blocks_per_s=50)
    at_us, fragments = BEGIN_US, list[bytes]()
    for after_ms, size in steps:
        at_us += after_ms * 1000
        fragments.append(sound.feed(at_us, b"\x55" * size))
        at_us += size * 125
    end = None
    for base, count in bases(b"".join(fragments)):
        assert end is None or base == end
        end = base + count * 160
    assert sound.end_us >= at_us - DRIFT_US - 1000


def bases(stream: bytes) -> list[tuple[int, int]]:
    """(decode time, number of samples) of each fragment."""
    found, at = [], 0
    while at < len(stream):
        (size,) = struct.unpack_from(">I", stream, at)
        if stream[at + 4 : at + 8] == b"moof":
            place = stream.index(b"tfdt", at)
            (base,) = struct.unpack_from(">Q", stream, place + 8)
            (count,) = struct.unpack_from(">I", stream, stream.index(b"trun", at) + 8)
            found.append((base, count))
        at += size
    return found


def test_silence_fills_until_asked_and_sound_that_overlaps_it_is_cut():
    sound = Sound(ALAW, blocks_per_s=50)
    tone = g711.encode(np.full(1600, 8000, np.int16), "alaw")
    first = sound.feed(BEGIN_US, tone[:160])
    quiet = sound.silence_until(BEGIN_US + 500_000)
    late = sound.feed(BEGIN_US + 300_000, tone)
    samples, _ = heard(sound.init, first, quiet, late)
    silent = np.abs(samples[170:4000]) < 20
    assert silent.all()
    assert (np.abs(samples[4000:]) > 1000).all()
    assert len(samples) == 4000


def test_a_silent_aac_frame_is_silent():
    config = AudioConfig("aac", 16_000, 1)
    sound = Sound(config, blocks_per_s=50)
    sound.silence_until(BEGIN_US)
    samples, _ = heard(sound.init, sound.silence_until(BEGIN_US + 2_000_000))
    assert np.abs(samples).max() < 1e-4
    assert len(samples) > 25_000
