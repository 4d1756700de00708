"""From the tracks of a session into the series of a camera.

Owns which track feeds which series, what of a session's oddities is noted in the running segment, and the question
whether pictures come at all. Promises that nothing a camera sends stays behind in a track: what no series takes (the
second lens of a camera with several, B29; a second sound) is counted in the segment's notes and thrown away; that
nobody who taps what comes (live, health) can keep a sample from the disk; and that sound which is not to be recorded,
at all or outside the hours of the order, is heard by nobody. Leaves packets to ``rtp`` and what becomes of samples to
``archive.series``.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable
from typing import Literal

from minhbach.edge.archive.archive import Archive
from minhbach.edge.archive.pending import TrackQueue
from minhbach.edge.archive.series import Series
from minhbach.edge.config import CameraConfig
from minhbach.edge.rtp.receiver import Receiver
from minhbach.edge.rtp.track import Samples, Track
from minhbach.protocol.hours import SoundHours

_LOGGER = logging.getLogger(__name__)

BARREN_US = 15_000_000
"""Packets that come for this long without a picture are not worth waiting for: the longest wait for parameter sets or a
key frame that footage is worth (C41), and more than a whole picture ever takes."""

SOUND_OFF = "sound_off_hours"
"""What a segment's notes count sound as that came outside the hours in which it may be kept."""

_NO_WORD = re.compile(r"[^a-z0-9_]")

Tap = Callable[[Literal["video", "audio"], int, Samples], None]
"""(kind of track, typical duration of a sample in µs or 0, samples): called as they come, on the loop's thread. The
bytes belong to the archive: a tap may keep them and never changes them."""


class Intake:
    """One for each way in which its camera is recorded (``before``: the one until now); ``begin`` for each session,
    then ``collect`` by and by.
    """

    def __init__(self, config: CameraConfig, archive: Archive, before: Intake | None = None) -> None:
        content = "av" if config.sound == "with_picture" else "picture"
        self.series = [archive.series(config.name, config.stream, content)]
        """The series with the picture, then that of the sound if it has files of its own."""
        if config.sound == "own_file":
            self.series.append(archive.series(config.name, f"{config.stream}-sound", "sound"))
        self.taps: list[Tap] = before.taps if before else []
        self.sessions: int = before.sessions if before else 0
        """How often the camera began anew: what came before does not go on."""
        self.hours: SoundHours | None = config.sound_hours
        """When sound may be kept; may change at any time without an interruption."""
        self.sound_off = False
        """Whether no sound was to be kept at the last look."""
        self._sound = config.sound
        self._archive = archive
        self._said: Counter[str] = Counter()
        self._media_us: int | None = None
        self._barren_since_us: int | None = None

    @property
    def recording(self) -> bool:
        """Whether a segment with the picture is open."""
        return self.series[0].recording

    def begin(self) -> None:
        """A new session: nothing is known of it, and nothing of the one before holds."""
        self.sessions += 1
        self._said = Counter()
        self._media_us = self._barren_since_us = None
        for series in self.series:
            for queue in (series.picture, series.sound):
                queue.clear()
                queue.config = None

    def collect(self, receiver: Receiver, dialog_notes: Counter[str], now_us: int) -> None:
        """Move everything the tracks have gathered."""
        self.sound_off = self._outside(now_us)
        seen: set[str] = set()
        for track in receiver.tracks:
            self._take(track, receiver, track.kind not in seen, now_us)
            seen.add(track.kind)
        self._note(self.series[0], receiver.notes.take_counts(""))
        self._note(self.series[0], dialog_notes - self._said)
        self._said = Counter(dialog_notes)

    def barren(self, now_us: int) -> bool:
        """Whether packets of the picture have come for long, but no picture."""
        return self._barren_since_us is not None and now_us - self._barren_since_us >= BARREN_US

    def _take(self, track: Track, receiver: Receiver, first: bool, now_us: int) -> None:
        series = self.series[-1] if track.kind == "audio" else self.series[0]
        samples = track.take()
        if first and track.kind == "video":
            self._watch(track, samples is not None, now_us)
        self._note(series, receiver.notes.take_counts(track.name))
        off = track.kind == "audio" and self._off(samples)
        if off:
            self._close(series.sound)
        queue = self._queue(track, series) if first and not off else None
        if queue is not None and queue.last_config is None:
            # A segment that begins before the first sound must know that sound will come, or it has no place for it.
            queue.config = track.config
        if samples is None or (track.kind == "audio" and self._sound == "none"):
            return
        if off:
            self._note(series, {SOUND_OFF: len(samples.sizes)})
            return
        if first:
            self._tap(track, samples)
        if not first:
            self._note(series, {f"other_{track.kind}": len(samples.sizes)})
        elif queue is not None:
            queue.add(samples)

    def _tap(self, track: Track, samples: Samples) -> None:
        for tap in self.taps:
            try:
                tap(track.kind, track.step_us, samples)
            except Exception:
                _LOGGER.exception("who taps a camera made an error; the recording goes on")

    def _queue(self, track: Track, series: Series) -> TrackQueue | None:
        if track.kind == "video":
            series.step_us = track.step_us or series.step_us
            series.camera_offset_us = self._camera_offset_us(track)
            return series.picture
        if self._sound == "own_file":
            series.step_us = track.step_us or series.step_us
        return None if self._sound == "none" else series.sound

    def _off(self, samples: Samples | None) -> bool:
        """Whether this sound is not kept: what lies outside the hours in part only is outside."""
        times_us = samples.times_us if samples is not None else []
        return self.sound_off or any(self._outside(at_us) for at_us in (*times_us[:1], *times_us[-1:]))

    def _outside(self, at_us: int) -> bool:
        return self.hours is not None and not self.hours.keep(at_us + self._archive.epoch.offset_us)

    @staticmethod
    def _close(queue: TrackQueue) -> None:
        """The next file has no place for sound; what came in time and waits is still written into this one."""
        if not len(queue):
            queue.config = None

    def _camera_offset_us(self, track: Track) -> int | None:
        """The camera's clock minus the recorder's, as the camera claims."""
        claim = track.timeline.camera_offset_us
        return None if claim is None else claim - self._archive.epoch.offset_us

    def _watch(self, track: Track, came: bool, now_us: int) -> None:
        """Keep in mind since when there are packets behind the last picture."""
        if came:
            self._media_us, self._barren_since_us = track.last_media_us, None
        elif track.last_media_us != self._media_us and self._barren_since_us is None:
            self._barren_since_us = now_us

    def _note(self, series: Series, counts: Counter[str] | dict[str, int]) -> None:
        for kind, count in counts.items():
            series.note(_NO_WORD.sub("_", kind), count)
