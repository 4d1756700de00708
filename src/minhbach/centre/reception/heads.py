"""Who leads a unit, as far as receiving citizens goes: by the regulation's matrix, never by a title; who may stand in.

`keeping.COUNTS` says the same in SQL, of sessions.
"""

import datetime
from uuid import UUID

from minhbach.centre.reception.models import DayChange, DayChangeKind
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Assignment, Person, RoomType
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Scope


def heads_of(unit: UUID, day: datetime.date) -> list[UUID]:
    """Those whose own rooms of reception are in the unit, by the regulation in force; the longest in office first."""
    return [row.person_id for row in posts_of_heads(unit, day)]


def posts_of_heads(unit: UUID, day: datetime.date) -> list[Assignment]:
    """Their posts, with the person; the longest in office first."""
    path = [step.unit for step in registry.path_to(unit, day)]
    rules = regulation.rules_for(path, day)
    leading = {
        code
        for code, role in (rules.roles.items() if rules else ())
        if (cell := role.rooms.get(RoomType.RECEPTION_ROOM)) and cell.scope is Scope.OWN and Right.LIVE in cell.rights
    }
    rows = [row for row in registry.staff_of([unit], day) if row.role in leading]
    return sorted(rows, key=lambda row: row.valid_from)


def receivers_of(unit: UUID, day: datetime.date) -> dict[UUID, Person]:
    """Whose session keeps a reception day of the unit: who leads it, then whom the newest decision names for it."""
    found = {row.person_id: row.person for row in posts_of_heads(unit, day)}
    named = DayChange.objects.filter(unit=unit, day=day, kind=DayChangeKind.DELEGATED).select_related("receiver").last()
    if named is not None and named.receiver is not None:
        found.setdefault(named.receiver.id, named.receiver)
    return found
