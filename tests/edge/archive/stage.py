"""A recorder without cameras, on a disk and a clock of the test's choice.

Owns joining the archive's parts as ``recorder.command`` does, synthetic cameras whose every sample can be told from all
others, and reading back what became of them. Leaves to the tests what must be true.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from minhbach.durable import Files
from minhbach.edge.archive import layout
from minhbach.edge.archive.archive import Archive
from minhbach.edge.archive.book import Book
from minhbach.edge.archive.home import Home
from minhbach.edge.archive.lane import Lanes
from minhbach.edge.archive.pending import TrackQueue
from minhbach.edge.archive.series import Series
from minhbach.edge.catalogue import Catalogue
from minhbach.edge.check.inspection import Inspection, inspect
from minhbach.edge.clock import SimulatedClock
from minhbach.edge.config import CameraConfig, Config, DiskConfig
from minhbach.edge.rtp.track import SYNC, Samples
from minhbach.fmp4 import AudioConfig, VideoConfig, samples, scan
from minhbach.ledger.entry import Entry, decode
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.findings import Finding
from tests.fakes import FailingFiles

S = 1_000_000
START_US = 1_790_000_000 * S  # September 2026
TICK_US = 100_000
FLUSH_US = 400_000
STEP_US = 100_003  # No whole number of ticks, like most steps of most cameras.
SETS = [
    bytes.fromhex("6742c00ada0f0a68400000030040000007a3c489a8"),
    bytes.fromhex("6742c00ada0a0a68400000030040000007a3c489a8"),
]
PPS = bytes.fromhex("68ce3c80")
VIDEOS = [VideoConfig.from_sets("h264", (sps, PPS), in_band=False) for sps in SETS]
SOUND = AudioConfig("aac", 8000, 1, bytes.fromhex("1588"))
SOUND_US = 128_000


class HastyClock(SimulatedClock):
    """While ``hasty``, time also passes by looking at it: for the moments in which a recorder waits for its disk."""

    hasty = False

    def mono_us(self) -> int:
        if self.hasty:
            self.advance(20_000)
        return super().mono_us()


@dataclass
class Feed:
    """One camera stream: a picture each ``STEP_US``, a key frame every ``gop``, new sets every ``change`` pictures."""

    camera: str
    pictures: TrackQueue
    sounds: TrackQueue | None
    owners: Sequence[Series]
    gop: int = 10
    change: int = 25
    size: int = 60
    serial: int = 0
    until_us: int = -1
    sound_serial: int = 0
    sound_until_us: int = -1
    on: bool = True
    fed: list[tuple[int, bytes]] = field(default_factory=list)

    def pump(self, now_us: int) -> None:
        """All samples of the time up to now."""
        if not self.on:
            self.until_us = self.sound_until_us = now_us
            return
        picture, sound = Samples(), Samples()
        while self.until_us + STEP_US <= now_us:
            self.until_us += STEP_US
            self._picture(picture)
        while self.sounds is not None and self.sound_until_us + SOUND_US <= now_us:
            self.sound_until_us += SOUND_US
            self._sound(sound)
        self.pictures.add(picture)
        if self.sounds is not None:
            self.sounds.add(sound)

    def flush(self, now_us: int) -> None:
        for series in self.owners:
            series.flush(now_us)

    def lose(self, now_us: int) -> None:
        """The session ends."""
        self.on = False
        for series in self.owners:
            series.end(now_us, "lost", "stream_lost")

    def resume(self) -> None:
        """Another session, which begins with a key frame."""
        self.on = True
        self.serial += -self.serial % self.gop

    def _picture(self, into: Samples) -> None:
        key = self.serial % self.gop == 0
        config = VIDEOS[self.serial // self.change % 2]
        if not into.configs or into.configs[-1][1] != config:
            into.configs.append((len(into.sizes), config))
        name = f"{self.camera} {self.serial:06d} ".encode()
        self._add(into, bytes([0x65 if key else 0x41]) + name + b"\xa5" * self.size, self.until_us, SYNC if key else 0)
        self.serial += 1

    def _sound(self, into: Samples) -> None:
        if not into.configs:
            into.configs.append((0, SOUND))
        body = f"{self.camera} s{self.sound_serial:06d}".encode() + b"\x5a" * 12
        self.sound_serial += 1
        into.data += body
        into.sizes.append(len(body))
        into.times_us.append(self.sound_until_us)
        into.flags.append(SYNC)
        self.fed.append((self.sound_until_us, body))

    def _add(self, into: Samples, nal: bytes, time_us: int, flags: int) -> None:
        sample = len(nal).to_bytes(4, "big") + nal
        into.data += sample
        into.sizes.append(len(sample))
        into.times_us.append(time_us)
        into.flags.append(flags)
        self.fed.append((time_us, sample))


class Stage:
    """One recorder; ``start``, then ``run`` by and by, then ``stop`` or ``die``."""

    def __init__(self, config: Config, files: Files, clock: HastyClock, lanes: Lanes) -> None:
        self.config = config
        self.files = files
        self.clock = clock
        self.lanes = lanes
        self.found: list[Finding] = []
        self.feeds: list[Feed] = []
        self.flushed_us = 0
        self._flush_due_us = self._account_due_us = 0

    def start(self) -> Stage:
        """As ``record`` does it."""
        self.clock.hasty = True
        self.home = Home(self.config.archive, self.files)
        self.catalogue = None
        self.book = None
        try:
            log = self.home.open_log(self.clock.wall_us())
            self.catalogue = Catalogue(self.config.archive / layout.CATALOGUE_FILE)
            try:
                replay, self.found = self.catalogue.catch_up(list(self.home.readers()))
            except LedgerError:
                log.close()
                log = self.home.open_log_after_damage(self.clock.wall_us())
                replay, self.found = self.catalogue.catch_up(list(self.home.readers()))
            self.book = Book(log, replay, self.lanes.lane(ahead=True), self.clock)
            self.book.followers.append(self.catalogue.follow)
            self.archive = Archive(
                self.home, self.book, self.lanes, self.clock, self.config, patience_s=self.patience_s
            )
            self.archive.open("0.1")
        except BaseException:
            self.die()
            raise
        self.clock.hasty = False
        return self

    @property
    def patience_s(self) -> float:
        """Time that only a disk that fails on purpose may end: a busy machine has no other patience than its own."""
        return 0.5 if isinstance(self.files, FailingFiles) and not self.files.healed else 60.0

    def film(self, camera: str, serial: int = 0) -> Feed:
        """Begin a session of a configured camera; ``serial`` is the number of its first samples."""
        own = next(each.sound for each in self.config.cameras if each.name == camera) == "own_file"
        series = self.archive.series(camera, "main", "picture" if own else "av")
        series.step_us = STEP_US
        owners = [series]
        if own:
            owners.append(self.archive.series(camera, "main-sound", "sound"))
            owners[1].step_us = SOUND_US
        feed = Feed(camera, series.picture, owners[-1].sound, owners, serial=serial, sound_serial=serial)
        owners[-1].sound.config = SOUND  # The camera's description names it.
        feed.until_us = feed.sound_until_us = self.clock.mono_us()
        self.feeds.append(feed)
        return feed

    def run(self, for_us: int, tick_us: int = TICK_US) -> None:
        """Ticks as the loop has them."""
        end_us = self.clock.mono_us() + for_us
        while self.clock.mono_us() < end_us:
            self.clock.advance(tick_us)
            self.tick()

    def tick(self) -> None:
        now_us = self.clock.mono_us()
        for feed in self.feeds:
            feed.pump(now_us)
        if now_us >= self._flush_due_us:
            self._flush_due_us = now_us + FLUSH_US
            self.flushed_us = now_us
            for feed in self.feeds:
                if feed.on:
                    feed.flush(now_us)
        self.archive.poll()
        if now_us >= self._account_due_us:
            self._account_due_us = now_us + S
            self.archive.account()

    def stop(self) -> None:
        """A clean end."""
        self.clock.hasty = True
        self.archive.patience_s = self.patience_s
        try:
            self.archive.close()
        finally:
            self.clock.hasty = False
            if self.catalogue is not None:
                self.catalogue.close()

    def die(self) -> None:
        """Let go of everything without a word."""
        self.clock.hasty = False
        if self.book is not None:
            self.book.log.close()
        if self.catalogue is not None:
            self.catalogue.close()
        self.home.close()


def configured(archive: Path, *more: Path) -> Config:
    """Two cameras: ``a`` with sound in its files, ``b`` with sound in files of its own."""
    cameras = (
        CameraConfig("a", url="rtsp://camera.invalid/"),
        CameraConfig("b", url="rtsp://camera.invalid/", sound="own_file"),
    )
    return Config(cameras, tuple(DiskConfig(path, 0) for path in (archive, *more)))


def lines(archive: Path) -> list[Entry]:
    """Every signed entry, oldest first."""
    from minhbach.edge.archive.home import reader

    readers = [reader(layout.log_folder(archive, name)) for name in layout.log_names(archive)]
    return [decode(data) for each in readers for data in each.entries(0, each.size)]


def raw_lines(archive: Path) -> list[bytes]:
    """The same as bytes."""
    from minhbach.edge.archive.home import reader

    readers = [reader(layout.log_folder(archive, name)) for name in layout.log_names(archive)]
    return [data for each in readers for data in each.entries(0, each.size)]


def inspected(archive: Path) -> Inspection:
    """A whole check."""
    return inspect(archive, None, quick=False)


def accused(archive: Path, *, quick: bool = False) -> list[tuple[str, int, str]]:
    """What a check has against the archive."""
    found: Inspection = inspect(archive, None, quick=quick)
    return [(each.kind, each.index, each.text[1]) for each in found.findings]


def kept(config: Config) -> Iterator[bytes]:
    """Every sample in every logged file, in the order of the log."""
    disks = {json.loads((each.path / layout.DISK_FILE).read_bytes())["disk"]: each.path for each in config.disks}
    for entry in lines(config.archive):
        if entry["kind"] == "segment":
            yield from file_samples(disks[entry["disk"]] / entry["path"])


def file_samples(path: Path) -> Iterator[bytes]:
    """Every sample of one file, track by track."""
    data = path.read_bytes()
    with path.open("rb") as file:
        found = scan(file)
    assert found.fault is None
    for track in found.tracks:
        for fragment in found.fragments:
            for each in samples(fragment, track.track_id):
                yield data[each.start : each.start + each.size_bytes]


def orderly(random: Random, lag: float = 0.0) -> Lanes:
    from tests.fakes import OrderlyLanes

    return OrderlyLanes(random, lag)
