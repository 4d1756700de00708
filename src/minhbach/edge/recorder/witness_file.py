"""What a witness keeps: its key and its file.

Owns the witness file on its disk (FORMAT.md section 4.4): appended durably, a torn end cut off, written by one process
at a time; the witness' own key; and, beside the file, each note by which a log has shown a second history. Leaves what
may be cosigned to ``ledger.witness``.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from minhbach.durable import Files
from minhbach.edge.archive import keys
from minhbach.edge.check.inspection import fast_check
from minhbach.edge.check.place import CannotRead
from minhbach.ledger import note
from minhbach.ledger.witness import Witness, WitnessView, read_witness_file

_NAME = "minhbach.vn/witness"


def load_key(path: Path, files: Files | None = None) -> note.Signer:
    """The witness' signer in ``path``; a new key (mode 0600) when there is no file. Raises KeyUnreadable, OSError.

    The name of the key follows from the key, so that no second file has to be kept with it.
    """
    files = files or Files()
    if not path.exists():
        files.make_folder(path.absolute().parent)
        files.replace(path, _new_key(), mode=0o600)
    found = keys.load_or_create(files, path, _NAME, note.WITNESS_KEY)
    name = f"{_NAME}/{hashlib.sha256(found.public).hexdigest()[:12]}"
    return note.Signer(name, found.public, found.sign, note.WITNESS_KEY)


class WitnessFile:
    """The file that is a witness' memory, locked by this process while it is open.

    Raises CannotRead when another process has it, OSError.
    """

    def __init__(self, path: Path, files: Files | None = None) -> None:
        self.path = path.absolute()
        self._files = files or Files()
        self._files.make_folder(self.path.parent)
        if not self.path.exists():
            self._files.create(self.path).close()
            self._files.sync_folder(self.path.parent)
        self._lock = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise CannotRead(
                f"Tệp {path} đang được một bên làm chứng khác dùng.", f"{path} is in use by another witness."
            ) from None
        self._file = self._files.append(self.path)

    def __enter__(self) -> WitnessFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        os.close(self._lock)

    def open(self, signer: note.Signer) -> tuple[Witness, WitnessView]:
        """The witness that remembers what the file says, and what it says. Raises BrokenWitnessFile."""
        past = self.path.read_bytes()
        view = read_witness_file(past, fast_check)
        if view.good_bytes < len(past):
            self._files.truncate(self.path, view.good_bytes)
        logs = [key for key in view.verifiers if key.algorithm == note.LOG_KEY]
        return Witness(signer, logs, past[: view.good_bytes], self.append, fast_check), view

    def append(self, record: bytes) -> None:
        """Add a record; durable."""
        self._file.write([record])
        self._file.sync()

    def keep(self, evidence: bytes) -> Path:
        """Keep a note that contradicts what was cosigned, once; durable."""
        name = f"{self.path.name}.refused-{hashlib.sha256(evidence).hexdigest()[:12]}"
        kept = self.path.with_name(name)
        if not kept.exists():
            self._files.replace(kept, evidence)
        return kept


def _new_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
