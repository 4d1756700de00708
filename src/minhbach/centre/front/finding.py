"""Finding rooms, cameras, units, people and dossiers by what somebody types, marks or none.

Only what the person's rights reach is found: the answer to a name must not tell that the thing exists.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from minhbach.centre.access.deciding import rooms_where, units_where
from minhbach.centre.access.models import Account
from minhbach.centre.dossiers.scanning import NotLed, lead
from minhbach.centre.registry import reading
from minhbach.centre.registry.models import Camera, Recorder, Room, UnitName, true_on
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
    watched = rooms_where(actor, Right.LIVE, now=now) | rooms_where(actor, Right.PLAYBACK, now=now)
    known = watched | rooms_where(actor, Right.REGISTRY, now=now)
    units = units_where(actor, Right.REGISTRY, now=now)
    holders = reading.holders_on(known, day)
    names = reading.names_on(set(holders.values()) | units, day)
    place = {room: names[unit].name for room, unit in holders.items() if unit in names}
    groups = (
        Group(Words("Hồ sơ", "Dossiers"), tuple(_dossiers(actor, text, now))),
        Group(Words("Phòng", "Rooms"), tuple(islice(_rooms(known, watched, place, key), MOST))),
        Group(Words("Camera", "Cameras"), tuple(islice(_cameras(known, watched, place, key), MOST))),
        Group(Words("Đầu ghi", "Recorders"), tuple(islice(_recorders(known - watched, place, key), MOST))),
        Group(Words("Đơn vị", "Units"), tuple(_units(units, key, day))),
    )
    return [group for group in groups if group.hits]


def _dossiers(actor: Account, text: str, now: datetime.datetime) -> Iterator[Hit]:
    """A dossier by its whole code, or by the digits of its bar code, to where a scan would lead."""
    try:
        led = lead(actor, text, now=now)
    except NotLed:
        return
    yield Hit(led.dossier.code, led.dossier.procedure.name, led.url, "document")


def _rooms(known: set[UUID], watched: set[UUID], place: Mapping[UUID, str], key: str) -> Iterator[Hit]:
    """Rooms to watch lead to their pictures, others to what is written about them."""
    for room in Room.objects.filter(id__in=known).order_by("name"):
        if key in search_key(f"{room.name} {place.get(room.id, '')}"):
            route = "room" if room.id in watched else "room_card"
            yield Hit(room.name, place.get(room.id, ""), reverse(route, args=[room.id]), "room")


def _cameras(known: set[UUID], watched: set[UUID], place: Mapping[UUID, str], key: str) -> Iterator[Hit]:
    for camera in Camera.objects.filter(room__in=known, retired_at__isnull=True).select_related("room"):
        if key in search_key(f"{camera.label} {camera.name}"):
            seen = camera.room_id in watched
            url = reverse("room", args=[camera.room_id]) if seen else reverse("camera", args=[camera.id])
            yield Hit(camera.label, f"{camera.room.name}, {place.get(camera.room_id, '')}", url, "camera")


def _recorders(known: set[UUID], place: Mapping[UUID, str], key: str) -> Iterator[Hit]:
    """Recorders are found by those who look after them, not by those who watch."""
    for recorder in Recorder.objects.filter(room__in=known, retired_at__isnull=True).order_by("name"):
        if key in search_key(recorder.name):
            yield Hit(
                recorder.name, place.get(recorder.room_id, ""), reverse("recorder", args=[recorder.id]), "recorder"
            )


def _units(units: set[UUID], key: str, day: datetime.date) -> Iterator[Hit]:
    named = UnitName.objects.filter(true_on(day), Q(search_key__contains=key) | Q(code=key), unit__in=units)
    for row in named.order_by("sort_key").select_related("kind")[:MOST]:
        yield Hit(row.name, row.code, reverse("unit", args=[row.unit_id]), "unit")
