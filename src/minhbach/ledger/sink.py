"""Files into a folder or a zip that appears only when it is whole.

Owns how a package is written and its list of hashes. Promises that nothing is left behind by one that is abandoned, and
that the same files in the same order give the same bytes. Leaves to others: what the files are (`package`), the form of
a zip (`zipped`).
"""

import hashlib
import io
import os
import shutil
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from minhbach.ledger.zipped import Writer

HASHES, SEAL = "hashes.sha256", "seal.txt"
_PIECE_BYTES, _PIECES = 1 << 20, 4


class Sink:
    """Files into a folder or a zip that appears only when it is whole."""

    def __init__(self, target: Path) -> None:
        self._target, self._part = target, target.with_name(target.name + ".part")
        self.hashes: list[tuple[str, str]] = []
        zipped = target.suffix == ".zip"
        if not zipped:
            self._part.mkdir(parents=True)
        self._zip = Writer(self._part) if zipped else None
        self._hashing = ThreadPoolExecutor(1)
        self._pieces = [memoryview(bytearray(_PIECE_BYTES)) for _ in range(_PIECES)]

    def copy(self, name: str, source: BinaryIO) -> tuple[int, str]:
        """Writes the source under `name`; returns (bytes, hex SHA-256)."""
        with self._create(name) as (sink, tally):
            count = self._through(source, sink, tally)
        self.hashes.append((tally.sha256.hexdigest(), name))
        return count, self.hashes[-1][0]

    def _through(self, source: BinaryIO, sink: BinaryIO, tally: "_Tally") -> int:
        """One thread hashes while this one reads and writes: none of it holds Python's lock."""
        count, done = 0, self._hashing.submit(tally.sha256.update, b"")
        hashed = deque([done] * len(self._pieces), len(self._pieces))
        for piece in cycle(self._pieces):
            hashed[0].result()  # until then the piece is still being hashed
            here = piece[: source.readinto(piece) or 0]  # type: ignore[attr-defined]
            if not here:
                break
            hashed.append(self._hashing.submit(tally.sha256.update, here))
            tally.crc = zlib.crc32(here, tally.crc)
            count += len(here)
            _write(sink, here)
        for each in hashed:
            each.result()
        return count

    def write(self, name: str, data: bytes) -> None:
        """Writes the bytes under `name`."""
        self.copy(name, io.BytesIO(data))

    @contextmanager
    def _create(self, name: str) -> Iterator[tuple[BinaryIO, "_Tally"]]:
        tally = _Tally()
        if self._zip is not None:
            self._zip.begin(name)
            yield self._zip.file, tally
            self._zip.end(tally.crc)
            return
        path = self._part / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb", buffering=0) as file:
            yield file, tally

    def finish(
        self,
        seal: Callable[[str], bytes] | None = None,
        behind: Mapping[str, Callable[[bytes], bytes | None]] = MappingProxyType({}),
    ) -> None:
        """Writes the list of hashes, and the seal over its hex SHA-256; then the package is there.

        `behind` are files that are made of the seal itself, if they can be made.
        """
        lines = [f"{digest}  {name}\n" for digest, name in sorted(self.hashes, key=lambda each: each[1])]
        self.write(HASHES, "".join(lines).encode())
        if seal is not None:
            sealed = seal(self.hashes[-1][0])
            self.write(SEAL, sealed)
            for name, make in behind.items():
                if (data := make(sealed)) is not None:
                    self.write(name, data)
        if self._zip is not None:
            self._zip.finish()
        self._hashing.shutdown()
        os.replace(self._part, self._target)

    def abandon(self) -> None:
        """Leaves nothing behind."""
        self._hashing.shutdown(cancel_futures=True)
        if self._zip is not None:
            self._zip.close()
            self._part.unlink(missing_ok=True)
        else:
            shutil.rmtree(self._part, ignore_errors=True)


class _Tally:
    """What was written so far of a file."""

    def __init__(self) -> None:
        self.sha256, self.crc = hashlib.sha256(), 0


def _write(sink: BinaryIO, data: memoryview) -> None:
    while data:
        data = data[sink.write(data) :]
