"""What recorders say over the fabric, brought to the desk: heads and entries in, cosignatures out.

Owns one round of work per recorder at a time: store what each log has behind the copy here, index, cosign when it is
due, give the cosignature back. Promises that a recorder which misbehaves, or a line that breaks at any moment, costs
only that recorder's round: the next head or hello begins it again where the files stand. All database and disk work
happens on one thread of its own. Leaves proving to `ingestion`, signing to `witnessing`, orders to `ordering`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from django.db import close_old_connections, connections

from minhbach.centre.fabric.client import Client, FabricError
from minhbach.centre.fabric.keys import Keys
from minhbach.centre.footage import alarms
from minhbach.centre.footage.floor import Gate, Work
from minhbach.centre.footage.ingestion import CHUNK, CHUNK_BYTES, Desk, NotVerified
from minhbach.centre.footage.models import Cosignature, RecorderLine, RecorderLog
from minhbach.centre.footage.tempo import Tempo
from minhbach.centre.footage.witnessing import CentreWitness, NotCosigned
from minhbach.centre.registry.actions import devices
from minhbach.centre.registry.actors import System
from minhbach.centre.registry.models import Recorder
from minhbach.centre.registry.writing import NotPossible
from minhbach.ledger.checkpoint import Signed
from minhbach.ledger.entry import Entry
from minhbach.ledger.errors import LedgerError
from minhbach.protocol import codec, signed, subjects
from minhbach.protocol.codec import Malformed
from minhbach.protocol.line import Handler, Heard
from minhbach.protocol.messages import (
    TIME,
    CosignedHead,
    Hello,
    LogHead,
    Outcome,
    Proof,
    ProofWanted,
    State,
    TimeAsked,
    TimeTold,
    Token,
)

_LOGGER = logging.getLogger(__name__)

COSIGN_EVERY_S = 40.0
"""Every entry is cosigned within a minute; each cosignature is kept for ever, hence not sooner."""
AGAIN_S = 10.0
"""After trouble, and as the longest pause between two looks at a recorder that owes something."""
REFUSED_S = 60.0
"""What did not verify is not asked for again at once: a hostile recorder must not keep the desk busy."""
MOST_LOGS = 200
"""One a year, and one more each time a recorder's log had to be begun anew."""
WORKER = System("worker")

Follower = Callable[[UUID, Sequence[tuple[int, Entry]], datetime], None]
"""(recorder, entries with index as they were indexed, now): called on the desk's thread; idempotent; may raise."""

Listener = Callable[[str, bytes, datetime], object]
"""(subject, message, now): called on the desk's thread; raises Malformed for what is no message."""

_Result = TypeVar("_Result")


@dataclass(slots=True)
class _Site:
    """One recorder: what it said last, and the round that works on it."""

    recorder: UUID
    heads: dict[str, LogHead] = field(default_factory=dict)
    hello: Hello | None = None
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None
    desk: Desk | None = None
    witness: CentreWitness | None = None
    cosign_due: float = 0.0
    refused_until: dict[str, float] = field(default_factory=dict)
    returning: dict[str, bytes] = field(default_factory=dict)


class Collector:
    """``start`` on a loop whose client is dialling; ``stop`` before it ends. ``data``: `MINHBACH_DATA`."""

    def __init__(self, client: Client, keys: Keys, data: Path, now: Callable[[], datetime] | None = None) -> None:
        self.followers: list[Follower] = []
        self.connected: set[UUID] = set()
        """Recorders that were heard since the worker began: whoever has something to order looks here first."""
        self.heard_s: dict[UUID, float] = {}
        self.greeted_s: dict[UUID, float] = {}
        """When something was last heard under a recorder's name, and when it last greeted, by the loop's clock."""
        self._client = client
        self._keys = keys
        self._data = data
        self._now = now or (lambda: datetime.now(UTC))
        self._gate = Gate(Work.COLLECTING, data)
        self._sites: dict[UUID, _Site] = {}
        self._desk_thread = ThreadPoolExecutor(1, thread_name_prefix="desk")

    async def start(self) -> None:
        """Begin to listen."""
        await self._serve(subjects.up_from_all(subjects.TIME), self._tell_time, at_once=True)
        await self._serve(subjects.up_from_all(subjects.HELLO), self._hear_hello, at_once=True)
        await self._serve(subjects.up_from_all(subjects.HEAD), self._hear_head)
        await self._serve(subjects.up_from_all(subjects.STATE), self._hear_state)

    async def listen(self, subject: str, hear: Listener) -> None:
        """Have other messages taken in on the desk's thread, in their order."""

        async def take(heard: Heard) -> None:
            try:
                await self.do(hear, heard.subject, heard.data, self._now())
            except Malformed:
                _LOGGER.warning("%s: a malformed message", heard.subject)

        if subject.startswith(subjects.up_from_all("x")[:-1]):
            await self._serve(subject, take)
        else:
            await self._client.line.serve(subject, take)

    async def _serve(self, subject: str, handler: Handler, *, at_once: bool = False) -> None:
        """Hear recorders under one subject, none of them more often than it may speak."""
        tempo = Tempo()

        async def tempered(heard: Heard) -> bytes | None:
            recorder, now_s = subjects.parse(heard.subject).recorder, asyncio.get_running_loop().time()
            if tempo.admits(recorder, now_s):
                return await handler(heard)
            if tempo.floods(recorder, now_s) and await self.do(_is_known, UUID(recorder)):
                await self.do(alarms.tell, UUID(recorder), "recorder_floods", now=self._now())
            return None

        await self._client.line.serve(subject, tempered, at_once=at_once)

    async def stop(self) -> None:
        """End all rounds; what they had stored stays, the rest is asked for again."""
        for site in self._sites.values():
            if site.task is not None:
                site.task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await site.task
            if site.witness is not None:
                await self.do(site.witness.close)
        # The last work of the thread: whatever were done behind it would open a connection that nobody closes.
        closed = asyncio.get_running_loop().run_in_executor(self._desk_thread, connections.close_all)
        self._desk_thread.shutdown(wait=False)
        await closed

    async def do(self, work: Callable[..., _Result], *arguments: Any, **named: Any) -> _Result:
        """Run blocking work on the desk's thread."""

        def done() -> _Result:
            close_old_connections()
            return work(*arguments, **named)

        return await asyncio.get_running_loop().run_in_executor(self._desk_thread, done)

    # -- what recorders say ----------------------------------------------------------------------------------------

    async def _tell_time(self, heard: Heard) -> bytes | None:
        recorder = subjects.parse(heard.subject).recorder
        try:
            nonce = codec.decode(TimeAsked, heard.data, 1024).nonce
        except Malformed:
            return None
        now_us = round(self._now().timestamp() * 1_000_000)
        told = signed.sign(TIME, TimeTold(recorder, nonce[:64], now_us), self._keys.lease)
        return codec.encode(Token(told))

    async def _hear_hello(self, heard: Heard) -> bytes:
        recorder = UUID(subjects.parse(heard.subject).recorder)
        if not await self.do(_is_known, recorder):
            return _no(
                "Trung tâm không biết đầu ghi này; hãy đăng ký đầu ghi trước.",
                "The centre does not know this recorder; register it first.",
            )
        try:
            hello = codec.decode(Hello, heard.data)
        except Malformed:
            hello = None
        if hello is None or hello.recorder != str(recorder) or not hello.logs:
            await self.do(alarms.tell, recorder, "hello_malformed", now=self._now())
            return _no("Lời chào sai định dạng.", "The greeting is malformed.")
        if len(hello.logs) > MOST_LOGS:
            await self.do(alarms.tell, recorder, "logs_too_many", now=self._now(), count=len(hello.logs))
            return _no("Lời chào nêu quá nhiều nhật ký.", "The greeting names too many logs.")
        self.heard_s[recorder] = self.greeted_s[recorder] = asyncio.get_running_loop().time()
        site = self._site(recorder)
        site.hello, site.heads = hello, {head.log: head for head in hello.logs}
        site.wake.set()
        return codec.encode(Outcome(True))

    async def _hear_head(self, heard: Heard) -> None:
        recorder = UUID(subjects.parse(heard.subject).recorder)
        with contextlib.suppress(Malformed):
            head = codec.decode(LogHead, heard.data)
            site = self._sites.get(recorder)
            # A log that no hello has named has no place among the others yet.
            if site is not None and head.log in site.heads:
                site.heads[head.log] = head
                site.wake.set()

    async def _hear_state(self, heard: Heard) -> None:
        recorder = UUID(subjects.parse(heard.subject).recorder)
        with contextlib.suppress(Malformed):
            state = codec.decode(State, heard.data)
            self.connected.add(recorder)
            self.heard_s[recorder] = asyncio.get_running_loop().time()
            await self.do(_note_state, recorder, state, self._now())

    def _site(self, recorder: UUID) -> _Site:
        if recorder not in self._sites:
            site = self._sites[recorder] = _Site(recorder)
            site.task = asyncio.get_running_loop().create_task(self._work(site))
        return self._sites[recorder]

    # -- one recorder's rounds -------------------------------------------------------------------------------------

    async def _work(self, site: _Site) -> None:
        pause_s = AGAIN_S
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(site.wake.wait(), pause_s)
            site.wake.clear()
            try:
                pause_s = await self._round(site)
            except FabricError as error:
                _LOGGER.info("recorder %s: %s", site.recorder, error)
                pause_s = AGAIN_S
            except Exception:
                _LOGGER.exception("recorder %s: an error of our own", site.recorder)
                pause_s = AGAIN_S

    async def _round(self, site: _Site) -> float:
        """Everything that is due; returns when to look again at the latest, in seconds."""
        now = self._now()
        if site.desk is None:
            site.desk = Desk(site.recorder, self._data / "logs")
        if site.hello is not None:
            await self.do(self._greet, site.desk, site.hello, now)
            self.connected.add(site.recorder)
            site.hello = None
        if await self._store(site, site.desk):
            await self._index(site, site.desk)
        await self._cosign(site, site.desk)
        return max(0.5, min(AGAIN_S, site.cosign_due - asyncio.get_running_loop().time()))

    def _greet(self, desk: Desk, hello: Hello, now: datetime) -> None:
        desk.greet(hello.software, hello.configuration, now=now)
        desk.announced([head.log for head in hello.logs], now=now)
        try:
            devices.learn_sealing_key(WORKER, recorder=desk.recorder, key=hello.sealing_key[:44])
        except NotPossible:
            alarms.tell(desk.recorder, "sealing_key_other", now=now)

    async def _store(self, site: _Site, desk: Desk) -> bool:
        """Whether every log is stored as far as its follower needs it: only then may it be indexed."""
        heads = list(site.heads.values())
        for place, head in enumerate(heads):
            if head.note and not await self._store_log(site, desk, head):
                return False
            if place and not await self._store_bound(site, desk, head.log):
                return False
        return True

    async def _store_log(self, site: _Site, desk: Desk, head: LogHead) -> bool:
        note, loop = head.note.encode(), asyncio.get_running_loop()
        if desk.copy(head.log).head.note == note:
            return True
        if site.refused_until.get(head.log, 0.0) > loop.time():
            return False
        try:
            taken = await self._accepted(desk, head, note)
            await self.do(desk.must_be_of, taken, head.log, now=self._now())
            copy, size = desk.copy(head.log), taken.checkpoint.size
            while copy.head.size < size or copy.head.note != note:
                if not self._gate.is_open():
                    return False  # The recorder keeps its log; it is asked again after a while.
                fresh = await self._entries(desk, head.log, copy.head.size, min(size, copy.head.size + CHUNK))
                end = copy.head.size + len(fresh)
                proof = await self._proof(desk, head.log, end, size) if end < size else []
                await self.do(desk.store, taken, fresh, proof, now=self._now())
        except NotVerified as error:
            return self._refuse(site, head.log, error)
        return True

    def _refuse(self, site: _Site, log: str, error: NotVerified) -> bool:
        _LOGGER.warning("recorder %s: %s", site.recorder, error)
        site.refused_until[log] = asyncio.get_running_loop().time() + REFUSED_S
        return False

    async def _accepted(self, desk: Desk, head: LogHead, note: bytes) -> Signed:
        opening = b""
        if await self.do(desk.needs_opening, note):
            opening = (await self._client.entries(str(desk.recorder), head.log, 0, 1))[0]
        return await self.do(desk.accept_head, note, opening, now=self._now())

    async def _store_bound(self, site: _Site, desk: Desk, follower: str) -> bool:
        """Entries of the log before that only the follower's opening covers: behind its last own checkpoint, so few."""
        bound, loop = await self.do(desk.bound_by, follower), asyncio.get_running_loop()
        if bound is None:
            return True
        if site.refused_until.get(follower, 0.0) > loop.time():
            return False
        log = bound["origin"].rpartition(f"{desk.recorder}/")[2]
        try:
            await self._fetch_bound(desk, follower, log, bound["size"])
        except NotVerified as error:
            return self._refuse(site, follower, error)
        return True

    async def _fetch_bound(self, desk: Desk, follower: str, log: str, end: int) -> None:
        while (size := desk.copy(log).head.size) < end:
            fresh = await self._entries(desk, log, size, min(end, size + CHUNK))
            await self.do(desk.store_bound, follower, fresh, now=self._now())

    async def _entries(self, desk: Desk, log: str, begin: int, end: int) -> list[bytes]:
        """Entries from ``begin`` on up to ``end``, or fewer that are large."""
        found: list[bytes] = []
        taken = 0
        while begin + len(found) < end and taken < CHUNK_BYTES:
            fresh = await self._client.entries(str(desk.recorder), log, begin + len(found), end)
            found += fresh
            taken += sum(map(len, fresh))
        return found

    async def _proof(self, desk: Desk, log: str, old: int, new: int) -> list[bytes]:
        proof = await self._client.ask(str(desk.recorder), subjects.PROOF, ProofWanted(log, old, new), Proof, 20.0)
        try:
            return [bytes.fromhex(each) for each in proof.hashes]
        except ValueError:
            return []

    async def _index(self, site: _Site, desk: Desk) -> None:
        while (read := await self.do(desk.index_batch, now=self._now())) is not None:
            for follower in self.followers:
                try:
                    await self.do(follower, site.recorder, read, self._now())
                except Exception:
                    _LOGGER.exception("recorder %s: who follows the log made an error", site.recorder)

    async def _cosign(self, site: _Site, desk: Desk) -> None:
        time_s = asyncio.get_running_loop().time()
        if time_s >= site.cosign_due:
            site.cosign_due = time_s + COSIGN_EVERY_S
            site.returning.update(await self.do(self._cosigned, site, desk))
        for log, note in list(site.returning.items()):
            size = await self._client.order(str(site.recorder), subjects.COSIGNED, CosignedHead(log, note.decode()))
            await self.do(_note_returned, site.recorder, log, size)
            del site.returning[log]

    def _cosigned(self, site: _Site, desk: Desk) -> dict[str, bytes]:
        """Cosign every log that has grown; the notes that the recorder has not acknowledged, by log."""
        if site.witness is None:
            site.witness = CentreWitness(site.recorder, self._data / "witness", self._keys.witness)
        owed: dict[str, bytes] = {}
        for log in desk.logs():
            try:
                site.witness.catch_up(log, desk.copy(log.name))
                log.refresh_from_db()
                note = site.witness.cosign(log, desk.copy(log.name), now=self._now())
            except (NotCosigned, LedgerError, OSError) as error:
                _LOGGER.warning("recorder %s, log %s: %s", site.recorder, log.name, error)
                continue
            if note is None and log.returned < log.cosigned:
                newest = Cosignature.objects.filter(log=log, size=log.cosigned).first()
                note = newest.note.encode() if newest else None
            if note is not None:
                owed[log.name] = note
        return owed


def _is_known(recorder: UUID) -> bool:
    return Recorder.objects.filter(pk=recorder, retired_at__isnull=True).exists()


def _note_state(recorder: UUID, state: State, now: datetime) -> None:
    ahead_us = state.at_us - round(now.timestamp() * 1_000_000)
    RecorderLine.objects.filter(recorder=recorder).update(
        last_heard_at=now, clock_ahead_us=ahead_us, configuration=min(max(0, state.configuration), 1 << 30)
    )


def _note_returned(recorder: UUID, log: str, size: int) -> None:
    RecorderLog.objects.filter(recorder=recorder, name=log, cosigned__gte=size, returned__lt=size).update(returned=size)


def _no(vi: str, en: str) -> bytes:
    return codec.encode(Outcome(False, vi, en))
