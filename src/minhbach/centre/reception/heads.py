"""Who leads a unit, as far as receiving citizens goes: by the regulation's matrix, never by a title."""

import datetime
from uuid import UUID

from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Assignment, RoomType
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
