"""JSON of what begins, moves and ends: units moved, split and ended, rooms closed, counters ended, devices added,
replaced and retired, signs listed.

Parses, calls one action, answers; as in `api`, what is not possible is 422 with the sentence in both languages and the
field it is about. A camera is tried by its recorder before it is kept. Passwords come in and never go out.
"""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field, SecretStr

from minhbach.centre.registry import reading
from minhbach.centre.registry.actions import devices, rooms, units, withdrawals
from minhbach.centre.registry.actions.enrolment import dismiss_recorder
from minhbach.centre.registry.api import (
    MADE,
    Day,
    EndIn,
    Short,
    actor_of,
    made,
    now_of,
    refused_with,
    today_of,
)
from minhbach.centre.registry.models import Camera, Counter, NoticeSign, Recorder, Room
from minhbach.centre.registry.trying import Wanted, tried
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words
from minhbach.centre.words.shapes import Why

router = Router(tags=["registry"])
Number = Annotated[str, Field(max_length=60)]
ELSEWHERE = Words(
    "Đơn vị không thuộc phạm vi của đơn vị nêu trong địa chỉ.", "The unit is not below the one in the address."
)
NO_RECORDER = Words("Hãy thêm đầu ghi cho phòng hoặc đơn vị trước.", "Add a recorder for the room or its unit first.")


class MoveIn(Schema):
    """Which unit moves below which; both are the one addressed or below it."""

    unit: UUID
    parent: UUID
    day: Day
    decision_number: Number


class PartIn(Schema):
    """One of the units that a split makes, with the rooms and the units below that it takes."""

    name: Short
    code: Annotated[str, Field(min_length=1, max_length=20)]
    kind: Annotated[str, Field(max_length=40)]
    rooms: Annotated[tuple[UUID, ...], Field(max_length=500)] = ()
    below: Annotated[tuple[UUID, ...], Field(max_length=500)] = ()


class SplitIn(Schema):
    """Into which units the one addressed is split. Each room and each unit below goes to exactly one."""

    parts: Annotated[list[PartIn], Field(min_length=2, max_length=20)]
    day: Day
    decision_number: Number


class WithdrawalIn(Schema):
    """What is laid for a unit on a day to come; the unit is the one addressed or below it."""

    unit: UUID
    day: Day


class ClosingIn(Schema):
    """By which decision."""

    decision_number: Number


class DayIn(Schema):
    """From which day on."""

    day: Day


class RecorderIn(Schema):
    """A recorder and the networks it may reach. `replaces`: the recorder of the same room in whose place it stands."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    place: Annotated[str, Field(max_length=200)] = ""
    networks: Annotated[list[Annotated[str, Field(max_length=49)]], Field(min_length=1, max_length=20)]
    replaces: UUID | None = None


class CameraIn(Schema):
    """How a camera is reached and called. The password is sealed for the recorder at once and never told again."""

    label: Annotated[str, Field(min_length=1, max_length=120)]
    address: Annotated[str, Field(min_length=1, max_length=300)]
    sub_address: Annotated[str, Field(max_length=300)] = ""
    user_name: Annotated[str, Field(max_length=80)] = ""
    password: Annotated[SecretStr, Field(max_length=128)] = SecretStr("")
    has_sound: bool = False
    counters: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()

    @property
    def wanted(self) -> Wanted:
        """As `trying` takes it."""
        rest = self.dict(exclude={"password", "counters"})
        return Wanted(password=self.password.get_secret_value(), **rest)


class SplitTold(Schema):
    """The new units, and the assignments that ended with the old one."""

    ids: list[UUID]
    ended_assignments: list[UUID]


class WithdrawnTold(Schema):
    """The assignments that end on that day all the same."""

    ended_assignments: list[UUID]


@router.post("units/{uuid:unit}/moves", url_name="registry_move", response=MADE)
def move(request: HttpRequest, unit: UUID, said: MoveIn) -> HttpResponse:
    """From a day on a unit stands below another one; both within the unit addressed."""
    if not {said.unit, said.parent} <= reading.units_below([unit], said.day):
        return refused_with(NotPossible(ELSEWHERE, "unit"))
    return made(
        lambda: units.move_unit(
            actor_of(request), unit=said.unit, parent=said.parent, day=said.day, decision_number=said.decision_number
        )
    )


@router.post("units/{uuid:unit}/splits", url_name="registry_split", response={201: SplitTold, 422: Why})
def split(request: HttpRequest, unit: UUID, said: SplitIn) -> HttpResponse:
    """Several new units in place of the one addressed. Answers them, and which assignments ended."""
    parts = [
        units.Part(units.NewName(one.name, one.code, one.kind), rooms=one.rooms, below=one.below) for one in said.parts
    ]
    try:
        handover = units.split_unit(
            actor_of(request), unit=unit, parts=parts, day=said.day, decision_number=said.decision_number
        )
    except NotPossible as refused:
        return refused_with(refused)
    ended = [one.id for one in handover.ended]
    return JsonResponse({"ids": [one.id for one in handover.units], "ended_assignments": ended}, status=201)


@router.post("units/{uuid:unit}/end", url_name="registry_end_unit", response=MADE)
def end_unit(request: HttpRequest, unit: UUID, said: EndIn) -> HttpResponse:
    """The unit exists no more and nobody follows it. Refused while it has rooms or units below it."""

    def end() -> None:
        units.end_unit(actor_of(request), unit=unit, day=said.day, decision_number=said.decision_number)

    return made(end)


@router.post("units/{uuid:unit}/withdrawals", url_name="registry_withdraw", response={200: WithdrawnTold, 422: Why})
def withdraw(request: HttpRequest, unit: UUID, said: WithdrawalIn) -> HttpResponse:
    """Take back what is laid for a day to come: a name, a place, a merger, a split or an end, with all that was decided
    with it. Answers the assignments that end on that day all the same.
    """
    today = today_of(request)
    reach = reading.units_below([unit], today)
    if said.unit not in reach | reading.units_below([unit], said.day):
        return refused_with(NotPossible(ELSEWHERE, "unit"))
    try:
        left = withdrawals.withdraw_change(actor_of(request), unit=said.unit, day=said.day, today=today, reach=reach)
    except NotPossible as refused:
        return refused_with(refused)
    return JsonResponse({"ended_assignments": [one.id for one in left]})


@router.post("rooms/{uuid:room}/close", url_name="registry_close_room", response=MADE)
def close_room(request: HttpRequest, room: UUID, said: ClosingIn) -> HttpResponse:
    """Close a room from today on: nothing of it is recorded any more, its footage stays."""
    row, day = get_object_or_404(Room, id=room), today_of(request)
    number = said.decision_number
    return made(
        lambda: rooms.close_room(actor_of(request), room=row, now=now_of(request), day=day, decision_number=number)
    )


@router.post("counters/{uuid:counter}/end", url_name="registry_end_counter", response=MADE)
def end_counter(request: HttpRequest, counter: UUID, said: DayIn) -> HttpResponse:
    """A counter is not used any more from a day on."""
    row = get_object_or_404(Counter, id=counter)
    return made(lambda: rooms.end_counter(actor_of(request), counter=row, day=said.day))


@router.post("rooms/{uuid:room}/recorders", url_name="registry_add_recorder", response=MADE)
def add_recorder(request: HttpRequest, room: UUID, said: RecorderIn) -> HttpResponse:
    """A recorder that stands in the room. Its enrolment file is handed out on its page only."""
    row = get_object_or_404(Room, id=room)
    replaces = get_object_or_404(Recorder, id=said.replaces, room=row) if said.replaces else None
    rest = said.dict(exclude={"replaces"})
    return made(
        lambda: devices.add_recorder(actor_of(request), room=row, now=now_of(request), replaces=replaces, **rest)
    )


@router.post("recorders/{uuid:recorder}/retire", url_name="registry_retire_recorder", response=MADE)
def retire_recorder(request: HttpRequest, recorder: UUID) -> HttpResponse:
    """A recorder is let in no more. Refused while cameras are left on it."""
    row = get_object_or_404(Recorder, id=recorder)
    return made(lambda: dismiss_recorder(actor_of(request), recorder=row, now=now_of(request)))


@router.post("rooms/{uuid:room}/cameras", url_name="registry_add_camera", response=MADE)
def add_camera(request: HttpRequest, room: UUID, said: CameraIn) -> HttpResponse:
    """A camera of the room, tried by its recorder first, not yet recorded."""
    row, day = get_object_or_404(Room, id=room), today_of(request)
    at = reading.recorder_for(room, day)
    if at is None:
        return refused_with(NotPossible(NO_RECORDER))

    def add() -> Camera:
        name = devices.next_name(at)
        details, answer = tried(at, name, said.wanted)
        return devices.add_camera(
            actor_of(request),
            room=row,
            recorder=at,
            details=details,
            now=now_of(request),
            day=day,
            counters=list(row.counters.filter(id__in=said.counters)),
            name=name,
            answered=answer.kept,
        )

    return made(add)


@router.post("cameras/{uuid:camera}/replacements", url_name="registry_replace_camera", response=MADE)
def replace_camera(request: HttpRequest, camera: UUID, said: CameraIn) -> HttpResponse:
    """Another device in the camera's place, tried first; it sees the counters that the old one saw."""
    row = get_object_or_404(Camera.objects.select_related("room", "recorder"), id=camera)
    at = Recorder.objects.filter(replaces=row.recorder, retired_at__isnull=True).first() or row.recorder

    def replace() -> Camera:
        details, answer = tried(at, devices.next_name(at), said.wanted)
        return devices.replace_camera(
            actor_of(request),
            camera=row,
            recorder=at,
            details=details,
            now=now_of(request),
            day=today_of(request),
            answered=answer.kept,
        )

    return made(replace)


@router.post("cameras/{uuid:camera}/retire", url_name="registry_retire_camera", response=MADE)
def retire_camera(request: HttpRequest, camera: UUID) -> HttpResponse:
    """A camera is out of use; its footage stays under its name."""
    row = get_object_or_404(Camera, id=camera)
    return made(
        lambda: devices.retire_camera(actor_of(request), camera=row, now=now_of(request), day=today_of(request))
    )


@router.get("rooms/{uuid:room}/signs", url_name="registry_signs")
def signs(request: HttpRequest, room: UUID) -> HttpResponse:
    """The notice signs of a room, newest first: what each says, since when and where it hangs."""
    keys = ("id", "number", "content", "made_at", "hung_at", "hung_where", "taken_down_at")
    return JsonResponse({"signs": list(NoticeSign.objects.filter(room=room).values(*keys))})
