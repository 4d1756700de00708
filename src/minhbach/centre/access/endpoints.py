"""The API of viewings and purposes: what pages with footage ask every few seconds.

Parses, calls one action, answers. Times are ISO 8601 with an offset; `at_us` is Unix microseconds, as footage counts.
"""

import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router, Schema
from pydantic import AwareDatetime, Field

from minhbach.centre.access.actions import purposes, viewings
from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.api import pair
from minhbach.centre.access.models import Purpose
from minhbach.centre.access.reading import open_purposes, watching
from minhbach.lease import MOST_CAMERAS

router = Router(tags=["access"])

Moment = datetime.datetime
AtUs = Annotated[int, Field(ge=0, lt=1 << 53)]


class ViewingIn(Schema):
    """A wish to watch."""

    kind: Literal["live", "playback", "still"]
    cameras: Annotated[list[UUID], Field(min_length=1, max_length=MOST_CAMERAS)]
    begin: AwareDatetime | None = None
    end: AwareDatetime | None = None
    at_us: AtUs | None = None
    sound: bool = False
    purpose: UUID | None = None


class RenewIn(Schema):
    """Where the page is. What it says it has played is taken and not believed: the stream counts what left."""

    at_us: AtUs | None = None
    played: dict[str, float] | None = None


class PurposeIn(Schema):
    """What footage is needed for."""

    text: Annotated[str, Field(max_length=300)]
    reference: Annotated[str, Field(max_length=120)] = ""
    rooms: Annotated[list[UUID], Field(min_length=1, max_length=100)]


@router.post("viewings", url_name="open_viewing")
def open_viewing(request: HttpRequest, wish: ViewingIn) -> HttpResponse:
    """Open a viewing; 403 with `code` purpose, restricted, refused or too_many where there is none."""
    try:
        opened = viewings.open_viewing(
            _asker(request),
            kind=wish.kind,
            cameras=wish.cameras,
            begin=wish.begin,
            end=wish.end,
            at=_at(wish.at_us),
            sound=wish.sound,
            purpose=wish.purpose,
            now=_now(request),
        )
    except viewings.ViewingMalformed as error:
        return JsonResponse(pair(error.words), status=422)
    return JsonResponse(_told(opened, request))


@router.post("viewings/{uuid:viewing}/renew", url_name="renew_viewing")
def renew_viewing(request: HttpRequest, viewing: UUID, position: RenewIn) -> HttpResponse:
    """The next lease of a viewing; 403 where a right is gone, with `code` over, purpose, restricted or refused."""
    opened = viewings.renew_viewing(_asker(request), viewing, at=_at(position.at_us), now=_now(request))
    return JsonResponse(_told(opened, request))


@router.post("viewings/{uuid:viewing}/close", url_name="close_viewing")
def close_viewing(request: HttpRequest, viewing: UUID) -> HttpResponse:
    """The page is done."""
    viewings.close_viewing(_asker(request), viewing, now=_now(request))
    return JsonResponse({})


@router.get("purposes", url_name="purposes")
def list_purposes(request: HttpRequest, room: UUID) -> HttpResponse:
    """The asker's own open purposes that speak of a room."""
    account: Any = request.user
    return JsonResponse({"purposes": [_purpose(row) for row in open_purposes(account, room, now=_now(request))]})


@router.post("purposes", url_name="open_purpose")
def open_purpose(request: HttpRequest, said: PurposeIn) -> HttpResponse:
    """Say what footage of these rooms is needed for."""
    account: Any = request.user
    try:
        row = purposes.open_purpose(
            account, text=said.text, reference=said.reference, rooms=said.rooms, now=_now(request)
        )
    except purposes.PurposeRefused as refusal:
        return JsonResponse(pair(refusal.words), status=422)
    return JsonResponse(_purpose(row))


@router.post("purposes/{uuid:purpose}/renew", url_name="renew_purpose")
def renew_purpose(request: HttpRequest, purpose: UUID) -> HttpResponse:
    """Some more minutes, up to the limit of the regulation."""
    account: Any = request.user
    try:
        return JsonResponse(_purpose(purposes.renew_purpose(account, purpose, now=_now(request))))
    except purposes.PurposeRefused as refusal:
        return JsonResponse(pair(refusal.words), status=422)


@router.post("purposes/{uuid:purpose}/close", url_name="close_purpose")
def close_purpose(request: HttpRequest, purpose: UUID) -> HttpResponse:
    """It is done."""
    account: Any = request.user
    purposes.close_purpose(account, purpose, now=_now(request))
    return JsonResponse({})


def _now(request: HttpRequest) -> Moment:
    now: Moment = request.now  # type: ignore[attr-defined]  # set by the guard
    return now


def _asker(request: HttpRequest) -> viewings.Asker:
    account: Any = request.user
    return viewings.asker(account, request.session, address_of(request))


def _at(at_us: int | None) -> Moment | None:
    if at_us is None:
        return None
    return datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(microseconds=at_us)


def _told(opened: viewings.Opened, request: HttpRequest) -> dict[str, object]:
    return {
        "viewing": str(opened.viewing.id),
        "token": opened.token,
        "expires_at": opened.expires_at,
        "renew_after_s": viewings.RENEW_AFTER_S,
        "cameras": [str(camera) for camera in opened.cameras],
        "refused": [{"camera": str(camera), **pair(why)} for camera, why in opened.refused.items()],
        "sound": opened.sound,
        "begin": opened.begin,
        "end": opened.end,
        "purpose_until": opened.purpose_until,
        "watching": [
            {"name": one.name, "unit": one.unit, "kind": one.kind, "since": one.since}
            for one in watching(opened.cameras, now=_now(request))
        ],
    }


def _purpose(row: Purpose) -> dict[str, object]:
    return {"id": str(row.id), "text": row.text, "reference": row.reference, "until": row.until}
