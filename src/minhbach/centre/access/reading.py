"""Questions about viewings: who is watching now, what is restricted, which purposes are open. Writes nothing."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.models import Account, Purpose, ViewedCamera
from minhbach.centre.access.restricting import closed_spans
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Assignment, true_on
from minhbach.centre.regulation.rights import Right

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
        .exclude(viewing__kind="still")
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


def _us(moment: datetime.datetime) -> int:
    return (moment - _EPOCH) // datetime.timedelta(microseconds=1)
