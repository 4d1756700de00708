"""A fault from its first sign to its end, however often it comes and goes in between.

Owns the rule that flapping is one fault: what returns before ``quiet_us`` of wellness have passed never ended; and what
returns again and again must be well for twice as long each time, up to half an hour, so that a loose plug is a few
faults a day and not a few hundred. Promises that a fault begins and ends alternately.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LONGEST_QUIET_US = 1_800_000_000
CALM_US = 3_600_000_000
"""What stays away for so long has forgotten that it ever returned."""


@dataclass(slots=True)
class Spell:
    """One kind of fault of one camera. All times are the recorder's monotonic microseconds."""

    quiet_us: int
    since_us: int | None = None
    """When the present fault began; None while there is none."""
    times: int = 0
    """How often it came back within the present fault, its beginning included."""
    _well_since_us: int | None = None
    _returns: int = 0
    _ended_us: int | None = None

    def judge(self, bad: bool, now_us: int) -> Literal["began", "ended"] | None:
        """Take a judgement; say when a fault begins or has ended."""
        if bad:
            returned = self._well_since_us is not None
            self._well_since_us = None
            if self.since_us is None:
                calm = self._ended_us is None or now_us - self._ended_us >= CALM_US
                self._returns = 0 if calm else self._returns + 1
                self.since_us, self.times = now_us, 1
                return "began"
            self.times += returned
            return None
        if self.since_us is None:
            return None
        if self._well_since_us is None:
            self._well_since_us = now_us
        if now_us - self._well_since_us < min(self.quiet_us << min(self._returns, 20), LONGEST_QUIET_US):
            return None
        self.since_us = self._well_since_us = None
        self._ended_us = now_us
        return "ended"
