"""A stream's samples on their way into segments.

Owns the running segment of one stream: which samples go into which fragment (at most half a second each) and where
the file ends. Media time in a file starts near zero; wall time stands in `prft`, in the `about` record and in the
log. Promises that no sample is written twice or lost between two segments, that sound goes where the picture of the
same time goes, and that nothing here blocks. Leaves receiving to ``rtsp`` and ``rtp``, ticks to ``outputs``, files to
``segment``, order and gaps to ``accounts``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from minhbach.edge.archive.accounts import Account, Epoch, Piece
from minhbach.edge.archive.cutting import Cut, DecodeTimes, find_cut, find_start, reorder_depth
from minhbach.edge.archive.lane import Lane
from minhbach.edge.archive.outputs import PictureOutput, SoundOutput
from minhbach.edge.archive.pending import TrackQueue
from minhbach.edge.archive.segment import OpenSegment
from minhbach.edge.rtp.track import DAMAGED, RECOVERY, SYNC
from minhbach.fmp4 import AudioConfig, Run, TrackConfig, VideoConfig, codec_string, fragment_header, init_segment

HOLD_US = 400_000
"""How long the newest sample waits for its successor, which alone tells its exact duration."""
LATE_SOUND_US = 300_000
"""A cut waits this long behind the key frame, for sound of the same time that is still under way."""
BACKLOG_LIMIT_BYTES = 8 << 20
"""More than this waiting for a disk means that the disk has failed, however politely."""
SOUND_ALONE_LIMIT = 1_000
"""Sound samples kept while no picture has come; older ones are counted and dropped."""


class House(Protocol):
    """What a series needs of the archive."""

    @property
    def epoch(self) -> Epoch: ...

    @property
    def refusal(self) -> str:
        """The gap cause when ``open_segment`` returns None."""

    def open_segment(self, camera: str, stream: str, begin_wall_us: int, init: bytes) -> OpenSegment | None:
        """A file on a disk that works."""

    def disk_failed(self, segment: OpenSegment, error: BaseException) -> None: ...

    def seal(self, account: Account, lane: Lane, segment: OpenSegment, piece: Piece, entry: Mapping[str, Any]) -> None:
        """Seal on the lane, then log ``entry`` completed by what only the sealed file tells."""


@dataclass(slots=True)
class _Running:
    """The segment that takes samples now. Times are monotonic µs; ``base_us`` is media time zero."""

    segment: OpenSegment
    piece: Piece
    base_us: int
    start: str
    picture: PictureOutput | None
    sound: SoundOutput | None
    end_us: int
    config: TrackConfig
    sequence: int = 0
    notes: Counter[str] = field(default_factory=Counter)


class Series:
    """Picture, sound or both of one stream: fill ``picture`` and ``sound``, then ``flush`` writes what is complete."""

    def __init__(self, house: House, account: Account, lane: Lane, content: str) -> None:
        self.picture = TrackQueue()
        self.sound = TrackQueue()
        self.step_us = 66_667
        self.camera_offset_us: int | None = None
        self.cause = "recorder_starting"
        self.account = account
        self._house = house
        self._lane = lane
        self._leader = self.sound if content == "sound" else self.picture
        self._running: _Running | None = None
        self._waiting_since_us: int | None = None

    @property
    def recording(self) -> bool:
        """Whether a segment is open."""
        return self._running is not None

    def note(self, kind: str, count: int = 1) -> None:
        """Count something worth knowing about the running segment."""
        if self._running:
            self._running.notes[kind] += count

    def flush(self, now_us: int, *, closing: bool = False) -> None:
        """Write what is complete, begin and end segments where they are due; ``closing``: no more will come."""
        if self._running and self._running.segment.failed:
            self._seal(self._running.end_us, "lost")
            self.cause = "disk_error"
        while self._step(now_us, closing):
            pass

    def end(self, now_us: int, cut: str, cause: str) -> None:
        """Write all that waits and seal; ``cause`` explains the time until the next picture."""
        self.flush(now_us, closing=True)
        if self._running:
            self._seal(self._running.end_us, cut)
        self.picture.clear()
        self.sound.clear()
        self._waiting_since_us = None
        self.cause = cause

    def discard(self, cut: str, cause: str) -> None:
        """Seal what was written and forget what waits: for a caller that cannot trust the waiting samples."""
        self.picture.clear()
        self.sound.clear()
        if self._running:
            self._seal(self._running.end_us, cut)
        self._waiting_since_us = None
        self.cause = cause

    def _step(self, now_us: int, closing: bool) -> bool:
        """One decision; True when the next may follow at once."""
        if self._running is None:
            return self._start()
        cut = find_cut(self._leader, self._running.piece.begin_us, self._running.config)
        if cut is None:
            self._write_complete(now_us, closing)
            return False
        at_us = self._leader.times_us[cut.index]
        sounds = self._sounds_before(at_us)
        self._write(cut.index, sounds, at_us)
        if self._running.sound and not closing and now_us - at_us < LATE_SOUND_US and sounds == len(self.sound):
            return False
        self._cut(Cut(0, cut.reason), at_us)
        return self._running is not None

    def _start(self) -> bool:
        if not len(self._leader):
            self.sound.take(max(0, len(self.sound) - SOUND_ALONE_LIMIT))
            return False
        if self._waiting_since_us is None:
            self._waiting_since_us = self._leader.times_us[0]
        found = find_start(self._leader, self._waiting_since_us)
        if found is None or self._leader.config_at(found[0]) is None:
            return False
        index, start = found
        self._leader.take(index)
        self._open(start)
        return self._running is not None

    def _cut(self, cut: Cut, at_us: int) -> None:
        self._seal(at_us, cut.reason)
        flags = self._leader.flags[0]
        self._open("key" if flags & SYNC else "recovery_point" if flags & RECOVERY else "unclean")

    def _open(self, start: str) -> None:
        epoch = self._house.epoch
        first_us = self._leader.times_us[0]
        covered = self.account.covered
        begin_us = first_us
        if not self.account.waiting and covered.mono_us is not None:
            begin_us = max(first_us, covered.mono_us)
        decode = DecodeTimes(reorder_depth(self.picture.times_us), first_us, self.step_us)
        base_us = min(decode.first_us, self.sound.times_us[0] if len(self.sound) else first_us)
        picture, sound = self._outputs(base_us, decode)
        config = self._leader.config_at(0)
        assert config is not None, "a segment is opened at a sample whose configuration is known"
        about = {
            "camera": self.account.camera,
            "stream": self.account.stream,
            "log": epoch.log,
            "clock": epoch.clock,
            "begin_us": epoch.wall_us(begin_us),
            "base_us": epoch.wall_us(base_us),
            "start": start,
            "tracks": _names(picture, sound),
        }
        init = init_segment(
            [output.config for output in (picture, sound) if output],
            json.dumps(about, sort_keys=True, separators=(",", ":")).encode(),
        )
        segment = self._house.open_segment(self.account.camera, self.account.stream, epoch.wall_us(begin_us), init)
        if segment is None:
            self.cause = self._house.refusal
            self._leader.clear()
            self.sound.clear()
            return
        piece = self.account.expect(epoch, begin_us, self.cause)
        self._running = _Running(segment, piece, base_us, start, picture, sound, begin_us, config)
        self._waiting_since_us = None

    def _outputs(self, base_us: int, decode: DecodeTimes) -> tuple[PictureOutput | None, SoundOutput | None]:
        picture_config = self.picture.config_at(0)
        sound_config = self.sound.config_at(0) if len(self.sound) else self.sound.last_config
        picture = sound = None
        if isinstance(picture_config, VideoConfig) and self._leader is self.picture:
            picture = PictureOutput(1, picture_config, base_us, decode, self.step_us)
        if isinstance(sound_config, AudioConfig):
            sound = SoundOutput(2 if picture else 1, sound_config, base_us, 20_000)
        return picture, sound

    def _write_complete(self, now_us: int, closing: bool) -> None:
        """Write what has a known duration: all but the newest sample of each track, and that too when it is old."""
        leaders = _complete(self._leader, now_us, closing)
        sounds = 0 if self._leader is self.sound else _complete(self.sound, now_us, closing)
        following = self._leader.times_us[leaders] if leaders < len(self._leader) else None
        self._write(leaders, sounds, following)

    def _sounds_before(self, at_us: int) -> int:
        if self._leader is self.sound:
            return 0
        return next((index for index, time_us in enumerate(self.sound.times_us) if time_us >= at_us), len(self.sound))

    def _write(self, leaders: int, sounds: int, following_us: int | None) -> None:
        """Hand one fragment to the disk; ``following_us`` is the time of the leader sample behind it, if known."""
        running = self._running
        assert running is not None
        runs: list[Run] = []
        buffers: list[memoryview] = []
        if leaders:
            last_us = self._leader.times_us[leaders - 1]
            running.end_us = max(running.end_us, following_us or last_us + self.step_us)
        for output, queue, count in (
            (running.picture, self.picture, leaders),
            (running.sound, self.sound, leaders if self._leader is self.sound else sounds),
        ):
            if count:
                next_us = queue.times_us[count] if count < len(queue) else None
                taken = queue.take(count)
                running.notes["damaged"] += sum(1 for flag in taken.flags if flag & DAMAGED)
                if output:
                    runs += output.runs(taken, next_us)
                    buffers += taken.buffers
        if runs:
            self._put(running, runs, buffers)

    def _put(self, running: _Running, runs: list[Run], buffers: list[memoryview]) -> None:
        running.sequence += 1
        first = running.picture if running.picture and runs[0].track_id == 1 else running.sound
        assert first is not None
        media_us = runs[0].base_time * 1_000_000 // first.scale
        header = fragment_header(running.sequence, runs, running.piece.epoch.wall_us(running.base_us + media_us))
        data: list[bytes | memoryview] = [header, *buffers]
        size = sum(len(item) for item in data)
        segment, until_us = running.segment, running.end_us
        if self._lane.backlog_bytes + size > BACKLOG_LIMIT_BYTES:
            segment.failed = True
            self._house.disk_failed(segment, TimeoutError("the disk does not keep up"))
            return
        self._lane.put(lambda: segment.write(data, until_us), lambda error: self._written(segment, error), size)

    def _written(self, segment: OpenSegment, error: BaseException | None) -> None:
        if error is not None:
            self._house.disk_failed(segment, error)

    def _seal(self, end_us: int, cut: str) -> None:
        running, self._running = self._running, None
        assert running is not None
        running.piece.end_us = end_us
        entry = {
            "camera": self.account.camera,
            "stream": self.account.stream,
            "begin_us": running.piece.epoch.wall_us(running.piece.begin_us),
            "tracks": _names(running.picture, running.sound),
            "start": running.start,
            "cut": cut,
            "notes": {kind: count for kind, count in sorted(running.notes.items()) if count},
            "camera_offset_us": self.camera_offset_us,
        }
        self._house.seal(self.account, self._lane, running.segment, running.piece, entry)


def _complete(queue: TrackQueue, now_us: int, closing: bool) -> int:
    if not len(queue):
        return 0
    return len(queue) if closing or now_us - queue.times_us[-1] > HOLD_US else len(queue) - 1


def _names(picture: PictureOutput | None, sound: SoundOutput | None) -> list[str]:
    return [codec_string(output.config) for output in (picture, sound) if output]
