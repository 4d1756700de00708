"""Whom a notice is for: the people with an open account who may do something in a room by their posts.

Whoever may by a grant alone is not told: a grant is for one matter. Promises a number of queries that does not grow
with the communes of a province.
"""

import datetime
from collections.abc import Iterable
from uuid import UUID

from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.judging import judge
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import Place, place_of_room, place_of_unit
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Assignment, true_on
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.rights import Right


def people_who(right: Right, room: UUID, *, now: datetime.datetime, at_home: bool = False) -> set[UUID]:
    """The people who may do this in the room now; `at_home`: only those of its own unit."""
    place = place_of_room(room, now)
    return _having(right, place, {place.unit} if at_home else _near(place, registry.day_of(now)), now)


def people_above(right: Right, unit: UUID, *, now: datetime.datetime) -> set[UUID]:
    """The people in the units above this one who may do this there now."""
    place = place_of_unit(unit, now)
    return _having(right, place, set(place.path) - {unit}, now)


def _having(right: Right, place: Place, units: Iterable[UUID | None], now: datetime.datetime) -> set[UUID]:
    day = registry.day_of(now)
    roles = {
        role.code
        for rules in regulation.all_in_force(day).values()
        for role in rules.roles.values()
        if right in role.rights()
    }
    posts = Assignment.objects.filter(true_on(day), role__in=roles, unit__in=[unit for unit in units if unit])
    accounts = Account.objects.filter(is_active=True, person__in=posts.values("person"))
    return {
        account.person_id
        for account in accounts
        if (decision := judge(standing_of(account, now=now), right, place)).allowed
        and decision.ground.startswith("post:")
    }


def administrators(*, now: datetime.datetime) -> list[UUID]:
    """Who keeps the accounts, wherever: they hear of what is wrong with the centre itself."""
    day = registry.day_of(now)
    roles = {
        role.code
        for rules in regulation.all_in_force(day).values()
        for role in rules.roles.values()
        if Right.ACCOUNTS in role.rights()
    }
    posts = Assignment.objects.filter(true_on(day), role__in=roles).values("person")
    return list(Account.objects.filter(is_active=True, person__in=posts).values_list("person", flat=True))


def _near(place: Place, day: datetime.date) -> Iterable[UUID | None]:
    # Only units on the way up, or bodies that supervise there, can reach the room: not every commune of a province.
    return {*place.path, *regulation.supervisors_of(place.path, place.room_type or "", day)}
