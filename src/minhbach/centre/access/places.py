"""What a right is asked about: a room, a unit, or "anywhere" for lists.

Owns the way from an address's arguments to a place (`room_named("room")` reads the argument `room`). A place carries
the path of its unit from the top of the tree, so that a decision needs no further question. A room that nobody holds
belongs to nobody: no right reaches it.
"""

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404

from minhbach.centre.registry import reading
from minhbach.centre.registry.models import (
    Assignment,
    Camera,
    Person,
    Placement,
    Recorder,
    Room,
    Succession,
    Tenure,
    Unit,
    true_on,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a right is wanted. `path` runs from the top of the tree down to `unit`."""

    unit: UUID | None
    path: tuple[UUID, ...] = ()
    room: UUID | None = None
    room_type: str | None = None
    camera: UUID | None = None
    anywhere: bool = False


#: Any place at all: for lists, which then show what the right reaches.
ANYWHERE = Place(None, anywhere=True)

#: Finds the place of a page from the arguments of its address; raises Http404 where there is no such thing.
PlaceOf = Callable[[Mapping[str, object], datetime.datetime], Place]


def somewhere(arguments: Mapping[str, object], now: datetime.datetime) -> Place:
    """The place of a list: whoever has the right anywhere comes in."""
    return ANYWHERE


def unit_named(argument: str) -> PlaceOf:
    """The unit whose id is that argument of the address."""

    def place(arguments: Mapping[str, object], now: datetime.datetime) -> Place:
        return place_of_unit(existing(Unit, arguments[argument]), now)

    return place


def room_named(argument: str) -> PlaceOf:
    """The room whose id is that argument of the address."""

    def place(arguments: Mapping[str, object], now: datetime.datetime) -> Place:
        room = _id(arguments[argument])
        found = places_of_rooms([room], now)
        if room not in found:
            raise Http404
        return found[room]

    return place


def camera_named(argument: str) -> PlaceOf:
    """The room of the camera whose id is that argument of the address."""

    def place(arguments: Mapping[str, object], now: datetime.datetime) -> Place:
        camera = existing(Camera, arguments[argument])
        return places_of_cameras([camera], now)[camera]

    return place


def recorder_named(argument: str) -> PlaceOf:
    """The room in which the recorder stands whose id is that argument of the address."""
    return through(argument, Recorder, "room_id")


def person_named(argument: str) -> PlaceOf:
    """The unit of the person's newest assignment that is true now, else of the newest; anywhere without one."""

    def place(arguments: Mapping[str, object], now: datetime.datetime) -> Place:
        person = existing(Person, arguments[argument])
        rows = Assignment.objects.filter(person=person).order_by("-valid_from", "-id")
        row = rows.filter(true_on(reading.day_of(now))).first() or rows.first()
        return place_of_unit(row.unit_id, now) if row else ANYWHERE

    return place


def assignment_named(argument: str) -> PlaceOf:
    """The unit of the assignment whose id is that argument of the address."""

    def place(arguments: Mapping[str, object], now: datetime.datetime) -> Place:
        assignment = existing(Assignment, arguments[argument])
        return place_of_unit(Assignment.objects.values_list("unit", flat=True).get(id=assignment), now)

    return place


@dataclass(frozen=True, slots=True)
class Through:
    """The place of a row that belongs to a room, or to a unit: `leads` goes from the row to the id of either."""

    argument: str
    model: type[Model]
    leads: str
    to_unit: bool = False

    def __call__(self, arguments: Mapping[str, object], now: datetime.datetime) -> Place:
        row = _id(arguments[self.argument])
        found = self.leads_from([row]).get(row)
        if found is None:
            raise Http404
        return place_of_unit(found, now) if self.to_unit else place_of_room(found, now)

    def leads_from(self, rows: Collection[UUID]) -> dict[UUID, UUID]:
        """The room, or the unit, of each of these rows; those that do not exist are absent."""
        return dict(self.model._default_manager.filter(pk__in=rows).values_list("pk", self.leads))


def through(argument: str, model: type[Model], room: str) -> Through:
    """The room of a row: `room` leads from it to the room's id, as in `through("sign", NoticeSign, "room_id")`."""
    return Through(argument, model, room)


def unit_through(argument: str, model: type[Model], unit: str) -> Through:
    """The unit of a row: `unit` leads from it to the unit's id, as in `unit_through("draft", Draft, "unit_id")`."""
    return Through(argument, model, unit, to_unit=True)


def existing(model: type[Model], given: object) -> UUID:
    """The id, if there is such a row; Http404 otherwise, also for what is no id."""
    key = _id(given)
    if not model._default_manager.filter(pk=key).exists():
        raise Http404
    return key


def _id(given: object) -> UUID:
    try:
        return given if isinstance(given, UUID) else UUID(str(given))
    except ValueError:
        raise Http404 from None


def place_of_unit(unit: UUID, now: datetime.datetime) -> Place:
    """A unit as a place; one that has ended stands where it stood on its last day."""
    return Place(unit, reading.way_to(unit, reading.day_of(now)))


def place_of_room(room: UUID, now: datetime.datetime) -> Place:
    """A room as a place."""
    return places_of_rooms([room], now)[room]


def places_of_cameras(cameras: Collection[UUID], now: datetime.datetime) -> dict[UUID, Place]:
    """The places of many cameras, by camera; cameras that do not exist are absent."""
    rooms = dict(Camera.objects.filter(id__in=cameras).values_list("id", "room"))
    places = places_of_rooms(set(rooms.values()), now)
    return {
        camera: Place(place.unit, place.path, place.room, place.room_type, camera)
        for camera, place in ((camera, places[room]) for camera, room in rooms.items())
    }


def places_of_rooms(rooms: Collection[UUID], now: datetime.datetime) -> dict[UUID, Place]:
    """The places of many rooms, by room, in a number of queries that does not grow with them."""
    return places_among(Room.objects.filter(id__in=rooms), now)


def places_among(rooms: QuerySet[Room], now: datetime.datetime) -> dict[UUID, Place]:
    """The same for rooms that are only asked for here, each with all that ever held it: a question less."""
    fields = ("id", "room_type", "tenures__unit", "tenures__valid_from", "tenures__valid_until")
    rows = list(rooms.order_by("tenures__valid_from").values_list(*fields))
    held = ((room, unit, begin, end) for room, _, unit, begin, end in rows if unit is not None)
    return _places({room: room_type for room, room_type, *_ in rows}, held, now)


def places_of_types(types: Mapping[UUID, str], now: datetime.datetime) -> dict[UUID, Place]:
    """The same for rooms whose types are known."""
    rows = Tenure.objects.filter(room__in=types).order_by("valid_from")
    return _places(types, rows.values_list("room", "unit", "valid_from", "valid_until"), now)


#: A room, who held it, from when, until when.
Held = tuple[UUID, UUID, datetime.date, datetime.date | None]


def _places(types: Mapping[UUID, str], held: Iterable[Held], now: datetime.datetime) -> dict[UUID, Place]:
    day = reading.day_of(now)
    holders, last = _holders(held, day)
    heirs = _heirs(set(last.values()), day) if last else {}
    holders |= {room: heirs.get(unit) or unit for room, unit in last.items()}
    paths = paths_of(set(holders.values()), day)
    # Whom nobody follows, or several, is answered for by those above it, as on its last day.
    paths |= {unit: reading.way_to(unit, day) for unit, heir in heirs.items() if heir is None}
    return {
        room: Place(holders.get(room), paths.get(holders.get(room), ()), room, room_type)
        for room, room_type in types.items()
    }


def _holders(held: Iterable[Held], day: datetime.date) -> tuple[dict[UUID, UUID], dict[UUID, UUID]]:
    """By room: who holds it today; and who held it last, where nobody does. Its footage may be needed for weeks."""
    last: dict[UUID, UUID] = {}
    today: dict[UUID, UUID] = {}
    for room, unit, begin, end in held:
        last[room] = unit
        if begin <= day and (end is None or day < end):
            today[room] = unit
    return today, {room: unit for room, unit in last.items() if room not in today}


def _heirs(units: Collection[UUID], day: datetime.date) -> dict[UUID, UUID | None]:
    """Of those that have ended: the one unit that follows on the day; none where it is none, or several."""
    ended = list(Unit.objects.filter(id__in=units, valid_until__lte=day).values_list("id", flat=True))
    if not ended:
        return {}
    steps: dict[UUID, set[UUID]] = {}
    for predecessor, successor in Succession.objects.filter(day__lte=day).values_list("predecessor", "successor"):
        steps.setdefault(predecessor, set()).add(successor)
    return {unit: _only_heir(unit, steps) for unit in ended}


def _only_heir(unit: UUID, steps: Mapping[UUID, set[UUID]]) -> UUID | None:
    heir = unit
    while heir in steps:  # a successor is founded, or lives, on the day its predecessor ends: there are no circles
        if len(steps[heir]) > 1:
            return None
        [heir] = steps[heir]
    return heir if heir != unit else None


def path_of(unit: UUID, day: datetime.date) -> tuple[UUID, ...]:
    """The path from the top of the tree down to the unit."""
    return tuple(reversed(reading.units_above(unit, day)))


def paths_of(units: Collection[UUID], day: datetime.date) -> dict[UUID | None, tuple[UUID, ...]]:
    """The path from the top down to each unit; one query for a few, one for the whole tree otherwise."""
    if len(units) <= 2:
        return {unit: path_of(unit, day) for unit in units}
    parents = dict(Placement.objects.filter(true_on(day)).values_list("unit", "parent"))
    return {unit: _climb(unit, parents) for unit in units}


def placed_on(day: datetime.date) -> dict[UUID, tuple[UUID, ...]]:
    """The path from the top down to every unit that stands below another on the day. One query."""
    parents = dict(Placement.objects.filter(true_on(day)).values_list("unit", "parent"))
    return {unit: _climb(unit, parents) for unit in parents}


def _climb(unit: UUID, parents: Mapping[UUID, UUID]) -> tuple[UUID, ...]:
    path = [unit]
    while path[-1] in parents:  # PostgreSQL refuses circles in the tree
        path.append(parents[path[-1]])
    return tuple(reversed(path))
