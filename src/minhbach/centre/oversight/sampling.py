"""Which moments of a room are looked at in a period: drawn by chance that nobody chooses, and led to by signs; pure.

Owns the drawing. The chance comes from a checkpoint that the recorder signed and a witness cosigned after the period
was over: no officer can know beforehand which minutes will be seen, no assessor can choose them, and whoever has the
log draws the same again. Chance is stratified by weekday and hour, so that a Monday morning that is always full does
not hide a Friday afternoon on which nobody sits there. Leaves where coverage and signs come from, and the rows, to
others.

A moment is drawn so, each number big-endian, SHA-256 over `DOMAIN`, the seed, a word and 8-byte numbers:

1. A slot is a clock hour of Vietnam in which, within office hours, footage lies long enough for one clip.
2. The next stratum (weekday 1-7, hour 0-23) is the one drawn the fewest times so far, among equals the one with the
   lowest hash of `stratum`, weekday, hour.
3. Its slot is the one with the lowest hash of `slot`, begin of the hour in seconds.
4. The clip begins at one of the whole seconds at which it fits: the hash of `start`, begin of the hour, modulo their
   number.

In the place of a clip that could not be shown comes the next slot of its stratum in the same order (`instead`); where
that has none left, of the stratum that is next by rule 2. A clip is looked at by a second person too where the hash of
`twice`, begin of the clip, modulo 100 lies below the share (`is_twice`).
"""

import datetime
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from minhbach.centre.words.formats import VIETNAM

DOMAIN = b"minhbach sample v1\n"
SECOND_US = 1_000_000
HOUR_US = 3_600 * SECOND_US

Span = tuple[int, int]
"""Unix µs, half open."""
Stratum = tuple[int, int]
"""ISO weekday 1-7 and hour 0-23, in Vietnam."""


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that happened at a moment and makes it worth a look. `weight`: more is looked at first."""

    kind: str
    at_us: int
    weight: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What could be looked at: when the office was open, when there is footage, what happened.

    `seen` counts how often each stratum was drawn in earlier periods.
    """

    open: Sequence[Span]
    covered: Sequence[Span]
    signs: Sequence[Sign] = ()
    seen: Mapping[Stratum, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many of each kind, and how long a clip is. `lead_us`: how much of it lies before a sign."""

    by_chance: int
    by_signs: int
    clip_us: int
    lead_us: int


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A clip to look at; without a sign it was drawn by chance."""

    begin_us: int
    end_us: int
    sign: Sign | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Draw:
    """What is looked at, by time; signs at which there is no footage to look at; among how many slots was drawn."""

    moments: tuple[Moment, ...]
    unseen: tuple[Sign, ...]
    slots: int
    strata: int


def seed_of(room: str, period: str, checkpoint: bytes) -> bytes:
    """The seed of a room's period (`2026-11`), from the text of the first cosigned checkpoint after its end."""
    parts = (room.encode(), period.encode(), checkpoint)
    return hashlib.sha256(DOMAIN + b"".join(len(part).to_bytes(8) + part for part in parts)).digest()


def draw(seed: bytes, frame: Frame, wanted: Wanted) -> Draw:
    """Draw the moments of one room and period; the same for the same arguments, in whatever order they come."""
    covered = joined(frame.covered)
    moments, unseen = _by_signs(seed, frame.signs, covered, wanted)
    slots = _slots(joined(frame.open), covered, wanted.clip_us)
    moments += _by_chance(seed, slots, Counter(frame.seen), wanted, moments)
    strata = len({stratum_of(begin) for begin in slots})
    return Draw(tuple(sorted(moments)), tuple(unseen), len(slots), strata)


def instead(seed: bytes, frame: Frame, clip_us: int, moment: Span, tried: Sequence[Span]) -> Moment | None:
    """The moment in the place of one that could not be shown; none where all that can be drawn was `tried`."""
    slots = _slots(joined(frame.open), joined(frame.covered), clip_us)
    first, drawn = stratum_of(moment[0]), Counter({**frame.seen})
    drawn.update(stratum_of(begin) for begin, _ in tried)

    def order(hour: int) -> tuple[bool, int, int, int]:
        stratum = stratum_of(hour)
        chance = _hash(seed, b"stratum", *stratum)
        return stratum != first, drawn[stratum], chance, _hash(seed, b"slot", hour // SECOND_US)

    taken = [Moment(*span) for span in tried]
    clips = (_clip_in(seed, hour, slots[hour], clip_us) for hour in sorted(slots, key=order))
    return next((Moment(*clip) for clip in clips if not _overlaps(clip, taken)), None)


def is_twice(seed: bytes, begin_us: int, percent: int) -> bool:
    """Whether a clip is one of the share that a second person looks at."""
    return _hash(seed, b"twice", begin_us // SECOND_US) % 100 < percent


def stratum_of(at_us: int) -> Stratum:
    """The weekday and hour of a moment."""
    at = datetime.datetime.fromtimestamp(at_us // SECOND_US, VIETNAM)
    return at.isoweekday(), at.hour


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time as spans that neither touch nor overlap, by time."""
    found: list[Span] = []
    for begin, end in sorted(span for span in spans if span[0] < span[1]):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def _both(some: Sequence[Span], others: Sequence[Span]) -> Iterator[Span]:
    """Where both are; each of them joined."""
    at = 0
    for begin, end in some:
        while at < len(others) and others[at][1] <= begin:
            at += 1
        for other in range(at, len(others)):
            if others[other][0] >= end:
                break
            yield max(begin, others[other][0]), min(end, others[other][1])


def _slots(office: Sequence[Span], covered: Sequence[Span], clip_us: int) -> dict[int, list[Span]]:
    """By the begin of each clock hour: the stretches in which a clip fits."""
    slots: dict[int, list[Span]] = {}
    for begin, end in _both(office, covered):
        for hour in range(begin - begin % HOUR_US, end, HOUR_US):
            stretch = max(begin, hour), min(end, hour + HOUR_US)
            if stretch[1] - stretch[0] >= clip_us:
                slots.setdefault(hour, []).append(stretch)
    return slots


def _by_signs(
    seed: bytes, signs: Sequence[Sign], covered: Sequence[Span], wanted: Wanted
) -> tuple[list[Moment], list[Sign]]:
    """The heaviest first; what lies in a clip already taken is seen with it."""
    taken: list[Moment] = []
    unseen: list[Sign] = []
    for sign in sorted(signs, key=lambda one: (-one.weight, _hash(seed, b"sign", one.at_us), one.kind, one.reference)):
        clip = _clip_around(sign.at_us, covered, wanted)
        if clip is None:
            unseen.append(sign)
        elif len(taken) < wanted.by_signs and not _overlaps(clip, taken):
            taken.append(Moment(*clip, sign))
    return taken, sorted(unseen, key=lambda sign: (sign.at_us, sign.kind, sign.reference))


def _clip_around(at_us: int, covered: Sequence[Span], wanted: Wanted) -> Span | None:
    """A clip with the moment in it, moved to where footage lies; None where none does at that moment."""
    for begin, end in covered:
        if begin <= at_us < end:
            first = max(begin, min(at_us - wanted.lead_us, end - wanted.clip_us))
            return first, min(end, first + wanted.clip_us)
    return None


def _by_chance(
    seed: bytes, slots: Mapping[int, Sequence[Span]], drawn: Counter[Stratum], wanted: Wanted, taken: Sequence[Moment]
) -> list[Moment]:
    waiting: dict[Stratum, list[int]] = {}
    for hour in sorted(slots, key=lambda begin: _hash(seed, b"slot", begin // SECOND_US), reverse=True):
        waiting.setdefault(stratum_of(hour), []).append(hour)
    found: list[Moment] = []
    while waiting and len(found) < wanted.by_chance:
        stratum = min(waiting, key=lambda one: (drawn[one], _hash(seed, b"stratum", *one)))
        hour = waiting[stratum].pop()
        if not waiting[stratum]:
            del waiting[stratum]
        clip = _clip_in(seed, hour, slots[hour], wanted.clip_us)
        # A moment that is looked at for another reason is not looked at twice; the stratum has its turn again.
        if not _overlaps(clip, taken):
            found.append(Moment(*clip))
            drawn[stratum] += 1
    return found


def _clip_in(seed: bytes, hour: int, stretches: Sequence[Span], clip_us: int) -> Span:
    """Each whole second at which the clip fits is as likely as each other."""
    starts = [(end - begin - clip_us) // SECOND_US + 1 for begin, end in stretches]
    left = _hash(seed, b"start", hour // SECOND_US) % sum(starts)
    for (begin, _), many in zip(stretches, starts, strict=True):
        if left < many:
            return begin + left * SECOND_US, begin + left * SECOND_US + clip_us
        left -= many
    raise AssertionError("the remainder lies below the sum")


def _overlaps(clip: Span, moments: Sequence[Moment]) -> bool:
    return any(clip[0] < each.end_us and each.begin_us < clip[1] for each in moments)


def _hash(seed: bytes, word: bytes, *numbers: int) -> int:
    data = DOMAIN + seed + word + b"".join(number.to_bytes(8) for number in numbers)
    return int.from_bytes(hashlib.sha256(data).digest())
