"""JSON of findings: everything their pages do."""

import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from minhbach.centre.access.api import pair
from minhbach.centre.access.searching import searched
from minhbach.centre.look.paging import PAGE
from minhbach.centre.oversight import reading
from minhbach.centre.oversight.actions import findings, gaps
from minhbach.centre.oversight.models import NOTE_LENGTH, FindingStep, StepKind
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words.shapes import Pair

router = Router(tags=["oversight"])
of_rooms = Router(tags=["oversight"])

Us = Annotated[int, Field(ge=0, lt=1 << 53)]
Note = Annotated[str, Field(max_length=NOTE_LENGTH)]


class NewFinding(Schema):
    """A stretch of the room's time, Unix µs, and what was found there; no `cameras`: all of the room."""

    begin: Us
    end: Us
    situation: Annotated[str, Field(max_length=40)]
    note: Note = ""
    cameras: Annotated[list[UUID], Field(max_length=64)] = Field(default_factory=list)
    #: The complaint or rating that led to it, as "petition:<id>" or "rating:<id>".
    follows: Annotated[str, Field(max_length=80)] = ""


class FindingMade(Schema):
    """The id of what was made, its number, and whether footage is held for it."""

    id: UUID
    number: str
    held: bool


class NewFindingStep(Schema):
    """What is done about a finding, in words."""

    kind: Literal["explained", "returned", "withdrawn", "lawful"]
    words: Note


class FindingStepTold(Schema):
    """A step that was taken."""

    kind: str
    at: datetime.datetime
    by: str
    words: str


class FindingTold(Schema):
    """A finding; in restricted time it says no more than that."""

    id: UUID
    number: str
    room: UUID
    begin: int
    end: int
    what: Pair
    note: str
    state: Pair
    found_by: str
    found_at: datetime.datetime
    explain_by: datetime.datetime
    conclude_by: datetime.datetime
    hold: UUID | None
    steps: list[FindingStepTold]


@of_rooms.post("/{uuid:room}/findings", response={200: FindingMade, 409: Pair}, summary="Make a finding")
def make(request: HttpRequest, room: UUID, new: NewFinding) -> Status[object]:
    """Its footage is held at once, pending until the recorders have it in their logs."""
    found = findings.Found(
        begin_us=new.begin, end_us=new.end, situation=new.situation, note=new.note, cameras=tuple(new.cameras),
        follows=new.follows,
    )  # fmt: skip
    try:
        made = findings.make(request.user, room=room, found=found, now=request.now)  # type: ignore[arg-type,attr-defined]
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, {"id": made.id, "number": str(made), "held": made.hold_id is not None})


@router.get("", response=list[FindingTold], summary="Findings within reach")
def all_findings(
    request: HttpRequest,
    ended: bool = False,
    proposed: bool = False,
    q: Annotated[str, Field(max_length=80)] = "",
    skip: Annotated[int, Field(ge=0, le=1_000_000)] = 0,
) -> list[dict[str, object]]:
    """Fifty behind the first `skip`: open ones by their term, or those that have ended, newest first, or those of which
    a proposal of discipline waits. `q` is looked for in the number, the room, who found it and what was found.
    """
    actor, now = request.user, request.now  # type: ignore[attr-defined]  # the guard's
    text = searched(request, actor, "api/findings", q, now=now, told=False)  # type: ignore[arg-type]
    rows = reading.findings_for(actor, now=now, ended=ended, proposed=proposed, text=text)  # type: ignore[arg-type]
    return [_told(each) for each in reading.told(rows[skip : skip + PAGE], actor, now=now)]  # type: ignore[arg-type]


@router.get("/{uuid:finding}", response=FindingTold, summary="A finding and its steps")
def one(request: HttpRequest, finding: UUID) -> dict[str, object]:
    """As this person may read it."""
    return _told(reading.finding_of(request.user, finding, now=request.now))  # type: ignore[arg-type,attr-defined]


@router.post("/{uuid:finding}/steps", response={200: FindingStepTold, 409: Pair}, summary="A step about a finding")
def step(request: HttpRequest, finding: UUID, new: NewFindingStep) -> Status[object]:
    """Explained by who answers for the room; more is asked for by another; taken back by who made it. The cause
    of a gap is taken for lawful by a body outside the unit.
    """
    actor, now = request.user, request.now  # type: ignore[attr-defined]  # the guard's
    try:
        if new.kind == "lawful":
            made = gaps.accept_causes(actor, finding, words=new.words, now=now)  # type: ignore[arg-type]
        else:
            made = findings.step(actor, finding, kind=StepKind(new.kind), words=new.words, now=now)  # type: ignore[arg-type]
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, _step(made))


def _step(made: FindingStep) -> dict[str, object]:
    return {"kind": made.kind, "at": made.at, "by": made.by.full_name, "words": made.words}


def _told(each: reading.Told) -> dict[str, object]:
    row = each.finding
    return {
        "id": row.id, "number": str(row), "room": row.room_id, "begin": row.begin_us, "end": row.until_us,
        "what": pair(each.what), "note": each.note, "state": pair(each.state[1]), "found_by": each.finder,
        "found_at": row.found_at, "explain_by": each.terms.explain_by, "conclude_by": each.terms.conclude_by,
        "hold": row.hold_id, "steps": [_step(made) for made in each.steps],
    }  # fmt: skip
