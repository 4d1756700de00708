"""JSON of a room's timeline, and its bookmarks."""

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status

from minhbach.centre.access.api import pair
from minhbach.centre.footage.actions.marks import MarkRefused, bookmark, withdraw_bookmark
from minhbach.centre.footage.timeline import room_timeline

router = Router(tags=["footage"])


class NewBookmark(Schema):
    """A moment (`begin` = `end`) or a stretch of the room's time, Unix µs, with a note of at most 300 letters."""

    begin: int
    end: int
    note: str


class Made(Schema):
    """The id of what was made."""

    id: UUID


class Why(Schema):
    """Why not, in both languages."""

    vi: str
    en: str


class Cause(Schema):
    """Why there is no footage; `lawful`: the rules want it so."""

    code: str
    vi: str
    en: str
    lawful: bool


class CameraTime(Schema):
    """One camera. `runs`, `unwitnessed`, `late`: [begin, end, begin, end, …]; `gaps`: [begin, end, place in causes]."""

    id: UUID
    name: str
    place: str
    runs: list[int]
    gaps: list[tuple[int, int, int]]
    unwitnessed: list[int]
    late: list[int]
    known_until: int


class MarkSeen(Schema):
    """A mark; without the right to read it its kind is `restricted` and it says no more."""

    id: UUID
    kind: str
    camera: UUID | None
    begin: int
    end: int
    words: Why
    href: str | None


class RoomTime(Schema):
    """Everything a timeline draws. Times are Unix µs."""

    begin: int
    end: int
    now: int
    known_until: int
    cameras: list[CameraTime]
    causes: list[Cause]
    hours: list[int]
    restricted: list[int]
    marks: list[MarkSeen]


@router.get("/{uuid:room}/timeline", response=RoomTime, summary="Coverage, gaps and marks of a room")
def timeline(request: HttpRequest, room: UUID) -> HttpResponse:
    """All cameras and all kept days at once."""
    told = room_timeline(request.user, room, now=request.now)  # type: ignore[arg-type,attr-defined]  # the guard's
    # Written by json itself: validating thousands of numbers that we made takes longer than reading them.
    return HttpResponse(json.dumps(told, ensure_ascii=False, separators=(",", ":")), content_type="application/json")


@router.post("/{uuid:room}/bookmarks", response={200: Made, 409: Why}, summary="Set a bookmark")
def set_bookmark(request: HttpRequest, room: UUID, new: NewBookmark) -> Status[object]:
    """For everybody who may play the room back."""
    try:
        made = bookmark(
            request.user,  # type: ignore[arg-type]
            room=room,
            begin_us=new.begin,
            end_us=new.end,
            note=new.note,
            now=request.now,  # type: ignore[attr-defined]
        )
    except MarkRefused as refusal:
        return Status(409, pair(refusal.words))
    return Status(200, {"id": made.id})


@router.delete("/{uuid:room}/bookmarks/{uuid:bookmark}", response={204: None, 409: Why}, summary="Take back a bookmark")
def take_back_bookmark(request: HttpRequest, room: UUID, bookmark: UUID) -> Status[object]:
    """Only one's own; the row stays."""
    try:
        withdraw_bookmark(request.user, room=room, bookmark=bookmark, now=request.now)  # type: ignore[arg-type,attr-defined]
    except MarkRefused as refusal:
        return Status(409, pair(refusal.words))
    return Status(204, None)
