"""A recorder without cameras for the tests of keeping: real archive, log, catalogue and retention, on a clock of ours.

Owns: joining the parts as the recorder does, small synthetic footage, days that pass in milliseconds, a clean stop, a
kill after any number of changes to the disk. Leaves to the tests what must be true. Nothing here is synced: these tests
are about decisions; what a power cut leaves is tested elsewhere.
"""

import errno
import os
import shutil
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from minhbach.durable import AppendFile, Files, Space
from minhbach.edge.archive import layout
from minhbach.edge.archive.archive import Archive
from minhbach.edge.archive.book import STATE_EVERY_US, Book
from minhbach.edge.archive.home import Home, reader
from minhbach.edge.archive.lane import Lane, Lanes
from minhbach.edge.archive.series import Series
from minhbach.edge.catalogue import Catalogue
from minhbach.edge.check.inspection import Inspection, inspect
from minhbach.edge.clock import SimulatedClock
from minhbach.edge.config import HOUR_US, CameraConfig, Config, DiskConfig, Retention, Sound
from minhbach.edge.retention import Retention as Keeper
from minhbach.edge.retention.ballast import Ballast
from minhbach.edge.rtp.track import SYNC, Samples
from minhbach.fmp4 import AudioConfig, VideoConfig
from minhbach.ledger.entry import Entry, decode
from minhbach.ledger.findings import Finding

S = 1_000_000
MINUTE = 60 * S
START_US = 1_790_000_000 * S  # September 2026
COMMIT = "c0" * 32
VIDEO = VideoConfig.from_sets(
    "h264",
    (bytes.fromhex("6742c00ada0f0a68400000030040000007a3c489a8"), bytes.fromhex("68ce3c80")),
    in_band=False,
)
SHORT = Retention(picture_days=1, sound_days=1, minimum_days=1, intent_lead_hours=4)


class Killed(OSError):
    """The process is dead: nothing more reaches the disk."""


class _Loose(AppendFile):
    def __init__(self, path: Path, descriptor: int, change: Callable[[], None]) -> None:
        super().__init__(path, descriptor)
        self._change = change

    def write(self, buffers: Sequence[bytes | bytearray | memoryview]) -> int:
        self._change()
        return super().write(buffers)

    def sync(self) -> None:
        return


class Unsynced(Files):
    """A disk of which nothing is asked but to change; after ``dies_at`` changes nothing reaches it any more."""

    def __init__(self) -> None:
        self.changes = 0
        self.dies_at: int | None = None
        self.limits: dict[Path, int] = {}

    def space(self, folder: Path) -> Space:
        """Endless, or what the files below a limited folder leave of its bytes."""
        total = next((size for root, size in self.limits.items() if folder.is_relative_to(root)), None)
        if total is None:
            return Space(1 << 40, 1 << 41)
        used = sum(each.stat().st_size for each in folder.rglob("*.mp4"))
        return Space(max(0, total - used), total)

    def open_file(self, path: Path, flags: int, mode: int = 0o640) -> AppendFile:
        self._change()
        return _Loose(path, os.open(path, os.O_WRONLY | os.O_CLOEXEC | flags, mode), self._change)

    def create(self, path: Path) -> AppendFile:
        return self.open_file(path, os.O_CREAT | os.O_EXCL | os.O_APPEND)

    def append(self, path: Path) -> AppendFile:
        return self.open_file(path, os.O_APPEND)

    def truncate(self, path: Path, size: int) -> None:
        self._change()
        super().truncate(path, size)

    def link(self, source: Path, target: Path) -> None:
        self._change()
        super().link(source, target)

    def unlink(self, path: Path) -> None:
        self._change()
        super().unlink(path)

    def rename(self, source: Path, target: Path) -> None:
        self._change()
        super().rename(source, target)

    def sync_folder(self, folder: Path) -> None:
        self._change()

    def replace(self, path: Path, content: bytes, mode: int = 0o640) -> None:
        self._change()
        fresh = path.with_name(path.name + ".new")
        fresh.write_bytes(content)
        fresh.chmod(mode)
        self._change()
        fresh.replace(path)

    def _change(self) -> None:
        if self.dies_at is not None and self.changes >= self.dies_at:
            raise Killed(errno.EIO, "the process is dead")
        self.changes += 1


def configured(
    folder: Path, *names: str, keep: Retention = SHORT, disks: Sequence[DiskConfig] = (), sound: Sound = "with_picture"
) -> Config:
    """A configuration with one main stream for each name."""
    url = "rtsp://camera.invalid/"
    cameras = tuple(CameraConfig(name, url=url, retention=keep, sound=sound) for name in names or ("quay-1",))
    return Config(cameras, tuple(disks) or (DiskConfig(folder, 0),))


class WatchedLanes(Lanes):
    """Lanes that say when nothing is on its way: simulated time must not outrun a real disk."""

    def __init__(self) -> None:
        super().__init__()
        self._made: list[Lane] = []

    def lane(self, *, ahead: bool = False) -> Lane:
        made = super().lane(ahead=ahead)
        self._made.append(made)
        return made

    @property
    def idle(self) -> bool:
        return all(each.idle for each in self._made)


class Site:
    """One recorder from start to start; ``stop`` or ``kill``, then ``start`` again, on the same or another clock."""

    def __init__(self, config: Config, clock: SimulatedClock | None = None, files: Files | None = None) -> None:
        self.config = config
        self.clock = clock or SimulatedClock(START_US, 5 * S)
        self.files = files or Unsynced()
        self.found: list[Finding] = []
        self.alive = False
        self.state_every_us = STATE_EVERY_US

    @property
    def folder(self) -> Path:
        return self.config.archive

    def start(self, config: Config | None = None) -> "Site":
        """As ``record`` does it."""
        self.config = config or self.config
        self.lanes = WatchedLanes()
        Ballast(self.folder, self.files).look(None, self.clock.mono_us())
        self.home = Home(self.folder, self.files)
        log = self.home.open_log(self.clock.wall_us())
        self.catalogue = Catalogue(self.folder / layout.CATALOGUE_FILE)
        replay, found = self.catalogue.catch_up(list(self.home.readers()))
        self.found += found
        self.book = Book(log, replay, self.lanes.lane(), self.clock, self.state_every_us)
        self.book.followers.append(self.catalogue.follow)
        self.archive = Archive(self.home, self.book, self.lanes, self.clock, self.config)
        self.archive.open("0.1")
        self.keeper = Keeper(self.archive, self.catalogue, self.files, self.lanes.lane(), self.clock)
        for camera in self.config.cameras:
            self.series(camera.name)
        self.alive = True
        return self

    def stop(self) -> None:
        """A clean end."""
        self.archive.close()
        self._forget()

    def kill(self) -> None:
        """Nothing more reaches the disk; what stands there stays."""
        if isinstance(self.files, Unsynced):
            self.files.dies_at = 0
        self.lanes.close()
        self.home.close()
        self.book.log.close()
        self._forget()
        if isinstance(self.files, Unsynced):
            self.files.dies_at, self.files.changes = None, 0

    def restart(self, config: Config | None = None, off_us: int = MINUTE, reboot: bool = False) -> None:
        """Stop, stay off for a while, start; ``reboot``: the monotonic clock begins anew."""
        self.stop()
        self.off(off_us, reboot=reboot)
        self.start(config)

    def off(self, off_us: int, *, reboot: bool = False) -> None:
        """Time passes without a recorder."""
        self.clock.advance(off_us)
        if reboot:
            self.clock = SimulatedClock(self.clock.wall_us(), 5 * S)

    def settle(self, *, closing: bool = False) -> None:
        """Until nothing is on its way, or the log waits for a better time; ``closing``: no segment is open either."""
        deadline = time.monotonic() + 120  # a guard against hanging, far beyond any disk
        quiet = 0
        while quiet < 2:
            idle = self.lanes.idle
            self.archive.poll()
            waits = closing and any(self.series(each.name).account.waiting for each in self.config.cameras)
            settled = self.book.failure is not None or (self.book.settled and not waits and not self.keeper.busy)
            quiet = quiet + 1 if idle and settled else 0
            assert time.monotonic() < deadline, "the archive does not settle"
            if not quiet:
                time.sleep(0.0001)

    def series(self, camera: str) -> Series:
        """The main stream of a camera."""
        return self.archive.series(camera, "main", "av")

    def stream(self, seconds: int, *cameras: str, size: int = 200) -> None:
        """Cameras that do not stop, with a key frame every ten seconds; the recorder's rounds on full disks."""
        for _ in range(seconds // 2):
            begin_us = self.clock.mono_us()
            self.clock.advance(2 * S)
            for name in cameras or [camera.name for camera in self.config.cameras]:
                series = self.series(name)
                series.step_us = 500_000
                series.picture.add(pictures(begin_us, 2, size, key=begin_us // (2 * S) % 5 == 0))
                series.flush(self.clock.mono_us())
            self.archive.account()
            self.keeper.relieve()
            self.settle()

    def record_sound(self, camera: str, seconds: int = 10) -> None:
        """One segment of sound in its own file."""
        series = self.archive.series(camera, "main-sound", "sound")
        begin_us = self.clock.mono_us()
        self.clock.advance(seconds * S)
        series.sound.add(sounds(begin_us, seconds))
        series.end(self.clock.mono_us(), "lost", "stream_lost")
        self.settle()

    def record(self, *cameras: str, seconds: int = 10, size: int = 200) -> None:
        """One segment of each camera, ended by a lost stream; ``size`` bytes per picture, two pictures a second."""
        begin_us = self.clock.mono_us()
        self.clock.advance(seconds * S)
        for name in cameras or [camera.name for camera in self.config.cameras]:
            series = self.series(name)
            series.step_us = 500_000
            series.picture.add(pictures(begin_us, seconds, size))
            series.end(self.clock.mono_us(), "lost", "stream_lost")
        self.settle(closing=True)
        self.archive.account()

    def idle(self, for_us: int, round_us: int = 20 * MINUTE) -> None:
        """Cameras are silent; time passes, and retention does a round now and then."""
        end_us = self.clock.mono_us() + for_us
        while (left_us := end_us - self.clock.mono_us()) > 0:
            self.pass_time(min(round_us, left_us))
            self.keeper.run()
            self.settle()

    def pass_time(self, for_us: int) -> None:
        """Only gaps are logged, as the recorder does every second."""
        end_us = self.clock.mono_us() + for_us
        while (left_us := end_us - self.clock.mono_us()) > 0:
            self.clock.advance(min(100 * S, left_us))
            self.archive.account()
        self.archive.poll()

    def live(self, for_us: int, every_us: int = HOUR_US, *cameras: str, size: int = 200) -> None:
        """A segment now and then."""
        end_us = self.clock.mono_us() + for_us
        while self.clock.mono_us() < end_us:
            self.record(*cameras, size=size)
            self.idle(every_us - 10 * S)

    def hold(self, camera: str = "*", stream: str = "*", begin_us: int = 0, end_us: int = 1 << 52) -> str:
        """Place a hold; its name."""
        name = str(uuid.uuid4())
        self.keeper.hold(name, camera, stream, begin_us, end_us, COMMIT)
        self.settle()
        return name

    def release(self, hold: str) -> None:
        self.keeper.release(hold, COMMIT)
        self.settle()

    def entries(self, *kinds: str) -> list[Entry]:
        """The durable entries of these kinds, or all, oldest first."""
        return [entry for _, _, entry in lines(self.folder) if not kinds or entry["kind"] in kinds]

    def files_there(self) -> list[Path]:
        """Every footage file on every disk."""
        return sorted(path for disk in self.config.disks for path in (disk.path / layout.FOOTAGE).rglob("*.mp4"))

    def numbers(self, camera: str = "quay-1", stream: str = "main") -> list[int]:
        """The segments the catalogue still has."""
        return [each.number for each in self.catalogue.numbered(camera, stream, 0, 1 << 52)]

    def _forget(self) -> None:
        self.catalogue.close()
        self.alive = False


def pictures(begin_us: int, seconds: int, size: int, *, key: bool = True) -> Samples:
    """Two pictures a second from ``begin_us`` on; ``key``: the first is a key frame."""
    samples = Samples()
    samples.configs.append((0, VIDEO))
    for index in range(2 * seconds):
        is_key = key and index == 0
        body = bytes([0x65 if is_key else 0x41]) + index.to_bytes(4, "big") * (size // 4)
        samples.data += len(body).to_bytes(4, "big") + body
        samples.sizes.append(4 + len(body))
        samples.times_us.append(begin_us + index * 500_000)
        samples.flags.append(SYNC if is_key else 0)
    return samples


def sounds(begin_us: int, seconds: int) -> Samples:
    """G.711 in packets of 20 ms."""
    samples = Samples()
    samples.configs.append((0, AudioConfig("alaw", 8000, 1)))
    for index in range(50 * seconds):
        samples.data += bytes(160)
        samples.sizes.append(160)
        samples.times_us.append(begin_us + index * 20_000)
        samples.flags.append(SYNC)
    return samples


def lines(folder: Path) -> Iterator[tuple[str, int, Entry]]:
    """(log folder, index, entry) of an archive, oldest first."""
    for name in layout.log_names(folder):
        log = reader(layout.log_folder(folder, name))
        for index, data in enumerate(log.entries(0, log.size)):
            yield name, index, decode(data)


def checked(folder: Path, *allowed: str) -> Inspection:
    """The archive has no findings but of the allowed kinds."""
    result = inspect(folder, None, quick=True)
    against = [each for each in result.findings if each.kind not in allowed]
    assert not against, [(each.kind, each.index, each.text[1], each.values) for each in against]
    return result


def rows(path: Path, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
    """What stands in a catalogue, table by table, in order."""
    connection = sqlite3.connect(path)
    try:
        return {each: sorted(connection.execute(f"SELECT * FROM {each}"), key=repr) for each in tables}
    finally:
        connection.close()


def rebuilt(folder: Path, place: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of a catalogue that is made in ``place`` from the logs alone."""
    return _caught_up(folder, place / "rebuilt.sqlite")


def caught_up(folder: Path, place: Path, batch: int = 5_000) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of the archive's own catalogue, copied to ``place``, when it has read what it missed."""
    copy = place / "copy.sqlite"
    shutil.copy(folder / layout.CATALOGUE_FILE, copy)
    return _caught_up(folder, copy, batch)


def _caught_up(folder: Path, path: Path, batch: int = 5_000) -> dict[str, list[tuple[Any, ...]]]:
    catalogue = Catalogue(path, batch)
    catalogue.catch_up([(name, reader(layout.log_folder(folder, name))) for name in layout.log_names(folder)])
    catalogue.close()
    return rows(path, "segment", "gap", "doomed", "spent", "state")
