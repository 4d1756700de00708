"""JSON of what citizens said: everything the pages of those who handle it do."""

import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from minhbach.centre.access.api import pair
from minhbach.centre.access.searching import searched
from minhbach.centre.feedback import reading
from minhbach.centre.feedback.actions import petitions, publishing
from minhbach.centre.feedback.models import Petition, StepKind
from minhbach.centre.feedback.models.petitions import CONTENT_LENGTH
from minhbach.centre.feedback.models.publications import REASON_LENGTH
from minhbach.centre.feedback.published import decision_on, published
from minhbach.centre.look.paging import PAGE
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words
from minhbach.centre.words.shapes import Pair

router = Router(tags=["feedback"])


class PetitionTold(Schema):
    """A complaint or suggestion; who said it stands on its page alone."""

    id: UUID
    number: str
    room: UUID
    kind: str
    topic: str
    way: str
    content: str
    received_at: datetime.datetime
    refuse_by: datetime.datetime
    answer_by: datetime.datetime
    state: Pair
    hold: UUID | None
    publish_by: datetime.datetime | None
    publication: Literal["published", "withheld"] | None


class AnswerTold(Schema):
    """One complaint and its answer as the public reads them, with nobody in it."""

    id: UUID
    place: str
    topic: Pair
    received_on: datetime.date
    answered_on: datetime.date
    what: str
    answer: str
    published_at: datetime.datetime


class PublishedAnswers(Schema):
    """Twenty, the newest first; `after` is the `before` of the next twenty, null where there are none."""

    answers: list[AnswerTold]
    after: datetime.datetime | None


class TotalTold(Schema):
    """How a counter was rated within the last thirty days."""

    counter: UUID
    room: UUID
    very_satisfied: int
    satisfied: int
    dissatisfied: int


class NewPetitionStep(Schema):
    """What is done about a complaint; all but `accepted` in words, which the citizen reads."""

    kind: Literal["accepted", "asked", "answered", "refused"]
    words: Annotated[str, Field(max_length=CONTENT_LENGTH)] = ""


class PetitionStepTold(Schema):
    """A step that was taken."""

    kind: str
    at: datetime.datetime
    words: str


class NewPublication(Schema):
    """What the public reads of an answered complaint, with nobody in it; or why it reads nothing."""

    what: Annotated[str, Field(max_length=CONTENT_LENGTH)] = ""
    answer: Annotated[str, Field(max_length=CONTENT_LENGTH)] = ""
    withheld_because: Annotated[str, Field(max_length=REASON_LENGTH)] = ""


class TakenBack(Schema):
    """Why it is taken down."""

    why: Annotated[str, Field(min_length=1, max_length=REASON_LENGTH)]


class PublicationTold(Schema):
    """A decision that stands, or stood."""

    withheld: bool
    what: str
    answer: str
    reason: str
    at: datetime.datetime
    taken_back_at: datetime.datetime | None


@router.get("/petitions", response=list[PetitionTold], summary="Complaints and suggestions within reach")
def all_petitions(
    request: HttpRequest,
    ended: bool = False,
    q: Annotated[str, Field(max_length=80)] = "",
    skip: Annotated[int, Field(ge=0, le=1_000_000)] = 0,
) -> list[dict[str, object]]:
    """Fifty behind the first `skip`: those that wait by their term, or those that have ended, newest first. `q` is
    looked for in the number, the place and what was said.
    """
    rooms = reading.rooms_handled(request.user, now=request.now)  # type: ignore[arg-type,attr-defined]  # the guard's
    text = searched(request, request.user, "api/feedback", q, now=request.now, told=False)  # type: ignore[arg-type,attr-defined]
    rows = reading.petitions_for(rooms, ended=ended, text=text)[skip : skip + PAGE]
    return [_told(line.petition, line.state) for line in reading.lines_of(rows, now=request.now)]  # type: ignore[attr-defined]


@router.get("/petitions/{uuid:petition}", response=PetitionTold, summary="A complaint or suggestion")
def petition(request: HttpRequest, petition: UUID) -> dict[str, object]:
    """As it stands."""
    row = get_object_or_404(Petition, id=petition)
    return _told(row, reading.state_of(row, list(row.events.all()), request.now))  # type: ignore[attr-defined]


@router.post("/petitions/{uuid:petition}/steps", response={200: PetitionStepTold, 409: Pair}, summary="A step about it")
def step(request: HttpRequest, petition: UUID, new: NewPetitionStep) -> Status[object]:
    """Accepted once, ended once; refused only within its term."""
    try:
        made = petitions.step(
            request.user, petition, kind=StepKind(new.kind), words=new.words, now=request.now,  # type: ignore[arg-type,attr-defined]
        )  # fmt: skip
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, made)


@router.post("/petitions/{uuid:petition}/publication", response={200: PublicationTold, 409: Pair}, summary="Publish it")
def publish(request: HttpRequest, petition: UUID, new: NewPublication) -> Status[object]:
    """Of what was answered, once; refused while the name or telephone of who sent it stands in the words."""
    actor, now = request.user, request.now  # type: ignore[attr-defined]  # the guard's
    try:
        if new.withheld_because:
            made = publishing.withhold(actor, petition, reason=new.withheld_because, now=now)  # type: ignore[arg-type]
        else:
            made = publishing.publish(actor, petition, what=new.what, answer=new.answer, now=now)  # type: ignore[arg-type]
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, made)


@router.post(
    "/petitions/{uuid:petition}/publication/taking-back", response={200: PublicationTold, 409: Pair},
    summary="Take down what was published",
)  # fmt: skip
def take_back(request: HttpRequest, petition: UUID, new: TakenBack) -> Status[object]:
    """It may be published anew, in other words; what stood there is kept."""
    stands = decision_on(petition)
    try:
        if stands is None:
            raise NotPossible(publishing.NOT_OUT)
        made = publishing.take_back(
            request.user, stands.id, why=new.why, now=request.now,  # type: ignore[arg-type,attr-defined]  # the guard's
        )  # fmt: skip
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, made)


@router.get("/answers", response=PublishedAnswers, summary="Published answers to complaints")
def answers(
    request: HttpRequest, q: Annotated[str, Field(max_length=100)] = "", before: AwareDatetime | None = None
) -> dict[str, object]:
    """For anybody, without an account: those that hold all the words of `q`, published before `before`."""
    found, after = published(sought=q, before=before)
    told = [
        {
            "id": each.id, "place": each.place, "topic": pair(each.topic), "received_on": each.received_on,
            "answered_on": each.answered_on, "what": each.what, "answer": each.answer, "published_at": each.at,
        }
        for each in found
    ]  # fmt: skip
    return {"answers": told, "after": after}


@router.get("/ratings", response=list[TotalTold], summary="How counters were rated lately")
def ratings(request: HttpRequest) -> list[dict[str, object]]:
    """Totals by counter, the worst share first."""
    rooms = reading.rooms_handled(request.user, now=request.now)  # type: ignore[arg-type,attr-defined]  # the guard's
    told = []
    for total in reading.Totals(rooms, now=request.now)[:]:  # type: ignore[attr-defined]
        very, good, low = (count for _, count in total.scores)
        told.append({
            "counter": total.counter.id, "room": total.counter.room_id, "very_satisfied": very, "satisfied": good,
            "dissatisfied": low,
        })  # fmt: skip
    return told


def _told(row: Petition, state: tuple[str, Words]) -> dict[str, object]:
    answered = next((event for event in row.events.all() if event.kind == StepKind.ANSWERED), None)
    stands = decision_on(row.id) if answered else None
    return {
        "publish_by": publishing.publish_by(row, answered.at) if answered else None,
        "publication": None if stands is None else "withheld" if stands.withheld else "published",
        "id": row.id, "number": str(row), "room": row.room_id, "kind": row.kind, "topic": row.topic, "way": row.way,
        "content": row.content, "received_at": row.received_at, "refuse_by": row.refuse_by,
        "answer_by": row.answer_by, "state": pair(state[1]), "hold": row.hold_id,
    }  # fmt: skip
