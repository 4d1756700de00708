"""Whom a report concerns: those of its own unit who prepare and sign it, and those above who receive it."""

import datetime
from collections.abc import Iterable
from uuid import UUID

from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import Place, place_of_unit
from minhbach.centre.publishing.deciding import COUNCIL, hands_by, informed, receives_at
from minhbach.centre.publishing.models import Report, StepKind
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Assignment, Placement, true_on
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.models import Supervision
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Rules


def reporters(report: Report, *, now: datetime.datetime) -> set[UUID]:
    """The people of the unit who prepare or sign its reports."""
    place = place_of_unit(report.unit_id, now)
    return {
        account.person_id
        for account in _accounts({report.unit_id}, {Right.REPORT, Right.REPORT_SIGN}, now)
        if (may := hands_by(standing_of(account, now=now), report, None, place)).writes or may.signs
    }


def receivers(report: Report, *, now: datetime.datetime) -> set[UUID]:
    """The people above who may accept the report."""
    place = place_of_unit(report.unit_id, now)
    return {
        account.person_id
        for account in _accounts(_near(place, registry.day_of(now)), {Right.REPORT_RECEIVE}, now)
        if receives_at(standing_of(account, now=now), report.kind, place)
    }


def council(report: Report, *, now: datetime.datetime) -> set[UUID]:
    """The delegates whom a report at the top of the tree may be sent to for information."""
    day = registry.day_of(now)
    below = registry.units_below([report.unit_id], day)
    units = {unit for unit, naming in registry.names_on(below, day).items() if naming.kind == COUNCIL}
    return {
        account.person_id
        for account in (_accounts(units, {Right.FIGURES}, now) if units else ())
        if informed(standing_of(account, now=now), report, StepKind.SENT)
    }


def has_council(report: Report, rules: Iterable[Rules], *, now: datetime.datetime) -> bool:
    """Whether there is anybody of a council right below to send the report to, by these rules, as a page asks before it
    offers that. One query; who gets it is said by `council`.
    """
    day = registry.day_of(now)
    below = Placement.objects.filter(
        true_on(day), true_on(day, "unit__names__"), parent=report.unit_id, unit__names__kind=COUNCIL
    )
    posts = Assignment.objects.filter(
        true_on(day), role__in=_roles(rules, {Right.FIGURES}), unit__in=below.values("unit")
    )
    return Account.objects.filter(is_active=True, person__in=posts.values("person")).exists()


def _roles(rules: Iterable[Rules], rights: set[Right]) -> set[str]:
    return {role.code for each in rules for role in each.roles.values() if rights & role.rights()}


def _near(place: Place, day: datetime.date) -> set[UUID]:
    bodies = Supervision.objects.filter(true_on(day), area__in=place.path).values_list("body", flat=True)
    return {*place.path, *bodies}


def _accounts(units: set[UUID], rights: set[Right], now: datetime.datetime) -> list[Account]:
    day = registry.day_of(now)
    roles = _roles(regulation.all_in_force(day).values(), rights)
    posts = Assignment.objects.filter(true_on(day), role__in=roles, unit__in=units)
    return list(Account.objects.filter(is_active=True, person__in=posts.values("person")))
