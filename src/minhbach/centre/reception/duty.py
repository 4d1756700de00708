"""What a regulation says about receiving citizens, in the words of this app; the one place that reads it.

Pure: rules in, values out. Which days of a month are reception days, what happens with a closed one, by when a session
must have begun, who may receive instead of the head, and the terms of what is brought forward.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from minhbach.centre.reception.models import Matter
from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.rules import Rules
from minhbach.centre.words import Words

Moment = datetime.datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """The rule of reception in a version."""

    days: tuple[int, ...]
    #: "skip", "after" or "before": what happens with a day on which the office is closed.
    closed: str
    #: Whether a decision may name somebody who receives instead of the head.
    may_delegate: bool
    #: So long after the office opens a day without a session is told of.
    grace: datetime.timedelta
    #: From so many people in one matter they name representatives.
    represented_from: int
    #: Why a day may go by without a session, by code.
    reasons: Mapping[str, Words]


def duty_in(rules: Rules) -> Duty:
    """The rule of reception in this version."""
    return Duty(
        days=tuple(sorted(set(rules.reception_days))),
        closed=rules.reception_day_closed,
        may_delegate=rules.reception_delegation == "decision",
        grace=datetime.timedelta(minutes=rules.times.reception_begun_minutes),
        represented_from=rules.times.reception_represented_people,
        reasons=rules.reception_reasons,
    )


def begins_by(day: datetime.date, duty: Duty, calendar: Calendar, zone: datetime.tzinfo) -> Moment:
    """By when a session must have begun on a reception day."""
    opens = datetime.time.fromisoformat(calendar.hours.spans[0][0])
    return datetime.datetime.combine(day, opens, tzinfo=zone) + duty.grace


@dataclass(frozen=True, slots=True)
class Terms:
    """Until which day a matter is accepted, returned or forwarded, and until which it is settled. Vietnamese days."""

    handle_by: datetime.date
    settle_by: datetime.date


def terms_of(matter: Matter, received: datetime.date, rules: Rules, calendar: Calendar) -> Terms:
    """The terms of a matter brought forward on this day; the day itself is not counted, a closed last day moves on.

    A complaint and a denunciation are settled within so many days of their acceptance (`settled_by`): as long as they
    are not accepted, of its last lawful day.
    """
    times = rules.times
    if matter is Matter.COMPLAINT:
        accepted = received + datetime.timedelta(days=times.reception_complaint_accept_days)
    elif matter is Matter.DENUNCIATION:
        accepted = calendar.after(received, times.reception_denunciation_accept_wd)
    else:
        accepted = calendar.after(received, times.reception_petition_answer_wd)
    handled = calendar.on_or_after(accepted)
    return Terms(handled, settled_by(matter, accepted, rules, calendar) or handled)


def settled_by(matter: Matter, accepted: datetime.date, rules: Rules, calendar: Calendar) -> datetime.date | None:
    """Until when a matter accepted on this day is settled; none for what is answered within one term in all."""
    days = {
        Matter.COMPLAINT: rules.times.reception_complaint_settle_days,
        Matter.DENUNCIATION: rules.times.reception_denunciation_settle_days,
    }.get(matter)
    return None if days is None else calendar.on_or_after(accepted + datetime.timedelta(days=days))


def extended_to(
    matter: Matter, accepted: datetime.date, settle_by: datetime.date, times: int, rules: Rules, calendar: Calendar
) -> datetime.date | None:
    """Until when at most one more extension gives; none where the law gives none. `times` it was extended before."""
    limits = rules.times
    if matter is Matter.COMPLAINT and times == 0:
        last = accepted + datetime.timedelta(days=limits.reception_complaint_longest_days)
    elif matter is Matter.DENUNCIATION and times < limits.reception_denunciation_extensions:
        last = settle_by + datetime.timedelta(days=limits.reception_denunciation_extend_days)
    else:
        return None
    found = calendar.on_or_after(last)
    return found if found > settle_by else None
