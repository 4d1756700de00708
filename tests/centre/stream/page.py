"""A page as a program: what any client could say to the stream, also one that ignores our scripts."""

import asyncio
import contextlib
import json
import struct
import time
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from minhbach.bench.site import Site
from minhbach.lease import Kind

HEAD = struct.Struct(">B B H I d")
PATIENCE_S = 60.0
"""A guard against waiting for good, on a machine that does much else."""


@dataclass
class Message:
    kind: int
    tile: int
    epoch: int
    us: float
    times: list[float]
    data: bytes
    at_s: float


@dataclass
class Client:
    """`binaries` and `texts` are what has come so far."""

    site: Site
    socket: ClientConnection
    viewing: str = ""
    token: str = ""
    binaries: list[Message] = field(default_factory=list)
    texts: list[dict[str, Any]] = field(default_factory=list)
    closed_s: float | None = None
    says_what_it_got: bool = True
    _task: asyncio.Task[None] | None = None
    _telling: asyncio.Task[None] = field(init=False)

    async def __aenter__(self):
        self._task = asyncio.create_task(self._listen())
        self._telling = asyncio.create_task(self._tell())
        return self

    async def __aexit__(self, *_):
        self._telling.cancel()
        await self.socket.close()
        if self._task is not None:
            await self._task

    async def say(self, **values):
        await self.socket.send(json.dumps(values))

    async def open(self, kind: Kind, *, sound=True, at_us=0, begin_us=0, end_us=0, epoch=1, speed=1, cameras=None):
        cameras = cameras or self.site.cameras[:1]
        self.viewing, self.token = self.site.pages.open(kind, cameras, sound=sound, begin_us=begin_us, end_us=end_us)
        await self.open_with(self.token, cameras, sound=sound, at_us=at_us, epoch=epoch, speed=speed)

    async def open_with(self, token, cameras, *, sound=True, at_us=0, epoch=1, speed=1, playing=True):
        tiles = [{"camera": camera, "sound": sound} for camera in cameras]
        await self.say(
            t="open", lease=token, tiles=tiles, codecs=["h264"], epoch=epoch, at_us=at_us, speed=speed, playing=playing
        )

    async def renew(self):
        token = self.site.pages.renew(self.viewing)
        if token is not None:
            await self.say(t="lease", lease=token)

    async def until(self, condition, seconds=PATIENCE_S):
        """Wait for something to have come; fails with what has."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, (self.texts, len(self.binaries), self.closed_s)
            await asyncio.sleep(0.005)

    def pictures(self, tile=0):
        return [each for each in self.binaries if each.kind == 3 and each.tile == tile]

    def sounds(self, tile=0):
        return [each for each in self.binaries if each.kind == 4 and each.tile == tile]

    def said(self, kind):
        return [each for each in self.texts if each["t"] == kind]

    async def _tell(self):
        """As our script does: without it no more than a second's worth comes."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await asyncio.sleep(0.05)
                if self.says_what_it_got and self.binaries:
                    await self.say(t="got", count=len(self.binaries))

    async def _listen(self):
        try:
            async for data in self.socket:
                if isinstance(data, str):
                    self.texts.append(json.loads(data))
                else:
                    self.binaries.append(_read(data))
        except ConnectionClosed:
            pass
        self.closed_s = time.monotonic()


def _read(data: bytes) -> Message:
    kind, tile, epoch, count, us = HEAD.unpack_from(data)
    times = [us + each for each in struct.unpack_from(f">{count}I", data, HEAD.size)]
    return Message(kind, tile, epoch, us, times, data[HEAD.size + 4 * count :], time.monotonic())


@dataclass
class Control:
    """Beside a measurement: how long the stream took at worst to answer what any page may ask at any time."""

    worst_s: float = 0.0


@contextlib.asynccontextmanager
async def control(site: Site):
    """How slow the machine is meanwhile."""
    found = Control()

    async def ask(page):
        while True:
            asked_s = time.monotonic()
            await (await page.socket.ping())
            await asyncio.sleep(0.02)
            found.worst_s = max(found.worst_s, time.monotonic() - asked_s - 0.02)

    async with await client(site) as page:
        asking = asyncio.create_task(ask(page))
        yield found
        asking.cancel()


async def client(site: Site, origin: str | None = None) -> Client:
    own = Origin(origin or site.pages.origin)
    socket = await connect(site.stream_url, origin=own, max_size=None, open_timeout=20)
    return Client(site, socket)
