"""The centre's own log as files: `journal/log/YEAR`, in the format of every log of this product.

Owns the folder `journal` of the centre's data. A log is appended to by one process at a time (a lock), durably, and
killed at any point it is what it was or what it became: what is to be appended stands in a draft first, so that a
second try writes the very same bytes. The newest signed checkpoint lies beside the tiles, so that `minhbach witness`
cosigns this log like a recorder's. One log for good, named for the year it began in: it is small. After the data was
put back from a backup a log of the next generation begins, which names the one before: what was cosigned is never
undone, and a witness is told.

    BookUnusable    no key, another key than the log's, or damaged files; `vi` and `en` say what to do
"""

import fcntl
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from minhbach.centre.footage.logcopy import Head, LogCopy
from minhbach.centre.journal import entries
from minhbach.centre.words import formats
from minhbach.durable import Files
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import note, tiles, tree
from minhbach.ledger.checkpoint import Checkpoint
from minhbach.ledger.errors import LedgerError

FOLDER = "journal"
LOGS = "log"
_DRAFT = "draft.json"
_LOCK = "lock"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Unix time in microseconds, as entries carry it."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


class BookUnusable(Exception):
    """The centre's own log cannot be used."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.vi = vi
        self.en = en


def logs_of(data: Path) -> list[LogCopy]:
    """The centre's logs, the one that grows last. `data`: `MINHBACH_DATA`."""
    folder = data / FOLDER / LOGS
    found = [each for each in folder.iterdir() if each.is_dir()] if folder.is_dir() else []
    return [LogCopy(Files(), each) for each in sorted(found, key=lambda each: generation_of(each.name))]


def log_of(data: Path) -> LogCopy | None:
    """The log that grows; none where there is none yet."""
    return next(reversed(logs_of(data)), None)


def generation_of(name: str) -> int:
    """Which generation a log's folder is of: 1 for `2026`, 2 for `2-2026`."""
    return int(name.rpartition("-")[0] or 1)


class Book:
    """The log, open for appending. Use as a ``with`` block, or ``close`` it. Raises BookUnusable, OSError."""

    def __init__(self, data: Path, signer: note.Signer, *, now: datetime, files: Files | None = None) -> None:
        self.folder = data / FOLDER
        self._files = files or Files()
        self._key = self._signer = signer
        self._files.make_folder(self.folder)
        self._lock = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise BookUnusable(
                "Nhật ký của trung tâm đang được một tiến trình khác ghi.", "Another process writes the centre's log."
            ) from None
        try:
            self._open(data, now)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let another process write."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    @property
    def head(self) -> Head:
        """How far the log goes, and the signed checkpoint of that."""
        return self._log.head

    def reader(self) -> tiles.LogReader:
        """The entries."""
        return self._log.reader()

    def append(self, fresh: Sequence[bytes]) -> None:
        """Write entries behind the others, signed and durable when it returns. Raises OSError."""
        frontier = self.reader().frontier(self.head.size)
        for each in fresh:
            frontier.append(tree.leaf_hash(each))
        head = Checkpoint(self._origin, frontier.size, frontier.root())
        draft = {
            "log": self._log.folder.name,
            "size": self.head.size,
            "root": head.root.hex(),
            "note": checkpoints.sign(head, self._signer).decode(),
            "entries": [b64encode(each).decode() for each in fresh],
        }
        self._files.replace(self.folder / _DRAFT, json.dumps(draft).encode(), mode=0o600)
        self._carry_out(draft)

    def renew(self, now: datetime) -> None:
        """Begin the next generation: this log may be behind what was cosigned. Raises OSError."""
        head = self.head
        self._files.replace(self._log.folder / tiles.CHECKPOINT, head.note)
        previous = {"origin": self._origin, "size": head.size, "root": head.root.hex()}
        self._begin(now, generation_of(self._log.folder.name) + 1, previous)

    def backwards(self) -> Iterator[dict[str, Any]]:
        """Entries from the newest to the oldest."""
        reader, end = self.reader(), self.head.size
        while end > 0:
            begin = (end - 1) // tiles.TILE_WIDTH * tiles.TILE_WIDTH
            yield from map(entries.read, reversed(list(reader.entries(begin, end))))
            end = begin

    def _open(self, data: Path, now: datetime) -> None:
        found = log_of(data)
        draft = self._read_draft()
        if draft is not None:
            self._log = LogCopy(self._files, self.folder / LOGS / draft["log"])
            self._carry_out(draft)
        elif found is not None:
            self._log = found
        else:
            self._begin(now, 1, None)
        self._signer = self._signing(generation_of(self._log.folder.name))
        try:
            signed = checkpoints.read(self.head.note, [self._signer.verifier])
        except LedgerError as error:
            raise BookUnusable(
                f"keys/journal.key không phải khóa của nhật ký {self._log.folder}; hãy phục hồi khóa từ bản sao lưu.",
                f"keys/journal.key is not the key of {self._log.folder}; restore it from a backup. ({error})",
            ) from None
        self._origin = signed.checkpoint.origin

    def _begin(self, now: datetime, generation: int, previous: dict[str, Any] | None) -> None:
        year = formats.local(now).year
        self._signer = self._signing(generation)
        self._origin = f"{self._signer.name}/{year:04d}"
        folder = f"{year:04d}" if generation == 1 else f"{generation}-{year:04d}"
        self._log = LogCopy(self._files, self.folder / LOGS / folder)
        key = self._signer.verifier.vkey
        self.append([entries.opened(self._origin, key, at_us=microseconds(now), previous=previous)])

    def _signing(self, generation: int) -> note.Signer:
        """The one key under the name of a generation: a witness takes the logs for two."""
        name = self._key.name if generation == 1 else f"{self._key.name}/{generation}"
        return replace(self._key, name=name)

    def _carry_out(self, draft: dict[str, Any]) -> None:
        """Append what the draft says, unless that was done; repeated after a kill it writes the same bytes."""
        if self.head.size == draft["size"]:
            fresh = [b64decode(each) for each in draft["entries"]]
            head = Head(draft["size"] + len(fresh), bytes.fromhex(draft["root"]), draft["note"].encode())
            self._log.extend(fresh, head)
        self._files.replace(self._log.folder / tiles.CHECKPOINT, self.head.note)
        self._files.unlink(self.folder / _DRAFT)

    def _read_draft(self) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads((self.folder / _DRAFT).read_bytes())
        except FileNotFoundError:
            return None
        return found
