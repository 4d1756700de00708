"""The recorder's own key.

Owns the one secret of an archive: an Ed25519 key in ``private/log.key``, readable by its owner only. What its loss or
theft means stands in FORMAT.md (keys) and docs/trust.md. Leaves key formats for others to ``ledger.note``.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from minhbach.durable import Files
from minhbach.ledger import note


class KeyUnreadable(Exception):
    """The key file is there but is no Ed25519 key, or others may read it."""


def load_or_create(files: Files, path: Path, name: str, algorithm: int = note.LOG_KEY) -> note.Signer:
    """The signer in ``path``; a new key when there is no file. Raises KeyUnreadable."""
    if not path.exists():
        _create(files, path)
    if path.stat().st_mode & 0o077:
        raise KeyUnreadable(f"{path}: others may read this key; set its mode to 0600.")
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as error:
        raise KeyUnreadable(f"{path} holds no private key in PEM form.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnreadable(f"{path} holds a key of another kind than Ed25519.")
    public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return note.Signer(name, public, key.sign, algorithm)


def _create(files: Files, path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    files.make_folder(path.parent)
    os.chmod(path.parent, 0o700)
    files.replace(path, pem, mode=0o600)
