"""The folder of kept files: each under the SHA-256 of its bytes, written durably, never changed.

Who can write here can lose papers, but not change one unnoticed: `read` hashes what it reads. Keeping the same bytes
twice keeps them once.

Errors:

    PaperLost       the file is gone or is not what its name says
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from minhbach.durable import Files


class PaperLost(Exception):
    """A kept file cannot be read as what it was."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"The kept file {digest} is missing or damaged: restore it from a backup.")
        self.digest = digest


@dataclass(frozen=True, slots=True)
class Store:
    """Kept files below one folder."""

    folder: Path
    files: Files = field(default_factory=Files)

    def keep(self, data: bytes) -> str:
        """Keep the bytes durably; their SHA-256 in hexadecimal. Raises OSError."""
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        if not path.exists():
            self._write(path, data)
        return digest

    def _write(self, path: Path, data: bytes) -> None:
        # Two processes may keep the same bytes at once: each writes a file of its own, and the last name given stays.
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        self.files.make_folder(path.parent)
        file = self.files.create(fresh)
        try:
            file.write([data])
            file.sync()
        finally:
            file.close()
        self.files.rename(fresh, path)
        self.files.sync_folder(path.parent)

    def read(self, digest: str) -> bytes:
        """The bytes of this hash. Raises PaperLost."""
        try:
            data = self._path(digest).read_bytes()
        except OSError:
            raise PaperLost(digest) from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise PaperLost(digest)
        return data

    def remove(self, digest: str) -> None:
        """Take the bytes of this hash away; nothing where they are gone already. Raises OSError."""
        path = self._path(digest)
        try:
            path.unlink()
        except FileNotFoundError:
            return
        self.files.sync_folder(path.parent)

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest
