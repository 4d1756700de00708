"""Bytes kept back on the disk of the log, for the moment when somebody fills it to the last one.

Owns one file that holds nothing. Footage may only go after its entry is durable, and an entry needs room: on a disk
that is full to the last byte neither could happen. Then the ballast goes, the emergency deletion is logged, and when
there is room again the ballast comes back. Leaves how full a disk may become to ``relief``.
"""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path

from minhbach.durable import Files

_LOGGER = logging.getLogger(__name__)

NAME = "ballast"
LARGEST_BYTES = 8 << 20
"""Enough for thousands of entries and the catalogue's journal, which takes 100 kB at once and 4 MB before it folds."""
REST_US = 600_000_000


class Ballast:
    """One file in the archive folder. No method raises: without ballast a recorder is only less sure."""

    def __init__(self, archive: Path, files: Files) -> None:
        self._path = archive / NAME
        self._files = files
        self._dropped_us: int | None = None

    @property
    def used_up(self) -> bool:
        """Whether the disk was found full to the last bytes, and nothing has been kept back since."""
        return self._dropped_us is not None

    def look(self, failure: BaseException | None, now_us: int) -> None:
        """Give the room back when the log cannot be written (``failure``) or less is free than the ballast holds."""
        full = isinstance(failure, OSError) and failure.errno in (errno.ENOSPC, errno.EDQUOT)
        try:
            if full or self._files.space(self._path.parent).free_bytes < self._path.stat().st_size:
                self._files.unlink(self._path)
                self._dropped_us = now_us
                _LOGGER.warning("the disk of the log is full: the ballast of the archive is used up")
        except OSError:
            return

    def is_wanted(self, now_us: int) -> bool:
        """Whether ``take`` may be called once the disk has plenty; not soon after the last need."""
        rested = self._dropped_us is None or now_us - self._dropped_us > REST_US
        return rested and not self._path.exists()

    def take(self) -> None:
        """Take the room; call it when the disk has plenty. Blocks for a moment."""
        try:
            size_bytes = min(LARGEST_BYTES, self._files.space(self._path.parent).total_bytes >> 5)
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o640)
        except OSError:
            return
        try:
            os.posix_fallocate(descriptor, 0, max(1, size_bytes))
            self._dropped_us = None
        except OSError:
            self._path.unlink(missing_ok=True)
        finally:
            os.close(descriptor)
