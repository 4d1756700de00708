"""JSON of the counters' desks and of dossiers: everything their pages do."""

import datetime
from typing import Annotated
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Router, Schema, Status
from pydantic import Field

from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.api import pair
from minhbach.centre.access.recording import record_refusal
from minhbach.centre.dossiers import catalogue, desks
from minhbach.centre.dossiers.actions import moments, receiving
from minhbach.centre.dossiers.actions import procedures as procedure_actions
from minhbach.centre.dossiers.actions.receiving import Brought, Handed, Part
from minhbach.centre.dossiers.actions.slips import ask_for_papers
from minhbach.centre.dossiers.listed import MOST_DAYS, Listed, Paper
from minhbach.centre.dossiers.models import Dossier, EventKind, PaperKind, Procedure, ReturnBy
from minhbach.centre.dossiers.scanning import NotLed, lead
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Counter
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words.shapes import Pair

router = Router(tags=["dossiers"])
counters = Router(tags=["dossiers"])
units = Router(tags=["dossiers"])

Copies = Annotated[int, Field(ge=1, le=99)]
Text = Annotated[str, Field(max_length=300)]


class Led(Schema):
    """Where a scan leads: a page of the site, and the dossier's code."""

    url: str
    code: str


class DossierHappened(Schema):
    """A moment that was marked: its id, the number the box gave it, and what was called, where somebody was."""

    id: UUID
    number: int
    note: str


class PaperGiven(Schema):
    """So many copies of one paper."""

    name: Annotated[str, Field(min_length=1, max_length=300)]
    kind: PaperKind
    copies: Copies


class NewDossier(Schema):
    """A dossier as it is handed in. `due_on`: none, as the procedure says."""

    procedure: UUID
    name: Annotated[str, Field(min_length=1, max_length=120)]
    personal_id: Annotated[str, Field(max_length=20)] = ""
    address: Text = ""
    phone: Annotated[str, Field(max_length=20)] = ""
    papers: Annotated[list[PaperGiven], Field(min_length=1, max_length=50)]
    due_on: datetime.date | None = None
    sets: Copies = 1
    return_by: ReturnBy = ReturnBy.COUNTER


class Received(Schema):
    """The dossier that was made: its codes for people and scanners, and where its receipt is printed."""

    id: UUID
    code: str
    scan: str
    due_at: datetime.datetime
    receipt: str


class DossierStep(Schema):
    """What happens to the dossier next, at which counter; a supplement says which papers are missing, and why."""

    kind: EventKind
    counter: UUID
    papers: Annotated[tuple[Annotated[str, Field(max_length=300)], ...], Field(max_length=20)] = ()
    reason: Annotated[str, Field(max_length=500)] = ""


class Refused(Schema):
    """Papers that are not taken: for what, whose, and why."""

    procedure: UUID
    name: Annotated[str, Field(min_length=1, max_length=120)]
    personal_id: Annotated[str, Field(max_length=20)] = ""
    address: Text = ""
    phone: Annotated[str, Field(max_length=20)] = ""
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class SlipMade(Schema):
    """A slip, the dossier it is about, and where it is printed."""

    id: UUID
    number: int
    dossier: UUID
    code: str
    slip: str


class Moment(Schema):
    """A moment of the dossier; without the right to its minute there is no `url`, in restricted time no kind."""

    at: datetime.datetime
    vi: str
    en: str
    url: str


class DossierTold(Schema):
    """A dossier; who handed it in is told only to those who receive dossiers there."""

    id: UUID
    code: str
    scan: str
    procedure: str
    received_at: datetime.datetime
    due_at: datetime.datetime
    state: int
    submitter: str | None
    moments: list[Moment]


@router.get("/scan", response={200: Led, 404: Pair}, summary="Where the digits or the code of a receipt lead")
def scan(request: HttpRequest, code: Annotated[str, Field(max_length=80)]) -> Status[object]:
    """The room's page at that minute, or the dossier; the same 404 for what does not exist and what is not yours."""
    try:
        found = lead(request.user, code, now=request.now)  # type: ignore[arg-type,attr-defined]  # the guard's
    except NotLed as ended:
        if ended.place is not None:
            record_refusal(
                request.user, Right.PLAYBACK, ended.words, place=ended.place, route="api:scan",  # type: ignore[arg-type]
                address=address_of(request), now=request.now,  # type: ignore[attr-defined]
            )  # fmt: skip
        return Status(404, pair(ended.words))
    return Status(200, {"url": found.url, "code": found.dossier.code})


@router.get("/{uuid:dossier}", response=DossierTold, summary="A dossier and its moments")
def dossier(request: HttpRequest, dossier: UUID) -> dict[str, object]:
    """As this person may see it."""
    page = desks.dossier_page(request.user, dossier, now=request.now)  # type: ignore[arg-type,attr-defined]
    if page is None:
        raise Http404
    row = page.dossier
    told = [{"at": each.event.at, **pair(each.words), "url": each.url} for each in page.events]
    return {
        "id": row.id,
        "code": row.code,
        "scan": row.scan,
        "procedure": row.procedure.code,
        "received_at": row.received_at,
        "due_at": row.due_at,
        "state": row.state,
        "submitter": page.submitter.name if page.submitter else None,
        "moments": told,
    }


@router.post(
    "/{uuid:dossier}/steps", response={200: DossierHappened, 409: Pair}, summary="A dossier's next step at a counter"
)
def step(request: HttpRequest, dossier: UUID, new: DossierStep) -> Status[object]:
    """`supplement`, `supplemented` or `handed_back`."""
    row = get_object_or_404(Dossier.objects.select_related("counter"), id=dossier)
    counter = get_object_or_404(Counter.objects.select_related("room"), id=new.counter, room=row.counter.room_id)
    if new.kind not in (EventKind.SUPPLEMENT, EventKind.SUPPLEMENTED, EventKind.HANDED_BACK):
        raise Http404
    actor, now = request.user.person, request.now  # type: ignore[union-attr,attr-defined]  # the guard's
    try:
        if new.kind is EventKind.SUPPLEMENT:
            made = ask_for_papers(actor, dossier=row, counter=counter, items=new.papers, reason=new.reason, now=now)
            event = made.event
        else:
            event = moments.move_on(actor, new.kind, dossier=row, counter=counter, now=now)
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, event)


@counters.post("/{uuid:counter}/calls", response={200: DossierHappened, 409: Pair}, summary="Call the next number")
def call(request: HttpRequest, counter: UUID) -> Status[object]:
    """`note` of the answer is the number that was called."""
    row = get_object_or_404(Counter.objects.select_related("room"), id=counter)
    try:
        event = moments.call_next(request.user.person, counter=row, now=request.now)  # type: ignore[union-attr,attr-defined]
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, event)


@counters.post("/{uuid:counter}/help", response={200: DossierHappened, 409: Pair}, summary="Ask for help at a counter")
def ask_help(request: HttpRequest, counter: UUID) -> Status[object]:
    """The minute is marked, and those in charge are told."""
    row = get_object_or_404(Counter.objects.select_related("room"), id=counter)
    try:
        event = moments.ask_for_help(request.user.person, counter=row, now=request.now)  # type: ignore[union-attr,attr-defined]
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, event)


@counters.post("/{uuid:counter}/dossiers", response={200: Received, 409: Pair}, summary="Receive a dossier")
def receive(request: HttpRequest, counter: UUID, new: NewDossier) -> Status[object]:
    """With its receipt, and its moment on the timeline of the room."""
    row = get_object_or_404(Counter.objects.select_related("room"), id=counter)
    now = request.now  # type: ignore[attr-defined]
    offered = {each.id: (each, at) for each, at in desks.procedures_at(row, now=now)}
    if new.procedure not in offered:
        return Status(409, pair(receiving.OTHER_PROCEDURE))
    procedure, due = offered[new.procedure]
    handed = Handed(
        procedure=procedure,
        parts=[Part(paper.name, paper.kind, paper.copies) for paper in new.papers],
        due_at=desks.due_on(new.due_on, due) if new.due_on else due,
        sets=new.sets,
        return_by=new.return_by,
    )
    brought = Brought(name=new.name, personal_id=new.personal_id, address=new.address, phone=new.phone)
    try:
        made = receiving.receive(request.user.person, counter=row, brought=brought, handed=handed, now=now)  # type: ignore[union-attr]
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, {
        "id": made.id, "code": made.code, "scan": made.scan, "due_at": made.due_at,
        "receipt": reverse("receipt", args=[made.id]),
    })  # fmt: skip


@counters.post("/{uuid:counter}/refusals", response={200: SlipMade, 409: Pair}, summary="Refuse a dossier, in writing")
def refuse(request: HttpRequest, counter: UUID, new: Refused) -> Status[object]:
    """With its slip, and its moment on the timeline of the room."""
    row = get_object_or_404(Counter.objects.select_related("room"), id=counter)
    now = request.now  # type: ignore[attr-defined]
    offered = {each.id: each for each, _ in desks.procedures_at(row, now=now)}
    if new.procedure not in offered:
        return Status(409, pair(receiving.OTHER_PROCEDURE))
    brought = Brought(name=new.name, personal_id=new.personal_id, address=new.address, phone=new.phone)
    try:
        made = receiving.refuse(
            request.user.person, counter=row, brought=brought, procedure=offered[new.procedure],  # type: ignore[union-attr]
            reason=new.reason, now=now,
        )  # fmt: skip
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    dossier = made.event.dossier
    assert dossier is not None  # a refusal is of a dossier
    return Status(200, {
        "id": made.id, "number": made.number, "dossier": dossier.id, "code": dossier.code,
        "slip": reverse("slip", args=[made.id]),
    })  # fmt: skip


class ProcedureTold(Schema):
    """A procedure in force; `working_days` 0: the same day."""

    id: UUID
    unit: UUID
    code: str
    name: str
    field: str
    working_days: int
    papers: list[PaperGiven]
    valid_from: datetime.date


class NewProcedure(Schema):
    """A procedure as it is to be from a day on; one of the same code becomes a new version."""

    code: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.\-]{1,29}$")]
    name: Annotated[str, Field(min_length=1, max_length=300)]
    field: Annotated[str, Field(max_length=120)] = ""
    working_days: Annotated[int, Field(ge=0, le=MOST_DAYS)]
    papers: Annotated[tuple[PaperGiven, ...], Field(max_length=40)] = ()
    day: datetime.date


@units.get("/{uuid:unit}/procedures", response=list[ProcedureTold], summary="What can be handed in at a unit today")
def procedures(request: HttpRequest, unit: UUID) -> list[dict[str, object]]:
    """Its own and what units above publish, in the order of their codes."""
    rows = catalogue.all_of(unit, registry.day_of(request.now))  # type: ignore[attr-defined]  # the guard's
    return [_procedure(row) for row in rows]


@units.post("/{uuid:unit}/procedures", response={200: ProcedureTold, 409: Pair}, summary="Publish a procedure")
def publish(request: HttpRequest, unit: UUID, new: NewProcedure) -> Status[object]:
    """For the unit and what lies below it."""
    papers = tuple(Paper(each.name, each.kind, each.copies) for each in new.papers)
    given = Listed(new.code, new.name, new.field, new.working_days, papers)
    try:
        made = procedure_actions.publish(
            request.user.person, unit=unit, listed=given, day=new.day, now=request.now,  # type: ignore[union-attr,attr-defined]
        )  # fmt: skip
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, _procedure(made))


def _procedure(row: Procedure) -> dict[str, object]:
    return {
        "id": row.id, "unit": row.unit_id, "code": row.code, "name": row.name, "field": row.field,
        "working_days": row.working_days, "papers": row.components, "valid_from": row.valid_from,
    }  # fmt: skip
