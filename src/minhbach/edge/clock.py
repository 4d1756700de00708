"""The recorder's two clocks and the difference between them.

Owns the reading of time at the edge. Footage is spaced by the monotonic clock and named by the wall clock; the two
differ by an offset that is constant until somebody or something *steps* the wall clock (NTP slewing moves both alike
on Linux). Promises that a step of at least ``STEP_US`` is seen at the next reading. Leaves to the archive to log it.
"""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Protocol

STEP_US = 200_000
"""Smaller differences (leap smearing, a first small correction) stay inside the epoch and are not worth a log entry."""
_READINGS = 5
_CLOSE_US = 100


class Clock(Protocol):
    """Where time comes from; tests hand in a simulated one."""

    def mono_us(self) -> int:
        """Microseconds of a clock that never runs backwards; means nothing across a reboot."""

    def wall_us(self) -> int:
        """Microseconds since 1970-01-01 UTC, as the machine believes."""

    def boot(self) -> str:
        """The boot (32 hex digits) in which ``mono_us`` means one line of time."""


class SystemClock:
    """The machine's own clocks."""

    def __init__(self) -> None:
        self._boot = _kernel_boot()

    def mono_us(self) -> int:
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000

    def wall_us(self) -> int:
        return time.time_ns() // 1000

    def boot(self) -> str:
        return self._boot


class SimulatedClock:
    """A clock that moves only when told; ``step`` moves the wall clock alone. Another one is another boot."""

    def __init__(self, wall_us: int, mono_us: int = 0) -> None:
        self._mono_us = mono_us
        self._offset_us = wall_us - mono_us
        self._boot = secrets.token_hex(16)

    def mono_us(self) -> int:
        return self._mono_us

    def wall_us(self) -> int:
        return self._mono_us + self._offset_us

    def boot(self) -> str:
        return self._boot

    def advance(self, by_us: int) -> None:
        """Let time pass."""
        self._mono_us += by_us

    def step(self, by_us: int) -> None:
        """Set the wall clock, as NTP or a hand does."""
        self._offset_us += by_us


def _kernel_boot() -> str:
    """Linux's name of this boot; where there is none, each start of the recorder counts as a boot of its own."""
    try:
        name = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip().replace("-", "")
    except (OSError, UnicodeDecodeError):
        name = ""
    return name if len(name) == 32 and set(name) <= set("0123456789abcdef") else secrets.token_hex(16)


def offset_us(clock: Clock) -> int:
    """Wall minus monotonic, read so that being interrupted between the two readings cannot look like a step."""
    best_us, offset = 1 << 62, 0
    for _ in range(_READINGS):
        before_us = clock.mono_us()
        wall_us = clock.wall_us()
        spread_us = clock.mono_us() - before_us
        if spread_us < best_us:
            best_us, offset = spread_us, wall_us - before_us - spread_us // 2
        if spread_us < _CLOSE_US:
            break
    return offset


def has_stepped(offset: int, epoch_offset: int) -> bool:
    """Whether the wall clock was set since the epoch whose offset is given."""
    return abs(offset - epoch_offset) >= STEP_US
