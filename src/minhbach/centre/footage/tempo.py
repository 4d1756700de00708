"""How often one recorder may say one thing, so that a flood of one costs the others nothing.

Owns an allowance for each recorder: so many at once, so many a second after that. Promises that what is above it is
turned away before it is read, and that a flood is told once a minute and not once a message. Leaves what is said to
`collecting`.
"""

from __future__ import annotations

from dataclasses import dataclass

PER_S = 5.0
AT_ONCE = 20.0
"""An honest recorder says a thing once in two seconds, and each once more after every dial."""
FLOOD = 100
"""Turned away since it was told last: more than a clumsy start, fewer than a second of a flood."""
TELL_EVERY_S = 60.0


@dataclass(slots=True)
class _Account:
    left: float = AT_ONCE
    at_s: float = 0.0
    turned_away: int = 0
    told_s: float = float("-inf")


class Tempo:
    """Times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._accounts: dict[str, _Account] = {}

    def admits(self, recorder: str, now_s: float) -> bool:
        """Whether this message may be read."""
        account = self._accounts.setdefault(recorder, _Account(at_s=now_s))
        account.left = min(AT_ONCE, account.left + (now_s - account.at_s) * PER_S)
        account.at_s = now_s
        if account.left < 1:
            account.turned_away += 1
            return False
        account.left -= 1
        return True

    def floods(self, recorder: str, now_s: float) -> bool:
        """Whether it is time to tell that this recorder floods."""
        account = self._accounts[recorder]
        if account.turned_away < FLOOD or now_s - account.told_s < TELL_EVERY_S:
            return False
        account.turned_away, account.told_s = 0, now_s
        return True
