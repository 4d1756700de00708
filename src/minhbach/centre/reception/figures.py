"""What reports count of reception: sessions, people, matters, and days that went by; from the rows, for days.

Promises few queries, however many units. Counts hold whatever is restricted: a number tells nobody's name.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Sum

from minhbach.centre.reception.models import BookEntry, MissedDay, MissedStep, MissedStepKind, Session
from minhbach.centre.registry.reading import VIETNAM


@dataclass(frozen=True, slots=True)
class Received:
    """Of one unit: sessions held, people who came, matters by their class as they were written."""

    sessions: int
    people: int
    matters: dict[str, int]


def received(units: Collection[UUID], begin: datetime.date, end: datetime.date) -> dict[UUID, Received]:
    """By unit, from `begin` up to and with `end`; units where nothing was are absent."""
    span = _moments(begin, end)
    held = Session.objects.filter(unit__in=units, opened_at__gte=span[0], opened_at__lt=span[1]).order_by()
    counted = {row["unit"]: row for row in held.values("unit").annotate(n=Count("id"), came=Sum("people"))}
    written = BookEntry.objects.filter(session__in=held).order_by().values("unit", "matter").annotate(n=Count("id"))
    matters: dict[UUID, dict[str, int]] = {}
    for row in written:
        matters.setdefault(row["unit"], {})[row["matter"]] = row["n"]
    return {unit: Received(row["n"], row["came"] or 0, matters.get(unit, {})) for unit, row in counted.items()}


def missed_days(begin: datetime.date, end: datetime.date) -> dict[UUID, list[datetime.date]]:
    """Reception days of each unit on which nobody had begun in time, nobody received later, and no reason was taken."""
    excused = MissedStep.objects.filter(kind=MissedStepKind.ACCEPTED).values("missed")
    rows = list(MissedDay.objects.filter(day__range=(begin, end)).exclude(id__in=excused).order_by("day"))
    span = _moments(begin, end)
    held = Session.objects.filter(unit__in={row.unit_id for row in rows}, opened_at__gte=span[0], opened_at__lt=span[1])
    late = {(unit, at.astimezone(VIETNAM).date()) for unit, at in held.values_list("unit", "opened_at")}
    found: dict[UUID, list[datetime.date]] = {}
    for row in rows:
        if (row.unit_id, row.day) not in late:
            found.setdefault(row.unit_id, []).append(row.day)
    return found


def _moments(begin: datetime.date, end: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    midnight = datetime.time()
    after = end + datetime.timedelta(days=1)
    return (
        datetime.datetime.combine(begin, midnight, tzinfo=VIETNAM),
        datetime.datetime.combine(after, midnight, tzinfo=VIETNAM),
    )
