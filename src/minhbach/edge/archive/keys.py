"""The recorder's own key.

Owns the one secret of an archive: an Ed25519 key in ``private/log.key``, readable by its owner only; after the loss of
a key or a log another one beside it, so that no key from before a loss can sign what comes after. Owns also its
replacement: the next key is on the disk before the log names it, and takes its place after; the one before signs along
until a witness has seen the new one. What its loss or theft means stands in FORMAT.md (keys) and docs/trust.md. Leaves
key formats for others to ``ledger.note``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from minhbach.durable import Files
from minhbach.edge.config import ConfigError
from minhbach.ledger import entry, note
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.tiles import LogReader

_ROTATION = b'"kind":"key_rotated"'


class KeyUnreadable(ConfigError):
    """The key file is there but is no Ed25519 key, or others may read it."""


def load_or_create(files: Files, path: Path, name: str, algorithm: int = note.LOG_KEY) -> note.Signer:
    """The signer in ``path``; a new key when there is no file. Raises KeyUnreadable, OSError."""
    if not path.exists():
        _create(files, path)
    files.sync_folder(path.parent)  # A start that was killed may have made the key and signed nothing with it yet.
    if path.stat().st_mode & 0o077:
        raise KeyUnreadable(
            f"Người dùng khác đọc được khóa ký {path}; hãy đặt lại quyền 0600 cho tệp này.",
            f"Others may read the key {path}; set its mode to 0600.",
        )
    key = _parse(path)
    public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return note.Signer(name, public, key.sign, algorithm)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of one log: the one in force in ``path``; while it is replaced, the ``next`` and the one ``before``."""

    files: Files
    path: Path
    name: str

    @property
    def signers(self) -> tuple[note.Signer, ...]:
        """Who signs now; the last is in force."""
        return tuple(self._load(path) for path in (self._before, self.path) if path.exists())

    def prepare(self) -> note.Signer:
        """The next key, durable; the log may name it now."""
        return load_or_create(self.files, self._next, self.name)

    def promote(self) -> tuple[note.Signer, ...]:
        """The log names the next key: it is in force, and the one before signs along."""
        self.files.replace(self._before, self.path.read_bytes(), mode=0o600)
        self.files.replace(self.path, self._next.read_bytes(), mode=0o600)
        self._forget(self._next)
        return self.signers

    def settle(self, log: LogReader) -> tuple[note.Signer, ...]:
        """After a stop: finish the replacement that the log speaks of, or forget one that it does not."""
        if self._next.exists():
            fresh = self.prepare()
            if _names(log, fresh.verifier.vkey) and fresh.public != self._load(self.path).public:
                return self.promote()
            self._forget(self._next)
        return self.signers

    def drop_before(self) -> tuple[note.Signer, ...]:
        """The new key is known elsewhere."""
        if self._before.exists():
            self._forget(self._before)
        return self.signers

    @property
    def _next(self) -> Path:
        return self.path.with_name(f"{self.path.name}.next")

    @property
    def _before(self) -> Path:
        return self.path.with_name(f"{self.path.name}.before")

    def _load(self, path: Path) -> note.Signer:
        return load_or_create(self.files, path, self.name)

    def _forget(self, path: Path) -> None:
        self.files.unlink(path)
        self.files.sync_folder(path.parent)


def _names(log: LogReader, vkey: str) -> bool:
    """Whether a log names a key as its new one."""
    try:
        found = [entry.decode(data) for data in log.entries(0, log.size) if _ROTATION in data]
    except LedgerError:
        return False
    return any(each["kind"] == "key_rotated" and each["key"] == vkey for each in found)


def _parse(path: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnreadable(
            f"Tệp {path} không phải khóa ký Ed25519 đọc được; hãy phục hồi tệp này từ bản sao lưu.",
            f"{path} holds no Ed25519 key that can be read; restore it from a backup.",
        ) from None
    return key


def _create(files: Files, path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    files.make_folder(path.parent)
    os.chmod(path.parent, 0o700)
    files.replace(path, pem, mode=0o600)
