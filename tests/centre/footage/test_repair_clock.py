"""Four working hours are four hours in which somebody was at work."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.centre.footage.repair import VIETNAM, due, repair_clock, working_s
from minhbach.centre.regulation.rules import Hours

HOURS = Hours((1, 2, 3, 4, 5), (("07:30", "11:30"), ("13:30", "17:00")))


def at(day: int, hour: int, minute: int = 0) -> datetime.datetime:
    """November 2026, in which the 23rd is a Monday, as people there read a clock."""
    return datetime.datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        (at(23, 7, 30), at(23, 11, 30)),
        (at(23, 9), at(23, 15)),  # the noon break does not count
        (at(23, 15), at(24, 9, 30)),
        (at(27, 16), at(30, 10, 30)),  # over a weekend
        (at(28, 3), at(30, 11, 30)),  # begun on a Saturday night
        (at(23, 12), at(24, 8)),
    ],
)
def test_four_hours_from_there_end_here(begin: datetime.datetime, end: datetime.datetime) -> None:
    assert due(HOURS, begin, 4 * 3600) == end
    assert working_s(HOURS, begin, end) == 4 * 3600


def test_what_is_late_counts_on_below_zero() -> None:
    clock = repair_clock(HOURS, at(23, 9), 4, now=at(23, 16))
    assert (clock.whole_s, clock.left_s, clock.due_at) == (14_400, -3600, at(23, 15))
    assert repair_clock(HOURS, at(23, 9), 4, now=at(23, 10)).left_s == 3 * 3600


@given(st.integers(0, 30 * 24 * 60), st.integers(1, 40 * 3600))
def test_between_the_beginning_and_the_due_moment_lies_exactly_that_time(minute: int, seconds: int) -> None:
    begin = at(1, 0) + datetime.timedelta(minutes=minute)
    assert working_s(HOURS, begin, due(HOURS, begin, seconds)) == seconds
