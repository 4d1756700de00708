"""What an entry of the centre's own log may say, in the canonical JSON of `ledger.entry`.

    log_opened   the first one, as in a recorder's log (FORMAT.md section 5): origin and key
    lines        [[line, commitment], …]: lines of the journal, by their ids, and what they commit to
    restored     the database was put back from a backup: so many lines that stand in this log are lost, and the digest
                 of their ids

No entry holds a name, a purpose or anything of a row: commitments are salted, and the salts lie in the database.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from minhbach.ledger import entry

MOST_LINES = 500
"""In one entry: half of what 60 KiB hold."""


def opened(origin: str, key: str, *, at_us: int, previous: dict[str, Any] | None = None) -> bytes:
    """The entry that a log begins with; `minhbach witness` believes the key that it names. `previous`: what is left of
    the log before, after data was put back from a backup.
    """
    year = origin.rpartition("/")[2]
    centre = origin.split("/")[2]
    return entry.encode(
        entry.make(
            "log_opened",
            at_us=at_us,
            clock=-1,
            origin=origin,
            recorder=centre,
            year=int(year),
            key=key,
            previous=previous,
            reason="log_damaged" if previous else "new",
        )
    )


def lines(found: Sequence[tuple[UUID, str]], *, at_us: int) -> list[bytes]:
    """Entries with these lines and commitments, in their order."""
    parts = [found[first : first + MOST_LINES] for first in range(0, len(found), MOST_LINES)]
    return [_made("lines", at_us, lines=[[line.hex, commitment] for line, commitment in part]) for part in parts]


def restored(lost: Iterable[bytes], *, at_us: int) -> bytes:
    """The entry of a database that was put back. `lost`: ids of lines, in their order."""
    count, digest = digest_of(lost)
    return _made("restored", at_us, lost=count, sha256=digest)


def digest_of(ids: Iterable[bytes]) -> tuple[int, str]:
    """How many ids of lines there are, and the SHA-256, in hex, of all in hex, one a row. They come in their order."""
    count, digest = 0, hashlib.sha256()
    for line in ids:
        count += 1
        digest.update(f"{line.hex()}\n".encode("ascii"))
    return count, digest.hexdigest()


def read(data: bytes) -> dict[str, Any]:
    """An entry out of its bytes. Raises EntryError."""
    found = entry.read_canonical(data, entry.MAX_ENTRY_BYTES)
    if not isinstance(found, dict) or not isinstance(found.get("kind"), str):
        raise entry.EntryError("An entry is an object with a kind.")
    return found


def _made(kind: str, at_us: int, **fields: object) -> bytes:
    return entry.canonical({"v": entry.VERSION, "kind": kind, "at_us": at_us, **fields})
