"""A stream's samples on their way into segments.

Owns the running segment of one stream: which samples go into which fragment (at most half a second each) and where
the file ends. Media time in a file starts near zero; wall time stands in `prft`, in the `about` record and in the
log. Promises that no sample is written twice or lost between two segments, that sound goes where the picture of the
same time goes, and that nothing here blocks. Leaves receiving to ``rtsp`` and ``rtp``, ticks to ``outputs``, files to
``segment``, order and gaps to ``accounts``.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Protocol

from minhbach.edge.archive.accounts import Account, Epoch, Piece
from minhbach.edge.archive.cutting import Cut, DecodeTimes, cleanness, find_cut, find_start, reorder_depth
from minhbach.edge.archive.lane import Lane
from minhbach.edge.archive.outputs import HOLE_US, PictureOutput, SoundOutput
from minhbach.edge.archive.pending import TrackQueue
from minhbach.edge.archive.segment import OpenSegment
from minhbach.edge.rtp.track import DAMAGED
from minhbach.fmp4 import AudioConfig, Run, VideoConfig, codec_string, fragment_header, init_segment
from minhbach.fmp4.fragment import MOST_SAMPLES

HOLD_US = 400_000
"""How long the newest sample waits for its successor, which alone tells its exact duration."""
FRAGMENT_US = 500_000
"""No fragment is longer, save one of a single sample."""
LATE_SOUND_US = 300_000
"""A cut waits this long behind the key frame, for sound of the same time that is still under way."""
LATEST_SOUND_US = 2_000_000
"""Sound that goes on is awaited this far back behind a cut: the file's time begins early enough for it."""
LEARNING = 16
AHEAD = 4
"""Of the first ``LEARNING`` pictures of a session so many wait: they show whether pictures are sent out of order."""
LONGEST_US = 110_000_000
"""Longer than any segment may be: what a quiet camera leaves empty behind it is a gap."""
BACKLOG_LIMIT_BYTES = 8 << 20
"""More than this waiting for a disk means that the disk has failed, however politely."""
SOUND_ALONE_LIMIT = 1_000
"""Sound samples kept while no picture has come; older ones are dropped."""
_WORD = re.compile(r"[a-z][a-z0-9_]{0,63}")


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

    def give_up(self, segment: OpenSegment, lane: Lane) -> Lane:
        """The segment's disk does not keep up, so nobody waits for the lane any more; returns another one."""

    def seal(self, account: Account, lane: Lane, segment: OpenSegment, piece: Piece, entry: Mapping[str, Any]) -> None:
        """Seal on the lane, then log ``entry`` completed by what only the sealed file tells."""


@dataclass(slots=True)
class _Running:
    """The segment that takes samples now. Times are monotonic µs; ``base_us`` is media time zero."""

    segment: OpenSegment
    lane: Lane
    piece: Piece
    base_us: int
    start: str
    picture: PictureOutput | None
    sound: SoundOutput | None
    end_us: int
    sequence: int = 0
    notes: Counter[str] = field(default_factory=Counter)

    @property
    def leader(self) -> PictureOutput | SoundOutput:
        """The track that decides where the segment begins and ends."""
        leader = self.picture or self.sound
        assert leader is not None, "a segment has at least one track"
        return leader


class Series:
    """Picture, sound or both of one stream: fill ``picture`` and ``sound``, then ``flush`` writes what is complete."""

    def __init__(self, house: House, account: Account, lane: Lane, content: str) -> None:
        self.picture = TrackQueue()
        self.sound = TrackQueue()
        self.step_us = 66_667
        self.fragment_us = FRAGMENT_US
        self.camera_offset_us: int | None = None
        self.cause = "recorder_starting"
        self.account = account
        self._house = house
        self._lane = lane
        self._leader = self.sound if content == "sound" else self.picture
        self._running: _Running | None = None
        self._waiting_since_us: int | None = None
        self._at_once = False
        self._depth = 0
        self._seen = 0
        self._sound_until_us = 0

    @property
    def recording(self) -> bool:
        """Whether a segment is open."""
        return self._running is not None

    def note(self, kind: str, count: int = 1) -> None:
        """Count something worth knowing about the running segment; no name of it may keep footage out of the log."""
        if self._running:
            self._running.notes[kind if _WORD.fullmatch(kind) else "oddity"] += count

    def flush(self, now_us: int, *, closing: bool = False) -> None:
        """Write what is complete, begin and end segments where they are due; ``closing``: no more will come."""
        while self._step(now_us, closing):
            pass

    def end(self, now_us: int, cut: str, cause: str) -> None:
        """Write all that waits and seal; ``cause`` explains the time until the next picture."""
        self.flush(now_us, closing=True)
        if self._running:
            # The last picture's length is a guess; nothing is claimed for the time to come.
            self._seal(min(self._running.end_us, max(now_us, self._running.leader.shown_us + 1)), cut)
        self._forget(cause)

    def discard(self, cut: str, cause: str) -> None:
        """Seal what was written and forget what waits: for a caller that cannot trust the waiting samples."""
        if self._running:
            self._seal(self._running.end_us, cut)
        self._forget(cause)

    def _forget(self, cause: str) -> None:
        self.picture.forget()
        self.sound.forget()
        self._waiting_since_us = None
        self._at_once = False
        self._depth = self._seen = 0
        self.cause = cause

    def _step(self, now_us: int, closing: bool) -> bool:
        """One decision; True when the next may follow at once."""
        running = self._running
        if running is None:
            return self._start()
        if running.segment.failed:
            self._seal(running.end_us, "lost")
            self.cause = running.segment.trouble
            self._at_once = True
            return True
        fitting = self._fitting_sounds()
        misfit_us = self.sound.times_us[fitting] if fitting < len(self.sound) else None
        cut = find_cut(self._leader, running.piece.begin_us, running.leader.config, misfit_us)
        if cut is None:
            self._write_complete(now_us, closing, fitting)
            return False
        at_us = self._leader.times_us[cut.index]
        self._write(cut.index, min(fitting, self._sounds_before(at_us)))
        if running.sound and not closing and now_us - at_us < LATE_SOUND_US and not len(self.sound):
            return False
        if running.segment.failed:
            return True
        self._cut(Cut(0, cut.reason), at_us)
        return self._running is not None

    def _start(self) -> bool:
        self._leader.drop_unconfigured()
        if not len(self._leader):
            self.sound.take(max(0, len(self.sound) - SOUND_ALONE_LIMIT))
            return False
        if self._waiting_since_us is None:
            self._waiting_since_us = self._leader.times_us[0]
        found = find_start(self._leader, self._waiting_since_us, at_once=self._at_once)
        if found is None:
            return False
        index, start = found
        self._leader.take(index)
        self.sound.take(self._sounds_before(self._leader.times_us[0]))
        self._open(start)
        return self._running is not None

    def _cut(self, cut: Cut, at_us: int) -> None:
        assert self._running is not None
        self._seal(at_us if at_us - self._running.piece.begin_us < LONGEST_US else self._running.end_us, cut.reason)
        self._open(cleanness(self._leader.flags[0]))

    def _open(self, start: str) -> None:
        epoch = self._house.epoch
        first_us = self._leader.times_us[0]
        begin_us = max(first_us, self.account.taken_us or first_us)
        self._depth = max(self._depth, reorder_depth(self.picture.times_us))
        decode = DecodeTimes(self._depth, first_us, self.step_us)
        base_us = min(decode.first_us, self._sound_awaited_us(first_us))
        picture, sound = self._outputs(base_us, decode)
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
            self._at_once = True
            return
        piece = self.account.expect(epoch, begin_us, self.cause)
        self._running = _Running(segment, self._lane, piece, base_us, start, picture, sound, begin_us + 1)
        self._waiting_since_us = None
        self._at_once = False
        self.cause = "stream_lost"

    def _sound_awaited_us(self, first_us: int) -> int:
        """The earliest sound that the file to be opened will hold."""
        if self._leader is self.sound:
            return first_us
        if len(self.sound):
            return min(first_us, self.sound.times_us[0])
        goes_on = first_us - LATEST_SOUND_US < self._sound_until_us < first_us + HOLE_US
        return min(first_us, self._sound_until_us - HOLE_US) if goes_on else first_us

    def _outputs(self, base_us: int, decode: DecodeTimes) -> tuple[PictureOutput | None, SoundOutput | None]:
        picture_config = self.picture.config_at(0)
        sound_config = self.sound.config_at(0) if len(self.sound) else self.sound.last_config
        picture = sound = None
        if isinstance(picture_config, VideoConfig) and self._leader is self.picture:
            picture = PictureOutput(1, picture_config, base_us, decode, self.step_us)
        if isinstance(sound_config, AudioConfig):
            sound = SoundOutput(2 if picture else 1, sound_config, base_us, 20_000)
        return picture, sound

    def _write_complete(self, now_us: int, closing: bool, fitting: int) -> None:
        """Write what has a known duration: all but the newest sample of each track, and that too when it is old."""
        assert self._running is not None
        ahead = AHEAD if self._seen < LEARNING and self._leader is self.picture else 1
        leaders = _complete(self._leader, now_us, closing, ahead)
        sounds = 0 if self._leader is self.sound else min(fitting, _complete(self.sound, now_us, closing, 1))
        self._write(leaders, sounds)

    def _fitting_sounds(self) -> int:
        """How many of the waiting sounds the running file's sound track can hold."""
        assert self._running is not None
        if self._leader is self.sound:
            return len(self.sound)
        sound = self._running.sound
        early = self._sounds_before(self._running.base_us)
        self._running.notes["early_sound"] += len(self.sound.take(early).sizes)
        changes = [
            index for index in range(len(self.sound)) if sound is None or self.sound.config_at(index) != sound.config
        ]
        return changes[0] if changes else len(self.sound)

    def _sounds_before(self, at_us: int) -> int:
        if self._leader is self.sound:
            return 0
        return next((index for index, time_us in enumerate(self.sound.times_us) if time_us >= at_us), len(self.sound))

    def _write(self, leaders: int, sounds: int) -> None:
        """Hand the first waiting samples to the disk, in fragments that are short enough."""
        running = self._running
        assert running is not None
        data: list[bytes | memoryview] = []
        while leaders or sounds:
            until_us = min([*self._leader.times_us[:leaders], *self.sound.times_us[:sounds]]) + self.fragment_us
            some = _within(self._leader, leaders, until_us, self.step_us)
            some_sounds = _within(self.sound, sounds, until_us, self.step_us)
            data += self._fragment(running, some, some_sounds)
            leaders, sounds = leaders - some, sounds - some_sounds
        if data:
            self._put(running, data)

    def _fragment(self, running: _Running, leaders: int, sounds: int) -> list[bytes | memoryview]:
        """The bytes of one fragment of the first waiting samples."""
        runs: list[Run] = []
        buffers: list[memoryview] = []
        for output, queue, count in (
            (running.picture, self.picture, leaders),
            (running.sound, self.sound, leaders if self._leader is self.sound else sounds),
        ):
            if output is not None and count:
                taken = queue.take(count)
                runs += output.runs(taken, queue.times_us)
                buffers += taken.buffers
                running.notes["damaged"] += sum(1 for flag in taken.flags if flag & DAMAGED)
        self._seen += leaders
        if running.picture is not None:
            self._depth = running.picture.depth
        if running.sound is not None:
            self._sound_until_us = running.sound.end_us
        running.end_us = max(running.end_us, running.leader.end_us)
        running.sequence += 1
        first = running.leader if runs[0].track_id == 1 else running.sound
        assert first is not None
        wall_us = running.piece.epoch.wall_us(running.base_us + runs[0].base_time * 1_000_000 // first.scale)
        return [fragment_header(running.sequence, runs, wall_us), *buffers]

    def _put(self, running: _Running, data: list[bytes | memoryview]) -> None:
        size = sum(len(item) for item in data)
        segment, until_us = running.segment, running.end_us
        if running.lane.backlog_bytes + size > BACKLOG_LIMIT_BYTES:
            segment.failed = True
            self._lane = self._house.give_up(segment, running.lane)
            return
        running.lane.put(lambda: segment.write(data, until_us), lambda error: self._written(segment, error), size)

    def _written(self, segment: OpenSegment, error: BaseException | None) -> None:
        if error is not None:
            self._house.disk_failed(segment, error)

    def _seal(self, end_us: int, cut: str) -> None:
        running, self._running = self._running, None
        assert running is not None
        running.piece.end_us = max(end_us, running.piece.begin_us + 1)
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
        self._house.seal(self.account, running.lane, running.segment, running.piece, entry)


def _complete(queue: TrackQueue, now_us: int, closing: bool, ahead: int) -> int:
    """How many samples are not needed as successors any more, or have waited long enough for one."""
    count = len(queue) if closing else max(0, len(queue) - ahead)
    while count < len(queue) and now_us - queue.times_us[count] > HOLD_US:
        count += 1
    return count


def _within(queue: TrackQueue, count: int, until_us: int, step_us: int) -> int:
    """How many of the first ``count`` samples are over before ``until_us``; one in any case if it begins before."""
    if not count or min(queue.times_us[:count]) >= until_us:
        return 0
    most = min(count, MOST_SAMPLES)
    latest = accumulate(queue.times_us[:most], max)
    return next((index for index, time_us in enumerate(latest) if index and time_us + step_us > until_us), most)


def _names(picture: PictureOutput | None, sound: SoundOutput | None) -> list[str]:
    return [codec_string(output.config) for output in (picture, sound) if output]
