"""A long life of lawful deletions, judged by the law of FORMAT.md sections 6 and 7.

Owns a history in which one camera records without a break and every segment goes when its day is over: announced an
hour ahead, removed one by one. Promises that all of it is lawful, so that each accusation is a false alarm; and keeps
the unlawful deletions that may follow on it, each wrong in one thing only, of which each one that is not accused was
missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from minhbach.bench.packages import BEGIN_US, CAMERA, LOG, NAME, RECORDER, SEGMENT_US
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import entry as entries
from minhbach.ledger.entry import Entry
from minhbach.ledger.findings import Finding, accusations
from minhbach.ledger.history import Replay

_DAY = 8_640
_HOUR = 360  # segments
_LEAD_US = _HOUR * SEGMENT_US
_RULE = {"days": 1, "minimum_days": 0}
_BEFORE = 50
"""Segments that went lawfully before one goes unlawfully."""
_HOLD, _HASH = "01900000-0000-7000-8000-0000000000aa", "0" * 64


def false_alarms(expiries: int) -> list[Finding]:
    """What the law accuses in so many lawful deletions."""
    replay, found = Replay(), []
    for index, value in enumerate(history(expiries)):
        found += replay.feed(index, entries.decode(entries.encode(value)))
    return accusations(found)


def unlawful() -> list[tuple[str, list[Entry]]]:
    """Endings of a lawful history: what is to be accused, and the entries, the last of which deletes."""
    found = _Ending(list(history(_BEFORE)))
    first, second = found.intents[:2]
    gone = found.deletion(_BEFORE, first)
    return [
        ("intent_missing", [found.deletion(_BEFORE, 3)]),  # what it names is no intent
        ("intent_missing", [found.deletion(found.segments - 1, first)]),  # the intent does not name it
        ("intent_too_fresh", [found.deletion(_HOUR, second)]),
        ("too_young", [found.deletion(_HOUR - 1, first)]),
        ("deleted_twice", [found.deletion(0, first)]),
        ("segment_unknown", [found.deletion(found.segments, first)]),
        ("deleted_under_hold", [found.held, gone]),
        ("intent_voided", [found.held, found.let_go, gone]),
        ("deleted_under_hold", [found.held, found.erasure(_BEFORE)]),
        ("emergency_without_need", [found.emergency(_BEFORE)]),
    ]


def missed() -> list[str]:
    """Of the unlawful deletions those that the law does not accuse of what they are."""
    replay, values = Replay(), list(history(_BEFORE))
    for index, value in enumerate(values):
        replay.feed(index, entries.decode(entries.encode(value)))
    return [kind for kind, ending in unlawful() if kind not in _accused(deepcopy(replay), len(values), ending)]


def _accused(replay: Replay, index: int, ending: list[Entry]) -> set[str]:
    """Of what the last of these entries is accused."""
    found: list[Finding] = []
    for place, value in enumerate(ending, index):
        found = replay.feed(place, entries.decode(entries.encode(value)))
    return {each.kind for each in accusations(found)}


class _Ending:
    """What may come behind such a history, at its last moment."""

    def __init__(self, values: list[Entry]) -> None:
        self._at_us = values[-1]["at_us"]
        self.segments = sum(value["kind"] == "segment" for value in values)
        self.intents = [index for index, value in enumerate(values) if value["kind"] == "deletion_intent"]
        self.held = self._make(
            "hold", hold=_HOLD, commitment=_HASH, camera=CAMERA, stream="*", begin_us=BEGIN_US,
            end_us=BEGIN_US + _DAY * SEGMENT_US,
        )  # fmt: skip
        self.let_go = self._make("hold_released", hold=_HOLD, commitment=_HASH)

    def deletion(self, number: int, intent: int) -> Entry:
        """Of one segment, by the intent at that index."""
        return self._make("deletion", segments=_only(number), intent=[NAME, intent])

    def erasure(self, number: int) -> Entry:
        """By a decision of people."""
        return self._make("erasure", segments=_only(number), commitment=_HASH)

    def emergency(self, number: int) -> Entry:
        """As if the disk were full."""
        return self._make(
            "emergency_deletion", segments=_only(number), disk="d1", free_bytes=2, need_bytes=1, below_minimum=False
        )

    def _make(self, kind: str, **fields: object) -> Entry:
        return entries.make(kind, at_us=self._at_us, clock=1, **fields)


def _only(number: int) -> list[list[object]]:
    return [[CAMERA, "main", number, number]]


def history(expiries: int) -> Iterator[Entry]:
    """The entries of such a life, until so many segments are deleted."""
    yield from _opening()
    index, number, intents = 3, 0, [(0, 0)]
    announced = deleted = 0
    while deleted < expiries:
        yield _segment(number)
        index, number = index + 1, number + 1
        at_us = BEGIN_US + number * SEGMENT_US
        if number >= _DAY - _HOUR and number % _HOUR == 0:
            # What will have been here for its day in the hour that begins an hour from now.
            fresh = number - _DAY + 2 * _HOUR
            segments = [[CAMERA, "main", announced, fresh - 1]]
            yield entries.make("deletion_intent", at_us=at_us, clock=1, segments=segments, rule=_RULE)
            intents.append((fresh, index))
            index, announced = index + 1, fresh
        while deleted < min(number - _DAY - 1, expiries) and deleted < intents[-1][0]:
            intent = next(at for until, at in intents if deleted < until)
            segments = [[CAMERA, "main", deleted, deleted]]
            yield entries.make("deletion", at_us=at_us, clock=1, segments=segments, intent=[NAME, intent])
            index, deleted = index + 1, deleted + 1


def _opening() -> Iterator[Entry]:
    origin = checkpoints.log_origin(RECORDER, int(NAME))
    opened = {"origin": origin, "recorder": RECORDER, "year": int(NAME), "key": LOG.verifier.vkey, "previous": None}
    clock = {"boot": "0" * 32, "mono_us": 0, "offset_us": BEGIN_US, "run_us": 0}
    stream = {"camera": CAMERA, "stream": "main", "content": "av", **_RULE}
    yield entries.make("log_opened", at_us=BEGIN_US, clock=-1, reason="new", **opened)
    yield entries.make("boot", at_us=BEGIN_US, clock=1, version="bench", previous_end="first", **clock)
    yield entries.make(
        "configuration", at_us=BEGIN_US, clock=1, cameras=[stream], intent_lead_us=_LEAD_US, sha256="0" * 64
    )


def _segment(number: int) -> Entry:
    begin_us = BEGIN_US + number * SEGMENT_US
    return entries.make(
        "segment",
        at_us=begin_us + SEGMENT_US,
        clock=1,
        camera=CAMERA,
        stream="main",
        number=number,
        disk="d1",
        path=f"footage/{number}.mp4",
        footage_clock=[NAME, 1],
        begin_us=begin_us,
        end_us=begin_us + SEGMENT_US,
        bytes=1,
        sha256="0" * 64,
        init_sha256="0" * 64,
        tracks=["avc1.42c00a"],
        start="key",
        cut="key",
        notes={},
        camera_offset_us=None,
    )
