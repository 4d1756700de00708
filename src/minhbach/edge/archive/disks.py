"""The disks that take footage.

Owns which disk the next segment goes to and whether a disk is the one it was: each carries its name in ``disk.json``,
so a missing mount (footage would fill the system disk) and a swapped one are seen before a byte is written. Promises
that a disk that failed is left alone for ``REST_US`` and that the last ``keep_free_bytes`` are never used for
footage. Leaves making room to ``retention``.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from minhbach.durable import Files
from minhbach.edge.archive import layout
from minhbach.edge.config import DiskConfig

REST_US = 15_000_000
_LOOK_EVERY_US = 2_000_000


@dataclass(slots=True)
class Disk:
    """One disk of the archive. ``trouble`` is a gap cause ('disk_full', 'disk_missing', 'disk_error') or empty."""

    path: Path
    keep_free_bytes: int
    name: str = ""
    trouble: str = ""
    resting_until_us: int = 0
    free_bytes: int = 0
    total_bytes: int = 0
    looked_us: int = -_LOOK_EVERY_US


class Disks:
    """All disks of an archive, the first of which holds the log."""

    def __init__(self, files: Files, configs: Sequence[DiskConfig]) -> None:
        self._files = files
        self.all = [Disk(config.path, config.keep_free_bytes) for config in configs]
        self._known: dict[Path, str] = {}

    def open(self, known: dict[str, str]) -> dict[str, str]:
        """Find or make each disk's name. ``known`` maps folder → name as the archive remembers; returns it completed.

        A folder the archive knows but that carries no name or another one is not written to (trouble 'disk_missing').
        """
        result = dict(known)
        for disk in self.all:
            name = known.get(str(disk.path), "")
            found = self._read_name(disk.path)
            if name and found != name:
                disk.name, disk.trouble = name, "disk_missing"
                continue
            if not found:
                found = secrets.token_hex(4)
                self._files.make_folder(disk.path / layout.OPEN)
                self._files.replace(disk.path / layout.DISK_FILE, json.dumps({"disk": found}).encode())
            disk.name = result[str(disk.path)] = found
        return result

    def named(self, name: str) -> Disk | None:
        """The disk with this name."""
        return next((disk for disk in self.all if disk.name == name), None)

    def choose(self, now_us: int) -> Disk | None:
        """The working disk with the most room, None when no disk can take a segment."""
        for disk in self.all:
            self.look(disk, now_us)
        ready = [disk for disk in self.all if not disk.trouble]
        return max(ready, key=lambda disk: disk.free_bytes - disk.keep_free_bytes, default=None)

    @property
    def trouble(self) -> str:
        """Why ``choose`` finds none: the first disk's trouble."""
        return next((disk.trouble for disk in self.all if disk.trouble), "disk_error")

    def look(self, disk: Disk, now_us: int) -> None:
        """Ask the file system how the disk is, at most every two seconds."""
        if now_us - disk.looked_us < _LOOK_EVERY_US or now_us < disk.resting_until_us:
            return
        disk.looked_us = now_us
        try:
            if self._read_name(disk.path) != disk.name:
                disk.trouble = "disk_missing"
                return
            stat = os.statvfs(disk.path)
        except OSError:
            disk.trouble = "disk_error"
            return
        disk.free_bytes = stat.f_bavail * stat.f_frsize
        disk.total_bytes = stat.f_blocks * stat.f_frsize
        disk.trouble = "disk_full" if disk.free_bytes < disk.keep_free_bytes else ""

    def failed(self, disk: Disk, error: BaseException, now_us: int) -> None:
        """A write, sync or link on this disk failed: leave it alone for a while."""
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        disk.trouble = "disk_full" if full else "disk_error"
        disk.resting_until_us = now_us + REST_US
        disk.looked_us = now_us

    @staticmethod
    def _read_name(path: Path) -> str:
        try:
            return str(json.loads((path / layout.DISK_FILE).read_bytes())["disk"])
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except (ValueError, KeyError, TypeError):
            return "?"
