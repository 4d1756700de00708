"""The two clocks and their difference."""

import time

from minhbach.edge.clock import STEP_US, SimulatedClock, SystemClock, has_stepped, offset_us


class Interrupted(SimulatedClock):
    """A machine so busy that time passes between two readings, now and then."""

    def __init__(self, pauses_us: list[int]) -> None:
        super().__init__(1_790_000_000_000_000, 5_000_000)
        self.pauses_us = pauses_us

    def mono_us(self) -> int:
        self.advance(self.pauses_us.pop(0) if self.pauses_us else 0)
        return super().mono_us()


def test_the_offset_turns_monotonic_into_wall_time() -> None:
    clock = SimulatedClock(1_790_000_000_000_000, 5_000_000)
    assert offset_us(clock) == 1_789_999_995_000_000
    clock.advance(3_600_000_000)
    assert offset_us(clock) == 1_789_999_995_000_000
    assert clock.mono_us() + offset_us(clock) == clock.wall_us()


def test_a_step_is_a_difference_of_a_fifth_of_a_second_in_either_direction() -> None:
    clock = SimulatedClock(1_790_000_000_000_000)
    before = offset_us(clock)
    for by_us, stepped in ((STEP_US - 1, False), (STEP_US, True), (-STEP_US, True), (1 - STEP_US, False)):
        clock.step(by_us)
        assert has_stepped(offset_us(clock), before) is stepped
        clock.step(-by_us)


def test_being_interrupted_between_two_readings_does_not_look_like_a_step() -> None:
    clock = Interrupted([0, 900_000, 0, 30])
    assert not has_stepped(offset_us(clock), 1_789_999_995_000_000)


def test_a_machine_that_is_always_interrupted_still_gives_its_best_reading() -> None:
    clock = Interrupted([50_000] * 20)
    assert abs(offset_us(clock) - 1_789_999_995_000_000) <= 50_000


def test_the_machines_clocks_are_in_microseconds_and_its_boot_has_a_name() -> None:
    clock = SystemClock()
    first = clock.mono_us()
    assert abs(clock.wall_us() - time.time() * 1_000_000) < 1_000_000
    assert abs(first - time.monotonic() * 1_000_000) < 1_000_000
    assert clock.mono_us() >= first
    assert len(clock.boot()) == 32
    assert clock.boot() == clock.boot() == clock.boot().lower()
    int(clock.boot(), 16)


def test_another_simulated_clock_is_another_boot() -> None:
    assert SimulatedClock(0).boot() != SimulatedClock(0).boot()
