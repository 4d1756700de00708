"""Who the centre is to this recorder: the file that a technician carries to the site.

Owns the enrolment file (TOML, readable by its owner only): the recorder's UUID, where the fabric is, with which
password and whose certificate, and the centre's two public keys: the one that signs leases, configuration and time, and
that of the witness. What the centre says over the line is believed only under these keys. Promises that no line leaves
the machine in clear. Leaves cameras to the signed configuration.
"""

from __future__ import annotations

import ipaddress
import ssl
import tomllib
import uuid
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from minhbach.edge.config import ConfigError
from minhbach.ledger import note
from minhbach.ledger.errors import LedgerError
from minhbach.protocol import subjects
from minhbach.protocol.line import Access

_KEYS = {"recorder", "address", "user", "password", "lease_key", "witness_key", "ca"}


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the file says. ``lease_key`` signs what the centre orders; ``witness`` cosigns what this recorder logged."""

    recorder: str
    access: Access
    lease_key: Ed25519PublicKey
    witness: note.Verifier


def load(path: Path, check: note.Check) -> Enrolment:
    """Read the file. Raises ConfigError; no value of the file stands in it. ``check``: an Ed25519 library."""
    try:
        if path.stat().st_mode & 0o077:
            raise ConfigError(
                f"Người dùng khác đọc được tệp kết nối {path}; hãy đặt lại quyền 0600 cho tệp này.",
                f"Others may read the enrolment {path}; set its mode to 0600.",
            )
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(
            f"Không đọc được tệp kết nối {path}.", f"The enrolment {path} cannot be read ({type(error).__name__})."
        ) from None
    try:
        return parse(table, check)
    except (ValueError, LedgerError, KeyError) as error:
        raise ConfigError(
            f"Tệp kết nối {path} không đúng định dạng; hãy tải lại tệp từ trung tâm.",
            f"The enrolment {path} is malformed ({type(error).__name__}); fetch it from the centre again.",
        ) from None


def parse(table: dict[str, object], check: note.Check) -> Enrolment:
    """Raises ValueError, KeyError, LedgerError."""
    text = {key: value for key, value in table.items() if isinstance(value, str)}
    if len(text) != len(table) or not set(table) <= _KEYS:
        raise ValueError("An enrolment holds known keys with texts only.")
    recorder = str(uuid.UUID(text["recorder"]))
    address, ca_pem = text["address"], text.get("ca", "")
    there = urlsplit(address)
    if there.scheme != "tls" and not (there.scheme == "nats" and _within_the_machine(there.hostname or "")):
        raise ValueError("The address is no line that may leave the machine.")
    if ca_pem:
        ssl.create_default_context(cadata=ca_pem)
    witness = note.parse_vkey(text["witness_key"], check)
    if witness.algorithm != note.WITNESS_KEY:
        raise ValueError("The witness' key is none.")
    return Enrolment(
        recorder=recorder,
        access=Access(address, text["user"], text["password"], subjects.inbox(recorder), ca_pem),
        lease_key=Ed25519PublicKey.from_public_bytes(b64decode(text["lease_key"], validate=True)),
        witness=witness,
    )


def _within_the_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
