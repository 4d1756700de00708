"""Findings counted, unit by unit: for monthly reports and rankings. Each number can be counted again from the rows.

Promises a few queries for any number of units. A unit is the one whose book the finding stands in, whatever became of
it since. Months are the caller's: moments, the end left out.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from minhbach.centre.oversight.models import (
    Correction,
    CorrectionKind,
    CorrectionStep,
    Finding,
    FindingStep,
    Level,
    Measure,
    MeasureKind,
    MeasureStep,
    StepKind,
)
from minhbach.centre.registry import reading as registry

Moment = datetime.datetime


@dataclass(slots=True)
class Counts:
    """What happened in a span. By code where there are several: `sources`, `situations`, `forms`, `decided`."""

    made: int = 0
    sources: dict[str, int] = field(default_factory=dict)
    situations: dict[str, int] = field(default_factory=dict)
    upheld: int = 0
    unfounded: int = 0
    withdrawn: int = 0
    lawful: int = 0
    corrections_given: int = 0
    corrections_accepted: int = 0
    #: Of all that were ever given: not accepted and past their first day at the end of the span.
    corrections_late: int = 0
    #: Forms inside the unit, by code; proposals of discipline; decisions on them, by code.
    forms: dict[str, int] = field(default_factory=dict)
    proposed: int = 0
    decided: dict[str, int] = field(default_factory=dict)


def finding_counts(begin: Moment, end: Moment) -> dict[UUID, Counts]:
    """By unit; units without anything are absent. Seven queries."""
    found: dict[UUID, Counts] = {}

    def of(unit: UUID) -> Counts:
        return found.setdefault(unit, Counts())

    made = Finding.objects.filter(found_at__gte=begin, found_at__lt=end).order_by()
    for unit, source, situation, count in made.values_list("unit", "source", "situation").annotate(n=Count("id")):
        each = of(unit)
        each.made += count
        each.sources[source] = each.sources.get(source, 0) + count
        each.situations[situation] = each.situations.get(situation, 0) + count
    _ends(begin, end, of)
    _corrections(begin, end, of)
    _measures(begin, end, of)
    return found


def _ends(begin: Moment, end: Moment, of: Callable[[UUID], Counts]) -> None:
    steps = FindingStep.objects.filter(at__gte=begin, at__lt=end).order_by()
    counted = steps.values_list("finding__unit").annotate(
        true=Count("id", filter=Q(upheld=True)),
        false=Count("id", filter=Q(upheld=False)),
        back=Count("id", filter=Q(kind=StepKind.WITHDRAWN)),
        cause=Count("id", filter=Q(kind=StepKind.LAWFUL)),
    )
    for unit, upheld, unfounded, withdrawn, lawful in counted:
        each = of(unit)
        each.upheld, each.unfounded, each.withdrawn, each.lawful = upheld, unfounded, withdrawn, lawful


def _corrections(begin: Moment, end: Moment, of: Callable[[UUID], Counts]) -> None:
    given = Correction.objects.filter(given_at__gte=begin, given_at__lt=end).order_by()
    for unit, count in given.values_list("finding__unit").annotate(n=Count("id")):
        of(unit).corrections_given = count
    accepted = CorrectionStep.objects.filter(kind=CorrectionKind.ACCEPTED).order_by()
    within = accepted.filter(at__gte=begin, at__lt=end)
    for unit, count in within.values_list("correction__finding__unit").annotate(n=Count("id")):
        of(unit).corrections_accepted = count
    done = Exists(accepted.filter(correction=OuterRef("pk"), at__lt=end))
    late = Correction.objects.filter(~done, given_at__lt=end, due_on__lt=registry.day_of(end)).order_by()
    for unit, count in late.values_list("finding__unit").annotate(n=Count("id")):
        of(unit).corrections_late = count


def _measures(begin: Moment, end: Moment, of: Callable[[UUID], Counts]) -> None:
    taken = Measure.objects.filter(at__gte=begin, at__lt=end).order_by()
    for unit, level, form, count in taken.values_list("unit", "level", "form").annotate(n=Count("id")):
        each = of(unit)
        if level == Level.FORMAL:
            each.proposed += count
        else:
            each.forms[form] = each.forms.get(form, 0) + count
    decided = MeasureStep.objects.filter(kind=MeasureKind.DECIDED, at__gte=begin, at__lt=end).order_by()
    for unit, form, count in decided.values_list("measure__unit", "form").annotate(n=Count("id")):
        of(unit).decided[form] = count
