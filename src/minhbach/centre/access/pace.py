"""How fast one person, or one address of somebody who is not signed in, may ask. No I/O; kept in memory alone.

Addresses have a class by what an answer costs and gives away: *looking up* (a search, a scanned receipt: each answer
tells whether something exists), *taking* (papers, tables and packages that leave), *changing*, and everything else. The
limits are far above what people do and far below what a program does. Nothing here locks anybody out: a minute later
it begins anew.
"""

import threading
from collections.abc import Callable
from enum import Enum

from minhbach.centre.words import Words

WINDOW_S = 60.0
MOST_KNOWN = 20_000
"""Askers that are remembered; of more, those whose minute is over are forgotten."""
TOO_FAST = Words(
    "Yêu cầu đến quá nhanh. Hãy đợi {n} giây rồi thử lại.", "Requests come too fast. Wait {n} seconds, then try again."
)
_TAKEN = (".pdf", ".csv", ".zip", ".xlsx", ".mbp")


class Cost(Enum):
    """A class of addresses, with how often a minute one person may ask."""

    READING = ("reading", 1200)
    CHANGING = ("changing", 900)  # every page that shows footage asks for its lease anew fifteen times a minute
    LOOKING_UP = ("looking_up", 120)
    TAKING = ("taking", 60)

    @property
    def most(self) -> int:
        """Requests in a minute."""
        return self.value[1]


def cost_of(route: str, *, reading: bool) -> Cost:
    """The class of an address that is listed without one."""
    if route.endswith(_TAKEN):
        return Cost.TAKING
    return Cost.READING if reading else Cost.CHANGING


class Pace:
    """Counts. For many threads of one process."""

    def __init__(self, clock_s: Callable[[], float]) -> None:
        self._clock_s = clock_s
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, Cost], tuple[float, int]] = {}

    def wait_s(self, who: str, cost: Cost) -> tuple[float, bool]:
        """How long to wait, 0 to go ahead; and whether this is the first time in the minute that they are told so."""
        now_s = self._clock_s()
        with self._lock:
            if len(self._seen) >= MOST_KNOWN:
                self._forget(now_s)
            begun_s, count = self._seen.get((who, cost), (now_s, 0))
            if now_s - begun_s >= WINDOW_S:
                begun_s, count = now_s, 0
            self._seen[who, cost] = begun_s, count + 1
        if count < cost.most:
            return 0.0, False
        return max(begun_s + WINDOW_S - now_s, 1.0), count == cost.most

    def clear(self) -> None:
        """Forget everybody."""
        with self._lock:
            self._seen.clear()

    def _forget(self, now_s: float) -> None:
        self._seen = {key: seen for key, seen in self._seen.items() if now_s - seen[0] < WINDOW_S}
        if len(self._seen) >= MOST_KNOWN:
            # So many within a minute are no people: whoever asks most goes on being counted.
            kept = sorted(self._seen.items(), key=lambda item: item[1][1], reverse=True)[: MOST_KNOWN // 2]
            self._seen = dict(kept)
