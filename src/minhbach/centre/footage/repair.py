"""The repair clock: how much working time is left until somebody must have begun.

Owns counting in working hours as a regulation states them, in Vietnamese local time. Pure: `now` is an argument, no
rows. Days off beside the weekly ones come with the calendar of `regulation` and are not known here yet.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from minhbach.centre.regulation.rules import Hours

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_HORIZON_DAYS = 60
Moment = datetime.datetime


@dataclass(frozen=True, slots=True)
class RepairClock:
    """Working time: `whole_s` was given, `left_s` is left (negative when late); `due_at` is the moment."""

    due_at: Moment
    whole_s: int
    left_s: int


def repair_clock(hours: Hours, begin: Moment, given_hours: int, *, now: Moment) -> RepairClock:
    """The clock of a duty of so many working hours that began then."""
    whole_s = given_hours * 3600
    return RepairClock(due(hours, begin, whole_s), whole_s, whole_s - working_s(hours, begin, now))


def due(hours: Hours, begin: Moment, seconds: int) -> Moment:
    """When so much working time has passed since `begin`; without working hours, so much time."""
    left = datetime.timedelta(seconds=seconds)
    for opens, closes in _spans(hours, begin):
        start = max(opens, begin)
        if closes - start >= left:
            return start + left
        left -= max(closes - start, datetime.timedelta())
    return begin + left


def working_s(hours: Hours, begin: Moment, end: Moment) -> int:
    """Whole seconds of working time between two moments."""
    total = datetime.timedelta()
    for opens, closes in _spans(hours, begin):
        if opens >= end:
            break
        total += max(min(closes, end) - max(opens, begin), datetime.timedelta())
    return int(total.total_seconds())


def _spans(hours: Hours, begin: Moment) -> Iterator[tuple[Moment, Moment]]:
    """Working spans from the day of `begin` on, in order."""
    day = begin.astimezone(VIETNAM).date()
    for _ in range(_HORIZON_DAYS):
        if day.isoweekday() in hours.weekdays:
            for opens, closes in hours.spans:
                yield _at(day, opens), _at(day, closes)
        day += datetime.timedelta(days=1)


def _at(day: datetime.date, text: str) -> Moment:
    hour, minute = map(int, text.split(":"))
    # "24:00" is a lawful end of a day.
    return Moment.combine(day, datetime.time(), VIETNAM) + datetime.timedelta(hours=hour, minutes=minute)
