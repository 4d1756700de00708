"""A log that is searched gives what one gives that is read, whatever happened to its recorder."""

import random
from functools import cache

import pytest

from minhbach.ledger import tiles
from minhbach.ledger.entry import EntryError, decode, encode, make
from minhbach.ledger.seeking import epochs, windows
from minhbach.ledger.selection import PackageError, Selection
from tests.ledger.simulation import MINUTE, STREAMS, Recorder, S, ToyLog

READ, SEARCHED = 10**9, 0
SEEDS = range(12)


@cache
def life(seed: int) -> Recorder:
    recorder = Recorder(seed)
    recorder.carry_on(14)
    return recorder


def reader(log: ToyLog) -> tiles.LogReader:
    return tiles.LogReader(log.files().__getitem__, len(log.lines))


def found(readers: list[tiles.LogReader], begin_us: int, end_us: int, whole: int) -> tuple[object, ...]:
    """All that a selection comes to, or what it lacks."""
    selection = Selection(STREAMS[:2], begin_us, end_us, 5 * S, whole=whole)
    try:
        for each in readers:
            selection.scan(each)
        selection.finish()
    except PackageError as problem:
        return ("refused", str(problem).partition("entry")[0])
    stretches = list(selection.stretches())
    gone = [place for place, value in stretches if value["kind"] == "segment" and selection.removed(value)]
    return sorted(selection.kept.items(), key=str), stretches, gone


@pytest.mark.parametrize("seed", SEEDS)
def test_searching_finds_what_reading_finds(seed: int) -> None:
    chance = random.Random(seed)
    recorder = life(seed)
    readers = [reader(log) for log in recorder.logs]
    labels = [
        value["begin_us"]
        for log in recorder.logs
        for value in map(decode, log.lines)
        if value["kind"] in ("segment", "gap")
    ]
    for _ in range(15):
        begin_us = chance.choice(labels) + chance.randrange(-3, 4) * S
        end_us = begin_us + chance.choice((1, S, 30 * S, 5 * MINUTE, 90 * MINUTE))
        assert found(readers, begin_us, end_us, SEARCHED) == found(readers, begin_us, end_us, READ)


def test_the_histories_of_this_test_have_clocks_that_were_set_back_and_more_logs_than_one() -> None:
    """Else the sentence above would say little."""
    kinds, logs = set(), 0
    for seed in SEEDS:
        recorder = life(seed)
        logs = max(logs, len(recorder.logs))
        kinds |= {decode(line)["kind"] for log in recorder.logs for line in log.lines}
        assert all(len(epochs(reader(log))) > 0 for log in recorder.logs if len(log.lines) > 1)
    assert {"clock_step", "clock_carried", "boot", "erasure", "deletion"} <= kinds
    assert logs > 1


def quiet_log(hours: int) -> tiles.LogReader:
    """One clock, a heartbeat every ten seconds."""
    start_us, recorder = 1_790_000_000 * S, "00000000-0000-7000-8000-000000000000"
    origin = f"minhbach.vn/log/{recorder}/2026"
    opened = {"origin": origin, "recorder": recorder, "year": 2026, "key": "k+00000000+AA==", "previous": None}
    clock = {"boot": "0" * 32, "mono_us": 0, "offset_us": start_us, "run_us": 0}
    values = [make("log_opened", at_us=start_us, clock=-1, reason="new", **opened)]
    values += [make("boot", at_us=start_us, clock=1, version="1", previous_end="first", **clock)]
    fault = {"subject": "disk/d1", "code": "x", "state": "began"}
    values += [make("fault", at_us=start_us + n * 10 * S, clock=1, **fault) for n in range(hours * 360)]
    lines = [encode(value) for value in values]
    return reader(ToyLog(origin, lines))


def test_a_search_reads_little_of_a_long_log() -> None:
    log = quiet_log(60)
    chain = epochs(log)
    at_us = chain[0].clock["at_us"] + 30 * 3600 * S
    named = windows(log, chain, at_us, at_us + 60 * S)
    assert sum(map(len, named)) < 500
    assert log.size > 20_000


def test_an_entry_that_names_no_clock_is_refused() -> None:
    log = quiet_log(1)
    lines = list(log.entries(0, log.size))
    lines[-1] = encode({**decode(lines[-1]), "clock": log.size + 5})
    with pytest.raises(EntryError):
        epochs(reader(ToyLog("x", lines)))
    lines[-1] = encode({**decode(lines[-1]), "clock": 7})
    with pytest.raises(EntryError):
        epochs(reader(ToyLog("x", lines)))
