"""Fragments as a browser's MediaSource takes them (ISO/IEC 14496-12 8.8).

Owns the one shape of a fragment: one track, absolute decode time (Unix time × the time scale, so that a player's clock
is the footage's), signed composition offsets. Pure functions; leaves beginnings to ``picture`` and ``sound``.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from minhbach.fmp4 import NON_SYNC, SYNC

_HEAD = struct.Struct(">I4s I4s I I I4s I4s I I I4s I Q I4s I I I")
_ROW = struct.Struct(">I I I i")
_BOX = struct.Struct(">I4s")
_TRACK = 1
_DEFAULT_BASE_IS_MOOF = 0x020000
_VERSION_1 = 1 << 24
# data offset, then per sample: duration, size, flags, composition offset
_COLUMNS = 0x000F01


@dataclass(frozen=True, slots=True)
class Unit:
    """One sample in ticks of its track."""

    duration: int
    size: int
    sync: bool
    offset: int = 0


def fragment(sequence: int, base: int, units: Sequence[Unit], data: bytes) -> bytes:
    """``moof`` and ``mdat`` of consecutive samples; ``base`` is the first one's decode time in ticks."""
    trun_bytes = 20 + _ROW.size * len(units)
    traf_bytes = 8 + 16 + 20 + trun_bytes
    moof_bytes = 8 + 16 + traf_bytes
    head = _HEAD.pack(
        *(moof_bytes, b"moof"),
        *(16, b"mfhd", 0, sequence & 0xFFFFFFFF),
        *(traf_bytes, b"traf"),
        *(16, b"tfhd", _DEFAULT_BASE_IS_MOOF, _TRACK),
        *(20, b"tfdt", _VERSION_1, base),
        *(trun_bytes, b"trun", _VERSION_1 | _COLUMNS, len(units), moof_bytes + 8),
    )
    rows = b"".join(_ROW.pack(unit.duration, unit.size, SYNC if unit.sync else NON_SYNC, unit.offset) for unit in units)
    return b"".join((head, rows, _BOX.pack(8 + len(data), b"mdat"), data))
