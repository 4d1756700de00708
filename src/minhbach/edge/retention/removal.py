"""From the decision to remove footage to the file that is gone.

Owns the order of a removal: judged by the law, logged, durable, and only then the file, its folder synced, its row
forgotten (design invariant 4). A kill between any two of these steps leaves work that the next ``take_files`` finishes.
Leaves the decision to ``rolling`` and ``relief``.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from minhbach.durable import Files
from minhbach.edge.archive.archive import Archive
from minhbach.edge.archive.disks import Disk
from minhbach.edge.archive.lane import Lane
from minhbach.edge.archive.layout import DISK_FILE, utc
from minhbach.edge.catalogue import Catalogue, Doomed, Segment
from minhbach.edge.clock import Clock
from minhbach.ledger import entry as entries
from minhbach.ledger.findings import accusations
from minhbach.ledger.state import State, Stream, overlaps

_LOGGER = logging.getLogger(__name__)

MOST_RANGES = 300
"""Ranges in one entry, far below the 60 KiB an entry may have."""
MOST_FILES = 2_000
"""Files that one job takes away."""

Range = list[Any]


class Removal:
    """Call on the loop's thread; the files go on the lane."""

    def __init__(self, archive: Archive, catalogue: Catalogue, files: Files, lane: Lane, clock: Clock) -> None:
        self._archive = archive
        self._catalogue = catalogue
        self._files = files
        self._lane = lane
        self._clock = clock
        self._entries = 0
        self._jobs = 0
        self._making_room: Counter[str] = Counter()

    @property
    def busy(self) -> bool:
        """Whether an entry is not durable yet or files are being taken away."""
        return self._entries > 0 or self._jobs > 0

    def is_making_room(self, disk: Disk) -> bool:
        """Whether what was logged last is still on its way into the log or off this disk."""
        return self._entries > 0 or self._making_room[disk.name] > 0

    def announce(self, segments: Sequence[Segment], days: int, minimum_days: int) -> None:
        """Log the intent to delete these segments, which are at most one portion."""
        self._append("deletion_intent", segments, None, rule={"days": days, "minimum_days": minimum_days})

    def remove(self, kind: str, segments: Sequence[Segment], **fields: Any) -> int | None:
        """Log the removal of one portion of segments; the files go once it is durable. Returns the entry's index.

        None, and nothing done, when the law has something against it.
        """
        log = self._archive.book.name
        index = self._append(kind, segments, lambda index: self._durable(log, index, segments), **fields)
        self._entries += index is not None
        return index

    def take_files(self) -> None:
        """Take away what an earlier run, a missing disk or an error left doomed; in the background."""
        for disk in self._archive.disks.all:
            if disk.name and disk.trouble != "disk_missing":
                self._take_doomed(disk)

    def _append(
        self, kind: str, segments: Sequence[Segment], on_durable: Callable[[int], None] | None, **fields: Any
    ) -> int | None:
        book = self._archive.book
        entry = entries.make(kind, **book.stamp(), segments=ranges_of(segments), **fields)
        against = accusations(book.replay.judge(book.next_index, entry))
        if against:
            _LOGGER.error("%s refused: %s", kind, "; ".join(each.text[1] for each in against))
            return None
        return book.append_made(entry, on_durable)

    def _durable(self, log: str, index: int, segments: Sequence[Segment]) -> None:
        """What goes is known here: a catalogue that cannot be written must not keep a full disk full."""
        self._entries -= 1
        for name in {each.disk for each in segments}:
            disk = self._archive.disks.named(name)
            if disk is not None and disk.trouble != "disk_missing":
                doomed = [Doomed(name, log, index, each.path) for each in segments if each.disk == name]
                self._making_room[name] += 1
                self._put(disk, doomed, self._made_room)

    def _take_doomed(self, disk: Disk) -> None:
        doomed = self._catalogue.doomed(disk.name, MOST_FILES)
        if doomed:
            self._put(disk, doomed, self._took_doomed)

    def _made_room(self, disk: Disk, _: int) -> None:
        self._making_room[disk.name] -= 1

    def _took_doomed(self, disk: Disk, gone: int) -> None:
        if gone == MOST_FILES:
            self._take_doomed(disk)

    def _put(self, disk: Disk, doomed: Sequence[Doomed], then: Callable[[Disk, int], None]) -> None:
        job = _Job(self._files, disk.path, doomed, self._hours_in_use())

        def work() -> None:
            job.run()
            self._catalogue.gone(job.gone)

        def done(error: BaseException | None) -> None:
            self._jobs -= 1
            # What the file system said of this disk is no longer true.
            disk.looked_us = -(1 << 60)
            if error or job.error:
                _LOGGER.error("deleted footage cannot be taken off disk %s: %s", disk.name, error or job.error)
            then(disk, len(job.gone))

        self._jobs += 1
        self._lane.put(work, done)

    def _hours_in_use(self) -> frozenset[str]:
        """Hour folders in which the archive may be making a file now: they stay even when they are empty."""
        now = utc(self._archive.book.writing_epoch.wall_us(self._clock.mono_us()))
        return frozenset(f"{now + timedelta(hours=shift):%Y-%m-%d/%H}" for shift in (-1, 0, 1))


class _Job:
    """Takes files away; runs on a lane."""

    def __init__(self, files: Files, root: Path, doomed: Sequence[Doomed], keep: frozenset[str]) -> None:
        self._files = files
        self._root = root
        self._doomed = doomed
        self._keep = keep
        self.gone: list[Doomed] = []
        self.error: OSError | None = None

    def run(self) -> None:
        """A file that cannot go stays named; its neighbours go."""
        folders: dict[Path, list[Doomed]] = defaultdict(list)
        for each in self._doomed:
            target = self._root / each.path
            folders[target.parent].append(each)
            self._try(partial(self._unlink, target))
        for folder, inside in folders.items():
            if not folder.is_dir() or self._try(partial(self._files.sync_folder, folder)):
                self.gone += [each for each in inside if not (self._root / each.path).exists()]
                self._remove_if_empty(folder)
        if not (self._root / DISK_FILE).exists():
            self.gone.clear()  # Nothing is there because the disk is not.

    def _unlink(self, target: Path) -> None:
        try:
            self._files.unlink(target)
        except FileNotFoundError:
            return

    def _try(self, step: Callable[[], None]) -> bool:
        try:
            step()
        except OSError as error:
            self.error = error
            return False
        return True

    def _remove_if_empty(self, hour: Path) -> None:
        day = hour.parent
        if f"{day.name}/{hour.name}" in self._keep:
            return
        for folder in (hour, day):
            if folder is day and any(each.startswith(day.name) for each in self._keep):
                return
            try:
                folder.rmdir()
            except OSError:
                return


def present(state: State, segments: Iterable[Segment]) -> Iterator[Segment]:
    """Those whose removal is not logged: rows follow the log a moment later."""
    for segment in segments:
        if not overlaps(stream_of(state, segment).removed, segment.number, segment.number):
            yield segment


def stream_of(state: State, segment: Segment) -> Stream:
    """What the replay knows of a segment's stream."""
    return state.streams[segment.camera, segment.stream]


def held_stretches(state: State, camera: str, stream: str, since: int | None = None) -> list[tuple[int, int]]:
    """Wall time under a hold in force, merged; ``since`` (a count of entries): also under holds released after it."""
    found: list[tuple[int, int]] = []
    for hold in state.holds.values():
        in_force = not hold.released_at or (since is not None and hold.released_at > since)
        if in_force and hold.concerns(camera, stream):
            found.append((hold.begin_us, hold.end_us))
    merged: list[tuple[int, int]] = []
    for begin_us, end_us in sorted(found):
        if merged and begin_us <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end_us, merged[-1][1]))
        else:
            merged.append((begin_us, end_us))
    return merged


def ranges_of(segments: Iterable[Segment]) -> list[Range]:
    """Segments in order of their numbers as [camera, stream, first, last]."""
    result: list[Range] = []
    for (camera, stream), group in groupby(segments, key=lambda each: (each.camera, each.stream)):
        for segment in group:
            last = result[-1] if result else None
            if last and last[:2] == [camera, stream] and last[3] + 1 == segment.number:
                last[3] = segment.number
            else:
                result.append([camera, stream, segment.number, segment.number])
    return result


def portions(segments: Iterable[Segment]) -> Iterator[list[Segment]]:
    """Segments in order of their numbers in parts whose ranges fit into an entry each."""
    portion: list[Segment] = []
    ranges = 0
    for segment in segments:
        before = portion[-1] if portion else None
        joins = before is not None and ranges_of([before, segment])[0][3] == segment.number
        if not joins and ranges == MOST_RANGES:
            yield portion
            portion, ranges = [], 0
        portion.append(segment)
        ranges += not joins
    if portion:
        yield portion
