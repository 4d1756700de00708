"""Which entries of a recorder's logs speak of some streams in a range of time, and what those entries rest on.

Owns one pass over logs, oldest first; of long ones it reads what `seeking` names. Promises that the stretches found of
each stream are unbroken and cover the range whole, or that there is no answer at all. Leaves to others: proofs and
files (`package`), what is approved (`scope`).

Errors: PackageError: the logs do not account for the range, or lack a clock entry that a stretch names.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Protocol

from minhbach.ledger.entry import CLOCK_KINDS, REMOVAL_KINDS, Entry, canonical, decode, log_name
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.seeking import epochs, windows

Place = tuple[str, int]  # log name, index
Stream = tuple[str, str]  # camera, stream
WHOLE = 20_000
"""Up to so many entries a log is read faster than searched."""


class PackageError(LedgerError):
    """This package cannot be built; the sentence says what is missing."""


class EntryReader(Protocol):
    """What of a log is needed; `tiles.LogReader` is one."""

    @property
    def size(self) -> int: ...
    def entries(self, start: int, end: int) -> Iterator[bytes]: ...
    def entry(self, index: int) -> bytes: ...
    def holding(self, markers: Sequence[bytes], start: int, end: int) -> Iterator[tuple[int, bytes]]: ...
    def inclusion_proof(self, index: int, size: int) -> list[bytes]: ...


@dataclass(slots=True)
class _Chain:
    """The unbroken stretches of one stream from the first to the last that touch the range."""

    chosen: list[tuple[Place, Entry]] = field(default_factory=list)
    behind: list[tuple[Place, Entry]] = field(default_factory=list)

    def add(self, place: Place, stretch: Entry, touches: bool) -> None:
        if touches:
            self.chosen += [*self.behind, (place, stretch)]
            self.behind.clear()
        elif self.chosen:
            self.behind.append((place, stretch))

    def covers(self, begin_us: int, end_us: int) -> bool:
        labels = [label for _, each in self.chosen for label in (each["begin_us"], each["end_us"])]
        return bool(labels) and min(labels) <= begin_us and end_us <= max(labels)


class Selection:
    """`scan` each log, oldest first, then `finish`; afterwards `kept` is everything a package of the range holds.

    A stretch belongs when its label touches begin - margin ≤ t < end + margin (µs); only begin to end must be covered.
    A log of more than `whole` entries is searched instead of read.
    """

    def __init__(
        self, streams: Sequence[Stream], begin_us: int, end_us: int, margin_us: int = 0, *, whole: int = WHOLE
    ) -> None:
        self._range_us = begin_us, end_us
        self._wide_us = begin_us - margin_us, end_us + margin_us
        self._needles = [b'"camera":' + canonical(camera) for camera in dict.fromkeys(camera for camera, _ in streams)]
        self._names = [canonical(camera) for camera in dict.fromkeys(camera for camera, _ in streams)]
        self._chains = {stream: _Chain() for stream in streams}
        self._whole = whole
        self._behind: list[tuple[str, EntryReader, int]] = []
        self.kept: dict[Place, Entry] = {}
        self._removals: list[tuple[Place, Entry]] = []
        self._clocks: dict[Place, Entry] = {}

    def scan(self, reader: EntryReader) -> str:
        """Reads one log as far as it matters and returns its origin."""
        opened = decode(reader.entry(0))
        origin = str(opened["origin"])
        name = log_name(origin)
        self.kept[name, 0] = opened
        if reader.size <= self._whole:
            places = [range(reader.size)]
            clocks = {index: decode(data) for index, data in reader.holding(_CLOCKS, 0, reader.size)}
        else:
            chain = epochs(reader)
            places = windows(reader, chain, *self._wide_us)
            clocks = {each.start: each.clock for each in chain}
        self._clocks |= {(name, index): clock for index, clock in clocks.items()}
        self._choose(name, reader, places)
        return origin

    def _choose(self, name: str, reader: EntryReader, places: list[range]) -> None:
        touching = [
            index
            for place in places
            for index, data in enumerate(reader.entries(place.start, place.stop), place.start)
            if self._is_stretch(data) and self._touches(decode(data))
        ]
        begun = any(each.chosen for each in self._chains.values())
        if not touching:
            start = 0 if begun else reader.size
            self._behind += [(name, reader, 0)] if begun else []
        else:
            self._catch_up()
            # Between the first and the last, stretches count that lie outside: a clock may have been set back.
            start, end = 0 if begun else touching[0], touching[-1] + 1
            self._read(name, reader, start, end)
            self._behind.append((name, reader, end))
        for index, data in reader.holding(_REMOVALS, start, reader.size):
            if any(camera in data for camera in self._names):
                self._removals.append(((name, index), decode(data)))

    def _catch_up(self) -> None:
        """Reads what was left out behind the last stretch chosen: another one follows in a later log."""
        for name, reader, start in self._behind:
            self._read(name, reader, start, reader.size)
        self._behind.clear()

    def _read(self, name: str, reader: EntryReader, start: int, end: int) -> None:
        for index, data in enumerate(reader.entries(start, end), start):
            if self._is_stretch(data):
                value = decode(data)
                if (value["camera"], value["stream"]) in self._chains:
                    self._chains[value["camera"], value["stream"]].add((name, index), value, self._touches(value))

    def _is_stretch(self, data: bytes) -> bool:
        # Quotes inside a string are escaped, so these bytes occur nowhere else in canonical JSON.
        return (b'"kind":"segment"' in data or b'"kind":"gap"' in data) and any(each in data for each in self._needles)

    def _touches(self, value: Entry) -> bool:
        if (value["camera"], value["stream"]) not in self._chains:
            return False
        low, high = sorted((value["begin_us"], value["end_us"]))
        return bool(low < self._wide_us[1] and self._wide_us[0] < high)

    def keep_only(self, places: Set[Place]) -> None:
        """Leaves out stretches that stand elsewhere: the margin may have filled since somebody chose."""
        for chain in self._chains.values():
            chain.chosen = [each for each in chain.chosen if each[0] in places]

    def finish(self) -> None:
        """Adds to the stretches what they rest on: clocks and removals."""
        for (camera, stream), chain in self._chains.items():
            if not chain.covers(*self._range_us):
                raise PackageError(f"The log does not account for all of the range of {camera}/{stream}.")
            numbers = sorted({value["number"] for _, value in chain.chosen if value["kind"] == "segment"})
            for place, value in chain.chosen:
                self.kept[place] = value
                for clock in clock_places(place[0], value):
                    self._keep_clock(clock)
            for place, value in self._removals:
                if any(removes(item, camera, stream, numbers) for item in value["segments"]):
                    self.kept[place] = value
                    self._keep_clock((place[0], value["clock"]))

    def stretches(self) -> Iterator[tuple[Place, Entry]]:
        """The segments and gaps found, stream by stream."""
        for chain in self._chains.values():
            yield from chain.chosen

    def removed(self, segment: Entry) -> bool:
        """Whether any removal names this segment."""
        camera, stream, numbers = segment["camera"], segment["stream"], [segment["number"]]
        return any(removes(item, camera, stream, numbers) for _, value in self._removals for item in value["segments"])

    def _keep_clock(self, place: Place) -> None:
        if place not in self._clocks:
            raise PackageError(f"The clock entry {place[1]} of the log {place[0]} is not in the logs given.")
        self.kept[place] = self._clocks[place]


_CLOCKS, _REMOVALS = (
    [b'"kind":"' + kind.encode() + b'"' for kind in sorted(kinds)] for kinds in (CLOCK_KINDS, REMOVAL_KINDS)
)


def clock_places(log: str, value: Entry) -> Iterator[Place]:
    """The clock entries that an entry of this log names: its own, and the one that labels the footage it speaks of."""
    yield log, value["clock"]
    other = value.get("footage_clock") or value.get("begin_clock")
    if other is not None:
        yield other[0], other[1]


def removes(item: list[Any], camera: str, stream: str, numbers: Sequence[int]) -> bool:
    """Whether a range of a removal holds one of these numbers of a stream, in ascending order."""
    at = bisect_left(numbers, item[2]) if item[:2] == [camera, stream] else len(numbers)
    return at < len(numbers) and numbers[at] <= item[3]


def log_order(name: str) -> tuple[int, int]:
    """Sorts the names of one recorder's logs by age: `2026`, `2027`, `2/2027`."""
    part, _, year = name.rpartition("/")
    return int(part or 1), int(year)
