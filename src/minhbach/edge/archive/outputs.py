"""Samples of one track as track runs of a file.

Owns the arithmetic between presentation times in microseconds and the integer ticks of a file's timeline (ISO/IEC
14496-12 8.8.8): durations tile exactly, a hole in the sound becomes a jump of `tfdt` and never invented samples, and
where the order of pictures is not that of decoding, decode times are found that fit. Leaves boxes to ``fmp4`` and cuts
to ``series``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from minhbach.edge.archive.cutting import RECENT, DecodeTimes, reorder_depth
from minhbach.edge.archive.pending import Taken
from minhbach.edge.rtp.track import SYNC
from minhbach.fmp4 import NON_SYNC, AudioConfig, Run, VideoConfig, timescale
from minhbach.fmp4 import SYNC as SYNC_SAMPLE

HOLE_US = 60_000
"""Sound that comes this much later than its predecessor's samples last is sound after a hole, not jitter."""
LONGEST_GUESS_US = 1_000_000
"""A picture without a successor is taken to last as long as its kind does, but no longer than this."""


class PictureOutput:
    """The picture track of one file. ``base_us`` is media time zero on the monotonic clock.

    ``shown_us`` and ``end_us``: when the last picture is shown and until when, on the monotonic clock.
    """

    def __init__(self, track_id: int, config: VideoConfig, base_us: int, decode: DecodeTimes, step_us: int) -> None:
        self.config = config
        self.scale = timescale(config)
        self.shown_us = self.end_us = base_us
        self._track_id = track_id
        self._base_us = base_us
        self._decode = decode
        self._step_us = min(step_us, LONGEST_GUESS_US)
        self._least_us = self._step_us
        self._decoded_us: int | None = None
        self._end_tick = 0
        self._recent: list[int] = []

    @property
    def depth(self) -> int:
        """How many pictures are decoded before one that is shown earlier, as far as is known."""
        return self._decode.depth

    def runs(self, taken: Taken, ahead_us: Sequence[int]) -> list[Run]:
        """One run; ``ahead_us`` are the presentation times of the samples that wait behind the taken ones."""
        self._learn(taken.times_us, ahead_us)
        decode_us = [self._decode.next(time_us) for time_us in taken.times_us]
        self._measure(decode_us)
        following_us = ahead_us[0] if ahead_us else max(taken.times_us) + self._step_us
        until_us = self._decode.peek(ahead_us[0] if ahead_us else max(taken.times_us) + self._least_us // 2)
        ticks = [self._tick(time_us) for time_us in [*decode_us, until_us]]
        ticks[0] = max(ticks[0], self._end_tick)
        for index in range(1, len(ticks)):
            ticks[index] = max(ticks[index], ticks[index - 1] + 1)
        self._end_tick = ticks[-1]
        self.shown_us = max(self.shown_us, *taken.times_us)
        # Behind reordered pictures the next one to be decoded is not the next one to be shown.
        shown_until_us = self.shown_us + self._step_us if self.depth else following_us
        self.end_us = max(self.end_us, shown_until_us)
        return [
            Run(
                track_id=self._track_id,
                base_time=ticks[0],
                durations=[after - before for before, after in pairwise(ticks)],
                sizes=taken.sizes,
                flags=[SYNC_SAMPLE if flag & SYNC else NON_SYNC for flag in taken.flags],
                offsets=self._offsets(taken.times_us, ticks) if self.depth else None,
            )
        ]

    def _measure(self, decode_us: Sequence[int]) -> None:
        """How close two pictures of this file came: one without a successor is written as half as long, so that the
        next, however late it arrives, is never behind its own time. The usual length would be too long: it grows with
        each picture that a busy camera leaves out.
        """
        known_us = decode_us if self._decoded_us is None else [self._decoded_us, *decode_us]
        self._least_us = min([self._least_us, *(after - before for before, after in pairwise(known_us))])
        self._decoded_us = decode_us[-1]

    def _learn(self, times_us: Sequence[int], ahead_us: Sequence[int]) -> None:
        depth = reorder_depth([*self._recent, *times_us, *ahead_us])
        if depth > self.depth:
            self._decode.deepen(depth, min([*times_us, *ahead_us]))
        self._recent = [*self._recent, *times_us][-RECENT:]

    def _offsets(self, times_us: Sequence[int], ticks: Sequence[int]) -> list[int]:
        shown = [self._tick(time_us) for time_us in times_us]
        return [max(0, show - tick) for show, tick in zip(shown, ticks, strict=False)]

    def _tick(self, time_us: int) -> int:
        return _ticks(time_us - self._base_us, self.scale)


class SoundOutput:
    """The sound track of one file. The times have the names they have in `PictureOutput`."""

    def __init__(self, track_id: int, config: AudioConfig, base_us: int, step_us: int) -> None:
        self.config = config
        self.scale = timescale(config)
        self.shown_us = self.end_us = base_us
        self._track_id = track_id
        self._base_us = base_us
        self._step_us = min(step_us, LONGEST_GUESS_US)
        self._end_tick = 0

    def runs(self, taken: Taken, ahead_us: Sequence[int]) -> list[Run]:
        """One run for each stretch without a hole; ``ahead_us`` as in `PictureOutput`."""
        lengths = [self._length(size) for size in taken.sizes]
        ticks = [_ticks(time_us - self._base_us, self.scale) for time_us in taken.times_us]
        ticks[0] = max(ticks[0], self._end_tick)
        ticks.append(_ticks(ahead_us[0] - self._base_us, self.scale) if ahead_us else ticks[-1] + lengths[-1])
        hole = HOLE_US * self.scale // 1_000_000
        durations, begins = [], [0]
        for index, length in enumerate(lengths):
            ticks[index + 1] = max(ticks[index + 1], ticks[index] + 1)
            jump = ticks[index + 1] - ticks[index] - length > hole
            durations.append(length if jump else ticks[index + 1] - ticks[index])
            if jump and index + 1 < len(lengths):
                begins.append(index + 1)
        self._end_tick = ticks[len(lengths) - 1] + durations[-1]
        self.shown_us = max(self.shown_us, taken.times_us[-1])
        self.end_us = max(self.end_us, self._base_us + self._end_tick * 1_000_000 // self.scale)
        ends = [*begins[1:], len(lengths)]
        return [self._run(ticks, durations, taken.sizes, begin, end) for begin, end in zip(begins, ends, strict=True)]

    def _run(self, ticks: Sequence[int], durations: Sequence[int], sizes: Sequence[int], begin: int, end: int) -> Run:
        return Run(
            track_id=self._track_id,
            base_time=ticks[begin],
            durations=durations[begin:end],
            sizes=sizes[begin:end],
            flags=[SYNC_SAMPLE] * (end - begin),
            offsets=None,
        )

    def _length(self, size: int) -> int:
        """Ticks that a sample of ``size`` bytes lasts by its own format."""
        if self.config.codec in ("alaw", "ulaw"):
            return max(1, size // self.config.channels)
        if self.config.codec == "aac":
            return 1024
        return max(1, self._step_us * self.scale // 1_000_000)


def _ticks(media_us: int, scale: int) -> int:
    return max(0, media_us * scale + 500_000) // 1_000_000
