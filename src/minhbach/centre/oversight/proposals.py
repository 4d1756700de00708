"""Proposals of discipline that nobody has ended yet: which they are, and by which day each is to go on; reads only.

A proposal waits for the competent body until its term, or is deferred until the day on which that is looked at again.
Asks nothing of who may read it.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import DateField, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, TruncDate

from minhbach.centre.oversight.models import MEASURE_ENDS, Level, Measure, MeasureAct, MeasureKind, MeasureStep
from minhbach.centre.registry import reading as registry

#: Of those from before a proposal had a term of its own.
FORMER = datetime.timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Open:
    """A proposal that waits, as a list of findings tells of it."""

    deferred: bool
    due_on: datetime.date
    late: bool


def open_proposals() -> "QuerySet[Any]":
    """Every one that was neither decided nor dropped, each with `due`, and `last` where it was deferred or resumed."""
    steps = MeasureStep.objects.filter(measure=OuterRef("pk")).order_by("-at", "-id")
    former = TruncDate(
        ExpressionWrapper(F("at") + Value(FORMER), output_field=DateTimeField()), tzinfo=registry.VIETNAM
    )
    put = Subquery(steps.filter(due_on__isnull=False).values("due_on")[:1], output_field=DateField())
    waits = steps.filter(kind__in=[MeasureKind.DEFERRED, MeasureKind.RESUMED])
    return Measure.objects.filter(~Exists(steps.filter(kind__in=MEASURE_ENDS)), level=Level.FORMAL).annotate(
        due=Coalesce(put, F("due_on"), former), last=Subquery(waits.values("kind")[:1])
    )


def with_open_proposal() -> Exists:
    """The condition for findings of which a proposal waits."""
    waiting = open_proposals().order_by().values("pk")
    return Exists(MeasureAct.objects.filter(finding=OuterRef("pk"), measure__in=waiting))


def of_findings(rows: Collection[UUID], day: datetime.date) -> dict[UUID, list[Open]]:
    """Those that wait, by finding; findings without one are absent. One query."""
    found: dict[UUID, list[Open]] = {}
    told = open_proposals().filter(acts__finding__in=rows).order_by("due", "id")
    for finding, due, last in told.values_list("acts__finding", "due", "last"):
        found.setdefault(finding, []).append(Open(last == MeasureKind.DEFERRED, due, due < day))
    return found


def proposals_of(person: UUID, until: datetime.date) -> list[datetime.date]:
    """The days of those that this person made, the earliest first; of deferred ones only up to a day. One query."""
    rows = open_proposals().filter(by=person).order_by("due").values_list("due", "last")
    return [due for due, last in rows if last != MeasureKind.DEFERRED or due <= until]


def late_ones(day: datetime.date) -> list[tuple[Measure, datetime.date, bool]]:
    """Those whose day is over, with it, and whether they are deferred; with their acts, and what was told of those."""
    late = open_proposals().filter(due__lt=day).order_by("due", "id")
    terms = {made: (due, last == MeasureKind.DEFERRED) for made, due, last in late.values_list("id", "due", "last")}
    rows = Measure.objects.prefetch_related("acts__finding__room", "acts__finding__told").in_bulk(terms)
    return [(rows[made], *term) for made, term in terms.items()]


def due_of(made: Measure) -> datetime.date:
    """The same day of one whose steps were fetched with it."""
    days = [step.due_on for step in made.steps.all() if step.due_on]
    return days[-1] if days else made.due_on or registry.day_of(made.at + FORMER)
