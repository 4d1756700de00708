"""Questions about viewings: who is watching now, what is restricted, which purposes are open. Writes nothing."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from minhbach.centre.access.browsers import browser_of
from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.judging import judge
from minhbach.centre.access.models import Account, Grant, Purpose, SignIn, ViewedCamera
from minhbach.centre.access.places import Place, places_of_rooms
from minhbach.centre.access.restricting import closed_spans
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Assignment, UnitName, true_on
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody who watches now: by name, the unit they act for, live or playback, since when."""

    account: UUID
    name: str
    unit: str
    kind: str
    since: datetime.datetime


def watching(cameras: Collection[UUID], *, now: datetime.datetime) -> list[Watcher]:
    """Who has a living lease for one of these cameras, each person once, the longest first."""
    rows = (
        ViewedCamera.objects.filter(camera__in=cameras, viewing__closed_at__isnull=True, viewing__leased_until__gt=now)
        .exclude(viewing__kind__in=("still", "export"))
        .select_related("viewing__account__person")
        .order_by("viewing__opened_at")
    )
    found: dict[UUID, Watcher] = {}
    units = units_of([row.viewing.account.person_id for row in rows], registry.day_of(now))
    for row in rows:
        account = row.viewing.account
        found.setdefault(
            account.id,
            Watcher(
                account.id,
                account.person.full_name,
                units.get(account.person_id, ""),
                row.viewing.kind,
                row.viewing.opened_at,
            ),
        )
    return list(found.values())


def units_of(people: Collection[UUID], day: datetime.date) -> dict[UUID, str]:
    """The name of the unit each of these people acts for on the day; of several, the first."""
    if not people:
        return {}
    rows = Assignment.objects.filter(true_on(day), person__in=people).order_by("-valid_from", "-id")
    posts = dict(rows.values_list("person", "unit"))
    names = registry.names_on(set(posts.values()), day)
    return {person: names[unit].name for person, unit in posts.items() if unit in names}


def units_then(acts: Collection[tuple[UUID, datetime.date]]) -> dict[tuple[UUID, datetime.date], str]:
    """The same for each person on a day of their own: whom a line of last year names acted for that year's unit."""
    people = {person for person, _ in acts}
    if not people:
        return {}
    posts = list(Assignment.objects.filter(person__in=people).order_by("valid_from", "id"))
    names = list(UnitName.objects.filter(unit__in={post.unit_id for post in posts}).order_by("-valid_from"))
    found: dict[tuple[UUID, datetime.date], str] = {}
    for person, day in set(acts):
        held = [post.unit_id for post in posts if post.person_id == person and post.is_true_on(day)]
        called = [row.name for row in names if held and row.unit_id == held[0] and row.valid_from <= day]
        if called:
            found[person, day] = called[0]
    return found


def restricted(
    rooms: Collection[UUID],
    begin: datetime.datetime,
    end: datetime.datetime,
    *,
    actor: Account,
    now: datetime.datetime,
) -> dict[UUID, list[tuple[int, int]]]:
    """The spans closed to this person, by room, in Unix µs within [begin, end]: a timeline shows that and no more."""
    closed = closed_spans(standing_of(actor, now=now), Right.PLAYBACK, rooms, begin, end)
    return {
        room: [(_us(max(first, begin)), _us(min(last, end))) for first, last in spans] for room, spans in closed.items()
    }


def open_purposes(actor: Account, room: UUID, *, now: datetime.datetime) -> QuerySet[Purpose]:
    """The actor's own purposes that are open now and speak of the room, the newest first."""
    found = Purpose.objects.filter(account=actor, rooms=room, until__gt=now, closed_at__isnull=True)
    return found.order_by("-begun_at")


@dataclass(frozen=True, slots=True)
class Session:
    """A session of one's own that lasts: what browser, from where, since when, when it was last used."""

    id: UUID
    browser: str
    address: str
    begun_at: datetime.datetime
    seen_at: datetime.datetime
    here: bool


def sign_ins_of(account: Account, here: str, *, now: datetime.datetime) -> list[Session]:
    """The sessions of the account that last, the one with the digest `here` first, then the last used."""
    rows = SignIn.objects.filter(account=account, ended_at__isnull=True, until__gt=now).order_by("-seen_at")
    found = [
        Session(row.id, browser_of(row.browser), row.address or "", row.begun_at, row.seen_at, row.digest == here)
        for row in rows
    ]
    return sorted(found, key=lambda session: not session.here)


@dataclass(frozen=True, slots=True)
class Given:
    """A grant as the person sees it who has it: rights, rooms with the units that hold them, from when to when."""

    rights: list[Words]
    rooms: list[str]
    begins_at: datetime.datetime
    ends_at: datetime.datetime
    decision_number: str
    granted_by: str
    seconded_by: str
    begun: bool


def grants_of(person: UUID, *, now: datetime.datetime) -> list[Given]:
    """The grants to this person that are in force or to come, those that end first at the top."""
    rows = Grant.objects.filter(person=person, ended_at__isnull=True, ends_at__gt=now).order_by("ends_at")
    found = list(rows.select_related("granted_by", "seconded_by").prefetch_related("rooms"))
    labels = labels_of({room.id: room.name for row in found for room in row.rooms.all()}, now=now)
    return [
        Given(
            rights_in_order(row.rights),
            sorted((labels[room.id] for room in row.rooms.all()), key=sort_key),
            row.begins_at,
            row.ends_at,
            row.decision_number,
            row.granted_by.full_name,
            row.seconded_by.full_name if row.seconded_by else "",
            row.begins_at <= now,
        )
        for row in found
    ]


def granters_of(rooms: Collection[UUID], *, now: datetime.datetime) -> set[UUID]:
    """The people with an open account who may by their posts grant rights in every one of these rooms."""
    day = registry.day_of(now)
    granting = {
        role.code
        for rules in regulation.all_in_force(day).values()
        for role in rules.roles.values()
        if Right.GRANT in role.rights()
    }
    posts = Assignment.objects.filter(true_on(day), role__in=granting)
    accounts = Account.objects.filter(is_active=True, person__in=posts.values("person"))
    places = list(places_of_rooms(rooms, now).values())
    return {account.person_id for account in accounts if places and _grants_at(account, places, now)}


def _grants_at(account: Account, places: Iterable[Place], now: datetime.datetime) -> bool:
    standing = standing_of(account, now=now)
    decisions = [judge(standing, Right.GRANT, place) for place in places]
    return all(decision.allowed and decision.ground.startswith("post:") for decision in decisions)


def labels_of(rooms: Mapping[UUID, str], *, now: datetime.datetime) -> dict[UUID, str]:
    """Rooms as a person tells them apart, "Xã Mộc Xuyên · Bộ phận Một cửa": the unit that holds it, and its name."""
    day = registry.day_of(now)
    holders = registry.holders_on(list(rooms), day)
    names = registry.names_on(set(holders.values()), day)
    return {
        room: f"{names[holders[room]].name} · {name}" if holders.get(room) in names else name
        for room, name in rooms.items()
    }


def rights_in_order(codes: Iterable[str]) -> list[Words]:
    """The words of these rights, in the order people read them."""
    return [right.words for right in Right if right in set(codes)]


def _us(moment: datetime.datetime) -> int:
    return (moment - _EPOCH) // datetime.timedelta(microseconds=1)
