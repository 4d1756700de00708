"""What was odd about a stream, and the bytes nobody understood.

Owns two bounded memories of one camera session: counted notes (a kind is remembered with its first and last packet,
a repeat only raises a number, so a camera that misbehaves a thousand times a second costs one row) and the side log
of raw bytes that fit nowhere. Promises that neither grows without limit: beyond ``MOST_KINDS`` kinds and
``SIDE_LOG_BYTES`` bytes only the counts go on. Leaves to ``archive`` what is written down and to ``health`` what
deserves an alarm.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

MOST_KINDS = 256
SIDE_LOG_BYTES = 256 * 1024
LONGEST_ENTRY_BYTES = 2048


@dataclass(slots=True)
class Note:
    """One kind of oddity of one track: how often, how many bytes, and the packets it began and was last seen with.

    ``sequence`` and ``timestamp`` are the RTP fields as sent; arrivals are microseconds of the monotonic clock.
    """

    kind: str
    track: str
    count: int
    size_bytes: int
    first_sequence: int
    last_sequence: int
    first_timestamp: int
    last_timestamp: int
    first_arrival_us: int
    last_arrival_us: int


@dataclass(frozen=True, slots=True)
class Scrap:
    """Bytes that could not be used, as received, cut at ``LONGEST_ENTRY_BYTES``; ``size_bytes`` is the whole length."""

    kind: str
    track: str
    sequence: int
    timestamp: int
    arrival_us: int
    size_bytes: int
    data: bytes


class Notes:
    """The notes and the side log of one session."""

    def __init__(self) -> None:
        self._notes: dict[tuple[str, str], Note] = {}
        self._fresh: dict[tuple[str, str], int] = {}
        self._scraps: deque[Scrap] = deque()
        self._scrap_bytes = 0

    def count(
        self,
        kind: str,
        track: str,
        sequence: int,
        timestamp: int,
        arrival_us: int,
        *,
        number: int = 1,
        size_bytes: int = 0,
    ) -> None:
        """One more (or ``number`` more) of this kind."""
        key = (track, kind)
        note = self._notes.get(key)
        if note is None:
            if len(self._notes) >= MOST_KINDS:
                key = ("", "other")
            note = self._notes.setdefault(
                key, Note(key[1], key[0], 0, 0, sequence, sequence, timestamp, timestamp, arrival_us, arrival_us)
            )
        note.count += number
        note.size_bytes += size_bytes
        note.last_sequence, note.last_timestamp, note.last_arrival_us = sequence, timestamp, arrival_us
        self._fresh[key] = self._fresh.get(key, 0) + number

    def keep(
        self,
        kind: str,
        track: str,
        sequence: int,
        timestamp: int,
        arrival_us: int,
        data: bytes | bytearray | memoryview,
    ) -> None:
        """Count the kind and put the bytes into the side log while there is room."""
        self.count(kind, track, sequence, timestamp, arrival_us, size_bytes=len(data))
        kept = bytes(data[:LONGEST_ENTRY_BYTES])
        if self._scrap_bytes + len(kept) <= SIDE_LOG_BYTES:
            self._scraps.append(Scrap(kind, track, sequence, timestamp, arrival_us, len(data), kept))
            self._scrap_bytes += len(kept) + 64

    def all(self) -> list[Note]:
        """Every note since the session began, oldest kind first."""
        return list(self._notes.values())

    def number(self, kind: str, track: str | None = None) -> int:
        """How often a kind was seen, on one track or on all."""
        return sum(n.count for n in self._notes.values() if n.kind == kind and track in (None, n.track))

    def take_counts(self, track: str) -> dict[str, int]:
        """What came new on a track since the last call, kind → count: the ``notes`` of a segment's log entry."""
        keys = [key for key in self._fresh if key[0] == track]
        return {key[1]: self._fresh.pop(key) for key in keys}

    def drain_side_log(self) -> list[Scrap]:
        """The raw bytes kept since the last call; makes room for more."""
        scraps = list(self._scraps)
        self._scraps.clear()
        self._scrap_bytes = 0
        return scraps
