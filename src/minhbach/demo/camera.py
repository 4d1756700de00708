"""A simulated camera on a TCP port: accepts viewers, and beats the time of picture, sound and reports.

Promises: `SimulatedCamera` keeps its port over `stop` and `start`, as a real camera keeps its address over a power
cut; a viewer who does not read is cut off after `BACKLOG_BYTES`, never waited for; with `suffer` it is in trouble until
it is told to be well. What it streams is `stream`, what
it answers is `dialog`. Must run inside one asyncio loop; `hosting` gives it a thread where the caller has none.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
import time
import zlib
from types import TracebackType
from typing import Self
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from minhbach.demo import mischief, packets
from minhbach.demo.dialog import Dialog, Offer
from minhbach.demo.gate import DigestGate
from minhbach.demo.picture import Painter, sized
from minhbach.demo.spec import CameraSpec
from minhbach.demo.stream import LiveStream

BACKLOG_BYTES = 1_000_000
_KERNEL_BYTES = 200_000
_REPORT_US = 5_000_000
_SOUND_STEP_S = 0.04


class SimulatedCamera:
    """`async with SimulatedCamera(spec) as camera:` then dial `camera.url`."""

    def __init__(self, spec: CameraSpec, host: str = "127.0.0.1", port: int = 0) -> None:
        self.spec = spec
        self.host = host
        self.port = port  # 0 until started, unless asked for
        self._server: asyncio.Server | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._connections: set[_Connection] = set()
        self._streams: dict[str, LiveStream] = {}
        self._painter: Painter | None = None
        self._trouble: mischief.Trouble = "well"
        self._frozen: NDArray[np.uint8] | None = None
        self._start_mono_us = 0
        self._start_wall_us = 0

    @property
    def url(self) -> str:
        """The first stream's URL, with user and password."""
        return self.url_of(self.spec.streams[0].path)

    def url_of(self, path: str, *, password: str | None = None) -> str:
        """URL of the stream at `path`; `password` instead of the right one."""
        secret = password if password is not None else self.spec.password
        access = f"{quote(self.spec.user, safe='')}:{quote(secret, safe='')}@" if secret is not None else ""
        return f"rtsp://{access}{self.host}:{self.port}/{path}"

    @property
    def viewers(self) -> int:
        """How many connections play."""
        return sum(len(stream.viewers) for stream in self._streams.values())

    @property
    def listening(self) -> bool:
        """False before `start` and after `stop`."""
        return self._server is not None

    async def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        self._painter = Painter(self.spec)
        # Cameras started together must not draw together: the name decides when in the frame each one takes its turn.
        phase_us = zlib.crc32(self.spec.name.encode()) % self._frame_us
        self._start_mono_us = _mono_us() + phase_us
        self._start_wall_us = time.time_ns() // 1000 + phase_us + self.spec.clock_offset_us
        self._streams = {
            stream.path: LiveStream(self.spec, stream, self._start_wall_us) for stream in self.spec.streams
        }
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), self.host, self.port, start_serving=False)
        await self._server.start_serving()
        self.port = self._server.sockets[0].getsockname()[1]
        self._tasks = [loop.create_task(self._pictures()), loop.create_task(self._sounds())]

    async def stop(self) -> None:
        """Pull the plug: no goodbye to anyone. Raises what a task of the camera died of, if one did."""
        if self._server is None:
            return
        self._server.close()
        self.drop_viewers()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        # Not `wait_closed`: since Python 3.12 it waits for a client that was accepted a moment ago, for ever.
        self._server, self._tasks, self._streams = None, [], {}

    async def suffer(self, trouble: mischief.Trouble) -> None:
        """Be in this trouble from now on. Raises OSError when it is switched on and its port is taken."""
        if trouble == "off":
            await self.stop()
        elif not self.listening:
            await self.start()
        self._trouble, self._frozen = trouble, None
        for stream in self._streams.values():
            stream.deafen(trouble == "silent")

    def drop_viewers(self) -> None:
        """Cut all connections, as a switch losing power does; who dials again is served."""
        for connection in tuple(self._connections):
            connection.cut()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def _frame_us(self) -> int:
        return 1_000_000 // self.spec.frames_per_s

    def _wall_us(self) -> int:
        return self._start_wall_us + _mono_us() - self._start_mono_us

    async def _pictures(self) -> None:
        assert self._painter is not None
        reports_every = _REPORT_US // self._frame_us
        index = reported = 0
        while True:
            taken_us = self._start_wall_us + index * self._frame_us
            await asyncio.sleep((taken_us - self._wall_us()) / 1e6)
            self._take_picture(self._painter, index, taken_us)
            if index - reported >= reports_every:
                reported = index
                self._report()
            self._hang_up_on_the_silent()
            # A picture that could not be taken in time is not taken at all: the counter shows the hole.
            index = max(index + 1, (self._wall_us() - self._start_wall_us) // self._frame_us)

    def _take_picture(self, painter: Painter, index: int, taken_us: int) -> None:
        if not self.viewers:
            for stream in self._streams.values():
                stream.skip(taken_us + self._frame_us)
            return
        planes = painter.paint(index, taken_us, functools.partial(mischief.spoil, trouble=self._trouble))
        if self._trouble == "frozen":
            # Its encoder hangs: what it sends stands still, its clock too.
            self._frozen = planes.copy() if self._frozen is None else self._frozen
            planes = self._frozen
        for stream in self._streams.values():
            stream.show(sized(planes, stream.spec), index, taken_us, taken_us + self._frame_us)

    def _hang_up_on_the_silent(self) -> None:
        now_us = _mono_us()
        for connection in tuple(self._connections):
            if connection.dialog.expired(now_us):
                connection.cut()

    def _report(self) -> None:
        for stream in self._streams.values():
            for viewer in tuple(stream.viewers):
                stream.report(viewer, self._wall_us())

    async def _sounds(self) -> None:
        while True:
            for stream in self._streams.values():
                stream.hear(self._wall_us())
            await asyncio.sleep(_SOUND_STEP_S)

    # What a connection asks of its camera:

    def opened(self, connection: _Connection) -> Dialog:
        """The dialog for a new connection."""
        self._connections.add(connection)
        spec = self.spec
        gate = None
        if spec.password is not None:
            gate = DigestGate("camera", spec.user, spec.password, spec.digest_algorithm, qop=spec.digest_qop)
        return Dialog(self._offers(), gate, spec.session_timeout_s, _mono_us())

    def follow(self, connection: _Connection) -> None:
        """Make the connection a viewer or none, as its dialog says."""
        stream = self._streams.get(connection.dialog.path)
        if stream is None:
            return
        if not connection.dialog.playing:
            stream.viewers.discard(connection)
        elif connection not in stream.viewers:
            stream.viewers.add(connection)
            stream.report(connection, self._wall_us())

    def closed(self, connection: _Connection) -> None:
        """Forget the connection."""
        self._connections.discard(connection)
        for stream in self._streams.values():
            stream.viewers.discard(connection)

    def _offers(self) -> dict[str, Offer]:
        return {path: stream.offer for path, stream in self._streams.items()}


class _Connection(asyncio.Protocol):
    """One client: its dialog and its transport."""

    dialog: Dialog
    _transport: asyncio.Transport

    def __init__(self, camera: SimulatedCamera) -> None:
        self.awaits_key = True
        self._camera = camera

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        # A camera's memory is small; the system's own buffer would grow to megabytes before BACKLOG_BYTES counts.
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _KERNEL_BYTES)
        self.dialog = self._camera.opened(self)
        if not self._camera.listening:
            self.cut()

    def data_received(self, data: bytes) -> None:
        self._transport.write(self.dialog.receive(data, _mono_us()))
        self._camera.follow(self)
        if self.dialog.closed:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._camera.closed(self)

    def deliver(self, track: int, framed: bytes) -> None:
        channel = self.dialog.channels.get(track)
        if channel is None or self._transport.is_closing():
            return
        if self._transport.get_write_buffer_size() > BACKLOG_BYTES:
            self.cut()
            return
        usual = 2 * track + framed[1] % 2
        wanted = channel + framed[1] % 2
        self._transport.write(framed if usual == wanted else packets.rechannelled(framed, wanted))

    def cut(self) -> None:
        """End the connection without a word."""
        self._transport.abort()


def _mono_us() -> int:
    return time.monotonic_ns() // 1000
