"""JSON of working calendars: the single days of a year, what an office works on any day, and terms counted over it.

Parses, calls one read or one action, answers. What is not possible is 422 with the sentence in both languages and the
field it is about.
"""

import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from minhbach.centre.registry.api import actor_of, now_of, today_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation import actions, reading
from minhbach.centre.regulation.models import CalendarDay
from minhbach.centre.words.shapes import Why

router = Router(tags=["regulation"])
Year = Annotated[int, Field(ge=2000, le=2099)]
Kind = Literal["holiday", "swapped", "makeup"]
Count = Annotated[int, Field(ge=0, le=1000)]
Begin = Annotated[datetime.date, Field(ge=datetime.date(2000, 1, 1), le=datetime.date(2099, 12, 31))]


class SingleDay(Schema):
    """A day that its weekday does not tell. `source` is empty where nobody checked it against a decision; `unit`: whose
    calendar it stands in, which may be one above.
    """

    day: datetime.date
    kind: Kind
    name: str
    source: str
    unit: UUID


class CalendarYear(Schema):
    """`weekdays` worked, 1 = Monday; `known`: whether the holidays of the year are in it, so that a term is exact."""

    year: int
    weekdays: list[int]
    known: bool
    days: list[SingleDay]


class NewDay(Schema):
    """A single day, and the decision it follows from."""

    day: datetime.date
    kind: Kind
    name: Annotated[str, Field(min_length=1, max_length=120)]
    source: Annotated[str, Field(max_length=120)] = ""


class OfDay(Schema):
    """Which day."""

    day: datetime.date


class OfYear(Schema):
    """Which year."""

    year: Year


class Adopted(Schema):
    """How many days came."""

    days: int


class Term(Schema):
    """The last day of a term of so many working days; the first day is not counted."""

    last_day: datetime.date
    known: bool


@router.get("{uuid:unit}/calendar", response=CalendarYear, summary="The working calendar of a unit")
def calendar(request: HttpRequest, unit: UUID, year: Year | None = None) -> dict[str, object]:
    """The year's single days of the unit and of those above it; this year when none is asked."""
    today = today_of(request)
    asked = year or today.year
    known = reading.calendar_of(unit, today)
    rows = reading.single_days(unit, asked, today)
    weekdays = sorted(known.hours.weekdays)
    return {"year": asked, "weekdays": weekdays, "known": known.knows(asked), "days": [_told(row) for row in rows]}


@router.get("{uuid:unit}/calendar/term", response=Term, summary="When a term of working days ends")
def term(request: HttpRequest, unit: UUID, begin: Begin, working_days: Count) -> dict[str, object]:
    """Counted over the calendar that holds for the unit today; `known` is false over a year without its holidays."""
    found = reading.calendar_of(unit, today_of(request))
    last = found.after(begin, working_days)
    return {"last_day": last, "known": all(found.knows(year) for year in range(begin.year, last.year + 1))}


@router.post("{uuid:unit}/calendar", response={201: SingleDay, 422: Why}, summary="Add a single day")
def add(request: HttpRequest, unit: UUID, new: NewDay) -> Status[object]:
    """Every term in working days follows it, here and in the units below. A unit's own people close a day only ahead
    and by a decision, unless it is closed above.
    """
    try:
        row = actions.add_day(actor_of(request), unit=unit, now=now_of(request), **new.dict())
    except NotPossible as refused:
        return Status(422, _why(refused))
    return Status(201, _told(row))


@router.post("{uuid:unit}/calendar/withdrawals", response={204: None, 422: Why}, summary="Take a single day back")
def withdraw(request: HttpRequest, unit: UUID, said: OfDay) -> Status[object]:
    """The day is none any more; that it was, is kept."""
    try:
        actions.withdraw_day(actor_of(request), unit=unit, day=said.day, now=now_of(request))
    except NotPossible as refused:
        return Status(422, _why(refused))
    return Status(204, None)


@router.post("{uuid:unit}/calendar/adoptions", response={201: Adopted, 422: Why}, summary="Take over the shipped days")
def adopt(request: HttpRequest, unit: UUID, said: OfYear) -> Status[object]:
    """The days of a year as they ship with the product, but for those that the unit has; to a unit's own people only
    those that the law itself says.
    """
    try:
        came = actions.adopt_days(actor_of(request), unit=unit, year=said.year, now=now_of(request))
    except NotPossible as refused:
        return Status(422, _why(refused))
    return Status(201, {"days": came})


def _told(row: CalendarDay) -> dict[str, object]:
    return {"day": row.day, "kind": row.kind, "name": row.name, "source": row.source, "unit": row.unit_id}


def _why(refused: NotPossible) -> dict[str, str]:
    values = dict(refused.words.values)
    said = {"vi": refused.words.vi.format(**values), "en": refused.words.en.format(**values)}
    return said | {"field": refused.field}
