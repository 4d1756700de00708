"""How a recorder shows that it is itself that speaks, and not somebody who has its enrolment.

Owns the text that the key of the log signs for a nonce of the centre's. An enrolment is a password in a file, which is
carried about; the key of the log never leaves the machine. The text can be no checkpoint: its first line is no origin
of a log. Leaves who is asked when, and what follows, to ``centre.footage.proving``.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection

from minhbach.ledger import note
from minhbach.ledger.errors import LedgerError

_NONCE = re.compile(r"[0-9a-f]{32}")


def new_nonce() -> str:
    """What nobody can have had signed before."""
    return secrets.token_hex(16)


def signed(recorder: str, nonce: str, *signers: note.Signer) -> bytes:
    """The proof. Raises ValueError for what is no nonce: a stranger's text is never signed."""
    if not _NONCE.fullmatch(nonce):
        raise ValueError("A nonce is 32 hex digits.")
    return note.sign(_text(recorder, nonce), *signers)


def holds(proof: bytes, recorder: str, nonce: str, keys: Collection[note.Verifier]) -> bool:
    """Whether one of these keys has signed this nonce for this recorder."""
    try:
        return note.open(proof, list(keys)).text == _text(recorder, nonce)
    except LedgerError:
        return False


def _text(recorder: str, nonce: str) -> str:
    return f"minhbach.vn/line/{recorder}\n{nonce}\n"
