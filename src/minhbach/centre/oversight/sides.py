"""On which side of a finding somebody stands: where the room is run, or in a body outside; reads only.

Whoever serves where the room is run judges only what was found or asked for there. What another body or the system
holds against a unit is never closed, sent back or put off by the unit itself, whatever rights its people have there.
"""

import datetime
from collections.abc import Sequence
from uuid import UUID

from minhbach.centre.access.places import place_of_room
from minhbach.centre.registry import reading as registry
from minhbach.centre.regulation.reading import supervised_by

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
