"""Inclusion proofs of a package's entries, sharing checkpoints and nodes.

Owns which checkpoint proves which entry: the smallest at hand that covers it, the earliest moment that can be shown.
Leaves to others: verifying (`verify`), which entries (`selection`), writing (`package`).

Errors: PackageError: no checkpoint at hand covers an entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger.entry import Entry
from minhbach.ledger.selection import EntryReader, PackageError, Place


@dataclass(frozen=True, slots=True)
class PackageLog:
    """One log and every checkpoint note at hand: the cosigned ones, and the newest of the recorder itself."""

    reader: EntryReader
    notes: Sequence[bytes]


class Proofs:
    """`add` each log under its origin, then ask for `row`s; `files` and `nodes` are what they refer to by number."""

    def __init__(self) -> None:
        self.files: list[bytes] = []
        self._logs: dict[str, tuple[EntryReader, list[tuple[int, bytes]]]] = {}
        self._numbers: dict[bytes, int] = {}
        self._node_numbers: dict[str, int] = {}

    @property
    def nodes(self) -> list[str]:
        """The tree's nodes that the proofs name by number: neighbours share most of theirs."""
        return list(self._node_numbers)

    def _node(self, step: bytes) -> int:
        return self._node_numbers.setdefault(step.hex(), len(self._node_numbers))

    def add(self, origin: str, log: PackageLog) -> None:
        """A log whose entries will be proven."""
        sized = sorted(((checkpoints.claimed(note).size, note) for note in log.notes), key=lambda each: each[0])
        self._logs[origin] = (log.reader, [each for each in sized if each[0] <= log.reader.size])

    def row(self, origin: str, place: Place, value: Entry) -> dict[str, Any]:
        """The manifest's row of an entry. Raises PackageError."""
        reader, sized = self._logs[origin]
        found = next(((size, note) for size, note in sized if size > place[1]), None)
        if found is None:
            raise PackageError(f"No checkpoint covers entry {place[1]} of the log {place[0]}.")
        size, note = found
        if note not in self._numbers:
            self._numbers[note] = len(self.files)
            self.files.append(note)
        proof = [self._node(step) for step in reader.inclusion_proof(place[1], size)]
        number = self._numbers[note]
        return {"log": place[0], "index": place[1], "entry": value, "checkpoint": number, "proof": proof}


def checkpoint_file(number: int) -> str:
    """Where the package keeps its checkpoint note `number` (0-based)."""
    return f"checkpoints/{number:06d}.txt"
