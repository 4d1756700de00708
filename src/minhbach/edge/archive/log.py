"""The recorder's log on its disk: appended, synced, signed.

Owns the files of one log (FORMAT.md section 2 and 3) and the order of writing them: entries into the tail, sync, a full
tail renamed to its bundle, hash tiles, and last the signed checkpoint, which therefore never promises an entry that is
not durable. Promises that a failed write loses nothing: what was to be written stays here and the next ``write`` starts
from a fresh file. Leaves the meaning of entries to ``ledger.entry`` and ``ledger.history``.

Errors::

    LogDamaged    the files hold less than the signed checkpoint says; never repaired here, never overwritten
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from minhbach.durable import AppendFile, Files
from minhbach.ledger import checkpoint, note, tiles, tree


class LogDamaged(Exception):
    """The log on the disk is not the one its own checkpoint signs."""


class Log:
    """One log, open for appending. ``write`` blocks on the disk and is called by one thread at a time."""

    def __init__(self, files: Files, folder: Path, origin: str, signers: Sequence[note.Signer]) -> None:
        self.folder = folder
        self.origin = origin
        self.signers = tuple(signers)
        self._files = files
        self._tail_file: AppendFile | None = None
        self._tail: list[bytes] = []
        self._edge = tiles.Edge()
        self._suspect = False
        self._signed_size = -1
        files.make_folder(folder)
        self._resume()

    @property
    def size(self) -> int:
        """How many entries are durable."""
        return self._edge.size

    def reader(self) -> tiles.LogReader:
        """What is durable now."""
        return tiles.LogReader(self.fetch, self.size)

    def fetch(self, path: str) -> bytes:
        """A file of the log by its relative path; FileNotFoundError when there is none."""
        return (self.folder / path).read_bytes()

    def write(self, entries: list[bytes]) -> None:
        """Append encoded entries and sign the new checkpoint; durable.

        Entries leave the list as they become durable, so after an OSError the same call may be repeated.
        """
        while entries:
            part = entries[: tiles.room_in_tail(self.size)]
            self._append(part)
            del entries[: len(part)]
        if self._signed_size != self.size:
            self.sign()

    def sign(self) -> None:
        """Write the checkpoint over everything durable; durable."""
        head = checkpoint.Checkpoint(self.origin, self.size, self._edge.frontier().root())
        self._files.replace(self.folder / tiles.CHECKPOINT, checkpoint.sign(head, *self.signers))
        self._signed_size = head.size

    def close(self) -> None:
        """Give the tail's descriptor back."""
        if self._tail_file is not None:
            self._tail_file.close()
            self._tail_file = None

    def _append(self, part: Sequence[bytes]) -> None:
        frames = [tiles.frame(item) for item in part]
        if self._suspect:
            self._rewrite_tail()
        try:
            if self._tail_file is None:
                self._tail_file = self._open_tail()
            self._tail_file.write(frames)
            self._tail_file.sync()
        except OSError:
            self._suspect = True
            self.close()
            raise
        self._tail += part
        self._edge, files = tiles.full_tiles(self._edge, map(tree.leaf_hash, part))
        if len(self._tail) == tiles.TILE_WIDTH:
            self._roll_tail(files)

    def _open_tail(self) -> AppendFile:
        path = self.folder / tiles.TAIL
        if path.exists():
            return self._files.append(path)
        file = self._files.create(path)
        self._files.sync_folder(self.folder)
        return file

    def _rewrite_tail(self) -> None:
        """After a failed write or sync the old tail's pages cannot be trusted: write what is known to a fresh file."""
        self._files.replace(self.folder / tiles.TAIL, b"".join(map(tiles.frame, self._tail)))
        self._suspect = False

    def _roll_tail(self, hash_tiles: Sequence[tuple[str, bytes]]) -> None:
        self.close()
        self._rename_tail(self.size // tiles.TILE_WIDTH - 1)
        for path, content in hash_tiles:
            self._put(path, content)
        self._tail = []

    def _rename_tail(self, bundle: int) -> None:
        target = self.folder / tiles.bundle_path(bundle)
        self._files.make_folder(target.parent)
        self._files.rename(self.folder / tiles.TAIL, target)
        self._files.sync_folder(target.parent)
        self._files.sync_folder(self.folder)

    def _put(self, path: str, content: bytes) -> None:
        target = self.folder / path
        self._files.make_folder(target.parent)
        self._files.replace(target, content)

    def _resume(self) -> None:
        """Go on where the last run was interrupted, by the steps it would have taken next."""
        bundles = self._count_bundles()
        found = self._resumed(bundles)
        if found.full:
            self._rename_tail(bundles)
            found = self._resumed(bundles + 1)
        tail = self.folder / tiles.TAIL
        if tail.exists() and tail.stat().st_size > found.tail_bytes:
            self._files.truncate(tail, found.tail_bytes)
        self._edge, self._tail = found.edge, list(found.tail)
        self._demand_signed_history()

    def _resumed(self, bundles: int) -> tiles.Resumed:
        try:
            found = tiles.resume(self.fetch, bundles)
        except tiles.TileError as error:
            raise LogDamaged(str(error)) from error
        for path, content in found.files:
            if not (self.folder / path).exists():
                self._put(path, content)
        return found

    def _count_bundles(self) -> int:
        count = 0
        step = 1
        while step:
            if (self.folder / tiles.bundle_path(count + step - 1)).exists():
                count += step
                step *= 2
            else:
                step //= 2
        return count

    def _demand_signed_history(self) -> None:
        try:
            signed = checkpoint.claimed(self.fetch(tiles.CHECKPOINT))
        except FileNotFoundError:
            return
        except (note.NoteError, checkpoint.CheckpointError) as error:
            raise LogDamaged(f"The checkpoint cannot be read: {error}") from error
        if signed.size > self.size:
            raise LogDamaged(f"The checkpoint signs {signed.size} entries but only {self.size} are on the disk.")
        if self.reader().root(signed.size) != signed.root:
            raise LogDamaged(f"The first {signed.size} entries are not those the checkpoint signs.")
        self._signed_size = signed.size
