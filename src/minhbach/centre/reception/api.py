"""JSON of reception sessions: everything their pages do."""

import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from minhbach.centre.access.api import pair
from minhbach.centre.reception import reading
from minhbach.centre.reception.actions import restricting, sessions
from minhbach.centre.reception.models import MOST_PEOPLE, REASON_LENGTH, Session, SessionKind
from minhbach.centre.registry.models import Person, Room
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words.shapes import Pair

router = Router(tags=["reception"])
of_rooms = Router(tags=["reception"])


class NewSession(Schema):
    """How citizens are received, how many came, and by whom: the caller where nobody is named."""

    kind: SessionKind = SessionKind.REGULAR
    received_by: UUID | None = None
    people: Annotated[int, Field(ge=0, le=MOST_PEOPLE)] = 1


class Closing(Schema):
    """How many came in all; as many as was said at the opening, or stand in the book, where it is left out."""

    people: Annotated[int, Field(ge=0, le=MOST_PEOPLE)] | None = None


class SessionTold(Schema):
    """A session; of a restricted one others learn its time alone."""

    id: UUID
    room: UUID
    opened_at: datetime.datetime
    closed_at: datetime.datetime | None
    restricted: bool
    number: str | None
    kind: SessionKind | None
    people: int | None


class ReopeningIn(Schema):
    """Why it was marked in error; names nobody."""

    reason: Annotated[str, Field(min_length=1, max_length=REASON_LENGTH)]


class DecisionIn(Schema):
    """Whether the second person agrees."""

    agreed: bool


@of_rooms.post("/{uuid:room}/sessions", response={200: SessionTold, 409: Pair}, summary="Open a session of reception")
def begin(request: HttpRequest, room: UUID, new: NewSession) -> Status[object]:
    """The caller, or who is named, receives citizens in the room from now on."""
    row = get_object_or_404(Room, id=room)
    try:
        made = sessions.open_session(_person(request), room=row, now=_now(request), **new.dict())
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, _as_told(request, made.id))


@router.get("/{uuid:session}", response=SessionTold, summary="A session of reception")
def told(request: HttpRequest, session: UUID) -> dict[str, object]:
    """As this person may know it."""
    return _as_told(request, get_object_or_404(Session, id=session).id)


@router.post("/{uuid:session}/close", response={200: SessionTold, 409: Pair}, summary="Close a session")
def close(request: HttpRequest, session: UUID, closing: Closing | None = None) -> Status[object]:
    """The citizens have left."""
    people = closing.people if closing else None
    row = get_object_or_404(Session, id=session)
    try:
        sessions.close_session(_person(request), session=row, people=people, now=_now(request))
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, _as_told(request, session))


@router.post("/{uuid:session}/restriction", response={200: SessionTold, 409: Pair}, summary="Restrict a session")
def restriction(request: HttpRequest, session: UUID) -> Status[object]:
    """As a whole, at once and backwards; its footage is held."""
    row = get_object_or_404(Session, id=session)
    try:
        restricting.restrict_session(_person(request), session=row, now=_now(request))
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, _as_told(request, session))


@router.post("/{uuid:session}/reopening", response={200: SessionTold, 409: Pair}, summary="Ask to lift a restriction")
def reopening(request: HttpRequest, session: UUID, new: ReopeningIn) -> Status[object]:
    """The first of two."""
    row = get_object_or_404(Session, id=session)
    try:
        restricting.ask_reopening(_person(request), session=row, reason=new.reason, now=_now(request))
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, _as_told(request, session))


@router.post("/{uuid:session}/reopening/decision", response={200: SessionTold, 409: Pair}, summary="Decide on it")
def decision(request: HttpRequest, session: UUID, new: DecisionIn) -> Status[object]:
    """The second of two agrees, or not."""
    row = get_object_or_404(Session, id=session)
    try:
        restricting.decide_reopening(_person(request), session=row, agreed=new.agreed, now=_now(request))
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, _as_told(request, session))


def _as_told(request: HttpRequest, session: UUID) -> dict[str, object]:
    page = reading.session_page(request.user, session, now=_now(request))  # type: ignore[arg-type]  # the guard's
    row, open_to = page.told.session, not page.told.neutral
    return {
        "id": row.id,
        "room": row.room_id,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "restricted": page.told.restricted,
        "number": str(row) if open_to else None,
        "kind": row.kind if open_to else None,
        "people": page.told.people if open_to else None,
    }


def _person(request: HttpRequest) -> Person:
    return request.user.person  # type: ignore[union-attr]  # the guard let somebody in


def _now(request: HttpRequest) -> datetime.datetime:
    return request.now  # type: ignore[attr-defined,no-any-return]  # the guard set it
