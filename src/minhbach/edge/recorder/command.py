"""``minhbach record``: the recorder alone, as a process.

Owns how a recorder is put together and taken apart, what it tells the person who started it, and its exit status: 0
ended as asked, 1 ended but the disk did not take the last of it, 2 could not start. Promises that nobody has to listen:
a reader of its output who goes away stops no camera, and nothing of what a camera says reaches a terminal as a command.
Leaves everything else to the rooms it joins.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from minhbach import __version__
from minhbach.durable import Files
from minhbach.edge import faults
from minhbach.edge.archive import layout
from minhbach.edge.archive.archive import Archive, Unsettled
from minhbach.edge.archive.book import Book
from minhbach.edge.archive.home import Home
from minhbach.edge.archive.keys import KeyUnreadable
from minhbach.edge.archive.lane import Lanes
from minhbach.edge.archive.log import Log
from minhbach.edge.catalogue import Catalogue
from minhbach.edge.clock import Clock, SystemClock
from minhbach.edge.config import Config, ConfigError, DiskConfig, load, parse_camera, with_cameras
from minhbach.edge.recorder.camera import Camera, Tell, target_of
from minhbach.edge.recorder.loop import Loop
from minhbach.edge.recorder.thrift import be_thrifty
from minhbach.edge.retention import Retention
from minhbach.edge.retention.ballast import Ballast
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.history import Replay

_LOGGER = logging.getLogger(__name__)


class Recorder:
    """A recorder over one configuration. Making it blocks on the disk; then ``run``; ``close`` always."""

    def __init__(
        self, config: Config, clock: Clock | None = None, files: Files | None = None, tell_person: Tell | None = None
    ) -> None:
        targets = [target_of(each) for each in config.cameras]
        self.clock = clock or SystemClock()
        self._files = files or Files()
        self._lanes = Lanes()
        # A name server that does not answer holds a thread for half a minute: no camera waits for another's.
        self._lookups = ThreadPoolExecutor(max(4, len(targets)), thread_name_prefix="lookup")
        # A disk that is full to the last byte lets nothing start, not even what would make room.
        Ballast(config.archive, self._files).look(None, self.clock.mono_us())
        self.home = Home(config.archive, self._files)
        self.catalogue = Catalogue(config.archive / layout.CATALOGUE_FILE)
        log, replay = self._open_log()
        book = Book(log, replay, self._lanes.lane(ahead=True), self.clock)
        book.followers.append(self.catalogue.follow)
        self.archive = Archive(self.home, book, self._lanes, self.clock, config)
        self.archive.open(__version__)
        self.retention = Retention(self.archive, self.catalogue, self._files, self._lanes.lane(), self.clock)
        side = self._lanes.lane()
        self.cameras = [
            Camera(each, target, self.archive, self._lookups, side, tell_person or tell)
            for each, target in zip(config.cameras, targets, strict=True)
        ]
        self.loop = Loop(self.archive, self.retention, self.cameras, self.clock)

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
            self._lookups.shutdown(wait=False, cancel_futures=True)


def record(args: argparse.Namespace) -> int:
    """The ``record`` command."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    try:
        recorder = Recorder(configuration(args.archive, args.config, args.camera))
    except ConfigError as error:
        return _refuse(error.vi, error.en)
    except faults.CameraTrouble as trouble:
        return _refuse(f"{trouble.detail}: {trouble.fault.vi}", f"{trouble.detail}: {trouble.fault.en}")
    except (KeyUnreadable, Unsettled, OSError) as error:
        return _refuse(f"Không khởi động được đầu ghi: {error}", f"The recorder cannot start: {error}")
    be_thrifty()
    say(f"recording {recorder.home.folder}")
    try:
        try:
            asyncio.run(run(recorder, args.seconds))
        finally:
            recorder.close()
    except Unsettled as error:
        print(
            f"Đầu ghi đã dừng nhưng ổ đĩa không nhận hết: {error}\nThe recorder stopped, but: {error}", file=sys.stderr
        )
        return 1
    return 0


async def run(recorder: Recorder, seconds: float | None) -> None:
    """Record until SIGINT, SIGTERM or the end of ``seconds``."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, recorder.loop.stop)
    if seconds is not None:
        loop.call_later(seconds, recorder.loop.stop)
    await recorder.loop.run()


def configuration(archive: Path | None, file: Path | None, cameras: Sequence[str]) -> Config:
    """What the command line and the TOML file say together. Raises ConfigError."""
    if file is None and archive is not None and (archive / layout.CONFIG_FILE).exists():
        file = archive / layout.CONFIG_FILE
    if archive is None and file is None:
        raise ConfigError("Hãy cho biết thư mục lưu trữ: --archive THƯ_MỤC.", "Say where to record: --archive DIR.")
    folder = archive.absolute() if archive else None
    config = load(file, folder) if file else Config((), (DiskConfig(_given(folder)),))
    config = with_cameras(config, [parse_camera(argument) for argument in cameras])
    if not config.cameras:
        raise ConfigError(
            "Chưa khai báo camera nào: dùng --camera TÊN=ĐỊA_CHỈ hoặc viết [[camera]] trong recorder.toml.",
            "No camera is named: use --camera NAME=URL or write [[camera]] in recorder.toml.",
        )
    return config


def tell(label: str, fault: faults.Fault | None, detail: str) -> None:
    """One line for the person who watches."""
    if fault is None:
        say(f"{label}: đang ghi / recording")
    else:
        shown = "".join(letter if letter.isprintable() else "?" for letter in detail)
        say(f"{label}: {fault.vi}{f' [{shown}]' if shown else ''}\n    {fault.en}")


def say(text: str) -> None:
    """Print at once, also into a pipe; whether anybody reads it is not the recorder's worry."""
    with contextlib.suppress(OSError, ValueError):
        print(text, flush=True)


def _given(folder: Path | None) -> Path:
    assert folder is not None, "there is a folder wherever there is no file"
    return folder


def _refuse(vi: str, en: str) -> int:
    print(f"{vi}\n{en}", file=sys.stderr, flush=True)
    return 2
