"""The beep begins on the second, by a sound clock that is not the picture's; G.711 is what others decode."""

import av
import numpy as np
import pytest

from minhbach.demo import g711
from minhbach.demo.encoder import AacEncoder, VideoEncoder
from minhbach.demo.fleet import FLEET
from minhbach.demo.picture import Painter
from minhbach.demo.sound import BEEP_US, Microphone
from minhbach.demo.spec import StreamSpec

START_US = 1_790_000_000_250_000
DAY = 86_400


def _onset(microphone, second_us):
    """Sample number where the sound first becomes loud around `second_us`."""
    first = microphone.samples_until(second_us - 50_000)
    return first + int(np.flatnonzero(np.abs(microphone.listen(first, 1600)) > 3000)[0])


@pytest.mark.parametrize("ppm", [0, 50, -50])
@pytest.mark.parametrize("elapsed_s", [1, 61, DAY])
def test_the_beep_is_the_first_sample_of_the_second_even_after_a_day(ppm, elapsed_s):
    microphone = Microphone(START_US, 8000, ppm)
    second_us = (START_US // 1_000_000 + elapsed_s) * 1_000_000
    onset = _onset(microphone, second_us)
    assert microphone.captured_us(onset - 1) < second_us <= microphone.captured_us(onset)


def test_a_fast_sound_clock_has_counted_more_samples_after_a_day():
    even, fast = (Microphone(START_US, 8000, ppm).samples_until(START_US + DAY * 1_000_000) for ppm in (0, 50))
    assert (even, fast) == (8000 * DAY, 8000 * DAY + 34_560)


def test_listening_in_pieces_hears_the_same():
    microphone = Microphone(START_US, 8000, 50)
    pieces = [microphone.listen(first, 320) for first in range(0, 16_000, 320)]
    assert np.array_equal(np.concatenate(pieces), microphone.listen(0, 16_000))


def test_between_beeps_the_room_is_soft_but_not_silent():
    microphone = Microphone(START_US, 8000, 0)
    quiet = microphone.listen(microphone.samples_until(START_US + 750_000 + BEEP_US), 7000).astype(float)
    assert 20 < np.sqrt(np.mean(quiet**2)) < 300


@pytest.mark.parametrize(("law", "codec"), [("alaw", "pcm_alaw"), ("ulaw", "pcm_mulaw")])
def test_ffmpeg_decodes_each_g711_byte_to_our_level(law, codec):
    decoder = av.CodecContext.create(codec, "r")
    decoder.sample_rate, decoder.layout = 8000, "mono"
    frames = decoder.decode(av.Packet(bytes(range(256))))
    decoded = np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])
    assert np.array_equal(decoded, g711.levels(law))


@pytest.mark.parametrize("law", ["alaw", "ulaw"])
def test_g711_takes_the_nearest_level(law):
    samples = np.arange(-32768, 32768, 7).astype(np.int16)
    levels = g711.levels(law).astype(int)
    coded = levels[np.frombuffer(g711.encode(samples, law), np.uint8)]
    nearest = np.abs(levels[None, :] - samples[:, None].astype(int)).min(axis=1)
    assert np.array_equal(np.abs(coded - samples), nearest)


def test_aac_frames_tell_which_sample_they_begin_with():
    microphone = Microphone(START_US, 16_000, 0)
    encoder = AacEncoder(16_000)
    decoder = av.CodecContext.create("aac", "r")
    decoder.extradata = encoder.config
    heard = {}
    for first in range(0, 40 * 1024, 1024):
        for frame, number in encoder.encode(microphone.listen(first, 1024), first):
            for sound in decoder.decode(av.Packet(frame)):
                heard[number] = sound.to_ndarray().reshape(-1)
    whole = np.concatenate([heard[number] for number in sorted(heard)])
    onset = min(heard) + int(np.flatnonzero(np.abs(whole) > 0.1)[0])
    assert abs(onset - microphone.samples_until(1_790_000_001_000_000)) <= 16_000 * 0.010


def test_a_microphone_made_after_an_encoder_ran_hears_the_same_room():
    before = Microphone(START_US, 8000, 0).listen(0, 8000)
    encoder, painter = VideoEncoder(StreamSpec(video="h265"), 10, 20), Painter(FLEET[0])
    for index in range(8):
        encoder.encode(painter.paint(index, START_US + index * 100_000), index, key=index == 0)
    after = Microphone(START_US, 8000, 0).listen(0, 8000)
    assert np.array_equal(before, after)
