"""Finding rooms, cameras, units and people by what somebody types, marks or none.

Only what the person's rights reach is found: the answer to a name must not tell that the thing exists.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from minhbach.centre.access.deciding import rooms_where, units_where
from minhbach.centre.access.models import Account
from minhbach.centre.registry import reading
from minhbach.centre.registry.models import Camera, Room, UnitName, true_on
from minhbach.centre.registry.vietnamese import search_key
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

MOST = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: what it is called, where it belongs, its page and its drawing."""

    name: str
    about: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind."""

    words: Words
    hits: tuple[Hit, ...]


def find(actor: Account, text: str, *, now: datetime.datetime) -> list[Group]:
    """At most twenty of each kind; nothing for a text without letters or digits."""
    key = search_key(text)
    if not key:
        return []
    day = reading.day_of(now)
    rooms = rooms_where(actor, Right.LIVE, now=now) | rooms_where(actor, Right.PLAYBACK, now=now)
    units = units_where(actor, Right.REGISTRY, now=now)
    holders = reading.holders_on(rooms, day)
    names = reading.names_on(set(holders.values()) | units, day)
    place = {room: names[unit].name for room, unit in holders.items() if unit in names}
    found_rooms = [
        Hit(room.name, place.get(room.id, ""), reverse("room", args=[room.id]), "room")
        for room in Room.objects.filter(id__in=rooms).order_by("name")
        if key in search_key(f"{room.name} {place.get(room.id, '')}")
    ]
    found_cameras = [
        Hit(
            camera.label,
            f"{camera.room.name}, {place.get(camera.room_id, '')}",
            reverse("room", args=[camera.room_id]),
            "camera",
        )
        for camera in Camera.objects.filter(room__in=rooms, retired_at__isnull=True).select_related("room")
        if key in search_key(f"{camera.label} {camera.name}")
    ]
    groups = (
        Group(Words("Phòng", "Rooms"), tuple(found_rooms[:MOST])),
        Group(Words("Camera", "Cameras"), tuple(found_cameras[:MOST])),
        Group(Words("Đơn vị", "Units"), tuple(_units(units, key, day))),
    )
    return [group for group in groups if group.hits]


def _units(units: set[UUID], key: str, day: datetime.date) -> Iterator[Hit]:
    named = UnitName.objects.filter(true_on(day), Q(search_key__contains=key) | Q(code=key), unit__in=units)
    for row in named.order_by("sort_key").select_related("kind")[:MOST]:
        yield Hit(row.name, row.code, reverse("unit", args=[row.unit_id]), "unit")
