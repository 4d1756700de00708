"""Counting: the figures of days and of whole periods, straight from the events, and where the two do not agree.

`count` asks the events; `add_up` adds up the days that were counted before; `differences` compares them (invariant 10).
Days are Vietnamese days. Promises a number of queries that grows neither with units nor with days.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from minhbach.centre.publishing import sources
from minhbach.centre.publishing.models import DayFigures
from minhbach.centre.publishing.sources import SOURCES
from minhbach.centre.registry.reading import VIETNAM

DAY = datetime.timedelta(days=1)
#: Not sums: as many as there are at the end of the last day.
AT_END = ("rooms", "cameras", "counters")
BASES = ("rooms", "cameras", "counters")
Key = tuple[UUID, str]
Figures = dict[str, int]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time with the day it is called by; half open."""

    label: datetime.date
    begin: datetime.datetime
    end: datetime.datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One thing behind a figure; `about`: the id that its page knows."""

    at: datetime.datetime
    room: UUID
    unit: UUID
    value: int
    about: UUID
    room_name: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class CameraDay:
    """How long one camera recorded on one day, how long not, of how long nobody knows; whole microseconds."""

    camera: UUID
    room: UUID
    unit: UUID
    day: datetime.date
    recorded_us: int
    missing_us: int
    unknown_us: int


def midnight(day: datetime.date) -> datetime.datetime:
    """When a Vietnamese day begins."""
    return datetime.datetime.combine(day, datetime.time(), VIETNAM)


def days(first: datetime.date, last: datetime.date) -> list[Window]:
    """A window for each day, both ends included."""
    each = [first + DAY * n for n in range((last - first).days + 1)]
    return [Window(day, midnight(day), midnight(day + DAY)) for day in each]


def whole(first: datetime.date, last: datetime.date) -> list[Window]:
    """One window over all the days."""
    return [Window(last, midnight(first), midnight(last + DAY))]


def count(windows: Sequence[Window]) -> dict[tuple[UUID, str, datetime.date], Figures]:
    """The figures of every unit and type of room in each window, from the events. Three queries."""
    found: dict[tuple[UUID, str, datetime.date], Figures] = defaultdict(dict)
    for unit, kind, label, base, number in _ask(sources.BASES, windows):
        figures = found[unit, kind, label]
        figures[base] = number
        for source in SOURCES.values():
            if source.base == base:
                figures.setdefault(source.code, 0)
    for question in (sources.MOMENTS, sources.SPAN_SUMS):
        for unit, kind, label, code, value in _ask(question, windows):
            # A thing that was there only amid the window, and is gone with its base, still happened.
            figures = found[unit, kind, label]
            figures[code] = figures.get(code, 0) + int(value)
    return dict(found)


def add_up(
    units: Collection[UUID], types: Collection[str], first: datetime.date, last: datetime.date
) -> dict[Key, Figures]:
    """What the counted days come to, by unit and type of room. One query."""
    rows = DayFigures.objects.filter(unit__in=units, room_type__in=types, day__gte=first, day__lte=last)
    found: dict[Key, Figures] = defaultdict(dict)
    for unit, kind, day, figures in rows.order_by("day").values_list("unit", "room_type", "day", "figures"):
        into = found[unit, kind]
        for code, value in figures.items():
            if code not in AT_END:
                into[code] = into.get(code, 0) + value
            elif day == last:
                into[code] = value
    return dict(found)


def together(parts: Iterable[Mapping[str, int]]) -> Figures:
    """The figures of several units as one; what none of them counted is not there."""
    found: Figures = {}
    for part in parts:
        for code, value in part.items():
            found[code] = found.get(code, 0) + value
    return found


def differences(first: datetime.date, last: datetime.date) -> Iterator[str]:
    """A sentence for each published figure that a recount of the events does not confirm."""
    counted: dict[Key, Figures] = {}
    for (unit, kind, _), figures in count(whole(first, last)).items():
        counted[unit, kind] = figures
    kept = add_up({unit for unit, _ in counted}, {kind for _, kind in counted}, first, last)
    for key in sorted(counted.keys() | kept.keys(), key=str):
        is_now, was = counted.get(key, {}), kept.get(key, {})
        for code in sorted(is_now.keys() | was.keys()):
            if (is_now.get(code) or 0) != (was.get(code) or 0):
                yield f"{key[0]} {key[1]} {code}: {was.get(code)} published, {is_now.get(code)} counted again"


def rows_of(
    code: str, units: Collection[UUID], types: Collection[str], first: datetime.date, last: datetime.date,
    *, skip: int = 0, most: int = 50,
) -> tuple[list[Row], int]:  # fmt: skip
    """The events behind a figure, the newest first, and how many there are in all."""
    more = {"code": code, "units": list(units), "types": list(types), "skip": skip, "most": most}
    found = list(_ask(sources.ROWS, whole(first, last), more))
    return [Row(*row[:5], *row[6:]) for row in found], found[0][5] if found else 0


def camera_days(
    units: Collection[UUID], types: Collection[str], first: datetime.date, last: datetime.date,
    *, skip: int = 0, most: int = 50,
) -> tuple[list[CameraDay], int]:  # fmt: skip
    """The days of each camera, those first of which most is lost or not known, and how many there are in all."""
    more = {"units": list(units), "types": list(types), "skip": skip, "most": most}
    found = list(_ask(sources.SPAN_ROWS, days(first, last), more))
    return [CameraDay(*row[:7]) for row in found], found[0][7] if found else 0


def _ask(question: str, windows: Sequence[Window], more: Mapping[str, Any] | None = None) -> list[Any]:
    first, last = min(each.begin for each in windows), max(each.end for each in windows)
    values: dict[str, Any] = {
        "labels": [each.label for each in windows], "begins": [each.begin for each in windows],
        "ends": [each.end for each in windows], "first": first, "last": last,
        "first_us": round(first.timestamp()) * 1_000_000, "last_us": round(last.timestamp()) * 1_000_000,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(question, values | dict(more or {}))
        return list(cursor.fetchall())
