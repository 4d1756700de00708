"""The health of a recorder's devices, joined to its loop and told to its centre.

Owns when health looks (every second, on the loop), that a fault goes into the log, and when a report goes to the
centre: every ten seconds, and at once when a fault began or ended. Leaves judging to ``health``.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from minhbach.decode.child import Decoder
from minhbach.edge.catalogue import CatalogueError
from minhbach.edge.health.faces import Faces
from minhbach.edge.health.report import report
from minhbach.edge.health.watch import Health, Tapped
from minhbach.edge.recorder.assembly import Recorder
from minhbach.edge.recorder.loop import Rhythm
from minhbach.protocol import codec, subjects

TELL_EVERY_US = 10_000_000
OLDEST_EVERY_US = 300_000_000
FACES = "private/rooms"
_LAST = 1 << 52


class Caring:
    """Made on the loop's thread; ``tell`` is a teller of ``uplink``; ``close`` it before the decoder."""

    def __init__(self, recorder: Recorder, decoder: Decoder) -> None:
        self._recorder = recorder
        self._started_us = recorder.clock.mono_us()
        faces = Faces(recorder.home.folder / FACES, recorder.home.files)
        with suppress(OSError):
            faces.keep_only([each.config.name for each in recorder.cameras])
        self._health = Health(recorder.cameras, decoder, faces, recorder.archive.fault, self._started_us)
        self._told: Sequence[object] = ()
        self._due_us = self._started_us + TELL_EVERY_US
        self._oldest_us: int | None = None
        self._oldest_of: Sequence[tuple[str, str]] = ()
        self._oldest_due_us = 0
        recorder.loop.rhythms.append(Rhythm(1_000_000, self._tick))

    def attach(self, camera: Tapped) -> None:
        """Watch over one more camera."""
        self._health.attach(camera, self._recorder.clock.mono_us())

    def detach(self, camera: Tapped) -> None:
        """Watch over it no more."""
        self._health.detach(camera)

    def tell(self, now_us: int) -> tuple[str, bytes] | None:
        """The report that is due, if one is."""
        standing = [(each.camera, [fault[0] for fault in each.faults]) for each in self._health.conditions]
        if now_us < self._due_us and standing == self._told:
            return None
        self._told, self._due_us = standing, now_us + TELL_EVERY_US
        archive = self._recorder.archive
        told = report(
            archive.home.recorder,
            self._health,
            archive.disks.all,
            oldest_us=self._oldest(now_us),
            started_us=self._started_us,
            now_us=now_us,
            offset_us=archive.epoch.offset_us,
        )
        return subjects.HEALTH, codec.encode(told)

    async def close(self) -> None:
        """Look no more."""
        await self._health.close()

    def _tick(self) -> None:
        self._health.tick(self._recorder.clock.mono_us())

    def _oldest(self, now_us: int) -> int | None:
        """When the oldest footage begins; looked up now and then, at once for other cameras and while there is none."""
        names = [(each.config.name, each.config.stream) for each in self._recorder.cameras]
        if now_us < self._oldest_due_us and names == self._oldest_of and self._oldest_us is not None:
            return self._oldest_us
        self._oldest_due_us, self._oldest_of = now_us + OLDEST_EVERY_US, names
        catalogue = self._recorder.catalogue
        try:
            first = [next(catalogue.numbered(*name, 0, _LAST), None) for name in names]
        except CatalogueError:
            return self._oldest_us
        self._oldest_us = min((each.begin_us for each in first if each is not None), default=None)
        return self._oldest_us
