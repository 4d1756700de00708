"""A recorder's talk with its centre, from the first dial to the last word.

Owns what is said without being asked (hello after every dial, the head of the log as it grows, a state every few
seconds, whatever ``tellers`` bring) and the answers to what the centre asks. Promises that nothing here keeps the
recorder's loop: disks are read by threads, the line may be down for a month. Leaves footage to ``footage``, health to
its tellers, carrying out a new configuration to ``on_configuration``.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from minhbach import __version__
from minhbach.edge import faults
from minhbach.edge.archive.book import Book
from minhbach.edge.clock import Clock
from minhbach.edge.config import CameraConfig, ConfigError, DiskConfig
from minhbach.edge.uplink.centretime import CentreClock
from minhbach.edge.uplink.connection import Connection
from minhbach.edge.uplink.discovery import discover
from minhbach.edge.uplink.offering import CannotOffer, Offer
from minhbach.edge.uplink.orders import OrderRefused, Orders, networks_of
from minhbach.edge.uplink.probing import probe
from minhbach.ledger.entry import EntryError
from minhbach.protocol import codec, subjects
from minhbach.protocol.codec import Malformed
from minhbach.protocol.line import Heard, LineError
from minhbach.protocol.messages import (
    CentreHead,
    CosignedHead,
    Discovered,
    DiscoverWanted,
    EntriesWanted,
    EraseOrder,
    Hello,
    HoldOrder,
    LineProof,
    LineProofWanted,
    Outcome,
    ProbeWanted,
    Proof,
    ProofWanted,
    RekeyOrder,
    State,
    StreamState,
    Token,
    pack_entries,
)

_LOGGER = logging.getLogger(__name__)

LOOK_S = 0.5
HEAD_EVERY_US = 2_000_000
"""The log grows by an entry or more a second; the centre need not hear of each."""
STATE_EVERY_US = 5_000_000
ASK_S = 5.0
DURABLE_S = 4.0

Teller = Callable[[int], "tuple[str, bytes] | None"]
"""Called every half second with monotonic µs: (verb, message) to tell the centre now, or None."""

Erase = Callable[[EraseOrder], int]
"""Erases what an order names and says how many segments go; called on the loop. Raises OrderRefused, OSError."""

Rekey = Callable[[RekeyOrder], None]
"""Has the log's key replaced soon, also after a power cut; called off the loop. Raises OSError."""

_Asked = TypeVar("_Asked")


class Recorded(Protocol):
    """A camera as the recorder runs it."""

    config: CameraConfig
    trouble: faults.CameraTrouble | None


@dataclass(slots=True)
class Parts:
    """What of the recorder the centre is told or may ask. ``on_configuration`` is called on the loop when a newer one
    is durable; ``cameras`` may change while the recorder runs.
    """

    book: Book
    cameras: Sequence[Recorded]
    disks: tuple[DiskConfig, ...]
    lookups: Executor
    clock: Clock
    on_configuration: Callable[[], None]
    erase: Erase
    rekey: Rekey
    tellers: list[Teller] = field(default_factory=list)


class Uplink:
    """``await start()`` inside the recorder's loop, ``await stop()`` before it ends."""

    def __init__(self, control: Connection, orders: Orders, offer: Offer, centre: CentreClock, parts: Parts) -> None:
        self._control = control
        self._orders = orders
        self._offer = offer
        self._centre = centre
        self._parts = parts
        self._greeted = False
        self._told_log = ""
        self._told_note = b""
        self._head_due_us = 0
        self._state_due_us = 0
        self._task: asyncio.Task[None] | None = None
        self._holds: dict[str, asyncio.Future[int]] = {}
        self._witnessing = asyncio.Lock()

    async def start(self) -> None:
        """Begin to answer and to speak."""
        self._control.line.on_connect.append(self._connected)
        answers: tuple[tuple[str, type[Any], Callable[[Any], Awaitable[bytes]]], ...] = (
            (subjects.ENTRIES, EntriesWanted, self._entries),
            (subjects.PROOF, ProofWanted, self._proof),
            (subjects.PROVE, LineProofWanted, self._prove),
            (subjects.COSIGNED, CosignedHead, self._cosigned),
            (subjects.WITNESS, CentreHead, self._witness),
            (subjects.CONFIGURE, Token, self._configure),
            (subjects.HOLD, Token, self._hold),
            (subjects.ERASE, Token, self._erase),
            (subjects.REKEY, Token, self._rekey),
            (subjects.PROBE, ProbeWanted, self._probe),
            (subjects.DISCOVER, DiscoverWanted, self._discover),
        )
        for verb, kind, answer in answers:
            await self._control.serve(verb, _answered(kind, answer), at_once=True)
        self._task = asyncio.get_running_loop().create_task(self._speak())

    async def stop(self) -> None:
        """Say nothing more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._offer.close()

    # -- unasked ---------------------------------------------------------------------------------------------------

    def _connected(self) -> None:
        self._greeted = False
        self._state_due_us = 0

    async def _speak(self) -> None:
        while True:
            try:
                if self._control.line.connected:
                    await self._say_what_is_due()
            except LineError as error:
                _LOGGER.info("the centre was not told: %s", error)
            except Exception:
                _LOGGER.exception("an error of our own while talking to the centre")
            await asyncio.sleep(LOOK_S)

    async def _say_what_is_due(self) -> None:
        now_us = self._parts.clock.mono_us()
        if self._centre.stale:
            self._centre.hear(await self._control.ask(subjects.TIME, self._centre.question(), ASK_S))
        head = self._offer.head()
        if not self._greeted or head.log != self._told_log:
            await self._greet()
        note = head.note.encode()
        if note != self._told_note and now_us >= self._head_due_us:
            self._head_due_us, self._told_note = now_us + HEAD_EVERY_US, note
            await self._control.tell(subjects.HEAD, codec.encode(head))
        if now_us >= self._state_due_us:
            self._state_due_us = now_us + STATE_EVERY_US
            await self._control.tell(subjects.STATE, codec.encode(self._state()))
        for teller in self._parts.tellers:
            told = teller(now_us)
            if told is not None:
                await self._control.tell(*told)

    async def _greet(self) -> None:
        """Until the centre has answered; it may be away while the fabric is there."""
        heads = self._offer.heads()
        hello = Hello(
            recorder=self._orders.recorder,
            software=__version__,
            sealing_key=self._orders.sealing_key,
            configuration=self._orders.serial,
            logs=heads,
        )
        outcome = codec.decode(Outcome, await self._control.ask(subjects.HELLO, codec.encode(hello), ASK_S))
        if not outcome.done:
            _LOGGER.warning("the centre does not accept this recorder: %s", outcome.en)
        self._greeted, self._told_log, self._told_note = True, heads[-1].log, heads[-1].note.encode()

    def _state(self) -> State:
        streams = []
        for camera in self._parts.cameras:
            trouble = camera.trouble
            code = trouble.fault.code if trouble else ""
            streams.append(StreamState(camera.config.name, camera.config.stream, trouble is None, code))
        at_us = self._parts.clock.wall_us()
        return State(self._orders.recorder, at_us, self._orders.serial, tuple(streams))

    # -- asked -----------------------------------------------------------------------------------------------------

    async def _entries(self, wanted: EntriesWanted) -> bytes:
        taken = await self._read(self._offer.entries, wanted)
        return pack_entries(wanted.begin, taken)

    async def _proof(self, wanted: ProofWanted) -> bytes:
        return codec.encode(Proof(tuple(each.hex() for each in await self._read(self._offer.proof, wanted))))

    async def _prove(self, wanted: LineProofWanted) -> bytes:
        return codec.encode(LineProof((await self._read(self._offer.prove, wanted.nonce)).decode()))

    async def _cosigned(self, given: CosignedHead) -> bytes:
        head = await self._read(lambda note: self._offer.take_cosigned(given.log, note), given.note.encode())
        return codec.encode(Outcome(True, value=head.size))

    async def _witness(self, offered: CentreHead) -> bytes:
        now_s = self._parts.clock.wall_us() // 1_000_000
        async with self._witnessing:
            return codec.encode(await self._read(lambda head: self._offer.centre_log.cosign(head, now_s), offered))

    async def _configure(self, given: Token) -> bytes:
        taken = await self._read(lambda token: self._orders.accept(token, self._parts.disks), given.token)
        if taken:
            self._parts.on_configuration()
        return codec.encode(Outcome(True, value=self._orders.serial))

    async def _hold(self, given: Token) -> bytes:
        order = self._orders.hold(given.token)
        writing = self._holds.get(order.hold) or self._write_hold(order)
        index = await asyncio.wait_for(asyncio.shield(writing), DURABLE_S) if writing is not None else 0
        return codec.encode(Outcome(True, value=index))

    def _write_hold(self, order: HoldOrder) -> asyncio.Future[int] | None:
        """Log a hold or its end unless it is there; comes true with the entry's index when that is durable."""
        book = self._parts.book
        known = book.replay.state.holds.get(order.hold)
        if order.action == "place" and known is None:
            kind, names = "hold", ["hold", "camera", "stream", "begin_us", "end_us", "commitment"]
        elif order.action == "release" and known is not None and not known.released_at:
            kind, names = "hold_released", ["hold", "commitment"]
        else:
            return None
        fields = {name: getattr(order, name) for name in names}
        writing: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        book.append(kind, writing.set_result, **fields)
        self._holds[order.hold] = writing
        writing.add_done_callback(lambda _: self._holds.pop(order.hold, None))
        return writing

    async def _erase(self, given: Token) -> bytes:
        """Whether it was done the centre reads in the log, never in this answer."""
        return codec.encode(Outcome(True, value=self._parts.erase(self._orders.erasure(given.token))))

    async def _rekey(self, given: Token) -> bytes:
        """Taken, durably; which key came of it the centre reads in the log."""
        await self._read(self._parts.rekey, self._orders.rekeying(given.token))
        return codec.encode(Outcome(True))

    async def _discover(self, wanted: DiscoverWanted) -> bytes:
        try:
            networks = networks_of(wanted.networks, "discover")
        except ConfigError as error:
            return _no(error.vi, error.en)
        return codec.encode(Discovered(await discover(networks)))

    async def _probe(self, wanted: ProbeWanted) -> bytes:
        return codec.encode(await probe(wanted, self._orders, self._parts.lookups, self._parts.clock))

    async def _read(self, work: Callable[[_Asked], Any], wanted: _Asked) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._offer.executor, work, wanted)


def _answered(kind: type[_Asked], answer: Callable[[_Asked], Awaitable[bytes]]) -> Callable[[Heard], Awaitable[bytes]]:
    """A handler that reads the question, and says no in words where there is nothing else to say."""

    async def handle(heard: Heard) -> bytes:
        try:
            return await answer(codec.decode(kind, heard.data))
        except Malformed:
            return _no("Câu hỏi sai định dạng.", "The question is malformed.")
        except EntryError:
            return _no("Lệnh có giá trị không ghi được vào nhật ký.", "The order has a value that no log can hold.")
        except (CannotOffer, OrderRefused) as error:
            return _no(error.vi, error.en)
        except TimeoutError:
            return _no("Ổ đĩa của đầu ghi chưa kịp ghi.", "The recorder's disk has not taken it yet.", again=True)
        except OSError:
            return _no("Ổ đĩa của đầu ghi không nhận.", "The recorder's disk does not take it.", again=True)

    return handle


def _no(vi: str, en: str, *, again: bool = False) -> bytes:
    return codec.encode(Outcome(False, vi, en, again=again))
