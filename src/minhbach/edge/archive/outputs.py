"""Samples of one track as track runs of a file.

Owns the arithmetic between presentation times in microseconds and the integer ticks of a file's timeline (ISO/IEC
14496-12 8.8.8): durations tile exactly, a hole in the sound becomes a jump of `tfdt` and never invented samples.
Leaves boxes to ``fmp4`` and cuts to ``series``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from minhbach.edge.archive.cutting import DecodeTimes
from minhbach.edge.archive.pending import Taken
from minhbach.edge.rtp.track import SYNC
from minhbach.fmp4 import NON_SYNC, AudioConfig, Run, VideoConfig, timescale
from minhbach.fmp4 import SYNC as SYNC_SAMPLE

HOLE_US = 60_000
"""Sound that comes this much later than its predecessor's samples last is sound after a hole, not jitter."""


class PictureOutput:
    """The picture track of one file. ``base_us`` is media time zero on the monotonic clock."""

    def __init__(self, track_id: int, config: VideoConfig, base_us: int, decode: DecodeTimes, step_us: int) -> None:
        self.config = config
        self.scale = timescale(config)
        self._track_id = track_id
        self._base_us = base_us
        self._decode = decode
        self._step_us = step_us
        self._end_tick = 0

    def runs(self, taken: Taken, next_us: int | None) -> list[Run]:
        """One run; ``next_us`` is the presentation time of the sample behind the last, None when there is none yet."""
        decode_us = [self._decode.next(time_us) for time_us in taken.times_us]
        following_us = taken.times_us[-1] + self._step_us if next_us is None else next_us
        ticks = [self._tick(time_us) for time_us in [*decode_us, self._decode.peek(following_us)]]
        ticks[0] = max(ticks[0], self._end_tick)
        for index in range(1, len(ticks)):
            ticks[index] = max(ticks[index], ticks[index - 1] + 1)
        self._end_tick = ticks[-1]
        offsets = None
        if self._decode.reorders:
            shown = [self._tick(time_us) for time_us in taken.times_us]
            offsets = [max(0, show - tick) for show, tick in zip(shown, ticks, strict=False)]
        return [
            Run(
                track_id=self._track_id,
                base_time=ticks[0],
                durations=[after - before for before, after in pairwise(ticks)],
                sizes=taken.sizes,
                flags=[SYNC_SAMPLE if flag & SYNC else NON_SYNC for flag in taken.flags],
                offsets=offsets,
            )
        ]

    def _tick(self, time_us: int) -> int:
        return max(0, (time_us - self._base_us) * self.scale + 500_000) // 1_000_000


class SoundOutput:
    """The sound track of one file."""

    def __init__(self, track_id: int, config: AudioConfig, base_us: int, step_us: int) -> None:
        self.config = config
        self.scale = timescale(config)
        self._track_id = track_id
        self._base_us = base_us
        self._step_us = step_us
        self._end_tick = 0

    def runs(self, taken: Taken, next_us: int | None) -> list[Run]:
        """One run for each stretch without a hole."""
        lengths = [self._length(size) for size in taken.sizes]
        ticks = [max(0, (time_us - self._base_us) * self.scale + 500_000) // 1_000_000 for time_us in taken.times_us]
        ticks[0] = max(ticks[0], self._end_tick)
        following = None if next_us is None else max(0, (next_us - self._base_us) * self.scale) // 1_000_000
        ticks.append(ticks[-1] + lengths[-1] if following is None else following)
        hole = HOLE_US * self.scale // 1_000_000
        durations, begins = [], [0]
        for index, length in enumerate(lengths):
            ticks[index + 1] = max(ticks[index + 1], ticks[index] + 1)
            jump = ticks[index + 1] - ticks[index] - length > hole
            durations.append(length if jump else ticks[index + 1] - ticks[index])
            if jump and index + 1 < len(lengths):
                begins.append(index + 1)
        self._end_tick = ticks[len(lengths) - 1] + durations[-1]
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
