"""Four working hours are four hours in which somebody was at work."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.centre.footage.repair import VIETNAM, due, repair_clock, working_s
from minhbach.centre.regulation.calendar import DAY_OFF, HOLIDAY, WORKED, Calendar
from minhbach.centre.regulation.rules import Hours

WEEKS = Calendar(Hours((1, 2, 3, 4, 5), (("07:30", "11:30"), ("13:30", "17:00"))))


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
    assert due(WEEKS, begin, 4 * 3600) == end
    assert working_s(WEEKS, begin, end) == 4 * 3600


def test_nobody_repairs_on_a_holiday_and_somebody_does_on_a_day_worked_instead() -> None:
    """The 24th is a public holiday, the 27th was swapped for Saturday the 28th."""
    swapped = {at(24, 0).date(): HOLIDAY, at(27, 0).date(): DAY_OFF, at(28, 0).date(): WORKED}
    calendar = Calendar(WEEKS.hours, swapped)
    assert due(calendar, at(24, 5, 51), 4 * 3600) == at(25, 11, 30)
    assert due(calendar, at(26, 16), 4 * 3600) == at(28, 10, 30)
    assert working_s(calendar, at(24, 7), at(24, 18)) == 0


def test_what_is_late_counts_on_below_zero() -> None:
    clock = repair_clock(WEEKS, at(23, 9), 4, now=at(23, 16))
    assert (clock.whole_s, clock.left_s, clock.due_at) == (14_400, -3600, at(23, 15))
    assert repair_clock(WEEKS, at(23, 9), 4, now=at(23, 10)).left_s == 3 * 3600


@given(st.integers(0, 30 * 24 * 60), st.integers(1, 40 * 3600))
def test_between_the_beginning_and_the_due_moment_lies_exactly_that_time(minute: int, seconds: int) -> None:
    begin = at(1, 0) + datetime.timedelta(minutes=minute)
    assert working_s(WEEKS, begin, due(WEEKS, begin, seconds)) == seconds
