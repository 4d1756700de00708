"""An archive folder as a stranger finds it: which disks and logs are there.

Owns the reading of an archive from outside, for a check, a witness or a package: read-only, without its lock, from
whatever stands in the folder. Promises that a moved archive is found under its new path, that nothing but a plain file
is ever read (no link is followed, no pipe waited for), and that a small file which is huge is not taken into memory.
Leaves the recorder's own, locked view to ``archive.home``.

Errors::

    CannotRead    there is no archive here, or this user may not read it
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from minhbach.edge.archive import home, layout
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import tiles
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.findings import Finding

LARGEST_LOG_FILE_BYTES = tiles.TILE_WIDTH * (tiles.LONGEST_ENTRY_BYTES + 2)
_LARGEST_RECORD_BYTES = 1 << 20
_SIGNS = (layout.ARCHIVE_FILE, layout.LOG, layout.CATALOGUE_FILE)
"""A further disk of an archive has none of these."""


class CannotRead(Exception):
    """There is nothing to read; ``vi`` and ``en`` say why."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en


@dataclass(frozen=True, slots=True)
class LogFolder:
    """The files of one log. ``signed_size`` is what its checkpoint claims, None when none can be read."""

    folder: Path
    checkpoint: bytes | None
    signed_size: int | None
    origin: str

    def fetch(self, path: str) -> bytes:
        """A file of the log by its relative path; FileNotFoundError when no plain file is there."""
        return read_plain(self.folder / path, LARGEST_LOG_FILE_BYTES)

    def reader(self) -> tiles.LogReader:
        """The log as far as its checkpoint signs; raises LedgerError when that cannot be read."""
        if self.signed_size is None:
            raise LedgerError(f"The log in {self.folder} has no checkpoint that can be read.")
        return tiles.LogReader(self.fetch, self.signed_size)


@dataclass(slots=True)
class Place:
    """An archive. ``disks``: name → folder, None when that disk is not here; ``recorder`` is empty when unknown."""

    folder: Path
    recorder: str
    disks: dict[str, Path | None]
    logs: list[LogFolder]
    findings: list[Finding] = field(default_factory=list)


def look(folder: Path) -> Place:
    """What is in a folder. Raises CannotRead."""
    if not any((folder / name).exists() for name in _SIGNS):
        raise CannotRead(f"{folder} không phải thư mục lưu trữ của đầu ghi.", f"{folder} is no archive of a recorder.")
    _demand_readable(folder)
    record = _record(folder / layout.ARCHIVE_FILE)
    place = Place(folder, str(record.get("recorder", "")), {}, [_log(each) for each in _log_folders(folder)])
    place.disks = _disks(folder, record.get("disks"))
    place.findings += _own_faults(place, record)
    return place


def read_plain(path: Path, limit_bytes: int) -> bytes:
    """A plain file of at most ``limit_bytes``; anything else that stands there is not found."""
    try:
        descriptor = open_plain(path)
    except PermissionError:
        raise CannotRead(f"Không có quyền đọc {path}.", f"There is no permission to read {path}.") from None
    except OSError as error:
        raise FileNotFoundError(path) from error
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        parts, have = [], 0
        while have <= limit_bytes and (part := file.read(limit_bytes + 1 - have)):
            parts.append(part)
            have += len(part)
    if have > limit_bytes:
        raise FileNotFoundError(path)
    return b"".join(parts)


def open_plain(path: Path | str) -> int:
    """A descriptor to read a plain file by; OSError for anything else, also for a link to one."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError(path)
    return descriptor


def look_at_log(folder: Path) -> LogFolder:
    """One log folder anew: its checkpoint may have been replaced since."""
    return _log(folder)


def _demand_readable(folder: Path) -> None:
    for path in (folder, folder / layout.LOG):
        if path.is_dir() and not os.access(path, os.R_OK | os.X_OK, effective_ids=True):
            raise CannotRead(f"Không có quyền đọc {path}.", f"There is no permission to read {path}.")


def _record(path: Path) -> dict[str, object]:
    try:
        found = json.loads(read_plain(path, _LARGEST_RECORD_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _log_folders(folder: Path) -> list[Path]:
    try:
        return [layout.log_folder(folder, name) for name in layout.log_names(folder)]
    except OSError:
        return []


def _log(folder: Path) -> LogFolder:
    try:
        signed: bytes | None = read_plain(folder / tiles.CHECKPOINT, LARGEST_LOG_FILE_BYTES)
    except OSError:
        signed = None
    try:
        head = checkpoints.claimed(signed or b"")
    except LedgerError:
        return LogFolder(folder, signed, None, "")
    return LogFolder(folder, signed, head.size, head.origin)


def _disks(folder: Path, known: object) -> dict[str, Path | None]:
    """By the archive's own list, whose first disk is the archive's folder wherever that is now."""
    pairs = known.items() if isinstance(known, Mapping) else ()
    listed = [(path, name) for path, name in pairs if isinstance(path, str) and isinstance(name, str)]
    own = disk_name(folder)
    found = {name: _disk_at(Path(path), name) for path, name in listed[1:] if "\0" not in path}
    first = listed[0][1] if listed else own
    return {**found, **({first: _disk_at(folder, first)} if first else {})}


def _disk_at(path: Path, name: str) -> Path | None:
    return path if disk_name(path) == name else None


def disk_name(disk: Path) -> str:
    """What a disk says it is called; empty when it says nothing."""
    name = _record(disk / layout.DISK_FILE).get("disk")
    return name if isinstance(name, str) else ""


def _own_faults(place: Place, record: dict[str, object]) -> list[Finding]:
    """What is wrong with the two small files that say whose archive this is, and with a log folder that is gone.

    A recorder that starts for the first time makes identity, log and disk's name in this order, a moment apart.
    """
    found = []
    others = [log for log in place.logs if log.origin and f"/{place.recorder}/" not in log.origin]
    disks, newest = record.get("disks"), record.get("log")
    if not place.recorder or others or not isinstance(disks, Mapping) or record.get("format") != home.FORMAT:
        found.append(Finding("archive_file_damaged", values={"path": layout.ARCHIVE_FILE}))
    if not disk_name(place.folder) and disks != {}:
        found.append(Finding("archive_file_damaged", values={"path": layout.DISK_FILE}))
    if isinstance(newest, str) and newest and not _is_here(place, newest):
        found.append(Finding("log_missing", values={"path": newest}))
    return found


def _is_here(place: Place, name: str) -> bool:
    return layout.log_folder(place.folder, name) in [log.folder for log in place.logs]
