"""The centre as a witness: it cosigns what continues all that it has cosigned before, and says what came late.

Owns one witness file per recorder (FORMAT.md section 4.4; `minhbach check --witness` reads it as it is) and the rows
that follow from a cosignature: how far a log is witnessed, which footage was late. The file is the memory that decides;
the rows are mended from it after a kill between the two. It grows by 300 MB a year: beside it lies what was read of it
(`read`), signed by the witness itself like all that is in it, so that a start reads only what is new. Leaves the
decision to `ledger.witness`, and giving the cosigned checkpoint back to the recorder to `collecting`.

Errors::

    NotCosigned    the witness refuses or its file cannot be used; the alarm is kept
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from minhbach.centre.fabric.keys import fast_check
from minhbach.centre.footage import alarms
from minhbach.centre.footage.logcopy import LogCopy
from minhbach.centre.footage.models import Cosignature, FootageStream, LateSpan, LogKey, RecorderLog
from minhbach.durable import Files
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import entry as entries
from minhbach.ledger import note
from minhbach.ledger.audit import LATE_S
from minhbach.ledger.entry import Entry, EntryError
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.witness import Cosigned, Refusal, Witness, WitnessView, read_witness_file

SECOND_US = 1_000_000
NOTE_EVERY = 64
"""Cosignatures between two notes of how far the file was read: three quarters of an hour of one log."""


class NotCosigned(Exception):
    """A log was not cosigned; ``vi`` and ``en`` say why."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en


class CentreWitness:
    """The witness of one recorder. Its file is locked while it is open; ``close`` it."""

    def __init__(self, recorder: UUID, folder: Path, signer: note.Signer, files: Files | None = None) -> None:
        self.recorder = recorder
        self.path = folder / f"{recorder}.witness"
        self._signer = signer
        self._files = files or Files()
        self._files.make_folder(folder)
        if not self.path.exists():
            self._files.create(self.path).close()
            self._files.sync_folder(folder)
        self._lock = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._file = self._files.append(self.path)
        self._trusted: set[str] = set()
        self._keys: dict[str, note.Verifier] = {}
        self._before = WitnessView((), (), 0)
        self._recent: list[Cosigned] = []
        self._witness = self._open()

    def close(self) -> None:
        """Let another process be this witness."""
        self._note_read()
        self._file.close()
        os.close(self._lock)

    def catch_up(self, log: RecorderLog, copy: LogCopy) -> None:
        """Rows for what the file says was cosigned and the rows do not: after a kill in between, or made anew."""
        latest = self._witness.latest(log.origin)
        if latest is None or log.cosigned >= latest.size:
            return
        earlier = self._before.latest(log.origin)
        if earlier is None or earlier.checkpoint.size <= log.cosigned:
            records: Sequence[Cosigned] = self._recent
        else:
            records = read_witness_file(self.path.read_bytes(), fast_check).cosigned
        mine = [each for each in records if each.checkpoint.origin == log.origin]
        past = [each for each in mine if log.cosigned < each.checkpoint.size <= log.indexed]
        if past:
            remember(log, copy, past)

    def cosign(self, log: RecorderLog, copy: LogCopy, *, now: datetime) -> bytes | None:
        """Cosign the stored head of a log; the note with the cosignature, None when there is nothing new to sign.

        Raises NotCosigned.
        """
        self._trust(log)
        latest = self._witness.latest(log.origin)
        head = copy.head
        if not head.note or (latest is not None and latest.size >= head.size) or log.indexed < head.size:
            return None
        old = latest.size if latest is not None else 0
        proof = copy.reader().consistency_proof(old, head.size) if 0 < old < head.size else []
        try:
            line = self._witness.add_checkpoint(old, proof, head.note, int(now.timestamp()))
        except Refusal as refusal:
            raise self._not_cosigned(log, *refusal.sentence, refusal.evidence or b"", now) from None
        except LedgerError as error:
            # What is stored is unknown: only a reading of the file can say (FORMAT.md 4.3).
            self._witness = self._open()
            raise self._not_cosigned(log, str(error), str(error), b"", now) from None
        cosigned = Cosigned(checkpoints.claimed(head.note), int(now.timestamp()), head.note + line)
        self._recent.append(cosigned)
        remember(log, copy, [cosigned])
        if len(self._recent) >= NOTE_EVERY:
            self._note_read()
        return cosigned.note

    def _open(self) -> Witness:
        before = self._read_before()
        with self.path.open("rb") as file:
            file.seek(before.good_bytes if before else 0)
            past = file.read()
        view = read_witness_file(past, fast_check, before)
        begin = before.good_bytes if before else 0
        if view.good_bytes < begin + len(past):
            self._files.truncate(self.path, view.good_bytes)
        logs = [key for key in view.verifiers if key.algorithm == note.LOG_KEY]
        self._trusted = {key.vkey for key in logs}
        self._keys = {key.vkey: key for key in (self._signer.verifier, *view.verifiers)}
        self._before, self._recent = before or WitnessView((), (), 0), list(view.cosigned)
        # The view was checked a line above; a witness that begins behind it checks no record a second time.
        read = view.summary(before) if view.good_bytes else None
        return Witness(self._signer, logs, b"", self._append, fast_check, read)

    def _append(self, record: bytes) -> None:
        self._file.write([record])
        self._file.sync()

    def _read_before(self) -> WitnessView | None:
        """What was noted of the file, where it is true of this one; one that was put back is read from its start."""
        try:
            first, _, rest = self._read_path.read_bytes().partition(b"\n")
            noted = read_witness_file(rest, fast_check)
            good_bytes, last = int(first), noted.cosigned[-1].record()
            with self.path.open("rb") as file:
                file.seek(good_bytes - len(last))
                if file.read(len(last)) != last:
                    return None
        except (OSError, ValueError, IndexError, LedgerError):
            return None
        return WitnessView(noted.verifiers, noted.cosigned, good_bytes)

    def _note_read(self) -> None:
        """Keep what this start has read and written, so that the next begins there."""
        if not self._recent:
            return
        size = self.path.stat().st_size
        view = WitnessView(tuple(self._keys.values()), tuple(self._recent), size).summary(self._before)
        self._files.replace(self._read_path, b"%d\n" % size + view.file(), mode=0o600)
        self._before, self._recent = view, []

    @property
    def _read_path(self) -> Path:
        return self.path.with_suffix(".read")

    def _trust(self, log: RecorderLog) -> None:
        name = log.origin.rpartition("/")[0]
        for vkey in LogKey.objects.filter(recorder=self.recorder, name=name).values_list("vkey", flat=True):
            if vkey not in self._trusted:
                key = self._keys[vkey] = note.parse_vkey(vkey, fast_check)
                self._witness.trust(key)
                self._trusted.add(vkey)

    def _not_cosigned(self, log: RecorderLog, vi: str, en: str, evidence: bytes, now: datetime) -> NotCosigned:
        alarms.tell(self.recorder, "not_cosigned", now=now, log=log.name, evidence=evidence, why=vi, why_en=en)
        return NotCosigned(vi, en)


def remember(log: RecorderLog, copy: LogCopy, records: Sequence[Cosigned]) -> None:
    """The rows of cosignatures that a witness file already holds, by size; each says what it was the first to cover."""
    with transaction.atomic():
        log = RecorderLog.objects.select_for_update().get(pk=log.pk)
        streams = {(row.camera, row.stream): row for row in FootageStream.objects.filter(recorder=log.recorder_id)}
        seen, hours, reader = _Seen(), {}, copy.reader()
        for record in records:
            size, at = record.checkpoint.size, datetime.fromtimestamp(record.time_s, UTC)
            for entry in _readable(reader.entries(min(log.cosigned, size), size)):
                seen.take(entry, record.time_s)
            hour = at.replace(minute=0, second=0, microsecond=0)
            hours[hour] = Cosignature(log=log, hour=hour, size=size, cosigned_at=at, note=record.note.decode())
            log.cosigned, log.cosigned_at = max(log.cosigned, size), at
        seen.save(streams)
        Cosignature.objects.bulk_create(
            hours.values(),
            update_conflicts=True,
            unique_fields=["log", "hour"],
            update_fields=["size", "cosigned_at", "note"],
        )
        log.save(update_fields=["cosigned", "cosigned_at"])


@dataclass(slots=True)
class _Seen:
    """What cosignatures mean for the streams of the entries that they are the first to cover."""

    until: dict[tuple[str, str], int] = field(default_factory=dict)
    late: dict[tuple[str, str], list[tuple[int, int, int]]] = field(default_factory=dict)

    def take(self, entry: Entry, time_s: int) -> None:
        if entry["kind"] not in ("segment", "gap"):
            return
        name, begin_us, end_us = (entry["camera"], entry["stream"]), entry["begin_us"], entry["end_us"]
        self.until[name] = end_us
        if time_s * SECOND_US - entry["at_us"] <= LATE_S * SECOND_US or begin_us >= end_us:
            return
        spans = self.late.setdefault(name, [])
        if spans and spans[-1][1:] == (begin_us, time_s):
            begin_us = spans.pop()[0]
        spans.append((begin_us, end_us, time_s))

    def save(self, streams: dict[tuple[str, str], FootageStream]) -> None:
        for name, until_us in self.until.items():
            streams[name].witnessed_until_us = until_us
        FootageStream.objects.bulk_update([streams[name] for name in self.until], ["witnessed_until_us"])
        LateSpan.objects.bulk_create(
            LateSpan(
                stream=streams[name],
                begin_us=begin_us,
                end_us=end_us,
                witnessed_at=datetime.fromtimestamp(time_s, UTC),
            )
            for name, spans in self.late.items()
            for begin_us, end_us, time_s in spans
        )


def _readable(items: Iterable[bytes]) -> Iterator[Entry]:
    for data in items:
        try:
            yield entries.decode(data)
        except EntryError:
            continue  # An alarm already, by the index.
