"""Which rows of the log of viewings are wanted: found by index, whether the log has a hundred rows or a million.

One question for each place (a room, or each unit in reach), each along an index in the order of time, merged and cut.
A person or a purpose turns it round: from their viewings to the places. Leaves the sentences to `log`.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from minhbach.centre.access.models import Account, Purpose, Refusal, ViewedCamera, Viewing
from minhbach.centre.registry.models import Assignment
from minhbach.centre.registry.vietnamese import search_key


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the log is wanted; empty fields do not narrow."""

    text: str = ""
    purpose: str = ""
    unit: UUID | None = None
    room: UUID | None = None
    kind: str = ""
    refused: bool = False
    begin: datetime.datetime | None = None
    end: datetime.datetime | None = None


#: A moment and the id of a row: where older rows begin.
Place = tuple[datetime.datetime, UUID]
_EVER = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_NEVER = datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC)
_LAST = UUID(int=(1 << 128) - 1)

_BY_PLACE = """
SELECT DISTINCT found.viewing_id, found.opened_at
FROM unnest(%(places)s::uuid[]) AS place (id)
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (seen.opened_at, seen.viewing_id) seen.viewing_id, seen.opened_at
    FROM access_viewedcamera seen
    WHERE seen.{column} = place.id {narrower}
      AND seen.opened_at >= %(begin)s AND (seen.opened_at, seen.viewing_id) < (%(before)s, %(row)s)
    ORDER BY seen.opened_at DESC, seen.viewing_id DESC
    LIMIT %(count)s
) found
ORDER BY found.opened_at DESC, found.viewing_id DESC
LIMIT %(count)s
"""


def viewing_ids(units: Collection[UUID], wanted: Filter, before: Place | None, count: int) -> list[UUID]:
    """The newest viewings of cameras that these units held then, at most `count`, from `before` backwards."""
    if wanted.refused or not units:
        return []
    if wanted.text or wanted.purpose:
        return list(_by_person(units, wanted, before)[:count])
    return _by_place(units, wanted, before, count)


def _by_place(units: Collection[UUID], wanted: Filter, before: Place | None, count: int) -> list[UUID]:
    narrower = "AND seen.unit_id = ANY(%(units)s)" if wanted.room else ""
    narrower += " AND seen.kind = %(kind)s" if wanted.kind else ""
    moment, row = before or (_NEVER, _LAST)
    end = wanted.end or _NEVER
    values: dict[str, Any] = {
        "places": [wanted.room] if wanted.room else list(_reached(units, wanted)),
        "units": list(_reached(units, wanted)),
        "kind": wanted.kind,
        "begin": wanted.begin or _EVER,
        "before": min(moment, end),
        # What is opened at the very end of the time that is wanted is not within it.
        "row": row if moment < end else UUID(int=0),
        "count": count,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_PLACE.format(column="room_id" if wanted.room else "unit_id", narrower=narrower), values)
        return [viewing for viewing, _ in cursor.fetchall()]


def _reached(units: Collection[UUID], wanted: Filter) -> set[UUID]:
    return set(units) if wanted.unit is None else set(units) & {wanted.unit}


def _by_person(units: Collection[UUID], wanted: Filter, before: Place | None) -> QuerySet[Viewing, UUID]:
    seen = ViewedCamera.objects.filter(viewing=OuterRef("id"), unit__in=_reached(units, wanted))
    if wanted.room:
        seen = seen.filter(room=wanted.room)
    rows = Viewing.objects.filter(_when(wanted, "opened_at", before), Exists(seen))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.text:
        rows = rows.filter(account__in=_accounts(wanted.text))
    if wanted.purpose:
        rows = rows.filter(purpose__in=Purpose.objects.filter(search_key__contains=search_key(wanted.purpose)))
    return rows.order_by("-opened_at", "-id").values_list("id", flat=True)


def _accounts(text: str) -> list[UUID]:
    # Their ids and not a question within the question: so PostgreSQL knows how few they are.
    found = Account.objects.filter(person__search_key__contains=search_key(text))
    return list(found.values_list("id", flat=True))


def refusals(units: Collection[UUID], wanted: Filter, before: Place | None, count: int) -> list[Refusal]:
    """The newest refusals at these units, at most `count`; those at no particular place stand with the refused."""
    if wanted.purpose:
        return []
    reach = _reached(units, wanted)
    theirs = list(Assignment.objects.filter(unit__in=reach).values_list("person__account", flat=True).distinct())
    here = Refusal.objects.filter(unit__in=reach)
    nowhere = Refusal.objects.filter(unit__isnull=True, account__in=theirs)
    found = [*_narrowed(here, wanted, before)[:count], *_narrowed(nowhere, wanted, before)[:count]]
    return sorted(found, key=lambda row: (row.at, row.id), reverse=True)[:count]


def _narrowed(rows: QuerySet[Refusal], wanted: Filter, before: Place | None) -> QuerySet[Refusal]:
    rows = rows.filter(_when(wanted, "at", before))
    if wanted.kind:
        rows = rows.filter(wanted=wanted.kind)
    if wanted.room:
        rows = rows.filter(room=wanted.room)
    if wanted.text:
        rows = rows.filter(account__in=_accounts(wanted.text))
    return rows.select_related("account__person", "camera__room", "room").order_by("-at", "-id")


def _when(wanted: Filter, at: str, before: Place | None) -> Q:
    condition = Q()
    if wanted.begin:
        condition &= Q(**{f"{at}__gte": wanted.begin})
    if wanted.end:
        condition &= Q(**{f"{at}__lt": wanted.end})
    if before:
        condition &= Q(**{f"{at}__lte": before[0]}) & (Q(**{f"{at}__lt": before[0]}) | Q(id__lt=before[1]))
    return condition


def place_of(text: str) -> Place | None:
    """The place that a link to older rows says; none for the beginning, or for somebody's own idea of a place."""
    moment, _, row = text.partition("/")
    try:
        found = datetime.datetime.fromisoformat(moment), UUID(row)
    except ValueError:
        return None
    return found if found[0].tzinfo is not None else None
