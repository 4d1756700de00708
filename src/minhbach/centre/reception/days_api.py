"""JSON of reception days: the calendar of a unit, its changes, and days that went by without a session."""

import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from minhbach.centre.access.api import pair
from minhbach.centre.messaging.actions import both
from minhbach.centre.reception import calendars
from minhbach.centre.reception.actions import days
from minhbach.centre.reception.models import REASON_LENGTH, DayChangeKind, MissedDay
from minhbach.centre.reception.planning import month_of
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words
from minhbach.centre.words.shapes import Pair

of_units = Router(tags=["reception"])
missed = Router(tags=["reception"])
followed = Router(tags=["reception"])


class DayTold(Schema):
    """A reception day of a unit; `state` in both languages, `rule_day` the day of the month it stands for."""

    day: datetime.date
    rule_day: datetime.date | None
    held: bool
    kind: str
    state: Pair
    reason: str
    decision_number: str
    receiver: str
    missed: UUID | None


class ChangeIn(Schema):
    """What is changed of a day; the reason is posted."""

    kind: DayChangeKind
    day: datetime.date
    reason: Annotated[str, Field(min_length=1, max_length=REASON_LENGTH)]
    moved_to: datetime.date | None = None
    receiver: UUID | None = None
    decision_number: Annotated[str, Field(max_length=60)] = ""


class UnitDay(Schema):
    """How a unit stands on a day."""

    unit: UUID
    name: str
    kind: str
    state: Pair
    missed: UUID | None


class MatterStepTold(Schema):
    """What was said about a missed day."""

    kind: str
    code: str
    words: str
    by: str
    at: datetime.datetime


class MissedTold(Schema):
    """A reception day without a session."""

    id: UUID
    unit: UUID
    day: datetime.date
    found_at: datetime.datetime
    steps: list[MatterStepTold]


class ExplanationIn(Schema):
    """A reason of the regulation's catalogue, by its code, and more words."""

    code: Annotated[str, Field(max_length=40)]
    words: Annotated[str, Field(max_length=REASON_LENGTH)] = ""


class MatterAnswerIn(Schema):
    """Whether the reason is taken; if not, why."""

    accepted: bool
    words: Annotated[str, Field(max_length=REASON_LENGTH)] = ""


@of_units.get("/{uuid:unit}/reception-days", response=list[DayTold], summary="The reception days of a month")
def of_month(request: HttpRequest, unit: UUID, year: int = 0, month: int = 0) -> list[dict[str, object]]:
    """This month where none is named; days that are not held too."""
    today = registry.day_of(_now(request))
    first = today.replace(day=1)
    if 2000 <= year <= 2200 and 1 <= month <= 12:
        first = datetime.date(year, month, 1)
    return [_day(line) for line in calendars.days_of(unit, *month_of(first), now=_now(request))]


@of_units.post(
    "/{uuid:unit}/reception-days", response={200: list[DayTold], 409: Pair}, summary="Change a reception day"
)
def change(request: HttpRequest, unit: UUID, new: ChangeIn) -> Status[object]:
    """Posted at once; the month of the day as it stands then."""
    try:
        made = days.change_day(request.user, unit=unit, change=days.Change(**new.dict()), now=_now(request))  # type: ignore[arg-type]
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    lines = calendars.days_of(unit, *month_of(made.day), now=_now(request))
    return Status(200, [_day(line) for line in lines])


@followed.get("", response=list[UnitDay], summary="How units stand on a reception day")
def of_day(request: HttpRequest, day: datetime.date | None = None) -> list[dict[str, object]]:
    """The units within reach that receive on the day, those without a session first; today where none is named."""
    now = _now(request)
    _, units = calendars.reach(request.user, now=now)  # type: ignore[arg-type]  # the guard's
    return [
        {
            "unit": each.unit, "name": each.name, "kind": each.state[0], "state": _said(each.state[1]),
            "missed": each.missed.id if each.missed else None,
        }
        for each in calendars.units_on(units, _sensible(day, registry.day_of(now)), now=now) if each.state
    ]  # fmt: skip


@missed.get("/{uuid:missed}", response=MissedTold, summary="A reception day without a session")
def told(request: HttpRequest, missed: UUID) -> dict[str, object]:
    """And what was said about it."""
    return _missed(missed)


@missed.post("/{uuid:missed}/explanation", response={200: MissedTold, 409: Pair}, summary="Say why")
def explanation(request: HttpRequest, missed: UUID, new: ExplanationIn) -> Status[object]:
    """By the unit."""
    try:
        days.explain(request.user, missed, code=new.code, words=new.words, now=_now(request))  # type: ignore[arg-type]
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, _missed(missed))


@missed.post("/{uuid:missed}/answer", response={200: MissedTold, 409: Pair}, summary="Answer the reason")
def answer(request: HttpRequest, missed: UUID, new: MatterAnswerIn) -> Status[object]:
    """By whoever supervises."""
    try:
        days.answer(request.user, missed, accepted=new.accepted, words=new.words, now=_now(request))  # type: ignore[arg-type]
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, _missed(missed))


def _day(line: calendars.DayLine) -> dict[str, object]:
    plan = line.plan
    return {
        "day": plan.day,
        "rule_day": plan.rule_day,
        "held": not plan.cancelled,
        "kind": line.state[0],
        "state": _said(line.state[1]),
        "reason": plan.change.reason if plan.change else "",
        "decision_number": (plan.delegated or plan.change).decision_number if plan.delegated or plan.change else "",  # type: ignore[union-attr]
        "receiver": plan.delegated.receiver.full_name if plan.delegated and plan.delegated.receiver else "",
        "missed": line.missed.id if line.missed else None,
    }


def _missed(missed: UUID) -> dict[str, object]:
    row = get_object_or_404(MissedDay, id=missed)
    steps = [
        {"kind": step.kind, "code": step.code, "words": step.words, "by": step.by.full_name, "at": step.at}
        for step in row.steps.select_related("by")
    ]
    return {"id": row.id, "unit": row.unit_id, "day": row.day, "found_at": row.found_at, "steps": steps}


def _said(words: Words | str) -> dict[str, str]:
    vi, en = both(words) if isinstance(words, Words) else (words, words)
    return {"vi": vi, "en": en}


def _sensible(day: datetime.date | None, today: datetime.date) -> datetime.date:
    return day if day is not None and abs((day - today).days) < 800 else today


def _now(request: HttpRequest) -> datetime.datetime:
    return request.now  # type: ignore[attr-defined,no-any-return]  # the guard set it
