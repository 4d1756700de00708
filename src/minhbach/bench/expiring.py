"""A long life of lawful deletions, judged by the law of FORMAT.md sections 6 and 7.

Owns a history in which one camera records without a break and every segment goes when its day is over: announced an
hour ahead, removed one by one. Promises that all of it is lawful, so that each accusation is a false alarm.
"""

from __future__ import annotations

from collections.abc import Iterator

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


def false_alarms(expiries: int) -> list[Finding]:
    """What the law accuses in so many lawful deletions."""
    replay, found = Replay(), []
    for index, value in enumerate(history(expiries)):
        found += replay.feed(index, entries.decode(entries.encode(value)))
    return accusations(found)


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
