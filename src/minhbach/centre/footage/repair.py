"""The repair clock: how much working time is left until somebody must have begun.

Owns counting in working hours as a regulation states them, on the days that the calendar of its place has, in
Vietnamese local time. Pure: `now` is an argument, no rows.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from minhbach.centre.regulation.calendar import Calendar

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_HORIZON_DAYS = 60
Moment = datetime.datetime


@dataclass(frozen=True, slots=True)
class RepairClock:
    """Working time: `whole_s` was given, `left_s` is left (negative when late); `due_at` is the moment."""

    due_at: Moment
    whole_s: int
    left_s: int


def repair_clock(calendar: Calendar, begin: Moment, given_hours: int, *, now: Moment) -> RepairClock:
    """The clock of a duty of so many working hours that began then."""
    whole_s = given_hours * 3600
    return RepairClock(due(calendar, begin, whole_s), whole_s, whole_s - working_s(calendar, begin, now))


def due(calendar: Calendar, begin: Moment, seconds: int) -> Moment:
    """When so much working time has passed since `begin`; without working hours, so much time."""
    left = datetime.timedelta(seconds=seconds)
    for opens, closes in _spans(calendar, begin):
        start = max(opens, begin)
        if closes - start >= left:
            return start + left
        left -= max(closes - start, datetime.timedelta())
    return begin + left


def working_s(calendar: Calendar, begin: Moment, end: Moment) -> int:
    """Whole seconds of working time between two moments."""
    total = datetime.timedelta()
    for opens, closes in _spans(calendar, begin):
        if opens >= end:
            break
        total += max(min(closes, end) - max(opens, begin), datetime.timedelta())
    return int(total.total_seconds())


def _spans(calendar: Calendar, begin: Moment) -> Iterator[tuple[Moment, Moment]]:
    """Working spans from the day of `begin` on, in order."""
    day = begin.astimezone(VIETNAM).date()
    for _ in range(_HORIZON_DAYS):
        if calendar.works_on(day):
            for opens, closes in calendar.hours.spans:
                yield _at(day, opens), _at(day, closes)
        day += datetime.timedelta(days=1)


def _at(day: datetime.date, text: str) -> Moment:
    hour, minute = map(int, text.split(":"))
    # "24:00" is a lawful end of a day.
    return Moment.combine(day, datetime.time(), VIETNAM) + datetime.timedelta(hours=hour, minutes=minute)
