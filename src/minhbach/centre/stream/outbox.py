"""What waits to be sent to one page.

Owns one bounded queue between everything that has something for a page and the one writer to its WebSocket, and the
account of what was served. Promises that a page which reads too slowly loses whole groups of live pictures, tile by
tile, and nothing else: texts and playback, which is paced anyway, are never dropped.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

from minhbach.protocol.footage import Served, ServedSpan, Track

MOST_LIVE_BYTES = 4 << 20
MOST_LIVE_AGE_S = 2.0
"""A live picture that has waited longer is none."""
JOIN_US = 3_000_000
"""Served stretches that are no further apart are one."""


@dataclass(slots=True)
class _Waiting:
    data: bytes | str
    live_tile: int | None = None
    since_s: float = 0.0


class Outbox:
    """``put`` anything; ``take`` the next for the wire."""

    def __init__(self) -> None:
        self.dropped = 0
        self.sent_bytes = 0
        self._queue: deque[_Waiting] = deque()
        self._live_bytes = 0
        self._choked: set[int] = set()
        self._wake = asyncio.Event()
        self._served: dict[tuple[str, Track], list[tuple[int, int]]] = {}
        self._served_bytes = 0

    def put(self, data: bytes | str) -> None:
        """Something that is never dropped."""
        self._queue.append(_Waiting(data))
        self._wake.set()

    def put_live(self, tile: int, data: bytes, *, key: bool) -> bool:
        """A live fragment; false when it is dropped, until the tile's next key frame that finds room."""
        now_s = asyncio.get_running_loop().time()
        oldest_s = next((each.since_s for each in self._queue if each.live_tile is not None), now_s)
        if self._live_bytes > MOST_LIVE_BYTES or now_s - oldest_s > MOST_LIVE_AGE_S:
            self._choke(tile)
        elif key:
            self._choked.discard(tile)
        if tile in self._choked:
            self.dropped += 1
            return False
        self._queue.append(_Waiting(data, tile, now_s))
        self._live_bytes += len(data)
        self._wake.set()
        return True

    def forget_live(self, tile: int | None = None) -> None:
        """What waits for a tile, or for all, is void."""
        kept = deque(each for each in self._queue if each.live_tile is None or tile not in (None, each.live_tile))
        self._queue = kept
        self._live_bytes = sum(len(each.data) for each in kept if each.live_tile is not None)

    async def take(self) -> bytes | str:
        """Wait for the next message."""
        while not self._queue:
            self._wake.clear()
            await self._wake.wait()
        waiting = self._queue.popleft()
        if waiting.live_tile is not None:
            self._live_bytes -= len(waiting.data)
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

    def _choke(self, tile: int) -> None:
        """What waits of the tile is as old as what comes is new: drop both, up to the next key frame."""
        self._choked.add(tile)
        before = len(self._queue)
        self.forget_live(tile)
        self.dropped += before - len(self._queue)
