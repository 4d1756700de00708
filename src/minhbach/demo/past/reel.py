"""Hours of moving pictures at the price of minutes: a loop of the room under the clock of each moment.

Owns cutting a picture into what a loop may show again (`Loop`, one for each camera) and what tells its time (`Dial`,
one for all of them). Promises that picture *n*, counted in steps since 1970, is the same whichever stretch it is
asked with, that every `GOP`-th is a key picture, and that each carries its own time, for people and for machines.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from minhbach.demo import barcode, room
from minhbach.demo.past.slices import BLOCK, PICTURES_PER_S, PartEncoder, Slice
from minhbach.demo.picture import PLATE_HEIGHT, PLATE_LEFT, Painter, clock_plate, part
from minhbach.demo.spec import CameraSpec

STEP_US = 1_000_000 // PICTURES_PER_S
GOP = 15
GOP_US = GOP * STEP_US
LOOP = 40 * GOP
MINUTE = 60 * PICTURES_PER_S
REMEMBERED = 16
"""Groups of pictures: all cameras are shown a minute before any is shown the next."""
_SHARP = 26
"""Rate factor of what must be read."""
_COLUMNS = room.WIDTH // BLOCK
_PLATE_COLUMN, _PLATE_ROWS = PLATE_LEFT // BLOCK, PLATE_HEIGHT // BLOCK
_ROW_HEIGHT = 8
"""Of the barcode; the picture ends in the middle of a block."""
_ROW_TOP = room.HEIGHT - _ROW_HEIGHT


class Dial:
    """The corner with the clock and the row with the barcode."""

    def __init__(self) -> None:
        places = tuple(row * _COLUMNS + _PLATE_COLUMN for row in range(_PLATE_ROWS))
        self._clock = _encoder(room.WIDTH - PLATE_LEFT, PLATE_HEIGHT, places, _SHARP)
        self._row = _encoder(room.WIDTH, BLOCK, (_ROW_TOP // BLOCK * _COLUMNS,), _SHARP)
        self._groups: dict[int, list[tuple[bytes, ...]]] = {}
        # Between two key pictures only the seconds move, as they did a minute ago.
        self._seconds = [self._clock_at(number) for number in range(MINUTE)]

    def group(self, begin: int) -> Sequence[tuple[bytes, ...]]:
        """The slices of the `GOP` pictures from key picture `begin` on: those of the clock, and the row."""
        if begin not in self._groups:
            if len(self._groups) == REMEMBERED:
                del self._groups[next(iter(self._groups))]
            self._groups[begin] = [self._at(number) for number in range(begin, begin + GOP)]
        return self._groups[begin]

    def _at(self, number: int) -> tuple[bytes, ...]:
        key = number % GOP == 0
        planes = np.full((BLOCK * 3 // 2, room.WIDTH), 128, np.uint8)
        planes[:_ROW_HEIGHT] = barcode.cells(barcode.Stamp(number, number * STEP_US // 1000), room.WIDTH)
        planes[_ROW_HEIGHT:BLOCK] = planes[:_ROW_HEIGHT]
        clock = self._clock_at(number) if key else self._seconds[number % MINUTE]
        return tuple(_units([*clock, *self._row.encode(planes, number, key=key)], number))

    def _clock_at(self, number: int) -> list[Slice]:
        return self._clock.encode(clock_plate(number * STEP_US), number, key=number % GOP == 0)


class Loop:
    """What a camera sees but for the time, for `LOOP` pictures; then the same again."""

    def __init__(self, spec: CameraSpec) -> None:
        self._spec = spec
        self.sets = _encoder(room.WIDTH, room.HEIGHT, (0,)).sets
        """The parameter sets of the whole picture."""

    def access_unit(self, number: int, dial: tuple[bytes, ...]) -> list[bytes]:
        """The NAL units of picture `number` with what `dial` shows then."""
        *label, body = _units(_film(self._spec)[number % LOOP], number)
        *clock, row = dial
        return [unit for beside in zip(label, clock, strict=True) for unit in beside] + [body, row]


@cache
def _film(spec: CameraSpec) -> list[list[Slice]]:
    painter = Painter(spec)
    label = _encoder(PLATE_LEFT, PLATE_HEIGHT, tuple(row * _COLUMNS for row in range(_PLATE_ROWS)))
    body = _encoder(room.WIDTH, _ROW_TOP - PLATE_HEIGHT, (_PLATE_ROWS * _COLUMNS,))
    film = []
    for number in range(LOOP):
        planes, key = painter.scene(number * STEP_US), number % GOP == 0
        film.append(
            [
                *label.encode(part(planes, 0, 0, PLATE_LEFT, PLATE_HEIGHT), number, key=key),
                *body.encode(part(planes, 0, PLATE_HEIGHT, room.WIDTH, _ROW_TOP - PLATE_HEIGHT), number, key=key),
            ]
        )
    return film


def _encoder(width: int, height: int, places: tuple[int, ...], crf: int = 34) -> PartEncoder:
    return PartEncoder(width, height, places, gop=GOP, crf=crf)


def _units(slices: Sequence[Slice], number: int) -> list[bytes]:
    group = number // GOP % 2
    return [one.units[group] for one in slices]
