"""The whole tree of units on a day, as nested values, and the search in names.

Reads the tree at once: a province has some hundred units, a page shows them all. Leaves single questions to `reading`.
"""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from minhbach.centre.registry.models import Person, Placement, Tenure, Unit, UnitName, true_on
from minhbach.centre.registry.vietnamese import search_key

MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit of the tree with what stands below it."""

    unit: UUID
    name: str
    code: str
    kind: str
    rooms: int
    below: tuple["Branch", ...]


def outline(day: datetime.date) -> list[Branch]:
    """The trees of the day, units in the order of their kinds, then of their names. Four queries."""
    parents = dict(Placement.objects.filter(true_on(day)).values_list("unit", "parent"))
    rooms = dict(
        Tenure.objects.filter(true_on(day)).values("unit").annotate(n=Count("id")).values_list("unit", "n").order_by()
    )
    alive = set(Unit.objects.filter(true_on(day)).values_list("id", flat=True))
    children: dict[UUID | None, list[UnitName]] = defaultdict(list)
    names = UnitName.objects.filter(true_on(day), unit__in=alive).order_by("kind__rank", "sort_key", "code")
    for name in names:
        children[parents.get(name.unit_id)].append(name)
    return [_branch(name, children, rooms) for name in children[None]]


def leaves(day: datetime.date) -> list[Branch]:
    """The units of the day below which no unit stands, in the order of the tree."""
    found, waiting = [], outline(day)[::-1]
    while waiting:
        branch = waiting.pop()
        waiting.extend(reversed(branch.below))
        if not branch.below:
            found.append(branch)
    return found


def _branch(name: UnitName, children: Mapping[UUID | None, list[UnitName]], rooms: Mapping[UUID, int]) -> Branch:
    below = tuple(_branch(child, children, rooms) for child in children.get(name.unit_id, ()))
    return Branch(name.unit_id, name.name, name.code, name.kind_id, rooms.get(name.unit_id, 0), below)


def search_units(text: str, day: datetime.date) -> "QuerySet[UnitName]":
    """Units of the day whose name holds the words, typed with or without marks, or whose code begins so."""
    key = search_key(text)
    found = UnitName.objects.filter(true_on(day)).filter(Q(search_key__contains=key) | Q(code__startswith=text.strip()))
    return found.order_by("kind__rank", "sort_key")[:MOST_FOUND]


def search_people(text: str) -> "QuerySet[Person]":
    """People whose name holds the words, typed with or without marks, or who have this staff code."""
    return matching(Person.objects.all(), text).order_by("sort_key")[:MOST_FOUND]


def matching(people: "QuerySet[Person]", text: str) -> "QuerySet[Person]":
    """Those of the people whom the words name."""
    return people.filter(Q(search_key__contains=search_key(text)) | Q(staff_code=text.strip()))
