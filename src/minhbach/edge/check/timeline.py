"""What a log says of each stream's time: footage here, a gap with its cause there.

Owns the picture that a check prints: entries in, merged stretches out, wall time as labelled. Pure; knows no files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from minhbach.ledger.entry import REMOVAL_KINDS, Entry

CAUSE_OF_REMOVAL = {"deletion": "deletion", "emergency_deletion": "emergency_deletion", "erasure": "erasure"}


@dataclass(slots=True)
class Stretch:
    """Wall time in µs; ``cause`` empty: footage."""

    begin_us: int
    end_us: int
    cause: str = ""


@dataclass(slots=True)
class Segment:
    """What a check needs of a segment's entry."""

    number: int
    begin_us: int
    end_us: int
    disk: str
    path: str
    size_bytes: int
    sha256: str
    log: str
    index: int
    removed_by: str = ""


@dataclass(slots=True)
class StreamTime:
    """One stream: its segments by number and its gaps, in the order of the log."""

    camera: str
    stream: str
    segments: dict[int, Segment] = field(default_factory=dict)
    gaps: list[Stretch] = field(default_factory=list)

    @property
    def label(self) -> str:
        """``quay-1``, or ``quay-1/sub`` for another than the main stream."""
        return self.camera if self.stream == "main" else f"{self.camera}/{self.stream}"

    def stretches(self) -> list[Stretch]:
        """Footage and gaps by time, neighbours of one kind merged."""
        parts = [Stretch(each.begin_us, each.end_us, each.removed_by) for each in self.segments.values()]
        parts += [gap for gap in self.gaps if gap.end_us > gap.begin_us]
        return list(_merged(sorted(parts, key=lambda part: part.begin_us)))


def _merged(parts: list[Stretch]) -> Iterator[Stretch]:
    current: Stretch | None = None
    for part in parts:
        if current is not None and part.cause == current.cause and part.begin_us <= current.end_us:
            current.end_us = max(current.end_us, part.end_us)
            continue
        if current is not None:
            yield current
        current = Stretch(part.begin_us, part.end_us, part.cause)
    if current is not None:
        yield current


class Collector:
    """Takes the entries of all logs in order."""

    def __init__(self) -> None:
        self.streams: dict[tuple[str, str], StreamTime] = {}

    def take(self, log: str, index: int, entry: Entry) -> None:
        """One entry; kinds that say nothing about footage are passed over."""
        kind = entry["kind"]
        if kind == "segment":
            self._stream(entry["camera"], entry["stream"]).segments[entry["number"]] = Segment(
                entry["number"],
                entry["begin_us"],
                entry["end_us"],
                entry["disk"],
                entry["path"],
                entry["bytes"],
                entry["sha256"],
                log,
                index,
            )
        elif kind == "gap":
            stream = self._stream(entry["camera"], entry["stream"])
            stream.gaps.append(Stretch(entry["begin_us"], entry["end_us"], entry["cause"]))
        elif kind in REMOVAL_KINDS:
            for camera, name, first, last in entry["segments"]:
                self._remove(self._stream(camera, name), first, last, CAUSE_OF_REMOVAL[kind])
        elif kind == "configuration":
            for row in entry["cameras"]:
                self._stream(row["camera"], row["stream"])

    def _stream(self, camera: str, stream: str) -> StreamTime:
        return self.streams.setdefault((camera, stream), StreamTime(camera, stream))

    @staticmethod
    def _remove(stream: StreamTime, first: int, last: int, cause: str) -> None:
        for number in range(first, last + 1):
            segment = stream.segments.get(number)
            if segment is not None:
                segment.removed_by = segment.removed_by or cause
