"""Deletion by age: announced a lead ahead, carried out when the days are over.

Owns which segments an intent names and which of them a deletion takes. Promises that every segment that is old enough
and not held gets an intent that is good for it, whatever became of an earlier one (a hold made it void, it lapsed, the
days were changed), and that held footage is not announced. Leaves writing the entries to ``removal``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice, takewhile

from minhbach.edge.archive.archive import Archive
from minhbach.edge.catalogue import Catalogue, Segment
from minhbach.edge.config import DAY_US, HOUR_US
from minhbach.edge.retention.removal import Removal, held_stretches, portions, present
from minhbach.ledger.rules import INTENT_LIFE_US, left_of
from minhbach.ledger.state import Hold, Intent, Range, Reference, State, Stream, insert, remaining

ROLL_US = HOUR_US
"""Intents are placed for an hour of footage at a time."""
ANNOUNCE_EVERY_US = HOUR_US // 6
MOST_SEGMENTS = 5_000
"""Named or deleted in one round; the rest in the next."""
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
        self._touches: dict[tuple[str, int, str, str, int], bool] = {}

    def announce(self, run_us: int) -> None:
        """Place intents for what will be old enough when their lead is over; one for all streams of a rule."""
        if run_us < self._announce_us:
            return
        self._announce_us = run_us + ANNOUNCE_EVERY_US
        state = self._state
        named = self._named(run_us)
        rules: dict[tuple[int, int], list[Stream]] = defaultdict(list)
        for _, stream in sorted(state.streams.items()):
            rules[stream.days, stream.minimum_days].append(stream)
        for (days, minimum_days), streams in rules.items():
            due_us = run_us - max(days, minimum_days) * DAY_US + state.lead_us
            if any(next(self._unnamed(each, named, due_us - ROLL_US), None) for each in streams):
                due = (segment for each in streams for segment in self._unnamed(each, named, due_us))
                found = list(islice(due, MOST_SEGMENTS))
                if len(found) == MOST_SEGMENTS:
                    self._announce_us = run_us
                for portion in portions(found):
                    self._removal.announce(portion, days, minimum_days)

    def delete_due(self, run_us: int) -> None:
        """Carry out the intents whose lead is over, as far as their footage is old enough and not held.

        An intent is looked at once: what a hold kept from it then, that hold has made void for it. Only where the days
        were raised meanwhile is there something to come back for.
        """
        state = self._state
        looks = deleted = 0
        for reference, intent in list(state.intents.items()):
            age_us = run_us - intent.run_us
            if age_us < max(intent.lead_us, state.lead_us) or age_us >= INTENT_LIFE_US:
                continue
            due = self._look_us.get(reference, 0) <= run_us
            if due and looks < MOST_LOOKS and deleted < MOST_SEGMENTS:
                segments, young = self._due(intent, run_us)
                looks += len(intent.ranges)
                deleted += len(segments)
                self._look_us[reference] = run_us + ROLL_US if young else _ENDLESS
                for portion in portions(segments):
                    self._removal.remove("deletion", portion, intent=[intent.log, intent.index])
        self._look_us = {key: value for key, value in self._look_us.items() if key in state.intents}

    @property
    def _state(self) -> State:
        return self._archive.book.replay.state

    def _unnamed(self, stream: Stream, named: dict[tuple[str, str], list[list[int]]], due_us: int) -> Iterator[Segment]:
        """Segments that ended by ``due_us``, not held, for which no intent is good; in order."""
        camera, name = stream.camera, stream.stream
        held = held_stretches(self._state, camera, name)
        for first, last in remaining(named[camera, name], 0, _ENDLESS):
            found = self._catalogue.numbered(camera, name, first, last, held)
            yield from present(self._state, _until(due_us, found))

    def _named(self, run_us: int) -> dict[tuple[str, str], list[list[int]]]:
        """What intents name that have not lapsed, by stream, but for ranges in which a hold made something void."""
        released = [each for each in self._state.holds.values() if each.released_at]
        if not released:
            self._touches.clear()
        ranges: dict[tuple[str, str], list[list[int]]] = defaultdict(list)
        for intent in self._state.intents.values():
            if run_us - intent.run_us >= INTENT_LIFE_US:
                continue
            for camera, name, first, last in intent.ranges:
                if not any(self._is_void(intent, [camera, name, first, last], each) for each in released):
                    insert(ranges[camera, name], first, last)
        return ranges

    def _is_void(self, intent: Intent, item: Range, hold: Hold) -> bool:
        """Whether the hold, released after the intent was placed, touched anything of a range that is still there."""
        camera, name, first, last = item
        if hold.released_at < intent.placed_at or not hold.concerns(camera, name):
            return False
        if not left_of(self._state.streams[camera, name], first, last):
            return False
        key = hold.hold, intent.placed_at, camera, name, first
        if key not in self._touches:
            self._touches[key] = self._catalogue.touched(camera, name, first, last, hold.begin_us, hold.end_us)
        return self._touches[key]

    def _due(self, intent: Intent, run_us: int) -> tuple[list[Segment], bool]:
        """What of an intent may be deleted now; whether something in it is too young yet."""
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
        return due, young


def _until(run_us: int, segments: Iterable[Segment]) -> Iterator[Segment]:
    """The segments that ended by a running time; age falls with the number, so the first younger one ends it."""
    return takewhile(lambda each: each.end_run_us <= run_us, segments)
