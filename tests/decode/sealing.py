"""Sealed files for the tests of copies: a room of the demo, filmed at ten pictures a second, with a voice."""

import math
from functools import cache
from pathlib import Path

import numpy as np

from minhbach.demo import g711
from minhbach.demo.encoder import VideoEncoder
from minhbach.demo.fleet import FLEET
from minhbach.demo.picture import Painter
from minhbach.demo.spec import StreamSpec
from minhbach.fmp4 import NON_SYNC, SYNC, AudioConfig, Run, TrackConfig, VideoConfig, fragment_header, init_segment
from tests.decode.filming import START_US, joined

S = 1_000_000
PICTURES_A_SECOND, RATE = 10, 8000
VOICE_HZ = 220


@cache
def film(begin_us: int, seconds: int, *, sound: bool = True) -> bytes:
    """The bytes of a sealed file that begins then."""
    encoder, painter = VideoEncoder(StreamSpec(), PICTURES_A_SECOND, 20), Painter(FLEET[0])
    video = VideoConfig.from_sets("h264", encoder.sets, in_band=True)
    tracks: list[TrackConfig] = [video, AudioConfig("alaw", RATE, 1)] if sound else [video]
    data = [init_segment(tracks, b"{}")]
    for second in range(seconds):
        pictures, keys = [], []
        for part in range(PICTURES_A_SECOND):
            index = second * PICTURES_A_SECOND + part
            planes = painter.paint(index, begin_us + index * S // PICTURES_A_SECOND).copy()
            units, key = encoder.encode(planes, index, key=index % 20 == 0)
            pictures.append(joined(units))
            keys.append(key)
        ticks = 90_000 // PICTURES_A_SECOND
        flags = [SYNC if key else NON_SYNC for key in keys]
        runs = [Run(1, second * 90_000, [ticks] * len(pictures), [len(each) for each in pictures], flags)]
        if sound:
            packets = [voice(second * RATE + n * 160) for n in range(RATE // 160)]
            count = len(packets)
            runs.append(Run(2, second * RATE, [160] * count, [160] * count, [SYNC] * count))
            pictures = [*pictures, *packets]
        data += [fragment_header(second + 1, runs, begin_us + second * S), *pictures]
    return b"".join(data)


def voice(first: int) -> bytes:
    """160 samples of somebody who says one vowel for ever."""
    at = (np.arange(160) + first) / RATE
    heard = np.sum([np.sin(2 * math.pi * VOICE_HZ * part * at) / part for part in (1, 2, 3, 4)], axis=0)
    return g711.encode((heard * 5000).astype(np.int16), "alaw")


def sealed(folder: Path, begin_s: int, seconds: int, *, sound: bool = True) -> Path:
    """Such a file on disk, so many seconds after `START_US`."""
    path = folder / f"{begin_s:04}.mp4"
    path.write_bytes(film(START_US + begin_s * S, seconds, sound=sound))
    return path
