"""One camera stream, from its link to its series.

Owns what the beginning and the end of a session mean for the segment that is open and for the gap behind it, when a
fault of the camera is logged and told, and that a camera which sends much but never a picture is no working camera.
Promises that whatever a camera does stays with that camera, that a session's last bytes are sealed when it ends and not
when the next one begins, and that every stretch without footage is blamed on what kept the camera away at that time.
Leaves the socket to ``rtsp.link``, packets to ``rtp``, samples to ``intake``, files to ``archive``.

A session that the camera has forgotten while its media still flows (``wants_renewal``, camera-quirks A34) is kept: a
second one beside it may be refused or end the first, and one after it would cost a gap where there is none.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import Executor

from minhbach.edge import faults
from minhbach.edge.archive.archive import Archive
from minhbach.edge.archive.lane import Lane
from minhbach.edge.config import CameraConfig
from minhbach.edge.recorder import sidelog
from minhbach.edge.recorder.intake import Intake, Tap
from minhbach.edge.recorder.load import Load
from minhbach.edge.rtp.receiver import Receiver
from minhbach.edge.rtsp import url
from minhbach.edge.rtsp.link import Link, LinkState, Target
from minhbach.edge.rtsp.reception import make_receiver

FLUSH_US = 400_000
"""How often what has come is handed to the disk; with a tick and a held sample it stays below half a second."""
RESTART_US = 10_000_000
"""The pause after an error of our own."""
SCRAPS_EVERY_US = 10_000_000
"""With the bound of ``rtp.notes`` on what waits in between this bounds what a mad camera costs the disk."""
SCRAPS_BACKLOG_BYTES = 1 << 20

Tell = Callable[[str, faults.Fault | None, str], None]
"""(camera label, fault or None while it records, detail): for people."""


class Camera:
    """Call ``pump`` every tick; ``wants_flush`` says when ``flush`` is due."""

    def __init__(
        self,
        config: CameraConfig,
        target: Target,
        archive: Archive,
        executor: Executor,
        side: Lane,
        tell: Tell,
        mono_us: Callable[[], int],
    ) -> None:
        self.config = config
        self.flush_due_us = 0
        """Set once from outside, so that not all cameras write in the same tick."""
        self.load = Load()
        self.watched = False
        """Whether what comes is passed on at once and not in the disk's rhythm; the loop then looks more often."""
        self.trouble: faults.CameraTrouble | None = None
        """Why it does not record, None while it does; ``trouble_since_us`` is monotonic."""
        self.trouble_since_us: int | None = None
        self._archive = archive
        self._side = side
        self._tell = tell
        self._told: str | None = None
        self._closing = False
        self._leaving = ""
        self._resting_until_us = 0
        self._scraps_due_us = 0
        self._intake = Intake(config, archive)
        self._target = target
        self._executor = executor
        self._mono_us = mono_us
        self._link = self._new_link()
        self._receiver: Receiver | None = None
        self._newest: object = None

    @property
    def taps(self) -> list[Tap]:
        """Who hears of each sample as it comes."""
        return self._intake.taps

    @property
    def sessions(self) -> int:
        """How often the camera began anew."""
        return self._intake.sessions

    @property
    def sound_off(self) -> bool:
        """Whether the hours of its order let no sound be kept now."""
        return self._intake.sound_off

    @property
    def closed(self) -> bool:
        """Whether the link has ended after ``close``."""
        return self._link.state is LinkState.CLOSED

    def pump(self, scratch: bytearray, now_us: int) -> None:
        """Receive what is there."""
        if now_us < self._resting_until_us:
            return
        self._link.pump(scratch, now_us)
        self._follow_session(now_us)
        if self.watched:
            self._collect(now_us)
        self._tell_state(now_us)

    def wants_flush(self, now_us: int) -> bool:
        """By the rhythm; at every tick while a session's first picture is awaited, which has been held back already
        until its time was settled.
        """
        return now_us >= self.flush_due_us or (self._receiver is not None and not self._intake.recording)

    def flush(self, now_us: int) -> None:
        """Hand what is complete to the archive."""
        if now_us >= self.flush_due_us:
            self.flush_due_us = max(self.flush_due_us + FLUSH_US, now_us)
        if now_us < self._resting_until_us:
            return
        self._collect(now_us)
        for series in self._intake.series:
            series.flush(now_us)
        if self._intake.barren(now_us):
            self._give_up(faults.CameraTrouble(faults.NO_PICTURE), now_us)

    @property
    def settled(self) -> bool:
        """Whether nothing of it is on its way into the log."""
        return not any(series.recording or series.account.waiting for series in self._intake.series)

    def close(self, now_us: int, cause: str = "") -> None:
        """Say goodbye to the camera; keep pumping until ``closed``, then ``abandon``. ``cause`` explains what will be
        missing where the recorder itself goes on.
        """
        self._closing, self._leaving = True, cause
        self._link.close(now_us)

    def abandon(self, now_us: int) -> None:
        """Drop the connection without a word; what has come is sealed."""
        self._closing = True
        self._link.abandon()
        self._end_session(now_us)
        if self._leaving:
            self._blame(now_us, self._leaving)

    def move(self, config: CameraConfig, target: Target) -> None:
        """Go on with another address or other sound, after ``abandon`` and once it is ``settled``; taps stay."""
        cause, self._leaving, self._closing = self._leaving, "", False
        self.config, self._target = config, target
        self._resting_until_us = 0
        self._receiver = self._newest = None
        self._intake = Intake(config, self._archive, self._intake)
        self.explain(cause)
        self._link = self._new_link()

    def explain(self, cause: str) -> None:
        """What is missing before its first picture has this cause."""
        for series in self._intake.series:
            series.cause = cause

    def forget(self) -> None:
        """It is recorded no more, so no trouble of it stands in the log."""
        self._archive.fault(f"camera {self.config.label}", "")

    def flood(self, now_us: int) -> None:
        """The camera costs more than one camera may: cut it off for a while."""
        self._give_up(faults.CameraTrouble(faults.PEER_FLOODS), now_us)

    def restart(self, now_us: int) -> None:
        """After an error of our own: seal what is sound, forget the rest, dial again after a while."""
        self._resting_until_us = now_us + RESTART_US
        self._receiver = self._newest = None
        self._link.abandon()
        self._link = self._new_link()
        self.trouble_since_us = now_us
        self._say(faults.CameraTrouble(faults.RECORDER_ERROR))
        for series in self._intake.series:
            series.discard("lost", "recorder_error")

    def _new_link(self) -> Link:
        return Link(
            self._target,
            make_receiver=make_receiver,
            executor=self._executor,
            random=random.SystemRandom().random,
            mono_us=self._mono_us,
        )

    def _follow_session(self, now_us: int) -> None:
        """A session that is over is closed up at once, also one that came and went between two looks."""
        receiver = self._link.receiver
        if receiver is not self._newest:
            self._end_session(now_us)
            self._newest = receiver
            self._receiver = receiver if isinstance(receiver, Receiver) else None
            self._intake.begin()
            self._demand_picture(now_us)
        if self._link.state is not LinkState.PLAYING:
            self._end_session(now_us)

    def _demand_picture(self, now_us: int) -> None:
        if self._receiver is None or any(track.kind == "video" for track in self._receiver.tracks):
            return
        session = self._link.session
        offered = [] if session is None or session.description is None else session.description.media
        codecs = [form.encoding for media in offered if media.kind == "video" for form in media.formats]
        fault = faults.UNSUPPORTED_CODEC if codecs else faults.NO_PICTURE
        self._give_up(faults.CameraTrouble(fault, ", ".join(codecs)[:120]), now_us)

    def _give_up(self, trouble: faults.CameraTrouble, now_us: int) -> None:
        self._link.give_up(trouble, now_us)
        self._end_session(now_us)
        self._tell_state(now_us)

    def _end_session(self, now_us: int) -> None:
        if self._receiver is None:
            return
        self._receiver.flush(now_us)
        self._collect(now_us)
        self._keep_scraps(self._receiver)
        self._receiver = None
        for series in self._intake.series:
            # What was missing before this session was over has the cause that was known then; see `_blame`.
            cause = (self._leaving or self._cause()) if series.recording else series.cause
            series.end(now_us, "stop" if self._closing else "lost", cause)

    def _cause(self) -> str:
        fault = self._link.fault
        return f"camera_{fault.fault.code}" if fault else "stream_lost"

    def _collect(self, now_us: int) -> None:
        session = self._link.session
        if self._receiver is None or session is None:
            return
        self._intake.hours = self.config.sound_hours
        self._intake.collect(self._receiver, session.notes, now_us)
        if now_us >= self._scraps_due_us:
            self._scraps_due_us = now_us + SCRAPS_EVERY_US
            self._keep_scraps(self._receiver)

    def _keep_scraps(self, receiver: Receiver) -> None:
        scraps = receiver.notes.drain_side_log()
        if scraps and self._side.backlog_bytes < SCRAPS_BACKLOG_BYTES:
            folder = self._archive.home.folder / "side"
            name, offset_us = f"{self.config.name}-{self.config.stream}", self._archive.epoch.offset_us
            cost = sum(len(scrap.data) for scrap in scraps)
            self._side.put(lambda: sidelog.append(folder, name, scraps, offset_us), lambda error: None, cost)

    def _tell_state(self, now_us: int) -> None:
        """Log and tell a fault once when it begins and once when it is over."""
        fault = self._link.fault
        if fault is None and not self._intake.recording:
            return
        if (fault.fault.code if fault else "") != self._told:
            if fault:
                self._blame(now_us, self._cause())
            self.trouble_since_us = now_us if fault else None
            self._say(fault)

    def _blame(self, now_us: int, cause: str) -> None:
        """From now on this explains what is missing; what was missing before has the cause it had."""
        for series in self._intake.series:
            if series.recording:
                continue
            if series.cause != cause:
                series.account.explain_behind(now_us, series.cause)
            series.cause = cause

    def _say(self, trouble: faults.CameraTrouble | None) -> None:
        self.trouble = trouble
        self._told = trouble.fault.code if trouble else ""
        self._archive.fault(f"camera {self.config.label}", self._told)
        self._tell(self.config.label, trouble.fault if trouble else None, trouble.detail if trouble else "")


def target_of(config: CameraConfig) -> Target:
    """Where a configured camera is; raises CameraTrouble for an address that cannot be read."""
    try:
        address, credentials = url.parse(config.url)
    except url.BadUrl:
        raise faults.CameraTrouble(faults.BAD_URL, config.label) from None
    return Target(address, credentials, config.networks, config.tls_fingerprint)
