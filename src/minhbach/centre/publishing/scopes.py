"""Who owes a report for which month, and which rooms it speaks of.

Follows the register of the last day that is counted: whoever holds a room reports on it, whoever supervises rooms of a
type reports on those, and the unit itself that the supervision is of (its own area) reports on the whole. A unit that
was merged away within the month is spoken of by its only heir.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from minhbach.centre.publishing.counting import DAY, Figures, add_up, together
from minhbach.centre.publishing.models import Kind, Report
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Placement, RoomType, Succession, Tenure
from minhbach.centre.regulation.models import Supervision

TYPES = tuple(each.value for each in RoomType)
OF_TYPE = {RoomType.RECEPTION_ROOM.value: Kind.RECEPTION, RoomType.ONE_STOP.value: Kind.ONE_STOP}


@dataclass(frozen=True, slots=True)
class Owed:
    """A unit reports in this quality."""

    unit: UUID
    kind: Kind


#: Between the last day that a report counts and the day on which it is drafted.
LONGEST_DRAFTING = 31 * DAY


@dataclass(frozen=True, slots=True)
class Span:
    """For these days, both included, these units count, with rooms of these types."""

    units: frozenset[UUID]
    types: tuple[str, ...]
    first: datetime.date
    last: datetime.date


def owed(first: datetime.date, last: datetime.date) -> list[Owed]:
    """Every report owed for these days. Two queries."""
    held = Tenure.objects.filter(valid_from__lte=last).exclude(valid_until__lte=last)
    found = {Owed(unit, Kind.OPERATES) for unit in held.values_list("unit", flat=True)}
    rows = Supervision.objects.filter(valid_from__lte=last).exclude(valid_until__lte=last)
    for body, area, room_type in rows.values_list("body", "area", "room_type"):
        found.add(Owed(body, Kind.LEADS if body == area else OF_TYPE[room_type]))
    return sorted(found, key=lambda each: (each.kind, str(each.unit)))


def spans(unit: UUID, kind: str, first: datetime.date, last: datetime.date) -> list[Span]:
    """What the report speaks of, stretch by stretch of days in which the tree stood still."""
    if kind == Kind.OPERATES:
        return [Span(frozenset({unit, *_inherited(unit, first, last)}), TYPES, first, last)]
    changes = set(_changes(first, last))
    begins = sorted({first, *changes})
    found = []
    for begin, end in zip(begins, [*(day - DAY for day in begins[1:]), last], strict=True):
        for types, areas in _areas(unit, kind, end):
            found.append(Span(frozenset(registry.units_below(areas, end)), types, begin, end))
    return found


def figures(report: Report) -> Figures:
    """What the counted days come to for the report."""
    return figures_of(report.unit_id, report.kind, report.first_day, report.last_day)


def figures_of(unit: UUID, kind: str, first: datetime.date, last: datetime.date) -> Figures:
    """The same for a body and days."""
    return together(
        part for span in spans(unit, kind, first, last)
        for part in _with_ends(add_up(span.units, span.types, span.first, span.last), span, last)
    )  # fmt: skip


def _with_ends(found: dict[tuple[UUID, str], Figures], span: Span, last: datetime.date) -> Iterable[Figures]:
    # How many rooms there are is said of the end of the report's days, not of the end of each stretch.
    for part in found.values():
        yield (
            part if span.last == last else {k: v for k, v in part.items() if k not in ("rooms", "cameras", "counters")}
        )


def _areas(unit: UUID, kind: str, day: datetime.date) -> list[tuple[tuple[str, ...], list[UUID]]]:
    if kind == Kind.LEADS:
        return [(TYPES, [unit])]
    room_type = next(each for each, of in OF_TYPE.items() if of == kind)
    rows = Supervision.objects.filter(body=unit, room_type=room_type, valid_from__lte=day).exclude(valid_until__lte=day)
    return [((room_type,), list(rows.values_list("area", flat=True)))]


def _changes(first: datetime.date, last: datetime.date) -> Iterable[datetime.date]:
    """Days on which some unit moved in the tree."""
    moved = Q(valid_from__gt=first, valid_from__lte=last) | Q(valid_until__gt=first, valid_until__lte=last)
    for edges in Placement.objects.filter(moved).values_list("valid_from", "valid_until").distinct():
        yield from (day for day in edges if day is not None and first < day <= last)


def _inherited(unit: UUID, first: datetime.date, last: datetime.date) -> set[UUID]:
    """Units that left all to this one within the days, or after them but before a report of theirs was drafted."""
    found_own = Report.objects.filter(last_day=last).values("unit")
    drafting = last + LONGEST_DRAFTING
    ended = Succession.objects.filter(day__gt=first, day__lte=drafting).exclude(day__gt=last, predecessor__in=found_own)
    rows = list(ended.values_list("predecessor", "successor"))
    found: set[UUID] = set()
    asked = {unit}
    while asked:
        gone = {old for old, new in rows if new in asked and len({n for o, n in rows if o == old}) == 1}
        asked = gone - found - {unit}
        found |= asked
    return found
