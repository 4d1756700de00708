"""JSON of assessing: what the assessor's desk does, the months of rooms, and draws for whoever recomputes them."""

import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from minhbach.centre.access.api import pair
from minhbach.centre.footage.timeline import moment
from minhbach.centre.oversight import monthly
from minhbach.centre.oversight.actions import assessing
from minhbach.centre.oversight.models import COMMENT_LENGTH
from minhbach.centre.oversight.work import Work, work_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words
from minhbach.centre.words.shapes import Pair

router = Router(tags=["assessment"])

NOTHING = Words("Không còn thời điểm nào chờ bạn đánh giá.", "No clip waits for you.")
Us = Annotated[int, Field(ge=0, lt=1 << 53)]
Text = Annotated[str, Field(max_length=COMMENT_LENGTH)]


class Have(Schema):
    """The clips that the page has before it."""

    have: Annotated[list[UUID], Field(max_length=10)] = Field(default_factory=list)


class Camera(Schema):
    """A camera of the room; `line` names it to the stream."""

    id: UUID
    line: str
    label: str
    sound: bool


class FormItem(Schema):
    """One line of the form; `situation`: the finding it leads to when it is not met, or ""."""

    code: str
    vi: str
    en: str
    situation: str


class Clip(Schema):
    """A clip to assess. Times are Unix µs; `purpose` is that under which its viewing is opened."""

    id: UUID
    room: UUID
    room_name: str
    unit_name: str
    begin: int
    end: int
    begin_at: datetime.datetime
    end_at: datetime.datetime
    cameras: list[Camera]
    why: list[Pair]
    form: list[FormItem]
    situations: dict[str, Pair]
    again: bool
    purpose: UUID


class ClipAnswers(Schema):
    """What was seen, item by item, and the viewing under which it was watched."""

    answers: dict[Annotated[str, Field(max_length=40)], Literal["good", "bad", "unseen"]]
    comment: Text = ""
    viewing: UUID


class Assessed(Schema):
    """The id of an assessment that was made, and whether it was the second of its clip."""

    id: UUID
    second: bool


class Left(Schema):
    """Why a clip cannot be assessed; not needed where the centre knows it."""

    words: Text = ""


class Instead(Schema):
    """Whether another clip takes the place."""

    replaced: bool


class NewClipFinding(Schema):
    """A stretch of the clip's time and what was found there."""

    begin: Us
    end: Us
    situation: Annotated[str, Field(max_length=40)]
    note: Text = ""


class Found(Schema):
    """The finding that was made."""

    id: UUID
    number: str
    held: bool


class RoomMonth(Schema):
    """How far the duty of a month was done for a room; people and machines apart."""

    room: UUID
    room_name: str
    unit_name: str
    assessed: bool
    people_clips: int
    people_s: int
    machine_s: int
    office_s: int
    waiting: int
    left: int
    not_met: int
    findings: int
    agreement_percent: int | None
    draws: list[UUID]


class Drawn(Schema):
    """A draw and all that it follows from. `same`: whether drawing it again just now gave the same."""

    id: UUID
    room: UUID
    first_day: datetime.date
    last_day: datetime.date
    seed: str
    origin: str
    checkpoint: str
    cosigned_at: datetime.datetime
    frame: dict[str, Any]
    frame_digest: str
    by_chance: int
    by_signs: int
    clip_us: int
    lead_us: int
    twice_percent: int
    clips: list[dict[str, Any]]
    same: bool


@router.post("next", response={200: Clip, 404: Pair}, summary="Take the next clip")
def take(request: HttpRequest, said: Have) -> Status[object]:
    """It is with this person for twenty minutes; 404 where nothing waits."""
    try:
        taken = assessing.take(request.user, have=said.have, now=request.now)  # type: ignore[arg-type,attr-defined]
    except NotPossible as refused:
        return Status(404, pair(refused.words))
    if taken is None:
        return Status(404, pair(NOTHING))
    return Status(200, _work(work_of(taken, now=request.now)))  # type: ignore[attr-defined]  # the guard's


@router.post("clips/{uuid:clip}/answers", response={200: Assessed, 409: Pair}, summary="Assess a clip")
def assess(request: HttpRequest, clip: UUID, said: ClipAnswers) -> Status[object]:
    """Every item of its form, once by one person; of a share of clips a second time by another."""
    try:
        made = assessing.assess(
            request.user, clip, answers=said.answers, comment=said.comment, viewing=said.viewing, now=request.now,  # type: ignore[arg-type,attr-defined]
        )  # fmt: skip
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, {"id": made.id, "second": made.second})


@router.post(
    "clips/{uuid:clip}/leaving", response={200: Instead, 409: Pair}, summary="Leave a clip that cannot be assessed"
)
def leave(request: HttpRequest, clip: UUID, said: Left) -> Status[object]:
    """The reason is kept; another moment of the same stratum takes its place where there is one."""
    try:
        found = assessing.leave(request.user, clip, words=said.words, now=request.now)  # type: ignore[arg-type,attr-defined]
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, {"replaced": found is not None})


@router.post("clips/{uuid:clip}/findings", response={200: Found, 409: Pair}, summary="Make a finding from a clip")
def find(request: HttpRequest, clip: UUID, new: NewClipFinding) -> Status[object]:
    """Its footage is held at once, and it says which clip it comes from."""
    try:
        made = assessing.find(
            request.user,  # type: ignore[arg-type]
            clip,
            begin_us=new.begin,
            end_us=new.end,
            situation=new.situation,
            note=new.note,
            now=request.now,  # type: ignore[attr-defined]
        )
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, {"id": made.id, "number": str(made), "held": made.hold_id is not None})


@router.delete("{uuid:assessment}", response={200: Clip, 409: Pair}, summary="Take an assessment back")
def take_back(request: HttpRequest, assessment: UUID) -> Status[object]:
    """One's own, of today, that no second person has followed; the clip is with this person again."""
    try:
        taken = assessing.take_back(request.user, assessment, now=request.now)  # type: ignore[arg-type,attr-defined]
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, _work(work_of(taken, now=request.now)))  # type: ignore[attr-defined]  # the guard's


@router.get("months", response=list[RoomMonth], summary="Rooms in a month")
def month(
    request: HttpRequest, month: Annotated[str, Field(max_length=7, pattern="^(20[0-9]{2}-(0[1-9]|1[0-2]))?$")] = ""
) -> list[dict[str, object]]:
    """`month` as 2026-11, else this one; the rooms of which this person may read figures."""
    day = monthly.month_of(month, now=request.now)  # type: ignore[attr-defined]
    found = monthly.overview(request.standing, day, now=request.now)  # type: ignore[attr-defined]
    return [_month(line) for line in found.lines]


@router.get("draws/{uuid:draw}", response=Drawn, summary="A draw, to be recomputed")
def draw(request: HttpRequest, draw: UUID) -> dict[str, object]:
    """Seed, where it comes from, what could be drawn, and what was."""
    told = monthly.draw_of(draw)
    row = told.draw
    names = (
        "id", "first_day", "last_day", "seed", "origin", "checkpoint", "cosigned_at", "frame", "frame_digest",
        "by_chance", "by_signs", "clip_us", "lead_us", "twice_percent",
    )  # fmt: skip
    clips = [
        {"id": str(each.clip.id), "begin": each.clip.begin_us, "end": each.clip.end_us, "sign": each.clip.sign,
         "instead": each.clip.replaces_id is not None, "state": pair(each.state[1])}
        for each in told.clips
    ]  # fmt: skip
    return {name: getattr(row, name) for name in names} | {"room": row.room_id, "clips": clips, "same": told.same}


def _work(work: Work) -> dict[str, object]:
    clip = work.clip
    return {
        "id": clip.id, "room": clip.room_id, "room_name": clip.room.name, "unit_name": work.unit_name,
        "begin": clip.begin_us, "end": clip.end_us, "begin_at": moment(clip.begin_us), "end_at": moment(clip.end_us),
        "cameras": [
            {"id": tile.id, "line": tile.line, "label": tile.label, "sound": tile.has_sound} for tile in work.tiles
        ],
        "why": [pair(words) for words in work.why],
        "form": [{"code": each.code, "situation": each.situation, **pair(each.words)} for each in work.form],
        "situations": {code: pair(words) for code, words in work.situations.items()},
        "again": work.again, "purpose": work.purpose,
    }  # fmt: skip


def _month(line: monthly.Line) -> dict[str, object]:
    covered = line.month.covered
    return {
        "room": line.room.id, "room_name": line.room.name, "unit_name": line.unit_name,
        "assessed": line.month.is_assessed, "people_clips": covered.people, "people_s": line.month.people_s,
        "machine_s": covered.machine_s, "office_s": covered.office_s, "waiting": line.month.waiting,
        "left": line.month.left, "not_met": line.month.not_met, "findings": line.month.findings,
        "agreement_percent": line.month.agreement_percent, "draws": [part.draw.id for part in line.month.parts],
    }  # fmt: skip
