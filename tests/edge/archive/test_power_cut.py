"""The power fails between any two steps of the disk; then the recorder starts again.

One run of every kind of step is recorded once: first start, segments of three streams on two disks, gaps, a clock set
back and one set forward, a log whose tail becomes a bundle, a stop. Then the disk is put back to every instant of it.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from minhbach.edge.config import Config
from minhbach.ledger.entry import Entry, encode
from tests.edge.archive.stage import START_US, HastyClock, S, Stage, accused, configured, kept, lines, raw_lines
from tests.fakes import Call, FailingFiles, Failure, ForgetfulFiles, Killed, OrderlyLanes, wipe

LONG = bool(os.environ.get("TESTS_LONG"))
SLICES = 4
SEEDS = range(20) if LONG else range(1)


class Past:
    """The recorded run, and what a test needs to know of it."""

    def __init__(self, files: ForgetfulFiles, seed: int, lag: float = 0.0) -> None:
        self.root = files.root
        self.config: Config = configured(self.root / "a", self.root / "b")
        self.files = files
        self.clock = HastyClock(START_US, 5 * S)
        self.stage = Stage(self.config, files, self.clock, OrderlyLanes(Random(seed), lag))
        self.raw: list[bytes] = []
        self.killed = False
        try:
            self._follow(self.stage.start())
            self._record()
        except Killed:
            self.killed = True
            self.stage.die()
        self.fed = {feed.camera: feed.fed for feed in self.stage.feeds}

    def _follow(self, stage: Stage) -> None:
        self.raw = raw_lines(self.config.archive)
        assert stage.book is not None
        self.files.note(("durable", len(self.raw)))
        stage.book.followers.append(self._told)

    def _told(self, log: str, batch: Sequence[tuple[int, Entry]], state: object) -> None:
        self.raw += [encode(entry) for _, entry in batch]
        self.files.note(("durable", len(self.raw)))

    def _record(self) -> None:
        quay = self.stage.film("a")
        self._run(12)
        hall = self.stage.film("b")
        self._run(17)
        for number in range(128):
            self.stage.archive.fault("probe", "even" if number % 2 else "odd")
        self._run(8)
        hall.lose(self.clock.mono_us())
        self.clock.step(-3600 * S)
        self._run(10)
        hall.resume()
        self._run(12)
        self.clock.step(7200 * S)
        self._run(9)
        quay.lose(self.clock.mono_us())
        self._run(2)
        self.stage.stop()

    def _run(self, ticks: int) -> None:
        for _ in range(ticks):
            self.clock.advance(100_000)
            self.stage.tick()
            self.files.note(("flushed", self.stage.flushed_us))

    def durable(self, at: int) -> int:
        """How many entries had been told to be durable."""
        return self._newest("durable", at)

    def flushed_us(self, at: int) -> int:
        """Until when samples had been handed over."""
        return self._newest("flushed", at)

    def _newest(self, kind: str, at: int) -> int:
        notes = [more for more in self.files.noted(at) if isinstance(more, tuple)]
        return max([0, *(int(number) for what, number in notes if what == kind)])


@pytest.fixture(scope="module")
def past(scratch: Path) -> Past:
    return Past(ForgetfulFiles(scratch / "past"), 7)


@pytest.fixture(scope="module")
def slow(scratch: Path) -> Past:
    """The same on a disk that lets work wait."""
    return Past(ForgetfulFiles(scratch / "slow"), 8, 0.3)


def reopened(past: Past, files: ForgetfulFiles, random: Random) -> Stage:
    """The next start, after a reboot."""
    clock = HastyClock(past.clock.wall_us() + 60 * S, 2 * S)
    return Stage(past.config, files, clock, OrderlyLanes(random)).start()


def cut(past: Past, files: ForgetfulFiles, random: Random, at: int) -> ForgetfulFiles:
    """The disk as the power left it, at its old place."""
    wipe(past.root)
    return files.cut(past.root, random, at)


def verify(past: Past, at: int, loss_us: int = S) -> None:
    """What must hold after any start: nothing promised is lost, nothing is claimed, everything is accounted for."""
    archive = past.config.archive
    assert accused(archive) == []
    promised = past.durable(at)
    assert raw_lines(archive)[:promised] == past.raw[:promised]
    files = list(kept(past.config))
    assert len(files) == len(set(files)), "a sample stands in two places"
    safe_us = past.flushed_us(at) - loss_us
    handed = {item: time_us for fed in past.fed.values() for time_us, item in fed if time_us <= safe_us}
    missing = sorted(handed[item] for item in handed.keys() - set(files))
    assert missing == [], (at, safe_us)
    left = [path.name for disk in past.config.disks for path in (disk.path / "open").iterdir()]
    assert [name for name in left if not name.endswith(".aside") and not name.startswith("probe")] == []


def verify_absence(entries: list[Entry]) -> None:
    """Every stream that was recorded has one gap up to the last start, with the cause that the log shows."""
    last = max(index for index, entry in enumerate(entries) if entry["kind"] == "boot")
    causes = [entry["cause"] for entry in entries[last:] if entry["kind"] == "gap"]
    if entries[last]["previous_end"] == "first":
        assert causes == []
    elif entries[last]["previous_end"] == "clean":
        assert causes == ["recorder_stopped"] * 3
    else:
        assert set(causes) <= {"recorder_killed"}
        assert len(causes) == (3 if any(entry["kind"] == "configuration" for entry in entries[:last]) else 0)


@pytest.mark.parametrize("part", range(SLICES))
def test_a_power_cut_between_any_two_steps_loses_nothing_sealed_and_at_most_a_second(past: Past, part: int) -> None:
    for at in range(part, len(past.files.journal) + 1, SLICES):
        random = Random(at)
        stage = reopened(past, cut(past, past.files, random, at), random)
        verify_absence(lines(past.config.archive))
        stage.stop()
        verify(past, at)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_second_power_cut_during_the_recovery_from_the_first_costs_no_more(slow: Past, seed: int) -> None:
    journal = len(slow.files.journal)
    for at in range(seed % 11, journal + 1, 1 if LONG else 11):
        random = Random(f"{seed} {at}")
        files = cut(slow, slow.files, random, at)
        for _ in range(3):
            reopened(slow, files, random).die()
            files = cut(slow, files, random, random.randrange(len(files.journal) + 1))
        stage = reopened(slow, files, random)
        film = stage.film("a", serial=10_000)
        stage.run(2 * S)
        stage.stop()
        verify(slow, at, loss_us=3 * S)
        assert {item for _, item in film.fed} <= set(kept(slow.config))


@pytest.mark.parametrize("seed", range(400) if LONG else range(24))
def test_what_a_killed_run_left_unsynced_survives_the_power_cut_after_its_recovery(seed: int, scratch: Path) -> None:
    random = Random(f"killed {seed}")
    last = random.randrange(10, 320)

    def kill(call: Call) -> Failure | None:
        if call.number >= last:
            raise Killed
        return None

    files = FailingFiles(scratch / "killed", kill)
    past = Past(files, seed)
    assert past.killed
    files.heal()
    at = len(past.files.journal)
    stage = reopened(past, past.files, random)
    told, second = len(past.files.journal), raw_lines(past.config.archive)
    stage.run(S)
    stage.die()
    after = cut(past, past.files, random, random.randrange(told, len(past.files.journal) + 1))
    reopened(past, after, random).stop()
    verify(past, at)
    assert raw_lines(past.config.archive)[: len(second)] == second
    wipe(past.root)
