"""When a result is due, counted in working days; pure.

Counted as the law does (Bộ luật Dân sự, article 147): the day of receipt is not counted, the result is due at the same
clock time that many working days later. A matter of the same day that comes after 15:00 is due the next working day.
Which days are worked is the unit's calendar; the date that comes out is a proposal which the officer sees and may move.

While papers are awaited the clock stands still: what was left of office time when they were asked for is left when they
have come. A term that was over by then stays over.
"""

import datetime
from collections.abc import Iterator
from itertools import takewhile

from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.rules import Hours

Moment = datetime.datetime
SAME_DAY_UNTIL = datetime.time(15)
#: No term is counted over more days: what is behind it is a calendar without working days.
_LONGEST_DAYS = 5_000


def due_at(received: datetime.datetime, working_days: int, calendar: Calendar) -> datetime.datetime:
    """When the result is due; `received` in Vietnamese time, `working_days` 0 for a matter of the same day."""
    today = received.date()
    if working_days == 0:
        late = received.time() >= SAME_DAY_UNTIL or not calendar.works_on(today)
        return closing(calendar.after(today, 1 if late else 0), calendar.hours, received)
    day = calendar.after(today, working_days)
    return datetime.datetime.combine(day, received.time(), tzinfo=received.tzinfo).replace(second=0, microsecond=0)


def closing(day: datetime.date, hours: Hours, like: datetime.datetime) -> datetime.datetime:
    """The end of working hours on the day, in the zone of `like`."""
    return datetime.datetime.combine(day, datetime.time.fromisoformat(hours.spans[-1][1]), tzinfo=like.tzinfo)


def resumed(due: Moment, asked: Moment, came: Moment, calendar: Calendar) -> Moment:
    """When a result is due that waited for papers from `asked` to `came`; all in Vietnamese time.

    The same moment where nothing was left, or no office time passed in between.
    """
    left = office_time(asked, due, calendar)
    if due <= asked or not office_time(asked, came, calendar):
        return due
    return max(due, after_office_time(came, left, calendar).replace(second=0, microsecond=0))


def office_time(begin: Moment, end: Moment, calendar: Calendar) -> datetime.timedelta:
    """How much of the time from `begin` up to `end` the office is open."""
    spans = takewhile(lambda span: span[0] < end, _open(begin, calendar))
    return sum((min(last, end) - first for first, last in spans), datetime.timedelta())


def after_office_time(begin: Moment, amount: datetime.timedelta, calendar: Calendar) -> Moment:
    """The first moment by which the office was open that long since `begin`; `begin` where that is not at all."""
    at = begin
    for first, last in _open(begin, calendar):
        if amount <= datetime.timedelta():
            return at
        at = min(last, first + amount)
        amount -= at - first
    return at


def _open(begin: Moment, calendar: Calendar) -> Iterator[tuple[Moment, Moment]]:
    """The stretches from `begin` on in which the office is open, one after another."""
    for more in range(_LONGEST_DAYS):
        day = begin.date() + datetime.timedelta(days=more)
        for opens, closes in calendar.hours.spans if calendar.works_on(day) else ():
            first, last = (
                datetime.datetime.combine(day, datetime.time.fromisoformat(each), tzinfo=begin.tzinfo)
                for each in (opens, closes)
            )
            if last > begin:
                yield max(first, begin), last
