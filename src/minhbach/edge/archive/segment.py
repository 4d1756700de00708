"""One segment from its first byte to its seal.

Owns the sealing order of the archive: ``.part`` → sync → second name in the footage folder → sync folder, and only
then does the caller log it; the ``.part`` name goes away last. A power cut between any two steps leaves a ``.part``
that ``finish`` completes (design invariants 1 and 4); a second name instead of a rename means that recovery needs to
look in one flat folder only and never guesses by clock or folder time. Every method blocks on a disk and belongs on a
lane.

After a failed write the bytes synced before it are still good and are sealed; after a failed sync nothing of the file
can be trusted any more (``durable``), so it is abandoned: put aside for a person to look at, never logged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from minhbach.durable import AppendFile, Files, Folders
from minhbach.edge.archive import layout


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the log says about a sealed file. Hashes are lower-case hex; ``end_us`` is monotonic."""

    size_bytes: int
    sha256: str
    init_sha256: str
    end_us: int


class OpenSegment:
    """A file that is being written. ``failed`` is set by the first error; later writes then do nothing.

    ``trouble`` is that error as a gap's cause, set by the archive on the loop's thread.
    """

    def __init__(self, files: Files, folders: Folders, part: Path, target: Path, init: bytes) -> None:
        self.part = part
        self.target = target
        self.failed = False
        self.trouble = "disk_error"
        self.sealed: Sealed | None = None
        self._files = files
        self._folders = folders
        self._init = init
        self._hash = hashlib.sha256()
        self._file: AppendFile | None = None
        self._synced_bytes = 0
        self._synced_until_us = 0
        self._untrusted = False

    def write(self, buffers: Sequence[bytes | bytearray | memoryview], end_us: int) -> None:
        """Append one fragment whose footage ends at ``end_us``; durable; creates the file at first. Raises OSError."""
        if self.failed:
            return
        try:
            if self._file is None:
                self._file = self._files.create(self.part)
                self._files.sync_folder(self.part.parent)
                buffers = [self._init, *buffers]
            written = self._file.write(buffers)
            self._untrusted = True
            self._file.sync()
        except OSError:
            self.failed = True
            raise
        self._untrusted = False
        self._synced_bytes += written
        self._synced_until_us = end_us
        for buffer in buffers:
            self._hash.update(buffer)

    def seal(self, end_us: int) -> None:
        """Give the file its lasting name; durable; fills ``sealed`` if there is anything to trust. Raises OSError.

        Without ``sealed`` the file is put aside, or taken away where nothing of it was ever durable.
        """
        if self._file is None:
            return
        try:
            self._file.close()
            if self._untrusted or not self._synced_bytes:
                return
            if self.failed:
                self._files.truncate(self.part, self._synced_bytes)
                end_us = self._synced_until_us
            finish(self._files, self._folders, self.part, self.target)
            init = hashlib.sha256(self._init).hexdigest()
            self.sealed = Sealed(self._synced_bytes, self._hash.hexdigest(), init, end_us)
        finally:
            if self.sealed is None:
                self._abandon()

    def _abandon(self) -> None:
        """Leave nothing in the footage folder that no entry will name. A failure here is told by ``check``."""
        self.failed = True
        for step in (self._forget_target, self._forget_part):
            try:
                step()
            except OSError:
                continue

    def _forget_target(self) -> None:
        if self.target.exists() and self.target.samefile(self.part):
            self._files.unlink(self.target)
            self._files.sync_folder(self.target.parent)

    def _forget_part(self) -> None:
        if self._synced_bytes:
            put_aside(self._files, self.part)
        else:
            self._files.unlink(self.part)


def finish(files: Files, folders: Folders, part: Path, target: Path) -> None:
    """Give a whole ``.part`` its lasting name; durable; may be called again after an interruption. Raises OSError."""
    folders.make(target.parent)
    try:
        files.link(part, target)
    except FileExistsError:
        if not target.samefile(part):
            raise
    except FileNotFoundError:
        # Deletion takes empty folders away and may just have taken this one.
        folders.make(target.parent)
        files.link(part, target)
    files.sync_folder(target.parent)


def put_aside(files: Files, part: Path) -> None:
    """Keep a file that cannot be logged, where nothing looks for footage; durable."""
    files.rename(part, part.with_name(part.name + layout.ASIDE_SUFFIX))
    files.sync_folder(part.parent)
