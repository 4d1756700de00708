"""Whether proven entries account for every instant of a stream in a range.

Owns: joining stretches in the recorder's monotonic time and finding what is missing, removed or not recorded. Promises:
only entries handed in as proven count; the remarks carry exact microseconds. Leaves to others: proofs (`verify`), what
stretches rest on (`grounds`), the law of the whole history (`rules`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from minhbach.ledger.entry import CLOCK_KINDS, REMOVAL_KINDS, Entry
from minhbach.ledger.selection import Place, log_order
from minhbach.ledger.verdicts import Remark


@dataclass(frozen=True, slots=True)
class Proven:
    """A valid entry at its place; `trusted` when a key of the court covers it, `time_s` when a witness signed it."""

    place: Place
    entry: Entry
    trusted: bool
    time_s: int | None

    @property
    def removes(self) -> bool:
        return self.entry["kind"] in REMOVAL_KINDS

    def is_stretch_of(self, camera: str, stream: str) -> bool:
        """True for a segment or gap of this stream."""
        entry = self.entry
        return entry["kind"] in ("segment", "gap") and entry["camera"] == camera and entry["stream"] == stream

    def is_in(self, removals: Iterable[Entry]) -> bool:
        """True when one of these removal entries names this segment."""
        return any(_names(item, self.entry) for removal in removals for item in removal["segments"])

    def remark(self, kind: str, values: dict[str, object]) -> Remark:
        """A remark on this stretch; a scope may name an entry that is none, which then has no camera and no time."""
        camera, stream, begin_us, end_us = map(self.entry.get, ("camera", "stream", "begin_us", "end_us"))
        return Remark(kind, camera, stream, begin_us, end_us, values)


@dataclass(frozen=True, slots=True)
class _Instant:
    boot: str
    mono_us: int


def examine_stream(
    proven: Mapping[Place, Proven], camera: str, stream: str, begin_us: int, end_us: int
) -> Iterator[Remark]:
    """Gaps, removals, holes and doubled stretches of one stream in begin ≤ wall < end."""
    stretches = [each for each in proven.values() if each.is_stretch_of(camera, stream)]
    stretches.sort(key=lambda each: (log_order(each.place[0]), each.place[1]))
    chain = [(each, _ends(proven, each)) for each in stretches]
    for (before, (_, end)), (after, (begin, _)) in pairwise(chain):
        if end is not None and begin is not None and end != begin:
            yield _break(before, end, after, begin)
    asked = _without_margin(stretches, begin_us, end_us)
    yield from _absent(asked, [each for each in proven.values() if each.removes])
    yield from _uncovered(stretches, camera, stream, begin_us, end_us)


def _ends(proven: Mapping[Place, Proven], stretch: Proven) -> tuple[_Instant | None, _Instant | None]:
    entry = stretch.entry
    own = (stretch.place[0], entry["clock"])
    named = entry["footage_clock"] if entry["kind"] == "segment" else entry["begin_clock"]
    first = _instant(proven, (named[0], named[1]), entry["begin_us"])
    last = _instant(proven, (named[0], named[1]) if entry["kind"] == "segment" else own, entry["end_us"])
    return first, last


def _instant(proven: Mapping[Place, Proven], place: Place, wall_us: int) -> _Instant | None:
    clock = proven.get(place)
    if clock is None or clock.entry["kind"] not in CLOCK_KINDS:
        return None
    return _Instant(clock.entry["boot"], wall_us - clock.entry["offset_us"])


def _break(before: Proven, end: _Instant, after: Proven, begin: _Instant) -> Remark:
    overlap = end.boot == begin.boot and begin.mono_us < end.mono_us
    kind = "stretch_doubled" if overlap else "stretch_missing"
    entry = after.entry
    return Remark(kind, entry["camera"], entry["stream"], before.entry["end_us"], entry["begin_us"])


def _without_margin(stretches: list[Proven], begin_us: int, end_us: int) -> list[Proven]:
    """From the first to the last that touch the range: a gap before or behind it takes nothing from it."""
    touch = [at for at, each in enumerate(stretches) if touches(each.entry, begin_us, end_us)]
    return stretches[touch[0] : touch[-1] + 1] if touch else []


def touches(entry: Entry, begin_us: int, end_us: int) -> bool:
    """Whether the label of a stretch, which a clock may have turned round, touches begin ≤ t < end (wall µs)."""
    low, high = sorted((entry["begin_us"], entry["end_us"]))
    return bool(low < end_us and begin_us < high)


def _absent(stretches: list[Proven], removals: list[Proven]) -> Iterator[Remark]:
    for each in stretches:
        if each.entry["kind"] == "gap":
            yield each.remark("gap", {"cause": each.entry["cause"]})
            continue
        for removal in removals:
            if each.is_in([removal.entry]):
                log, index = removal.place
                yield each.remark("removed", {"kind": removal.entry["kind"], "log": log, "index": index})
                break


def _uncovered(stretches: list[Proven], camera: str, stream: str, begin_us: int, end_us: int) -> Iterator[Remark]:
    """What of the range no label covers: outside the chain it is missing, inside the clock jumped over it."""
    labels = sorted(sorted((each.entry["begin_us"], each.entry["end_us"])) for each in stretches)
    at_us = begin_us
    for low, high in labels:
        if low > at_us and at_us < end_us:
            kind = "range_uncovered" if at_us == begin_us and low == labels[0][0] else "clock_moved"
            yield Remark(kind, camera, stream, at_us, min(low, end_us))
        at_us = max(at_us, high)
    if at_us < end_us:
        yield Remark("range_uncovered", camera, stream, at_us, end_us)


def _names(item: list[Any], segment: Entry) -> bool:
    return bool(item[:2] == [segment["camera"], segment["stream"]] and item[2] <= segment["number"] <= item[3])
