"""Which rules are in force where, and who supervises what, always for a day.

A unit without a version of its own follows the nearest one above it. Where none is in force nothing is allowed: there
is no default, for a default would be a rule that nobody issued.
"""

import datetime
from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Room, RoomType, true_on
from minhbach.centre.regulation.models import Regulation, Supervision
from minhbach.centre.regulation.rules import Rules, parse
from minhbach.centre.words import Words


class NothingInForce(Exception):
    """No regulation holds for the unit on that day; issue one for the unit or for one above it."""


@lru_cache(maxsize=256)
def _parsed(version: UUID) -> Rules:
    # A version's content never changes (PostgreSQL refuses it), so its id stands for it.
    return parse(Regulation.objects.values_list("content", flat=True).get(id=version))


def version_for(path: Sequence[UUID], day: datetime.date) -> UUID | None:
    """The version in force for the last unit of a path from the top down, or none."""
    found = dict(Regulation.objects.filter(true_on(day), unit__in=path).values_list("unit", "id"))
    return next((found[unit] for unit in reversed(path) if unit in found), None)


def rules_for(path: Sequence[UUID], day: datetime.date) -> Rules | None:
    """The rules in force for the last unit of a path from the top down, or none."""
    version = version_for(path, day)
    return _parsed(version) if version else None


def in_force(unit: UUID, day: datetime.date) -> Rules:
    """The rules in force for the unit. Raises NothingInForce."""
    rules = rules_for(tuple(reversed(registry.units_above(unit, day))), day)
    if rules is None:
        raise NothingInForce(f"No regulation is in force for unit {unit} on {day}.")
    return rules


def all_in_force(day: datetime.date) -> dict[UUID, Rules]:
    """Every version in force on the day, by the unit that issued it."""
    return {
        unit: _parsed(version) for unit, version in Regulation.objects.filter(true_on(day)).values_list("unit", "id")
    }


def supervised_by(bodies: Sequence[UUID], day: datetime.date) -> list[Supervision]:
    """What these bodies supervise on the day."""
    return list(Supervision.objects.filter(true_on(day), body__in=bodies))


def supervisors_of(path: Sequence[UUID], room_type: str, day: datetime.date) -> list[UUID]:
    """The bodies that supervise rooms of that type in the last unit of the path, the nearest first."""
    rows = Supervision.objects.filter(true_on(day), area__in=path, room_type=room_type)
    return [row.body_id for row in sorted(rows, key=lambda row: -path.index(row.area_id))]


def roles_on(day: datetime.date) -> list[tuple[str, Words]]:
    """The roles that any regulation of the day knows, by code: what an assignment may name."""
    roles = {role.code: role.words for rules in all_in_force(day).values() for role in rules.roles.values()}
    return sorted(roles.items(), key=lambda role: role[1].vi)


def retention_days(room: Room, day: datetime.date) -> int | None:
    """How long footage of the room is kept by the regulation of the day; none where no regulation is in force."""
    holder = registry.holder_on(room.id, day)
    rules = rules_for(tuple(reversed(registry.units_above(holder, day))), day) if holder else None
    if rules is None:
        return None
    reception = room.room_type == RoomType.RECEPTION_ROOM
    return rules.times.retention_reception_room_days if reception else rules.times.retention_one_stop_days
