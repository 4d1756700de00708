"""Who has to confirm which version, until when, and who has not: a banner first, then no footage until it is done.

A version binds whoever has a role of it by a post. The term counts working days from the day on which all of it was so:
the version in force and issued, the post begun, the account open. Being late takes only the rights to footage, so that
no office stops receiving citizens over it. Leaves the row itself to `actions.confirming`.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from minhbach.centre.access.judging import Post, Standing, Unconfirmed
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import path_of, paths_of
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Assignment, true_on
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.reading import Version
from minhbach.centre.regulation.rules import Rules
from minhbach.centre.words import Words


def unconfirmed_by(
    posts: Sequence[Post],
    versions: Mapping[UUID, Version],
    rules: Mapping[UUID, Rules],
    opened_on: datetime.date,
) -> tuple[Unconfirmed, ...]:
    """What binds the holder of these posts and was not confirmed; each version once, by the post that is oldest."""
    found: dict[UUID, Unconfirmed] = {}
    for post in sorted(posts, key=lambda post: post.since):
        version = _version_at(post.path, versions)
        if version is None or version.confirmed or version.id in found:
            continue
        if _has_role(rules[version.unit], post.role, post.kind):
            since = max(version.binds_from, post.since, opened_on)
            days = rules[version.unit].times.acknowledge_wd
            found[version.id] = Unconfirmed(version.id, post.unit, since, days)
    return tuple(found.values())


def last_day(each: Unconfirmed, day: datetime.date) -> datetime.date:
    """The last day of the term, by the calendar that holds at the unit."""
    return regulation.calendar_of(each.unit, day).after(each.since, each.working_days)


def overdue_of(unconfirmed: Iterable[Unconfirmed], day: datetime.date) -> set[Unconfirmed]:
    """Those whose term is over. Calendars are asked only where it could be, and those of many units at once."""
    late = [each for each in unconfirmed if (day - each.since).days > each.working_days]
    units = {each.unit for each in late}
    if len(units) <= 1:
        calendars = {unit: regulation.calendar_of(unit, day) for unit in units}
    else:
        calendars = {unit: law.calendar for unit, law in regulation.laws_of(units, day).items()}
    return {each for each in late if day > calendars[each.unit].after(each.since, each.working_days)}


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A version that waits for a person."""

    version: UUID
    title: Words
    until: datetime.date
    overdue: bool


def to_confirm(standing: Standing, day: datetime.date) -> list[ToConfirm]:
    """What waits for the person, the most pressing first."""
    found = []
    for each in standing.unconfirmed:
        until = last_day(each, day)
        found.append(ToConfirm(each.version, regulation.rules_of(each.version).title, until, day > until))
    return sorted(found, key=lambda each: each.until)


@dataclass(frozen=True, slots=True)
class Bound:
    """Somebody whom a version binds at a unit. `until` is None while they have no account to confirm with."""

    person: UUID
    name: str
    role: Words
    confirmed_at: datetime.datetime | None
    until: datetime.date | None
    overdue: bool


def bound_at(unit: UUID, day: datetime.date) -> tuple[Version | None, list[Bound]]:
    """The version in force at the unit and everybody there whom it binds: who is late first, then by name."""
    version = _version_at(path_of(unit, day), regulation.versions_on(unit, day))
    if version is None:
        return None, []
    rules, kind = regulation.rules_of(version.id), registry.name_on(unit, day).kind
    posts = [post for post in registry.staff_of([unit], day) if _has_role(rules, post.role, kind)]
    people = {post.person_id for post in posts}
    confirmed = {person: at for (_, person), at in regulation.confirmed_by([version.id], people).items()}
    opened = _opened(people)
    calendar = regulation.calendar_of(unit, day)
    found: dict[UUID, Bound] = {}
    for post in posts:
        until = None
        if post.person_id in opened:
            since = max(version.binds_from, post.valid_from, opened[post.person_id])
            until = calendar.after(since, rules.times.acknowledge_wd)
        at = confirmed.get(post.person_id)
        late = at is None and until is not None and day > until
        words = rules.roles[post.role].words
        found.setdefault(post.person_id, Bound(post.person_id, post.person.full_name, words, at, until, late))
    return version, sorted(found.values(), key=lambda each: (not each.overdue, each.confirmed_at is not None))


@dataclass(frozen=True, slots=True)
class Share:
    """How many a version binds at a unit and below it, and how many of them confirmed."""

    unit: UUID
    name: str
    bound: int
    confirmed: int


def shares_below(unit: UUID, day: datetime.date) -> list[Share]:
    """The same for each unit right below; who has fewest first. The number of queries does not grow with units."""
    below = registry.units_below([unit], day) - {unit}
    paths, names = paths_of(below, day), registry.names_on(below, day)
    versions = regulation.versions_on(unit, day)
    bound: dict[UUID, set[tuple[UUID, UUID]]] = {}
    for post in Assignment.objects.filter(true_on(day), unit__in=below):
        path, version = paths[post.unit_id], _version_at(paths[post.unit_id], versions)
        if version and _has_role(regulation.rules_of(version.id), post.role, names[post.unit_id].kind):
            bound.setdefault(path[path.index(unit) + 1], set()).add((version.id, post.person_id))
    pairs = set().union(*bound.values())
    done = regulation.confirmed_by({version for version, _ in pairs}, {person for _, person in pairs}).keys()
    shares = [Share(each, names[each].name, len(pairs), len(pairs & done)) for each, pairs in bound.items()]
    return sorted(shares, key=lambda share: (share.confirmed / share.bound, sort_key(share.name)))


def _version_at(path: Sequence[UUID], versions: Mapping[UUID, Version]) -> Version | None:
    return next((versions[unit] for unit in reversed(path) if unit in versions), None)


def _has_role(rules: Rules, role: str, kind: str) -> bool:
    return role in rules.roles and kind in rules.roles[role].held_at


def _opened(people: Collection[UUID]) -> dict[UUID, datetime.date]:
    rows = Account.objects.filter(is_active=True, person__in=people).values_list("person", "opened_at")
    return {person: registry.day_of(at) for person, at in rows}
