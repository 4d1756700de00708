"""What the logs say of each line, by the line: sorted on disk, for a city's log names more lines than memory holds.

Owns the order of lines and the file that they wait in, which has no name and is gone with the process. Promises that
memory does not grow with the lines. Leaves what a line means to `logs` and `checking`.

    NoRoom    the disk does not take the file: that says nothing about any log
"""

import hashlib
import os
import struct
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from heapq import merge
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, NamedTuple, Protocol

Place = tuple[int, int]
"""The generation of a log and the index of an entry in it."""

RUN = 65_536
"""Lines that are sorted in memory at once."""
_RECORD = struct.Struct(">16sIQQ32s")
_ID, _SAID = slice(0, 16), slice(36, None)
#: Records read at once of each run while all are merged.
_BLOCK = 256


class NoRoom(Exception):
    """Lines cannot be sorted for want of a file."""


class Told(NamedTuple):
    """One line as a log names it: its id, the entry, that entry's time in Unix µs, and what `said_of` makes of the
    commitment.
    """

    line: bytes
    place: Place
    at_us: int
    said: bytes


def said_of(commitment: str) -> bytes:
    """A commitment in 32 bytes, whatever stands in its place."""
    return hashlib.sha256(str(commitment).encode()).digest()


def told(line: str, commitment: str, at_us: int, place: Place) -> Told:
    """A line out of an entry. Raises ValueError, TypeError."""
    found = bytes.fromhex(line)
    if len(found) != 16:
        raise ValueError(f"{line} is not the id of a line")
    return Told(found, place, at_us, said_of(commitment))


class _Records(Protocol):
    """In their order: a list, or a file."""

    def __len__(self) -> int: ...
    def __getitem__(self, number: int, /) -> bytes: ...
    def __iter__(self) -> Iterator[bytes]: ...


class Logged:
    """Lines that are added in any order, then `settle`d once, then read by their ids. `close` it."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder`: where the file lies once there are many lines; else, or where nobody may write, in the system's."""
        self._folder = folder if folder is not None and os.access(folder, os.W_OK) else None
        self._run: list[bytes] = []
        self._runs: list[tuple[int, int]] = []
        self._file: _File | None = None
        self._sorted: _Records = []

    def close(self) -> None:
        """Forget everything."""
        self._run, self._runs, self._sorted = [], [], []
        if self._file is not None:
            self._file.close()
            self._file = None

    def add(self, each: Told) -> None:
        """Before `settle`. Raises ValueError where a number is none, or too large; NoRoom."""
        try:
            self._run.append(_RECORD.pack(each.line, *each.place, each.at_us, each.said))
        except struct.error as error:
            raise ValueError(str(error)) from None
        if len(self._run) >= RUN:
            self._put_down()

    def settle(self) -> list[tuple[str, Place]]:
        """Sort. Of a line that stands there again, the first counts; those that say something else then: id and place.

        Raises NoRoom.
        """
        again: list[tuple[str, Place]] = []
        if self._file is None:
            self._sorted, self._run = list(_firsts(sorted(self._run), again)), []
            return again
        self._put_down()
        unsorted, self._file = self._file, _File(self._folder)
        try:
            self._file.extend(_firsts(merge(*(unsorted.part(first, last) for first, last in self._runs)), again))
        finally:
            unsorted.close()
        self._sorted = self._file
        return again

    def __iter__(self) -> Iterator[Told]:
        """By id, each once."""
        return map(_read, self._sorted)

    def get(self, line: bytes) -> Told | None:
        """What the logs say of this one."""
        number = bisect_left(self._sorted, line, key=lambda record: record[_ID])
        found = self._sorted[number] if number < len(self._sorted) else b""
        return _read(found) if found[_ID] == line else None

    def _put_down(self) -> None:
        self._file = self._file or _File(self._folder)
        begin = len(self._file)
        self._file.extend(sorted(self._run))
        self._runs.append((begin, len(self._file)))
        self._run = []


class _File:
    """Records in a file, as a sequence."""

    def __init__(self, folder: Path | None) -> None:
        self._count = 0
        try:
            self._file = TemporaryFile(dir=folder)  # noqa: SIM115 # closed by its owner
        except OSError as error:
            raise NoRoom(str(error)) from error

    def close(self) -> None:
        self._file.close()

    def extend(self, records: Iterable[bytes]) -> None:
        try:
            for record in records:
                self._file.write(record)
                self._count += 1
            self._file.flush()
        except OSError as error:
            raise NoRoom(str(error)) from error

    def part(self, first: int, last: int) -> Iterator[bytes]:
        """The records [first, last)."""
        for number in range(first, last, _BLOCK):
            data = self._read(number, min(_BLOCK, last - number))
            yield from (data[at : at + _RECORD.size] for at in range(0, len(data), _RECORD.size))

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> bytes:
        return self._read(number, 1)

    def __iter__(self) -> Iterator[bytes]:
        return self.part(0, self._count)

    def _read(self, number: int, count: int) -> bytes:
        return os.pread(self._file.fileno(), count * _RECORD.size, number * _RECORD.size)


def beside(rows: Iterable[tuple[Any, ...]], logged: Logged) -> Iterator[tuple[tuple[Any, ...] | None, Told | None]]:
    """Rows that begin with the id of a line, in the order of ids, beside what the logs say; none where one lacks."""
    lines = iter(logged)
    ahead, found = next(lines, None), None
    for row in rows:
        line = row[0].bytes
        while ahead is not None and ahead.line < line:
            yield None, ahead
            ahead = next(lines, None)
        if ahead is not None and ahead.line == line:
            found, ahead = ahead, next(lines, None)
        yield row, found if found is not None and found.line == line else None
    if ahead is not None:
        yield None, ahead
    yield from ((None, each) for each in lines)


def _firsts(records: Iterable[bytes], again: list[tuple[str, Place]]) -> Iterator[bytes]:
    """Sorted records without those of a line that was there before; what contradicts it goes to `again`."""
    first = b""
    for record in records:
        if record[_ID] != first[_ID]:
            first = record
            yield record
        elif record[_SAID] != first[_SAID]:
            again.append((record[_ID].hex(), _read(record).place))


def _read(record: bytes) -> Told:
    line, generation, index, at_us, said = _RECORD.unpack(record)
    return Told(line, (generation, index), at_us, said)
