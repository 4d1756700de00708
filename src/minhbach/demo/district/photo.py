"""A photograph of a sign on a wall, drawn: the demo's stand-in for the picture somebody takes when a sign hangs."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext

_SIZE = (360, 640)


@cache
def photograph() -> bytes:
    """A JPEG of a light wall with a framed sheet."""
    luma = np.full(_SIZE, 190, np.uint8)
    luma[60:300, 200:440] = 60
    luma[68:292, 208:432] = 245
    for row in range(90, 270, 18):
        luma[row : row + 5, 226 : 414 - row % 40] = 90
    planes = np.full((_SIZE[0] * 3 // 2, _SIZE[1]), 128, np.uint8)
    planes[: _SIZE[0]] = luma
    context = av.CodecContext.create("mjpeg", "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height = _SIZE[1], _SIZE[0]
    context.pix_fmt = "yuvj420p"
    context.time_base = Fraction(1, 25)
    frame = av.VideoFrame.from_ndarray(planes, format="yuvj420p")
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])
