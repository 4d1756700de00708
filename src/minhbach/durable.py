"""Files that a power cut leaves whole or not at all.

Owns every system call by which the product makes bytes durable, so that tests can put a disk below it that forgets
what was not synced or that fails at the call of their choice. Promises: when a method whose docstring says *durable*
returns, the effect survives a power cut on a disk that honours ``fsync``; when it raises, the caller must treat the
file as lost, because Linux marks the pages of a failed ``fsync`` clean and a second call would lie (Rebello et al.,
USENIX ATC 2020). Leaves to others which files exist and what stands in them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

_IOV_MAX = 512
_MODE = 0o640


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
    """The real file system. Tests subclass it."""

    def create(self, path: Path) -> AppendFile:
        """Open a new file for appending. Raises FileExistsError; the name is durable after ``sync_folder``."""
        return AppendFile(path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, _MODE))

    def append(self, path: Path) -> AppendFile:
        """Open an existing file for appending."""
        return AppendFile(path, os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC))

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

    def sync_folder(self, folder: Path) -> None:
        """Make the names in ``folder`` durable."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def make_folder(self, folder: Path) -> None:
        """Make ``folder`` and its missing parents; durable, each name in its parent."""
        if folder.is_dir():
            return
        self.make_folder(folder.parent)
        try:
            folder.mkdir(mode=0o750)
        except FileExistsError:
            return
        self.sync_folder(folder.parent)

    def replace(self, path: Path, content: bytes, mode: int = _MODE) -> None:
        """Put ``content`` at ``path``: after a power cut there is the old content or the new, never a part. Durable."""
        fresh = path.with_name(path.name + ".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
        file = AppendFile(fresh, descriptor)
        try:
            file.write([content])
            file.sync()
        finally:
            file.close()
        self.rename(fresh, path)
        self.sync_folder(path.parent)
