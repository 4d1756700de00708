"""Until when a finding is explained and concluded: as it says itself, and anew from each time that more was asked for.

Whoever is asked for more has as many working days for it as they had at first, by the calendar and the regulation of
the day on which it was asked, and whoever concludes has theirs after it. The step that asks says both; nothing here
asks the database where the steps were fetched with their finding.
"""

import datetime
from dataclasses import dataclass

from django.db.models import DateTimeField, F, Max, OuterRef, Subquery
from django.db.models.functions import Greatest

from minhbach.centre.oversight.models import Concerned, Finding, FindingStep, StepKind

#: What is said about it, as against that it was read or has ended.
_SAID = (StepKind.EXPLAINED, StepKind.RETURNED)


@dataclass(frozen=True, slots=True)
class Terms:
    """The moments at which explaining and concluding become late."""

    explain_by: datetime.datetime
    conclude_by: datetime.datetime


def terms_of(row: Finding) -> Terms:
    """The terms of a finding by now."""
    steps = row.steps.all()
    return Terms(
        max([row.explain_by, *(step.explain_by for step in steps if step.explain_by)]),
        max([row.conclude_by, *(step.conclude_by for step in steps if step.conclude_by)]),
    )


def term_now(name: str) -> Greatest:
    """One of the terms as a column of findings: `explain_by` or `conclude_by`."""
    steps = FindingStep.objects.filter(finding=OuterRef("pk")).order_by().values("finding")
    # PostgreSQL's GREATEST passes over what is null, which it is where nothing was sent back.
    last = Subquery(steps.annotate(last=Max(name)).values("last"), output_field=DateTimeField())
    return Greatest(F(name), last)


def is_explained(row: Finding) -> bool:
    """Whether something was explained, and nothing more was asked for since."""
    said = [step.kind for step in row.steps.all() if step.kind in _SAID]
    return bool(said) and said[-1] == StepKind.EXPLAINED


def is_waited_for(row: Finding, now: datetime.datetime) -> bool:
    """Whether there is still time to explain what is not explained: until then nothing is concluded."""
    return not is_explained(row) and now <= terms_of(row).explain_by


def own_term(named: Concerned, terms: Terms) -> datetime.datetime:
    """Until when somebody whom it concerns may explain it: their own term, or what more was asked for."""
    return max(named.until, terms.explain_by)
