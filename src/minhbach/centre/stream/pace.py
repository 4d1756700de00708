"""How far playback may run ahead of whoever watches.

Owns the position of one page's playback, as the server reckons it: a page that says it plays at double speed moves two
seconds a second and not faster, whatever it says next. Promises that no footage is due more than ``AHEAD_S`` of
watching before its time, and that jumping about does not fetch a day: each answer is paid from an account that fills at
eight times real time. ``now`` is an argument; no I/O.
"""

from __future__ import annotations

from dataclasses import dataclass

AHEAD_S = 8.0
"""Below the ten seconds after which a right that was taken away may have no effect any more."""
STILL_AHEAD_S = 3.0
"""While it pauses: enough to step through."""
ACCOUNT_S = 240.0
REFILL = 8.0
"""Twice what the fastest playback with all pictures takes."""
KEYS_WEIGH = 0.125
KEYS_ABOVE = 4.0
"""Faster than this only key frames are sent."""
SOUND_UP_TO = 2.0


@dataclass(slots=True)
class Pace:
    """``at_us`` was reached at ``since_s`` on the loop's clock."""

    at_us: int
    speed: float
    playing: bool
    since_s: float
    _account_s: float = ACCOUNT_S
    _booked_s: float = 0.0

    def position_us(self, now_s: float) -> int:
        """Where the page should be by now."""
        moved_s = (now_s - self.since_s) * self.speed if self.playing else 0.0
        return self.at_us + int(moved_s * 1e6)

    def jump(self, at_us: int, speed: float, playing: bool, now_s: float) -> None:
        """The page jumps."""
        self.at_us, self.speed, self.playing, self.since_s = at_us, speed, playing, now_s

    def report(self, at_us: int, speed: float, playing: bool, now_s: float) -> None:
        """The page says where it is: it may be behind what was reckoned, never ahead of it."""
        self.jump(min(at_us, self.position_us(now_s)), speed, playing, now_s)

    def limit_us(self, now_s: float) -> int:
        """Footage may be sent up to here."""
        ahead_s = AHEAD_S * max(1.0, self.speed) if self.playing else STILL_AHEAD_S
        return self.position_us(now_s) + int(ahead_s * 1e6)

    @property
    def keys(self) -> bool:
        """Whether only key frames are sent."""
        return self.speed > KEYS_ABOVE

    @property
    def sounds(self) -> bool:
        """Whether sound makes sense at this speed."""
        return self.speed <= SOUND_UP_TO

    def pay(self, footage_s: float, now_s: float) -> float:
        """Book an answer (of one tile: a share of it where there are more); returns how long nothing may be asked."""
        self._account_s = min(ACCOUNT_S, self._account_s + (now_s - self._booked_s) * REFILL)
        self._booked_s = now_s
        self._account_s -= footage_s * (KEYS_WEIGH if self.keys else 1.0)
        return max(0.0, -self._account_s / REFILL)
