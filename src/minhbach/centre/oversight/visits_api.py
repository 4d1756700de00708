"""JSON of inspections and visits: everything their pages do. Photographs are written, and not read."""

import base64
import binascii
import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from minhbach.centre.access.api import pair
from minhbach.centre.access.guard import refuse
from minhbach.centre.oversight import visiting
from minhbach.centre.oversight.actions import inspections, visits
from minhbach.centre.oversight.models import Inspection, InspectionKind, Seen, Visit
from minhbach.centre.oversight.models.inspections import WORDS_LENGTH
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.centre.words.shapes import Pair

of_inspections = Router(tags=["inspections"])
of_visits = Router(tags=["inspections"])
of_rooms = Router(tags=["inspections"])
PAGE = 50
#: A photograph, base64 of a JPEG or PNG. All that is sent at once is as small as the site takes in one piece.
Photo = Annotated[str, Field(max_length=2_400_000)]
NO_PICTURE = Words("Ảnh phải là base64 của tệp JPEG hoặc PNG.", "A photograph is base64 of a JPEG or PNG file.")
NO_ZONE = Words("Hãy ghi thời điểm kèm múi giờ.", "Give the times with their zone.")


class InspectionIn(Schema):
    """What a decision says; times with an offset."""

    kind: InspectionKind
    subject: Annotated[str, Field(min_length=1, max_length=300)]
    decision_number: Annotated[str, Field(min_length=1, max_length=60)]
    rooms: Annotated[list[UUID], Field(min_length=1, max_length=200)]
    team: Annotated[list[UUID], Field(min_length=1, max_length=50)]
    leader: UUID
    begin: datetime.datetime
    end: datetime.datetime


class InspectionOut(Schema):
    """An inspection; `open`: whether its team still sees the rooms, or will."""

    id: UUID
    number: str
    kind: str
    subject: str
    decision_number: str
    rooms: list[UUID]
    team: list[UUID]
    begins_at: datetime.datetime
    ends_at: datetime.datetime
    closed_at: datetime.datetime | None
    open: bool


class VisitIn(Schema):
    """Who goes there, on which day."""

    visitor: UUID
    day: datetime.date
    inspection: UUID | None = None


class VisitAnswerIn(Schema):
    """How an item was found; what is wrong needs words."""

    seen: Seen
    note: Annotated[str, Field(max_length=300)] = ""


class ResultIn(Schema):
    """Every item of the checklist by its code, and what shows that somebody was there: photographs, base64."""

    items: dict[str, VisitAnswerIn]
    words: Annotated[str, Field(max_length=WORDS_LENGTH)] = ""
    photos: Annotated[tuple[Photo, ...], Field(max_length=visits.MOST_PHOTOS)] = ()


class SignatureIn(Schema):
    """Whether the unit agrees; if not, why."""

    agreed: bool
    words: Annotated[str, Field(max_length=WORDS_LENGTH)] = ""


class ReplyIn(Schema):
    """What the body says to the objection; `withdrawn`: it takes back what it wrote."""

    words: Annotated[str, Field(min_length=1, max_length=WORDS_LENGTH)]
    withdrawn: bool = False


class AnswerOut(Schema):
    """One item as it was found."""

    code: str
    vi: str
    seen: str
    note: str


class VisitOut(Schema):
    """A visit, with what was found once it was made."""

    id: UUID
    room: UUID
    unit: UUID
    visitor: UUID
    day: datetime.date
    inspection: UUID | None
    steps: list[str]
    items: list[AnswerOut]


@of_inspections.get("", response=list[InspectionOut], summary="Inspections within reach")
def listed(request: HttpRequest, skip: int = 0) -> list[dict[str, object]]:
    """Fifty, the newest first."""
    begin = min(max(skip, 0), 1_000_000)
    found = visiting.inspections_for(request.user, now=_now(request))[begin : begin + PAGE]  # type: ignore[arg-type]
    return [_inspection(row, _now(request)) for row in found]


@of_inspections.post("", response={200: InspectionOut, 409: Pair}, summary="Open an inspection")
def begin(request: HttpRequest, new: InspectionIn) -> Status[object]:
    """By a decision; the team sees the rooms until its end."""
    ordered = inspections.Ordered(**new.dict())
    if ordered.begin.tzinfo is None or ordered.end.tzinfo is None:
        return Status(409, pair(NO_ZONE))
    try:
        made = inspections.open_inspection(request.user, ordered=ordered, now=_now(request))  # type: ignore[arg-type]
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, _inspection(made, _now(request)))


@of_inspections.get("/{uuid:inspection}", response=InspectionOut, summary="An inspection")
def one(request: HttpRequest, inspection: UUID) -> dict[str, object]:
    """Its rooms, team and time; for its team also when it is over."""
    row = get_object_or_404(Inspection, id=inspection)
    if not visiting.may_read(request.user, row, now=_now(request)):  # type: ignore[arg-type]
        refuse(request, Right.HOLD, visiting.NO_PART, request.place)  # type: ignore[attr-defined]  # the guard's
    known = visiting.known_inspections(request.user, now=_now(request))  # type: ignore[arg-type]
    return _inspection(get_object_or_404(known, id=inspection), _now(request))


@of_inspections.post("/{uuid:inspection}/close", response={200: InspectionOut, 409: Pair}, summary="End it early")
def close(request: HttpRequest, inspection: UUID) -> Status[object]:
    """Its team sees nothing more."""
    try:
        row = inspections.close_inspection(request.user, inspection, now=_now(request))  # type: ignore[arg-type]
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, _inspection(row, _now(request)))


@of_rooms.post("/{uuid:room}/visits", response={200: VisitOut, 409: Pair}, summary="Plan a visit")
def plan(request: HttpRequest, room: UUID, new: VisitIn) -> Status[object]:
    """By the body that supervises the room."""
    try:
        made = visits.plan_visit(request.user, room=room, now=_now(request), **new.dict())  # type: ignore[arg-type]
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, _visit(made.id))


@of_visits.get("/{uuid:visit}", response=VisitOut, summary="A visit")
def visit(request: HttpRequest, visit: UUID) -> dict[str, object]:
    """And what was found; nobody learns of a visit to themselves before it was made."""
    get_object_or_404(visiting.known_visits(request.user, now=_now(request)), id=visit)  # type: ignore[arg-type]
    return _visit(visit)


@of_visits.post("/{uuid:visit}/result", response={200: VisitOut, 409: Pair}, summary="Write what was found")
def result(request: HttpRequest, visit: UUID, new: ResultIn) -> Status[object]:
    """By whoever was there."""
    found = {code: visits.Found(item.seen, item.note) for code, item in new.items.items()}
    try:
        photos = [_photo(each) for each in new.photos]
        visits.write_visit(
            request.user,  # type: ignore[arg-type]
            visit, found=found, words=new.words, photos=photos, now=_now(request),
        )  # fmt: skip
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, _visit(visit))


@of_visits.post("/{uuid:visit}/signature", response={200: VisitOut, 409: Pair}, summary="Sign for the unit")
def signature(request: HttpRequest, visit: UUID, new: SignatureIn) -> Status[object]:
    """Or object, in words."""
    try:
        visits.answer_visit(request.user, visit, agreed=new.agreed, words=new.words, now=_now(request))  # type: ignore[arg-type]
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, _visit(visit))


@of_visits.post("/{uuid:visit}/reply", response={200: VisitOut, 409: Pair}, summary="Answer the unit's objection")
def reply(request: HttpRequest, visit: UUID, new: ReplyIn) -> Status[object]:
    """For the body that went there; until then the visit does not count."""
    try:
        visits.reply_visit(request.user, visit, now=_now(request), **new.dict())  # type: ignore[arg-type]
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, _visit(visit))


def _photo(given: str) -> bytes:
    try:
        return base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        raise NotPossible(NO_PICTURE, "photos") from None


def _inspection(row: Inspection, now: datetime.datetime) -> dict[str, object]:
    return {
        "id": row.id,
        "number": str(row),
        "kind": row.kind,
        "subject": row.subject,
        "decision_number": row.decision_number,
        "rooms": [room.id for room in row.rooms.all()],
        "team": [member.person_id for member in row.members.all()],
        "begins_at": row.begins_at,
        "ends_at": row.ends_at,
        "closed_at": row.closed_at,
        "open": visiting.inspection_state(row, now) is not visiting.ENDED,
    }


def _visit(visit: UUID) -> dict[str, object]:
    row = get_object_or_404(Visit, id=visit)
    return {
        "id": row.id,
        "room": row.room_id,
        "unit": row.unit_id,
        "visitor": row.visitor_id,
        "day": row.day,
        "inspection": row.inspection_id,
        "steps": [step.kind for step in row.steps.all()],
        "items": [{"code": i.code, "vi": i.vi, "seen": i.seen, "note": i.note} for i in row.answers.all()],
    }


def _now(request: HttpRequest) -> datetime.datetime:
    return request.now  # type: ignore[attr-defined,no-any-return]  # the guard set it
