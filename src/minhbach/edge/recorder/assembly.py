"""How a recorder is put together and taken apart.

Owns the order in which its rooms are opened and closed, and that what can be read of a damaged log is gone on with.
Leaves starting and ending it as a process to ``command`` and ``uplinked``.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from minhbach import __version__
from minhbach.durable import Files
from minhbach.edge import faults
from minhbach.edge.archive import layout
from minhbach.edge.archive.archive import Archive
from minhbach.edge.archive.book import Book
from minhbach.edge.archive.home import Home
from minhbach.edge.archive.lane import Lanes
from minhbach.edge.archive.log import Log
from minhbach.edge.catalogue import Catalogue
from minhbach.edge.clock import Clock, SystemClock
from minhbach.edge.config import MOST_STREAMS, CameraConfig, Config
from minhbach.edge.recorder.camera import Camera, Tell, target_of
from minhbach.edge.recorder.loop import Loop, Rhythm
from minhbach.edge.recorder.substream import STREAM, SubStream
from minhbach.edge.retention import Retention
from minhbach.edge.retention.ballast import Ballast
from minhbach.edge.rtsp.link import Target
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.history import Replay

_LOGGER = logging.getLogger(__name__)

WISH_EVERY_US = 2_000_000


class Recorder:
    """A recorder over one configuration. Making it blocks on the disk; then ``loop.run``; ``close`` always.

    ``recorder``: the UUID that a centre has given, see ``Home``.
    """

    def __init__(
        self,
        config: Config,
        clock: Clock | None = None,
        files: Files | None = None,
        tell_person: Tell | None = None,
        recorder: str = "",
    ) -> None:
        targets = [target_of(each) for each in config.cameras]
        self.clock = clock or SystemClock()
        self._files = files or Files()
        self._lanes = Lanes()
        self._tell = tell_person or _nobody
        # A name server that does not answer holds a thread for half a minute: no camera waits for another's.
        self.lookups = ThreadPoolExecutor(2 * MOST_STREAMS, thread_name_prefix="lookup")
        # A disk that is full to the last byte lets nothing start, not even what would make room.
        Ballast(config.archive, self._files).look(None, self.clock.mono_us())
        self.home = Home(config.archive, self._files, recorder)
        self.catalogue = Catalogue(config.archive / layout.CATALOGUE_FILE)
        log, replay = self._open_log()
        book = Book(log, replay, self._lanes.lane(ahead=True), self.clock)
        book.followers.append(self.catalogue.follow)
        self.archive = Archive(self.home, book, self._lanes, self.clock, config)
        self.archive.open(__version__)
        self.retention = Retention(self.archive, self.catalogue, self._files, self._lanes.lane(), self.clock)
        self._side = self._lanes.lane()
        self.cameras = [self._made(each, target) for each, target in zip(config.cameras, targets, strict=True)]
        """What is recorded now."""
        self.subs: list[SubStream] = []
        """What is only shown."""
        self.loop = Loop(self.archive, self.retention, self.cameras, self.clock)
        self.loop.rhythms.append(Rhythm(WISH_EVERY_US, self._grant_wish))
        for each in config.cameras:
            if each.sub_url:
                self.add_sub(each)

    def add(self, config: CameraConfig, cause: str) -> Camera:
        """Record one more camera, which the archive's configuration names already; ``cause`` explains its first gap."""
        camera = self._made(config, target_of(config))
        camera.explain(cause)
        self.cameras.append(camera)
        self.loop.add(camera)
        return camera

    def remove(self, camera: Camera) -> None:
        """Record a camera no more."""
        self.loop.remove(camera)
        self.cameras.remove(camera)
        camera.forget()

    def add_sub(self, config: CameraConfig) -> SubStream:
        """Offer a camera's smaller stream."""
        target = target_of(replace(config, url=config.sub_url))
        sub = SubStream(replace(config, stream=STREAM), target, self.lookups, self.clock.mono_us, self.clock.wall_us)
        self.subs.append(sub)
        self.loop.add(sub)
        return sub

    def remove_sub(self, sub: SubStream) -> None:
        """Offer it no more."""
        self.loop.remove(sub)
        self.subs.remove(sub)

    def _grant_wish(self) -> None:
        """A new signing key, where somebody who may write in the archive's private folder asks for it."""
        wish = layout.wish_path(self.home.folder)
        if wish.exists() and self.archive.rotate_key():
            self._files.unlink(wish)
            self._files.sync_folder(wish.parent)
            _LOGGER.warning("the log is signed with a new key from now on")

    def _made(self, config: CameraConfig, target: Target) -> Camera:
        return Camera(config, target, self.archive, self.lookups, self._side, self._tell, self.clock.mono_us)

    def _open_log(self) -> tuple[Log, Replay]:
        """The log to go on with and what has happened in it; footage goes on even where a log cannot be read."""
        log = self.home.open_log(self.clock.wall_us())
        try:
            replay, found = self.catalogue.catch_up(list(self.home.readers()))
        except LedgerError as error:
            _LOGGER.error("the log is damaged: %s", error)
            log.close()
            log = self.home.open_log_after_damage(self.clock.wall_us())
            replay, found = self.catalogue.catch_up(list(self.home.readers()))
        for finding in found:
            _LOGGER.warning("log %s, entry %d: %s", finding.log, finding.index, finding.text[1])
        return log, replay

    def close(self) -> None:
        """Seal, log the shutdown, free the folder. Raises Unsettled when the disk does not take it."""
        self.loop.abandon()
        try:
            self.archive.close()
        finally:
            self.catalogue.close()
            self.lookups.shutdown(wait=False, cancel_futures=True)


def _nobody(label: str, fault: faults.Fault | None, detail: str) -> None:
    """Nobody watches."""
