"""The disks that take footage.

Owns which disk the next segment goes to and whether a disk is the one it was: each carries its name in ``disk.json``,
so a missing mount (footage would fill the system disk) and a swapped one are seen before a byte is written. Promises
that a disk that failed is left alone for ``REST_US``, that the last ``keep_free_bytes`` are never used for footage,
and that a file system on which files cannot have two names is refused at the start and not at the first seal. Leaves
making room to ``retention``.
"""

from __future__ import annotations

import errno
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from minhbach.durable import Files, Folders
from minhbach.edge.archive import layout
from minhbach.edge.archive.lane import Lane
from minhbach.edge.config import ConfigError, DiskConfig

REST_US = 15_000_000
FORGIVEN_US = 3_600_000_000
"""A disk that worked this long is trusted again."""
_MOST_FAILURES = 6
_LOOK_EVERY_US = 2_000_000
_PROBE = "probe"
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL)


@dataclass(slots=True)
class Disk:
    """One disk of the archive. ``trouble`` is a gap cause ('disk_full', 'disk_missing', 'disk_error') or empty.

    ``stuck``: lanes whose work the disk has taken and not yet done, so that a hanging disk gets no more. ``failures``:
    how often it failed of late, the last time at ``failed_us``.
    """

    path: Path
    keep_free_bytes: int
    folders: Folders = field(repr=False)
    name: str = ""
    trouble: str = ""
    resting_until_us: int = 0
    free_bytes: int = 0
    total_bytes: int = 0
    looked_us: int = -_LOOK_EVERY_US
    stuck: list[Lane] = field(default_factory=list, repr=False)
    failures: int = 0
    failed_us: int = 0


class Disks:
    """All disks of an archive, the first of which holds the log."""

    def __init__(self, files: Files, configs: Sequence[DiskConfig]) -> None:
        self._files = files
        self.all = [Disk(each.path, each.keep_free_bytes, Folders(files, each.path)) for each in configs]

    def open(self, known: dict[str, str]) -> dict[str, str]:
        """Find or make each disk's name. ``known`` maps folder → name as the archive remembers; returns it completed.

        A folder the archive knows but that carries no name or another one is not written to (trouble 'disk_missing').
        Raises ConfigError for a folder that was never used and cannot be.
        """
        result = dict(known)
        for disk in self.all:
            disk.name = known.get(str(disk.path), "")
            if disk.name:
                self._find(disk)
            else:
                disk.name = result[str(disk.path)] = self._begin(disk)
        return result

    def named(self, name: str) -> Disk | None:
        """The disk with this name."""
        return next((disk for disk in self.all if disk.name == name), None)

    def holding(self, path: Path) -> Disk:
        """The disk on which a path lies."""
        return max((disk for disk in self.all if path.is_relative_to(disk.path)), key=lambda disk: len(disk.path.parts))

    def choose(self, now_us: int) -> Disk | None:
        """The working disk with the most room, None when no disk can take a segment.

        One that failed again and again is tried ever more seldom, but for want of another: each try may cost a second.
        """
        for disk in self.all:
            self.look(disk, now_us)
        ready = [disk for disk in self.all if not disk.trouble]
        trusted = [disk for disk in ready if now_us - disk.failed_us >= REST_US << disk.failures or not disk.failures]
        return max(trusted or ready, key=lambda disk: disk.free_bytes - disk.keep_free_bytes, default=None)

    @property
    def trouble(self) -> str:
        """Why ``choose`` finds none: the first disk's trouble."""
        return next((disk.trouble for disk in self.all if disk.trouble), "disk_error")

    def look(self, disk: Disk, now_us: int) -> None:
        """Ask the file system how the disk is, at most every two seconds."""
        if now_us - disk.looked_us < _LOOK_EVERY_US or now_us < disk.resting_until_us:
            return
        disk.looked_us = now_us
        disk.stuck = [lane for lane in disk.stuck if not lane.idle]
        if disk.stuck:
            return
        try:
            if _read_name(disk.path) != disk.name:
                disk.trouble = "disk_missing"
                return
            space = self._files.space(disk.path)
        except OSError:
            disk.trouble = "disk_error"
            return
        disk.free_bytes, disk.total_bytes = space.free_bytes, space.total_bytes
        if space.read_only:
            disk.trouble = "disk_error"
            return
        disk.trouble = "disk_full" if disk.free_bytes < disk.keep_free_bytes else ""

    def failed(self, disk: Disk, error: BaseException, now_us: int) -> None:
        """A write, sync or link on this disk failed: leave it alone for a while."""
        again = now_us - disk.failed_us < FORGIVEN_US
        disk.failures, disk.failed_us = min(disk.failures + 1, _MOST_FAILURES) if again else 1, now_us
        disk.trouble = trouble_of(error)
        disk.resting_until_us = now_us + REST_US
        disk.looked_us = now_us

    def _find(self, disk: Disk) -> None:
        """A disk that was used before: one that is not itself today is no reason not to record on the others."""
        try:
            if _read_name(disk.path) != disk.name:
                disk.trouble = "disk_missing"
                return
            self._make_usable(disk)
        except OSError as error:
            disk.trouble = trouble_of(error)

    def _begin(self, disk: Disk) -> str:
        try:
            self._files.make_folder(disk.path)
            name = _read_name(disk.path)
            self._make_usable(disk)
            if name in ("", _UNREADABLE):
                name = secrets.token_hex(4)
                self._files.replace(disk.path / layout.DISK_FILE, json.dumps({"disk": name}).encode())
        except OSError as error:
            raise ConfigError(
                f"Không dùng được ổ đĩa {disk.path}: {error.strerror}. Hãy kiểm tra quyền và ổ đĩa.",
                f"The disk {disk.path} cannot be used: {error.strerror}. Check its permissions and the disk.",
            ) from error
        return name

    def _make_usable(self, disk: Disk) -> None:
        disk.folders.make(disk.path / layout.OPEN)
        disk.folders.make(disk.path / layout.FOOTAGE)
        self._files.sync_folder(disk.path)
        self._demand_second_names(disk.path / layout.OPEN / _PROBE)

    def _demand_second_names(self, probe: Path) -> None:
        second = probe.with_name(probe.name + "-2")
        for path in (probe, second):
            if path.exists():
                self._files.unlink(path)
        self._files.create(probe).close()
        try:
            self._files.link(probe, second)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            raise ConfigError(
                f"Hệ thống tệp của {probe.parent.parent} không cho một tệp có hai tên (liên kết cứng), nên không giữ "
                "được đoạn ghi khi mất điện; hãy dùng ext4, XFS hoặc Btrfs.",
                f"The file system of {probe.parent.parent} has no hard links, so a power cut could cost footage; use "
                "ext4, XFS or Btrfs.",
            ) from error
        finally:
            self._files.unlink(probe)
        self._files.unlink(second)


_UNREADABLE = "?"


def trouble_of(error: BaseException) -> str:
    """What an error of a disk is called as a fault and as a gap's cause."""
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    return "disk_full" if full else "disk_error"


def _read_name(path: Path) -> str:
    """What a disk says it is called; empty when it says nothing."""
    try:
        return str(json.loads((path / layout.DISK_FILE).read_bytes())["disk"])
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (ValueError, KeyError, TypeError):
        return _UNREADABLE
