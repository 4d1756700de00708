"""The wall clock is set while the recorder runs, while it is off, and while nobody looks (design 3.3)."""

import os
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minhbach.ledger.entry import Entry
from tests.edge.archive.stage import START_US, HastyClock, S, Stage, accused, configured, kept, lines
from tests.fakes import ForgetfulFiles, OrderlyLanes, wipe

HOUR = 3600 * S


class Office:
    """A recorder whose clock is wrong now and then."""

    def __init__(self, root: Path) -> None:
        wipe(root)
        self.files = ForgetfulFiles(root)
        self.config = configured(root / "a", root / "b")
        self.clock = HastyClock(START_US, 5 * S)
        self.fed: list[bytes] = []
        self.serial = 0
        self.on()

    def on(self) -> None:
        self.stage = Stage(self.config, self.files, self.clock, OrderlyLanes(Random(1))).start()
        self.stage.film("a", self.serial)
        self.stage.film("b", self.serial)
        self.serial += 10_000

    def off(self, *, kill: bool = False, reboot: bool = False) -> None:
        if kill:
            self.stage.die()
        else:
            self.stage.stop()
            self.fed += [item for feed in self.stage.feeds for _, item in feed.fed]
        self.clock.advance(S)
        if reboot:
            self.clock = HastyClock(self.clock.wall_us(), 3 * S)

    def entries(self, kind: str) -> list[Entry]:
        return [each for each in lines(self.config.archive) if each["kind"] == kind]

    def verify(self) -> None:
        assert accused(self.config.archive) == []
        there = list(kept(self.config))
        assert len(there) == len(set(there))
        assert set(self.fed) <= set(there)


def test_a_step_is_logged_with_both_offsets_and_the_segments_go_on(scratch: Path) -> None:
    office = Office(scratch / "step")
    office.stage.run(2 * S)
    office.clock.step(HOUR)
    office.stage.run(4 * S)
    office.off()
    office.verify()
    [step] = office.entries("clock_step")
    [boot] = office.entries("boot")
    assert step["before_offset_us"] == boot["offset_us"]
    assert abs(step["offset_us"] - boot["offset_us"] - HOUR) < 100_000
    assert step["run_us"] - boot["run_us"] == step["mono_us"] - boot["mono_us"]
    causes = {(each["camera"], each["cause"]) for each in office.entries("gap")}
    assert causes == {("a", "recorder_starting"), ("b", "recorder_starting")}


def test_a_segment_is_labelled_by_one_clock_from_its_beginning_to_its_end(scratch: Path) -> None:
    office = Office(scratch / "label")
    office.stage.run(2 * S)
    office.clock.step(-HOUR)
    office.stage.run(6 * S)
    office.off()
    office.verify()
    for each in [entry for entry in office.entries("segment") if entry["stream"] == "main"]:
        assert each["end_us"] - each["begin_us"] < 4 * S
    first, last = office.entries("segment")[0], office.entries("segment")[-1]
    assert first["footage_clock"] != last["footage_clock"]
    assert last["begin_us"] < first["begin_us"] - HOUR // 2


def test_a_small_correction_is_no_step(scratch: Path) -> None:
    office = Office(scratch / "small")
    for _ in range(3):
        office.stage.run(S)
        office.clock.step(60_000)
    office.stage.run(S)
    office.off()
    office.verify()
    assert office.entries("clock_step") == []


def test_a_clock_that_wanders_off_slowly_is_logged_when_it_has_gone_too_far(scratch: Path) -> None:
    office = Office(scratch / "slow")
    for _ in range(30):
        office.stage.run(200_000)
        office.clock.step(30_000)
    office.stage.run(S)
    office.off()
    office.verify()
    assert 3 <= len(office.entries("clock_step")) <= 5


def test_a_step_made_while_the_recorder_was_off_needs_no_entry_but_the_boot(scratch: Path) -> None:
    office = Office(scratch / "off")
    for by_us, kill, reboot in ((-HOUR, False, False), (5 * HOUR, True, False), (-90 * 24 * HOUR, True, True)):
        office.stage.run(3 * S)
        office.off(kill=kill, reboot=reboot)
        office.clock.step(by_us)
        office.on()
    office.stage.run(3 * S)
    office.off()
    office.verify()
    assert office.entries("clock_step") == []
    boots = office.entries("boot")
    assert [each["previous_end"] for each in boots] == ["first", "clean", "killed", "killed"]
    assert [each["boot"] == boots[0]["boot"] for each in boots] == [True, True, True, False]


def test_a_monotonic_clock_that_fell_within_one_boot_counts_as_another_boot(scratch: Path) -> None:
    """A container that was moved, a machine put back to a snapshot."""
    office = Office(scratch / "fell")
    office.stage.run(3 * S)
    office.off(kill=True)
    office.clock.advance(-2 * S)
    office.on()
    office.stage.run(3 * S)
    office.off()
    office.verify()
    boots = office.entries("boot")
    assert boots[0]["boot"] != boots[1]["boot"]


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("run"), st.integers(1, 30)),
        st.tuples(st.just("step"), st.sampled_from([-400 * 24 * HOUR, -HOUR, -S, 250_000, S, HOUR, 40 * 24 * HOUR])),
        st.tuples(st.sampled_from(["stop", "kill", "reboot", "power"]), st.integers(0, 100)),
    ),
    max_size=12,
)


EXAMPLES = 600 if os.environ.get("TESTS_LONG") else 60


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(events=EVENTS)
def test_no_sequence_of_steps_stops_kills_and_reboots_is_accused(events: list[tuple[str, int]], scratch: Path) -> None:
    office = Office(scratch / "any")
    for what, amount in events:
        if what == "run":
            office.stage.run(amount * 100_000)
        elif what == "step":
            office.clock.step(amount)
        else:
            office.off(kill=what != "stop", reboot=what in ("reboot", "power"))
            if what == "power":
                past = office.files
                image = past.cut(scratch / "image", Random(amount))
                wipe(past.root)
                office.files = image.cut(past.root, Random(0))
                wipe(image.root)
            office.clock.step(amount * S)
            office.on()
    office.stage.run(3 * S)
    office.off()
    office.verify()
