"""Makes the tape of the benches: 1080p at 15 fps, 2 Mbit/s, key frame every 2 s, with A-law sound.

Promises realistic sizes: the drawn room alone would cost almost nothing, so each picture carries fresh sensor noise,
and the encoder keeps the rate (key frames of about 100 KB, others 2-25 KB). Takes about 5 s once; later runs find the
tape in the cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from minhbach.bench import tape
from minhbach.demo import g711
from minhbach.demo.encoder import split_units
from minhbach.demo.fleet import FLEET
from minhbach.demo.picture import Painter
from minhbach.demo.sound import Microphone

WIDTH, HEIGHT = 1920, 1080
BIT_PER_S = 2_000_000
GOP_FRAMES = 30
LOOP_FRAMES = 300
_START_US = 1_790_000_000_000_000
_NAME = "h264-1080p-15fps-2mbit-alaw.tape1"


def filmed(cache: Path) -> Path:
    """The tape's file in folder `cache`, made when it is not there."""
    path = cache / _NAME
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        tape.store(_film(), path)
    return path


def _film() -> tape.Tape:
    context = _context()
    sets = tuple(unit for unit in split_units(bytes(context.extradata or b"")) if unit[0] & 0x1F in (7, 8))
    frames: list[tape.Frame] = []
    for index, planes in enumerate(_pictures(GOP_FRAMES + LOOP_FRAMES)):
        picture = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        picture.pts = index
        for packet in context.encode(picture):
            units = split_units(bytes(packet))
            frames.append(tape.Frame(packet.is_keyframe, (*sets, *units) if packet.is_keyframe else tuple(units)))
    samples = LOOP_FRAMES // tape.FRAMES_PER_S * tape.SOUND_RATE
    sound = g711.encode(Microphone(_START_US, tape.SOUND_RATE, 0).listen(0, samples), "alaw")
    # The first GOP is left out: the encoder has not found its rate yet.
    return tape.Tape(sets, tuple(frames[GOP_FRAMES:]), sound)


def _pictures(count: int) -> Iterator[NDArray[np.uint8]]:
    painter = Painter(FLEET[0])
    chance = np.random.default_rng(1)
    noise = chance.normal(0, 3, (HEIGHT, 2 * WIDTH)).astype(np.int16)
    for index in range(count):
        small = painter.paint(index, _START_US + index * 1_000_000 // tape.FRAMES_PER_S)
        luma = small[:360].repeat(3, 0).repeat(3, 1)
        chroma = small[360:].reshape(2, 180, 320).repeat(3, 1).repeat(3, 2).reshape(HEIGHT // 2, WIDTH)
        left = int(chance.integers(0, WIDTH))
        grainy = np.clip(luma + noise[:, left : left + WIDTH], 0, 255).astype(np.uint8)
        yield np.concatenate([grainy, chroma])


def _context() -> VideoCodecContext:
    context = av.CodecContext.create("libx264", "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height = WIDTH, HEIGHT
    context.pix_fmt = "yuv420p"
    context.framerate = Fraction(tape.FRAMES_PER_S)
    context.time_base = Fraction(1, tape.FRAMES_PER_S)
    context.gop_size = GOP_FRAMES
    context.bit_rate = BIT_PER_S
    context.thread_count = 1
    context.flags |= Flags.global_header
    rate = "scenecut=0:vbv-maxrate=2400:vbv-bufsize=2400:ratetol=0.1"
    context.options = {"preset": "superfast", "tune": "zerolatency", "x264-params": rate}
    context.open()
    return context
