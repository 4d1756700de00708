"""Who owes a report for which month, and which rooms it speaks of.

Follows the register of the last day that is counted: whoever holds a room reports on it, and the unit itself that the
supervision is of (its own area) reports on the whole. A body reports on the rooms it supervised on each of the days,
also where that began or ended amid them. A unit that was merged away within the month is spoken of by its only heir.
Promises one question for what a report speaks of, however often the tree or the supervision changed.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import connection

from minhbach.centre.publishing.counting import AT_END, DAY, Figures
from minhbach.centre.publishing.models import Kind, Report
from minhbach.centre.registry.models import RoomType, Succession, Tenure
from minhbach.centre.regulation.models import Supervision

TYPES = tuple(each.value for each in RoomType)
OF_TYPE = {RoomType.RECEPTION_ROOM.value: Kind.RECEPTION, RoomType.ONE_STOP.value: Kind.ONE_STOP}
TYPE_OF = {kind.value: room_type for room_type, kind in OF_TYPE.items()}


@dataclass(frozen=True, slots=True)
class Owed:
    """A unit reports in this quality."""

    unit: UUID
    kind: Kind


#: Between the last day that a report counts and the day on which it is drafted; what was missed is drafted until the
#: end of the next month.
LONGEST_DRAFTING = 61 * DAY


@dataclass(frozen=True, slots=True)
class Span:
    """For these days, both included, these units count, with rooms of these types."""

    units: frozenset[UUID]
    types: tuple[str, ...]
    first: datetime.date
    last: datetime.date


def owed(first: datetime.date, last: datetime.date) -> list[Owed]:
    """Every report that may be owed for days from `first` on, up to `last`. Two queries.

    A body whose supervision ended since `first` is among them: `spans` tells whether it was within the counted days.
    """
    held = Tenure.objects.filter(valid_from__lte=last).exclude(valid_until__lte=last)
    found = {Owed(unit, Kind.OPERATES) for unit in held.values_list("unit", flat=True)}
    rows = Supervision.objects.filter(valid_from__lte=last).exclude(valid_until__lte=first)
    for body, area, room_type, until in rows.values_list("body", "area", "room_type", "valid_until"):
        if body != area:
            found.add(Owed(body, OF_TYPE[room_type]))
        elif until is None or last < until:
            found.add(Owed(body, Kind.LEADS))
    return sorted(found, key=lambda each: (each.kind, str(each.unit)))


#: The stretches of the days in which neither the tree nor what the body supervises changed, and in each of them its
#: areas (its own, where it is asked for no type of room) with all that stands below them.
_STRETCHES = """
    WITH RECURSIVE edges(day) AS (
        SELECT %(first)s::date
        UNION SELECT p.valid_from FROM registry_placement p
        UNION SELECT p.valid_until FROM registry_placement p
        UNION SELECT s.valid_from FROM regulation_supervision s
               WHERE s.body_id = %(unit)s AND s.room_type = %(room_type)s
        UNION SELECT s.valid_until FROM regulation_supervision s
               WHERE s.body_id = %(unit)s AND s.room_type = %(room_type)s
    ), stretches(begins, ends) AS (
        SELECT day, coalesce(lead(day) OVER (ORDER BY day) - 1, %(last)s::date) FROM edges
         WHERE day BETWEEN %(first)s AND %(last)s
    ), below(begins, ends, unit_id) AS (
        SELECT t.begins, t.ends, %(unit)s::uuid FROM stretches t WHERE %(room_type)s = ''
        UNION
        SELECT t.begins, t.ends, s.area_id FROM stretches t JOIN regulation_supervision s
            ON s.body_id = %(unit)s AND s.room_type = %(room_type)s
           AND s.valid_from <= t.ends AND (s.valid_until IS NULL OR s.valid_until > t.ends)
        UNION
        SELECT b.begins, b.ends, p.unit_id FROM below b JOIN registry_placement p ON p.parent_id = b.unit_id
           AND p.valid_from <= b.ends AND (p.valid_until IS NULL OR p.valid_until > b.ends)
    )
    SELECT begins, ends, array_agg(unit_id) FROM below GROUP BY 1, 2 ORDER BY 1
"""


def spans(unit: UUID, kind: str, first: datetime.date, last: datetime.date) -> list[Span]:
    """What the report speaks of, stretch by stretch of days in which that did not change; none where it is nothing."""
    if kind == Kind.OPERATES:
        return [Span(frozenset({unit, *_inherited(unit, first, last)}), TYPES, first, last)]
    room_type = TYPE_OF.get(kind, "")
    types = (room_type,) if room_type else TYPES
    with connection.cursor() as cursor:
        cursor.execute(_STRETCHES, {"unit": unit, "room_type": room_type, "first": first, "last": last})
        rows = list(cursor.fetchall())
    found: list[Span] = []
    for begins, ends, units in rows:
        span = Span(frozenset(units), types, begins, ends)
        if found and found[-1].units == span.units and found[-1].last + DAY == begins:
            found[-1] = replace(found[-1], last=ends)
        else:
            found.append(span)
    return found


def spans_of(report: Report) -> list[Span]:
    """The same for a report."""
    return spans(report.unit_id, report.kind, report.first_day, report.last_day)


def figures(report: Report) -> Figures:
    """What the counted days come to for the report."""
    return figures_in(spans_of(report), report.last_day)


def figures_of(unit: UUID, kind: str, first: datetime.date, last: datetime.date) -> Figures:
    """The same for a body and days."""
    return figures_in(spans(unit, kind, first, last), last)


#: How many rooms there are is said of the last day, not added up.
_SUMS = """
    SELECT e.code, sum(e.value::bigint)::bigint
      FROM unnest(%(begins)s::date[], %(ends)s::date[], %(units)s::uuid[]) AS s(begins, ends, unit_id)
      JOIN publishing_dayfigures d ON d.unit_id = s.unit_id AND d.day BETWEEN s.begins AND s.ends
       AND d.room_type = ANY(%(types)s)
     CROSS JOIN LATERAL jsonb_each_text(d.figures) AS e(code, value)
     WHERE e.code <> ALL(%(at_end)s) OR d.day = %(last)s
     GROUP BY 1
"""


def figures_in(found: Sequence[Span], last: datetime.date) -> Figures:
    """What the counted days come to; a code of which nothing was counted is not there. One query."""
    each = [(span.first, span.last, unit) for span in found for unit in span.units]
    if not each:
        return {}
    begins, ends, units = (list(column) for column in zip(*each, strict=True))
    values: dict[str, Any] = {
        "begins": begins, "ends": ends, "units": units, "types": list(found[0].types), "at_end": list(AT_END),
        "last": last,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, values)
        return dict(cursor.fetchall())


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
