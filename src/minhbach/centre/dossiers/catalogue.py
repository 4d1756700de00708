"""Which procedures hold for a unit on a day, found by what is typed; reads only."""

import datetime
from dataclasses import dataclass
from uuid import UUID

from minhbach.centre.dossiers.models import Procedure
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import true_on
from minhbach.centre.registry.vietnamese import search_key

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the procedures, and from whom each comes if not from the unit; ``next`` begins the next page."""

    rows: list[tuple[Procedure, str]]
    total: int
    next: str


def procedures_of(unit: UUID, day: datetime.date, *, sought: str = "", after: str = "") -> Page:
    """What can be handed in there: the unit's own and what those above publish, by code."""
    rows = all_of(unit, day)
    if sought:
        words = search_key(sought).split()
        rows = [row for row in rows if all(word in _key(row) for word in words)]
    shown = [row for row in rows if row.code > after][: PAGE + 1]
    names = registry.names_on({row.unit_id for row in shown}, day)
    told = [(row, names[row.unit_id].name if row.unit_id != unit else "") for row in shown[:PAGE]]
    return Page(told, len(rows), shown[PAGE - 1].code if len(shown) > PAGE else "")


def all_of(unit: UUID, day: datetime.date) -> list[Procedure]:
    """The unit's own procedures and those of the units above, in the order of codes."""
    above = registry.units_above(unit, day)
    return list(Procedure.objects.filter(true_on(day), unit__in=above).order_by("code", "unit"))


def own_of(unit: UUID, day: datetime.date) -> list[Procedure]:
    """What the unit itself publishes."""
    return list(Procedure.objects.filter(true_on(day), unit=unit).order_by("code"))


def _key(row: Procedure) -> str:
    return f"{row.code.lower()} {search_key(row.name)} {search_key(row.field)}"
