"""A fault from its first sign to its end, however often it comes and goes in between.

Owns the rule that flapping is one fault: what returns before ``quiet_us`` of wellness have passed never ended. Promises
that a fault begins and ends alternately, and that its times are those of the change, not of the decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(slots=True)
class Spell:
    """One kind of fault of one camera. All times are the recorder's monotonic microseconds."""

    quiet_us: int
    since_us: int | None = None
    """When the present fault began; None while there is none."""
    times: int = 0
    """How often it came back within the present fault, its beginning included."""
    _well_since_us: int | None = None

    def judge(self, bad: bool, now_us: int) -> Literal["began", "ended"] | None:
        """Take a judgement; say when a fault begins or has ended."""
        if bad:
            returned = self._well_since_us is not None
            self._well_since_us = None
            if self.since_us is None:
                self.since_us, self.times = now_us, 1
                return "began"
            self.times += returned
            return None
        if self.since_us is None:
            return None
        if self._well_since_us is None:
            self._well_since_us = now_us
        if now_us - self._well_since_us < self.quiet_us:
            return None
        self.since_us = self._well_since_us = None
        return "ended"
