"""What waits to be sent to one page.

Owns one bounded queue between everything that has something for a page and the one writer to its WebSocket, and the
account of what was served. Promises that a page which reads too slowly loses whole groups of live pictures, tile by
tile, and nothing else: texts and playback, which is paced anyway, are never dropped; and that a newer group of pictures
does not queue up behind an older one that is late. How much may be on its way is asked of ``way``: behind a slow line
every buffer of every machine would fill, and a live picture would be half a minute old before anybody noticed.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import dataclass
from typing import Literal

from minhbach.centre.stream.way import AT_ONCE_S, LEAST_BYTES, Way
from minhbach.protocol.footage import Served, ServedSpan, Track

MOST_LIVE_BYTES = 4 << 20
MOST_LIVE_AGE_S = 1.5
"""A live picture that has waited longer is none."""
OVERTAKEN_S = 0.5
"""What has waited longer when the next key frame comes is let go of: showing it would only make that one late."""
DEMAND_OVER_S = 2.0
JOIN_US = 3_000_000
"""Served stretches that are no further apart are one."""


@dataclass(slots=True)
class _Waiting:
    data: bytes | str
    kind: Literal["kept", "live", "played"] = "kept"
    tile: int = 0
    since_s: float = 0.0


class Outbox:
    """``put`` anything; ``take`` the next for the wire; ``got`` what the page says it has."""

    def __init__(self) -> None:
        self.dropped = 0
        self.lost: Counter[int] = Counter()
        """How often each tile lost what waited of a group of pictures."""
        self._queue: deque[_Waiting] = deque()
        self._live_bytes = 0
        self._choked: set[int] = set()
        self._wake = asyncio.Event()
        self._way = Way()
        self._demand_bytes = 0
        self._demand_since_s = 0.0
        self._served: dict[tuple[str, Track], list[tuple[int, int]]] = {}
        self._served_bytes = 0

    def put(self, data: bytes | str) -> None:
        """Something that is never dropped."""
        self._queue.append(_Waiting(data))
        self._wake.set()

    def put_played(self, data: bytes) -> None:
        """Recorded footage, which is void with the next jump."""
        self._queue.append(_Waiting(data, "played"))
        self._wake.set()

    def put_live(self, tile: int, data: bytes, *, key: bool) -> bool:
        """A live fragment; false when it is dropped, until the tile's next key frame that finds room."""
        now_s = asyncio.get_running_loop().time()
        self._learn_demand(len(data), now_s)
        if key and now_s - self._oldest_s(now_s, tile) > OVERTAKEN_S:
            self._drop(tile)
        if self._live_bytes > MOST_LIVE_BYTES or now_s - self._oldest_s(now_s) > MOST_LIVE_AGE_S:
            self._choke(tile)
        elif key:
            self._choked.discard(tile)
        if tile in self._choked:
            self.dropped += 1
            return False
        self._queue.append(_Waiting(data, "live", tile, now_s))
        self._live_bytes += len(data)
        self._wake.set()
        return True

    def forget_live(self, tile: int | None = None) -> None:
        """What waits for a tile, or for all, is void."""
        kept = deque(each for each in self._queue if each.kind != "live" or tile not in (None, each.tile))
        self._queue = kept
        self._live_bytes = sum(len(each.data) for each in kept if each.kind == "live")

    def forget_played(self) -> None:
        """The page has jumped."""
        self._queue = deque(each for each in self._queue if each.kind != "played")

    def got(self, count: int) -> None:
        """How many binary messages the page has had; who claims more than were sent gains nothing."""
        self._way.got(count, asyncio.get_running_loop().time())
        self._wake.set()

    async def take(self) -> bytes | str:
        """Wait for the next message, and until the page keeps up."""
        loop = asyncio.get_running_loop()
        while not self._queue or not self._way.open(loop.time(), hurried=self._queue[0].kind != "played"):
            self._wake.clear()
            await self._wake.wait()
        waiting = self._queue.popleft()
        if waiting.kind == "live":
            self._live_bytes -= len(waiting.data)
        if isinstance(waiting.data, bytes):
            self._way.sent(len(waiting.data), loop.time())
        return waiting.data

    @property
    def waiting(self) -> int:
        """How many messages wait."""
        return len(self._queue)

    def served(self, camera: str, track: Track, begin_us: int, end_us: int, size: int) -> None:
        """Note what was put on its way."""
        spans = self._served.setdefault((camera, track), [])
        if spans and spans[-1][0] <= begin_us <= spans[-1][1] + JOIN_US:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end_us))
        else:
            spans.append((begin_us, end_us))
        self._served_bytes += size

    def report(self, viewing: str, now_us: int) -> Served | None:
        """What was served since the last report; None for nothing."""
        if not self._served:
            return None
        spans = tuple(
            ServedSpan(camera, track, begin_us, max(end_us, begin_us + 1))
            for (camera, track), found in self._served.items()
            for begin_us, end_us in found[-50:]
        )
        report = Served(viewing, now_us, self._served_bytes, spans)
        self._served, self._served_bytes = {}, 0
        return report

    def _learn_demand(self, size: int, now_s: float) -> None:
        """How much the live pictures need a second."""
        over_s = now_s - self._demand_since_s
        if over_s > DEMAND_OVER_S:
            needed = self._demand_bytes / over_s if over_s < 2 * DEMAND_OVER_S else 0.0
            self._way.least_bytes = max(LEAST_BYTES, int(needed * AT_ONCE_S))
            self._demand_bytes, self._demand_since_s = 0, now_s
        self._demand_bytes += size

    def _oldest_s(self, now_s: float, tile: int | None = None) -> float:
        """Since when something live waits, of a tile or of any."""
        found = (each.since_s for each in self._queue if each.kind == "live" and tile in (None, each.tile))
        return next(found, now_s)

    def _choke(self, tile: int) -> None:
        """What waits of the tile is as old as what comes is new: drop both, up to the next key frame."""
        if tile not in self._choked:
            self._choked.add(tile)
            self._drop(tile)

    def _drop(self, tile: int) -> None:
        self.lost[tile] += 1
        before = len(self._queue)
        self.forget_live(tile)
        self.dropped += before - len(self._queue)
