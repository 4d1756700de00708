"""What goes and when: announced, logged, then deleted.

Owns design invariant 4 for footage that nobody asked to delete: the rolling deletion by age (``rolling``) and room on a
full disk (``relief``); erasure by decision (``erasing``); the way from the log's entry to the file that is gone
(``removal``), and the bytes kept back so that a full disk can still be told and relieved (``ballast``). Age is running
time, so no jump of a clock makes anything old; nothing under a hold ever goes. Every removal is judged by
``ledger.history`` before it is logged: what a checker would call unlawful is not done. Leaves recording to ``archive``;
where rules come from to ``config``.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from minhbach.durable import Files
from minhbach.edge.archive.archive import Archive
from minhbach.edge.archive.disks import Disk
from minhbach.edge.archive.lane import Lane
from minhbach.edge.catalogue import Catalogue, CatalogueError, Segment
from minhbach.edge.clock import Clock
from minhbach.edge.retention.ballast import Ballast
from minhbach.edge.retention.erasing import Erased, Erasing
from minhbach.edge.retention.relief import Relief, margin_bytes
from minhbach.edge.retention.removal import Removal
from minhbach.edge.retention.rolling import Rolling

__all__ = ["Retention"]

_LOGGER = logging.getLogger(__name__)


class Retention:
    """Call ``run`` every minute and ``relieve`` every few seconds, on the loop's thread; neither waits for a disk."""

    def __init__(self, archive: Archive, catalogue: Catalogue, files: Files, lane: Lane, clock: Clock) -> None:
        self._archive = archive
        self._clock = clock
        self._lane = lane
        self._ballast = Ballast(archive.home.folder, files)
        self._removal = Removal(archive, catalogue, files, lane, clock)
        self._erasing = Erasing(archive, catalogue, self._removal)
        self._rolling = Rolling(archive, catalogue, self._removal)
        self._relief = Relief(archive, catalogue, self._removal, self._ballast, files, clock)

    @property
    def run_us(self) -> int:
        """The recorder's running time now."""
        now = self._archive.book.replay.state.now
        assert now is not None
        return now.run_us + self._clock.mono_us() - now.mono_us

    @property
    def busy(self) -> bool:
        """Whether a removal is on its way into the log or off a disk."""
        return self._removal.busy

    def run(self) -> None:
        """Announce, delete what is due, and take files away whose removal is logged."""
        try:
            self._rolling.announce(self.run_us)
            self._rolling.delete_due(self.run_us)
            self._removal.take_files()
        except CatalogueError as error:
            self._tell(error)
        else:
            self._archive.fault("catalogue", "")

    def relieve(self) -> None:
        """Make room on disks that are nearly full."""
        now_us = self._clock.mono_us()
        self._ballast.look(self._archive.book.failure, now_us)
        if self._has_plenty(self._archive.disks.all[0]) and self._ballast.is_wanted(now_us):
            self._lane.put(self._ballast.take, lambda error: None)
        try:
            self._relief.look(self.run_us)
        except CatalogueError as error:
            self._tell(error)

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
        """Lift a hold; intents older than the release are void, what they covered is announced anew."""
        return self._archive.book.append("hold_released", hold=hold, commitment=commitment)

    def erase(self, segments: Sequence[Segment], commitment: str) -> int | None:
        """Erase segments by decision; None, and nothing done, when the law forbids it (a hold). At most 300 ranges."""
        ordered = sorted(segments, key=lambda each: (each.camera, each.stream, each.number))
        return self._removal.remove("erasure", ordered, commitment=commitment) if ordered else None

    def erase_stretch(self, camera: str, begin_us: int, end_us: int, commitment: str) -> Erased:
        """Erase what one camera recorded in a stretch of wall time. Raises CatalogueError."""
        return self._erasing.erase(camera, begin_us, end_us, commitment)

    @staticmethod
    def _has_plenty(disk: Disk) -> bool:
        return not disk.trouble and disk.free_bytes > disk.keep_free_bytes + margin_bytes(disk)

    def _tell(self, error: CatalogueError) -> None:
        """Recording goes on without its index; the next start makes it anew (docs/operations.md)."""
        _LOGGER.error("nothing can be deleted: %s", error)
        self._archive.fault("catalogue", "catalogue_unusable")
