"""A bad line: a TCP proxy that delays, jitters, throttles, stalls and cuts."""

import asyncio
import contextlib
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

CHUNK = 8192


@dataclass
class BadLine:
    """Change the fields while it runs. ``delay_s`` is one way; ``bytes_per_s`` and ``stalled`` are for where footage
    goes: towards who dials, or with ``upwards`` away from them.
    """

    upwards: bool = False
    port: int = 0
    delay_s: float = 0.0
    jitter_s: float = 0.0
    bytes_per_s: float = float("inf")
    stalled: bool = False
    down: bool = False
    """New connections end at once."""
    carried: int = 0
    """Bytes that went where footage goes."""
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _chance: random.Random = field(default_factory=lambda: random.Random(5))

    def cut(self):
        """Every connection breaks, as by a reset."""
        self._loop.call_soon_threadsafe(self._cut)

    def _cut(self):
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def _connected(self, reader, writer, port):
        if self.down:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, far_writer}
        try:
            there = self._pump(reader, far_writer, footage=self.upwards)
            back = self._pump(far_reader, writer, footage=not self.upwards)
            await asyncio.gather(there, back)
        finally:
            self._writers -= {writer, far_writer}
            writer.transport.abort()
            far_writer.transport.abort()

    async def _pump(self, reader, writer, *, footage):
        """Bytes keep their order; each piece is due a delay after it came, and a line has a width."""
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(64)
        sending = asyncio.create_task(self._send(queue, writer, footage=footage))
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(CHUNK):
                await queue.put((self._loop.time() + self.delay_s + self._chance.uniform(0, self.jitter_s), data))
        await queue.put((0.0, b""))
        await sending

    async def _send(self, queue, writer, *, footage):
        with contextlib.suppress(ConnectionError):
            while True:
                due_s, data = await queue.get()
                if not data:
                    writer.transport.abort()
                    return
                await asyncio.sleep(max(0.0, due_s - self._loop.time()))
                while footage and self.stalled:  # noqa: ASYNC110 (the test's thread changes it)
                    await asyncio.sleep(0.02)
                if footage:
                    await asyncio.sleep(len(data) / self.bytes_per_s)
                    self.carried += len(data)
                writer.write(data)
                await writer.drain()


@contextmanager
def bad_line(port: int, *, upwards: bool = False) -> Iterator[BadLine]:
    """A line to a port of this machine; it is a good one until its fields are changed."""
    line = BadLine(upwards)
    ready = threading.Event()

    async def serve():
        server = await asyncio.start_server(lambda r, w: line._connected(r, w, port), "127.0.0.1", 0)
        line.port = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await server.serve_forever()

    def run():
        asyncio.set_event_loop(line._loop)
        with contextlib.suppress(asyncio.CancelledError):
            line._loop.run_until_complete(task)
        left = asyncio.all_tasks(line._loop)
        for each in left:
            each.cancel()
        line._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        line._loop.close()

    task = line._loop.create_task(serve())
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(5)
    try:
        yield line
    finally:
        line.cut()
        line._loop.call_soon_threadsafe(task.cancel)
        thread.join(5)
