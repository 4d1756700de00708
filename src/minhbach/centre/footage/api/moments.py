"""JSON of moments that have neither footage nor a recorded reason."""

import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from minhbach.centre.access.api import pair
from minhbach.centre.footage.moments import compared

router = Router(tags=["footage"])


class Sentence(Schema):
    """Both languages."""

    vi: str
    en: str


class LostMoment(Schema):
    """A moment with neither footage nor a reason."""

    at: datetime.datetime
    room: UUID
    counter: UUID | None
    what: Sentence
    why: Sentence


class Moments(Schema):
    """All moments within reach of a month; `lost` holds 50 of `lost_count`, the newest first."""

    begin: datetime.datetime
    until: datetime.datetime
    seen: int
    explained: int
    lost_count: int
    lost: list[LostMoment]


@router.get("", response=Moments, summary="Moments compared with what was recorded")
def moments(
    request: HttpRequest,
    month: Annotated[str, Field(max_length=7, pattern="^(20[0-9]{2}-(0[1-9]|1[0-2]))?$")] = "",
    skip: Annotated[int, Field(ge=0, le=1_000_000)] = 0,
) -> dict[str, object]:
    """`month` as 2026-11, else this one; nothing is told of restricted time. `skip`: of the lost so many go before."""
    first = datetime.date.fromisoformat(f"{month}-01") if month else None
    found = compared(request.user, now=request.now, month=first, skip=skip)  # type: ignore[arg-type,attr-defined]
    lost = [
        {
            "at": each.at,
            "room": each.room.id,
            "counter": each.counter.id if each.counter else None,
            "what": pair(each.what),
            "why": pair(each.why[1]),
        }
        for each in found.lost
    ]
    return {
        "begin": found.begin, "until": found.until, "seen": found.seen, "explained": found.explained,
        "lost_count": found.lost_count, "lost": lost,
    }  # fmt: skip
