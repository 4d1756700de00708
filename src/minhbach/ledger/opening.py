"""The opening of a commitment: what a request said, and the salt by which a court sees that the scope means it.

Owns the file (FORMAT.md section 10). It travels apart from the package: whoever builds a package does not learn why.
Leaves to others: who may have it (the centre's `evidence`), the scope that holds the commitment (`scope`).

Errors: OpeningError: the bytes are no opening.
"""

from dataclasses import dataclass
from typing import Any

from minhbach.ledger.entry import EntryError, canonical, commitment, read_canonical
from minhbach.ledger.errors import LedgerError

FORMAT, VERSION = "minhbach-request", 1
_LIMIT_BYTES = 1 << 16
_SALT_BYTES = range(16, 65)


class OpeningError(LedgerError):
    """These bytes open nothing; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A request's words by name, and the secret bytes that stood before them when the commitment was made."""

    salt: bytes
    said: dict[str, str]

    @property
    def data(self) -> bytes:
        """The canonical bytes of the file. Raises EntryError."""
        return canonical({"format": FORMAT, "version": VERSION, "salt": self.salt.hex(), "said": self.said})

    @property
    def commitment(self) -> str:
        """What the scope holds if this is what was asked. Raises EntryError."""
        return commitment(self.salt, self.said)


def read(data: bytes) -> Opening:
    """The opening in these bytes; a line's end behind them, which editors add, is passed over. Raises OpeningError."""
    try:
        return _opening(read_canonical(data.rstrip(b"\r\n"), _LIMIT_BYTES))
    except (EntryError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise OpeningError(f"This is no request as it was asked: {error!s:.200}") from error


def _opening(value: Any) -> Opening:
    if value.keys() != {"format", "version", "salt", "said"} or (value["format"], value["version"]) != (
        FORMAT,
        VERSION,
    ):
        raise ValueError("it has another form")
    salt, said = bytes.fromhex(value["salt"]), value["said"]
    if len(salt) not in _SALT_BYTES or salt.hex() != value["salt"]:
        raise ValueError("its salt is none")
    if type(said) is not dict or not said or not all(type(each) is str for each in said.values()):
        raise ValueError("it says nothing")
    return Opening(salt, said)
