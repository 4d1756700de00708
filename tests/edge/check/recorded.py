"""A recorded archive to damage: a morning of two cameras with a gap, an erasure, a hold and a witness.

Owns: the recording (made once by the real archive), copies of it, and the forgery of someone who has the recorder's
key. Leaves to the tests what a check must say.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minhbach.edge.archive import keys, layout
from minhbach.edge.check.inspection import Inspection, fast_check, inspect
from minhbach.edge.check.place import LogFolder, look
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import note, tiles, tree
from minhbach.ledger.entry import Entry, canonical, decode
from minhbach.ledger.witness import Witness, WitnessView, read_witness_file
from tests.edge.keeping import COMMIT, Site, Unsynced, configured, lines
from tests.ledger.people import WITNESS

ROUNDS = 150


@dataclass(frozen=True)
class Segment:
    """A sealed segment as its entry names it."""

    index: int
    camera: str
    begin_us: int
    end_us: int
    path: Path
    entry: Entry


class Archive:
    """One archive folder that a test may damage."""

    def __init__(self, folder: Path, witness: bytes = b"") -> None:
        self.folder = folder
        self.witness = witness

    @property
    def log(self) -> Path:
        """The newest log's folder."""
        return layout.log_folder(self.folder, layout.log_names(self.folder)[-1])

    @property
    def view(self) -> WitnessView:
        return read_witness_file(self.witness, fast_check)

    def entries(self) -> list[Entry]:
        return [entry for _, _, entry in lines(self.folder)]

    def segments(self, camera: str = "quay-2") -> list[Segment]:
        """The segments of a camera that are still there, oldest first."""
        found = [
            Segment(index, entry["camera"], entry["begin_us"], entry["end_us"], self.folder / entry["path"], entry)
            for _, index, entry in lines(self.folder)
            if entry["kind"] == "segment" and entry["camera"] == camera
        ]
        return [each for each in found if each.path.exists()]

    def target(self) -> Segment:
        """One in the middle."""
        found = self.segments()
        return found[len(found) // 2]

    def check(self, *, quick: bool = False, witnessed: bool = False) -> Inspection:
        return inspect(self.folder, self.view if witnessed else None, quick=quick)

    def rewrite(self, change: Callable[[list[dict[str, Any]]], None]) -> None:
        """Somebody with the recorder's own key: the entries changed, the whole log signed again."""
        found = look(self.folder).logs[-1]
        values = self.entries()
        change(values)
        write_log(self.log, found.origin, [canonical(each) for each in values], self.signer())

    def signer(self) -> note.Signer:
        recorder = json.loads((self.folder / layout.ARCHIVE_FILE).read_bytes())["recorder"]
        return keys.load_or_create(Unsynced(), layout.key_path(self.folder), checkpoints.log_key_name(recorder))


def record(folder: Path) -> Archive:
    """The recording: some 300 entries, so that one bundle is full and the tail holds the rest."""
    site = Site(configured(folder, "quay-1", "quay-2")).start()
    for number in range(ROUNDS):
        site.record()
        if number == 40:
            site.pass_time(30_000_000)
        if number == 60:
            site.keeper.erase(list(site.catalogue.numbered("quay-1", "main", 3, 5)), COMMIT)
            site.settle()
        if number == 70:
            site.restart()
    site.hold("quay-1")
    site.stop()
    return Archive(folder, witnessed(look(folder).logs))


def witnessed(logs: list[LogFolder]) -> bytes:
    """What a witness wrote that cosigned each log half-way and at its end."""
    record = bytearray()
    time_s = 1_790_100_000
    for log in logs:
        opened = decode(log.reader().entry(0))
        witness = Witness(
            WITNESS, [note.parse_vkey(opened["key"], fast_check)], bytes(record), record.extend, fast_check
        )
        witness.add_checkpoint(0, [], log.checkpoint or b"", time_s)
        time_s += 60
    return bytes(record)


def copy(archive: Archive, folder: Path) -> Archive:
    shutil.copytree(archive.folder, folder, symlinks=True)
    return Archive(folder, archive.witness)


def write_log(folder: Path, origin: str, entries: list[bytes], signer: note.Signer) -> None:
    """A whole log anew."""
    shutil.rmtree(folder)
    whole = len(entries) - len(entries) % tiles.TILE_WIDTH
    edge, files = tiles.full_tiles(tiles.Edge(), map(tree.leaf_hash, entries))
    for start in range(0, whole, tiles.TILE_WIDTH):
        frames = map(tiles.frame, entries[start : start + tiles.TILE_WIDTH])
        files.append((tiles.bundle_path(start // tiles.TILE_WIDTH), b"".join(frames)))
    files.append((tiles.TAIL, b"".join(map(tiles.frame, entries[whole:]))))
    head = checkpoints.Checkpoint(origin, len(entries), edge.frontier().root())
    files.append((tiles.CHECKPOINT, checkpoints.sign(head, signer)))
    for path, content in files:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def flip(path: Path, at: int, bit: int = 0) -> None:
    """Turn one bit around; ``at`` may count from the end."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(data)
