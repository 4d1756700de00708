"""Findings about oneself, as the officer reads them: what, when, until when; one's own words; how it ended for oneself.

Names nobody else, shows nobody else's explanation, and leads to no footage: whoever is filmed has no right of their own
to play it. Of restricted time only its being there is told.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.models import Account
from minhbach.centre.access.restricting import closed_spans
from minhbach.centre.footage.timeline import UNREADABLE, moment
from minhbach.centre.oversight.case import MeasureTold, measure_told
from minhbach.centre.oversight.models import ENDS, Finding, FindingStep, Measure, StepKind
from minhbach.centre.oversight.reading import LATE, STATES, state_of
from minhbach.centre.oversight.terms import own_term, terms_of
from minhbach.centre.registry import reading as registry
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

#: How many are looked through for those that wait.
SOME = 50


@dataclass(frozen=True, slots=True)
class Own:
    """A finding about the person."""

    row: Finding
    unit_name: str
    state: tuple[str, Words]
    post: str
    explain_by: datetime.datetime
    mine: tuple[FindingStep, ...]
    conclusion: FindingStep | None
    ended: bool
    measures: tuple[MeasureTold, ...]
    #: In restricted time: a denunciation may be about whoever reads this.
    closed: bool

    @property
    def what(self) -> Words:
        """What it is about."""
        return UNREADABLE if self.closed else Words(self.row.situation_vi, self.row.situation_en)

    @property
    def begin(self) -> datetime.datetime:
        """In Vietnam."""
        return moment(self.row.begin_us)

    @property
    def end(self) -> datetime.datetime:
        """In Vietnam."""
        return moment(self.row.until_us)


def rows_of(person: UUID) -> "QuerySet[Finding]":
    """Every finding that concerns the person."""
    return (
        Finding.objects.filter(concerned__person=person)
        .select_related("room")
        .prefetch_related("steps__by", "corrections__steps", "concerned", "prolonged")
        .order_by("-found_at", "-id")
    )


def lines_of(rows: Sequence[Finding], actor: Account, *, now: datetime.datetime) -> list[Own]:
    """These findings as the person reads them."""
    person, shut = actor.person_id, _shut(rows, actor, now)
    names = registry.names_on({row.unit_id for row in rows}, registry.day_of(now))
    measures: dict[UUID, list[Measure]] = {}
    found = Measure.objects.filter(person=person, acts__finding__in=[row.id for row in rows]).distinct()
    for made in found.select_related("person", "by").prefetch_related("acts__finding", "steps__by"):
        for act in made.acts.all():
            measures.setdefault(act.finding_id, []).append(made)
    return [_line(row, person, names, measures.get(row.id, []), row.id in shut, now) for row in rows]


def _line(
    row: Finding,
    person: UUID,
    names: dict[UUID, registry.Naming],
    measures: Sequence[Measure],
    closed: bool,
    now: datetime.datetime,
) -> Own:
    steps, terms = tuple(row.steps.all()), terms_of(row)
    named = next((each for each in row.concerned.all() if each.person_id == person), None)
    until = own_term(named, terms) if named else terms.explain_by
    return Own(
        row,
        names[row.unit_id].name if row.unit_id in names else "",
        _state(row, steps, until, now),
        named.post if named else "",
        until,
        tuple(step for step in steps if step.by_id == person and step.kind == StepKind.EXPLAINED),
        next((step for step in steps if step.kind == StepKind.CONCLUDED), None),
        any(step.kind in ENDS for step in steps),
        () if closed else tuple(measure_told(made) for made in measures),
        closed,
    )


def _state(
    row: Finding, steps: Sequence[FindingStep], until: datetime.datetime, now: datetime.datetime
) -> tuple[str, Words]:
    """How it stands for the person: whoever was named later is not late when the unit is."""
    state = state_of(row, steps, now)
    return STATES[StepKind.READ] if state == LATE[True] and now <= until else state


def _shut(rows: Sequence[Finding], actor: Account, now: datetime.datetime) -> set[UUID]:
    """Those of them that lie in restricted time."""
    if not rows:
        return set()
    begin, end = moment(min(row.begin_us for row in rows)), moment(max(row.until_us for row in rows))
    rooms = {row.room_id for row in rows}
    spans = closed_spans(standing_of(actor, now=now), Right.PLAYBACK, rooms, begin, end)
    return {
        row.id
        for row in rows
        if any(
            moment(row.begin_us) < last and first < moment(row.until_us) for first, last in spans.get(row.room_id, ())
        )
    }


def one(actor: Account, finding: UUID, *, now: datetime.datetime) -> Own | None:
    """One finding about the person, noted as read; none where it does not concern them."""
    row = rows_of(actor.person_id).filter(id=finding).first()
    if row is None:
        return None
    _note_read(row, actor.person_id, now)
    return lines_of([row], actor, now=now)[0]


def owed(actor: Account, *, now: datetime.datetime) -> list[Own]:
    """Those that have not ended and that the person has said nothing to, by their term."""
    rows = rows_of(actor.person_id).exclude(steps__kind__in=ENDS).order_by("explain_by", "id")
    found = lines_of(list(rows[:SOME]), actor, now=now)
    return sorted((line for line in found if not line.mine), key=lambda line: line.explain_by)


def _note_read(row: Finding, person: UUID, now: datetime.datetime) -> None:
    if any(step.by_id == person for step in row.steps.all()):
        return
    try:
        with transaction.atomic():
            FindingStep.objects.create(finding=row, kind=StepKind.READ, at=now, by_id=person)
    except IntegrityError:  # two windows at once, or it ended in this moment
        return
