"""Verified entries of a recorder's logs, made into rows.

Owns that the rows of one batch, the state of the replay behind it and how far the index goes change in one transaction:
killed at any point, the next round does the same again and nothing is lost or doubled. Every entry is judged by the law
that the recorder and the court apply (`ledger.history`); what it finds becomes an alarm and never stops the index.
Leaves where entries come from to `ingestion`, stretches to `sheet`.
"""

import contextlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from minhbach.centre.footage import alarms
from minhbach.centre.footage.blocks import BlockSpans
from minhbach.centre.footage.models import (
    Cosignature,
    FootageStream,
    Gap,
    LateSpan,
    LogKey,
    RecorderLine,
    RecorderLog,
    Removal,
    Run,
    SegmentBlock,
)
from minhbach.centre.footage.sheet import Sheet
from minhbach.ledger import checkpoint, note
from minhbach.ledger import entry as entries
from minhbach.ledger.entry import Entry, EntryError
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.history import HistoryError, Replay
from minhbach.ledger.tiles import LogReader

BATCH = 2048


def index(log: RecorderLog, reader: LogReader, *, now: datetime) -> list[tuple[int, Entry]]:
    """Make rows of the next batch of a log's entries; returns those that could be read.

    ``log`` is refreshed. A log is indexed to its end before the one that follows it.
    """
    with transaction.atomic():
        line = RecorderLine.objects.select_for_update().get(recorder=log.recorder_id)
        log.refresh_from_db()
        end = min(log.indexed + BATCH, reader.size)
        batch = _Batch(line, log, now)
        read = batch.feed(enumerate(reader.entries(log.indexed, end), log.indexed))
        if log.indexed < end:
            batch.save()
            log.indexed = end
            log.save(update_fields=["indexed"])
    return read


def forget(recorder: UUID) -> None:
    """Take the rows of a recorder's logs away, to be made anew from the files: what happened, alarms and keys stay.

    What the witness has signed stands in its file; `witnessing` brings it back.
    """
    with transaction.atomic():
        RecorderLine.objects.select_for_update().filter(recorder=recorder).update(replay=None)
        for model in (Run, Gap, Removal, LateSpan, SegmentBlock):
            model.objects.filter(stream__recorder=recorder).delete()
        FootageStream.objects.filter(recorder=recorder).update(known_until_us=0, witnessed_until_us=0)
        Cosignature.objects.filter(log__recorder=recorder).delete()
        RecorderLog.objects.filter(recorder=recorder).update(indexed=0, cosigned=0, cosigned_at=None, returned=0)


class _Batch:
    def __init__(self, line: RecorderLine, log: RecorderLog, now: datetime) -> None:
        self._line = line
        self._log = log
        self._now = now
        self._recorder: UUID = log.recorder_id
        rows = FootageStream.objects.filter(recorder=self._recorder)
        streams = {(row.camera, row.stream): row for row in rows}
        self._spans = BlockSpans(streams)
        self._sheet = Sheet(self._recorder, streams, self._spans)
        self._replay = Replay.resume(line.replay, self._spans) if line.replay else Replay(self._spans)

    def feed(self, items: Iterable[tuple[int, bytes]]) -> list[tuple[int, Entry]]:
        read = []
        if self._log.indexed == 0 and self._log.place > 0:
            # The opening of this log must bind all of the log before.
            before = RecorderLog.objects.get(recorder=self._recorder, place=self._log.place - 1)
            self._replay.end_log(before.root)
        for number, data in items:
            try:
                entry = entries.decode(data)
                # First the sheet: a removal is drawn while its segments' times are still known.
                self._sheet.take(self._log.name, number, entry)
                for finding in self._replay.feed(number, entry):
                    alarms.tell_finding(self._recorder, finding, now=self._now)
            except (EntryError, HistoryError) as error:
                self._skip(number, error)
                continue
            self._trust_rotation(entry)
            read.append((number, entry))
        return read

    def save(self) -> None:
        self._sheet.save()
        self._spans.save()
        self._line.replay = self._replay.saved()
        self._line.save(update_fields=["replay"])

    def _skip(self, number: int, error: Exception) -> None:
        alarms.tell(self._recorder, "entry_unreadable", now=self._now, log=self._log.name, index=number, why=error)
        self._replay.skip(number)

    def _trust_rotation(self, entry: Entry) -> None:
        """A new key that the log names while its old key still signs is the log's key."""
        if entry["kind"] != "key_rotated":
            return
        with contextlib.suppress(LedgerError):
            key = note.parse_vkey(entry["key"])
            if key.name == checkpoint.key_name(self._log.origin) and key.algorithm == note.LOG_KEY:
                trusted = {"recorder_id": self._recorder, "name": key.name, "reason": LogKey.Reason.ROTATED}
                LogKey.objects.get_or_create(vkey=key.vkey, defaults={**trusted, "trusted_at": self._now})
