"""Where a segment ends and what time its samples get.

Owns the two decisions about a stream that need no disk: the cut (design 3.2: about ten seconds, at a key frame; a
longer group of pictures makes a longer segment, at most sixty, then a cut that says so) and the decode times of a
stream with reordered pictures (ISO/IEC 14496-12 8.6.1). Pure functions of the samples that wait.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from minhbach.edge.archive.pending import TrackQueue
from minhbach.edge.rtp.track import RECOVERY, SYNC
from minhbach.fmp4 import TrackConfig

TARGET_US = 10_000_000
TOLERANCE_US = 250_000
LIMIT_US = 60_000_000
UNCLEAN_AFTER_US = 5_000_000
CHANGE_US = 1_000_000
"""The shortest file that a change of parameters alone makes."""
RECENT = 16
"""So many pictures, the most a decoder may hold back, are looked at for one that is shown earlier."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The waiting sample that begins the next segment, and why the running one ends before it: key, limit or change."""

    index: int
    reason: str


def find_cut(queue: TrackQueue, begin_us: int, config: TrackConfig, wanted_since_us: int | None = None) -> Cut | None:
    """The first waiting sample at which a segment that began at ``begin_us`` with ``config`` must end.

    ``wanted_since_us``: since then the file lacks a place for what else has come (another sound); the next key frame,
    or any picture if none comes soon, will do for the change.
    """
    for index, (time_us, flags) in enumerate(zip(queue.times_us, queue.flags, strict=True)):
        length_us = time_us - begin_us
        if queue.configs and _must_change(queue.config_at(index), config, length_us):
            return Cut(index, "change")
        if flags & SYNC and length_us >= TARGET_US - TOLERANCE_US:
            return Cut(index, "key")
        if length_us >= LIMIT_US:
            return Cut(index, "limit")
        waited_us = -1 if wanted_since_us is None else time_us - wanted_since_us
        if waited_us >= 0 and (flags & SYNC or waited_us >= UNCLEAN_AFTER_US):
            return Cut(index, "change")
    return None


def _must_change(now: TrackConfig | None, before: TrackConfig, length_us: int) -> bool:
    """Whether pictures need another beginning of the file.

    A camera that changes its mind with every picture must not make a file of each: as long as the parameters travel
    with the pictures, the file can be decoded all the same.
    """
    return now != before and (length_us >= CHANGE_US or not getattr(now, "in_band", False))


def find_start(queue: TrackQueue, waiting_since_us: int, *, at_once: bool = False) -> tuple[int, str] | None:
    """The waiting sample a first segment may begin with, and how clean that is: key, recovery_point or unclean.

    A key frame is best; a stream with intra refresh never sends a second one, so after ``UNCLEAN_AFTER_US`` any picture
    will do: footage that starts with a smear is worth more than none (camera-quirks C41). ``at_once``: the pictures
    before these were ours to keep and are lost, so no more are given up.
    """
    best: tuple[int, str] | None = None
    for index, flags in enumerate(queue.flags):
        if flags & SYNC and not at_once:
            return index, "key"
        if flags & RECOVERY and best is None and not at_once:
            best = index, "recovery_point"
    if best is None and queue.times_us:
        if at_once:
            return 0, cleanness(queue.flags[0])
        if queue.times_us[-1] - waiting_since_us >= UNCLEAN_AFTER_US:
            return 0, "unclean"
    return best


def cleanness(flags: int) -> str:
    """What a segment's entry calls its first sample."""
    return "key" if flags & SYNC else "recovery_point" if flags & RECOVERY else "unclean"


def reorder_depth(times_us: Sequence[int]) -> int:
    """How many pictures at most are decoded before one that is shown earlier (0 without B frames)."""
    if all(before <= after for before, after in pairwise(times_us)):
        return 0
    depth = 0
    for index, time_us in enumerate(times_us):
        depth = max(depth, sum(1 for earlier in times_us[max(0, index - RECENT) : index] if earlier > time_us))
    return depth


class DecodeTimes:
    """Decode times of one segment's pictures: the presentation times in rising order, some pictures early.

    Every decode time is at or before its presentation time, so composition offsets are never negative (one style for
    ever; camera-quirks F08). How early is learned from the pictures: ``deepen`` before those that need it.
    """

    def __init__(self, depth: int, first_us: int, step_us: int) -> None:
        self._heap = [first_us - step_us * early for early in range(depth, 0, -1)]
        self.first_us = self._heap[0] if self._heap else first_us
        self._last_us = self.first_us - 1

    @property
    def depth(self) -> int:
        """How many pictures early decoding is; 0: presentation times are decode times."""
        return len(self._heap)

    def deepen(self, depth: int, next_us: int) -> None:
        """From now on ``depth`` pictures early; ``next_us`` is the earliest presentation time still to come."""
        missing = depth - len(self._heap)
        for number in range(1, missing + 1):
            heapq.heappush(self._heap, self._last_us + max(number, (next_us - self._last_us) * number // (missing + 1)))

    def next(self, presentation_us: int) -> int:
        """The decode time of the next picture."""
        decode_us = max(heapq.heappushpop(self._heap, presentation_us), self._last_us + 1)
        self._last_us = decode_us
        return decode_us

    def peek(self, presentation_us: int) -> int:
        """What ``next`` would return."""
        smallest = min(self._heap[0], presentation_us) if self._heap else presentation_us
        return max(smallest, self._last_us + 1)
