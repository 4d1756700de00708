"""The archive of a running recorder: series of segments on disks, one log, nothing unaccounted for.

Owns how the parts of this package work together: what must be durable before what (design 3.2), what a start finds
and finishes, what a stop leaves. All methods run on the loop's thread; only ``open`` and ``close`` wait for a disk.
Leaves the index of what is sealed to ``catalogue`` and deletion to ``retention``.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from minhbach.durable import Files
from minhbach.edge.archive import layout
from minhbach.edge.archive.accounts import Account, Epoch, Piece, Point
from minhbach.edge.archive.book import Book
from minhbach.edge.archive.disks import Disks, trouble_of
from minhbach.edge.archive.home import Home
from minhbach.edge.archive.lane import Lane, Lanes
from minhbach.edge.archive.leftovers import Leftovers
from minhbach.edge.archive.segment import OpenSegment
from minhbach.edge.archive.series import Series
from minhbach.edge.clock import Clock
from minhbach.edge.config import SOUND_SUFFIX, CameraConfig, Config, digest, streams
from minhbach.ledger import entry as entries
from minhbach.ledger.rules import vietnam_year

_LOGGER = logging.getLogger(__name__)

PIECE_US = 600_000_000
"""A gap that lasts is logged in pieces of this length, so that a silent recorder differs from a silent camera."""

_PATIENCE_S = 30.0


class Unsettled(Exception):
    """The disk did not take the entries of a start or a stop in time."""


class Archive:
    """Call ``open`` once, then ``poll`` every tick and ``account`` every second, then ``close``."""

    def __init__(
        self, home: Home, book: Book, lanes: Lanes, clock: Clock, config: Config, patience_s: float = _PATIENCE_S
    ) -> None:
        self.home = home
        self.book = book
        self.disks = Disks(home.files, config.disks)
        self.config = config
        self._files: Files = home.files
        self._lanes = lanes
        self._clock = clock
        self.patience_s = patience_s
        self._tidy = lanes.lane()
        self._series: dict[tuple[str, str], Series] = {}
        self._faults: set[tuple[str, str]] = set()
        self._key_named_at: int | None = book.log.size if len(book.log.signers) > 1 else None
        """The entry behind which the key before need not sign along; None: it does not, or is needed."""

    @property
    def epoch(self) -> Epoch:
        """The clock epoch that footage is labelled with."""
        return self.book.epoch

    @property
    def refusal(self) -> str:
        """Why no disk takes a segment, as a gap's cause."""
        if self.book.crowded and self.book.failure:
            return trouble_of(self.book.failure)
        return self.disks.trouble

    def open(self, version: str) -> None:
        """Log the boot, finish what the last run left, configure, account for the time between. Blocks.

        What was left belongs to the configuration before; only a new log needs the new one first. Raises Unsettled or
        OSError when the log cannot be written, ConfigError for a disk that cannot be used.
        """
        self.home.remember_disks(self.disks.open(self.home.disks))
        self.book.boot(version)
        goes_on = self.book.replay.state.configured
        if not goes_on:
            self._configure()
        self._settle()
        left = Leftovers(self.home, self.book, self.disks, self._clock)
        left.seal()
        self._settle()
        left.tidy()
        if goes_on:
            self._configure()
        self._explain_absence()
        self._settle()

    def series(self, camera: str, stream: str, content: str) -> Series:
        """The series of a configured stream; made at the first call."""
        key = camera, stream
        if key not in self._series:
            account = Account(camera, stream, self._covered(key), self)
            self._series[key] = Series(self, account, self._lanes.lane(), content)
        return self._series[key]

    def reconfigure(self, config: Config) -> None:
        """Another configuration from now on. What it names no more must be over (no piece of it waits); how its time
        ended is accounted for here. The disks stay those of the start.
        """
        named = {each for camera in config.cameras for each in streams(camera)}
        now_us = self._clock.mono_us()
        for key in [each for each in self._series if each not in named]:
            series = self._series.pop(key)
            series.account.explain(now_us, series.cause)
        self.config = config
        self._configure()

    def poll(self) -> None:
        """Take in what the disks have done and send the log what has come together since."""
        self._lanes.deliver()
        self.fault("log", trouble_of(self.book.failure) if self.book.failure else "")
        if self.book.watch_clock():
            _LOGGER.warning("the wall clock was set; the step is logged")
        self.book.commit()
        self._lanes.hand_over()

    def account(self) -> None:
        """Log gaps that go on, piece by piece, and the disks' troubles as they begin and end."""
        now_us = self._clock.mono_us()
        for series in self._series.values():
            if not series.account.waiting:
                series.account.explain(now_us, series.cause, at_least_us=PIECE_US)
        self.book.keep_going(now_us)
        for disk in self.disks.all:
            self.disks.look(disk, now_us)
            self.fault(f"disk {disk.name}", disk.trouble)

    def roll(self, witnessed_us: int) -> bool:
        """Go on in the log of a new year, once the recorder's own clock and a witness of the open log (the time of its
        cosignature) both say that it has begun: a clock alone may have jumped. To be called again until it does.
        """
        now = self.book.stamp()
        year = vietnam_year(now["at_us"])
        if not self.book.settled or year != vietnam_year(witnessed_us) or year <= self.book.replay.state.year:
            return False
        log, origin = self.book.log, self.home.following(year)
        closing = entries.make("log_closed", **now, next=origin)
        root = log.root_behind(entries.encode(closing))
        opening = self.home.opening(log, origin, root, log.size + 1, now["at_us"])
        name = entries.log_name(origin)
        self._key_named_at = 0 if len(log.signers) > 1 else None
        self.book.turn(closing, opening, lambda: self.home.begin_following(log, origin))
        self._configure(lambda _: self.home.remember_log(name))
        return True

    def rotate_key(self) -> bool:
        """Sign with a new key from now on; the one before signs along until a witness has seen the new one named.

        False where entries are under way: to be called again. Blocks shortly.
        """
        if not self.book.settled:
            return False
        keyring = self.home.keyring()
        fresh = keyring.prepare()
        self.book.log.signers = (*keyring.signers, fresh)

        def named(index: int) -> None:
            self._key_named_at = index
            self.book.log.signers = keyring.promote()

        self._key_named_at = None
        self.book.append("key_rotated", named, key=fresh.verifier.vkey)
        return True

    def key_seen(self, cosigned: int) -> None:
        """So many entries of the open log are cosigned: a key that was replaced before them need not sign along."""
        if self._key_named_at is not None and cosigned > self._key_named_at and self.book.settled:
            self._key_named_at = None
            self.book.log.signers = self.home.keyring().drop_before()

    def fault(self, subject: str, code: str) -> None:
        """Log that a fault of ``subject`` began (``code``); a fault under another code, or any if empty, ended."""
        for known in [item for item in self._faults if item[0] == subject and item[1] != code]:
            self._faults.discard(known)
            self.book.append("fault", subject=subject, code=known[1], state="ended")
        if code and (subject, code) not in self._faults:
            self._faults.add((subject, code))
            self.book.append("fault", subject=subject, code=code, state="began")

    def close(self) -> None:
        """Seal everything, log the shutdown, wait until all of it is durable. Raises Unsettled; frees the folder."""
        now_us = self._clock.mono_us()
        try:
            for series in self._series.values():
                series.end(now_us, "stop", series.cause)
            self._settle()
            self.book.append("shutdown")
            self._settle()
        finally:
            self._lanes.close()
            self.book.log.close()
            self.home.close()

    def open_segment(self, camera: str, stream: str, begin_wall_us: int, init: bytes) -> OpenSegment | None:
        """A new segment on the disk with the most room; None while no disk can take one."""
        disk = None if self.book.crowded else self.disks.choose(self._clock.mono_us())
        if disk is None:
            return None
        relative = layout.segment_path(camera, stream, begin_wall_us, self.book.epoch.clock)
        part = layout.part_path(disk.path, relative)
        return OpenSegment(self._files, disk.folders, part, disk.path / relative, init)

    def disk_failed(self, segment: OpenSegment, error: BaseException) -> None:
        """A segment's disk failed: rest that disk; the series goes on elsewhere."""
        disk = self.disks.holding(segment.part)
        segment.trouble = trouble_of(error)
        self.disks.failed(disk, error, self._clock.mono_us())
        _LOGGER.error("disk %s: %s", disk.name, error)

    def give_up(self, segment: OpenSegment, lane: Lane) -> Lane:
        """A disk does not keep up: it rests until it has done or refused what it was given."""
        self.disks.holding(segment.part).stuck.append(lane)
        self.disk_failed(segment, TimeoutError("the disk does not keep up"))
        return self._lanes.lane()

    def seal(self, account: Account, lane: Lane, segment: OpenSegment, piece: Piece, entry: Mapping[str, Any]) -> None:
        """Seal on the lane, then log; the ``.part`` name goes when the entry is durable."""

        def sealed(error: BaseException | None) -> None:
            if error is not None:
                self.disk_failed(segment, error)
            self._settle_piece(segment, piece, entry)
            account.drain()

        lane.put(lambda: segment.seal(piece.end_us), sealed)

    def log_gap(self, camera: str, stream: str, begin: Point, until_us: int, cause: str) -> Point:
        """Append a gap; see ``accounts.Journal``."""
        epoch = self.book.writing_epoch
        if begin.mono_us is None:
            cause = self._absence(begin)
        self.book.append(
            "gap",
            camera=camera,
            stream=stream,
            begin_us=begin.wall_us,
            begin_clock=list(begin.reference),
            end_us=epoch.wall_us(until_us),
            cause=cause,
        )
        return Point((epoch.log, epoch.clock), epoch.wall_us(until_us), until_us)

    def log_segment(self, piece: Piece) -> Point:
        """Append a segment; see ``accounts.Journal``."""
        assert piece.entry is not None
        stream = self.book.replay.state.streams[piece.entry["camera"], piece.entry["stream"]]
        # Where the history is lost nobody knows the number; seconds outrun any count of segments.
        number = stream.next_number if stream.next_number >= 0 else piece.entry["begin_us"] // 1_000_000
        self.book.append("segment", piece.on_durable, number=number, **piece.entry)
        until_us = piece.sealed_until_us
        return Point((piece.epoch.log, piece.epoch.clock), piece.epoch.wall_us(until_us), until_us)

    def _absence(self, begin: Point) -> str:
        """The cause of a gap that began before this start of the recorder."""
        if begin.reference[0] != self.book.name and self.book.follows_damage:
            return "log_damaged"
        state = self.book.replay.state
        return "recorder_killed" if state.killed_start > state.clocks[begin.reference].start else "recorder_stopped"

    def _settle_piece(self, segment: OpenSegment, piece: Piece, entry: Mapping[str, Any]) -> None:
        piece.settled = True
        piece.loss = segment.trouble
        sealed = segment.sealed
        if sealed is None:
            piece.end_us = piece.end_us if segment.failed else piece.begin_us  # Not a sample had come to be written.
            return
        piece.sealed_until_us = sealed.end_us
        disk = self.disks.holding(segment.part)
        piece.entry = {
            **entry,
            "end_us": piece.epoch.wall_us(sealed.end_us),
            "footage_clock": piece.epoch.reference,
            "bytes": sealed.size_bytes,
            "sha256": sealed.sha256,
            "init_sha256": sealed.init_sha256,
            "disk": disk.name,
            "path": segment.target.relative_to(disk.path).as_posix(),
        }
        piece.on_durable = lambda _: self._take_away(segment.part)

    def _take_away(self, part: Path) -> None:
        """The first name of a sealed file; if it stays, the next start takes it away."""
        self._tidy.put(lambda: self._files.unlink(part), lambda error: None)

    def _configure(self, on_durable: Callable[[int], None] | None = None) -> None:
        rows = [row for camera in self.config.cameras for row in _rows(camera)]
        # Without a camera nothing new is decided: what was announced stays announced as long ahead.
        before_us = self.book.replay.state.lead_us
        lead_us = max((camera.retention.intent_lead_us for camera in self.config.cameras), default=before_us)
        sha256 = digest(self.config)
        self.book.append("configuration", on_durable, cameras=rows, intent_lead_us=lead_us, sha256=sha256)

    def _covered(self, key: tuple[str, str]) -> Point:
        stream = self.book.replay.state.streams[key]
        now = self.book.replay.state.now
        assert now is not None
        mono_us = stream.end_mono_us if stream.end_start == self.book.replay.state.starts else None
        return Point(stream.end_clock, stream.end_us, mono_us)

    def _explain_absence(self) -> None:
        """Account for the time between the last run and this one."""
        state, now_us = self.book.replay.state, self._clock.mono_us()
        for (camera, name), stream in state.streams.items():
            point = self._covered((camera, name))
            if stream.active and point.mono_us is None:
                # The last picture's length is a guess: it may reach beyond a kill and a quick start.
                same_boot = state.now is not None and stream.end_boot == state.now.boot
                self.log_gap(camera, name, point, max(now_us, stream.end_mono_us + 1) if same_boot else now_us, "")

    def _settle(self) -> None:
        """Wait until everything appended is durable."""
        deadline = time.monotonic() + self.patience_s
        while True:
            self.poll()
            if self.book.settled and all(not series.account.waiting for series in self._series.values()):
                return
            if time.monotonic() > deadline:
                raise Unsettled("The disk of the log does not take what must be durable.")
            time.sleep(0.002)


def _rows(camera: CameraConfig) -> list[dict[str, Any]]:
    """The streams of one configured camera as the log names them."""
    keep = camera.retention
    content = "av" if camera.sound == "with_picture" else "picture"
    rows = [_row(camera.name, camera.stream, content, keep.picture_days, keep.minimum_days)]
    if camera.sound == "own_file":
        rows.append(_row(camera.name, f"{camera.stream}{SOUND_SUFFIX}", "sound", keep.sound_days, keep.minimum_days))
    return rows


def _row(camera: str, stream: str, content: str, days: int, minimum_days: int) -> dict[str, Any]:
    return {"camera": camera, "stream": stream, "content": content, "days": days, "minimum_days": minimum_days}
