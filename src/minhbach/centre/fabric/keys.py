"""The centre's keys: ``lease.key`` orders, ``witness.key`` testifies, ``journal.key`` writes the centre's own log,
``approval.key`` vouches for who approved.

Owns the folder ``keys`` of the centre's data (mode 0700; files PKCS#8 PEM, mode 0600). ``lease.key`` signs leases,
configuration, holds and the time told to recorders: who has it can look and configure, but cannot make the past look
otherwise. ``witness.key`` cosigns what recorders logged: who has it *and* a recorder's key can. One key never does the
work of the other. ``journal.key`` signs the centre's own log: who has it can write on in it, but not take back what
others cosigned. ``approval.key`` signs approvals of extractions: who has it can make one up that no security key
signed, and no footage. Leaves their use to ``lease``, ``protocol.signed``, ``footage``, ``journal`` and ``evidence``.

Errors::

    KeysUnusable    missing, unreadable, no Ed25519 key, or readable by others
"""

from __future__ import annotations

import hashlib
import os
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from minhbach.durable import Files
from minhbach.ledger import checkpoint, note

LEASE = "lease.key"
WITNESS = "witness.key"
APPROVAL = "approval.key"
JOURNAL = "journal.key"
_WITNESS_NAMES = "minhbach.vn/witness"
_CENTRE_NAMES = "minhbach.vn/centre"


class KeysUnusable(Exception):
    """The centre's keys cannot be used. ``vi`` and ``en`` say what to do."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi} ({en})")
        self.vi = vi
        self.en = en


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys, in memory. None is in ``repr``."""

    lease: Ed25519PrivateKey = field(repr=False)
    witness: note.Signer = field(repr=False)
    approval: note.Signer = field(repr=False)

    @property
    def lease_public(self) -> Ed25519PublicKey:
        return self.lease.public_key()

    @property
    def lease_text(self) -> str:
        """The public lease key as base64, as an enrolment carries it."""
        return b64encode(_raw(self.lease_public)).decode()


def ensure(folder: Path, files: Files | None = None) -> Keys:
    """The keys in ``folder``; those that are missing are made, durably. Raises KeysUnusable, OSError."""
    files = files or Files()
    files.make_folder(folder)
    os.chmod(folder, 0o700)
    for name in (LEASE, WITNESS, JOURNAL, APPROVAL):
        if not (folder / name).exists():
            files.replace(folder / name, _new(), mode=0o600)
    return load(folder)


def load(folder: Path) -> Keys:
    """The keys in ``folder``. Raises KeysUnusable."""
    witness = _signer(folder / WITNESS, _WITNESS_NAMES, note.WITNESS_KEY)
    return Keys(load_lease(folder), witness, load_approval(folder))


def load_approval(folder: Path) -> note.Signer:
    """The key that vouches for approvals, alone. Raises KeysUnusable."""
    return _signer(folder / APPROVAL, _CENTRE_NAMES, note.LOG_KEY)


def _signer(path: Path, names: str, kind: int) -> note.Signer:
    key = _read(path)
    public = _raw(key.public_key())
    # The name follows from the key, so that no second file has to be kept with it.
    return note.Signer(f"{names}/{hashlib.sha256(public).hexdigest()[:12]}", public, key.sign, kind)


def load_lease(folder: Path) -> Ed25519PrivateKey:
    """The lease key alone, for a page that gives a lease. Raises KeysUnusable."""
    return _read(folder / LEASE)


def load_journal(folder: Path) -> note.Signer:
    """The key of the centre's own log. The log's UUID follows from the key. Raises KeysUnusable."""
    key = _read(folder / JOURNAL)
    public = _raw(key.public_key())
    centre = UUID(bytes=hashlib.sha256(public).digest()[:16])
    return note.Signer(checkpoint.log_key_name(str(centre)), public, key.sign, note.LOG_KEY)


def public_lease(folder: Path) -> Ed25519PublicKey:
    """The public half of the lease key: what the stream process verifies with. Raises KeysUnusable."""
    return load_lease(folder).public_key()


def fast_check(public: bytes, message: bytes, signature: bytes) -> bool:
    """``note.Check`` by OpenSSL, some hundred times as fast as the court's pure Python."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _new() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        shared = path.stat().st_mode & 0o077
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        raise KeysUnusable(
            f"Không đọc được khóa {path}; hãy phục hồi tệp này từ bản sao lưu hoặc chạy «minhbach centre init».",
            f"The key {path} cannot be read; restore it from a backup or run «minhbach centre init».",
        ) from None
    if shared or not isinstance(key, Ed25519PrivateKey):
        raise KeysUnusable(
            f"Khóa {path} không phải khóa Ed25519 hoặc người dùng khác đọc được; hãy đặt quyền 0600 cho tệp này.",
            f"{path} is no Ed25519 key or others may read it; set its mode to 0600.",
        )
    return key
