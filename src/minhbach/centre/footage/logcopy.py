"""The centre's own copy of a recorder's log: plain files, proven before they are written.

Owns the folder of one log (tiles and bundles of FORMAT.md section 2, so every reader of logs reads it) and `head.json`,
which says how many entries of it count and which signed checkpoint proves them. Promises that an entry counts only when
a checkpoint signed by the log, or the opening of the log that follows, covers it, and that killed at any point the copy
is what it was or what it became. Leaves keys to `ingestion` and the meaning of entries to `indexing`.

Errors::

    Contradiction    the entries offered do not lead to the head they were offered under
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from minhbach.durable import Files
from minhbach.ledger import tiles, tree

_HEAD = "head.json"


class Contradiction(Exception):
    """These entries are not those of the signed head."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far the copy goes: the first ``size`` entries have ``root``. ``note``: the checkpoint that proves it, which
    may be larger; empty where the log that follows proves it.
    """

    size: int = 0
    root: bytes = tree.EMPTY_ROOT
    note: bytes = b""


class LogCopy:
    """One log. For one thread at a time."""

    def __init__(self, files: Files, folder: Path) -> None:
        self.folder = folder
        self._files = files
        self.head = self._read_head()

    def reader(self) -> tiles.LogReader:
        """The entries that count."""
        return tiles.LogReader(self._fetch, self.head.size)

    def extend(self, fresh: Sequence[bytes], head: Head, proof: Sequence[bytes] = ()) -> None:
        """Take in the entries behind the copy, durably. ``head``: the signed tree that they lead to; where it is larger
        than the copy becomes, ``proof`` leads there. Raises Contradiction, OSError; the copy is then as before.
        """
        frontier = self.reader().frontier(self.head.size)
        for item in fresh:
            frontier.append(tree.leaf_hash(item))
        size, root = self.head.size + len(fresh), frontier.root()
        try:
            tree.verify_consistency(size, root, head.size, head.root, proof)
        except tree.ProofError as error:
            raise Contradiction(str(error)) from error
        if fresh:
            self._write(fresh)
        self._save(Head(size, root, head.note))

    def confirm(self, head: Head) -> None:
        """A newer signed checkpoint of the very same entries."""
        self._save(head)

    def _write(self, fresh: Sequence[bytes]) -> None:
        """Files whose bytes can only be these; they count when `head.json` says so. First what is full, then the tail:
        a reader that finds a bundle passes over an older tail (FORMAT.md 2.3).
        """
        reader, start = self.reader(), self.head.size // tiles.TILE_WIDTH * tiles.TILE_WIDTH
        rest = [*reader.entries(start, self.head.size), *fresh]
        edge, full = tiles.full_tiles(reader.edge(), map(tree.leaf_hash, fresh))
        for path, content in full:
            self._put(path, content)
        while len(rest) >= tiles.TILE_WIDTH:
            self._put(tiles.bundle_path(start // tiles.TILE_WIDTH), _framed(rest[: tiles.TILE_WIDTH]))
            rest, start = rest[tiles.TILE_WIDTH :], start + tiles.TILE_WIDTH
        assert edge.size == start + len(rest)
        self._put(tiles.TAIL, _framed(rest))

    def _put(self, path: str, content: bytes) -> None:
        target = self.folder / path
        self._files.make_folder(target.parent)
        self._files.replace(target, content)

    def _save(self, head: Head) -> None:
        record = {"size": head.size, "root": head.root.hex(), "note": head.note.decode()}
        self._files.make_folder(self.folder)
        self._files.replace(self.folder / _HEAD, json.dumps(record).encode())
        self.head = head

    def _read_head(self) -> Head:
        try:
            record = json.loads((self.folder / _HEAD).read_bytes())
        except FileNotFoundError:
            return Head()
        return Head(record["size"], bytes.fromhex(record["root"]), record["note"].encode())

    def _fetch(self, path: str) -> bytes:
        return (self.folder / path).read_bytes()


def _framed(entries: Sequence[bytes]) -> bytes:
    return b"".join(map(tiles.frame, entries))
