"""A `moof` read back: for each track the very `Run` that `fragment_header` was given, and where its bytes lie.

Accepts only what `fragment` writes (default-base-is-moof, 64 bit decoding times, unsigned composition
offsets, one run a track): a file of ours that says anything else has been damaged, and is told so with
`BrokenFile`. Counts are limited before they become lists.
"""

import struct
from dataclasses import dataclass

from minhbach.fmp4.boxes import Box, BrokenFile, Readable, children, read
from minhbach.fmp4.fragment import MOST_SAMPLES, Run

_U32 = struct.Struct(">I")
_TFHD = struct.Struct(">I I")
_TFDT = struct.Struct(">I Q")
_TRUN = struct.Struct(">I I i")

_BASE_IS_MOOF = 0x20000
_DEFAULTS = (0x8, 0x10, 0x20)  # duration, size, flags
_COLUMNS = (0x100, 0x200, 0x400, 0x800)  # the same, and the composition offset
_DATA_OFFSET, _FIRST_FLAGS = 0x1, 0x4


@dataclass(frozen=True, slots=True)
class PlacedRun:
    """A run and the byte where its first sample starts, counted like the `moof` it was read from."""

    run: Run
    start: int


def read_run(data: Readable, traf: Box, moof_start: int) -> PlacedRun:
    """The run inside a `traf` that lies in `data`; `moof_start` is the byte of the `moof` in the file."""
    inner = children(data, traf)
    if not {b"tfhd", b"tfdt", b"trun"} <= inner.keys():
        raise BrokenFile(f"A track's part of the fragment at byte {moof_start} lacks one of tfhd, tfdt, trun.")
    track_id, defaults = _read_defaults(data, inner[b"tfhd"])
    version, base_time = read(data, _TFDT, inner[b"tfdt"].body, inner[b"tfdt"].end)
    if version != 1 << 24:
        raise BrokenFile(f"The fragment at byte {moof_start} has no 64 bit decoding time.")
    return _read_trun(data, inner[b"trun"], track_id, defaults, base_time, moof_start)


def _read_defaults(data: Readable, box: Box) -> tuple[int, list[int | None]]:
    """The track and its default duration, size and flags, as far as `tfhd` gives them."""
    says, track_id = read(data, _TFHD, box.body, box.end)
    if says & ~sum(_DEFAULTS) != _BASE_IS_MOOF:
        raise BrokenFile(f"The track header of a fragment has the flags {says:#x}, which we never write.")
    at = box.body + _TFHD.size
    values: list[int | None] = []
    for flag in _DEFAULTS:
        values.append(read(data, _U32, at, box.end)[0] if says & flag else None)
        at += 4 if says & flag else 0
    return track_id, values


def _read_trun(
    data: Readable, box: Box, track_id: int, defaults: list[int | None], base_time: int, moof_start: int
) -> PlacedRun:
    says, count, data_offset = read(data, _TRUN, box.body, box.end)
    if not 0 < count <= MOST_SAMPLES:
        raise BrokenFile(f"The fragment at byte {moof_start} claims a run of {count} samples.")
    if says & ~sum(_COLUMNS) & ~_FIRST_FLAGS != _DATA_OFFSET:
        raise BrokenFile(f"A run in the fragment at byte {moof_start} has the flags {says:#x}, which we never write.")
    at = box.body + _TRUN.size
    first_flags = None
    if says & _FIRST_FLAGS:
        (first_flags,) = read(data, _U32, at, box.end)
        at += 4
    columns = _read_columns(bytes(data[at : box.end]), says, count)
    durations, sizes, flags = (
        _filled(column, default, count) for column, default in zip(columns, defaults, strict=False)
    )
    if first_flags is not None:
        flags[0] = first_flags
    return PlacedRun(Run(track_id, base_time, durations, sizes, flags, columns[3]), moof_start + data_offset)


def _read_columns(table: bytes, says: int, count: int) -> list[list[int] | None]:
    """The four columns of a `trun` table, None for one that it does not have."""
    present = [flag for flag in _COLUMNS if says & flag]
    if len(table) != 4 * len(present) * count:
        raise BrokenFile(f"A table of {count} samples with {len(present)} columns has {len(table)} bytes.")
    numbers = struct.unpack(f">{len(present) * count}I", table)
    return [list(numbers[present.index(flag) :: len(present)]) if flag in present else None for flag in _COLUMNS]


def _filled(column: list[int] | None, default: int | None, count: int) -> list[int]:
    if column is not None:
        return column
    if default is None:
        raise BrokenFile("A run of samples says neither for each nor for all how long or large they are.")
    return [default] * count
