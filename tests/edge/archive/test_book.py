"""The line of entries while its disk does and does not take them."""

import errno
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from minhbach.edge.archive import book as books
from minhbach.edge.archive.archive import Unsettled
from minhbach.ledger.entry import Entry, EntryError
from tests.edge.archive.stage import START_US, HastyClock, S, Stage, accused, configured, kept, lines
from tests.fakes import Call, FailingFiles, Failure, ForgetfulFiles, OrderlyLanes


class Switch:
    """A log that cannot be written while ``broken``."""

    def __init__(self, error: int = errno.EIO) -> None:
        self.broken = False
        self.error = error

    def __call__(self, call: Call) -> Failure | None:
        return Failure(self.error) if self.broken and "/log/" in call.path else None


def started(root: Path, switch: Switch | None = None) -> tuple[Stage, ForgetfulFiles]:
    files = FailingFiles(root, switch or Switch())
    config = configured(root / "a", root / "b")
    return Stage(config, files, HastyClock(START_US, 5 * S), OrderlyLanes(Random(1))).start(), files


@pytest.fixture
def root(scratch: Path, request: pytest.FixtureRequest) -> Path:
    return scratch / str(request.node.name)[:50]


def test_an_entry_is_told_durable_after_it_is_and_in_order(root: Path) -> None:
    stage, _ = started(root)
    book = stage.archive.book
    told: list[int] = []
    first = book.next_index
    for _ in range(300):
        book.append("fault", told.append, subject="probe", code="on", state="began")
    assert told == []
    assert not book.settled
    stage.run(S)
    assert told == list(range(first, first + 300))
    assert book.settled
    assert len(lines(stage.config.archive)) == book.next_index
    stage.stop()


def test_an_impossible_entry_is_refused_and_leaves_no_hole(root: Path) -> None:
    stage, _ = started(root)
    index = stage.archive.book.next_index
    with pytest.raises(EntryError):
        stage.archive.book.append("fault", subject="", code="on", state="began")
    assert stage.archive.book.next_index == index
    stage.stop()
    assert accused(stage.config.archive) == []


def test_a_log_that_cannot_be_written_is_tried_once_a_second_and_loses_nothing(root: Path) -> None:
    switch = Switch()
    stage, files = started(root, switch)
    stage.film("a")
    stage.run(2 * S)
    switch.broken = True
    calls = len(files.calls)
    stage.run(10 * S)
    tries = [call for call in files.calls[calls:] if "/log/" in call.path]
    assert 8 <= len(tries) <= 24
    assert stage.archive.book.failure is not None
    switch.broken = False
    stage.run(3 * S)
    stage.stop()
    assert accused(stage.config.archive) == []
    assert {item for _, item in stage.feeds[0].fed} <= set(kept(stage.config))
    faults = [(each["subject"], each["state"]) for each in lines(stage.config.archive) if each["kind"] == "fault"]
    assert faults == [("log", "began"), ("log", "ended")]


def test_a_full_disk_of_the_log_is_called_full(root: Path) -> None:
    switch = Switch(errno.ENOSPC)
    stage, _ = started(root, switch)
    switch.broken = True
    stage.archive.fault("probe", "on")
    stage.run(2 * S)
    switch.broken = False
    stage.run(3 * S)
    stage.stop()
    found = [each for each in lines(stage.config.archive) if each["kind"] == "fault" and each["subject"] == "log"]
    assert [each["code"] for each in found] == ["disk_full", "disk_full"]


def test_what_waits_for_the_log_is_bounded_and_no_footage_is_begun_beyond_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "MOST_WAITING", 20)
    switch = Switch()
    stage, _ = started(root, switch)
    stage.film("a")
    stage.run(2 * S)
    switch.broken = True
    stage.run(60 * S)
    book = stage.archive.book
    assert book.crowded
    waiting = book.next_index - book.log.size
    stage.run(60 * S)
    assert book.next_index - book.log.size <= waiting + 2
    assert not stage.feeds[0].owners[0].recording
    assert stage.archive.refusal == "disk_error"
    switch.broken = False
    stage.run(5 * S)
    stage.stop()
    assert accused(stage.config.archive) == []
    gaps = [each["cause"] for each in lines(stage.config.archive) if each["kind"] == "gap" and each["camera"] == "a"]
    assert "disk_error" in gaps
    last_us = stage.clock.mono_us() - 3 * S
    assert {item for time_us, item in stage.feeds[0].fed if time_us > last_us} <= set(kept(stage.config))


def test_a_stop_that_cannot_be_logged_says_so_and_frees_the_folder(root: Path) -> None:
    switch = Switch()
    stage, files = started(root, switch)
    stage.film("a")
    stage.run(4 * S)
    switch.broken = True
    with pytest.raises(Unsettled):
        stage.stop()
    switch.broken = False
    again = Stage(stage.config, files, stage.clock, OrderlyLanes(Random(2))).start()
    again.stop()
    assert accused(stage.config.archive) == []
    assert {item for _, item in stage.feeds[0].fed} <= set(kept(stage.config))


def test_an_index_that_fails_does_not_hold_the_log(root: Path) -> None:
    stage, _ = started(root)
    seen: list[int] = []

    def confused(log: str, batch: Sequence[tuple[int, Entry]], state: object) -> None:
        seen.append(batch[0][0])
        raise KeyError("confused")

    stage.archive.book.followers.insert(0, confused)
    stage.archive.fault("probe", "on")
    stage.run(S)
    stage.archive.fault("probe", "off")
    stage.run(S)
    assert len(seen) == 2
    assert stage.archive.book.settled
    stage.stop()
    assert accused(stage.config.archive) == []


def test_gaps_that_last_are_told_every_ten_minutes(root: Path) -> None:
    stage, _ = started(root)
    stage.archive.series("a", "main", "av")
    stage.archive.series("b", "main", "picture")
    stage.archive.series("b", "main-sound", "sound")
    stage.run(1900 * S, S)
    stage.stop()
    gaps = [each for each in lines(stage.config.archive) if each["kind"] == "gap" and each["camera"] == "a"]
    lengths = [each["end_us"] - each["begin_us"] for each in gaps]
    assert len(lengths) == 3
    assert all(600 * S <= length <= 602 * S for length in lengths)
    assert accused(stage.config.archive) == []
