"""What the log of one camera costs, written as its recorder writes it: entry by entry, each durable before the next.

Owns the days of a camera that keeps one day: a segment every ten seconds, and every hour the intent for an hour of
footage and the deletion of another. Each entry is made, judged by the law, encoded and written by the recorder's own
``edge.archive.log``, which syncs it and signs a checkpoint behind it. The first day, in which nothing is old enough to
go, is not measured.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from minhbach.bench.packages import BEGIN_US, CAMERA, LOG, RECORDER, SEGMENT_US, opening, segment
from minhbach.durable import Files
from minhbach.edge.archive import layout
from minhbach.edge.archive.home import Home
from minhbach.edge.archive.log import Log
from minhbach.ledger import entry as entries
from minhbach.ledger.entry import Entry
from minhbach.ledger.findings import accusations
from minhbach.ledger.history import Replay

_DAY, _HOUR = 8_640, 360  # segments
_A_DAY = _DAY + 2 * 24
"""Entries of a day: segments, intents, deletions."""
_RULE = {"days": 1, "minimum_days": 0}


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one camera and one day; `hours` of it were written one by one and their processor seconds counted up."""

    bytes_a_day: int
    cpu_s_a_day: float
    hours: int


def cost(folder: Path, hours: int) -> Cost:
    """Write a camera's log into a new folder. Raises ValueError where the law accuses it: no camera is like that."""
    home = Home(folder, Files(), RECORDER)
    log = home.open_log(BEGIN_US)
    try:
        return _cost(log, hours)
    finally:
        log.close()
        home.close()


def _cost(log: Log, hours: int) -> Cost:
    replay, name = Replay(), entries.log_name(log.origin)
    replay.feed(0, entries.decode(log.reader().entry(0)))
    coming = _life(name)
    log.write([_judged(replay, index, value) for index, value in islice(coming, 2 + _DAY + _HOUR + 2)])
    before = _size(log.folder)
    single = hours * _A_DAY // 24
    begin_s = time.process_time()
    for index, value in islice(coming, single):
        log.write([_judged(replay, index, value)])
    spent_s = time.process_time() - begin_s
    log.write([_judged(replay, index, value) for index, value in islice(coming, _A_DAY - single)])
    return Cost(_size(log.folder) - before, spent_s * 24 / hours, hours)


def _judged(replay: Replay, index: int, value: Entry) -> bytes:
    data = entries.encode(value)
    for each in accusations(replay.feed(index, value)):
        raise ValueError(f"entry {index}: {each.text[1]}")
    return data


def _life(name: str) -> Iterator[tuple[int, Entry]]:
    """The entries behind the opening one, with their indices, without end."""
    yield from enumerate(_begun(), 1)
    index, intents = 3, dict[int, int]()
    number = 0
    while True:
        yield index, _segment(number, name)
        index, number = index + 1, number + 1
        # What is a day old an hour from now is announced for the hour behind that.
        if number % _HOUR == 0 and number >= _DAY - _HOUR:
            first = number - _DAY + _HOUR
            intents[first] = index
            yield index, _entry("deletion_intent", number, first, rule=_RULE)
            index += 1
        first = number - 10 - _DAY - _HOUR
        if first in intents:
            yield index, _entry("deletion", number, first, intent=[name, intents.pop(first)])
            index += 1


def _segment(number: int, name: str) -> Entry:
    """As long as those of a true camera: its path, its size, its sound."""
    path = layout.segment_path(CAMERA, "main", BEGIN_US + number * SEGMENT_US, 1).as_posix()
    true = {"path": path, "bytes": 2_500_000, "tracks": ["avc1.42c00a", "alaw"], "camera_offset_us": -12_000}
    return {**segment(number, log=name), **true}


def _begun() -> list[Entry]:
    _, boot, configuration = opening(RECORDER, CAMERA, LOG)
    [stream] = configuration["cameras"]
    return [boot, {**configuration, "cameras": [{**stream, **_RULE}], "intent_lead_us": _HOUR * SEGMENT_US}]


def _entry(kind: str, number: int, first: int, **fields: object) -> Entry:
    segments = [[CAMERA, "main", first, first + _HOUR - 1]]
    return entries.make(kind, at_us=BEGIN_US + number * SEGMENT_US, clock=1, segments=segments, **fields)


def _size(folder: Path) -> int:
    """All files of the log: entries, hashes, checkpoint."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
