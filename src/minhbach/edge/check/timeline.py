"""What a log says of each stream's time: footage here, a gap with its cause there.

Owns the picture that a check prints: entries in, merged stretches out, wall time as labelled. Needs 32 bytes per
segment, so that years fit into a small machine's memory. Pure; knows no files.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field

from minhbach.ledger.entry import REMOVAL_KINDS, Entry

_UNREAD = -1

Name = tuple[str, str, int]
"""Camera, stream, number: one segment."""


@dataclass(slots=True)
class Stretch:
    """Wall time in µs; ``cause`` empty: footage."""

    begin_us: int
    end_us: int
    cause: str = ""


class Removals:
    """Which segments were removed, by which kind of entry. Call ``settle`` behind the last."""

    def __init__(self) -> None:
        self._ranges: dict[tuple[str, str], list[tuple[int, int, str]]] = {}

    def add(self, entry: Entry) -> None:
        """A removal; of two over one segment the first counts."""
        for camera, stream, first, last in entry["segments"]:
            self._ranges.setdefault((camera, stream), []).append((first, last, entry["kind"]))

    def settle(self) -> None:
        """No more will come: ``kind`` may be asked."""
        self._ranges = {key: list(_disjoint(ranges)) for key, ranges in self._ranges.items()}

    def kind(self, camera: str, stream: str, number: int) -> str:
        """The kind of entry that removed a segment; empty for one that should be here."""
        ranges = self._ranges.get((camera, stream))
        if not ranges:
            return ""
        at = bisect_right(ranges, number, key=lambda item: item[0]) - 1
        return ranges[at][2] if at >= 0 and number <= ranges[at][1] else ""


@dataclass(slots=True)
class StreamTime:
    """One stream: when its segments are, and its gaps, in the order of the log."""

    camera: str
    stream: str
    gaps: list[Stretch] = field(default_factory=list)
    _numbers: array[int] = field(default_factory=lambda: array("q"))
    _begins: array[int] = field(default_factory=lambda: array("q"))
    _ends: array[int] = field(default_factory=lambda: array("q"))

    def add(self, entry: Entry) -> None:
        """A sealed segment."""
        self._numbers.append(entry["number"])
        self._begins.append(entry["begin_us"])
        self._ends.append(entry["end_us"])

    def timeline(self, removals: Removals, missing: Set[Name]) -> Timeline:
        """Footage and gaps by time, neighbours of one kind merged. ``missing``: footage whose file is not there."""

        def cause(number: int) -> str:
            gone = missing and (self.camera, self.stream, number) in missing
            return "file_missing" if gone else removals.kind(self.camera, self.stream, number)

        footage = merged(
            Stretch(begin_us, end_us, cause(number))
            for number, begin_us, end_us in zip(self._numbers, self._begins, self._ends, strict=True)
        )
        gaps = (Stretch(gap.begin_us, gap.end_us, gap.cause) for gap in self.gaps if gap.end_us > gap.begin_us)
        parts = sorted([*footage, *gaps], key=lambda part: part.begin_us)
        return Timeline(label(self.camera, self.stream), list(merged(parts)))


@dataclass(frozen=True, slots=True)
class Timeline:
    """A stream as people name it, and its time."""

    label: str
    stretches: list[Stretch]

    @property
    def coverage(self) -> list[Stretch]:
        return [each for each in self.stretches if not each.cause]

    @property
    def gaps(self) -> list[Stretch]:
        return [each for each in self.stretches if each.cause]

    @property
    def footage_us(self) -> int:
        """How much footage there is."""
        return sum(each.end_us - each.begin_us for each in self.coverage)


def label(camera: str, stream: str | None) -> str:
    """How people name a stream: its camera, and which stream when that is not the main one."""
    return camera if stream in (None, "main") else f"{camera}/{stream}"


def merged(parts: Iterable[Stretch]) -> Iterator[Stretch]:
    """Neighbours of one cause that touch as one."""
    current: Stretch | None = None
    for part in parts:
        if current is not None and part.cause == current.cause and current.begin_us <= part.begin_us <= current.end_us:
            current.end_us = max(current.end_us, part.end_us)
            continue
        if current is not None:
            yield current
        current = Stretch(part.begin_us, part.end_us, part.cause)
    if current is not None:
        yield current


def _disjoint(ranges: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Ranges by number without overlap."""
    after = -1
    for first, last, kind in sorted(ranges, key=lambda item: item[:2]):
        if last > after:
            yield max(first, after + 1), last, kind
            after = last


class Collector:
    """Takes the entries of all logs in order."""

    def __init__(self) -> None:
        self.streams: dict[tuple[str, str], StreamTime] = {}
        self.removals = Removals()
        self.segments = 0
        self.bytes = 0
        self._times: dict[str, array[int]] = {}

    def take(self, log: str, index: int, entry: Entry) -> None:
        """One entry; kinds that say nothing about footage only tell the time."""
        kind = entry["kind"]
        self._note_time(log, index, entry["at_us"])
        if kind == "segment":
            self._stream(entry["camera"], entry["stream"]).add(entry)
            self.segments += 1
            self.bytes += entry["bytes"]
        elif kind == "gap":
            stream = self._stream(entry["camera"], entry["stream"])
            stream.gaps.append(Stretch(entry["begin_us"], entry["end_us"], entry["cause"]))
        elif kind in REMOVAL_KINDS:
            self.removals.add(entry)
        elif kind == "configuration":
            for row in entry["cameras"]:
                self._stream(row["camera"], row["stream"])

    def timelines(self, missing: Set[Name]) -> list[Timeline]:
        """One for each stream, in the order in which the log first names them."""
        return [stream.timeline(self.removals, missing) for stream in self.streams.values()]

    def between(self, log: str, first: int, last: int) -> tuple[int, int] | None:
        """When the entries ``first`` to ``last`` were made: wall time (µs) of the readable ones around them."""
        times = self._times.get(log)
        if not times or first < 0:
            return None
        before = next((times[at] for at in range(min(first, len(times)) - 1, -1, -1) if times[at] >= 0), -1)
        after = next((times[at] for at in range(max(last, 0), len(times)) if times[at] >= 0), before)
        begin_us = after if before < 0 else before
        return (begin_us, max(begin_us, after)) if begin_us >= 0 else None

    def made_us(self, log: str, index: int) -> int | None:
        """When an entry was made, None when that cannot be read."""
        times = self._times.get(log, array("q"))
        return times[index] if 0 <= index < len(times) and times[index] >= 0 else None

    def _note_time(self, log: str, index: int, at_us: int) -> None:
        times = self._times.setdefault(log, array("q"))
        if index >= len(times):
            times.extend([_UNREAD] * (index - len(times)))
            times.append(at_us)

    def _stream(self, camera: str, stream: str) -> StreamTime:
        return self.streams.setdefault((camera, stream), StreamTime(camera, stream))
