"""How much may be on its way to one page.

Owns the reckoning of a line from the two things that are known of it: when a message left, and when the page said that
it had it. Promises that what is on its way takes the line about ``AT_ONCE_S``, however narrow it is and whatever
buffers lie between, and that a line which proves quick is soon not held back at all. Does no I/O: ``now_s`` is any
clock that never goes back. Leaves to ``outbox`` what is sent next, and what never is.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

FIRST_BYTES = 128 << 10
"""Before anything is known. A quick line has doubled it a few times before anybody notices."""
LEAST_BYTES, MOST_BYTES = 8 << 10, 16 << 20
AT_ONCE_S = 0.4
LATE_S = 0.5
"""Longer than at best by so much: something has piled up on the way."""
SILENT_S = 1.0
"""A page that has not said for so long that it has anything gets nothing more."""
RATE_OVER_S = 1.0
LEAST_OVER_S = 0.05
BEST_OF_S = 60.0
"""A way that has become longer for good is, from then on, as long as it is."""


@dataclass(frozen=True, slots=True)
class _Sent:
    at_s: float
    size: int


class Way:
    """``sent`` what left, ``got`` how many the page has; ``open`` tells whether the next may leave."""

    def __init__(self) -> None:
        self.least_bytes = LEAST_BYTES
        """So much may always be on its way: a page that is slow itself must not be taken for a narrow line for good."""
        self._window = FIRST_BYTES
        self._on_it: deque[_Sent] = deque()
        self._bytes = 0
        self._count = 0
        self._arrived = 0
        self._arrivals: deque[tuple[float, int]] = deque()
        self._best_s: list[float] = []
        self._best_since_s = 0.0
        self._held_back = False
        self._piled_up = False

    def open(self, now_s: float, *, hurried: bool = True) -> bool:
        """Whether the next message may leave; ``hurried``: it is worth less the longer it is on its way."""
        if not self._on_it:
            return True
        if now_s - self._on_it[0].at_s - self._best > SILENT_S:
            return False
        if hurried and self._bytes >= max(self._window, self.least_bytes):
            self._held_back = True
            return False
        return True

    def sent(self, size: int, now_s: float) -> None:
        """A message left."""
        if not self._on_it:
            self._arrivals.clear()
            self._arrivals.append((now_s, self._arrived))
        self._on_it.append(_Sent(now_s, size))
        self._bytes += size

    def got(self, count: int, now_s: float) -> None:
        """How many messages the page has had in all; who claims more than were sent gains nothing."""
        arrived, newest_s = 0, 0.0
        while self._on_it and self._count < count:
            sent = self._on_it.popleft()
            self._count += 1
            arrived, newest_s = arrived + sent.size, sent.at_s
        if arrived:
            self._bytes -= arrived
            self._arrived += arrived
            self._arrivals.append((now_s, self._arrived))
            while now_s - self._arrivals[0][0] > RATE_OVER_S and len(self._arrivals) > 2:
                self._arrivals.popleft()
            self._judge(arrived, now_s - newest_s, now_s)

    def _judge(self, arrived: int, took_s: float, now_s: float) -> None:
        self._learn_best(took_s, now_s)
        more_s = took_s - self._best
        if more_s > LATE_S:
            self._piled_up, self._held_back = True, False
            self._window = max(LEAST_BYTES, min(self._window, int(self._rate * (AT_ONCE_S + self._best))))
        elif self._held_back and more_s < LATE_S / 2:
            # Twice as much each time while nothing has ever piled up, then with more care.
            self._held_back = False
            self._window = min(MOST_BYTES, self._window + (arrived // 2 if self._piled_up else arrived))

    @property
    def _rate(self) -> float:
        """Bytes a second that arrived while there was always something under way."""
        (since_s, before), (until_s, after) = self._arrivals[0], self._arrivals[-1]
        return (after - before) / max(until_s - since_s, LEAST_OVER_S)

    @property
    def _best(self) -> float:
        return min(self._best_s, default=0.0)

    def _learn_best(self, took_s: float, now_s: float) -> None:
        if not self._best_s or now_s - self._best_since_s > BEST_OF_S:
            self._best_s = [took_s, *self._best_s[:1]]
            self._best_since_s = now_s
        self._best_s[0] = min(self._best_s[0], took_s)
