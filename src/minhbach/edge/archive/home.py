"""An archive folder as a place with an identity.

Owns who this recorder is (``archive.json``), that only one process writes here at a time, its key, and which log is the
open one. Promises never to write into a log that is not the one its checkpoint signs: a damaged log and a lost key each
begin a new log that says so and binds what is known of the old (FORMAT.md, year roll, keys and loss). Leaves entries to
``book``.
"""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from minhbach.durable import Files
from minhbach.edge.archive import keys, layout
from minhbach.edge.archive.log import Log, LogDamaged
from minhbach.edge.config import ConfigError
from minhbach.ledger import checkpoint, entry, note, tiles

FORMAT = 1


class Home:
    """One archive folder, locked by this process."""

    def __init__(self, folder: Path, files: Files) -> None:
        self.folder = folder
        self.files = files
        _make(files, folder)
        self._lock = _lock(folder)
        self.recorder, self.disks = self._identity()

    def remember_disks(self, disks: dict[str, str]) -> None:
        """Keep the names of the disks (folder → name); durable."""
        if disks != self.disks:
            self.disks = dict(disks)
            self._save()

    def open_log(self, at_us: int) -> Log:
        """The log to go on with; a new one when there is none, its key is gone, or it is damaged.

        ``at_us``: wall time for a ``log_opened`` entry.
        """
        key = layout.key_path(self.folder)
        names = layout.log_names(self.folder)
        had_key = key.exists()
        signer = keys.load_or_create(self.files, key, checkpoint.log_key_name(self.recorder))
        if not names:
            return self._new_log(signer, str(layout.utc(at_us).year), "new", None, at_us)
        last = layout.log_folder(self.folder, names[-1])
        if not had_key:
            return self._new_log(signer, layout.next_log_name(names[-1]), "key_lost", last, at_us)
        try:
            log = Log(self.files, last, self._origin(names[-1]), [signer])
        except LogDamaged:
            return self._new_log(signer, layout.next_log_name(names[-1]), "log_damaged", last, at_us)
        if not log.size:
            log.write([self._opened(signer, names[-1], "new", None, at_us)])
        return log

    def readers(self) -> Iterator[tuple[str, tiles.LogReader]]:
        """All logs with their names, oldest first, each as far as its own checkpoint signs."""
        for name in layout.log_names(self.folder):
            yield name, reader(layout.log_folder(self.folder, name))

    def close(self) -> None:
        """Let another process write here."""
        os.close(self._lock)

    def _new_log(self, signer: note.Signer, name: str, reason: str, before: Path | None, at_us: int) -> Log:
        log = Log(self.files, layout.log_folder(self.folder, name), self._origin(name), [signer])
        if not log.size:
            log.write([self._opened(signer, name, reason, before, at_us)])
        return log

    def _opened(self, signer: note.Signer, name: str, reason: str, before: Path | None, at_us: int) -> bytes:
        previous = None
        if before is not None:
            head = checkpoint.claimed((before / tiles.CHECKPOINT).read_bytes())
            previous = {"origin": head.origin, "size": head.size, "root": head.root.hex()}
        return entry.encode(
            entry.make(
                "log_opened",
                at_us=at_us,
                clock=-1,
                origin=self._origin(name),
                recorder=self.recorder,
                year=int(name[:4]),
                key=signer.verifier.vkey,
                previous=previous,
                reason=reason,
            )
        )

    def _origin(self, name: str) -> str:
        return f"{checkpoint.log_key_name(self.recorder)}/{name}"

    def _identity(self) -> tuple[str, dict[str, str]]:
        path = self.folder / layout.ARCHIVE_FILE
        if not path.exists():
            self.recorder, self.disks = str(uuid.uuid4()), {}
            self._save()
        try:
            record = json.loads(path.read_bytes())
            if record["format"] == FORMAT:
                return str(record["recorder"]), dict(record["disks"])
        except (ValueError, KeyError, TypeError):
            pass
        raise ConfigError(
            f"Tệp {path} bị hỏng hoặc thuộc phiên bản khác; hãy phục hồi tệp này từ bản sao lưu.",
            f"{path} is damaged or of another version; restore it from a backup.",
        )

    def _save(self) -> None:
        record = {"format": FORMAT, "recorder": self.recorder, "disks": self.disks}
        self.files.replace(self.folder / layout.ARCHIVE_FILE, json.dumps(record, indent=1).encode() + b"\n")


def reader(log_folder: Path) -> tiles.LogReader:
    """The log in a folder as far as its checkpoint signs; raises FileNotFoundError or a LedgerError."""
    signed = checkpoint.claimed((log_folder / tiles.CHECKPOINT).read_bytes())
    return tiles.LogReader(lambda path: (log_folder / path).read_bytes(), signed.size)


def _make(files: Files, folder: Path) -> None:
    try:
        files.make_folder(folder)
        files.make_folder(folder / layout.OPEN)
    except OSError as error:
        raise ConfigError(
            f"Không ghi được vào thư mục lưu trữ {folder}: {error.strerror}. Hãy kiểm tra quyền và ổ đĩa.",
            f"Cannot write to the archive folder {folder}: {error.strerror}. Check its permissions and its disk.",
        ) from error


def _lock(folder: Path) -> int:
    descriptor = os.open(folder / layout.LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise ConfigError(
            f"Thư mục lưu trữ {folder} đang được một đầu ghi khác dùng; hãy dừng đầu ghi đó trước.",
            f"The archive {folder} is in use by another recorder; stop that one first.",
        ) from None
    return descriptor
