"""A camera's smaller stream, for live pictures only: pulled while somebody watches it, and never recorded.

Owns a second connection to a camera, for browsers that cannot decode what is recorded (H.265), and how long it outlives
its last viewer. Promises that nothing of it reaches the archive, and that the camera is asked for it only while a lease
wants it. Leaves leases to ``uplink.footage``, which sets ``watched``.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import Executor

from minhbach.edge import faults
from minhbach.edge.config import CameraConfig
from minhbach.edge.recorder.intake import Tap
from minhbach.edge.recorder.load import Load
from minhbach.edge.rtp.receiver import Receiver
from minhbach.edge.rtsp.link import Link, LinkState, Target
from minhbach.edge.rtsp.reception import make_receiver

STREAM = "sub"
LINGER_US = 15_000_000
"""Somebody who changes the page and comes back shall not wait for the camera again."""
RESTART_US = 10_000_000


class SubStream:
    """Driven by the loop like a camera. ``sessions`` counts beginnings and ends: what came before does not go on."""

    def __init__(
        self,
        config: CameraConfig,
        target: Target,
        executor: Executor,
        mono_us: Callable[[], int],
        wall_us: Callable[[], int],
    ) -> None:
        self.config = config
        self.load = Load()
        self.flush_due_us = 0
        self.watched = False
        self.taps: list[Tap] = []
        self.sessions = 0
        self.trouble: faults.CameraTrouble | None = None
        self.trouble_since_us: int | None = None
        self._target = target
        self._executor = executor
        self._mono_us = mono_us
        self._wall_us = wall_us
        self._link: Link | None = None
        self._receiver: object = None
        self._wanted_until_us = 0
        self._parting = False
        self._resting_until_us = 0

    @property
    def closed(self) -> bool:
        """Whether there is no connection to the camera."""
        return self._link is None or self._link.state is LinkState.CLOSED

    def pump(self, scratch: bytearray, now_us: int) -> None:
        """Dial when it is wanted, pass on what comes, hang up when it was long not wanted."""
        if self.watched:
            self._wanted_until_us = now_us + LINGER_US
        if self._link is None and self.watched and now_us >= self._resting_until_us:
            self._link = Link(
                self._target,
                make_receiver=make_receiver,
                executor=self._executor,
                random=random.SystemRandom().random,
                mono_us=self._mono_us,
            )
        if self._link is None:
            return
        if now_us >= self._wanted_until_us:
            self._part(now_us)
        self._link.pump(scratch, now_us)
        self._pass_on(self._link)
        self._judge(self._link.fault, now_us)
        if self.closed:
            self._drop()

    def wants_flush(self, now_us: int) -> bool:
        """There is no disk behind it."""
        return False

    def flush(self, now_us: int) -> None:
        """Nothing is kept."""

    def close(self, now_us: int) -> None:
        """Say goodbye to the camera; keep pumping until ``closed``."""
        self.watched, self._wanted_until_us = False, now_us
        self._part(now_us)

    def abandon(self, now_us: int) -> None:
        """Drop the connection without a word."""
        if self._link is not None:
            self._link.abandon()
        self._drop()

    def flood(self, now_us: int) -> None:
        """It costs more than one camera may: cut it off for a while."""
        if self._link is not None:
            self._link.give_up(faults.CameraTrouble(faults.PEER_FLOODS), now_us)

    def restart(self, now_us: int) -> None:
        """After an error of our own: dial again after a while."""
        self._resting_until_us = now_us + RESTART_US
        self.abandon(now_us)

    def _part(self, now_us: int) -> None:
        if self._link is not None and not self._parting:
            self._parting = True
            self._link.close(now_us)

    def _pass_on(self, link: Link) -> None:
        receiver = link.receiver
        if receiver is not self._receiver:
            self._receiver = receiver
            self.sessions += 1
        if not isinstance(receiver, Receiver):
            return
        seen: set[str] = set()
        for track in receiver.tracks:
            samples = track.take()
            first = track.kind not in seen
            seen.add(track.kind)
            if samples is None or not first or (track.kind == "audio" and self.sound_off):
                continue
            for tap in self.taps:
                tap(track.kind, track.step_us, samples)

    @property
    def sound_off(self) -> bool:
        """What is not recorded is heard by nobody, also not of the smaller stream."""
        hours = self.config.sound_hours
        return self.config.sound == "none" or (hours is not None and not hours.keep(self._wall_us()))

    def _judge(self, trouble: faults.CameraTrouble | None, now_us: int) -> None:
        if (trouble is None) != (self.trouble is None):
            self.trouble_since_us = None if trouble is None else now_us
        self.trouble = trouble

    def _drop(self) -> None:
        if self._link is not None:
            self.sessions += 1
        self._link = self._receiver = None
        self._parting = False
        self.trouble = self.trouble_since_us = None
