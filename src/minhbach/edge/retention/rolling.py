"""Deletion by age: announced a lead ahead, carried out when the days are over.

Owns which segments an intent names and which of them a deletion takes. Promises that every segment that is old enough
and not held gets an intent that is good for it, whatever became of an earlier one (a hold made it void, it lapsed, the
days were changed), and that held footage is not announced. Leaves writing the entries to ``removal``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import takewhile

from minhbach.edge.archive.archive import Archive
from minhbach.edge.catalogue import Catalogue, Segment
from minhbach.edge.config import DAY_US, HOUR_US
from minhbach.edge.retention.removal import Removal, held_stretches, portions, present
from minhbach.ledger.rules import INTENT_LIFE_US, left_of
from minhbach.ledger.state import Hold, Intent, Reference, State, Stream, insert, overlaps, remaining

ROLL_US = HOUR_US
"""Intents are placed for an hour of footage at a time."""
ANNOUNCE_EVERY_US = HOUR_US // 6
MOST_LOOKS = 2_000
"""Ranges of intents looked at in one round: after a start all of them are looked at once."""
_ENDLESS = 1 << 53


class Rolling:
    """Call both methods every minute or so with the running time."""

    def __init__(self, archive: Archive, catalogue: Catalogue, removal: Removal) -> None:
        self._archive = archive
        self._catalogue = catalogue
        self._removal = removal
        self._announce_us = 0
        self._look_us: dict[Reference, int] = {}

    def announce(self, run_us: int) -> None:
        """Place intents for what will be old enough when their lead is over; one for all streams of a rule."""
        if run_us < self._announce_us:
            return
        self._announce_us = run_us + ANNOUNCE_EVERY_US
        state = self._state
        named = _Named(state, run_us)
        rules: dict[tuple[int, int], list[Stream]] = defaultdict(list)
        for _, stream in sorted(state.streams.items()):
            rules[stream.days, stream.minimum_days].append(stream)
        for (days, minimum_days), streams in rules.items():
            due_us = run_us - max(days, minimum_days) * DAY_US + state.lead_us
            if any(next(self._unnamed(each, named, due_us - ROLL_US), None) for each in streams):
                found = [segment for each in streams for segment in self._unnamed(each, named, due_us)]
                for portion in portions(found):
                    self._removal.announce(portion, days, minimum_days)

    def delete_due(self, run_us: int) -> None:
        """Carry out the intents whose lead is over, as far as their footage is old enough and not held.

        An intent is looked at once: what a hold kept from it then, that hold has made void for it. Only where the days
        were raised meanwhile is there something to come back for.
        """
        state = self._state
        looks = 0
        for reference, intent in list(state.intents.items()):
            age_us = run_us - intent.run_us
            if age_us < max(intent.lead_us, state.lead_us) or age_us >= INTENT_LIFE_US:
                continue
            if looks < MOST_LOOKS and self._look_us.get(reference, 0) <= run_us:
                looks += len(intent.ranges)
                self._look_us[reference] = run_us + ROLL_US if self._carry_out(intent, run_us) else _ENDLESS
        self._look_us = {key: value for key, value in self._look_us.items() if key in state.intents}

    @property
    def _state(self) -> State:
        return self._archive.book.replay.state

    def _unnamed(self, stream: Stream, named: _Named, due_us: int) -> Iterator[Segment]:
        """Segments that ended by ``due_us``, not held, for which no intent is good; in order."""
        camera, name = stream.camera, stream.stream
        held = held_stretches(self._state, camera, name)
        never = self._never_named(stream, named.ranges[camera, name], held)
        parts = [_until(due_us, never)]
        for hold in named.released:
            if hold.concerns(camera, name):
                void = self._catalogue.segments(camera, name, hold.begin_us, hold.end_us)
                parts.append(_until(due_us, (each for each in void if named.is_void(each, hold, held))))
        last = -1
        for segment in present(self._state, merge(*parts, key=lambda each: each.number)):
            if segment.number != last:
                yield segment
            last = segment.number

    def _never_named(self, stream: Stream, named: list[list[int]], held: list[tuple[int, int]]) -> Iterator[Segment]:
        for first, last in remaining(named, 0, _ENDLESS):
            yield from self._catalogue.numbered(stream.camera, stream.stream, first, last, held)

    def _carry_out(self, intent: Intent, run_us: int) -> bool:
        """Delete what may go; whether something in it is too young yet."""
        state = self._state
        due: list[Segment] = []
        young = False
        for camera, name, first, last in intent.ranges:
            stream = state.streams[camera, name]
            oldest_us = run_us - max(stream.days, stream.minimum_days, intent.days) * DAY_US
            held = held_stretches(state, camera, name, since=intent.placed_at)
            for low, high in left_of(stream, first, last):
                found = list(_until(oldest_us, self._catalogue.numbered(camera, name, low, high, held)))
                reached = found[-1].number if found else low - 1
                young = young or any(True for _ in self._catalogue.numbered(camera, name, reached + 1, high, held))
                due += found
        for portion in portions(due):
            self._removal.remove("deletion", portion, intent=[intent.log, intent.index])
        return young


class _Named:
    """What the intents that have not lapsed name, by stream; and the holds whose release made some of it void."""

    def __init__(self, state: State, run_us: int) -> None:
        self._intents = [each for each in state.intents.values() if run_us - each.run_us < INTENT_LIFE_US]
        self.ranges: dict[tuple[str, str], list[list[int]]] = defaultdict(list)
        self.released: list[Hold] = [each for each in state.holds.values() if each.released_at]
        for intent in self._intents:
            for camera, name, first, last in intent.ranges:
                insert(self.ranges[camera, name], first, last)
        self._since: dict[str, dict[tuple[str, str], list[list[int]]]] = {}

    def is_void(self, segment: Segment, hold: Hold, held: list[tuple[int, int]]) -> bool:
        """No intent younger than the release of ``hold`` names the segment, nor is it held again."""
        if any(segment.begin_us < end_us and begin_us < segment.end_us for begin_us, end_us in held):
            return False
        ranges = self._since_release(hold)[segment.camera, segment.stream]
        return not overlaps(ranges, segment.number, segment.number)

    def _since_release(self, hold: Hold) -> dict[tuple[str, str], list[list[int]]]:
        if hold.hold not in self._since:
            ranges = self._since[hold.hold] = defaultdict(list)
            for intent in self._intents:
                if intent.placed_at > hold.released_at:
                    for camera, name, first, last in intent.ranges:
                        insert(ranges[camera, name], first, last)
        return self._since[hold.hold]


def _until(run_us: int, segments: Iterable[Segment]) -> Iterator[Segment]:
    """The segments that ended by a running time; age falls with the number, so the first younger one ends it."""
    return takewhile(lambda each: each.end_run_us <= run_us, segments)
