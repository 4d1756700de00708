"""Citizens' personal data, closed under keys that are a file beside the database and never in it.

Owns `keys/personal.keys` of the centre's data (mode 0600): a line `NUMBER BASE64` for each key of 32 bytes, whose last
closes what is new. What is closed is bound to its table, its row and its key, says how long it is only in steps
of `STEP` bytes, and carries the salt of a commitment that stays outside: whoever opens it sees whether it is what was
written first, under whichever key it lies now. A copy of the database alone tells nobody's name. Leaves rows to
`models.personal`, keys' change to `actions.personal`.

    PersonalKeyMissing     the file is gone, unusable, or was never this site's: restore it from the backup of the keys
"""

import base64
import binascii
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from minhbach.durable import Files
from minhbach.ledger.entry import commitment

NAME = "personal.keys"
STEP = 128
_KEY_BYTES, _NONCE_BYTES, _SALT_BYTES = 32, 12, 16
#: No name is longer than a file of keys may grow.
_MOST_BYTES = 64_000


class PersonalKeyMissing(Exception):
    """Personal data cannot be opened or closed; the message says what to restore."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What a row keeps: the bytes, the number of their key, and what the words are bound by whatever the key."""

    sealed: bytes = field(repr=False)
    key: int
    commitment: str


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys of a site by their numbers, in memory. None is in `repr`."""

    keys: Mapping[int, bytes] = field(repr=False)

    @property
    def newest(self) -> int:
        """The number of the key that closes what is new."""
        return max(self.keys)


_read: dict[Path, tuple[tuple[int, ...], Ring]] = {}


def ensure(folder: Path) -> None:
    """Make the first key where there is none; of two that make one at once, the first stays."""
    if (folder / NAME).exists():
        return
    made = folder / f".{NAME}.{secrets.token_hex(8)}"
    files = Files()
    files.make_folder(folder)
    files.replace(made, _lines({1: secrets.token_bytes(_KEY_BYTES)}), mode=0o600)
    with suppress(FileExistsError):
        os.link(made, folder / NAME)
    made.unlink()
    files.sync_folder(folder)


def add_key(folder: Path) -> int:
    """One more key, which closes what is new from now on; returns its number. Only one process may do so at a time.

    Of the older ones the newest stays: what was being written while this happened lies under it. Raises
    PersonalKeyMissing, OSError.
    """
    ring = ring_of(folder)
    number = ring.newest + 1
    _write(folder, {**ring.keys, number: secrets.token_bytes(_KEY_BYTES)})
    return number


def drop_keys(folder: Path, below: int) -> None:
    """Take keys out of the file under which nothing lies any more. Raises PersonalKeyMissing, OSError."""
    ring = ring_of(folder)
    _write(folder, {number: key for number, key in ring.keys.items() if number >= min(below, ring.newest)})


def ring_of(folder: Path) -> Ring:
    """The keys as the file has them now; read again only when it changed. Raises PersonalKeyMissing."""
    path = folder / NAME
    try:
        found = path.stat()
        signature = (found.st_ino, found.st_size, found.st_mtime_ns)
        known = _read.get(path)
        if known is None or known[0] != signature:
            known = _read[path] = signature, Ring(_parsed(path.read_bytes()[:_MOST_BYTES]))
    except OSError as error:
        raise PersonalKeyMissing(f"{path}: {error.strerror}; restore it from the backup of the keys.") from None
    except (ValueError, binascii.Error):
        raise PersonalKeyMissing(f"{path} holds no keys of personal data; restore it from the backup.") from None
    return known[1]


def close(folder: Path, said: Mapping[str, str], *, table: str, row: UUID) -> Closed:
    """These words, closed for this row under the newest key. Raises PersonalKeyMissing."""
    salt = secrets.token_bytes(_SALT_BYTES)
    plain = json.dumps({**said, "": salt.hex()}, ensure_ascii=False).encode()
    ring = ring_of(folder)
    return Closed(_seal(ring, plain, table, row), ring.newest, commitment(salt, dict(said)))


def reopen(folder: Path, closed: Closed, *, table: str, row: UUID) -> dict[str, str]:
    """The words again. Raises PersonalKeyMissing where no key opens them, or they are not what was written first."""
    said: dict[str, str] = json.loads(_unseal(folder, closed, table, row))
    salt = bytes.fromhex(said.pop("", ""))
    if not hmac.compare_digest(commitment(salt, dict(said)), closed.commitment):
        raise PersonalKeyMissing(f"{table} {row} is not what was written first; restore it from a backup.")
    return said


def close_again(folder: Path, closed: Closed, *, table: str, row: UUID) -> Closed:
    """The same words under the newest key; what they are bound by stays. Raises PersonalKeyMissing."""
    ring = ring_of(folder)
    return Closed(_seal(ring, _unseal(folder, closed, table, row), table, row), ring.newest, closed.commitment)


def mark(folder: Path, number: str, *, key: int | None = None) -> str:
    """By what a number is found again without being told: hex HMAC-SHA256 under the key; empty for an empty number."""
    said = "".join(each for each in number.upper() if each.isascii() and each.isalnum())
    if not said:
        return ""
    ring = ring_of(folder)
    return hmac.new(_derived(ring.keys[key or ring.newest], b"mark"), said.encode(), "sha256").hexdigest()


def marks(folder: Path, number: str) -> list[str]:
    """What the number may be found by: one for each key of the file. Raises PersonalKeyMissing."""
    return [made for key in ring_of(folder).keys if (made := mark(folder, number, key=key))]


def _seal(ring: Ring, plain: bytes, table: str, row: UUID) -> bytes:
    padded = plain + b" " * (-len(plain) % STEP)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    whose = _whose(table, row, ring.newest)
    return nonce + AESGCM(_derived(ring.keys[ring.newest], b"seal")).encrypt(nonce, padded, whose)


def _unseal(folder: Path, closed: Closed, table: str, row: UUID) -> bytes:
    ring = ring_of(folder)
    key = ring.keys.get(closed.key)
    if key is None:
        raise PersonalKeyMissing(f"{folder / NAME} has no key {closed.key}; restore it from the backup of the keys.")
    data = bytes(closed.sealed)
    try:
        opened = AESGCM(_derived(key, b"seal")).decrypt(
            data[:_NONCE_BYTES], data[_NONCE_BYTES:], _whose(table, row, closed.key)
        )
    except (InvalidTag, ValueError):
        raise PersonalKeyMissing(f"{folder / NAME} does not open {table} {row}; restore it from the backup.") from None
    return opened.rstrip(b" ")


def _whose(table: str, row: UUID, key: int) -> bytes:
    return f"{table} {row} {key}".encode()


def _derived(key: bytes, what: bytes) -> bytes:
    """A key of its own for each use of it."""
    return hmac.digest(key, b"minhbach personal " + what, "sha256")


def _parsed(data: bytes) -> dict[int, bytes]:
    found = {}
    for line in data.decode("ascii").splitlines():
        number, _, text = line.partition(" ")
        found[int(number)] = base64.b64decode(text, validate=True)
    if not found or any(len(key) != _KEY_BYTES for key in found.values()):
        raise ValueError("no keys")
    return found


def _lines(keys: Mapping[int, bytes]) -> bytes:
    return "".join(f"{number} {base64.b64encode(key).decode()}\n" for number, key in sorted(keys.items())).encode()


def _write(folder: Path, keys: Mapping[int, bytes]) -> None:
    Files().replace(folder / NAME, _lines(keys), mode=0o600)
