"""The wall: the live pictures a person may see, and the grid of all rooms they answer for.

Owns the order (what is wrong first, then by unit, room and camera) and what each tile and each field of the grid says.
Promises a number of queries that does not grow with communes. Pictures come with a viewing only.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from minhbach.centre.access.deciding import places_today, standing_of
from minhbach.centre.access.judging import Decision, judge
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import Place
from minhbach.centre.footage.rooms import Tile, tile_of
from minhbach.centre.footage.states import State, states_of
from minhbach.centre.footage.timeline import moment
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera, Room, RoomType, true_on
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

ROOM_TYPES = {
    RoomType.ONE_STOP: Words("Bộ phận Một cửa", "One-stop section"),
    RoomType.RECEPTION_ROOM: Words("Phòng tiếp công dân", "Citizen-reception room"),
}
NO_CAMERA = Words("Chưa có camera", "No camera yet")


@dataclass(frozen=True, slots=True)
class WallTile:
    """One picture of the wall: whose, where, how it is."""

    tile: Tile
    room: Room
    unit_name: str
    state: State
    #: Whether its sound may be heard when it is enlarged.
    sound: bool


@dataclass(frozen=True, slots=True)
class Wall:
    """The pictures in order, and the rooms for which a purpose is asked."""

    tiles: list[WallTile]
    asking: list[UUID]


@dataclass(frozen=True, slots=True)
class Field:
    """A room in the grid: its worst state, and how many of its cameras record."""

    room: Room
    state: State
    recording: int
    cameras: int
    may_watch: bool

    @property
    def since(self) -> datetime.datetime | None:
        """Since when it is in that state, where that is known."""
        return None if self.state.since_us is None else moment(self.state.since_us)


@dataclass(frozen=True, slots=True)
class Line:
    """A unit in the grid; one field for each type of room, none where it has no such room or none that the person may
    know the state of: `beyond` says of which types the unit has a room all the same.
    """

    unit: UUID
    name: str
    fields: dict[RoomType, list[Field]]
    beyond: frozenset[RoomType] = frozenset()

    @property
    def rank(self) -> int:
        """0 for the worst state of the line."""
        return min((field.state.rank for fields in self.fields.values() for field in fields), default=99)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a unit has of one type of room: fields, or whether there are rooms that others supervise."""

    head: Words
    fields: Sequence[Field]
    beyond: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    room: Room
    place: Place
    live: Decision
    sound: Decision


def wall(actor: Account, *, now: datetime.datetime) -> Wall:
    """Every camera that records and may be watched live."""
    seen = {found.room.id: found for found in _rooms(actor, (Right.LIVE,), now)}
    cameras = _cameras(list(seen), now)
    states, names = states_of(cameras, now=now), _names(list(seen.values()), now)
    tiles = [
        WallTile(
            tile_of(camera),
            seen[camera.room_id].room,
            names.get(seen[camera.room_id].place.unit, ""),
            states[camera.id],
            camera.has_sound and seen[camera.room_id].sound.allowed,
        )
        for camera in cameras
    ]
    tiles.sort(key=lambda each: (each.state.rank, sort_key(each.unit_name), each.room.name, each.tile.label))
    return Wall(tiles, [room for room, found in seen.items() if found.live.needs_purpose])


def grid(actor: Account, *, now: datetime.datetime) -> list[Line]:
    """Every unit with its rooms, the worst first; only rooms whose state the person may know."""
    seen = _rooms(actor, (Right.HEALTH, Right.LIVE), now)
    cameras = _cameras([found.room.id for found in seen], now)
    states, names = states_of(cameras, now=now), _names(seen, now)
    of_room: dict[UUID, list[State]] = {}
    for camera in cameras:
        of_room.setdefault(camera.room_id, []).append(states[camera.id])
    lines: dict[UUID, Line] = {}
    beyond = _beyond(seen, now)
    for found in sorted(seen, key=lambda each: each.room.name):
        if found.place.unit is None:
            continue
        unit = found.place.unit
        line = lines.setdefault(unit, Line(unit, names.get(unit, ""), {}, beyond.get(unit, frozenset())))
        line.fields.setdefault(RoomType(found.room.room_type), []).append(_field(found, of_room.get(found.room.id, [])))
    return sorted(lines.values(), key=lambda line: (line.rank, sort_key(line.name)))


def table_of(lines: Sequence[Line]) -> tuple[list[Words], list[tuple[str, list[Cell]]]]:
    """The grid as a table: a head for each type of room the person sees at all, then name and cells of each unit."""
    seen = [kind for kind in ROOM_TYPES if any(kind in line.fields for line in lines)]
    return [ROOM_TYPES[kind] for kind in seen], [
        (line.name, [Cell(ROOM_TYPES[kind], line.fields.get(kind, []), kind in line.beyond) for kind in seen])
        for line in lines
    ]


def _beyond(seen: Sequence[_Seen], now: datetime.datetime) -> dict[UUID, frozenset[RoomType]]:
    """Of which types each unit has rooms today that the person sees nothing of; that they are there, a list of units
    says to everybody.
    """
    shown, found = {each.room.id for each in seen}, dict[UUID, frozenset[RoomType]]()
    for room, place in places_today(now).items():
        if room not in shown and place.unit and place.room_type:
            found[place.unit] = found.get(place.unit, frozenset()) | {RoomType(place.room_type)}
    return found


def _field(found: _Seen, states: Sequence[State]) -> Field:
    worst = min(states, key=lambda state: state.rank, default=State("unseen", NO_CAMERA))
    recording = sum(state.kind == "ok" for state in states)
    return Field(found.room, worst, recording, len(states), found.live.allowed)


def _rooms(actor: Account, rights: Sequence[Right], now: datetime.datetime) -> list[_Seen]:
    """The rooms of today in which the person has one of the rights."""
    rooms = {room.id: room for room in Room.objects.filter(true_on(registry.day_of(now)))}
    standing, places = standing_of(actor, now=now), places_today(now)
    return [
        _Seen(room, places[key], judge(standing, Right.LIVE, places[key]), judge(standing, Right.SOUND, places[key]))
        for key, room in rooms.items()
        if key in places and any(judge(standing, right, places[key]).allowed for right in rights)
    ]


def _cameras(rooms: Sequence[UUID], now: datetime.datetime) -> list[Camera]:
    return list(Camera.objects.filter(room__in=rooms).exclude(retired_at__lte=now))


def _names(seen: Sequence[_Seen], now: datetime.datetime) -> dict[UUID | None, str]:
    units = {found.place.unit for found in seen if found.place.unit}
    return {unit: naming.name for unit, naming in registry.names_on(units, registry.day_of(now)).items()}
