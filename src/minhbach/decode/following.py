"""Where something goes from picture to picture: the same patch of light and dark, looked for near where it was.

Runs in the confined child only. Nobody is recognised: a box that a person drew is compared with the next picture,
nothing else is known of it and nothing is kept but a patch of at most 48 × 48 points. Promises to say where it is only
while the patch is still like the one that was drawn and like the last one; once lost it stays lost, so that whoever
covers people by it covers more, never less.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from minhbach.decode.orders import WHOLE, Box, Followed

WIDTH = 320
"""Pictures are compared at this width."""
_MOST_POINTS = 48
_REACH = 14
"""How far something may move from one picture to the next, in points of the small picture."""
_LIKE_LAST, _LIKE_FIRST = 0.72, 0.42
"""Correlation, 1 for the same patch."""
_LEAST_CONTRAST = 4.0
_RENEWAL = 0.12
"""How much of the present look goes into the last one, so that somebody who turns is followed on."""
_HEAD = struct.Struct(">HHHffff")

Plane = NDArray[np.float32]


class Follower:
    """One thing that is being followed through small pictures."""

    def __init__(self, number: int, first: Plane, last: Plane, place: tuple[float, float], size: tuple[float, float]):
        self.number = number
        self._first, self._last = first, last
        self._place, self._size = place, size

    @classmethod
    def begun(cls, number: int, small: Plane, box: Box) -> Follower | None:
        """Of what lies in the box now; nothing where there is nothing to see."""
        height, width = small.shape
        place = box[0] * width / WHOLE, box[1] * height / WHOLE
        size = max(4.0, box[2] * width / WHOLE), max(4.0, box[3] * height / WHOLE)
        patch = _patch(small, place, size)
        if patch is None or patch.std() < _LEAST_CONTRAST:
            return None
        return cls(number, patch, patch, place, size)

    @classmethod
    def again(cls, followed: Followed) -> Follower:
        """From what was handed out. Raises ValueError, struct.error."""
        rows, columns, _, left, top, width, height = _HEAD.unpack_from(followed.look)
        points = np.frombuffer(followed.look, np.float32, 2 * rows * columns, _HEAD.size).reshape(2, rows, columns)
        return cls(followed.number, points[0].copy(), points[1].copy(), (left, top), (width, height))

    def handed(self, small_size: tuple[int, int]) -> Followed:
        """To go on later."""
        rows, columns = self._first.shape
        head = _HEAD.pack(rows, columns, 0, *self._place, *self._size)
        look = head + self._first.astype(np.float32).tobytes() + self._last.astype(np.float32).tobytes()
        return Followed(self.number, self.box(small_size), look)

    def step(self, small: Plane) -> bool:
        """Look for it in the next picture; False when it is lost."""
        found = self._search(small)
        if found is None:
            return False
        place, likeness = found
        patch = _patch(small, place, self._size)
        if patch is None or likeness < _LIKE_LAST or _likeness(self._first, patch) < _LIKE_FIRST:
            return False
        self._place = place
        self._last = (1 - _RENEWAL) * self._last + _RENEWAL * patch
        return True

    def box(self, small_size: tuple[int, int]) -> Box:
        """Where it is, inside the picture."""
        width, height = small_size
        left, top = (max(0.0, each) for each in self._place)
        right, bottom = min(width, self._place[0] + self._size[0]), min(height, self._place[1] + self._size[1])
        x, y = int(left * WHOLE / width), int(top * WHOLE / height)
        wide = max(1, min(WHOLE - x, int(np.ceil((right - left) * WHOLE / width))))
        high = max(1, min(WHOLE - y, int(np.ceil((bottom - top) * WHOLE / height))))
        return min(x, WHOLE - 1), min(y, WHOLE - 1), wide, high

    def _search(self, small: Plane) -> tuple[tuple[float, float], float] | None:
        best: tuple[float, tuple[float, float]] | None = None
        centre = self._place
        for reach, stride in ((_REACH, 3), (2, 1)):
            for dy in range(-reach, reach + 1, stride):
                for dx in range(-reach, reach + 1, stride):
                    place = centre[0] + dx, centre[1] + dy
                    patch = _patch(small, place, self._size)
                    if patch is None:
                        continue
                    likeness = _likeness(self._last, patch)
                    if best is None or likeness > best[0]:
                        best = likeness, place
            if best is None:
                return None
            centre = best[1]
        return (best[1], best[0]) if best is not None else None


def small(frame: VideoFrame) -> Plane:
    """Luma at ``WIDTH``."""
    height = max(2, round(frame.height * WIDTH / frame.width / 2) * 2)
    gray = frame.reformat(WIDTH, height, "gray", threads=1).to_ndarray()
    return gray.astype(np.float32)


def follow(
    pictures: Sequence[tuple[int, Plane]],
    active: Sequence[Followed],
    seeds: Sequence[tuple[int, int, Box]],
    stops: Sequence[tuple[int, int]],
    *,
    backward: bool,
) -> tuple[list[tuple[int, int, Box]], list[Followed]]:
    """Go through pictures (time, small) in their order, or from the last to the first.

    ``seeds``: (number, µs, box), each of the first picture at or behind its time, in the direction gone. ``stops``:
    (number, µs) at which nobody wants to follow any further. Returns (number, µs, box) for each picture in which
    something was found, and what is still being followed.
    """
    running = {each.number: Follower.again(each) for each in active}
    found: list[tuple[int, int, Box]] = []
    ends = dict(stops)
    sign = -1 if backward else 1
    waiting = sorted(seeds, key=lambda seed: sign * seed[1])
    size = (pictures[0][1].shape[1], pictures[0][1].shape[0]) if pictures else (WIDTH, 2)
    for at_us, plane in reversed(pictures) if backward else pictures:
        for number in [number for number in running if number in ends and sign * at_us >= sign * ends[number]]:
            del running[number]
        for number in list(running):
            if running[number].step(plane):
                found.append((number, at_us, running[number].box(size)))
            else:
                del running[number]
        while waiting and sign * waiting[0][1] <= sign * at_us:
            number, _, box = waiting.pop(0)
            begun = Follower.begun(number, plane, box)
            running.pop(number, None)
            if begun is not None:
                running[number] = begun
                found.append((number, at_us, begun.box(size)))
    return found, [each.handed(size) for each in running.values()]


def _patch(small: Plane, place: tuple[float, float], size: tuple[float, float]) -> Plane | None:
    """What lies there, at most 48 points wide and high; None where less than half of it is in the picture."""
    height, width = small.shape
    columns = _points(place[0], size[0])
    rows = _points(place[1], size[1])
    inside = ((columns >= 0) & (columns < width)).mean() * ((rows >= 0) & (rows < height)).mean()
    if inside < 0.5:
        return None
    patch: Plane = small[np.ix_(rows.clip(0, height - 1), columns.clip(0, width - 1))]
    return patch


def _points(begin: float, length: float) -> NDArray[np.int64]:
    count = int(min(_MOST_POINTS, max(4, length)))
    points: NDArray[np.int64] = (begin + (np.arange(count) + 0.5) * length / count).astype(np.int64)
    return points


def _likeness(one: Plane, other: Plane) -> float:
    a, b = one - one.mean(), other - other.mean()
    power = float((a * a).sum() * (b * b).sum())
    return float((a * b).sum() / np.sqrt(power)) if power > 1e-6 else 0.0
