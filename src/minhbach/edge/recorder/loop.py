"""The tick that drives a recorder.

Owns the one loop: every tenth of a second each camera's socket is emptied once, and by its own rhythm each thing that
is due is done. A wake-up for many packets instead of one per packet is what makes a hundred cameras cheap; it costs
up to a tenth of a second of delay, which recording does not feel. A viewer does: a camera that somebody watches is
looked at in between. Promises that nothing in it waits for a disk or a camera, that an error in one camera's code stops
only that camera, and that no camera takes more than its share of the thread for long. Leaves the work to ``camera``,
``archive``, ``retention``.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from minhbach.edge.archive.archive import Archive
from minhbach.edge.clock import Clock
from minhbach.edge.config import CameraConfig
from minhbach.edge.recorder.camera import FLUSH_US
from minhbach.edge.recorder.load import Load
from minhbach.edge.retention import Retention
from minhbach.edge.rtsp.connection import SCRATCH_BYTES

_LOGGER = logging.getLogger(__name__)

TICK_US = 100_000
UNEVEN_US = (-20_000, 12_000, -4_000, 20_000, -12_000, 4_000)
"""Ticks are uneven on purpose: a camera whose pictures come in step with them would always be seen at the same phase,
and how late its packets really arrive would never show (``rtp.timeline``)."""
LOOK_US = 15_000
"""Between two looks at a camera that somebody watches."""
GOODBYE_US = 1_500_000


class Driven(Protocol):
    """What the loop drives: a camera that is recorded, or a stream that is only shown."""

    config: CameraConfig
    load: Load
    watched: bool
    flush_due_us: int

    @property
    def closed(self) -> bool: ...

    def pump(self, scratch: bytearray, now_us: int) -> None: ...

    def wants_flush(self, now_us: int) -> bool: ...

    def flush(self, now_us: int) -> None: ...

    def close(self, now_us: int) -> None: ...

    def abandon(self, now_us: int) -> None: ...

    def flood(self, now_us: int) -> None: ...

    def restart(self, now_us: int) -> None: ...


class Rhythm:
    """Calls ``work`` at most every ``every_us``, first after ``first_us``."""

    def __init__(self, every_us: int, work: Callable[[], None], first_us: int = 0) -> None:
        self._every_us = every_us
        self._work = work
        self._due_us = first_us

    def tick(self, now_us: int) -> None:
        """Work if it is time."""
        if now_us >= self._due_us:
            self._due_us = now_us + self._every_us
            self._work()


class Loop:
    """Runs until ``stop`` is called. Cameras may come and go between two ticks."""

    def __init__(self, archive: Archive, retention: Retention, cameras: Sequence[Driven], clock: Clock) -> None:
        now_us = clock.mono_us()
        self._archive = archive
        self._cameras = list(cameras)
        self._clock = clock
        self._scratch = bytearray(2 * SCRATCH_BYTES)
        self._stopping = False
        self.rhythms = [
            Rhythm(1_000_000, archive.account),
            Rhythm(2_000_000, retention.relieve, now_us + 1_000_000),
            Rhythm(60_000_000, retention.run, now_us + 5_000_000),
        ]
        """What is done by its own rhythm; others may add theirs before the loop runs."""
        for number, camera in enumerate(cameras):
            camera.flush_due_us = now_us + FLUSH_US * number // len(cameras)

    def add(self, camera: Driven) -> None:
        """Drive one more."""
        now_us = self._clock.mono_us()
        camera.flush_due_us = now_us + FLUSH_US * (len(self._cameras) % len(UNEVEN_US)) // len(UNEVEN_US)
        self._cameras.append(camera)

    def remove(self, camera: Driven) -> None:
        """Drive it no more; it is dropped without a word if it is not ``closed`` yet."""
        self._guarded(camera, _abandon, self._clock.mono_us())
        self._cameras.remove(camera)

    def stop(self) -> None:
        """End after the present tick."""
        self._stopping = True

    async def part(self, cameras: Sequence[Driven], close: Callable[[Driven, int], None] | None = None) -> None:
        """Say goodbye to some cameras while ``run`` goes on with the others, then drop their connections."""
        now_us = self._clock.mono_us()
        deadline_us = now_us + GOODBYE_US
        for camera in cameras:
            self._guarded(camera, close or _close, now_us)
        while self._clock.mono_us() < deadline_us:
            if all(camera.closed for camera in cameras):
                break
            await asyncio.sleep(LOOK_US / 1_000_000)
        for camera in cameras:
            self._guarded(camera, _abandon, self._clock.mono_us())

    async def run(self) -> None:
        """Record until stopped; then say goodbye to the cameras. The archive is left open."""
        next_us = self._clock.mono_us()
        uneven_us = itertools.cycle(UNEVEN_US)
        while not self._stopping:
            self.tick(self._clock.mono_us())
            next_us = max(next_us + TICK_US + next(uneven_us), self._clock.mono_us())
            await self._rest(next_us)
        await self._say_goodbye()

    async def _rest(self, until_us: int) -> None:
        """Sleep until the next tick; who is watched is looked at meanwhile."""
        while not self._stopping and until_us - self._clock.mono_us() > 2 * LOOK_US:
            watched = [camera for camera in self._cameras if camera.watched]
            if not watched:
                break
            await asyncio.sleep(LOOK_US / 1_000_000)
            for camera in watched:
                if camera in self._cameras:
                    self.look(camera)
        await asyncio.sleep(max(0, until_us - self._clock.mono_us()) / 1_000_000)

    def look(self, camera: Driven) -> None:
        """Take in what a camera has sent, now."""
        used_ns = time.thread_time_ns()
        self._guarded(camera, self._pump, self._clock.mono_us())
        camera.load.spend((time.thread_time_ns() - used_ns) // 1000)

    def abandon(self) -> None:
        """Drop all connections without a word."""
        for camera in self._cameras:
            self._guarded(camera, _abandon, self._clock.mono_us())

    def tick(self, now_us: int) -> None:
        """One round over everything."""
        used_ns = time.thread_time_ns()
        for camera in self._cameras:
            self._guarded(camera, self._serve, now_us)
            before_ns, used_ns = used_ns, time.thread_time_ns()
            if camera.load.exceeds((used_ns - before_ns) // 1000):
                self._guarded(camera, _flood, now_us)
        self._archive.poll()
        for rhythm in self.rhythms:
            rhythm.tick(now_us)

    def _pump(self, camera: Driven, now_us: int) -> None:
        camera.pump(self._scratch, now_us)

    def _serve(self, camera: Driven, now_us: int) -> None:
        camera.pump(self._scratch, now_us)
        if camera.wants_flush(now_us):
            camera.flush(now_us)

    def _guarded(self, camera: Driven, work: Callable[[Driven, int], None], now_us: int) -> None:
        """Whatever goes wrong with one camera, even in its own recovery, the others go on."""
        try:
            try:
                work(camera, now_us)
            except Exception:
                _LOGGER.exception("camera %s: an error of the recorder itself", camera.config.label)
                camera.restart(now_us)
        except Exception:
            _LOGGER.exception("camera %s: it could not be restarted", camera.config.label)

    async def _say_goodbye(self) -> None:
        now_us = self._clock.mono_us()
        deadline_us = now_us + GOODBYE_US
        for camera in self._cameras:
            self._guarded(camera, _close, now_us)
        while now_us < deadline_us and not all(camera.closed for camera in self._cameras):
            for camera in self._cameras:
                self._guarded(camera, self._serve, now_us)
            self._archive.poll()
            await asyncio.sleep(TICK_US / 1_000_000)
            now_us = self._clock.mono_us()
        self.abandon()


def _close(camera: Driven, now_us: int) -> None:
    camera.close(now_us)


def _abandon(camera: Driven, now_us: int) -> None:
    camera.abandon(now_us)


def _flood(camera: Driven, now_us: int) -> None:
    camera.flood(now_us)
