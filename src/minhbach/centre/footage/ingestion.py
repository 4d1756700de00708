"""From what a recorder sends to what the centre stores: verified, as files and rows, cosigned.

Owns the order (prove, store the files, index, cosign) and which keys may sign a recorder's logs: the first key of a
name that the enrolled recorder shows, and what that key names after it. Synchronous and without a line: `collecting`
brings what comes over the fabric, a set-up what lies in a folder. Promises that what does not verify changes nothing
and is an alarm (invariant 5), and that every step may be repeated after a kill. One `Desk` per recorder at a time.

Errors::

    NotVerified    what was offered is refused; the alarm is kept
    └── TooMuch    it is more than this recorder may have the centre keep by now
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from minhbach.centre.fabric.keys import fast_check
from minhbach.centre.footage import alarms, allowance, indexing
from minhbach.centre.footage.allowance import Allowance
from minhbach.centre.footage.logcopy import Contradiction, Head, LogCopy
from minhbach.centre.footage.models import LogKey, RecorderLine, RecorderLog
from minhbach.centre.footage.witnessing import CentreWitness
from minhbach.centre.registry.models import Camera
from minhbach.durable import Files
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import entry as entries
from minhbach.ledger import note
from minhbach.ledger.checkpoint import Signed
from minhbach.ledger.entry import Entry
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.tiles import LogReader

CHUNK = 2048
"""Entries taken in at once, where a proof leads from there to the signed head."""


CHUNK_BYTES = 8 << 20
"""The same in bytes: an entry may have 60 KB, and a chunk lies in memory whole."""


class NotVerified(Exception):
    """What a recorder offered does not verify."""


class TooMuch(NotVerified):
    """More than this recorder may have the centre keep by now; it is taken in when there is room again."""


class Desk:
    """One recorder's logs at the centre. ``folder``: `MINHBACH_DATA/logs`. All methods block and use the database."""

    def __init__(self, recorder: UUID, folder: Path, files: Files | None = None) -> None:
        self.recorder = recorder
        self._folder = folder / str(recorder)
        self._files = files or Files()
        self._copies: dict[str, LogCopy] = {}

    def greet(self, software: str, configuration: int, *, now: datetime) -> None:
        """The recorder was heard."""
        heard = {"last_heard_at": now, "software": software[:80], "configuration": configuration}
        first = {"first_heard_at": now, **heard}
        RecorderLine.objects.update_or_create(recorder_id=self.recorder, defaults=heard, create_defaults=first)

    def copy(self, log: str) -> LogCopy:
        """The stored files of a log by its name, ``2026`` or ``2/2026``."""
        if log not in self._copies:
            self._copies[log] = LogCopy(self._files, self._folder / log.replace("/", "-"))
        return self._copies[log]

    def logs(self) -> list[RecorderLog]:
        """What is here, oldest first."""
        return list(RecorderLog.objects.filter(recorder=self.recorder))

    def announced(self, names: Sequence[str], *, now: datetime) -> None:
        """The recorder has named its logs, oldest first; one that is here and not there is an alarm."""
        for missing in [each.name for each in self.logs() if each.name not in names]:
            alarms.tell(self.recorder, "log_missing", now=now, log=missing)

    def accept_head(self, note_bytes: bytes, opening: bytes | None = None, *, now: datetime) -> Signed:
        """The signed head of one of this recorder's logs. ``opening``: the log's first entry, needed when no key of its
        name is known yet. Raises NotVerified.
        """
        try:
            claimed = checkpoints.claimed(note_bytes)
            name = checkpoints.key_name(claimed.origin)
            log = entries.log_name(claimed.origin)
        except LedgerError:
            raise self._refused("head_unsigned", note_bytes, now) from None
        if not claimed.origin.startswith(f"{checkpoints.log_key_name(str(self.recorder))}/"):
            raise self._refused("log_foreign", note_bytes, now)
        keys = self._keys(name)
        fresh = None if keys else self._first_key(name, opening)
        try:
            signed = checkpoints.read(note_bytes, keys or ([fresh] if fresh else []))
        except note.NoteError:
            raise self._refused("head_unsigned", note_bytes, now, log) from None
        if fresh is not None:
            LogKey.objects.create(
                recorder_id=self.recorder, name=name, vkey=fresh.vkey, reason=LogKey.Reason.FIRST, trusted_at=now
            )
        self._compare(log, signed, now)
        return signed

    def must_be_of(self, signed: Signed, log: str, *, now: datetime) -> None:
        """A head must be of the log under whose name it came. Raises NotVerified."""
        if entries.log_name(signed.checkpoint.origin) != log:
            raise self._refused("log_foreign", signed.note, now)

    def needs_opening(self, note_bytes: bytes) -> bool:
        """Whether no key is known yet that could have signed this head, so that the log must name its own."""
        try:
            return not self._keys(checkpoints.key_name(checkpoints.claimed(note_bytes).origin))
        except LedgerError:
            return False

    def store(
        self, signed: Signed, fresh: Sequence[bytes], proof: Sequence[bytes] = (), *, now: datetime
    ) -> RecorderLog:
        """Store entries that go on behind the copy, as files and as the log's row. Raises NotVerified, OSError."""
        head = signed.checkpoint
        log = entries.log_name(head.origin)
        self._extend(log, fresh, Head(head.size, head.root, signed.note), proof, now)
        return self._row(log, head.origin, now)

    def store_bound(self, follower: str, fresh: Sequence[bytes], *, now: datetime) -> RecorderLog:
        """Store entries of a log that no checkpoint of its own covers, but the opening of the log that follows it.

        Raises NotVerified, OSError.
        """
        bound = self.bound_by(follower)
        assert bound is not None
        log = entries.log_name(bound["origin"])
        self._extend(log, fresh, Head(bound["size"], bytes.fromhex(bound["root"])), (), now)
        return self._row(log, bound["origin"], now)

    def bound_by(self, follower: str) -> Entry | None:
        """What the opening of a stored log binds of the log before: ``{origin, size, root}``."""
        opening = entries.decode(self.copy(follower).reader().entry(0))
        previous: Entry | None = opening["previous"] if opening["kind"] == "log_opened" else None
        return previous

    def index_batch(self, *, now: datetime) -> list[tuple[int, Entry]] | None:
        """Make rows of the next stored entries, log after log; those that were read, None when nothing was left."""
        for log in self.logs():
            if log.indexed < log.size:
                return indexing.index(log, self.copy(log.name).reader(), now=now)
        return None

    def read_until_us(self) -> int:
        """The recorder's time in the newest entry that rows speak of: what it logged before is known. 0: nothing is.

        Raises OSError, LedgerError.
        """
        log = RecorderLog.objects.filter(recorder=self.recorder, indexed__gt=0).order_by("-place").first()
        if log is None:
            return 0
        newest = entries.decode(self.copy(log.name).reader().entry(log.indexed - 1))
        return int(newest["at_us"])

    def _extend(self, log: str, fresh: Sequence[bytes], head: Head, proof: Sequence[bytes], now: datetime) -> None:
        copy, room = self.copy(log), self._room(fresh, log, now)
        try:
            copy.extend(fresh, head, proof)
        except Contradiction:
            raise self._refused("log_contradicts", head.note, now, log) from None
        # Only what is kept counts; killed before this line, the recorder has gained one chunk.
        RecorderLine.objects.filter(recorder=self.recorder).update(allowance_bytes=room.bytes, allowance_at=room.at)

    def _room(self, fresh: Sequence[bytes], log: str, now: datetime) -> Allowance:
        """What is left of the recorder's allowance behind these entries. Raises TooMuch."""
        line = RecorderLine.objects.filter(recorder=self.recorder).only("allowance_bytes", "allowance_at").first()
        known = None
        if line is not None and line.allowance_bytes is not None and line.allowance_at is not None:
            known = Allowance(line.allowance_bytes, line.allowance_at)
        cameras = Camera.objects.filter(recorder=self.recorder, retired_at__isnull=True).count()
        left, cost = allowance.now_left(known, cameras, now), allowance.cost(tuple(fresh))
        if cost > left.bytes:
            most = allowance.most(cameras) // allowance.MIB
            alarm = alarms.tell(self.recorder, "log_too_large", now=now, log=log, most=most)
            raise TooMuch(alarm.en)
        return Allowance(left.bytes - cost, left.at)

    def _row(self, name: str, origin: str, now: datetime) -> RecorderLog:
        """The log's row, true to its files."""
        head = self.copy(name).head
        log, made = RecorderLog.objects.get_or_create(
            recorder_id=self.recorder,
            name=name,
            defaults={"origin": origin, "place": RecorderLog.objects.filter(recorder=self.recorder).count()},
        )
        if made or log.size != head.size:
            log.size, log.root, log.stored_at = head.size, head.root.hex(), now
            log.save(update_fields=["size", "root", "stored_at"])
        return log

    def _compare(self, log: str, signed: Signed, now: datetime) -> None:
        """A head against what is stored: it never shrinks and never shows another history."""
        have, head = self.copy(log).head, signed.checkpoint
        if head.size < have.size:
            if self.copy(log).reader().root(head.size) != head.root:
                raise self._refused("log_forked", signed.note, now, log)
            if have.note:
                raise self._refused("log_shrunk", signed.note, now, log, have=have.size, size=head.size)
        elif head.size == have.size and head.root != have.root:
            raise self._refused("log_forked", signed.note, now, log)

    def _keys(self, name: str) -> list[note.Verifier]:
        vkeys = LogKey.objects.filter(recorder=self.recorder, name=name).values_list("vkey", flat=True)
        return [note.parse_vkey(vkey, fast_check) for vkey in vkeys]

    def _first_key(self, name: str, opening: bytes | None) -> note.Verifier | None:
        """The key that a log names itself: trusted on first use, as the recorder came with its enrolment."""
        try:
            entry = entries.decode(opening or b"")
            key = note.parse_vkey(entry["key"], fast_check) if entry["kind"] == "log_opened" else None
        except LedgerError:
            return None
        fits = key is not None and key.name == name and key.algorithm == note.LOG_KEY
        return key if fits else None

    def _refused(self, kind: str, evidence: bytes, now: datetime, log: str = "", **sizes: int) -> NotVerified:
        alarm = alarms.tell(self.recorder, kind, now=now, log=log, index=-1, evidence=evidence, **sizes)
        return NotVerified(alarm.en)


def import_past(
    recorder: UUID,
    name: str,
    reader: LogReader,
    note_bytes: bytes,
    witness: CentreWitness,
    folder: Path,
    *,
    now: datetime,
) -> RecorderLog:
    """Take in a finished log that lies in a folder, with the cosignatures of the witness' file and their own times.

    ``reader``, ``note_bytes``: the log up to its signed head. Verified like what comes over the line. Raises
    NotVerified, OSError.
    """
    desk = Desk(recorder, folder)
    desk.greet("", 0, now=now)
    signed = desk.accept_head(note_bytes, reader.entry(0), now=now)
    if entries.log_name(signed.checkpoint.origin) != name:
        raise NotVerified("The folder holds another log than the one named.")
    copy, size = desk.copy(name), signed.checkpoint.size
    log = None
    while log is None or copy.head.size < size:
        begin = copy.head.size
        end = min(size, begin + 8 * CHUNK)
        proof = reader.consistency_proof(end, size) if end < size else []
        log = desk.store(signed, list(reader.entries(begin, end)), proof, now=now)
    while desk.index_batch(now=now) is not None:
        pass
    log.refresh_from_db()
    witness.catch_up(log, copy)
    log.refresh_from_db()
    return log
