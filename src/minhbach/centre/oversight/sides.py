"""On which side of a finding somebody stands: where the room is run, or in a body outside; reads only.

Whoever serves where the room is run judges only what was found or asked for there. What another body or the system
holds against a unit is never closed, sent back or put off by the unit itself, whatever rights its people have there.
What follows for an officer is said by whoever stands over them where the room is run, which nobody does of their own
height; and in whose name somebody outside speaks is asked here too.
"""

import datetime
from collections.abc import Sequence
from enum import IntEnum
from uuid import UUID

from minhbach.centre.access.deciding import units_with
from minhbach.centre.access.places import place_of_room
from minhbach.centre.registry import reading as registry
from minhbach.centre.regulation.reading import supervised_by
from minhbach.centre.regulation.rights import Right

#: Who made something, none where the system did; and when.
Made = tuple[UUID | None, datetime.datetime]


def serves_where_run(person: UUID, room: UUID, at: datetime.datetime) -> bool:
    """Whether they had a post then where the room is run, or above; an area that their body supervises is none."""
    day = registry.day_of(at)
    units = {post.unit_id for post in registry.posts(person, day)}
    areas = {row.area_id for row in supervised_by(list(units), day)}
    return not (units - areas).isdisjoint(place_of_room(room, at).path)


def judged_by(person: UUID, room: UUID, made: Sequence[Made], *, now: datetime.datetime) -> list[bool]:
    """Of each of these that were made of the room: whether this person may judge it. Where they served who made it is
    asked of that day: a finder who has moved into the unit since makes nothing the unit's own.
    """
    if not serves_where_run(person, room, now):
        return [True] * len(made)
    days = {(by, registry.day_of(at)): at for by, at in made}
    own = {(by, day) for (by, day), at in days.items() if by is not None and serves_where_run(by, room, at)}
    return [(by, registry.day_of(at)) in own for by, at in made]


def may_judge(person: UUID, room: UUID, made: Made, *, now: datetime.datetime) -> bool:
    """Whether this person may judge one thing that was made of the room."""
    return judged_by(person, room, [made], now=now)[0]


class Height(IntEnum):
    """What somebody is where a room is run: one of its people, of those who lead the room, its head, or above it."""

    NONE = 0
    LEADS = 1
    HEADS = 2
    ABOVE = 3


def height(person: UUID, room: UUID, at: datetime.datetime) -> Height:
    """By their posts then. The head is who signs for the unit; whoever only supervises the room has no height there."""
    place = place_of_room(room, at)
    signs = set(units_with(person, Right.REPORT_SIGN, place, now=at))
    if not signs.isdisjoint(set(place.path) - {place.unit}):
        return Height.ABOVE
    if place.unit in signs:
        return Height.HEADS
    return Height.LEADS if units_with(person, Right.HOLD, place, now=at, at_home=True) else Height.NONE


def stands_over(person: UUID, officer: UUID, room: UUID, act: datetime.datetime, *, now: datetime.datetime) -> bool:
    """Whether they stand higher where the room is run than the officer does, or did on the day of the act."""
    return height(person, room, now) > max(height(officer, room, now), height(officer, room, act))


def bodies_of(person: UUID, room: UUID, at: datetime.datetime) -> list[UUID]:
    """Where the person served by those posts that had a part in the room's findings, else by all, the oldest first."""
    part = units_with(person, Right.HOLD, place_of_room(room, at), now=at)
    return part or [post.unit for post in registry.standing_posts(person, registry.day_of(at))]


def speaks_for(person: UUID, room: UUID, made: Made, *, now: datetime.datetime) -> bool:
    """Whether they serve outside, in the body of whoever made something of the room."""
    by, at = made
    if by is None or serves_where_run(person, room, now):
        return False
    return not set(bodies_of(person, room, now)).isdisjoint(bodies_of(by, room, at))
