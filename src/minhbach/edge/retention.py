"""What goes and when: announced, logged, then deleted.

Owns the rolling deletion of footage (design invariant 4). A deletion is announced by an intent at least the
configured lead ahead, carried out when the footage has reached its days of *running time* (so no jump of a clock
makes anything old), never under a hold, and always logged before a file goes. A disk that is nearly full is relieved
by an emergency deletion, which is an entry of its own. Every removal is judged by ``ledger.history`` before it is
logged: what a checker would call unlawful is not done. Leaves recording to ``archive``; where rules come from to
``config``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from minhbach.durable import Files
from minhbach.edge.archive.archive import Archive
from minhbach.edge.archive.disks import Disk
from minhbach.edge.archive.lane import Lane
from minhbach.edge.catalogue import Catalogue, Segment
from minhbach.edge.clock import Clock
from minhbach.edge.config import DAY_US, HOUR_US
from minhbach.ledger import entry as entries
from minhbach.ledger.findings import accusations
from minhbach.ledger.state import Intent, Stream

_LOGGER = logging.getLogger(__name__)

ROLL_US = HOUR_US
"""Intents are placed for an hour of footage at a time."""
RELIEF_BYTES = 256 << 20
"""How much more than its reserve an emergency deletion frees, so that it is not needed again at once."""
MOST_RANGES = 400
"""Ranges in one entry, far below the 60 KiB an entry may have."""

Range = list[Any]


class Retention:
    """Call ``run`` every minute and ``relieve`` every few seconds, on the loop's thread."""

    def __init__(self, archive: Archive, catalogue: Catalogue, files: Files, lane: Lane, clock: Clock) -> None:
        self._archive = archive
        self._catalogue = catalogue
        self._files = files
        self._lane = lane
        self._clock = clock
        self._unlinking = False

    @property
    def run_us(self) -> int:
        """The recorder's running time now."""
        now = self._archive.book.replay.state.now
        assert now is not None
        return now.run_us + self._clock.mono_us() - now.mono_us

    def run(self) -> None:
        """Announce, delete what is due, and take files away whose deletion is logged."""
        for stream in list(self._archive.book.replay.state.streams.values()):
            self._announce(stream)
        for intent in list(self._archive.book.replay.state.intents.values()):
            self._delete_due(intent)
        self._unlink()

    def relieve(self) -> None:
        """Make room on disks that have reached their reserve."""
        for disk in self._archive.disks.all:
            if disk.trouble == "disk_full" or (not disk.trouble and disk.free_bytes < disk.keep_free_bytes):
                self._relieve(disk)
        self._unlink()

    def hold(self, hold: str, camera: str, stream: str, begin_us: int, end_us: int, commitment: str) -> int:
        """Put a stretch of wall time under hold (``*`` for any camera or stream); returns the entry's index."""
        return self._archive.book.append(
            "hold",
            hold=hold,
            camera=camera,
            stream=stream,
            begin_us=begin_us,
            end_us=end_us,
            commitment=commitment,
        )

    def release(self, hold: str, commitment: str) -> int:
        """Lift a hold; intents older than the release are void."""
        return self._archive.book.append("hold_released", hold=hold, commitment=commitment)

    def erase(self, segments: Sequence[Segment], commitment: str) -> int | None:
        """Erase segments by decision; None, and nothing done, when the law forbids it (a hold)."""
        return self._log("erasure", _ranges(segments), commitment=commitment)

    def _announce(self, stream: Stream) -> None:
        state = self._archive.book.replay.state
        known = [item for intent in state.intents.values() for item in intent.ranges]
        after = max((item[3] for item in known if item[:2] == [stream.camera, stream.stream]), default=-1)
        after = max(after, stream.removed[-1][1] if stream.removed else -1)
        due_us = self.run_us - stream.days * DAY_US + state.lead_us
        first = next(self._catalogue.older_than(stream.camera, stream.stream, due_us - ROLL_US, after), None)
        if first is None:
            return
        segments = self._catalogue.older_than(stream.camera, stream.stream, due_us, after)
        rule = {"days": stream.days, "minimum_days": stream.minimum_days}
        for ranges in _portions(_ranges(segments)):
            self._log("deletion_intent", ranges, rule=rule)

    def _delete_due(self, intent: Intent) -> None:
        state = self._archive.book.replay.state
        run_us = self.run_us
        if run_us - intent.run_us < max(intent.lead_us, state.lead_us):
            return
        ranges: list[Range] = []
        for camera, name, first, last in intent.ranges:
            stream = state.streams[camera, name]
            oldest_us = run_us - max(stream.days, stream.minimum_days, intent.days) * DAY_US
            segments = self._catalogue.numbered(camera, name, first, last)
            ranges += _ranges(
                each for each in segments if each.end_run_us <= oldest_us and not self._held(each, intent)
            )
        for portion in _portions(ranges):
            self._log("deletion", portion, intent=[intent.log, intent.index])

    def _relieve(self, disk: Disk) -> None:
        need_bytes = disk.keep_free_bytes + min(RELIEF_BYTES, max(disk.keep_free_bytes, 1 << 20))
        missing = need_bytes - disk.free_bytes
        chosen: list[Segment] = []
        for segment in self._catalogue.oldest_on(disk.name):
            if missing <= 0 or len(chosen) >= MOST_RANGES:
                break
            if not self._held(segment, None):
                chosen.append(segment)
                missing -= segment.size_bytes
        if not chosen:
            _LOGGER.error("disk %s is full and everything on it is held", disk.name)
            return
        self._log(
            "emergency_deletion",
            _ranges(sorted(chosen, key=lambda each: (each.camera, each.stream, each.number))),
            disk=disk.name,
            free_bytes=disk.free_bytes,
            need_bytes=need_bytes,
            below_minimum=any(self._below_minimum(segment) for segment in chosen),
        )
        disk.looked_us = -(1 << 60)
        disk.resting_until_us = 0

    def _below_minimum(self, segment: Segment) -> bool:
        stream = self._archive.book.replay.state.streams[segment.camera, segment.stream]
        return self.run_us - segment.end_run_us < stream.minimum_days * DAY_US

    def _held(self, segment: Segment, intent: Intent | None) -> bool:
        for hold in self._archive.book.replay.state.holds.values():
            voids = intent is not None and hold.released_at > intent.placed_at
            inside = segment.begin_us < hold.end_us and hold.begin_us < segment.end_us
            if inside and hold.concerns(segment.camera, segment.stream) and (not hold.released_at or voids):
                return True
        return False

    def _log(self, kind: str, ranges: list[Range], **fields: Any) -> int | None:
        """Append a removal or an intent unless the law has something against it."""
        if not ranges:
            return None
        book = self._archive.book
        entry = entries.make(kind, **book.stamp(), segments=ranges, **fields)
        against = accusations(book.replay.judge(book.next_index, entry))
        if against:
            _LOGGER.error("%s refused: %s", kind, "; ".join(each.text[1] for each in against))
            return None
        return book.append_made(entry)

    def _unlink(self) -> None:
        """Take doomed files off their disks, in the background; again at the next start if interrupted."""
        doomed = self._catalogue.doomed()[:2000]
        if self._unlinking or not doomed:
            return
        self._unlinking = True
        paths = [(disk, name, path) for name, path in doomed if (disk := self._archive.disks.named(name))]
        gone: list[tuple[str, str]] = []

        def work() -> None:
            folders = set()
            for disk, name, path in paths:
                if disk.trouble == "disk_missing":
                    continue
                target = disk.path / path
                if target.exists():
                    self._files.unlink(target)
                    folders.add(target.parent)
                gone.append((name, path))
            for folder in folders:
                self._files.sync_folder(folder)
                _remove_if_empty(folder)

        def done(error: BaseException | None) -> None:
            self._unlinking = False
            self._catalogue.gone(gone)
            if error is not None:
                _LOGGER.error("deleted footage cannot be taken off the disk: %s", error)

        self._lane.put(work, done)


def _remove_if_empty(folder: Path) -> None:
    for each in (folder, folder.parent):
        try:
            each.rmdir()
        except OSError:
            return


def _ranges(segments: Iterable[Segment]) -> list[Range]:
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


def _portions(ranges: list[Range]) -> Iterator[list[Range]]:
    for start in range(0, len(ranges), MOST_RANGES):
        yield ranges[start : start + MOST_RANGES]
