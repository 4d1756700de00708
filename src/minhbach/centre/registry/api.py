"""JSON of the registry: units on any day, rooms, cameras, recorders, people, and the writes behind the pages.

Parses, calls one action or one read, answers. A day is ISO (`?day=2026-03-05`), today when it is absent. What is not
possible is 422 with the sentence in both languages and the field it is about.
"""

import datetime
from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field

from minhbach.centre.registry import reading
from minhbach.centre.registry.actions import devices, people, rooms, units
from minhbach.centre.registry.models import (
    Assignment,
    Camera,
    Condition,
    Equipment,
    Person,
    Recorder,
    Room,
    RoomType,
    Succession,
    Unit,
)
from minhbach.centre.registry.outline import Branch, outline
from minhbach.centre.registry.steps import steps_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words.shapes import Why


class RegistryMade(Schema):
    """What was made."""

    id: UUID


class MergedTold(RegistryMade):
    """The new unit, and the assignments that ended with the old ones."""

    ended_assignments: list[UUID]


#: What whatever goes through `made` answers.
MADE: dict[int, Any] = {201: RegistryMade, 204: None, 422: Why}
router = Router(tags=["registry"])
Day = datetime.date
Short = Annotated[str, Field(min_length=1, max_length=200)]


class NamingIn(Schema):
    """What a unit is to be called from a day on, by a decision."""

    name: Short
    code: Annotated[str, Field(min_length=1, max_length=20)]
    kind: Annotated[str, Field(max_length=40)]
    day: Day
    decision_number: Annotated[str, Field(max_length=60)] = ""


class MergerIn(NamingIn):
    """Which units, all right below the one addressed, become one."""

    units: Annotated[list[UUID], Field(min_length=2, max_length=50)]


class RoomIn(Schema):
    """A room to be opened."""

    room_type: RoomType
    name: Short
    purpose: Annotated[str, Field(max_length=500)]
    legal_basis: Annotated[str, Field(max_length=500)]
    address: Annotated[str, Field(max_length=300)] = ""
    contact: Annotated[str, Field(max_length=200)] = ""
    day: Day


class CounterIn(Schema):
    """A counter of a room."""

    number: Annotated[int, Field(ge=1, le=999)]
    name: Annotated[str, Field(max_length=120)] = ""
    field: Annotated[str, Field(max_length=200)] = ""
    day: Day


class PersonIn(Schema):
    """What is kept of a person."""

    full_name: Annotated[str, Field(min_length=1, max_length=120)]
    staff_code: Annotated[str, Field(max_length=40)] = ""
    phone: Annotated[str, Field(max_length=20)] = ""
    email: Annotated[str, Field(max_length=254)] = ""


class AssignmentIn(Schema):
    """A decision that puts a person into a role at the unit addressed."""

    person: UUID
    role: Annotated[str, Field(max_length=40)]
    decision_number: Annotated[str, Field(min_length=1, max_length=60)]
    decision_date: Day
    begin: Day
    until: Day | None = None
    title: Annotated[str, Field(max_length=200)] = ""
    field: Annotated[str, Field(max_length=200)] = ""


class EndIn(Schema):
    """When an assignment ends, and by which decision."""

    day: Day
    decision_number: Annotated[str, Field(max_length=60)]


class RecordingIn(Schema):
    """Whether a camera is recorded."""

    on: bool


class ConditionIn(Schema):
    """How a piece of equipment is, since when."""

    condition: Condition
    day: Day


@router.get("units", url_name="registry_units")
def list_units(request: HttpRequest, day: Day | None = None) -> HttpResponse:
    """The trees of the day, nested."""
    on = day or today_of(request)
    return JsonResponse({"day": on.isoformat(), "units": [_branch(branch) for branch in outline(on)]})


@router.get("units/{uuid:unit}", url_name="registry_unit")
def show_unit(request: HttpRequest, unit: UUID, day: Day | None = None) -> HttpResponse:
    """A unit on a day: name, way from the top, rooms, and what came before and after it."""
    row, on = get_object_or_404(Unit, id=unit), day or today_of(request)
    path = reading.path_to(unit, on)
    taken = Succession.objects.filter(successor=unit).values_list("predecessor", flat=True)
    given = Succession.objects.filter(predecessor=unit).values_list("successor", flat=True)
    return JsonResponse(
        {
            "id": unit,
            "day": on.isoformat(),
            "valid_from": row.valid_from,
            "valid_until": row.valid_until,
            "path": [{"id": step.unit, "name": step.name, "code": step.code, "kind": step.kind} for step in path],
            "rooms": [_room(room) for room in reading.rooms_of([unit], on)],
            "predecessors": list(taken),
            "successors": list(given),
        }
    )


@router.post("units/{uuid:unit}/units", url_name="registry_found", response=MADE)
def found(request: HttpRequest, unit: UUID, said: NamingIn) -> HttpResponse:
    """A new unit below the one addressed."""
    return made(
        lambda: units.found_unit(
            actor_of(request), naming=naming_of(said), parent=unit, day=said.day, decision_number=said.decision_number
        )
    )


@router.post("units/{uuid:unit}/names", url_name="registry_rename", response=MADE)
def rename(request: HttpRequest, unit: UUID, said: NamingIn) -> HttpResponse:
    """Another name, code or kind from a day on."""
    return made(
        lambda: units.rename_unit(
            actor_of(request), unit=unit, naming=naming_of(said), day=said.day, decision_number=said.decision_number
        )
    )


@router.post("units/{uuid:unit}/mergers", url_name="registry_merge", response={**MADE, 201: MergedTold})
def merge(request: HttpRequest, unit: UUID, said: MergerIn) -> HttpResponse:
    """One new unit in place of several right below the one addressed. Answers which assignments ended."""
    if not set(said.units) <= set(reading.children_on(unit, said.day)):
        return refused_with(NotPossible(units.NOT_THERE, "units"))
    try:
        handover = units.merge_units(
            actor_of(request),
            units=said.units,
            naming=naming_of(said),
            parent=unit,
            day=said.day,
            decision_number=said.decision_number,
        )
    except NotPossible as refused:
        return refused_with(refused)
    ended = [one.id for one in handover.ended]
    return JsonResponse({"id": handover.units[0].id, "ended_assignments": ended}, status=201)


@router.post("units/{uuid:unit}/rooms", url_name="registry_open_room", response=MADE)
def open_room(request: HttpRequest, unit: UUID, said: RoomIn) -> HttpResponse:
    """A new room of the unit."""
    details = rooms.RoomDetails(**said.dict(exclude={"room_type", "day"}))
    return made(
        lambda: rooms.open_room(actor_of(request), unit=unit, room_type=said.room_type, details=details, day=said.day)
    )


@router.post("units/{uuid:unit}/assignments", url_name="registry_assign", response=MADE)
def assign(request: HttpRequest, unit: UUID, said: AssignmentIn) -> HttpResponse:
    """A person gets a role at the unit, by decision."""
    person = get_object_or_404(Person, id=said.person)
    decision = people.Decision(number=said.decision_number, date=said.decision_date)
    rest = said.dict(exclude={"person", "decision_number", "decision_date"})
    return made(lambda: people.assign(actor_of(request), person=person, unit=unit, decision=decision, **rest))


@router.post("assignments/{uuid:assignment}/end", url_name="registry_end_assignment", response=MADE)
def end_assignment(request: HttpRequest, assignment: UUID, said: EndIn) -> HttpResponse:
    """An assignment ends on a day."""
    row = get_object_or_404(Assignment, id=assignment)
    return made(
        lambda: people.end_assignment(
            actor_of(request), assignment=row, day=said.day, decision_number=said.decision_number
        )
    )


@router.post("people", url_name="registry_add_person", response=MADE)
def add_person(request: HttpRequest, said: PersonIn) -> HttpResponse:
    """A person, without any right yet."""
    details = people.PersonDetails(**said.dict())
    return made(lambda: people.add_person(actor_of(request), details=details, now=now_of(request)))


@router.get("people/{uuid:person}", url_name="registry_person")
def show_person(request: HttpRequest, person: UUID) -> HttpResponse:
    """A person and their assignments of all days."""
    row = get_object_or_404(Person, id=person)
    keys = ("id", "unit_id", "role", "title", "decision_number", "decision_date", "valid_from", "valid_until")
    posts = list(row.assignments.order_by("-valid_from").values(*keys))
    return JsonResponse({"id": row.id, "full_name": row.full_name, "staff_code": row.staff_code, "assignments": posts})


@router.get("rooms/{uuid:room}", url_name="registry_room")
def show_room(request: HttpRequest, room: UUID) -> HttpResponse:
    """A room, its counters and cameras, and the next step of its set-up."""
    row, day = get_object_or_404(Room, id=room), today_of(request)
    steps = steps_of(row, day)
    return JsonResponse(
        {
            **_room(row),
            "unit": reading.holder_on(room, day),
            "purpose": row.purpose,
            "legal_basis": row.legal_basis,
            "counters": list(reading.counters_of(room, day).values("id", "number", "name", "field")),
            "cameras": [_camera(camera) for camera in steps.cameras],
            "sign_hangs": steps.sign_hangs,
            "accepted": steps.accepted,
            "next_step": steps.next,
        }
    )


@router.post("rooms/{uuid:room}/counters", url_name="registry_add_counter", response=MADE)
def add_counter(request: HttpRequest, room: UUID, said: CounterIn) -> HttpResponse:
    """A counter of the room."""
    row = get_object_or_404(Room, id=room)
    return made(lambda: rooms.add_counter(actor_of(request), room=row, **said.dict()))


@router.get("cameras/{uuid:camera}", url_name="registry_camera")
def show_camera(request: HttpRequest, camera: UUID) -> HttpResponse:
    """A camera; its password is nowhere."""
    row = get_object_or_404(Camera, id=camera)
    return JsonResponse(_camera(row) | {"address": row.address, "answered": row.answered})


@router.post("cameras/{uuid:camera}/recording", url_name="registry_recording", response=MADE)
def switch(request: HttpRequest, camera: UUID, said: RecordingIn) -> HttpResponse:
    """Begin or stop recording. Refused while no notice sign hangs in the room."""
    row = get_object_or_404(Camera, id=camera)
    if said.on:
        return made(lambda: devices.switch_on(actor_of(request), camera=row, now=now_of(request)))
    return made(lambda: devices.switch_off(actor_of(request), camera=row))


@router.get("recorders/{uuid:recorder}", url_name="registry_recorder")
def show_recorder(request: HttpRequest, recorder: UUID) -> HttpResponse:
    """A recorder, its networks and cameras."""
    row = get_object_or_404(Recorder, id=recorder)
    return JsonResponse(
        {
            "id": row.id,
            "name": row.name,
            "room": row.room_id,
            "networks": row.networks,
            "enrolled": bool(row.sealing_key),
            "retired_at": row.retired_at,
            "cameras": [_camera(camera) for camera in row.cameras.all()],
        }
    )


@router.post("equipment/{uuid:equipment}/condition", url_name="registry_condition", response=MADE)
def set_condition(request: HttpRequest, equipment: UUID, said: ConditionIn) -> HttpResponse:
    """How a piece of equipment is."""
    row = get_object_or_404(Equipment, id=equipment)
    return made(lambda: devices.set_condition(actor_of(request), equipment=row, condition=said.condition, day=said.day))


def made(do: Callable[[], Any]) -> HttpResponse:
    """201 with the id of what was made, 204 where nothing new is, 422 with the sentence of what is not possible."""
    try:
        row = do()
    except NotPossible as refused:
        return refused_with(refused)
    return HttpResponse(status=204) if row is None else JsonResponse({"id": row.id}, status=201)


def refused_with(refused: NotPossible) -> HttpResponse:
    """422 with the sentence and the field it is about."""
    values = dict(refused.words.values)
    sentence = {"vi": refused.words.vi.format(**values), "en": refused.words.en.format(**values)}
    return JsonResponse(sentence | {"field": refused.field}, status=422)


def _branch(branch: Branch) -> dict[str, object]:
    below = [_branch(one) for one in branch.below]
    return {"id": branch.unit, "name": branch.name, "code": branch.code, "kind": branch.kind, "below": below}


def _room(room: Room) -> dict[str, object]:
    return {"id": room.id, "room_type": room.room_type, "name": room.name, "address": room.address}


def _camera(camera: Camera) -> dict[str, object]:
    return {
        "id": camera.id,
        "name": camera.name,
        "label": camera.label,
        "room": camera.room_id,
        "recorder": camera.recorder_id,
        "has_sound": camera.has_sound,
        "recording_since": camera.recording_since,
        "retired_at": camera.retired_at,
    }


def naming_of(said: NamingIn) -> units.NewName:
    """What a unit is to be called."""
    return units.NewName(said.name, said.code, said.kind)


def now_of(request: HttpRequest) -> datetime.datetime:
    """The moment of the request."""
    now: datetime.datetime = request.now  # type: ignore[attr-defined]  # set by the guard
    return now


def today_of(request: HttpRequest) -> Day:
    """The Vietnamese day of the request."""
    return reading.day_of(now_of(request))


def actor_of(request: HttpRequest) -> Person:
    """Who asks."""
    account: Any = request.user
    person: Person = account.person
    return person
