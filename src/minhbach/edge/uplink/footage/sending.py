"""Live packets on their way to the fabric, without ever holding up the recorder.

Owns the one queue between the loop's taps and the line. Promises that a line which does not keep up loses whole groups
of pictures, camera by camera, never a piece of one and never the connection; the numbers that are missing tell the
other side. Whether it keeps up is asked of the fabric itself, which answers behind all that was sent before: what has
left us may still lie in the buffers of a slow line, half a minute deep. Leaves to ``service`` whether anybody may have
the packets.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable

from minhbach.edge.uplink.connection import Connection
from minhbach.edge.uplink.footage.live import LiveStream
from minhbach.protocol.footage import Packet, encode, live_channel
from minhbach.protocol.line import LineDown, LineError

MOST_WAITING_BYTES = 4 << 20
"""About four seconds of a large camera."""
ASK_EVERY_S = 0.2
LATE_S = 0.7
PATIENCE_S = 30.0


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
        self._sent = False
        self._asked_s: deque[float] = deque()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Needs a running loop."""
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._run()), loop.create_task(self._ask())]

    async def stop(self) -> None:
        """Forget what waits."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def send(self, live: LiveStream, packet: Packet) -> None:
        """Hand over what has just come; returns at once."""
        if not self._may(live, packet):
            return
        if live in self._choked and packet.track == "picture" and packet.heads[0].sync:
            self._choked.discard(live)
        if self._late or self._bytes + self._connection.line.backlog_bytes > MOST_WAITING_BYTES:
            self._choked.add(live)
        if live in self._choked:
            self.lost_packets += 1
            return
        self._queue.append((live, packet))
        self._bytes += len(packet.data)
        self._wake.set()

    @property
    def _late(self) -> bool:
        """Whether the fabric has not had for a while what was sent."""
        return bool(self._asked_s) and asyncio.get_running_loop().time() - self._asked_s[0] > LATE_S

    async def _ask(self) -> None:
        # The next question does not wait for the answer to the last: what was sent meanwhile would go unnoticed.
        async with asyncio.TaskGroup() as questions:
            while True:
                await asyncio.sleep(ASK_EVERY_S)
                if self._sent and not self._late:
                    self._sent = False
                    questions.create_task(self._settle())

    async def _settle(self) -> None:
        asked_s = asyncio.get_running_loop().time()
        self._asked_s.append(asked_s)
        with contextlib.suppress(LineError):
            await self._connection.line.settled(PATIENCE_S)
        self._asked_s.remove(asked_s)

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
        self._sent = True
        try:
            await self._connection.send_live(encode(packet), live_channel(config.name, config.stream, packet.track))
        except (LineDown, ValueError):
            self.lost_packets += 1
