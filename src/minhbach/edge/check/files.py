"""Files on the disks against what the log says of them.

Owns the comparison that needs bytes: presence, size, box headers, SHA-256, files nobody logged. Promises to read
only, and to need memory for folders and faults but not for files: the log is read a second time instead of being kept.
A large archive is divided among processes. Leaves the log itself to ``ledger.audit`` and what a running recorder
explains to ``inspection``.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from minhbach.edge.archive import layout
from minhbach.edge.check.log_files import LogFiles
from minhbach.edge.check.place import open_plain
from minhbach.edge.check.timeline import Removals
from minhbach.edge.check.workers import WorkerLost, spread
from minhbach.fmp4 import BrokenFile
from minhbach.fmp4.reader import outline
from minhbach.ledger.findings import Finding

_ENTRIES_PER_TASK = 2048
MANY_SEGMENTS = 20_000
_MANY_BYTES = 1 << 30
_SEGMENT = b'"kind":"segment"'

Folder = tuple[str, str]
"""Disk name, path below the disk."""
Progress = Callable[[int, int], None]
"""(segments or bytes looked at, of how many)."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A finding that a running recorder may explain. ``number``: of the segment, None for a file nobody logged."""

    finding: Finding
    disk: str
    path: str
    number: int | None = None


@dataclass(slots=True)
class Away:
    """The segments of one stream on a disk that is not here: how many, from when to when."""

    count: int
    begin_us: int
    end_us: int

    def __iadd__(self, other: Away) -> Away:
        self.count += other.count
        self.begin_us = min(self.begin_us, other.begin_us)
        self.end_us = max(self.end_us, other.end_us)
        return self


@dataclass(slots=True)
class Seen:
    """What a look at the files of some entries gave. ``there``: how many of a folder's files are logged and here."""

    suspects: list[Suspect] = field(default_factory=list)
    there: Counter[Folder] = field(default_factory=Counter)
    away: dict[tuple[str, str, str], Away] = field(default_factory=dict)
    segments: int = 0
    size_bytes: int = 0

    def __iadd__(self, other: Seen) -> Seen:
        self.suspects += other.suspects
        self.there.update(other.there)
        for key, each in other.away.items():
            self.miss(key, each)
        self.segments += other.segments
        self.size_bytes += other.size_bytes
        return self

    def miss(self, key: tuple[str, str, str], away: Away) -> None:
        """Segments of (disk, camera, stream) whose disk is not here."""
        if key in self.away:
            self.away[key] += away
        else:
            self.away[key] = away


@dataclass(frozen=True, slots=True)
class Task:
    """The entries ``start`` to before ``end`` of a log, and what is needed to look for their files."""

    log: LogFiles
    start: int
    end: int
    disks: Mapping[str, str]
    removals: Removals
    quick: bool


def compare(tasks: Sequence[Task], total: tuple[int, int], processes: int, progress: Progress) -> Seen:
    """Every logged segment against its file. ``total``: segments and bytes to come, as far as is known.

    A large archive is shared among ``processes``.
    """
    quick = bool(tasks) and tasks[0].quick
    many = total[0] >= MANY_SEGMENTS if quick else total[1] >= _MANY_BYTES
    if many and processes > 1:
        try:
            return _gathered(spread(look_at, tasks, processes), quick, total, progress)
        except WorkerLost:
            pass  # The system took a process away, for want of memory perhaps: go on alone.
    return _gathered(map(look_at, tasks), quick, total, progress)


def _gathered(parts: Iterable[Seen], quick: bool, total: tuple[int, int], progress: Progress) -> Seen:
    seen = Seen()
    for part in parts:
        seen += part
        progress(seen.segments if quick else seen.size_bytes, total[0] if quick else total[1])
    return seen


def tasks_of(
    logs: Iterable[LogFiles], disks: Mapping[str, Path | None], removals: Removals, *, quick: bool
) -> list[Task]:
    """The work on all logs in portions."""
    here = {name: str(folder) for name, folder in disks.items() if folder is not None}
    return [
        Task(log, start, min(start + _ENTRIES_PER_TASK, log.size), here, removals, quick)
        for log in logs
        for start in range(0, log.size, _ENTRIES_PER_TASK)
    ]


def look_at(task: Task) -> Seen:
    """One portion."""
    seen = Seen()
    for index, data in task.log.entries(task.start, task.end):
        if _SEGMENT in data:
            try:
                _look_at_segment(task, index, json.loads(data), seen)
            except (ValueError, KeyError, TypeError):
                continue  # No valid entry: the walk over the log has said so.
    return seen


def unlogged(logs: Sequence[LogFiles], disks: Mapping[str, Path | None], there: Counter[Folder]) -> Iterator[Suspect]:
    """Files among the footage that no entry names, but for those whose sealing is still under way."""
    # All logged files of a folder were seen one by one; so a folder with as many files as that holds no other.
    crowded = {
        (disk, folder): names
        for disk, root in disks.items()
        if root is not None
        for folder, names in _folders(root)
        if len(names) != there[disk, folder]
    }
    known = set(_logged_in(logs, crowded.keys())) if crowded else set()
    for (disk, folder), names in crowded.items():
        for path in (f"{folder}/{name}" for name in names):
            if (disk, path) not in known and not _being_sealed(Path(str(disks[disk])), path):
                yield Suspect(_stranger(path), disk, path)


def _look_at_segment(task: Task, index: int, entry: Mapping[str, Any], seen: Seen) -> None:
    seen.segments += 1
    camera, stream, number, path = entry["camera"], entry["stream"], entry["number"], entry["path"]
    removed = task.removals.kind(camera, stream, number)
    root = task.disks.get(entry["disk"])
    if root is None:
        if not removed:
            seen.miss((entry["disk"], camera, stream), Away(1, entry["begin_us"], entry["end_us"]))
        return
    whole = f"{root}/{path}"
    if removed:
        kind = "file_left" if os.path.lexists(whole) else ""
        here = bool(kind)
    else:
        kind = _fault(whole, entry["bytes"], "" if task.quick else entry["sha256"])
        here = kind != "file_missing"
        seen.size_bytes += entry["bytes"]
    if here:
        seen.there[entry["disk"], path.rpartition("/")[0]] += 1
    if kind:
        place = camera, stream, entry["begin_us"], entry["end_us"]
        finding = Finding(kind, task.log.name, index, *place, {"path": path})
        seen.suspects.append(Suspect(finding, entry["disk"], path, number))


def _fault(path: str, size_bytes: int, sha256: str) -> str:
    """The kind of finding, or empty; without ``sha256`` only the box headers are read."""
    try:
        descriptor = open_plain(path)
    except PermissionError:
        return "file_unreadable"
    except (OSError, ValueError):
        return "file_replaced" if os.path.lexists(path) else "file_missing"
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        try:
            if os.fstat(descriptor).st_size != size_bytes:
                return "file_resized"
            if sha256:
                return "" if hashlib.file_digest(file, "sha256").hexdigest() == sha256 else "file_altered"
            found = outline(file)
            return "" if found.fault is None and found.complete_bytes == size_bytes else "file_altered"
        except BrokenFile:
            return "file_altered"
        except OSError:
            return "file_unreadable"


def _folders(root: Path) -> Iterator[tuple[str, list[str]]]:
    """(path below the disk, names of everything in it that is no folder) of the footage and each folder in it."""
    waiting = [layout.FOOTAGE]
    while waiting:
        folder = waiting.pop()
        names = []
        try:
            with os.scandir(root / folder) as items:
                for item in items:
                    if item.is_dir(follow_symlinks=False):
                        waiting.append(f"{folder}/{item.name}")
                    else:
                        names.append(item.name)
        except OSError:
            continue  # Gone since it was listed, or its logged files have been found unreadable.
        yield folder, names


def _logged_in(logs: Iterable[LogFiles], folders: Iterable[Folder]) -> Iterator[Folder]:
    """(disk, path) of every logged segment in these folders."""
    wanted = set(folders)
    for log in logs:
        for _, data in log.entries(0, log.size):
            if _SEGMENT in data:
                try:
                    entry = json.loads(data)
                    if (entry["disk"], entry["path"].rpartition("/")[0]) in wanted:
                        yield entry["disk"], entry["path"]
                except (ValueError, KeyError, TypeError, AttributeError):
                    continue


def _being_sealed(disk: Path, path: str) -> bool:
    """Between its second name and its durable entry a file has two names, one of them among the open ones."""
    if layout.parse_segment_path(path) is None:
        return False
    try:
        part = layout.part_path(disk, PurePosixPath(path))
        return part.samefile(disk / path) and not (disk / path).is_symlink()
    except OSError:
        return not os.path.lexists(disk / path)


def _stranger(path: str) -> Finding:
    shown = os.fsencode(path).decode("utf-8", "replace")
    named = layout.parse_segment_path(path)
    if named is None:
        return Finding("file_unlogged", values={"path": shown})
    camera, stream, begin_us = named
    return Finding("file_unlogged", "", -1, camera, stream, begin_us, None, {"path": shown})
