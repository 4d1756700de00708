"""One page: its WebSocket, its lease, what it watches.

Owns the life of a connection: the first text opens, each lease is verified, a change of viewing begins anew, and one
writer sends. Promises that every binary message is sent under a lease that lives at that moment, that a connection
whose lease has died says so and ends, and that what was served is told. Leaves live pictures to ``watching``, playback
to ``playback``.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Collection, Coroutine
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from starlette.websockets import WebSocket, WebSocketDisconnect

from minhbach.centre.stream import wire
from minhbach.centre.stream.fabric import Fabric
from minhbach.centre.stream.outbox import Outbox
from minhbach.centre.stream.playback import Playback
from minhbach.centre.stream.relay import Relays
from minhbach.centre.stream.watching import Watching
from minhbach.centre.stream.wire import BadMessage, Kind
from minhbach.lease import Lease, LeaseRefused, verify
from minhbach.protocol.footage import BadFootage, Still, split_camera
from minhbach.protocol.line import LineError

_LOGGER = logging.getLogger(__name__)

OPEN_WITHIN_S = 10.0
REPORT_EVERY_S = 5.0
LOOK_EVERY_S = 0.2
REFUSED, MISBEHAVED = 4403, 4400
MOST_STILLS = 3
"""Asked for at the same time; more wait."""
MOST_WAITING = 400
"""More than any page of ours asks for before it has an answer: a day of thumbnails for eight cameras."""


@dataclass(frozen=True, slots=True)
class House:
    """What all pages share."""

    fabric: Fabric
    relays: Relays
    keys: Collection[Ed25519PublicKey]


class Session:
    """``run`` until the page goes or loses its right."""

    def __init__(self, socket: WebSocket, house: House) -> None:
        self._socket = socket
        self._house = house
        self._outbox = Outbox()
        self._token = ""
        self._lease: Lease | None = None
        self._mode: Watching | Playback | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._stills = asyncio.Semaphore(MOST_STILLS)

    async def run(self) -> None:
        """Serve the page."""
        duties = [asyncio.create_task(each) for each in (self._read(), self._write(), self._watch(), self._report())]
        try:
            done, _ = await asyncio.wait(duties, return_when=asyncio.FIRST_COMPLETED)
            await self._leave(next(iter(done)).exception())
        finally:
            for task in (*duties, *self._tasks):
                task.cancel()
            await asyncio.gather(*duties, *self._tasks, return_exceptions=True)
            if self._mode is not None:
                await self._mode.end()
            await self._tell_served()

    async def _leave(self, error: BaseException | None) -> None:
        """The last words, where there is somebody to hear them."""
        if isinstance(error, LeaseRefused):
            text = json.dumps({"t": "refused", "code": error.code, "vi": error.vi, "en": error.en}, ensure_ascii=False)
            with contextlib.suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
                await asyncio.wait_for(self._socket.send_text(text), 1)
                await asyncio.wait_for(self._socket.close(REFUSED), 1)
        elif isinstance(error, BadMessage | TimeoutError):
            with contextlib.suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
                await asyncio.wait_for(self._socket.close(MISBEHAVED), 1)
        elif error is not None and not isinstance(error, WebSocketDisconnect):
            _LOGGER.error("a page's session ended by an error of our own", exc_info=error)

    async def _read(self) -> None:
        first = wire.read(await asyncio.wait_for(self._socket.receive_text(), OPEN_WITHIN_S))
        if not isinstance(first, wire.Open):
            raise BadMessage("The first text must open.")
        await self._open(first)
        while True:
            await self._take(wire.read(await self._socket.receive_text()))

    async def _take(self, said: wire.Said) -> None:
        match said:
            case wire.Open():
                await self._open(said)
            case wire.Renew(lease):
                self._renew(lease)
            case wire.Got(count):
                self._outbox.got(count)
            case wire.Still():
                self._spawn(self._still(said))
            case wire.Seek() if isinstance(self._mode, Playback):
                await self._mode.seek(said.epoch, said.at_us, said.speed, said.playing)
            case wire.At() if isinstance(self._mode, Playback):
                self._mode.report(said.at_us, said.speed, said.playing)
            case wire.Listen() if isinstance(self._mode, Playback):
                self._mode.listen(said.tile)
            case wire.Listen() if isinstance(self._mode, Watching):
                await self._mode.listen(said)
            case wire.Rejoin() if isinstance(self._mode, Watching):
                self._spawn(self._mode.rejoin(said))
            case wire.Sleep() if isinstance(self._mode, Watching):
                await self._mode.sleep(said.tile)

    async def _open(self, said: wire.Open) -> None:
        """Begin under a lease; what another viewing still does is ended."""
        lease = self._verified(said.lease)
        if not all(tile.camera in lease.cameras and (lease.sound or not tile.sound) for tile in said.tiles):
            raise LeaseRefused(
                "scope",
                "Quyền xem này không gồm camera hoặc âm thanh đã hỏi.",
                "The lease does not cover what is asked.",
            )
        if self._mode is not None:
            await self._mode.end()
            await self._tell_served()
        self._token, self._lease = said.lease, lease
        if lease.kind == "live":
            watching = self._mode = Watching(self._house.relays, self._outbox, said.tiles, said.codecs, said.epoch)
            watching.limit(lease.cameras, sound=lease.sound)
            self._spawn(watching.begin(said.lease))
            return
        playback = self._mode = Playback(self._house.fabric, self._outbox, said.tiles, said.codecs, self._held)
        if lease.kind == "playback":
            await playback.seek(said.epoch, said.at_us, said.speed, said.playing)

    def _renew(self, token: str) -> None:
        lease = self._verified(token)
        if self._lease is None or not lease.renews(self._lease):
            return  # A page that is about to open another viewing may have its token already.
        self._token, self._lease = token, lease
        if isinstance(self._mode, Watching):
            self._mode.limit(lease.cameras, sound=lease.sound)
            self._spawn(self._mode.renew(token))

    def _verified(self, token: str) -> Lease:
        return verify(token, self._house.keys, _now_us())

    def _held(self) -> tuple[str, Lease]:
        assert self._lease is not None, "there is no playback without a lease"
        return self._token, self._lease

    async def _still(self, said: wire.Still) -> None:
        async with self._stills:
            token, lease = self._held()
            answer: dict[str, object] = {"t": "still", "number": said.number}
            if said.camera in lease.cameras:
                recorder, camera = split_camera(said.camera)
                request = Still(token, camera, ("h264", "h265"), said.at_us, said.width)
                try:
                    found = await self._house.fabric.ask_still(recorder, request)
                except (LineError, BadFootage):
                    answer |= {"vi": "Không lấy được hình.", "en": "The picture cannot be had."}
                else:
                    if isinstance(found, bytes):
                        self._outbox.put(wire.binary(Kind.STILL, 0, said.number, found, said.at_us))
                        self._outbox.served(said.camera, "picture", said.at_us, said.at_us + 1, len(found))
                        return
                    answer |= {"vi": found.vi, "en": found.en}
            self._outbox.put(json.dumps(answer, ensure_ascii=False))

    async def _write(self) -> None:
        while True:
            data = await self._outbox.take()
            if isinstance(data, str):
                await self._socket.send_text(data)
            else:
                self._demand_life()
                await self._socket.send_bytes(data)

    async def _watch(self) -> None:
        """A page that reads nothing must not keep its connection beyond its right."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if self._lease is not None:
                self._demand_life()

    def _demand_life(self) -> None:
        if self._lease is None or not self._lease.alive(_now_us()):
            raise LeaseRefused(
                "expired",
                "Quyền xem đã hết hạn hoặc đã bị thu hồi.",
                "The right to view has expired or was taken back.",
            )

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(REPORT_EVERY_S)
            await self._tell_served()

    async def _tell_served(self) -> None:
        if self._lease is not None and (served := self._outbox.report(self._lease.viewing, _now_us())) is not None:
            with contextlib.suppress(LineError):
                await self._house.fabric.tell_served(served)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        """Do it beside reading on. Raises BadMessage for a page that asks faster than it can be answered."""
        if len(self._tasks) >= MOST_WAITING:
            work.close()
            raise BadMessage("The page asks for more than can be answered.")
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOGGER.error("a page's task ended by an error of our own", exc_info=error)


def _now_us() -> int:
    return time.time_ns() // 1000
