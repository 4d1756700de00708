"""Where each segment of a stream lies in time, by number, for the retention law.

Owns: the protocol by which `history` asks for the times of sealed segments, and its in-memory form of 24
bytes per segment. Leaves to others: keeping them on disk (the recorder's catalogue may stand in here,
so that a resumed replay need not hold a year in memory) and whether a removal is lawful (`rules`).
"""

from array import array
from collections.abc import Iterator
from typing import NamedTuple, Protocol


class Span(NamedTuple):
    """A sealed segment: its wall time as labelled, and the running time counted at its end."""

    number: int
    begin_us: int
    end_us: int
    end_run_us: int


class Spans(Protocol):
    """Times of sealed segments; numbers of one stream arrive in order and without holes."""

    def add(self, camera: str, stream: str, span: Span) -> None:
        """Remembers a segment that was just logged."""

    def find(self, camera: str, stream: str, first: int, last: int) -> Iterator[Span]:
        """The segments first..last in order; a number that is not known any more is skipped."""

    def forget(self, camera: str, stream: str, first: int, last: int) -> None:
        """All of first..last is removed by now (by this entry or earlier ones) and never asked for again."""


class MemorySpans:
    """Spans in three arrays per stream; a removed beginning is given back to the system."""

    def __init__(self) -> None:
        self._tables: dict[tuple[str, str], _Table] = {}

    def add(self, camera: str, stream: str, span: Span) -> None:
        table = self._tables.get((camera, stream))
        if table is None or span.number != table.first + len(table.begins):
            table = self._tables[camera, stream] = _Table(span.number)
        table.begins.append(span.begin_us)
        table.ends.append(span.end_us)
        table.runs.append(span.end_run_us)

    def find(self, camera: str, stream: str, first: int, last: int) -> Iterator[Span]:
        table = self._tables.get((camera, stream))
        if table is None:
            return
        start = table.first
        for at in range(max(0, first - start), min(len(table.begins), last - start + 1)):
            yield Span(start + at, table.begins[at], table.ends[at], table.runs[at])

    def forget(self, camera: str, stream: str, first: int, last: int) -> None:
        table = self._tables.get((camera, stream))
        if table is not None and first <= table.first <= last:
            count = min(last + 1 - table.first, len(table.begins))
            for column in (table.begins, table.ends, table.runs):
                del column[:count]
            table.first += count


class _Table:
    def __init__(self, first: int) -> None:
        self.first = first
        self.begins, self.ends, self.runs = array("q"), array("q"), array("q")
