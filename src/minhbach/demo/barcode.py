"""The machine-readable row at the bottom of each picture: frame counter and capture time.

80 square cells in one row, black or white, left to right: a start mark of 4 cells (1011), the counter (24 bits), Unix
milliseconds (44 bits), CRC-8 of the 68 bits (polynomial 0x07), most significant bit first. The cells are as wide as
the picture / 80, so that the same row survives in a sub-stream of half the size.

Promises: `read` returns what `cells` wrote or None, also after lossy coding; a wrong reading passes the check in 1 of
256 damaged rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CELLS = 80
_START = 0b1011
_BLACK, _WHITE = 16, 235


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which picture, and when it was taken (Unix milliseconds of the camera's clock)."""

    counter: int
    unix_ms: int


def cells(stamp: Stamp, width: int) -> NDArray[np.uint8]:
    """The luma of the row: (width // 80, width) bytes."""
    body = (stamp.counter & 0xFFFFFF) << 44 | stamp.unix_ms & 0xFFFFFFFFFFF
    word = (_START << 68 | body) << 8 | _crc8(body)
    bits = np.unpackbits(np.frombuffer(word.to_bytes(CELLS // 8, "big"), np.uint8))
    size = width // CELLS
    line = np.full(width, _BLACK, np.uint8)
    line[: size * CELLS] = np.repeat(np.where(bits, _WHITE, _BLACK).astype(np.uint8), size)
    return np.tile(line, (size, 1))


def read(luma: NDArray[np.uint8]) -> Stamp | None:
    """The stamp in the last rows of a picture's luma plane of any size ≥ 80 wide; None when it does not check."""
    size = luma.shape[1] // CELLS
    if size < 1 or luma.shape[0] < size:
        return None
    row = luma[-size:, : size * CELLS].reshape(size, CELLS, size)
    margin = size // 4  # the edges of a cell are where coding smears
    inner = row[margin : size - margin or None, :, margin : size - margin or None]
    word = int.from_bytes(np.packbits(inner.mean(axis=(0, 2)) > (_BLACK + _WHITE) / 2).tobytes(), "big")
    body = word >> 8 & (1 << 68) - 1
    if word >> 76 != _START or word & 0xFF != _crc8(body):
        return None
    return Stamp(body >> 44, body & 0xFFFFFFFFFFF)


def _crc8(body: int) -> int:
    rest = 0
    for byte in body.to_bytes(9, "big"):
        rest = _CRC[rest ^ byte]
    return rest


def _remainder(byte: int) -> int:
    for _ in range(8):
        byte = byte << 1 ^ (0x107 if byte & 0x80 else 0)
    return byte


_CRC = bytes(_remainder(byte) for byte in range(256))
