"""How much of the recorder's one thread a single camera may take.

Owns the rule by which a flood is told from a busy moment: a fifth of each tick for good, with half a second of credit.
A camera of 25 Mbit/s takes less than a hundredth; a million tiny packets a second would take all there is.
"""

from __future__ import annotations

SHARE_US = 20_000
"""Of a tick of a tenth of a second. A tick that floods have made longer earns nobody more, or many of them together
would hide each other.
"""
CREDIT_US = 500_000


class Load:
    """The account of one camera; all times are microseconds."""

    def __init__(self) -> None:
        self._debt_us = 0

    def spend(self, spent_us: int) -> None:
        """Book what the camera took between two ticks, because somebody watches it: that earns it no credit."""
        self._debt_us += spent_us

    def exceeds(self, spent_us: int) -> bool:
        """Book the processor time that the camera took in this tick; true (and forgiven) when it is a flood."""
        self._debt_us = max(0, self._debt_us + spent_us - SHARE_US)
        if self._debt_us <= CREDIT_US:
            return False
        self._debt_us = 0
        return True
