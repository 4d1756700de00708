"""JSON of a room's timeline, its bookmarks and holds."""

import gzip
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from ninja import Router, Schema, Status
from pydantic import Field
from pydantic_core import to_json

from minhbach.centre.access.api import pair
from minhbach.centre.footage.actions.holds import HoldRefused, hold_room
from minhbach.centre.footage.actions.marks import MarkRefused, bookmark, withdraw_bookmark
from minhbach.centre.footage.timeline import room_timeline
from minhbach.centre.words.shapes import Pair

router = Router(tags=["footage"])

#: What fits into a packet gains nothing.
SMALL_BYTES = 1200
SinceUs = Annotated[int, Field(ge=0, lt=1 << 53)]


class NewBookmark(Schema):
    """A moment (`begin` = `end`) or a stretch of the room's time, Unix µs, with a note of at most 300 letters."""

    begin: int
    end: int
    note: str


class NewHold(Schema):
    """A stretch of the room's time, Unix µs, to be kept for a matter; no `cameras`: all that have footage of it."""

    begin: int
    end: int
    cameras: list[UUID] = Field(default_factory=list)
    reason: str
    document: str = ""


class MarkMade(Schema):
    """The id of what was made."""

    id: UUID


class Kind(Schema):
    """What a stretch is: `footage`, `unknown` (nobody accounts for it), or the cause why there is no footage.

    `lawful`: not a failure, the rules want it so.
    """

    code: str
    vi: str
    en: str
    lawful: bool


class CameraTime(Schema):
    """One camera: stretches that follow one another from `begin` on, their `lengths_ms` and their places in `kinds`.

    `unwitnessed` and `late`: [begin, end, begin, end, …].
    """

    id: UUID
    name: str
    place: str
    begin: int
    lengths_ms: list[int]
    kinds: list[int]
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
    words: Pair
    href: str | None


class UnitNamed(Schema):
    """The name of the unit that held the room, from `begin` on."""

    begin: int
    name: str


class RoomTime(Schema):
    """Everything a timeline draws. Times are Unix µs."""

    begin: int
    end: int
    now: int
    known_until: int
    kinds: list[Kind]
    names: list[UnitNamed]
    cameras: list[CameraTime]
    hours: list[int]
    restricted: list[int]
    marks: list[MarkSeen]


@router.get("/{uuid:room}/timeline", response=RoomTime, summary="Coverage, gaps and marks of a room")
def timeline(request: HttpRequest, room: UUID, since: SinceUs = 0) -> HttpResponse:
    """All cameras and all kept days at once; with `since`, coverage only from there on."""
    told = room_timeline(request.standing, request.place, now=request.now, since_us=since)  # type: ignore[attr-defined]  # the guard's
    # Written as it is: validating a hundred thousand numbers that we made takes longer than reading them.
    return packed(request, to_json(told))


def packed(request: HttpRequest, body: bytes) -> HttpResponse:
    """JSON as an answer, compressed where the browser takes it: a month over a commune's line."""
    answer = HttpResponse(body, content_type="application/json")
    patch_vary_headers(answer, ["Accept-Encoding"])
    if len(body) > SMALL_BYTES and "gzip" in request.headers.get("Accept-Encoding", ""):
        # The quickest level: numbers hardly get smaller by more work.
        answer.content = gzip.compress(body, 1, mtime=0)
        answer["Content-Encoding"] = "gzip"
    return answer


@router.post("/{uuid:room}/bookmarks", response={200: MarkMade, 409: Pair}, summary="Set a bookmark")
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


@router.post(
    "/{uuid:room}/holds", response={200: MarkMade, 409: Pair}, summary="Have a stretch of footage kept for a matter"
)
def hold(request: HttpRequest, room: UUID, new: NewHold) -> Status[object]:
    """Pending until the recorders have it in their logs; `/giu-lai/<id>` says how it stands."""
    try:
        made = hold_room(
            request.user,  # type: ignore[arg-type]
            room=room,
            cameras=new.cameras,
            begin_us=new.begin,
            end_us=new.end,
            reason=new.reason,
            document=new.document,
            now=request.now,  # type: ignore[attr-defined]
        )
    except HoldRefused as refusal:
        return Status(409, pair(refusal.words))
    return Status(200, {"id": made.id})


@router.delete(
    "/{uuid:room}/bookmarks/{uuid:bookmark}", response={204: None, 409: Pair}, summary="Take back a bookmark"
)
def take_back_bookmark(request: HttpRequest, room: UUID, bookmark: UUID) -> Status[object]:
    """Only one's own; the row stays."""
    try:
        withdraw_bookmark(request.user, room=room, bookmark=bookmark, now=request.now)  # type: ignore[arg-type,attr-defined]
    except MarkRefused as refusal:
        return Status(409, pair(refusal.words))
    return Status(204, None)
