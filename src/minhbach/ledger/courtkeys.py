"""The key file: what a court trusts, in lines it can compare with paper.

Owns the shape of the file (FORMAT.md sections 9 and 10). Promises that a key serves only the role its line gives it.
Leaves to others: what is signed with them.

Errors: KeysUnreadable: a line is none, or contradicts itself; the sentence says which.
"""

import re
from dataclasses import dataclass, field

from minhbach.ledger import note, p256
from minhbach.ledger.errors import LedgerError

_ROLES = {"log": note.LOG_KEY, "centre": note.LOG_KEY, "witness": note.WITNESS_KEY}
_PUBLIC = re.compile(r"[0-9a-f]{130}")


class KeysUnreadable(LedgerError):
    """A line of the key file is no key."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Trusted keys by role. `notes` are those of logs and witnesses; `approvers` maps security keys (hex) to names."""

    notes: tuple[note.Verifier, ...] = ()
    centres: tuple[note.Verifier, ...] = ()
    approvers: dict[str, str] = field(default_factory=dict)


def read_keys(text: str) -> Keys:
    """Lines `log VKEY`, `witness VKEY`, `centre VKEY` and `approver HEX NAME`; `#` begins a comment.

    KeysUnreadable says which line is wrong.
    """
    notes: list[note.Verifier] = []
    centres: list[note.Verifier] = []
    approvers: dict[str, str] = {}
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.partition("#")[0].strip()
        role, _, rest = line.partition(" ")
        if role == "approver":
            public, _, name = rest.strip().partition(" ")
            if not _PUBLIC.fullmatch(public) or not p256.is_key(bytes.fromhex(public)):
                raise KeysUnreadable(f"Line {number} of the key file holds no security key (65 bytes of P-256 in hex).")
            approvers[public] = name.strip()
        elif line:
            (centres if role == "centre" else notes).append(_verifier(number, role, rest.strip()))
    return Keys(tuple(notes), tuple(centres), approvers)


def _verifier(number: int, role: str, vkey: str) -> note.Verifier:
    try:
        verifier = note.parse_vkey(vkey)
    except note.NoteError as problem:
        raise KeysUnreadable(f"Line {number} of the key file: {problem}") from problem
    if _ROLES.get(role) != verifier.algorithm:
        raise KeysUnreadable(f"Line {number} of the key file does not say truly whose key it is.")
    return verifier
