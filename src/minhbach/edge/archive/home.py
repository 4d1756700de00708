"""An archive folder as a place with an identity.

Owns who this recorder is (``archive.json``), that only one process writes here at a time, its keys, and which log is
the open one. Promises never to write into a log that is not the one its checkpoint signs: a log that is damaged or gone
and a lost key each begin a new log that says so, under another name and key, and binds what is left of the old; and
that what is closed for a new year is followed by that year's log, whenever the recorder was stopped in between
(FORMAT.md section 8). Leaves entries to ``book``.
"""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from minhbach.durable import Files
from minhbach.edge.archive import keys, layout
from minhbach.edge.archive.log import Log, LogDamaged, holds_anything, readable
from minhbach.edge.config import ConfigError
from minhbach.ledger import checkpoint, entry, note, tiles
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.rules import vietnam_year

FORMAT = 1


@dataclass(slots=True)
class _Identity:
    """What ``archive.json`` holds. ``log`` is the newest log that was begun: if it is gone later, that is told."""

    recorder: str
    disks: dict[str, str] = field(default_factory=dict)
    log: str = ""


class Home:
    """One archive folder, locked by this process. Raises ConfigError for a folder that cannot be used."""

    def __init__(self, folder: Path, files: Files, recorder: str = "") -> None:
        """``recorder``: the UUID that a new archive bears and an old one must, where somebody else has given it."""
        self.folder = folder
        self.files = files
        self._given = recorder
        self._reads_what_is_left = False
        self._lock = _lock(files, folder)
        try:
            self._identity = self._find_identity()
            files.sync_folder(folder)  # A start that was killed may have left names in it unsynced.
        except BaseException:
            self.close()
            raise

    @property
    def recorder(self) -> str:
        """The recorder's UUID."""
        return self._identity.recorder

    @property
    def disks(self) -> dict[str, str]:
        """Folder → name of every disk this archive has ever used."""
        return dict(self._identity.disks)

    def remember_disks(self, disks: dict[str, str]) -> None:
        """Keep the names of the disks (folder → name); durable."""
        if disks != self._identity.disks:
            self._identity.disks = dict(disks)
            self._save()

    def open_log(self, at_us: int) -> Log:
        """The log to go on with; a new one when there is none, it is damaged or gone, or its key is.

        ``at_us``: wall time for a ``log_opened`` entry. Raises KeyUnreadable, OSError.
        """
        names = self._begun_logs()
        known = self._identity.log
        if known and known not in names:
            return self._begin("log_damaged", [*names, known], at_us)
        if not names:
            return self._begin("new", [], at_us)
        keyring = self._keyring(names[-1])
        if keyring is None:
            return self._begin("key_lost", names, at_us)
        try:
            log = Log(self.files, layout.log_folder(self.folder, names[-1]), self._origin(names[-1]), keyring.signers)
        except LogDamaged:
            return self._begin("log_damaged", names, at_us)
        log.signers = keyring.settle(log.reader())
        log.write([])
        self.remember_log(names[-1])
        last = entry.decode(log.reader().entry(log.size - 1)) if log.size else {"kind": ""}
        return self._begin_closed_for(log, last["next"], at_us) if last["kind"] == "log_closed" else log

    def keyring(self) -> keys.Keyring:
        """The keys of the open log. Raises KeyUnreadable, OSError."""
        found = self._keyring(self._identity.log)
        assert found is not None, "the open log was signed with it"
        return found

    def following(self, year: int) -> str:
        """The origin of the log that the open one would be closed for."""
        generation, _ = layout.log_order(self._identity.log)
        return self._origin(layout.log_name(generation, year))

    def opening(self, closed: Log, origin: str, root: bytes, size: int, at_us: int) -> entry.Entry:
        """The first entry of the log that follows one closed with ``size`` entries under ``root``."""
        name = entry.log_name(origin)
        previous = {"origin": closed.origin, "size": size, "root": root.hex()}
        return self._opening(closed.signers[-1], name, "new_year", previous, at_us)

    def begin_following(self, closed: Log, origin: str) -> Log:
        """The files of the log that a closed one names, without an entry yet; the same keys sign it. Blocks."""
        return Log(self.files, layout.log_folder(self.folder, entry.log_name(origin)), origin, closed.signers)

    def _begin_closed_for(self, closed: Log, origin: str, at_us: int) -> Log:
        """What a stop between the closing and the opening prevented."""
        log = self.begin_following(closed, origin)
        opening = self.opening(closed, origin, closed.reader().root(closed.size), closed.size, at_us)
        log.write([entry.encode(opening)])
        self.remember_log(entry.log_name(origin))
        closed.close()
        return log

    def open_log_after_damage(self, at_us: int) -> Log:
        """The log to go on with when ``readers`` cannot be read to their end: from now on they end where that is so.

        An old part of a log is not looked at by every start. If it is the open log that is damaged there, a new one
        follows it.
        """
        self._reads_what_is_left = True
        names = self._begun_logs()
        folder = layout.log_folder(self.folder, names[-1])
        if readable(folder).size < reader(folder).size:
            return self._begin("log_damaged", names, at_us)
        return self.open_log(at_us)

    def readers(self) -> Iterator[tuple[str, tiles.LogReader]]:
        """All logs with their names, oldest first: the open one as signed, the others as the next one binds them."""
        names = self._begun_logs()
        for name, follower in pairwise(names):
            size = self._bound_size(name, follower)
            if self._reads_what_is_left:
                size = min(size, readable(layout.log_folder(self.folder, name)).size)
            if size:
                yield name, _reader(layout.log_folder(self.folder, name), size)
        for name in names[-1:]:
            yield name, reader(layout.log_folder(self.folder, name))

    def _bound_size(self, name: str, follower: str) -> int:
        """How many entries of a log its follower binds; 0 when it binds another."""
        try:
            bound = entry.decode(_reader(layout.log_folder(self.folder, follower), 1).entry(0))["previous"]
        except LedgerError:
            return readable(layout.log_folder(self.folder, name)).size
        return int(bound["size"]) if bound is not None and bound["origin"] == self._origin(name) else 0

    def close(self) -> None:
        """Let another process write here."""
        if self._lock >= 0:
            descriptor, self._lock = self._lock, -1
            os.close(descriptor)

    def _begun_logs(self) -> list[str]:
        """Without a log whose opening a power cut prevented."""
        return [name for name in layout.log_names(self.folder) if holds_anything(layout.log_folder(self.folder, name))]

    def _begin(self, reason: str, before: Sequence[str], at_us: int) -> Log:
        """Open the log that follows ``before``, or finish what an interrupted start began."""
        generation, year = 1, vietnam_year(at_us)
        if before:
            newest = [layout.log_order(name) for name in before]
            generation, year = max(newest)[0] + 1, max(year, *(each[1] for each in newest))
        name = self._interrupted(generation) or layout.log_name(generation, year)
        key = layout.key_path(self.folder, generation)
        signer = keys.load_or_create(self.files, key, checkpoint.log_key_name(self.recorder, generation))
        log = Log(self.files, layout.log_folder(self.folder, name), self._origin(name), [signer])
        log.write([entry.encode(self._opening(signer, name, reason, self._binding(before), at_us))])
        self.remember_log(name)
        return log

    def _interrupted(self, generation: int) -> str:
        names = [name for name in layout.log_names(self.folder) if layout.log_order(name)[0] == generation]
        return names[-1] if names else ""

    def _binding(self, before: Sequence[str]) -> dict[str, Any] | None:
        """The newest log of which anything can be read, as far as it can."""
        for name in reversed(before):
            left = readable(layout.log_folder(self.folder, name))
            if left.size:
                return {"origin": self._origin(name), "size": left.size, "root": left.root(left.size).hex()}
        return None

    def _opening(
        self, signer: note.Signer, name: str, reason: str, previous: dict[str, Any] | None, at_us: int
    ) -> entry.Entry:
        return entry.make(
            "log_opened",
            at_us=at_us,
            clock=-1,
            origin=self._origin(name),
            recorder=self.recorder,
            year=layout.log_order(name)[1],
            key=signer.verifier.vkey,
            previous=previous,
            reason=reason,
        )

    def _keyring(self, name: str) -> keys.Keyring | None:
        """The keys of an existing log, None when they are gone."""
        generation, _ = layout.log_order(name)
        key = layout.key_path(self.folder, generation)
        if not key.exists():
            return None
        return keys.Keyring(self.files, key, checkpoint.log_key_name(self.recorder, generation))

    def _origin(self, name: str) -> str:
        generation, year = layout.log_order(name)
        return checkpoint.log_origin(self.recorder, year, generation)

    def remember_log(self, name: str) -> None:
        """The newest log that was begun: if it is gone later, that is told. Blocks."""
        if name != self._identity.log:
            self._identity.log = name
            self._save()

    def _find_identity(self) -> _Identity:
        path = self.folder / layout.ARCHIVE_FILE
        if not path.exists():
            self._demand_empty()
            self._identity = _Identity(self._given or str(uuid.uuid4()))
            self._save()
        try:
            record = json.loads(path.read_bytes())
            if record["format"] == FORMAT:
                found = _Identity(str(uuid.UUID(record["recorder"])), dict(record["disks"]), str(record.get("log", "")))
                self._check(found)
                self._demand_given(found)
                return found
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass
        raise ConfigError(
            f"Tệp {path} bị hỏng hoặc thuộc phiên bản khác; hãy phục hồi tệp này từ bản sao lưu.",
            f"{path} is damaged or of another version; restore it from a backup.",
        )

    def _demand_given(self, found: _Identity) -> None:
        if self._given and found.recorder != self._given:
            raise ConfigError(
                f"Thư mục {self.folder} thuộc đầu ghi {found.recorder}, tệp kết nối lại của đầu ghi {self._given}.",
                f"{self.folder} belongs to the recorder {found.recorder}, but the enrolment is for {self._given}.",
            )

    @staticmethod
    def _check(found: _Identity) -> None:
        if found.log:
            layout.log_order(found.log)
        if not all(isinstance(text, str) for pair in found.disks.items() for text in pair):
            raise ValueError("a disk is no text")

    def _demand_empty(self) -> None:
        """A recorder without its identity could only deny the log that is here."""
        if self._begun_logs():
            raise ConfigError(
                f"Thư mục {self.folder} có nhật ký nhưng thiếu tệp {layout.ARCHIVE_FILE}; hãy phục hồi tệp này từ bản "
                "sao lưu hoặc chọn một thư mục trống.",
                f"{self.folder} holds a log but no {layout.ARCHIVE_FILE}; restore it from a backup or choose an empty "
                "folder.",
            )

    def _save(self) -> None:
        mine = self._identity
        record = {"format": FORMAT, "recorder": mine.recorder, "disks": mine.disks, "log": mine.log}
        self.files.replace(self.folder / layout.ARCHIVE_FILE, json.dumps(record, indent=1).encode() + b"\n")


def reader(log_folder: Path) -> tiles.LogReader:
    """The log in a folder as far as its checkpoint signs; raises FileNotFoundError or a LedgerError."""
    return _reader(log_folder, checkpoint.claimed((log_folder / tiles.CHECKPOINT).read_bytes()).size)


def _reader(log_folder: Path, size: int) -> tiles.LogReader:
    return tiles.LogReader(lambda path: (log_folder / path).read_bytes(), size)


def _lock(files: Files, folder: Path) -> int:
    try:
        files.make_folder(folder)
        files.make_folder(folder / layout.OPEN)
        descriptor = os.open(folder / layout.LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except OSError as error:
        raise ConfigError(
            f"Không ghi được vào thư mục lưu trữ {folder}: {error.strerror}. Hãy kiểm tra quyền và ổ đĩa.",
            f"Cannot write to the archive folder {folder}: {error.strerror}. Check its permissions and its disk.",
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise ConfigError(
            f"Thư mục lưu trữ {folder} đang được một đầu ghi khác dùng; hãy dừng đầu ghi đó trước.",
            f"The archive {folder} is in use by another recorder; stop that one first.",
        ) from None
    return descriptor
