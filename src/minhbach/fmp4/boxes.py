"""Boxes: how ISO/IEC 14496-12 (4.2) frames everything in a file.

Owns building a box and walking over boxes in memory. `walk` promises that on any bytes it either yields
boxes that lie inside the given range, one after another, or raises `BrokenFile`; it goes one level deep,
so depth is bounded by the caller's code and not by the file. The meaning of a box is left to others.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

Readable = bytes | bytearray | memoryview

MOST_BOXES = 4096
"""No container of ours holds a tenth of this; a hostile one may claim millions of empty boxes."""

_HEADER = struct.Struct(">I4s")
_LARGE = struct.Struct(">Q")


class BrokenFile(ValueError):
    """Bytes that are no MP4 file, or no longer: the sentence says what is wrong and at which byte."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box; positions count from the start of the bytes that were walked."""

    kind: bytes
    start: int
    body: int
    end: int


def box(kind: bytes, *parts: Readable) -> bytes:
    """A box of four-letter `kind` around `parts`."""
    payload = b"".join(parts)
    return _HEADER.pack(8 + len(payload), kind) + payload


def full_box(kind: bytes, version: int, flags: int, *parts: Readable) -> bytes:
    """A box that begins with a version and 24 flags (ISO/IEC 14496-12 4.2.2)."""
    return box(kind, ((version << 24) | flags).to_bytes(4, "big"), *parts)


def header(data: Readable, start: int, end: int) -> Box:
    """The box whose header stands at `start`; it must end at or before `end`, else `BrokenFile`.

    The size 0 ("until the end of the file") is refused: no sealed file of ours has it, a run of zeros
    after a power cut does.
    """
    if end - start < 8:
        raise BrokenFile(f"There are only {end - start} bytes where a box should begin, at byte {start}.")
    size, kind = _HEADER.unpack_from(data, start)
    body = start + 8
    if size == 1 and end - start >= 16:
        (size,) = _LARGE.unpack_from(data, body)
        body += 8
    if size < body - start or size > end - start:
        raise BrokenFile(f"The box {kind!r} at byte {start} claims {size} bytes; {end - start} are there.")
    return Box(kind, start, body, start + size)


def walk(data: Readable, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """The boxes that fill `data[start:end]`, one level deep; `BrokenFile` as soon as they do not."""
    stop = len(data) if end is None else end
    count = 0
    while start < stop:
        count += 1
        if count > MOST_BOXES:
            raise BrokenFile(f"More than {MOST_BOXES} boxes stand side by side before byte {start}.")
        found = header(data, start, stop)
        yield found
        start = found.end


def children(data: Readable, parent: Box, skip: int = 0) -> dict[bytes, Box]:
    """The first box of each kind inside `parent`, after `skip` bytes of its own fields."""
    found: dict[bytes, Box] = {}
    for child in walk(data, parent.body + skip, parent.end):
        found.setdefault(child.kind, child)
    return found


def descend(data: Readable, parent: Box, *path: bytes) -> Box:
    """The box reached from `parent` by going into the first box of each kind on `path`."""
    for kind in path:
        inner = children(data, parent).get(kind)
        if inner is None:
            raise BrokenFile(f"The box {parent.kind!r} at byte {parent.start} holds no {kind!r}.")
        parent = inner
    return parent


def read(data: Readable, layout: struct.Struct, at: int, end: int) -> tuple[int, ...]:
    """Numbers of `layout` at byte `at`, which must lie wholly before `end`, else `BrokenFile`."""
    if at < 0 or at + layout.size > min(end, len(data)):
        raise BrokenFile(f"A box ends before its fields do, at byte {at}.")
    return layout.unpack_from(data, at)
