"""Secrets of one-time codes, closed under a key that is a file beside the database and never in it.

Owns `keys/codes.key` of the centre's data (32 bytes, mode 0600). A copy of the database alone opens nothing. Made at
the first use; never again where sealed secrets exist already, for they would be lost behind a new key without a word.

    CodesKeyMissing     the file is gone or unusable: restore it from the backup of the keys
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from minhbach.durable import Files

NAME = "codes.key"
_KEY_BYTES, _NONCE_BYTES = 32, 12


class CodesKeyMissing(Exception):
    """One-time codes cannot be checked; the message says what to restore."""


def ensure(folder: Path) -> None:
    """Make the key where there is none; of two that make one at once, the first stays."""
    if (folder / NAME).exists():
        return
    made = folder / f".{NAME}.{secrets.token_hex(8)}"
    files = Files()
    files.make_folder(folder)
    files.replace(made, secrets.token_bytes(_KEY_BYTES), mode=0o600)
    with suppress(FileExistsError):
        os.link(made, folder / NAME)
    made.unlink()
    files.sync_folder(folder)


def seal(folder: Path, secret: bytes, *, whose: bytes) -> bytes:
    """The secret, closed for this owner: nonce and AES-256-GCM. Raises CodesKeyMissing."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(folder).encrypt(nonce, secret, whose)


def unseal(folder: Path, sealed: bytes, *, whose: bytes) -> bytes:
    """The secret again. Raises CodesKeyMissing, also where it was sealed under another key or for somebody else."""
    try:
        return _cipher(folder).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], whose)
    except (InvalidTag, ValueError):
        raise CodesKeyMissing(f"{folder / NAME} does not open this secret; restore it from the backup.") from None


def _cipher(folder: Path) -> AESGCM:
    try:
        key = (folder / NAME).read_bytes()
    except OSError as error:
        raise CodesKeyMissing(f"{folder / NAME}: {error.strerror}; restore it from the backup of the keys.") from None
    if len(key) != _KEY_BYTES:
        raise CodesKeyMissing(f"{folder / NAME} is no key of one-time codes; restore it from the backup.")
    return AESGCM(key)
