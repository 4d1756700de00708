"""Sealed files as they are, byte for byte, for an extraction that people approved.

Owns the way from a segment's number to bytes of its file. Promises that only files of the lease's cameras that touch
its stretch leave, and that a file is never opened through a link. Leaves the lease to ``viewings``, and whether the
bytes are those that were sealed to whoever packs them: the log says so.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import Executor
from pathlib import Path

from minhbach.edge.archive.archive import Archive
from minhbach.edge.catalogue import Catalogue
from minhbach.lease import Lease
from minhbach.protocol.footage import CHUNK_BYTES, Extract


class Extracting:
    """For the recorder's loop; files are read on the executor."""

    def __init__(self, archive: Archive, catalogue: Catalogue, executor: Executor) -> None:
        self._archive = archive
        self._catalogue = catalogue
        self._executor = executor

    async def read(self, lease: Lease, asked: Extract) -> bytes | None:
        """The bytes from the asked place on; None where there is no such file within the lease. Raises OSError."""
        for segment in self._catalogue.numbered(asked.camera, asked.stream, asked.number, asked.number):
            disk = self._archive.disks.named(segment.disk)
            touches = segment.begin_us < lease.end_us and lease.begin_us < segment.end_us
            if disk is None or not touches or not 0 <= asked.offset <= segment.size_bytes:
                continue
            path = disk.path / segment.path
            count = min(CHUNK_BYTES, segment.size_bytes - asked.offset)
            return await asyncio.get_running_loop().run_in_executor(self._executor, _read, path, asked.offset, count)
        return None


def _read(path: Path, offset: int, count: int) -> bytes:
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        return os.pread(file, count, offset)
    finally:
        os.close(file)
