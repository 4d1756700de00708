"""Of which units somebody reads what was: those their right reaches today, and those that ended whose past is theirs.

What was watched in a commune stays under the commune of its day. When communes merge, that past must not fall out of
the books of those who watch over it: whoever answers for the unit that followed, or for what it stood below, reads on.
"""

import datetime
from collections.abc import Collection
from uuid import UUID

from minhbach.centre.access.deciding import units_where
from minhbach.centre.access.models import Account
from minhbach.centre.registry import reading
from minhbach.centre.registry.models import Placement, Succession, Unit
from minhbach.centre.regulation.rights import Right


def units_once(actor: Account, right: Right, *, now: datetime.datetime) -> set[UUID]:
    """The units in which the account has the right, with those of the past that belong to them."""
    return with_ended(units_where(actor, right, now=now), reading.day_of(now))


def with_ended(units: Collection[UUID], day: datetime.date) -> set[UUID]:
    """These units, and every one that has ended and was followed by one of them, or stood below one on its last day."""
    found = set(units)
    ended = set(Unit.objects.filter(valid_until__lte=day).values_list("id", flat=True)) if found else set()
    if not ended:
        return found
    kin: dict[UUID, set[UUID]] = {unit: set() for unit in ended}
    for unit, heir in Succession.objects.filter(predecessor__in=ended, day__lte=day).values_list(
        "predecessor", "successor"
    ):
        kin[unit].add(heir)
    last = Placement.objects.filter(unit__in=ended).order_by("valid_from").values_list("unit", "parent")
    for unit, parent in dict(last).items():
        kin[unit].add(parent)
    while more := {unit for unit in ended - found if kin[unit] & found}:
        found |= more
    return found
