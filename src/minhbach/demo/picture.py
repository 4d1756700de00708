"""Draws what a simulated camera sees: a moving block for now, and the barcode that dates each picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from minhbach.demo import barcode
from minhbach.demo.spec import CameraSpec, StreamSpec


class Painter:
    """Pictures of one camera at the size of its first stream."""

    def __init__(self, spec: CameraSpec) -> None:
        main = spec.streams[0]
        self._width, self._height = main.width, main.height
        self._planes = np.full((main.height * 3 // 2, main.width), 128, np.uint8)
        slope = np.add.outer(np.arange(main.height), np.arange(main.width)) // 8
        self._ground = (60 + slope).astype(np.uint8)

    def paint(self, index: int, wall_us: int) -> NDArray[np.uint8]:
        """Picture `index`, taken at `wall_us`: planar YUV 4:2:0, valid until the next call."""
        planes = self._planes
        planes[: self._height] = self._ground
        left = index * 4 % (self._width - 60)
        planes[120:280, left : left + 60] = 200
        row = barcode.cells(barcode.Stamp(index, wall_us // 1000), self._width)
        planes[self._height - row.shape[0] : self._height] = row
        return planes

    def sized(self, planes: NDArray[np.uint8], stream: StreamSpec) -> NDArray[np.uint8]:
        """The same picture at the size of `stream`, an integer part of the main stream's."""
        step = self._width // stream.width
        if step == 1:
            return planes
        luma = planes[: self._height : step, ::step]
        chroma = planes[self._height :].reshape(2, self._height // 2, self._width // 2)[:, ::step, ::step]
        return np.concatenate([luma, chroma.reshape(-1, stream.width)])
