"""Which part of each picture is covered: boxes that a person drew, and where they went in between.

Owns the arithmetic of covers; no picture, no disk. Promises that what is uncertain covers more, never less: between two
drawn boxes a thing is searched from both; where the two searches differ, both places and all between are covered; where
both have lost it, everything it can have reached from where it was last and first seen; behind the last drawn box what
is covered grows until somebody draws again or says that it is gone. Times are wall µs, boxes ten-thousandths.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from minhbach.decode.orders import WHOLE, Box

S = 1_000_000
REACH_A_S = 6_000
"""How far anything gets in a second: six tenths of the picture, a person who runs past close to the camera."""
MARGIN_SHARE, MARGIN_LEAST = 0.18, 120
"""Around what was found: of the box's own size, and at least."""
DOUBT_A_S = 80
"""What is added for every second since the last box that a person drew, where only one search holds."""
TRUST_US = 3_000_000
"""How long a search is believed with no drawn box on its other side: it may be stuck to what was behind somebody."""
BEFORE_US = 1_000_000
"""Before its first box a thing may have come in unseen: one step between the pictures that a person looks at."""


@dataclass(frozen=True, slots=True)
class Key:
    """A box that a person drew in one picture."""

    at_us: int
    box: Box


@dataclass(frozen=True, slots=True)
class Track:
    """One person, or one thing, that is to be covered. `ends_us`: gone from then on; None: there to the end.

    `keys` are at least one, in order of time.
    """

    number: int
    keys: tuple[Key, ...]
    ends_us: int | None = None

    @property
    def begins_us(self) -> int:
        """From when on something is covered."""
        return self.keys[0].at_us - BEFORE_US

    def covers(self, at_us: int) -> bool:
        """Whether it is covered at that moment."""
        return self.begins_us <= at_us and (self.ends_us is None or at_us < self.ends_us)


@dataclass(frozen=True)
class Paths:
    """Where a track was found, searched forward and backward, by time."""

    forward: Mapping[int, Box]
    backward: Mapping[int, Box]

    @cached_property
    def forward_times(self) -> list[int]:
        """When it was found going forward."""
        return sorted(self.forward)

    @cached_property
    def backward_times(self) -> list[int]:
        """When it was found going backward."""
        return sorted(self.backward)


def cover(track: Track, paths: Paths, at_us: int) -> Box | None:
    """What is covered for a track at that moment; None where it is not there."""
    if not track.covers(at_us):
        return None
    place = bisect_right([key.at_us for key in track.keys], at_us)
    before = track.keys[place - 1] if place else None
    after = track.keys[place] if place < len(track.keys) else None
    if before is not None and before.at_us == at_us:
        return inflated(before.box, margin(before.box))
    seen_before = paths.forward.get(at_us) if _believed(before, after, at_us) else None
    seen_after = paths.backward.get(at_us) if _believed(after, before, at_us) else None
    if seen_before is not None and seen_after is not None:
        both = hull(seen_before, seen_after)
        return inflated(both, margin(both))
    single = seen_before if seen_before is not None else seen_after
    if single is None:
        return _reach(paths, before, after, at_us)
    if before is not None and after is not None:
        # One search alone may have taken the wrong thing: where it ought to be by now is covered too.
        single = hull(single, between(before, after, at_us))
    since_us = min(abs(at_us - key.at_us) for key in (before, after) if key is not None)
    return inflated(single, margin(single) + DOUBT_A_S * since_us // S)


def between(before: Key, after: Key, at_us: int) -> Box:
    """Where a thing is that goes evenly from one box to the other."""
    share, whole = at_us - before.at_us, after.at_us - before.at_us
    left, top, width, height = (a + (b - a) * share // whole for a, b in zip(before.box, after.box, strict=True))
    return left, top, max(1, width), max(1, height)


def _believed(near: Key | None, other: Key | None, at_us: int) -> bool:
    return near is not None and (other is not None or abs(at_us - near.at_us) <= TRUST_US)


def _reach(paths: Paths, before: Key | None, after: Key | None, at_us: int) -> Box:
    """Where it can be at all, from where it was last certain before and first certain after."""
    left = _last(paths, before, at_us if after is not None or before is None else min(at_us, before.at_us + TRUST_US))
    right = _first(paths, after, at_us)
    found: list[Box] = []
    for certain in (left, right):
        if certain is not None:
            away_us = abs(at_us - certain.at_us)
            found.append(inflated(certain.box, margin(certain.box) + REACH_A_S * away_us // S))
    if len(found) == 2:
        # Both can only be true together; if they exclude each other somebody went faster than anybody can.
        return intersection(*found) or (0, 0, WHOLE, WHOLE)
    return found[0]


def _last(paths: Paths, key: Key | None, at_us: int) -> Key | None:
    if key is None:
        return None
    place = bisect_right(paths.forward_times, at_us) - 1
    found = paths.forward_times[place] if place >= 0 else key.at_us
    return Key(found, paths.forward[found]) if place >= 0 and found >= key.at_us else key


def _first(paths: Paths, key: Key | None, at_us: int) -> Key | None:
    if key is None:
        return None
    place = bisect_left(paths.backward_times, at_us)
    found = paths.backward_times[place] if place < len(paths.backward_times) else key.at_us + 1
    return Key(found, paths.backward[found]) if found <= key.at_us else key


def covers(
    tracks: Iterable[tuple[Track, Paths]], decided: Sequence[tuple[int, int]], times: Iterable[int]
) -> dict[int, list[Box]]:
    """The boxes over each picture; pictures about which nobody decided are left out, and so become black."""
    pairs = list(tracks)
    found: dict[int, list[Box]] = {}
    for at_us in times:
        if any(begin_us <= at_us < end_us for begin_us, end_us in decided):
            boxes = (cover(track, paths, at_us) for track, paths in pairs)
            found[at_us] = [box for box in boxes if box is not None]
    return found


def margin(box: Box) -> int:
    """What is added on each side of a box that was found."""
    return max(MARGIN_LEAST, round(max(box[2], box[3]) * MARGIN_SHARE))


def inflated(box: Box, by: int) -> Box:
    """Wider on each side, inside the picture."""
    left, top = max(0, box[0] - by), max(0, box[1] - by)
    right, bottom = min(WHOLE, box[0] + box[2] + by), min(WHOLE, box[1] + box[3] + by)
    return left, top, max(1, right - left), max(1, bottom - top)


def hull(one: Box, other: Box) -> Box:
    """The smallest box around both."""
    left, top = min(one[0], other[0]), min(one[1], other[1])
    right = max(one[0] + one[2], other[0] + other[2])
    bottom = max(one[1] + one[3], other[1] + other[3])
    return left, top, right - left, bottom - top


def intersection(one: Box, other: Box) -> Box | None:
    """What both have; None where they have nothing."""
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right = min(one[0] + one[2], other[0] + other[2])
    bottom = min(one[1] + one[3], other[1] + other[3])
    return (left, top, right - left, bottom - top) if left < right and top < bottom else None
