"""Until when a citizen's request is to be acknowledged and answered; pure.

Counted as Nghị định 356/2025, article 5, has it: receipt is confirmed within working days; the answer is due after
calendar days, more of them where another body takes part, and once more of them with a reason. The day of receipt is
not counted, and a term that ends on a closed day ends with the next working day (Bộ luật Dân sự, articles 147, 148).
The numbers are the regulation's.
"""

import datetime
from dataclasses import dataclass

from minhbach.centre.evidence.models import Wanted
from minhbach.centre.registry.reading import VIETNAM
from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.rules import Times


@dataclass(frozen=True, slots=True)
class Terms:
    """The two ends of a request. `remind_at`: when whoever decides is told that the second is near.

    `acknowledge_remind_at`: the same of the first, which is so short that only the morning of its last day is left.
    """

    acknowledge_by: datetime.datetime
    acknowledge_remind_at: datetime.datetime
    answer_by: datetime.datetime
    remind_at: datetime.datetime


def terms(
    received: datetime.datetime, wanted: str, calendar: Calendar, times: Times, *, third_party: bool, extended: bool
) -> Terms:
    """The terms of a request that came in at that moment."""
    day = received.astimezone(VIETNAM).date()
    last = calendar.on_or_after(day + datetime.timedelta(days=days_of(wanted, times, third_party, extended)))
    remind = calendar.on_or_before(last - datetime.timedelta(days=1))
    for _ in range(max(0, times.subject_remind_wd - 1)):
        remind = calendar.on_or_before(remind - datetime.timedelta(days=1))
    acknowledge_by = _closing(calendar.after(day, times.subject_acknowledge_wd), calendar)
    return Terms(
        acknowledge_by=acknowledge_by,
        acknowledge_remind_at=acknowledge_by.replace(hour=0, minute=0),
        answer_by=_closing(last, calendar),
        remind_at=_closing(remind, calendar).replace(hour=0, minute=0),
    )


def days_of(wanted: str, times: Times, third_party: bool, extended: bool) -> int:
    """How many calendar days the answer may take."""
    if wanted == Wanted.ERASE:
        days = times.subject_erase_third_days if third_party else times.subject_erase_days
        return days + (times.subject_erase_more_days if extended else 0)
    days = times.subject_copy_third_days if third_party else times.subject_copy_days
    return days + (times.subject_copy_more_days if extended else 0)


def _closing(day: datetime.date, calendar: Calendar) -> datetime.datetime:
    """The end of office hours of the day."""
    end = datetime.time.fromisoformat(calendar.hours.spans[-1][1])
    return datetime.datetime.combine(day, end, tzinfo=VIETNAM)
