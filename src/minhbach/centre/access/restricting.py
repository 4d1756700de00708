"""Closed time: which spans of a room are closed to a person, and what is left of what they asked for.

Closed is what a restriction says (only room, begin, end and who received there; why, nobody learns here; one without an
end lasts), and, to whoever has a room only by a grant of certain footage, all the rest.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import Q

from minhbach.centre.access.judging import Standing, only_stretches, passes_restriction
from minhbach.centre.access.models import Restriction
from minhbach.centre.access.places import places_of_rooms
from minhbach.centre.regulation.rights import Right

Span = tuple[datetime.datetime, datetime.datetime]
BEGINNING = datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)
FOREVER = datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC)


def closed_spans(
    standing: Standing, right: Right, rooms: Collection[UUID], begin: datetime.datetime, end: datetime.datetime
) -> dict[UUID, list[Span]]:
    """The spans that touch [begin, end] and are closed to this person, by room; sorted."""
    rows = Restriction.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=begin), room__in=rooms, begins_at__lte=end, lifted_at__isnull=True
    ).order_by("begins_at")
    found: dict[UUID, list[Span]] = {}
    for row in rows:
        if not passes_restriction(standing, row.receiver_id, row.room_id, right):
            found.setdefault(row.room_id, []).append((row.begins_at, row.ends_at or FOREVER))
    for room, spans in _beside_stretches(standing, right, rooms).items():
        if touching := [span for span in spans if span[0] <= end and begin < span[1]]:
            found[room] = sorted([*found.get(room, []), *touching])
    return found


def closed_among(standing: Standing, right: Right, stretches: Mapping[UUID, tuple[UUID, Span]]) -> set[UUID]:
    """Those of the stretches (by id: room, span) that touch what is closed to this person. One query."""
    if not stretches:
        return set()
    begin, end = min(span[0] for _, span in stretches.values()), max(span[1] for _, span in stretches.values())
    closed = closed_spans(standing, right, {room for room, _ in stretches.values()}, begin, end)
    return {
        each
        for each, (room, span) in stretches.items()
        if any(span[0] < until and since < span[1] for since, until in closed.get(room, ()))
    }


def _beside_stretches(standing: Standing, right: Right, rooms: Collection[UUID]) -> dict[UUID, list[Span]]:
    """All time but the stretches that are granted, in the rooms that the person has by nothing else."""
    parts = {room for grant in standing.grants if grant.footage and right in grant.rights for room in grant.rooms}
    if not (asked := parts & set(rooms)):
        return {}
    found: dict[UUID, list[Span]] = {}
    for room, place in places_of_rooms(asked, datetime.datetime.now(datetime.UTC)).items():
        stretches = only_stretches(standing, right, place)
        if stretches is None:
            continue
        at = BEGINNING
        for begin, end in stretches:
            if at < begin:
                found.setdefault(room, []).append((at, begin))
            at = max(at, end)
        found.setdefault(room, []).append((at, FOREVER))
    return found


def is_closed(spans: Iterable[Span], moment: datetime.datetime) -> bool:
    """Whether the moment lies in one of the spans."""
    return any(begin <= moment < end for begin, end in spans)


def piece_around(whole: Span, closed: Iterable[Span], at: datetime.datetime) -> Span | None:
    """The largest stretch of `whole` around `at` that no closed span touches; None where `at` is closed or outside."""
    begin, end = whole
    if not begin <= at <= end:
        return None
    for closed_begin, closed_end in closed:
        if closed_begin <= at < closed_end:
            return None
        if closed_end <= at:
            begin = max(begin, closed_end)
        else:
            end = min(end, closed_begin)
    return (begin, end) if begin < end else None


def first_open(whole: Span, closed: Iterable[Span]) -> datetime.datetime | None:
    """The first moment of `whole` that is not closed."""
    at = whole[0]
    for closed_begin, closed_end in sorted(closed):
        if closed_begin <= at < closed_end:
            at = closed_end
    return at if at < whole[1] else None
