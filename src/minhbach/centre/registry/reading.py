"""Questions to the registry, always for a day: names, places in the tree, who holds a room, who is assigned where.

Owns the reads that other apps build on; nothing here writes. Numbers of queries do not grow with the number of units.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import QuerySet

from minhbach.centre.registry.models import (
    Acceptance,
    Assignment,
    Camera,
    Counter,
    CounterPost,
    CounterView,
    Medium,
    NoticeSign,
    Party,
    Placement,
    Recorder,
    Room,
    Succession,
    Tenure,
    Unit,
    UnitName,
    true_on,
)

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class NotOnThatDay(Exception):
    """What was asked for does not exist on that day."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What a unit is on a day."""

    unit: UUID
    name: str
    code: str
    kind: str


def day_of(now: datetime.datetime) -> datetime.date:
    """The Vietnamese day of an aware moment."""
    return now.astimezone(VIETNAM).date()


def name_on(unit: UUID, day: datetime.date) -> Naming:
    """The name of one unit on the day; after its end, the last it had. Raises NotOnThatDay before it was founded."""
    try:
        return names_on((unit,), day)[unit]
    except KeyError:
        raise NotOnThatDay(f"unit {unit} has no name on {day}") from None


def names_on(units: Collection[UUID], day: datetime.date) -> dict[UUID, Naming]:
    """The names of many units in one query; an ended unit keeps its last name, one not yet founded is absent."""
    rows = UnitName.objects.filter(unit__in=units, valid_from__lte=day).order_by("valid_from")
    return {row.unit_id: Naming(row.unit_id, row.name, row.code, row.kind_id) for row in rows}


DOWN = """
    WITH RECURSIVE below(unit_id) AS (
        SELECT unnest(%(units)s::uuid[])
        UNION
        SELECT placement.unit_id FROM registry_placement AS placement JOIN below ON placement.parent_id = below.unit_id
         WHERE placement.valid_from <= %(day)s AND (placement.valid_until IS NULL OR placement.valid_until > %(day)s)
    )
    SELECT unit_id FROM below
"""
UP = """
    WITH RECURSIVE above(unit_id, height) AS (
        SELECT %(unit)s::uuid, 0
        UNION
        SELECT placement.parent_id, height + 1
          FROM registry_placement AS placement JOIN above ON placement.unit_id = above.unit_id
         WHERE placement.valid_from <= %(day)s AND (placement.valid_until IS NULL OR placement.valid_until > %(day)s)
    )
    SELECT unit_id FROM above ORDER BY height
"""
#: The same from the top down; of a unit that had ended by the day, as it stood on its last.
WAY = """
    WITH RECURSIVE standing(day) AS (
        SELECT least(%(day)s::date, (SELECT valid_until - 1 FROM registry_unit WHERE id = %(unit)s))
    ), above(unit_id, height) AS (
        SELECT %(unit)s::uuid, 0
        UNION
        SELECT placement.parent_id, height + 1
          FROM standing CROSS JOIN registry_placement AS placement JOIN above ON placement.unit_id = above.unit_id
         WHERE placement.valid_from <= standing.day
           AND (placement.valid_until IS NULL OR placement.valid_until > standing.day)
    )
    SELECT unit_id FROM above ORDER BY height DESC
"""
POSTS = """
    WITH RECURSIVE held AS (
        SELECT person_id, id, unit_id, role, valid_from FROM registry_assignment
         WHERE person_id = ANY(%(people)s) AND valid_from <= %(day)s AND (valid_until IS NULL OR valid_until > %(day)s)
    ), above(unit_id, step, height) AS (
        SELECT DISTINCT unit_id, unit_id, 0 FROM held
        UNION
        SELECT above.unit_id, placement.parent_id, height + 1
          FROM registry_placement AS placement JOIN above ON placement.unit_id = above.step
         WHERE placement.valid_from <= %(day)s AND (placement.valid_until IS NULL OR placement.valid_until > %(day)s)
    )
    SELECT held.person_id, held.id, held.unit_id, named.name, named.kind_id, held.role,
           ARRAY(SELECT step FROM above WHERE above.unit_id = held.unit_id ORDER BY height DESC), held.valid_from
      FROM held CROSS JOIN LATERAL (
        SELECT name, kind_id FROM registry_unitname
         WHERE unit_id = held.unit_id AND valid_from <= %(day)s ORDER BY valid_from DESC LIMIT 1
      ) AS named
     ORDER BY held.valid_from, held.id
"""


def units_below(units: Iterable[UUID], day: datetime.date) -> set[UUID]:
    """These units and all that stand below them on the day. One query."""
    with connection.cursor() as cursor:
        cursor.execute(DOWN, {"units": list(units), "day": day})
        return {row[0] for row in cursor.fetchall()}


def units_above(unit: UUID, day: datetime.date) -> tuple[UUID, ...]:
    """The unit itself, then what stands above it, up to the top of the tree. One query."""
    with connection.cursor() as cursor:
        cursor.execute(UP, {"unit": unit, "day": day})
        return tuple(row[0] for row in cursor.fetchall())


def way_to(unit: UUID, day: datetime.date) -> tuple[UUID, ...]:
    """The top of the tree, then what leads down to the unit, the unit last; on the last day of one that had ended by
    then. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(WAY, {"unit": unit, "day": day})
        return tuple(row[0] for row in cursor.fetchall())


def path_to(unit: UUID, day: datetime.date) -> list[Naming]:
    """The way from the top of the tree down to the unit, the unit last, with the names of the day. Two queries."""
    above = units_above(unit, day)
    names = names_on(above, day)
    return [names[step] for step in reversed(above) if step in names]


def last_day(unit: UUID, day: datetime.date) -> datetime.date:
    """The day, or the last day of a unit that had ended by then."""
    ended = Unit.objects.filter(id=unit, valid_until__lte=day).values_list("valid_until", flat=True).first()
    return ended - datetime.timedelta(days=1) if ended else day


def parent_on(unit: UUID, day: datetime.date) -> UUID | None:
    """The unit right above, or none at the top."""
    return Placement.objects.filter(true_on(day), unit=unit).values_list("parent", flat=True).first()


def children_on(unit: UUID, day: datetime.date) -> list[UUID]:
    """The units right below."""
    return list(Placement.objects.filter(true_on(day), parent=unit).values_list("unit", flat=True))


def heirs(unit: UUID, day: datetime.date) -> set[UUID]:
    """Who answers on the day for what the unit left: itself while it lives, else its successors and theirs."""
    found, asked = set(), {unit}
    while asked:
        steps = Succession.objects.filter(predecessor__in=asked, day__lte=day).values_list("predecessor", "successor")
        gone = {predecessor for predecessor, _ in steps}
        found |= asked - gone
        asked = {successor for _, successor in steps} - found
    return found


def holder_on(room: UUID, day: datetime.date) -> UUID | None:
    """The unit that holds the room on the day: whose people work there, and whose name stands on its footage."""
    return Tenure.objects.filter(true_on(day), room=room).values_list("unit", flat=True).first()


def holders_on(rooms: Collection[UUID], day: datetime.date) -> dict[UUID, UUID]:
    """The holders of many rooms in one query."""
    return dict(Tenure.objects.filter(true_on(day), room__in=rooms).values_list("room", "unit"))


def rooms_of(units: Collection[UUID], day: datetime.date) -> QuerySet[Room]:
    """The rooms that these units hold on the day."""
    held = Tenure.objects.filter(true_on(day), unit__in=units).values("room")
    return Room.objects.filter(true_on(day), id__in=held)


def cameras_of(counter: UUID, begin: datetime.date, end: datetime.date) -> QuerySet[Camera]:
    """The cameras that saw the counter on any day from `begin` up to and including `end`, retired ones too."""
    views = CounterView.objects.filter(counter=counter, valid_from__lte=end).exclude(valid_until__lte=begin)
    return Camera.objects.filter(id__in=views.values("camera"))


def counters_of(room: UUID, day: datetime.date) -> QuerySet[Counter]:
    """The counters of the room on the day, by number."""
    return Counter.objects.filter(true_on(day), room=room)


def posts(person: UUID, day: datetime.date) -> list[Assignment]:
    """What the person is by decision on the day."""
    return list(Assignment.objects.filter(true_on(day), person=person))


@dataclass(frozen=True, slots=True)
class StandingPost:
    """A post of a person on a day, with the name and the kind of its unit; `path` from the top down to the unit."""

    id: UUID
    unit: UUID
    name: str
    kind: str
    role: str
    path: tuple[UUID, ...]
    since: datetime.date


def standing_posts(person: UUID, day: datetime.date) -> list[StandingPost]:
    """What the person is on the day and where that stands in the tree, the oldest first. One query."""
    return standing_posts_of([person], day).get(person, [])


def standing_posts_of(people: Collection[UUID], day: datetime.date) -> dict[UUID, list[StandingPost]]:
    """The same for many people at once. One query."""
    found: dict[UUID, list[StandingPost]] = {}
    with connection.cursor() as cursor:
        cursor.execute(POSTS, {"people": list(people), "day": day})
        for person, post, unit, name, kind, role, path, since in cursor.fetchall():
            found.setdefault(person, []).append(StandingPost(post, unit, name, kind, role, tuple(path), since))
    return found


def counters_held(person: UUID, begin: datetime.date, end: datetime.date) -> QuerySet[CounterPost]:
    """At which counters the person worked on any day from `begin` up to and including `end`."""
    held = CounterPost.objects.filter(person=person, valid_from__lte=end).exclude(valid_until__lte=begin)
    return held.select_related("counter")


def staff_of(units: Collection[UUID], day: datetime.date) -> QuerySet[Assignment]:
    """Who is assigned to these units on the day, in the order of names."""
    found = Assignment.objects.filter(true_on(day), unit__in=units)
    return found.select_related("person").order_by("person__sort_key")


def sign_hangs(room: UUID, now: datetime.datetime) -> bool:
    """Whether a notice sign is recorded as hung at this moment: without one nothing may be recorded."""
    hung = NoticeSign.objects.filter(room=room, hung_at__lte=now)
    return hung.exclude(taken_down_at__lte=now).exists()


def cameras_to_record(recorder: UUID, now: datetime.datetime) -> QuerySet[Camera]:
    """What belongs into the recorder's configuration: cameras switched on, not retired, whose room has its sign."""
    signed = NoticeSign.objects.filter(hung_at__lte=now).exclude(taken_down_at__lte=now).values("room")
    switched_on = Camera.objects.filter(recorder=recorder, recording_since__lte=now, room__in=signed)
    return switched_on.exclude(retired_at__lte=now)


def working_at(room: UUID, day: datetime.date) -> QuerySet[CounterPost]:
    """Who works at the counters of the room on the day."""
    posts_there = CounterPost.objects.filter(true_on(day), counter__room=room)
    return posts_there.select_related("person", "counter").order_by("counter__number", "person__sort_key")


def commissioning_since(camera: UUID, now: datetime.datetime, longest_days: int) -> datetime.datetime | None:
    """Since when the camera is being commissioned: added or recorded, its picture not yet accepted for both.

    It lasts at most so many days after the camera was added: it is no standing right to look.
    """
    earliest = now - datetime.timedelta(days=longest_days)
    fresh = Camera.objects.filter(id=camera, retired_at__isnull=True, added_at__gt=earliest).first()
    if fresh is None:
        return None
    begun = fresh.recording_since is not None and fresh.recording_since <= now
    since = fresh.recording_since if begun else fresh.added_at
    passed = Acceptance.objects.filter(camera=camera, medium=Medium.PICTURE, passed=True).values("party").distinct()
    return since if passed.count() < len(Party) else None


def recorder_for(room: UUID, day: datetime.date) -> Recorder | None:
    """A recorder in use that stands in the room, else one in another room of the same unit."""
    in_use = Recorder.objects.filter(retired_at__isnull=True, replaced_by__isnull=True).order_by("added_at")
    here = in_use.filter(room=room).first()
    holder = holder_on(room, day)
    if here is not None or holder is None:
        return here
    return in_use.filter(room__in=rooms_of([holder], day)).first()
