"""The recorder's two clocks and the difference between them.

Owns the reading of time at the edge. Footage is spaced by the monotonic clock and named by the wall clock; the two
differ by an offset that is constant until somebody or something *steps* the wall clock (NTP slewing moves both alike
on Linux). Promises that a step of at least ``STEP_US`` is seen at the next reading. Leaves to the archive to log it.
"""

from __future__ import annotations

import time
from typing import Protocol

STEP_US = 200_000
"""Smaller differences (leap smearing, a first small correction) stay inside the epoch and are not worth a log entry."""


class Clock(Protocol):
    """Where time comes from; tests hand in a simulated one."""

    def mono_us(self) -> int:
        """Microseconds of a clock that never runs backwards; means nothing across a reboot."""

    def wall_us(self) -> int:
        """Microseconds since 1970-01-01 UTC, as the machine believes."""


class SystemClock:
    """The machine's own clocks."""

    def mono_us(self) -> int:
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000

    def wall_us(self) -> int:
        return time.time_ns() // 1000


class SimulatedClock:
    """A clock that moves only when told; ``step`` moves the wall clock alone."""

    def __init__(self, wall_us: int, mono_us: int = 0) -> None:
        self._mono_us = mono_us
        self._offset_us = wall_us - mono_us

    def mono_us(self) -> int:
        return self._mono_us

    def wall_us(self) -> int:
        return self._mono_us + self._offset_us

    def advance(self, by_us: int) -> None:
        """Let time pass."""
        self._mono_us += by_us

    def step(self, by_us: int) -> None:
        """Set the wall clock, as NTP or a hand does."""
        self._offset_us += by_us


def offset_us(clock: Clock) -> int:
    """Wall minus monotonic, read so that being interrupted between the two readings cannot look like a step."""
    best = None
    for _ in range(3):
        before = clock.mono_us()
        wall = clock.wall_us()
        spread = clock.mono_us() - before
        if best is None or spread < best[0]:
            best = (spread, wall - before - spread // 2)
        if spread < 100:
            break
    assert best is not None
    return best[1]


def has_stepped(offset: int, epoch_offset: int) -> bool:
    """Whether the wall clock was set since the epoch whose offset is given."""
    return abs(offset - epoch_offset) >= STEP_US
