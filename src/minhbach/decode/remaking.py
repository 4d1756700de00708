"""Pictures drawn on, sound treated, both encoded anew: the making of a copy.

Runs in the confined child only. Owns what a copy shows: the picture, covers over people, the strip below with the time
of that very picture, a board where there is no footage. Promises that in a masked copy a picture for which nobody has
decided is black, that covers are filled with one flat tone (nothing below can be worked out again), and that pictures
and sound stay inside begin ≤ t < end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType, VideoFrame
from numpy.typing import NDArray

from minhbach.decode.orders import WHOLE, Box, Order, Plate

KEY_EVERY_US = 2_000_000
_BLACK, _COVER, _GREY = 16, 40, 128
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=7)
_OPTIONS = {
    "preset": "superfast",
    "tune": "zerolatency",
    "crf": "23",
    "bf": "0",
    # No thread of its own: the child can start none.
    "x264-params": "keyint=100000:scenecut=0:sync-lookahead=0:sliced-threads=0",
}

Bytes = NDArray[np.uint8]


class Pictures:
    """The pictures of one copy, one in and one out."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._plate = Strip(order.plate)
        self._encoder = encoder(order.width, order.height + order.plate.height)
        self._last_us = order.begin_us - 1
        self._key_us = order.begin_us - KEY_EVERY_US
        self._missing = _image(order.plate.missing, order.width, order.height)

    @property
    def sets(self) -> bytes:
        """The parameter sets as a byte stream."""
        return bytes(self._encoder.extradata or b"")

    def add(
        self, frame: VideoFrame, at_us: int, covers: Mapping[int, list[Box]] | None
    ) -> list[tuple[int, bool, bytes]]:
        """One decoded picture; nothing comes of one outside the copy's time, or out of order."""
        if not self._order.begin_us <= at_us < self._order.end_us or at_us <= self._last_us:
            return []
        order = self._order
        if self._order.masked and (covers is None or at_us not in covers):
            return self._encode(None, at_us)
        flat: Bytes = (
            frame.reformat(order.width, order.height, "yuv420p", threads=1).to_ndarray().astype(np.uint8, copy=False)
        )
        luma, blue, red = planes(flat, order.width, order.height)
        for box in covers[at_us] if covers is not None else []:
            cover(luma, blue, red, box)
        return self._encode((luma, blue, red), at_us)

    def blank(self, at_us: int) -> list[tuple[int, bool, bytes]]:
        """The board that says that there is no footage."""
        if not self._order.begin_us <= at_us < self._order.end_us or at_us <= self._last_us:
            return []
        half = np.full((self._order.height // 2, self._order.width // 2), _GREY, np.uint8)
        return self._encode((self._missing, half, half), at_us)

    def end(self) -> list[tuple[int, bool, bytes]]:
        """What the encoder still holds."""
        return [_packet(packet, self._order.begin_us) for packet in self._encoder.encode(None)]

    def _encode(self, parts: tuple[Bytes, Bytes, Bytes] | None, at_us: int) -> list[tuple[int, bool, bytes]]:
        order = self._order
        whole = np.full((order.height + order.plate.height) * order.width * 3 // 2, _GREY, np.uint8)
        luma, blue, red = planes(whole, order.width, order.height + order.plate.height)
        if parts is None:
            luma[: order.height] = _BLACK
        else:
            luma[: order.height], blue[: order.height // 2], red[: order.height // 2] = parts
        luma[order.height :] = self._plate.at(at_us)
        frame = av.VideoFrame.from_ndarray(whole.reshape(-1, order.width), format="yuv420p")
        frame.pts = at_us - order.begin_us
        wants_key = at_us - self._key_us >= KEY_EVERY_US
        frame.pict_type = PictureType.I if wants_key else PictureType.NONE
        self._key_us = at_us if wants_key else self._key_us
        self._last_us = at_us
        return [_packet(packet, order.begin_us) for packet in self._encoder.encode(frame)]


class Strip:
    """The strip below the picture, with the time written into it."""

    def __init__(self, plate: Plate) -> None:
        self._band = _image(plate.band, plate.width, plate.height)
        self._place = plate.left, plate.top
        self._letters = {
            letter: _image(image, width, plate.letter_height) for letter, (width, image) in plate.letters.items()
        }

    def at(self, at_us: int) -> Bytes:
        """Luma of the strip at that moment."""
        band = self._band.copy()
        left, top = self._place
        for letter in clock(at_us):
            image = self._letters.get(letter)
            if image is None:
                continue
            height, width = image.shape
            band[top : top + height, left : left + width] = image
            left += width
        return band


def clock(at_us: int) -> str:
    """The time in Vietnam to the millisecond."""
    at = _EPOCH + timedelta(microseconds=at_us)
    return f"{at:%H:%M:%S}.{at.microsecond // 1000:03} {at:%d/%m/%Y}"


def planes(flat: Bytes, width: int, height: int) -> tuple[Bytes, Bytes, Bytes]:
    """Luma and the two of colour, as windows into the bytes of one picture (4:2:0)."""
    line = flat.reshape(-1)
    size, quarter = width * height, width * height // 4
    return (
        line[:size].reshape(height, width),
        line[size : size + quarter].reshape(height // 2, width // 2),
        line[size + quarter : size + 2 * quarter].reshape(height // 2, width // 2),
    )


def cover(luma: Bytes, blue: Bytes, red: Bytes, box: Box) -> None:
    """One flat tone over a box, rounded out to whole squares of colour."""
    height, width = luma.shape
    left, top = box[0] * width // WHOLE & ~1, box[1] * height // WHOLE & ~1
    right = min(width, -(-(box[0] + box[2]) * width // WHOLE) + 1 & ~1)
    bottom = min(height, -(-(box[1] + box[3]) * height // WHOLE) + 1 & ~1)
    luma[top:bottom, left:right] = _COVER
    blue[top // 2 : bottom // 2, left // 2 : right // 2] = _GREY
    red[top // 2 : bottom // 2, left // 2 : right // 2] = _GREY


def encoder(width: int, height: int) -> VideoCodecContext:
    """H.264, one thread, no delay, its sets apart."""
    context = av.CodecContext.create("libx264", "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.time_base = Fraction(1, 1_000_000)
    context.framerate = Fraction(25)
    context.thread_count = 1
    context.options = _OPTIONS
    context.flags |= Flags.global_header
    context.open()
    return context


def _packet(packet: av.Packet[Any], begin_us: int) -> tuple[int, bool, bytes]:
    return begin_us + (packet.pts or 0), packet.is_keyframe, bytes(packet)


def _image(data: bytes, width: int, height: int) -> Bytes:
    return np.frombuffer(data, np.uint8).reshape(height, width)


def covers_of(said: Iterable[Any]) -> dict[int, list[Box]]:
    """Which boxes cover a picture, by its time."""
    return {at_us: [(box[0], box[1], box[2], box[3]) for box in boxes] for at_us, boxes in said}
