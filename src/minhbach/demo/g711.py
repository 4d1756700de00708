"""G.711 companding by table: 16-bit linear sound to A-law or µ-law bytes (ITU-T G.711).

Promises the nearest of the 256 levels for each sample, ties to the smaller magnitude; the tables are built from the
decoders' definition, so encoder and decoder cannot disagree.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Law = Literal["alaw", "ulaw"]


def encode(samples: NDArray[np.int16], law: Law) -> bytes:
    """`samples`: mono, any length; one byte per sample comes back."""
    return _table(law)[samples.view(np.uint16)].tobytes()


def levels(law: Law) -> NDArray[np.int16]:
    """The 256 decoded values, indexed by the byte on the wire."""
    codes = np.arange(256)
    return _alaw_levels(codes) if law == "alaw" else _ulaw_levels(codes)


def _alaw_levels(codes: NDArray[np.int_]) -> NDArray[np.int16]:
    bits = codes ^ 0x55
    segment = bits >> 4 & 7
    step = (bits & 15) * 16 + 8
    magnitude = np.where(segment == 0, step, (step + 256) << np.maximum(segment - 1, 0))
    return np.where(bits & 0x80, magnitude, -magnitude).astype(np.int16)


def _ulaw_levels(codes: NDArray[np.int_]) -> NDArray[np.int16]:
    bits = ~codes & 0xFF
    magnitude = (((bits & 15) << 3) + 132 << (bits >> 4 & 7)) - 132
    return np.where(bits & 0x80, -magnitude, magnitude).astype(np.int16)


@cache
def _table(law: Law) -> NDArray[np.uint8]:
    values = levels(law).astype(np.int32)
    order = np.argsort(values, kind="stable")
    edges = (values[order][1:] + values[order][:-1]) / 2
    linear = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    return order[np.searchsorted(edges, linear)].astype(np.uint8)
