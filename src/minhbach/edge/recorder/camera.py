"""One camera stream, from its link to its series.

Owns what happens between receiving and recording: which track feeds which series, what a lost connection means for the
segment that is open and for the gap behind it, when a fault of the camera is told. Promises that whatever a camera does
stays with that camera. Leaves the socket to ``rtsp.link``, packets to ``rtp``, files to ``archive``.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import Executor

from minhbach.edge import faults
from minhbach.edge.archive.archive import Archive
from minhbach.edge.archive.lane import Lane
from minhbach.edge.archive.pending import TrackQueue
from minhbach.edge.archive.series import Series
from minhbach.edge.config import CameraConfig
from minhbach.edge.recorder import sidelog
from minhbach.edge.rtp.receiver import Receiver
from minhbach.edge.rtp.track import Track
from minhbach.edge.rtsp import url
from minhbach.edge.rtsp.link import Link, LinkState, Target
from minhbach.edge.rtsp.reception import make_receiver

FLUSH_US = 400_000
"""How often what has come is handed to the disk; with a tick and a held sample it stays below half a second."""

RESTART_US = 10_000_000

Tell = Callable[[str, faults.Fault | None, str], None]
"""(camera label, fault or None while it records, detail): for people."""


class Camera:
    """Call ``pump`` every tick; ``flush_due_us`` says when ``flush`` is wanted."""

    def __init__(self, config: CameraConfig, archive: Archive, executor: Executor, side: Lane, tell: Tell) -> None:
        content = "av" if config.sound == "with_picture" else "picture"
        self.config = config
        self.flush_due_us = 0
        self._archive = archive
        self._side = side
        self._tell = tell
        self._told: str | None = None
        self._closing = False
        self._series = archive.series(config.name, config.stream, content)
        self._sound_series = None
        if config.sound == "own_file":
            self._sound_series = archive.series(config.name, f"{config.stream}-sound", "sound")
        self._executor = executor
        self._link = self._new_link()
        self._receiver: Receiver | None = None

    @property
    def closed(self) -> bool:
        """Whether the link has ended after ``close``."""
        return self._link.state is LinkState.CLOSED

    def pump(self, scratch: bytearray, now_us: int) -> None:
        """Receive what is there."""
        self._link.pump(scratch, now_us)
        receiver = self._link.receiver
        if receiver is not self._receiver:
            self._session_changed(receiver if isinstance(receiver, Receiver) else None, now_us)
        self._tell_state()

    def flush(self, now_us: int) -> None:
        """Hand what is complete to the archive."""
        self.flush_due_us = now_us + FLUSH_US
        self._collect()
        for series in self._all_series():
            series.flush(now_us)

    def close(self, now_us: int) -> None:
        """Say goodbye to the camera; what has come is sealed by the archive's own closing."""
        if self._receiver is not None:
            self._receiver.flush(now_us)
            self._collect()
        self._closing = True
        self._link.close(now_us)

    def restart(self, now_us: int) -> None:
        """After an error of our own: seal what is sound, forget the rest, dial again after a while."""
        self._receiver = None
        self._link.abandon()
        self._link = self._new_link()
        self._link.next_attempt_us = now_us + RESTART_US
        for series in self._all_series():
            series.discard("lost", "recorder_error")

    def abandon(self) -> None:
        """Drop the connection without a word."""
        self._link.abandon()

    def _new_link(self) -> Link:
        target = _target(self.config)
        return Link(target, make_receiver=make_receiver, executor=self._executor, random=random.SystemRandom().random)

    def _session_changed(self, receiver: Receiver | None, now_us: int) -> None:
        if self._receiver is not None:
            self._receiver.flush(now_us)
            self._collect()
            for series in self._all_series():
                series.end(now_us, "stop" if self._closing else "lost", self._cause())
        self._receiver = receiver

    def _cause(self) -> str:
        fault = self._link.fault
        return f"camera_{fault.fault.code}" if fault else "stream_lost"

    def _all_series(self) -> list[Series]:
        return [self._series] if self._sound_series is None else [self._series, self._sound_series]

    def _collect(self) -> None:
        """Move samples from the tracks into the series."""
        if self._receiver is None:
            return
        taken: set[str] = set()
        for track in self._receiver.tracks:
            samples = track.take()
            queue = None if track.kind in taken else self._queue(track)
            taken.add(track.kind)
            if samples is not None and queue is not None:
                queue.add(samples)
        for track in self._receiver.tracks:
            for kind, count in self._receiver.notes.take_counts(track.name).items():
                self._series.note(kind, count)
        self._keep_scraps()

    def _queue(self, track: Track) -> TrackQueue | None:
        if track.kind == "video":
            self._series.step_us = track.step_us or self._series.step_us
            self._series.camera_offset_us = self._camera_offset_us(track)
            return self._series.picture
        if self._sound_series is not None:
            self._sound_series.step_us = track.step_us or self._sound_series.step_us
            return self._sound_series.sound
        return self._series.sound if self.config.sound == "with_picture" else None

    def _camera_offset_us(self, track: Track) -> int | None:
        """The camera's clock minus the recorder's, as the camera claims."""
        claim = track.timeline.camera_offset_us
        return None if claim is None else claim - self._archive.epoch.offset_us

    def _keep_scraps(self) -> None:
        assert self._receiver is not None
        scraps = self._receiver.notes.drain_side_log()
        if scraps:
            folder = self._archive.home.folder / "side"
            name, offset_us = f"{self.config.name}-{self.config.stream}", self._archive.epoch.offset_us
            self._side.put(lambda: sidelog.append(folder, name, scraps, offset_us), lambda error: None)

    def _tell_state(self) -> None:
        """Log and tell a fault once when it begins and once when it is over."""
        fault = self._link.fault
        if fault is None and not self._series.recording:
            return
        code = fault.fault.code if fault else ""
        if code == self._told:
            return
        self._told = code
        self._archive.fault(f"camera {self.config.label}", code)
        if fault and not self._series.recording:
            self._series.cause = self._cause()
        self._tell(self.config.label, fault.fault if fault else None, fault.detail if fault else "")


def _target(config: CameraConfig) -> Target:
    try:
        address, credentials = url.parse(config.url)
    except url.BadUrl:
        raise faults.CameraTrouble(faults.BAD_URL) from None
    return Target(address, credentials, config.networks, config.tls_fingerprint)
