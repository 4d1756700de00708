"""Files that a power cut leaves whole or not at all.

Owns every system call by which the product makes bytes durable, so that tests can put a disk below it that forgets
what was not synced or that fails at the call of their choice. Promises: when a method whose docstring says *durable*
returns, the effect survives a power cut on a disk that honours ``fsync``; when it raises, the caller must treat the
file as lost, because Linux marks the pages of a failed ``fsync`` clean and a second call would lie (Rebello et al.,
USENIX ATC 2020). Leaves to others which files exist and what stands in them.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_IOV_MAX = 512
_MODE = 0o640
_MOST_SURE = 10_000
"""An hour has one folder per stream; what is forgotten is only synced once more."""


@dataclass(frozen=True, slots=True)
class Space:
    """Room of the file system that a folder is on."""

    free_bytes: int
    total_bytes: int
    read_only: bool = False


class AppendFile:
    """One file open for appending; not safe for two threads at a time."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    def write(self, buffers: Sequence[bytes | bytearray | memoryview]) -> int:
        """Append all buffers in order; returns the bytes written. Not durable. Raises OSError (ENOSPC, EIO, EROFS)."""
        total = 0
        for first in range(0, len(buffers), _IOV_MAX):
            total += self._write_some([memoryview(buffer) for buffer in buffers[first : first + _IOV_MAX]])
        return total

    def _write_some(self, views: list[memoryview]) -> int:
        total = 0
        while views:
            written = os.writev(self._descriptor, views)
            total += written
            while views and written >= len(views[0]):
                written -= len(views.pop(0))
            if written:
                views[0] = views[0][written:]
        return total

    def sync(self) -> None:
        """Make all bytes written so far durable (``fdatasync``). After an OSError the file must be abandoned."""
        os.fdatasync(self._descriptor)

    def close(self) -> None:
        """Give the descriptor back; says nothing about durability."""
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            os.close(descriptor)


class Files:
    """The real file system. Tests put another one below: every change goes through the methods of this class."""

    def open_file(self, path: Path, flags: int, mode: int = _MODE) -> AppendFile:
        """Open with the flags of ``os.open`` besides O_WRONLY."""
        return AppendFile(path, os.open(path, os.O_WRONLY | os.O_CLOEXEC | flags, mode))

    def create(self, path: Path) -> AppendFile:
        """Open a new file for appending. Raises FileExistsError; the name is durable after ``sync_folder``."""
        return self.open_file(path, os.O_CREAT | os.O_EXCL | os.O_APPEND)

    def append(self, path: Path) -> AppendFile:
        """Open an existing file for appending."""
        return self.open_file(path, os.O_APPEND)

    def sync_file(self, path: Path) -> None:
        """Make durable what another process wrote and was killed before it synced."""
        file = self.append(path)
        try:
            file.sync()
        finally:
            file.close()

    def truncate(self, path: Path, size: int) -> None:
        """Cut the file to ``size`` bytes; durable."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.ftruncate(descriptor, size)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def link(self, source: Path, target: Path) -> None:
        """Give the file a second name. The name is durable after ``sync_folder`` of the target's folder."""
        os.link(source, target)

    def unlink(self, path: Path) -> None:
        """Take one name away. Durable after ``sync_folder``."""
        os.unlink(path)

    def rename(self, source: Path, target: Path) -> None:
        """Replace ``target`` by ``source`` in one step. Durable after ``sync_folder``."""
        os.replace(source, target)

    def add_folder(self, folder: Path) -> None:
        """Make one folder. Raises FileExistsError; its name is durable after ``sync_folder`` of its parent."""
        os.mkdir(folder, 0o750)

    def remove_folder(self, folder: Path) -> None:
        """Take an empty folder away. Durable after ``sync_folder`` of its parent."""
        os.rmdir(folder)

    def sync_folder(self, folder: Path) -> None:
        """Make the names in ``folder`` durable."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def space(self, folder: Path) -> Space:
        """How much room there is for an ordinary user. Raises OSError."""
        stat = os.statvfs(folder)
        read_only = bool(stat.f_flag & os.ST_RDONLY)
        return Space(stat.f_bavail * stat.f_frsize, stat.f_blocks * stat.f_frsize, read_only)

    def make_folder(self, folder: Path) -> None:
        """Make ``folder`` and its missing parents; durable, each name in its parent."""
        if folder.is_dir():
            return
        self.make_folder(folder.parent)
        self.add_folder_durably(folder)

    def add_folder_durably(self, folder: Path) -> None:
        """Make one folder unless it is there; durable. After an OSError it is not there, so that another try is one."""
        with suppress(FileExistsError):
            self.add_folder(folder)
        try:
            self.sync_folder(folder.parent)
        except OSError:
            with suppress(OSError):
                self.remove_folder(folder)
            raise

    def replace(self, path: Path, content: bytes, mode: int = _MODE) -> None:
        """Put ``content`` at ``path``: after a power cut there is the old content or the new, never a part. Durable."""
        fresh = path.with_name(path.name + ".new")
        file = self.open_file(fresh, os.O_CREAT | os.O_TRUNC, mode)
        try:
            file.write([content])
            file.sync()
        finally:
            file.close()
        self.rename(fresh, path)
        self.sync_folder(path.parent)


class Folders:
    """Folders below ``root`` that are known to survive a power cut.

    A run that was killed may leave a folder that is there and yet not durable; therefore the first use in a run makes
    sure of each, and only of each. Safe on several threads: at worst a folder is synced twice.
    """

    def __init__(self, files: Files, root: Path) -> None:
        self._files = files
        self._root = root
        self._sure = {root}

    def make(self, folder: Path) -> None:
        """Make ``folder``, which lies below the root, and its missing parents; durable.

        Raises OSError; FileNotFoundError when the root is gone, for an unmounted disk is not made anew.
        """
        if folder in self._sure and folder.is_dir():
            return
        if folder == self._root or not folder.is_relative_to(self._root):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
        self.make(folder.parent)
        self._files.add_folder_durably(folder)
        if len(self._sure) > _MOST_SURE:
            self._sure = {self._root}
        self._sure.add(folder)
