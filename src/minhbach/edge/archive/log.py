"""The recorder's log on its disk: appended, synced, signed.

Owns the files of one log (FORMAT.md section 2 and 3) and the order of writing them: entries into the tail, sync; of a
full tail the hash tiles, then the renaming to its bundle; and last the signed checkpoint, which therefore never
promises an entry that is not durable. Promises that a failed write loses nothing: what was to be written stays with the
caller, and after a failure nothing counts as durable unless it was synced before; it is written anew to a fresh file.
Leaves the meaning of entries to ``ledger.entry`` and ``ledger.history``.

Errors::

    LogDamaged    the files hold less than the signed checkpoint says; never repaired here, never overwritten
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from minhbach.durable import AppendFile, Files, Folders
from minhbach.ledger import checkpoint, note, tiles, tree
from minhbach.ledger.entry import EntryError, decode


class LogDamaged(Exception):
    """The log on the disk is not the one its own checkpoint signs."""


class Log:
    """One log, open for appending. ``write`` blocks on the disk and is called by one thread at a time."""

    def __init__(self, files: Files, folder: Path, origin: str, signers: Sequence[note.Signer]) -> None:
        self.folder = folder
        self.origin = origin
        self.signers = tuple(signers)
        """The last of them is the key in force; replaced as a whole, so that any thread may read it."""
        self._files = files
        self._folders = Folders(files, folder)
        self._tail_file: AppendFile | None = None
        self._tail: list[bytes] = []
        self._edge = tiles.Edge()
        self._full_tiles: Sequence[tuple[str, bytes]] = ()
        self._suspect = False
        self._signed_size = 0
        self.note = b""
        """The newest signed checkpoint, durable; replaced as a whole, so that any thread may read it."""
        files.make_folder(folder)
        files.sync_folder(folder.parent)
        self._resume()

    @property
    def size(self) -> int:
        """How many entries are durable."""
        return self._edge.size

    def reader(self) -> tiles.LogReader:
        """What is durable now."""
        return tiles.LogReader(self.fetch, self.size)

    def root_behind(self, last: bytes) -> bytes:
        """The root that the log will have when one more entry is in it."""
        frontier = self._edge.frontier()
        frontier.append(tree.leaf_hash(last))
        return frontier.root()

    def fetch(self, path: str) -> bytes:
        """A file of the log by its relative path; FileNotFoundError when there is none."""
        return (self.folder / path).read_bytes()

    def write(self, entries: list[bytes]) -> None:
        """Append encoded entries and sign the new checkpoint; durable. With no entries: sign what is not yet signed.

        Entries leave the list as they become durable, so after an OSError the same call may be repeated.
        """
        self._roll_tail()
        while entries:
            part = entries[: tiles.room_in_tail(self.size)]
            self._append(part)
            del entries[: len(part)]
            self._roll_tail()
        if self._signed_size != self.size:
            self._sign()

    def close(self) -> None:
        """Give the tail's descriptor back."""
        if self._tail_file is not None:
            file, self._tail_file = self._tail_file, None
            file.close()

    def _sign(self) -> None:
        head = checkpoint.Checkpoint(self.origin, self.size, self._edge.frontier().root())
        signed = checkpoint.sign(head, *self.signers)
        self._files.replace(self.folder / tiles.CHECKPOINT, signed)
        self._signed_size, self.note = head.size, signed

    def _append(self, part: Sequence[bytes]) -> None:
        """Make entries that fit into the tail durable; none of them counts when this raises."""
        frames = [tiles.frame(item) for item in part]
        try:
            if self._suspect:
                self._rewrite_tail()
            if self._tail_file is None:
                self._tail_file = self._open_tail()
            self._tail_file.write(frames)
            self._tail_file.sync()
        except OSError:
            self._suspect = True
            self.close()
            raise
        self._tail += part
        self._edge, self._full_tiles = tiles.full_tiles(self._edge, map(tree.leaf_hash, part))

    def _open_tail(self) -> AppendFile:
        path = self.folder / tiles.TAIL
        if path.exists():
            return self._files.append(path)
        file = self._files.create(path)
        self._files.sync_folder(self.folder)
        return file

    def _rewrite_tail(self) -> None:
        """The pages of a tail whose write or sync failed cannot be trusted: write what is known to a fresh file."""
        self._files.replace(self.folder / tiles.TAIL, b"".join(map(tiles.frame, self._tail)))
        self._suspect = False

    def _roll_tail(self) -> None:
        """Turn a full tail into its bundle; after an OSError the next call does all of it again."""
        if len(self._tail) < tiles.TILE_WIDTH:
            return
        target = self.folder / tiles.bundle_path(self.size // tiles.TILE_WIDTH - 1)
        try:
            self.close()
            for path, content in self._full_tiles:
                self._put(path, content)
            self._folders.make(target.parent)
            if self._suspect:
                self._remake_bundle(target)
            else:
                self._files.rename(self.folder / tiles.TAIL, target)
                self._files.sync_folder(target.parent)
                self._files.sync_folder(self.folder)
        except OSError:
            self._suspect = True
            raise
        self._tail, self._full_tiles, self._suspect = [], (), False

    def _remake_bundle(self, target: Path) -> None:
        """A rename may have happened although it failed, and a folder's second sync may lie: make new names."""
        self._files.replace(target, b"".join(map(tiles.frame, self._tail)))
        tail = self.folder / tiles.TAIL
        if tail.exists():
            self._files.unlink(tail)
        self._files.sync_folder(self.folder)

    def _put(self, path: str, content: bytes) -> None:
        target = self.folder / path
        self._folders.make(target.parent)
        self._files.replace(target, content)

    # --- going on after a stop, wherever it came ---------------------------------------------------------

    def _resume(self) -> None:
        """Go on where the last run was interrupted, by the steps it would have taken next (FORMAT.md 2.3).

        Nothing is changed before the signed history is found whole.
        """
        bundles = count_bundles(self.folder)
        try:
            found = tiles.resume(self.fetch, bundles)
            self._tail = _valid(found.tail)
            remade = dict(found.files)
            whole = tiles.LogReader(lambda path: remade.get(path) or self.fetch(path), bundles * tiles.TILE_WIDTH)
            self._signed_size = self._demand_signed_history(whole)
            edge = whole.edge()
        except tiles.TileError as error:
            raise LogDamaged(str(error)) from error
        self._edge, self._full_tiles = tiles.full_tiles(edge, map(tree.leaf_hash, self._tail))
        self._settle(remade, bundles)
        self._roll_tail()

    def _demand_signed_history(self, whole: tiles.LogReader) -> int:
        try:
            self.note = self.fetch(tiles.CHECKPOINT)
            signed = checkpoint.claimed(self.note)
        except FileNotFoundError:
            return 0
        except (note.NoteError, checkpoint.CheckpointError) as error:
            raise LogDamaged(f"The checkpoint cannot be read: {error}") from error
        if signed.origin != self.origin:
            raise LogDamaged(f"The checkpoint is of another log, {signed.origin}.")
        if signed.size > whole.size + len(self._tail):
            raise LogDamaged(f"The checkpoint signs {signed.size} entries but fewer are on the disk.")
        frontier = whole.frontier(min(signed.size, whole.size))
        for item in self._tail[: max(0, signed.size - whole.size)]:
            frontier.append(tree.leaf_hash(item))
        if frontier.root() != signed.root:
            raise LogDamaged(f"The first {signed.size} entries are not those the checkpoint signs.")
        return signed.size

    def _settle(self, last_tiles: Mapping[str, bytes], bundles: int) -> None:
        """Make durable what a killed run wrote or renamed here and did not sync, and leave out what is torn."""
        self._files.sync_folder(self.folder)
        for path, content in last_tiles.items():
            self._put_again(path, content)
        if bundles:
            target = self.folder / tiles.bundle_path(bundles - 1)
            self._files.sync_file(target)
            self._folders.make(target.parent)
            self._files.sync_folder(target.parent)
        if (self.folder / tiles.TAIL).exists():
            self._rewrite_tail()

    def _put_again(self, path: str, content: bytes) -> None:
        target = self.folder / path
        if target.exists() and target.read_bytes() == content:
            self._folders.make(target.parent)
            self._files.sync_folder(target.parent)
        else:
            self._put(path, content)


def holds_anything(folder: Path) -> bool:
    """Whether a log was begun in this folder: a checkpoint or an entry is there."""
    if any((folder / path).exists() for path in (tiles.CHECKPOINT, tiles.bundle_path(0))):
        return True
    return bool(_valid(tiles.parse_bundle(_read(folder / tiles.TAIL))[0]))


def readable(folder: Path) -> tiles.LogReader:
    """All entries of a log that can be read, signed or not, where nobody appends any more (FORMAT.md 8)."""

    def fetch(path: str) -> bytes:
        return (folder / path).read_bytes()

    bundles = count_bundles(folder)
    for bundle in range(bundles):
        reader = tiles.LogReader(fetch, (bundle + 1) * tiles.TILE_WIDTH)
        if not _agrees(reader, bundle * tiles.TILE_WIDTH):
            return tiles.LogReader(fetch, bundle * tiles.TILE_WIDTH)
    if (folder / tiles.tile_path(0, bundles)).exists():
        return tiles.LogReader(fetch, bundles * tiles.TILE_WIDTH)  # A bundle is gone, so the tail does not follow.
    tail, _ = tiles.parse_bundle(_read(folder / tiles.TAIL))
    return tiles.LogReader(fetch, bundles * tiles.TILE_WIDTH + len(tail) % tiles.TILE_WIDTH)


def count_bundles(folder: Path) -> int:
    """How many bundles are there without a hole."""
    count = 0
    step = 1
    while step:
        if (folder / tiles.bundle_path(count + step - 1)).exists():
            count += step
            step *= 2
        else:
            step //= 2
    return count


def _agrees(reader: tiles.LogReader, first: int) -> bool:
    """Whether the last bundle of a reader is whole and is the one its hash tile was made from."""
    try:
        hashes = [tree.leaf_hash(item) for item in reader.entries(first, reader.size)]
        return hashes == list(reader.leaf_hashes(first, reader.size))
    except (tiles.TileError, OSError):
        return False


def _valid(tail: Sequence[bytes]) -> list[bytes]:
    """The leading entries that are entries: a power cut may leave the length of one and not its bytes."""
    good: list[bytes] = []
    for item in tail:
        try:
            decode(item)
        except EntryError:
            break
        good.append(item)
    return good


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
