"""Live packets on their way to the fabric, without ever holding up the recorder.

Owns the one queue between the loop's taps and the line. Promises that a line which does not keep up loses whole groups
of pictures, camera by camera, never a piece of one and never the connection; the numbers that are missing tell the
other side. Leaves to ``service`` whether anybody may have them.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable

from minhbach.edge.uplink.connection import Connection
from minhbach.edge.uplink.footage.live import LiveStream
from minhbach.protocol.footage import Packet, encode, live_channel
from minhbach.protocol.line import LineDown

MOST_WAITING_BYTES = 4 << 20
"""About four seconds of a large camera; the line itself may hold as much."""


class Sending:
    """``may(live, packet)`` is asked for every packet, at the last moment."""

    def __init__(self, connection: Connection, may: Callable[[LiveStream, Packet], bool]) -> None:
        self.lost_packets = 0
        self._connection = connection
        self._may = may
        self._queue: deque[tuple[LiveStream, Packet]] = deque()
        self._bytes = 0
        self._choked: set[LiveStream] = set()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Needs a running loop."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Forget what waits."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def send(self, live: LiveStream, packet: Packet) -> None:
        """Hand over what has just come; returns at once."""
        if not self._may(live, packet):
            return
        if live in self._choked and packet.track == "picture" and packet.heads[0].sync:
            self._choked.discard(live)
        if self._bytes + self._connection.line.backlog_bytes > MOST_WAITING_BYTES:
            self._choked.add(live)
        if live in self._choked:
            self.lost_packets += 1
            return
        self._queue.append((live, packet))
        self._bytes += len(packet.data)
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                live, packet = self._queue.popleft()
                self._bytes -= len(packet.data)
                if self._may(live, packet):
                    await self._publish(live, packet)

    async def _publish(self, live: LiveStream, packet: Packet) -> None:
        config = live.camera.config
        try:
            await self._connection.send_live(encode(packet), live_channel(config.name, config.stream, packet.track))
        except (LineDown, ValueError):
            self.lost_packets += 1
