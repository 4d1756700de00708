"""Which days a monthly report counts, and when it is drafted, reminded of and due; pure.

A day that an office does not work moves as the regulation says, by default to the working day before: a report that
waited for Monday would be late. Days behind the end of a short month are its last.
"""

import calendar as months
import datetime
from dataclasses import dataclass

from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.rules import Rules


@dataclass(frozen=True, slots=True)
class Period:
    """A month's report: the days it counts, both included, and the days on which something is to happen."""

    month: datetime.date
    first_day: datetime.date
    last_day: datetime.date
    draft_on: datetime.date
    due_on: datetime.date
    reminders: tuple[datetime.date, ...]


def period(month: datetime.date, rules: Rules, calendar: Calendar) -> Period:
    """The report called by the month in which this day lies."""
    month = month.replace(day=1)
    before = (month - datetime.timedelta(days=1)).replace(day=1)
    times = rules.times
    return Period(
        month,
        _in(before, times.report_cutoff_day) + datetime.timedelta(days=1),
        _in(month, times.report_cutoff_day),
        _worked(month, times.report_draft_day, rules, calendar),
        _worked(month, times.report_day, rules, calendar),
        tuple(sorted({_worked(month, day, rules, calendar) for day in rules.report.reminders})),
    )


def _worked(month: datetime.date, day: int, rules: Rules, calendar: Calendar) -> datetime.date:
    found = _in(month, day)
    return calendar.on_or_after(found) if rules.report.closed == "after" else calendar.on_or_before(found)


def _in(month: datetime.date, day: int) -> datetime.date:
    return month.replace(day=min(day, months.monthrange(month.year, month.month)[1]))
