"""The one package of an extraction, made by the worker: fetched, proven, written, verified, and only then finished.

Owns the order of things. Promises that nothing leaves a recorder but under a viewing of whoever began the build, that
a package which the court's verifier would not accept is never handed out, and that a build which broke may begin again
where it was. Leaves rows and stages to `actions.building`, bytes to `fetching`, the form to `ledger.extract`.

Errors: PackingFailed: `words` say why and what to do; the build is then failed and may be begun again.
"""

from __future__ import annotations

import asyncio
import datetime
import hashlib
import logging
import shutil
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError

from minhbach.centre.access.actions.exports import close_export, lease_export, open_export
from minhbach.centre.access.actions.viewings import Left, ViewingRefused
from minhbach.centre.access.models import Account
from minhbach.centre.evidence.actions import masking as masks
from minhbach.centre.evidence.actions.building import demand_still_open, fail_build, package_path, waiting_builds
from minhbach.centre.evidence.actions.stamping import Attesting, finish_vouched
from minhbach.centre.evidence.contents import Facts, documents, facts_of
from minhbach.centre.evidence.copies.sealed import CopyFailed, Sealed
from minhbach.centre.evidence.copies.working import Mark, NotMade, all_said, working_copies
from minhbach.centre.evidence.fetching import FetchFailed, fetch
from minhbach.centre.evidence.leavings import left_over, sweep
from minhbach.centre.evidence.mask_building import (
    Masking,
    Next,
    audible_in,
    lay_out,
    make,
    next_step,
    reviewed_copies,
    why_dropped,
)
from minhbach.centre.evidence.models import Build, MaskRound
from minhbach.centre.evidence.people import ExtractionRefused, moment
from minhbach.centre.evidence.progress import Step, Telling
from minhbach.centre.evidence.proofs import court_keys, package_logs
from minhbach.centre.evidence.scope import named
from minhbach.centre.evidence.stages import item
from minhbach.centre.fabric import keys, known_keys
from minhbach.centre.fabric.client import Client
from minhbach.centre.footage.floor import Gate, Work
from minhbach.centre.words import Words
from minhbach.durable import Files
from minhbach.ledger.approval import Approval, read_review
from minhbach.ledger.approval import read as read_approval
from minhbach.ledger.courtkeys import Keys
from minhbach.ledger.entry import Entry
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.extract import Copy, Material, build_approved, originals_of
from minhbach.ledger.proofs import PackageLog
from minhbach.ledger.reasons import reason
from minhbach.ledger.scope import Scope, ScopeStream
from minhbach.ledger.scope import read as read_scope
from minhbach.ledger.verdicts import Verdict
from minhbach.ledger.verify import verify

_LOGGER = logging.getLogger(__name__)

LOOK_S = 3.0
RENEW_S = 4.0
MOST_TRIES = 3
SWEEP_S = 3600.0
SPARE_BYTES = 1 << 30
ACCEPTED = (Verdict.AUTHENTIC, Verdict.GAPS, Verdict.UNWITNESSED, Verdict.DERIVED)
UNSOUND = Words(
    "Gói vừa lập không qua được chương trình kiểm tra ({verdict}); hãy chạy kiểm tra nhật ký của đầu ghi.",
    "The package does not pass the verifier ({verdict}); check the recorder's log.",
)
UNPROVEN = Words("Không lập được gói: {why}", "The package cannot be built: {why}")
NO_ROOM = Words(
    "Không ghi được gói vào kho của trung tâm; hãy kiểm tra dung lượng đĩa trước.",
    "The package cannot be written at the centre; check the disk's free space first.",
)
NOBODY = Words(
    "Người thực hiện không còn tài khoản đang hoạt động.", "Who began the build has no active account any more."
)

OURS = Words(
    "Lập gói gặp lỗi của phần mềm; chi tiết ở nhật ký của tiến trình nền. Hãy báo quản trị hệ thống.",
    "The software made a mistake at this package; the worker's log says which. Tell the system administrator.",
)
ENDED = Words(
    "Tiến trình nền đã dừng giữa chừng ba lần khi làm việc này nên không thử nữa. Hãy báo quản trị hệ thống.",
    "The worker ended three times in the middle of this and does not try again. Tell the system administrator.",
)
TAKEN_BACK = Words(
    "Yêu cầu đã bị rút hoặc hết hạn trong lúc lập gói; gói không được giữ lại.",
    "The request was withdrawn or ran out while the package was made; the package was not kept.",
)

Do = Callable[..., Awaitable[Any]]
"""Runs blocking work with the database on the desk's thread: `Collector.do`."""
Fetch = Callable[[str, Entry, Path], Awaitable[None]]
"""Brings the sealed file of a recorder's entry to a path. Raises FetchFailed, OSError."""


class PackingFailed(Exception):
    """No package; the words are for the technician."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is known before a byte moves. `originals` are the sealed files wanted, by recorder."""

    build: UUID
    extraction: UUID
    actor: Account
    cameras: tuple[UUID, ...]
    scope: Scope
    approvals: tuple[Approval, ...]
    logs: Mapping[str, Sequence[PackageLog]]
    originals: tuple[tuple[str, Entry], ...]
    facts: Facts
    keys: Keys
    receiver: str
    streams: Mapping[str, ScopeStream]

    @property
    def target(self) -> Path:
        """Where the package will lie."""
        return package_path(self.extraction)

    @property
    def work(self) -> Path:
        """Where sealed files wait until they are packed."""
        return self.target.with_suffix(".work")

    def file(self, recorder: str, entry: Entry) -> Path:
        """Where the sealed file of an entry waits."""
        name = f"{recorder}/{entry['disk']}/{entry['path']}"
        return self.work / f"{hashlib.sha256(name.encode()).hexdigest()}.mp4"

    @property
    def mark(self) -> Mark:
        """What is burned into copies."""
        return Mark(self.facts.number, self.receiver, self.facts.labels)

    def pieces(self) -> dict[tuple[str, str], list[Sealed]]:
        """The sealed files that were gathered, by recorder and camera."""
        found: dict[tuple[str, str], list[Sealed]] = {}
        for recorder, entry in self.originals:
            piece = Sealed(entry["begin_us"], entry["end_us"], self.file(recorder, entry))
            found.setdefault((recorder, entry["camera"]), []).append(piece)
        return found

    @property
    def telling(self) -> Telling:
        """Where it is told how far it has come."""
        begin_us, end_us = self.scope.asked.range_us
        return Telling(self.work, len(self.scope.asked.streams) * -(-(end_us - begin_us) // 1_000_000))

    def masking(self) -> Masking:
        """The same for a masked copy."""
        return Masking(self.extraction, self.scope, self.mark, self.pieces(), self.streams)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a masked package holds: the copies, who signed for them, what of their sound can be heard (`audible_in`)."""

    copies: Sequence[Copy]
    reviews: Sequence[Approval]
    audible: Mapping[tuple[str, str], Sequence[tuple[int, int, str]]]


class Packing:
    """Looks every few seconds whether somebody began a build. For the worker's loop."""

    def __init__(self, client: Client, do: Do, now: Callable[[], datetime.datetime]) -> None:
        self._client = client
        self._do = do
        self._now = now
        self._gate = Gate(Work.PACKING, settings.MINHBACH_DATA)

    async def run(self) -> None:
        """Until cancelled."""
        swept_s = -SWEEP_S
        while True:
            if time.monotonic() - swept_s > SWEEP_S:
                for path in await self._do(left_over, now=self._now()):
                    await asyncio.to_thread(sweep, path)
                swept_s = time.monotonic()
            if self._gate.is_open():
                for build in await self._do(waiting_builds):
                    await self._one(build)
            await asyncio.sleep(LOOK_S)

    async def _one(self, build: Build) -> None:
        """One build as far as it goes now. Whatever becomes of it, the next one has its turn."""
        why = None
        try:
            await self._step(build)
        except (PackingFailed, FetchFailed, ViewingRefused, CopyFailed, ExtractionRefused) as problem:
            why = problem.words
        except LedgerError as problem:
            why = UNPROVEN.fill(why=Words(*reason(problem)))
        except OSError:
            _LOGGER.exception("build %s", build.id)
            why = NO_ROOM
        except Exception:
            _LOGGER.exception("build %s: an error of our own", build.id)
            why = OURS
        if why is not None:
            await self._do(fail_build, build.id, why=why, now=self._now())
            masked = await self._do(masks.is_masked, build.id)
            await asyncio.to_thread(given_up, masks.work_folder(build.extraction_id), masked=masked)

    async def _step(self, build: Build) -> None:
        step, newest = Next.WHOLE, None
        if await self._do(masks.is_masked, build.id):
            step, newest = await self._do(next_step, build.id, now=self._now())
        if step is Next.WAIT:
            return
        if step is Next.DROP:
            raise PackingFailed(await self._do(why_dropped, build.id))
        if newest is not None and step is Next.ANEW:
            if newest.accepted:
                raise PackingFailed(masks.KEPT_VOICE)
            await self._do(masks.voice_kept, newest.id, now=self._now())
            return
        tries = Tries(masks.work_folder(build.extraction_id))
        if not await asyncio.to_thread(tries.another):
            if newest is None or step is not Next.MAKE:
                raise PackingFailed(ENDED)
            await self._do(masks.not_made, newest.id, why=ENDED, now=self._now())
        else:
            plan = await self._do(planned, build.id)
            await self._take(plan, step, newest)
            await asyncio.to_thread(plan.telling.over)
        await asyncio.to_thread(tries.over)

    async def _take(self, plan: Plan, step: Next, newest: MaskRound | None) -> None:
        """A package with originals is made in one go, a masked copy step by step; people decide in between."""
        masking = plan.masking()
        if step is Next.WHOLE:
            await self._gather(plan)
            await self._pack(plan)
        elif step is Next.FETCH:
            await self._gather(plan)
            await asyncio.to_thread(lay_out, masking)
        elif newest is not None and step is Next.MAKE:
            await self._make(masking, newest)
        elif newest is not None:
            copies = await asyncio.to_thread(reviewed_copies, masking, newest.serial, newest.copies)
            made = Reviewed(copies, [read_review(newest.record)], audible_in(masking, newest.decisions))
            await self._pack(plan, made)

    async def _make(self, masking: Masking, newest: MaskRound) -> None:
        try:
            copies = await asyncio.to_thread(make, masking, newest.serial, newest.decisions)
        except CopyFailed as problem:
            why = problem.words
        except OSError:
            _LOGGER.exception("masked copy %s", newest.id)
            why = NO_ROOM
        except Exception:
            _LOGGER.exception("masked copy %s: an error of our own", newest.id)
            why = OURS
        else:
            await self._do(masks.made, newest.id, copies=copies, now=self._now())
            return
        await self._do(masks.not_made, newest.id, why=why, now=self._now())

    async def _gather(self, plan: Plan) -> None:
        leases = _Leases(self._do, await self._do(opened, plan, now=self._now()), self._now)

        async def bring(recorder: str, entry: Entry, target: Path) -> None:
            await fetch(self._client, recorder, entry, leases.token, target)

        try:
            await gather(plan, bring)
        except BaseException:
            await leases.end((), 0)
            raise
        await leases.end(*left_of(plan))

    async def _pack(self, plan: Plan, masked: Reviewed | None = None) -> None:
        attesting = Attesting(self._now())
        digest, size = await asyncio.to_thread(pack, plan, now=self._now(), masked=masked, attesting=attesting)
        try:
            await self._do(finish_vouched, plan.build, attesting, digest=digest, size_bytes=size, now=self._now())
        except IntegrityError:
            await asyncio.to_thread(plan.target.unlink, True)
            await asyncio.to_thread(shutil.rmtree, plan.work, True)
            raise PackingFailed(TAKEN_BACK) from None
        await asyncio.to_thread(shutil.rmtree, plan.work, True)


class _Leases:
    """A lease that is always alive, asked for again every few seconds, until `end`."""

    def __init__(self, do: Do, viewing: UUID, now: Callable[[], datetime.datetime]) -> None:
        self._do, self._viewing, self._now = do, viewing, now
        self._token, self._at_s = "", 0.0
        self._turn = asyncio.Lock()

    async def token(self) -> str:
        """Raises ViewingRefused when the right is gone."""
        async with self._turn:
            if time.monotonic() - self._at_s > RENEW_S:
                self._token = await self._do(lease_export, self._viewing, now=self._now())
                self._at_s = time.monotonic()
            return self._token

    async def end(self, left: Sequence[Left], size_bytes: int) -> None:
        """Write down what left."""
        await self._do(close_export, self._viewing, left=left, size_bytes=size_bytes, now=self._now())


def left_of(plan: Plan) -> tuple[list[Left], int]:
    """What has left its recorders once all is gathered, and how many bytes."""
    left = [
        Left(f"{recorder}/{entry['camera']}", False, entry["begin_us"], entry["end_us"])
        for recorder, entry in plan.originals
    ]
    return left, sum(entry["bytes"] for _, entry in plan.originals)


class Tries:
    """How often a step of a build was begun and never ended, as a file that outlives the process which began it.

    A build that takes the whole worker down with it would else do so for ever.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "tries"

    def another(self) -> bool:
        """Count one more; False when that is more than enough. Raises OSError."""
        try:
            before = int(self._file.read_bytes())
        except (FileNotFoundError, ValueError):
            before = 0
        self._file.parent.mkdir(0o700, True, True)
        self._file.write_text(str(before + 1))
        return before < MOST_TRIES

    def over(self) -> None:
        """The step ended, well or not."""
        self._file.unlink(missing_ok=True)


def given_up(folder: Path, *, masked: bool) -> None:
    """What a build that failed leaves: nothing of a masked copy; of another what came, for who begins it again."""
    if masked:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        Tries(folder).over()
        Telling(folder).over()


def planned(build: UUID) -> Plan:
    """What a build is to hold. Raises PackingFailed, LedgerError."""
    row = Build.objects.select_related("extraction", "revision").get(id=build)
    actor = Account.objects.filter(person=row.begun_by_id, is_active=True).first()
    if actor is None:
        raise PackingFailed(NOBODY)
    scope = read_scope(bytes(row.revision.scope))
    approvals = tuple(read_approval(each.record) for each in row.revision.approvals.order_by("number"))
    data = Path(settings.MINHBACH_DATA)
    logs = package_logs(scope, data)
    readers = {recorder: [log.reader for log in each] for recorder, each in logs.items()}
    cameras = tuple(row.revision.cameras.order_by("id").values_list("id", flat=True))
    return Plan(
        build=row.id,
        extraction=row.extraction_id,
        actor=actor,
        cameras=cameras,
        scope=scope,
        approvals=approvals,
        logs=logs,
        originals=tuple(originals_of(scope, readers)),
        facts=facts_of(row.extraction, scope, cameras),
        keys=court_keys(scope, data),
        receiver=f"{row.revision.receiver_name}, {row.revision.receiver_body}",
        streams=named(scope, cameras),
    )


def opened(plan: Plan, *, now: datetime.datetime) -> UUID:
    """The viewing under which the sealed files leave their recorders. Raises ViewingRefused, ExtractionRefused."""
    # A session may have been marked while the build waited for its turn.
    demand_still_open(item(plan.extraction, now=now), now=now)
    entries = [entry for _, entry in plan.originals]
    asked = plan.scope.asked
    begin_us = min([asked.begin_us, *(entry["begin_us"] for entry in entries)])
    end_us = max([asked.end_us, *(entry["end_us"] for entry in entries)])
    ground = f"extraction:{plan.extraction}"
    begin, end = moment(begin_us), moment(end_us)
    return open_export(plan.actor, cameras=plan.cameras, begin=begin, end=end, ground=ground, now=now).id


async def gather(plan: Plan, bring: Fetch, spare_bytes: int = SPARE_BYTES) -> None:
    """Bring all sealed files together, one after the other. Raises PackingFailed, FetchFailed, OSError."""
    await asyncio.to_thread(plan.work.mkdir, 0o700, True, True)
    wanted = sum(entry["bytes"] for _, entry in plan.originals)
    free = (await asyncio.to_thread(shutil.disk_usage, plan.work)).free
    # Once as they come and once in the package; a full disk would stop the database before it stopped this.
    if free < 2 * wanted + spare_bytes:
        raise PackingFailed(NO_ROOM)
    telling = plan.telling
    for number, (recorder, entry) in enumerate(plan.originals):
        telling.files(Step.FETCH, number, len(plan.originals))
        await bring(recorder, entry, plan.file(recorder, entry))


def pack(
    plan: Plan,
    *,
    now: datetime.datetime,
    masked: Reviewed | None = None,
    attesting: Attesting | None = None,
) -> tuple[str, int]:
    """Write the package from the files that were gathered, verify it, and only then let it lie at its place.

    `masked` is what a masked package holds; for another, working copies are made here. `attesting` knows afterwards
    who vouched for it.
    Returns the SHA-256 of the file in hex and its size. Raises PackingFailed, LedgerError, OSError.
    """
    telling, opened_files = plan.telling, count(1)

    def open_file(recorder: str, entry: Entry) -> BinaryIO:
        telling.files(Step.PACK, next(opened_files), len(plan.originals))
        return plan.file(recorder, entry).open("rb")

    vouching = attesting or Attesting(now)
    copies, missing = _working(plan) if masked is None else (masked.copies, ())
    vouching.left_out = all_said(missing)
    telling.files(Step.PACK, 0, len(plan.originals) if masked is None else 0)
    derived = [each.derived for each in copies]
    material = Material(
        scope=plan.scope,
        approvals=plan.approvals,
        logs=plan.logs,
        open_file=open_file,
        documents=lambda held: documents(
            plan.scope,
            plan.facts,
            held,
            derived,
            missing,
            masked.audible if masked else {},
            sign=vouching.report,
            now=now,
        ),
        seal=keys.load_approval(settings.MINHBACH_DATA / "keys"),
        centres=[each.verifier for each in known_keys.known(settings.MINHBACH_DATA / "keys", known_keys.Role.CENTRE)],
        now_us=round(now.timestamp() * 1_000_000),
        stamp=vouching.stamp,
        copies=copies,
        reviews=masked.reviews if masked is not None else (),
    )
    fresh = plan.work / "package.zip"
    for left in (fresh, fresh.with_name("package.zip.part")):
        left.unlink(missing_ok=True)
    build_approved(fresh, material)
    telling.files(Step.VERIFY, 0, 0)
    report = verify(fresh, plan.keys)
    if report.verdict not in ACCEPTED or not report.approved:
        raise PackingFailed(UNSOUND.fill(verdict=report.verdict.name))
    digest = _digest(fresh)
    files = Files()
    files.make_folder(plan.target.parent)
    files.rename(fresh, plan.target)
    files.sync_folder(plan.target.parent)
    return digest, plan.target.stat().st_size


def _working(plan: Plan) -> tuple[Sequence[Copy], Sequence[NotMade]]:
    tell = partial(plan.telling.share, Step.WORKING)
    return working_copies(plan.work, plan.scope, plan.pieces(), plan.mark, tell)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
