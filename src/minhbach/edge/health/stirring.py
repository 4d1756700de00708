"""Whether anything stirred at a camera, quarter hour by quarter hour: counts, and nothing of what or who it was.

Owns the counting of what was seen to move and of what was heard. Promises that only what could be judged counts: the
caller hands in no look at a picture that is at fault, and a microphone that is dead heard nothing and was no window.
Leaves what the counts mean to the centre. A quarter hour is one of the recorder's monotonic clock, the same for all of
its cameras; it is over when something is counted after it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from minhbach.edge.health import thresholds
from minhbach.protocol.health import MOST_QUARTERS, QUARTER_US, Quarter

HEARD_RMS = 0.00316
"""-50 dBFS over ten seconds: a microphone alone in a quiet room is at -60, one second of talk across a counter lifts
ten seconds to -45 and more. A fan that is louder counts as heard: then nothing is said of the room."""


@dataclass(slots=True)
class Stirring:
    """One camera's counts. Times are monotonic."""

    _over: deque[Quarter] = field(default_factory=lambda: deque(maxlen=MOST_QUARTERS))
    _begin_us: int | None = None
    _counts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """The newest that are over; ``begin_us`` is monotonic."""
        return tuple(self._over)

    def looked(self, movement: int, now_us: int) -> None:
        """A picture was compared with the last one; ``movement``: blocks in which something moved."""
        self._count(0, movement > thresholds.MOST_MOVEMENT, now_us)

    def listened(self, rms: float, now_us: int) -> None:
        """A window of sound was measured."""
        if rms >= thresholds.SILENT_RMS:
            self._count(2, rms >= HEARD_RMS, now_us)

    def _count(self, place: int, stirred: bool, now_us: int) -> None:
        begin_us = now_us - now_us % QUARTER_US
        if begin_us != self._begin_us:
            if self._begin_us is not None:
                self._over.append(Quarter(self._begin_us, *self._counts))
            self._begin_us, self._counts = begin_us, [0, 0, 0, 0]
        self._counts[place] += 1
        self._counts[place + 1] += stirred
