"""What a start does with the files that the last run left open.

Owns the second half of recovery: a ``.part`` that continues the log is sealed and logged by the steps of the running
recorder, one that was logged already loses its first name, and what can never be logged is put aside, never deleted.
Promises that a file which an entry names keeps its name, and that a disk or a file that cannot be read stops neither
the others nor the start. Blocks. Leaves the reading of parts to ``recovery``.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from minhbach.edge.archive import layout, recovery
from minhbach.edge.archive.book import Book
from minhbach.edge.archive.disks import Disk, Disks
from minhbach.edge.archive.home import Home
from minhbach.edge.archive.recovery import Part
from minhbach.edge.archive.segment import finish, put_aside
from minhbach.edge.clock import Clock
from minhbach.ledger import entry as entries
from minhbach.ledger.entry import Entry, EntryError
from minhbach.ledger.state import overlaps
from minhbach.ledger.tiles import TILE_WIDTH, LogReader

_LOGGER = logging.getLogger(__name__)

_SEARCHED = 20_000
"""So many entries back a file is looked for that has no lasting name: the first name goes soon after the entry."""


class Leftovers:
    """Call ``seal``, wait until the log is durable, call ``tidy``."""

    def __init__(self, home: Home, book: Book, disks: Disks, clock: Clock) -> None:
        self._home = home
        self._book = book
        self._disks = disks
        self._files = home.files
        self._clock = clock
        self._rest: list[tuple[Disk, Path]] = []

    def seal(self) -> None:
        """Seal and log what continues the log, in order."""
        parts: dict[tuple[str, str], list[Part]] = defaultdict(list)
        self._rest = list(self._find())
        for disk, path in self._rest:
            part = None if path.name.endswith(layout.ASIDE_SUFFIX) else recovery.read_part(disk.path, path)
            if part is not None:
                parts[part.key].append(part)
        state = self._book.replay.state
        for key, found in parts.items():
            stream = state.streams.get(key)
            following = list(recovery.joined(found, stream, state.clocks)) if stream and stream.active else []
            for part, end_us in following:
                self._seal_one(self._disks.holding(part.path), part, end_us)

    def tidy(self) -> None:
        """Take away the first names of all that is logged; put the rest aside."""
        named = self._entries_naming()
        for disk, path in self._rest:
            target = layout.target_of(path.name)
            entry = None if target is None else named.get(target.as_posix())
            try:
                if entry is not None:
                    self._settle_logged(disk, path, entry)
                else:
                    self._put_aside(disk, path, None if target is None else disk.path / target)
            except OSError as error:
                _LOGGER.error("%s cannot be tidied up: %s", path.name, error)

    def _find(self) -> Iterator[tuple[Disk, Path]]:
        for disk in self._disks.all:
            if disk.trouble != "disk_missing":
                try:
                    yield from [(disk, path) for path in recovery.find_parts(disk.path)]
                    yield from [(disk, path) for path in recovery.find_named_asides(disk.path)]
                except OSError as error:
                    self._fail(disk, error, "the folder of open files")

    def _seal_one(self, disk: Disk, part: Part, end_us: int) -> None:
        stream = self._book.replay.state.streams[part.key]
        if stream.end_mono_us != self._book.replay.state.clocks[part.reference].mono(part.begin_us):
            return  # The file before it could not be sealed, so this one has nothing to join.
        try:
            if part.path.stat().st_size > part.whole_bytes:
                self._files.truncate(part.path, part.whole_bytes)
            else:
                self._files.sync_file(part.path)
            sha256, init_sha256 = recovery.digest(part.path, part.init_bytes, part.whole_bytes)
            finish(self._files, disk.folders, part.path, part.target)
        except OSError as error:
            self._fail(disk, error, part.path.name)
            return
        self._book.append(
            "segment",
            camera=part.key[0],
            stream=part.key[1],
            number=stream.next_number,
            disk=disk.name,
            path=part.relative.as_posix(),
            footage_clock=list(part.reference),
            begin_us=part.begin_us,
            end_us=end_us,
            bytes=part.whole_bytes,
            sha256=sha256,
            init_sha256=init_sha256,
            tracks=list(part.tracks),
            start=part.start,
            cut="recovered",
            notes={},
            camera_offset_us=None,
        )

    def _settle_logged(self, disk: Disk, path: Path, entry: Entry) -> None:
        """The entry's file is there, was removed lawfully, or has lost its name on a damaged disk and gets it back."""
        target = disk.path / entry["path"]
        stream = self._book.replay.state.streams[entry["camera"], entry["stream"]]
        removed = overlaps(stream.removed, entry["number"], entry["number"])
        if not target.exists() and not removed and path.stat().st_size == entry["bytes"]:
            finish(self._files, disk.folders, path, target)
        self._files.unlink(path)

    def _put_aside(self, disk: Disk, path: Path, target: Path | None) -> None:
        """No entry names it and none can any more."""
        if target is not None and target.exists() and target.samefile(path):
            self._files.unlink(target)
            self._files.sync_folder(target.parent)
        if path.name.endswith(layout.ASIDE_SUFFIX):
            return
        put_aside(self._files, path)
        _LOGGER.warning("%s on disk %s does not continue the log and was put aside", path.name, disk.name)

    def _entries_naming(self) -> dict[str, Entry]:
        """The entries that name these files. One that has its lasting name is searched for until it is certain."""
        paths, certain = set[str](), set[str]()
        for disk, path in self._rest:
            target = layout.target_of(path.name)
            if target is not None:
                (certain if (disk.path / target).exists() else paths).add(target.as_posix())
        found: dict[str, Entry] = {}
        searched = 0
        for _, log in reversed(list(self._home.readers())):
            for end in range(log.size, 0, -TILE_WIDTH):
                if certain <= found.keys() and (paths <= found.keys() or searched >= _SEARCHED):
                    return found
                found |= {each["path"]: each for each in _segments(log, end) if each["path"] in paths | certain}
                searched += TILE_WIDTH
        return found

    def _fail(self, disk: Disk, error: OSError, what: str) -> None:
        self._disks.failed(disk, error, self._clock.mono_us())
        _LOGGER.error("disk %s: %s cannot be recovered: %s", disk.name, what, error)


def _segments(log: LogReader, end: int) -> Iterator[Entry]:
    for line in log.entries(max(0, end - TILE_WIDTH), end):
        if b'"kind":"segment"' in line:
            try:
                yield entries.decode(line)
            except EntryError:
                continue
