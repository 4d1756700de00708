"""Where in a log its entries may speak of some time, found without reading the log.

Owns the search. It rests on the law (FORMAT.md section 6): every entry names its clock, so the clocks of a log are a
chain that is walked backwards from its end; between two clocks `at_us` never falls; and a stretch is logged at most
some minutes after it began, or after the clock or the start that came between. Promises, for a log that keeps that law,
that no stretch outside the windows touches the time. For a log that does not, whatever is missed shows: the stretches
of a package have to join, and the audit accuses the log. Leaves to others: what the entries say (`selection`).

Errors: EntryError, TileError: an entry cannot be read or names a clock that is none.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from minhbach.ledger.entry import CLOCK_KINDS, Entry, EntryError, decode

BEFORE_US = 10_000_000
"""A stretch ends at most 5 s after its entry was made (rule 6.10)."""
AFTER_US = 30 * 60_000_000
"""A stretch is logged at most 12 min after its end (rule 6.12), and none is longer than two entries leave open."""


class Entries(Protocol):
    """A log by index."""

    @property
    def size(self) -> int: ...
    def entry(self, index: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Epoch:
    """The entries `start` ≤ index < `end` that were made under one clock entry, which stands at `start`."""

    start: int
    end: int
    clock: Entry
    last_us: int


def epochs(reader: Entries) -> list[Epoch]:
    """All clocks of a log, oldest first; entry 0 opens the log and stands before them."""
    found: list[Epoch] = []
    end = reader.size
    while end > 1:
        last = decode(reader.entry(end - 1))
        start = last["clock"]
        if not 0 < start < end:
            raise EntryError(f"Entry {end - 1} names no clock before it.")
        clock = decode(reader.entry(start))
        if clock["kind"] not in CLOCK_KINDS:
            raise EntryError(f"Entry {end - 1} names entry {start} as its clock, which is none.")
        found.append(Epoch(start, end, clock, last["at_us"]))
        end = start
    return found[::-1]


def windows(reader: Entries, chain: list[Epoch], begin_us: int, end_us: int) -> list[range]:
    """Indices, ascending and apart, outside of which no stretch touches begin ≤ wall < end (µs as labelled)."""
    found: list[range] = []
    for start, end in sorted(
        pair for each in chain for pair in _in(reader, each, begin_us, end_us) if pair[0] < pair[1]
    ):
        if found and start <= found[-1].stop:
            found[-1] = range(found[-1].start, max(end, found[-1].stop))
        else:
            found.append(range(start, end))
    return found


def _in(reader: Entries, epoch: Epoch, begin_us: int, end_us: int) -> Iterator[tuple[int, int]]:
    """What an older clock labelled is logged in the first minutes of the next one, whatever its label says."""

    def first(at_us: int) -> int:
        if at_us <= epoch.clock["at_us"]:
            return epoch.start
        if at_us > epoch.last_us:
            return epoch.end
        return bisect_left(range(epoch.end), at_us, epoch.start, epoch.end, key=lambda at: _at_us(reader, at))

    yield epoch.start, first(epoch.clock["at_us"] + AFTER_US)
    yield first(begin_us - BEFORE_US), first(end_us + AFTER_US)


def _at_us(reader: Entries, index: int) -> int:
    return int(decode(reader.entry(index))["at_us"])
