"""One picture out of compressed footage, and a JPEG of it.

Runs in the confined child only. Promises one thread, a bound on the size of a picture before it is decoded, and that a
picture which the decoder itself calls damaged is no basis for a judgement (``whole``), though a person may look at it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import av
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from minhbach.decode.wire import Footage

MOST_PIXELS = 8192 * 4320
_START = b"\0\0\0\1"


class NoPicture(ValueError):
    """These bytes give no picture."""


def last_picture(footage: Footage) -> VideoFrame:
    """The last picture of the footage, in display order. Raises NoPicture, av.FFmpegError."""
    context = decoder(footage)
    context.flags |= Flags.low_delay
    frames: list[VideoFrame] = []
    for sample in footage.samples:
        frames += context.decode(av.Packet(annex_b(sample)))
        del frames[:-1]
    frames += context.decode(None)
    if not frames:
        raise NoPicture("The decoder made no picture of these bytes.")
    return frames[-1]


def whole(picture: VideoFrame) -> bool:
    """Whether the decoder had to invent none of it."""
    return not picture.is_corrupt


def jpeg(picture: VideoFrame, most_width: int, quality: int) -> tuple[bytes, int, int]:
    """(JPEG, width, height), at most ``most_width`` pixels wide; even sizes, never enlarged."""
    width = min(most_width, picture.width) & ~1
    height = max(2, round(picture.height * width / picture.width / 2) * 2)
    small = picture.reformat(width, height, "yuvj420p", threads=1)
    encoder = av.CodecContext.create("mjpeg", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuvj420p"
    encoder.time_base = Fraction(1, 1)
    encoder.thread_count = 1
    encoder.qmin = encoder.qmax = quality
    small.pts = 0
    return b"".join(bytes(packet) for packet in [*encoder.encode(small), *encoder.encode(None)]), width, height


def annex_b(sample: bytes) -> bytes:
    """NAL units behind 4-byte lengths as a byte stream. Raises NoPicture."""
    units = []
    place = 0
    while place < len(sample):
        size = int.from_bytes(sample[place : place + 4], "big")
        place += 4
        if not 0 < size <= len(sample) - place:
            raise NoPicture("The lengths of the NAL units do not fit their sample.")
        units.append(sample[place : place + size])
        place += size
    return _joined(units)


def _joined(units: Sequence[bytes]) -> bytes:
    return b"".join(_START + unit for unit in units)


def decoder(footage: Footage) -> VideoCodecContext:
    """A decoder for such footage: one thread, a bound on the size of its pictures."""
    context = av.CodecContext.create("hevc" if footage.config.codec == "h265" else "h264", "r")
    assert isinstance(context, VideoCodecContext)
    context.thread_count = 1
    context.extradata = _joined(footage.config.sets) or None
    context.options = {"max_pixels": str(MOST_PIXELS)}
    return context
