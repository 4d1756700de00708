"""Of which units somebody reads what was: those their right reaches today, and those that ended whose past is theirs.

What was watched in a commune stays under the commune of its day. When communes merge, that past must not fall out of
the books of those who watch over it: whoever answers for the unit that followed, or for what it stood below, reads on.
"""

import datetime
from collections.abc import Collection, Mapping
from uuid import UUID

from minhbach.centre.access.deciding import units_where, units_where_each
from minhbach.centre.access.models import Account
from minhbach.centre.registry import reading
from minhbach.centre.registry.models import Placement, Succession, Unit
from minhbach.centre.regulation.rights import Right


def units_once(actor: Account, right: Right, *, now: datetime.datetime) -> set[UUID]:
    """The units in which the account has the right, with those of the past that belong to them."""
    return with_ended(units_where(actor, right, now=now), reading.day_of(now))


def units_once_each(actors: Collection[Account], right: Right, *, now: datetime.datetime) -> dict[UUID, set[UUID]]:
    """The same of many accounts, by account. The number of queries does not grow with them."""
    kin = _kin(reading.day_of(now))
    return {actor: _with_kin(units, kin) for actor, units in units_where_each(actors, right, now=now).items()}


def with_ended(units: Collection[UUID], day: datetime.date) -> set[UUID]:
    """These units, and every one that has ended and was followed by one of them, or stood below one on its last day."""
    return _with_kin(units, _kin(day)) if units else set()


def _with_kin(units: Collection[UUID], kin: Mapping[UUID, set[UUID]]) -> set[UUID]:
    found = set(units)
    while more := {unit for unit in kin.keys() - found if kin[unit] & found}:
        found |= more
    return found


def _kin(day: datetime.date) -> dict[UUID, set[UUID]]:
    """Of every unit that has ended: which ones followed it, and below which one it stood on its last day."""
    ended = set(Unit.objects.filter(valid_until__lte=day).values_list("id", flat=True))
    if not ended:
        return {}
    kin: dict[UUID, set[UUID]] = {unit: set() for unit in ended}
    for unit, heir in Succession.objects.filter(predecessor__in=ended, day__lte=day).values_list(
        "predecessor", "successor"
    ):
        kin[unit].add(heir)
    last = Placement.objects.filter(unit__in=ended).order_by("valid_from").values_list("unit", "parent")
    for unit, parent in dict(last).items():
        kin[unit].add(parent)
    return kin
