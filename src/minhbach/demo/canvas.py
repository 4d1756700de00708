"""Painting with shapes: convex polygons, ellipses and gradients on an anti-aliased surface.

Promises smooth edges (each pixel is the mean of `FINE` × `FINE` samples) and coordinates in final pixels. Colours are
(red, green, blue), 0-255. It is slow and runs once per room and per pose, never per picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FINE = 3

Colour = tuple[float, float, float]
Point = tuple[float, float]
Mask = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Planes:
    """A drawing as planar YUV 4:2:0 with coverage; colours are already multiplied by it, all values 0-255."""

    luma: NDArray[np.uint16]
    chroma: NDArray[np.uint16]  # (2, height / 2, width / 2)
    open_luma: NDArray[np.uint16]  # 256 where nothing covers the ground, 0 where it is hidden
    open_chroma: NDArray[np.uint16]

    def mirrored(self) -> Planes:
        """Left is right."""
        parts = (self.luma, self.chroma, self.open_luma, self.open_chroma)
        return Planes(*(np.ascontiguousarray(part[..., ::-1]) for part in parts))


class Canvas:
    """A transparent surface of `width` × `height` pixels, both even."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._colour = np.zeros((height * FINE, width * FINE, 3), np.float32)
        self._cover = np.zeros((height * FINE, width * FINE), np.float32)
        self._xs = ((np.arange(width * FINE, dtype=np.float32) + 0.5) / FINE)[None, :]
        self._ys = ((np.arange(height * FINE, dtype=np.float32) + 0.5) / FINE)[:, None]

    def convex(self, points: Sequence[Point], colour: Colour, opacity: float = 1.0) -> None:
        """Fill a convex polygon, its corners in either turn."""
        part = self._part(points)
        self._fill(part, self._inside(points, part), np.asarray(colour, np.float32), opacity)

    def rectangle(self, box: tuple[float, float, float, float], colour: Colour, opacity: float = 1.0) -> None:
        """Fill left, top, right, bottom."""
        left, top, right, bottom = box
        self.convex([(left, top), (right, top), (right, bottom), (left, bottom)], colour, opacity)

    def fade(self, points: Sequence[Point], top: Colour, bottom: Colour) -> None:
        """Fill a convex polygon from colour `top` at its highest corner to `bottom` at its lowest."""
        low, high = min(y for _, y in points), max(y for _, y in points)
        part = self._part(points)
        depth = np.clip((self._ys[part[0]] - low) / (high - low), 0, 1)[..., None]
        blend = np.asarray(top, np.float32) * (1 - depth) + np.asarray(bottom, np.float32) * depth
        self._fill(part, self._inside(points, part), blend, 1.0)

    def ellipse(self, centre: Point, radii: Point, colour: Colour, opacity: float = 1.0, soft: bool = False) -> None:
        """Fill an ellipse; `soft` fades it out towards its rim, for shadows and light."""
        (x, y), (wide, high) = centre, radii
        part = self._part([(x - wide, y - high), (x + wide, y + high)])
        distance = ((self._xs[:, part[1]] - x) / wide) ** 2 + ((self._ys[part[0]] - y) / high) ** 2
        mask = np.clip(1 - distance, 0, 1) if soft else (distance <= 1).astype(np.float32)
        self._fill(part, mask, np.asarray(colour, np.float32), opacity)

    def limb(self, start: Point, end: Point, widths: Point, colour: Colour) -> None:
        """A rounded stroke from `start` to `end`, `widths` across at its two ends."""
        along = np.subtract(end, start)
        length = float(np.hypot(*along)) or 1.0
        across = np.array([-along[1], along[0]]) / length / 2
        corners = [
            np.add(start, across * widths[0]),
            np.add(end, across * widths[1]),
            np.subtract(end, across * widths[1]),
            np.subtract(start, across * widths[0]),
        ]
        self.convex([(float(x), float(y)) for x, y in corners], colour)
        for point, width in ((start, widths[0]), (end, widths[1])):
            self.ellipse(point, (width / 2, width / 2), colour)

    def stamp(self, dots: NDArray[np.uint8], place: Point, colour: Colour, size: float = 1.0) -> None:
        """Where `dots` is not 0, paint `colour`: a dot is `size` pixels wide."""
        for row, column in np.argwhere(dots):
            left, top = place[0] + column * size, place[1] + row * size
            self.rectangle((left, top, left + size, top + size), colour)

    def planes(self) -> Planes:
        """What was painted, in BT.601 video levels."""
        cover = _reduced(self._cover, FINE)
        red, green, blue = (_reduced(self._colour[..., channel], FINE) for channel in range(3))
        luma = 16 * cover + 0.257 * red + 0.504 * green + 0.098 * blue
        cb = 128 * cover - 0.148 * red - 0.291 * green + 0.439 * blue
        cr = 128 * cover + 0.439 * red - 0.368 * green - 0.071 * blue
        chroma = np.stack([_reduced(cb, 2), _reduced(cr, 2)])
        return Planes(_whole(luma), _whole(chroma), _whole(256 - 256 * cover), _whole(256 - 256 * _reduced(cover, 2)))

    def _part(self, points: Sequence[Point]) -> tuple[slice, slice]:
        """Rows and columns of samples that the points' box touches."""
        xs, ys = ([point[axis] for point in points] for axis in (0, 1))
        rows = slice(max(0, math.floor(min(ys) * FINE)), max(0, math.ceil(max(ys) * FINE) + 1))
        return rows, slice(max(0, math.floor(min(xs) * FINE)), max(0, math.ceil(max(xs) * FINE) + 1))

    def _inside(self, points: Sequence[Point], part: tuple[slice, slice]) -> Mask:
        xs, ys = self._xs[:, part[1]], self._ys[part[0]]
        sides = list(zip(points, [*points[1:], points[0]], strict=True))
        turn = 1 if sum(a[0] * b[1] - a[1] * b[0] for a, b in sides) > 0 else -1
        inside = np.ones((ys.size, xs.size), bool)
        for (ax, ay), (bx, by) in sides:
            inside &= turn * ((bx - ax) * (ys - ay) - (by - ay) * (xs - ax)) >= 0
        return inside.astype(np.float32)

    def _fill(self, part: tuple[slice, slice], mask: Mask, colour: Mask, opacity: float) -> None:
        weight = mask * np.float32(opacity)
        ground, cover = self._colour[part], self._cover[part]
        ground *= (1 - weight)[..., None]
        ground += weight[..., None] * colour
        cover += weight * (1 - cover)


def _reduced(values: Mask, step: int) -> Mask:
    height, width = values.shape
    mean: Mask = values.reshape(height // step, step, width // step, step).mean(axis=(1, 3))
    return mean


def _whole(values: Mask) -> NDArray[np.uint16]:
    return np.clip(np.rint(values), 0, 256).astype(np.uint16)
