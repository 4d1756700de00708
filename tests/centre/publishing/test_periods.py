"""The days of a report: drafted on the 20th, due on the 25th, or on the working day before; pure."""

import datetime

import pytest

from minhbach.centre.publishing.periods import period
from minhbach.centre.regulation.calendar import HOLIDAY, WORKED, Calendar
from minhbach.centre.regulation.rules import parse, shipped

D = datetime.date


def of(month, days=(), **times):
    content = shipped("MO_HINH_2_CAP_2025")
    content["times"] |= times
    rules = parse(content)
    return period(month, rules, Calendar(rules.hours, dict(days)))


def test_a_report_counts_to_the_fourteenth_and_is_due_on_the_twenty_fifth():
    found = of(D(2026, 11, 9))
    assert (found.month, found.first_day, found.last_day) == (D(2026, 11, 1), D(2026, 10, 15), D(2026, 11, 14))
    assert (found.draft_on, found.due_on) == (D(2026, 11, 20), D(2026, 11, 25))
    assert found.reminders == (D(2026, 11, 20), D(2026, 11, 23), D(2026, 11, 25))


@pytest.mark.parametrize(
    ("month", "days", "due"),
    [
        (D(2026, 10, 1), {}, D(2026, 10, 23)),  # the 25th is a Sunday
        (D(2026, 10, 1), {D(2026, 10, 24): WORKED}, D(2026, 10, 24)),  # a Saturday that is worked instead
        (D(2027, 2, 1), {D(2027, 2, 25): HOLIDAY, D(2027, 2, 24): HOLIDAY}, D(2027, 2, 23)),  # Tết
    ],
)
def test_on_a_closed_day_it_is_due_on_the_working_day_before(month, days, due):
    assert of(month, days).due_on == due


def test_two_reports_share_no_day_and_leave_none_out():
    for year in (2026, 2027, 2028):
        for number in range(1, 12):
            assert of(D(year, number, 1)).last_day + datetime.timedelta(days=1) == of(D(year, number + 1, 1)).first_day


def test_a_day_behind_the_end_of_a_month_is_its_last():
    found = of(D(2027, 2, 1), report_cutoff_day=31)
    assert (found.first_day, found.last_day) == (D(2027, 2, 1), D(2027, 2, 28))
