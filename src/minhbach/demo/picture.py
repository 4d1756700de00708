"""Puts the picture of one moment together: room, people, burned-in label, clock and counter, barcode.

Promises that a picture depends on the spec, its index and its time only, and that drawing one costs well under a
millisecond: everything that can be drawn before is (`canvas`), the rest is a few blended rectangles. The burned-in
clock is Vietnam's (UTC+7, no summer time).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from minhbach.demo import barcode, figure, glyphs, room
from minhbach.demo.canvas import Planes
from minhbach.demo.spec import CameraSpec, StreamSpec

_VIETNAM = timezone(timedelta(hours=7))
_MARGIN = 10
_OFFICER_TOP = 112
_MINUTE = len("2026-11-20 10:15:")
PLATE_LEFT, PLATE_HEIGHT = 352, 48
"""The corner that a plate under the clock covers: whole blocks of 16 pixels, to be encoded by itself, and so wide
that no movement of a digit comes from outside."""
_PLATE_MARGIN = room.WIDTH - PLATE_LEFT - _MARGIN - len("2026-11-20 10:15:00.0") * glyphs.ADVANCE

Bytes = NDArray[np.uint8]


class UnfitSize(ValueError):
    """The stream's size is no integer part of the room's drawing."""

    def __init__(self, spec: StreamSpec) -> None:
        super().__init__(
            f"A simulated stream of {spec.width}x{spec.height} pixels cannot be made: its size must be "
            f"{room.WIDTH}x{room.HEIGHT} or an integer part of it."
        )


class Painter:
    """Pictures of one camera, `room.WIDTH` × `room.HEIGHT`, planar YUV 4:2:0."""

    def __init__(self, spec: CameraSpec) -> None:
        self._look = room.ROOMS[spec.room]
        layers = _layers(self._look)
        self._ground = _Surface()
        self._ground.blend(*layers[0])
        self._furniture, self._foreground = layers[1:]
        self._label = spec.label
        self._plate = spec.plate
        # Rooms drawn alike must not play the same scene at the same time.
        self._act_s = zlib.crc32(spec.name.encode()) % 600
        self._surface = _Surface()

    def paint(self, index: int, wall_us: int, spoil: Callable[[Bytes], None] | None = None) -> Bytes:
        """Picture `index`, taken at `wall_us` (Unix): (HEIGHT · 3/2, WIDTH) bytes, valid until the next call.

        `spoil` changes what the lens sees, before the camera writes its clock into it.
        """
        self.scene(wall_us)
        if spoil:
            spoil(self._surface.planes)
        surface = self._surface
        if self._plate:
            surface.cover(PLATE_LEFT, 0, room.WIDTH - PLATE_LEFT, PLATE_HEIGHT)
        clock = clock_text(wall_us)
        surface.write(clock, room.WIDTH - _MARGIN - len(clock) * glyphs.ADVANCE, _MARGIN)
        row = barcode.cells(barcode.Stamp(index, wall_us // 1000), room.WIDTH)
        surface.write(f"#{index:07d}", _MARGIN, room.HEIGHT - len(row) - glyphs.HEIGHT - 4)
        surface.close(row)
        return surface.planes

    def scene(self, wall_us: int) -> Bytes:
        """The same without what tells its time: the room, its people and the camera's label."""
        surface = self._surface
        surface.planes[:] = self._ground.planes
        seconds = wall_us / 1e6 + self._act_s
        self._officers(seconds)
        surface.blend(*self._furniture)
        for actor in figure.scene(seconds, self._look.seats):
            self._visitor(actor)
        surface.blend(*self._foreground)
        surface.write(self._label, _MARGIN, _MARGIN)
        return surface.planes

    def _officers(self, seconds: float) -> None:
        for index, seat in enumerate(self._look.seats):
            drawing = figure.officer(self._look.shirt, int(seconds / 2.5 + index * 1.7) % 3)
            left = self._placed(seat, figure.SEATED_WIDTH)
            self._surface.blend(drawing, left, _OFFICER_TOP)

    def _visitor(self, actor: figure.Actor) -> None:
        flipped = actor.flipped != self._look.mirrored
        drawing = figure.drawing(actor.clothes, actor.pose, actor.phase, flipped)
        self._surface.blend(drawing, self._placed(actor.x, figure.WIDTH), (actor.y - figure.HEIGHT + 8) & ~1)

    def _placed(self, middle: int, width: int) -> int:
        """The even left edge of something around `middle`, which is counted from the right in a mirrored room."""
        x = room.WIDTH - middle if self._look.mirrored else middle
        return (x - width // 2) & ~1


def clock_text(wall_us: int) -> str:
    """What the burned-in clock shows."""
    moment = datetime.fromtimestamp(wall_us // 1_000_000, _VIETNAM)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{wall_us // 100_000 % 10}"


def clock_plate(wall_us: int) -> Bytes:
    """The corner with the clock alone, as it stands in the pictures of a camera with a plate."""
    text = clock_text(wall_us)
    planes = _minute_plate(text[:_MINUTE]).copy()
    left = _PLATE_MARGIN + _MINUTE * glyphs.ADVANCE
    letters = glyphs.line(text[_MINUTE:])
    np.copyto(planes[_MARGIN : _MARGIN + len(letters), left : left + letters.shape[1]], letters, where=letters > 0)
    return planes


@lru_cache(maxsize=4)
def _minute_plate(text: str) -> Bytes:
    """What stays for a minute."""
    planes = np.full((PLATE_HEIGHT * 3 // 2, room.WIDTH - PLATE_LEFT), 128, np.uint8)
    planes[:PLATE_HEIGHT] = glyphs.RIM
    letters = glyphs.line(text)
    planes[_MARGIN : _MARGIN + len(letters), _PLATE_MARGIN : _PLATE_MARGIN + letters.shape[1]][letters > 0] = letters[
        letters > 0
    ]
    return planes


def part(planes: Bytes, left: int, top: int, width: int, height: int) -> Bytes:
    """A part of a whole picture; all four numbers are even."""
    chroma = planes[room.HEIGHT :].reshape(2, room.HEIGHT // 2, room.WIDTH // 2)
    half = np.s_[:, top // 2 : (top + height) // 2, left // 2 : (left + width) // 2]
    luma = planes[top : top + height, left : left + width]
    return np.concatenate([luma, chroma[half].reshape(-1, width)])


def sized(planes: Bytes, stream: StreamSpec) -> Bytes:
    """The same picture at the size of `stream`. Raises `UnfitSize`."""
    step = room.WIDTH // stream.width
    if (stream.width * step, stream.height * step) != (room.WIDTH, room.HEIGHT):
        raise UnfitSize(stream)
    if step == 1:
        return planes
    luma = planes[: room.HEIGHT : step, ::step]
    chroma = planes[room.HEIGHT :].reshape(2, room.HEIGHT // 2, room.WIDTH // 2)[:, ::step, ::step]
    return np.concatenate([luma, chroma.reshape(-1, stream.width)])


class _Surface:
    def __init__(self) -> None:
        self.planes = np.full((room.HEIGHT * 3 // 2, room.WIDTH), 128, np.uint8)
        self._luma = self.planes[: room.HEIGHT]
        self._chroma = self.planes[room.HEIGHT :].reshape(2, room.HEIGHT // 2, room.WIDTH // 2)

    def blend(self, drawing: Planes, left: int, top: int) -> None:
        """Lay `drawing` over what is there; `left` and `top` even, parts outside are cut."""
        height, width = drawing.luma.shape
        x0, x1 = max(left, 0), min(left + width, room.WIDTH)
        y0, y1 = max(top, 0), min(top + height, room.HEIGHT)
        if x0 >= x1 or y0 >= y1:
            return
        inner = np.s_[y0 - top : y1 - top, x0 - left : x1 - left]
        ground = self._luma[y0:y1, x0:x1]
        ground[:] = drawing.luma[inner] + (ground * drawing.open_luma[inner] >> 8)
        half = np.s_[y0 - top >> 1 : y1 - top >> 1, x0 - left >> 1 : x1 - left >> 1]
        colour = self._chroma[:, y0 >> 1 : y1 >> 1, x0 >> 1 : x1 >> 1]
        colour[:] = drawing.chroma[:, *half] + (colour * drawing.open_chroma[half] >> 8)

    def write(self, text: str, left: int, top: int) -> None:
        letters = glyphs.line(text)
        height, width = letters.shape
        ground = self._luma[top : top + height, left : left + width]
        np.copyto(ground, letters, where=letters > 0)
        colour = self._chroma[:, top >> 1 : top + height >> 1, left >> 1 : left + width >> 1]
        colour[:, letters[::2, ::2] > 0] = 128

    def cover(self, left: int, top: int, width: int, height: int) -> None:
        """A black rectangle; all four numbers even."""
        self._luma[top : top + height, left : left + width] = glyphs.RIM
        self._chroma[:, top // 2 : (top + height) // 2, left // 2 : (left + width) // 2] = 128

    def close(self, row: Bytes) -> None:
        """The barcode at the very bottom, without colour."""
        self._luma[-len(row) :] = row
        self._chroma[:, -(len(row) // 2) :] = 128


@cache
def _layers(look: room.Look) -> list[tuple[Planes, int, int]]:
    # One after the other: a canvas takes 35 MB while it lives.
    return [_cut(_turned(draw(look).planes(), look)) for draw in (room.ground, room.furniture, room.foreground)]


def _turned(drawing: Planes, look: room.Look) -> Planes:
    return drawing.mirrored() if look.mirrored else drawing


def _cut(drawing: Planes) -> tuple[Planes, int, int]:
    """Only the part of `drawing` that covers anything, with its even place: what is empty need not be blended."""
    rows, columns = (np.flatnonzero((drawing.open_luma < 256).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return Planes(drawing.luma[:0], drawing.chroma[:, :0], drawing.open_luma[:0], drawing.open_chroma[:0]), 0, 0
    top, left = int(rows[0]) & ~1, int(columns[0]) & ~1
    bottom, right = (int(rows[-1]) + 2) & ~1, (int(columns[-1]) + 2) & ~1
    whole, half = np.s_[top:bottom, left:right], np.s_[top // 2 : bottom // 2, left // 2 : right // 2]
    part = Planes(drawing.luma[whole], drawing.chroma[:, *half], drawing.open_luma[whole], drawing.open_chroma[half])
    return part, left, top
