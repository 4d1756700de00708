"""The one place that decides: loads what a person's rights depend on, and asks `judging`.

Pages, API, sockets and stills all come through here; nothing is cached between requests, so a right that was taken away
is gone at the next question. The number of queries does not grow with the number of rooms.
"""

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from uuid import UUID

from minhbach.centre.access.confirming import overdue_of, unconfirmed_by
from minhbach.centre.access.judging import Decision, Granted, Post, Standing, judge
from minhbach.centre.access.models import Account, Grant
from minhbach.centre.access.places import Place, placed_on, places_among, places_of_cameras
from minhbach.centre.registry import reading
from minhbach.centre.registry.models import Room, true_on
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.models import Supervision
from minhbach.centre.regulation.rights import Right


@dataclass(slots=True)
class _Known:
    """What was loaded while one page is drawn: who asks, by account and minute; where rooms and units lie on a day."""

    standings: dict[tuple[UUID, datetime.datetime], Standing] = field(default_factory=dict)
    places: dict[datetime.date, Mapping[UUID, Place]] = field(default_factory=dict)
    paths: dict[datetime.date, Mapping[UUID, tuple[UUID, ...]]] = field(default_factory=dict)


#: None where every decision is made anew.
_KNOWN: ContextVar[_Known | None] = ContextVar("known", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """While a page is only drawn, who asks and where rooms lie is loaded once. Never around what changes rows: that is
    decided anew.
    """
    token = _KNOWN.set(_Known())
    try:
        yield
    finally:
        _KNOWN.reset(token)


def standing_of(actor: Account, *, now: datetime.datetime) -> Standing:
    """Everything that decides about this account at this moment."""
    known = _KNOWN.get()
    if known is None:
        return _loaded(actor, now)
    # The guard, the view and what a page offers take the time one after the other.
    key = actor.id, now.replace(second=0, microsecond=0)
    if key not in known.standings:
        known.standings[key] = _loaded(actor, now)
    return known.standings[key]


def places_today(now: datetime.datetime) -> Mapping[UUID, Place]:
    """Every room of today as a place."""
    known, day = _KNOWN.get(), reading.day_of(now)
    if known is not None and day in known.places:
        return known.places[day]
    places = places_among(Room.objects.filter(true_on(day)), now)
    if known is not None:
        known.places[day] = places
    return places


def _loaded(actor: Account, now: datetime.datetime) -> Standing:
    return standings_of([actor], now=now)[actor.id]


def standings_of(actors: Collection[Account], *, now: datetime.datetime) -> dict[UUID, Standing]:
    """The same of many accounts, by account. The number of queries does not grow with them."""
    day, people = reading.day_of(now), {actor.person_id for actor in actors}
    posts, grants = _posts(people, day), _grants(people, now)
    supervised = regulation.supervised_by(list({post.unit for theirs in posts.values() for post in theirs}), day)
    versions = regulation.versions_of_each(people, day)
    active = set(
        Account.objects.filter(id__in=[actor.id for actor in actors], is_active=True).values_list("id", flat=True)
    )
    found = [
        _standing(actor, posts[actor.person_id], supervised, versions[actor.person_id], is_active=actor.id in active)
        for actor in actors
    ]
    late = overdue_of({each for standing in found for each in standing.unconfirmed}, day)
    return {
        actor.id: replace(
            standing, grants=grants[actor.person_id], overdue=any(each in late for each in standing.unconfirmed)
        )
        for actor, standing in zip(actors, found, strict=True)
    }


def _standing(
    actor: Account,
    posts: tuple[Post, ...],
    supervised: Iterable[Supervision],
    versions: Mapping[UUID, regulation.Version],
    *,
    is_active: bool,
) -> Standing:
    """All but the grants, and whether a term is over."""
    units = {post.unit for post in posts}
    rules = {unit: regulation.rules_of(version.id) for unit, version in versions.items()}
    return Standing(
        person=actor.person_id,
        active=is_active,
        posts=posts,
        supervisions=frozenset((row.body_id, row.area_id, row.room_type) for row in supervised if row.body_id in units),
        rules=rules,
        unconfirmed=unconfirmed_by(posts, versions, rules, reading.day_of(actor.opened_at)),
    )


def _posts(people: Collection[UUID], day: datetime.date) -> dict[UUID, tuple[Post, ...]]:
    rows = reading.standing_posts_of(people, day)
    return {
        person: tuple(
            Post(row.id, row.unit, row.name, row.kind, row.role, row.path, row.since) for row in rows.get(person, ())
        )
        for person in people
    }


def _grants(people: Collection[UUID], now: datetime.datetime) -> dict[UUID, tuple[Granted, ...]]:
    rows = Grant.objects.filter(person__in=people, begins_at__lte=now, ends_at__gt=now, ended_at__isnull=True)
    found: dict[UUID, tuple[Granted, ...]] = dict.fromkeys(people, ())
    for row in rows.prefetch_related("rooms"):
        found[row.person_id] += (_granted(row),)
    return found


def _granted(row: Grant) -> Granted:
    return Granted(
        row.id,
        frozenset(row.rights),
        frozenset(room.id for room in row.rooms.all()),
        row.through_restriction,
        (row.footage_begins_at, row.footage_ends_at) if row.footage_begins_at and row.footage_ends_at else None,
    )


def decide(actor: Account, right: Right, place: Place, *, now: datetime.datetime) -> Decision:
    """Whether the account may do that there, now. Restricted time is judged where a span of footage is asked for."""
    return judge(standing_of(actor, now=now), right, place)


def units_with(
    person: UUID, right: Right, place: Place, *, now: datetime.datetime, at_home: bool = False
) -> list[UUID]:
    """The units of those posts of the person that give the right there, the oldest post first: in whose name they act.

    Neither grants nor what keeps them from acting at the moment are asked: what was done then is read much later.
    `at_home`: by what their unit runs, never by what it only supervises.
    """
    day = reading.day_of(now)
    posts = _posts([person], day)[person]
    supervised = [] if at_home else regulation.supervised_by([post.unit for post in posts], day)
    whole = Standing(
        person, active=True, supervisions=frozenset((row.body_id, row.area_id, row.room_type) for row in supervised),
        rules={unit: regulation.rules_of(version.id) for unit, version in regulation.versions_on(person, day).items()},
    )  # fmt: skip
    return [post.unit for post in posts if judge(replace(whole, posts=(post,)), right, place).allowed]


def decide_any(standing: Standing, rights: Iterable[Right], place: Place) -> Decision:
    """The first of the rights that is had there; the refusal of the first otherwise."""
    decisions = [judge(standing, right, place) for right in rights]
    return next((decision for decision in decisions if decision.allowed), decisions[0])


def rooms_where(actor: Account, right: Right, *, now: datetime.datetime) -> set[UUID]:
    """The rooms of today in which the account has the right."""
    standing = standing_of(actor, now=now)
    return {room for room, place in places_today(now).items() if judge(standing, right, place).allowed}


def rooms_where_each(actor: Account, rights: Collection[Right], *, now: datetime.datetime) -> dict[Right, set[UUID]]:
    """The same for several rights at once."""
    standing, places = standing_of(actor, now=now), places_today(now)
    return {
        right: {room for room, place in places.items() if judge(standing, right, place).allowed} for right in rights
    }


def units_where(actor: Account, right: Right, *, now: datetime.datetime) -> set[UUID]:
    """The units of today in which the account has the right; only for rights that are had of units."""
    standing = standing_of(actor, now=now)
    return _units_of(standing, right, _paths_today(now)) if _tops(standing) else set()


def units_where_each(actors: Collection[Account], right: Right, *, now: datetime.datetime) -> dict[UUID, set[UUID]]:
    """The same of many accounts, by account. The number of queries does not grow with them."""
    paths = _paths_today(now)
    return {actor: _units_of(standing, right, paths) for actor, standing in standings_of(actors, now=now).items()}


def _tops(standing: Standing) -> set[UUID]:
    """The units under which a right may reach."""
    return {post.unit for post in standing.posts} | {area for _, area, _ in standing.supervisions}


def _units_of(standing: Standing, right: Right, placed: Mapping[UUID, tuple[UUID, ...]]) -> set[UUID]:
    tops = _tops(standing)
    paths = {unit: path for unit, path in placed.items() if not tops.isdisjoint(path)}
    paths |= {top: (top,) for top in tops if top not in paths}
    return {unit for unit, path in paths.items() if judge(standing, right, Place(unit, path)).allowed}


def _paths_today(now: datetime.datetime) -> Mapping[UUID, tuple[UUID, ...]]:
    """The path to every unit that stands below another today."""
    known, day = _KNOWN.get(), reading.day_of(now)
    if known is not None and day in known.paths:
        return known.paths[day]
    paths = placed_on(day)
    if known is not None:
        known.paths[day] = paths
    return paths


def cameras_where(
    actor: Account, right: Right, cameras: Collection[UUID], *, now: datetime.datetime
) -> dict[UUID, Decision]:
    """The decision for each of these cameras; those that do not exist are absent."""
    standing, places = standing_of(actor, now=now), places_of_cameras(cameras, now)
    return {camera: judge(standing, right, place) for camera, place in places.items()}
