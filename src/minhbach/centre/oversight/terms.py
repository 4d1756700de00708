"""Until when a finding is explained and concluded: as it says itself, and anew from each time that more was asked for.

Whoever is asked for more has as many working days for it as they had at first, by the calendar and the regulation of
the day on which it was asked, and whoever concludes has theirs after it. Worked out from the steps each time: three
questions to the database for any number of findings, and none where nothing was returned.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from minhbach.centre.dossiers.deadlines import closing
from minhbach.centre.oversight.models import Finding, StepKind
from minhbach.centre.registry.reading import VIETNAM
from minhbach.centre.regulation.reading import Law, laws_at


@dataclass(frozen=True, slots=True)
class Terms:
    """The moments at which explaining and concluding become late."""

    explain_by: datetime.datetime
    conclude_by: datetime.datetime


def terms_of(rows: Iterable[Finding]) -> dict[UUID, Terms]:
    """The terms of these findings, by their ids; of their steps as they were fetched."""
    found: dict[UUID, Terms] = {}
    asked: list[tuple[Finding, datetime.datetime]] = []
    for row in rows:
        found[row.id] = Terms(row.explain_by, row.conclude_by)
        if returned := [step.at for step in row.steps.all() if step.kind == StepKind.RETURNED]:
            asked.append((row, max(returned).astimezone(VIETNAM)))
    laws = laws_at({(row.unit_id, at.date()) for row, at in asked}) if asked else {}
    for row, at in asked:
        found[row.id] = _anew(found[row.id], laws[row.unit_id, at.date()], at)
    return found


def _anew(before: Terms, law: Law, at: datetime.datetime) -> Terms:
    # Of a unit that has ended no regulation says how long: what was said at first stays.
    if law.rules is None:
        return before
    times, calendar = law.rules.times, law.calendar
    explain_by, conclude_by = (
        closing(calendar.after(at.date(), days), calendar.hours, at)
        for days in (times.finding_explained_wd, times.finding_concluded_wd)
    )
    return Terms(max(before.explain_by, explain_by), max(before.conclude_by, explain_by, conclude_by))
