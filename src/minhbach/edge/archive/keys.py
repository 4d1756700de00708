"""The recorder's own key.

Owns the one secret of an archive: an Ed25519 key in ``private/log.key``, readable by its owner only; after the loss of
a key or a log another one beside it, so that no key from before a loss can sign what comes after. What its loss or
theft means stands in FORMAT.md (keys) and docs/trust.md. Leaves key formats for others to ``ledger.note``.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from minhbach.durable import Files
from minhbach.edge.config import ConfigError
from minhbach.ledger import note


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
