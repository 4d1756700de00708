"""Which notes of a witness file prove entries earliest, found without reading what was cosigned years before.

Owns the search in the file (FORMAT.md section 4.4), whose records stand in the order in which they were cosigned.
Promises that as much is read as was cosigned over the entries asked for, and no more than some hundred KiB beside that,
however long the file is. Verifies nothing: it is for who packs the notes, since who reads the package verifies.
What cannot be read ends a search. Leaves to others: writing the file (`witness`).
"""

import os
import re
from base64 import b64decode
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from minhbach.ledger import cosignature
from minhbach.ledger.witness import FILE_HEADER

NEAR_BYTES = 1 << 17
"""Within this reading on is as fast as looking further; the longest record is shorter (`note.LONGEST_NOTE_BYTES`)."""
_LINE_BYTES = 1 << 12
_KEY_ID_BYTES = 4
_FOR_EVER_S = 1 << 63
_RECORD = re.compile(rb"cosigned ([1-9][0-9]{0,5})\n")
# No line of a note can be read as this: it has no extension lines, and an origin has no space.
_BEGIN = re.compile(rb"\n" + _RECORD.pattern)


@dataclass(frozen=True, slots=True)
class Times:
    """What is known of a log beforehand, in Unix seconds of cosignatures.

    No note over its first wanted entry was cosigned before `since_s`, and the newest of all at `newest_s`.
    """

    since_s: int = 0
    newest_s: int | None = None


_UNKNOWN = Times()


def covering_notes(
    file: BinaryIO, wanted: Mapping[str, tuple[int, int]], times: Mapping[str, Times] | None = None
) -> dict[str, list[bytes]]:
    """For each log (origin) the notes that prove its entries `first` to `last` earliest.

    That is from the smallest checkpoint over `first` to the smallest over `last`, and the newest of all. A log of which
    no `times` are known is looked for in the whole file. Raises OSError.
    """
    known = times or {}
    return {origin: _covering(file, origin, span, known.get(origin, _UNKNOWN)) for origin, span in wanted.items()}


def _covering(file: BinaryIO, origin: str, span: tuple[int, int], times: Times) -> list[bytes]:
    first, last = span
    until_s = _FOR_EVER_S if times.newest_s is None else times.newest_s
    found: list[bytes] = []
    for size, note in _of_log(file, origin, times.since_s, until_s):
        if size > first:
            found.append(note)
            if size > last:
                break
    newest = deque(_of_log(file, origin, times.newest_s or 0, until_s), maxlen=1)
    return list(dict.fromkeys([*found, *(note for _, note in newest)]))


def _of_log(file: BinaryIO, origin: str, since_s: int, until_s: int) -> Iterator[tuple[int, bytes]]:
    """The tree's size and the note of each record of a log in that time, and of some before it."""
    file.seek(_place(file, since_s))
    for time_s, note in _records(file):
        if time_s > until_s:
            return
        named, size, _ = note.split(b"\n", 2)
        if named == origin.encode():
            yield int(size), note


def _records(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """When each record from here on was cosigned, and its note."""
    while line := file.readline(_LINE_BYTES):
        length = _RECORD.fullmatch(line)
        if length:
            note = file.read(int(length[1]))
            time_s = _time_s(note) if len(note) == int(length[1]) else None
            if time_s is None:
                return
            yield time_s, note
        elif line != FILE_HEADER and not line.startswith(b"key "):
            return


def _place(file: BinaryIO, since_s: int) -> int:
    """Where a record begins that is not far before the first one of this time, or where the file does."""
    low, high = 0, file.seek(0, os.SEEK_END)
    while high - low > NEAR_BYTES:
        middle = (low + high) // 2
        found = _next(file, middle)
        if found is None or found[1] >= since_s:
            high = middle
        else:
            low = found[0]
    return low


def _next(file: BinaryIO, position: int) -> tuple[int, int] | None:
    """Where the next record begins and when it was cosigned; None where none is near."""
    file.seek(position)
    data = file.read(NEAR_BYTES)
    line = _BEGIN.search(data)
    time_s = _time_s(data[line.end() : line.end() + int(line[1])]) if line else None
    return (position + line.start() + 1, time_s) if line and time_s is not None else None


def _time_s(note: bytes) -> int | None:
    """The time in the last line of a note, which is the witness' own."""
    try:
        value = b64decode(note.removesuffix(b"\n").rpartition(b" ")[2], validate=True)
    except ValueError:
        return None
    parts = cosignature.unpack(value[_KEY_ID_BYTES:])
    return parts[0] if parts else None
