"""JSON of cases: everything their pages do."""

import base64
import binascii
import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from minhbach.centre.access.api import pair
from minhbach.centre.access.searching import searched
from minhbach.centre.look.paging import PAGE
from minhbach.centre.oversight import own, reading, register
from minhbach.centre.oversight.actions import cases, gaps, measures
from minhbach.centre.oversight.api import Note, Us
from minhbach.centre.oversight.case import case_of
from minhbach.centre.oversight.models import Correction, CorrectionKind, MeasureAct, MeasureKind
from minhbach.centre.papers.photo import NO_PHOTO
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words
from minhbach.centre.words.shapes import Pair

router = Router(tags=["oversight"])
of_rooms = Router(tags=["oversight"])
of_oneself = Router(tags=["oversight"])

Code = Annotated[str, Field(max_length=40)]
#: A photograph or a paper, base64 of a JPEG, PNG or PDF; empty: none.
Photo = Annotated[str, Field(max_length=2_400_000)]


class CaseMade(Schema):
    """The id of what was made."""

    id: UUID


class NewPerson(Schema):
    """An officer of the unit whom it concerns."""

    person: UUID


class NewBasis(Schema):
    """What a conclusion will rest on: a kind of the regulation's catalogue, or `recording`."""

    kind: Code
    words: Note
    photo: Photo = ""


class NewConclusion(Schema):
    """Whether it is so; `severity` only where it is."""

    upheld: bool
    severity: Literal["", "minor", "serious", "grave"] = ""
    words: Note


class NewCorrection(Schema):
    """What has to be put right by a day."""

    words: Note
    due_on: datetime.date


class CorrectionStep(Schema):
    """Reported with a photograph, or judged by another; `due_on` only where more time is given."""

    kind: Literal["reported", "returned", "accepted", "extended"]
    words: Note
    photo: Photo = ""
    due_on: datetime.date | None = None


class NewMeasure(Schema):
    """One form for an officer and these acts. `deferral`, for discipline alone: `checked`; or a ground by its code; or
    `waived`, then with the ground and the number of the paper in which the officer asks to be considered.
    """

    person: UUID
    form: Code
    words: Note
    acts: Annotated[list[UUID], Field(max_length=100)] = Field(default_factory=list)
    deferral: Code = ""
    ground: Code = ""
    paper: Annotated[str, Field(max_length=60)] = ""
    #: When a deferral is looked at again; none: as long as a proposal may wait.
    review_on: datetime.date | None = None
    more: Annotated[str, Field(max_length=500)] = ""
    #: What the officer is, as far as the form falls on nobody else.
    whom: Annotated[list[Literal["leaders", "elected", "servants"]], Field(max_length=3)] = Field(default_factory=list)


class MeasureStep(Schema):
    """What became of a proposal: a decision has its form, number and day, a deferral its ground; or that a form inside
    the unit is taken back, in words.
    """

    kind: Literal["deferred", "resumed", "decided", "dropped", "withdrawn"]
    words: Annotated[str, Field(max_length=500)] = ""
    form: Code = ""
    number: Annotated[str, Field(max_length=60)] = ""
    decided_on: datetime.date | None = None
    deferral: Code = ""
    review_on: datetime.date | None = None


class NewCause(Schema):
    """Why there was no footage between two instants, Unix µs; `document`: the number of the paper that confirms it."""

    begin: Us
    end: Us
    cause: Code
    words: Note
    document: Annotated[str, Field(max_length=120)]


class Said(Schema):
    """Words."""

    words: Note


class OfficerTold(Schema):
    """Whom it concerns."""

    person: UUID
    name: str
    post: str
    explained: bool
    explain_by: datetime.datetime


class BasisTold(Schema):
    """What it rests on."""

    kind: str
    what: Pair
    words: str


class CorrectionTold(Schema):
    """What has to be put right."""

    id: UUID
    words: str
    due_on: datetime.date
    state: Pair


class MeasureTold(Schema):
    """What followed for an officer; why one waits is told on its page alone, to whom it is written down."""

    id: UUID
    number: str
    person: UUID
    form: Pair
    level: str
    law: str
    occurrence: int
    state: Pair
    due_on: datetime.date | None
    acts: list[UUID]


class CaseTold(Schema):
    """A case; empty in time that is closed to who asks."""

    upheld: bool | None
    severity: str
    officers: list[OfficerTold]
    bases: list[BasisTold]
    corrections: list[CorrectionTold]
    measures: list[MeasureTold]


class LineTold(Schema):
    """A line of the book."""

    id: UUID
    number: str
    unit: str
    found_at: datetime.datetime
    what: Pair
    source: Pair
    concerned: list[str]
    state: Pair


class OwnTold(Schema):
    """A finding about oneself."""

    id: UUID
    number: str
    what: Pair
    begin: int
    end: int
    explain_by: datetime.datetime
    state: Pair
    upheld: bool | None


Answer = Status[object]


@router.get("/book", response=list[LineTold], summary="The book of findings of a year")
def book(
    request: HttpRequest,
    year: Annotated[int, Field(ge=2000, le=9999)] | None = None,
    q: Annotated[str, Field(max_length=80)] = "",
    skip: Annotated[int, Field(ge=0, le=1_000_000)] = 0,
) -> list[dict[str, object]]:
    """Fifty behind the first `skip`, the newest first; this year's where none is given."""
    actor, now = _who(request)
    text = searched(request, actor, "api/findings/book", q, now=now, told=False)
    found = register.Book(actor, now=now)
    rows = found.rows(year=year or now.astimezone(registry.VIETNAM).year, text=text)
    return [
        {
            "id": line.told.finding.id, "number": str(line.told.finding), "unit": line.told.unit_name,
            "found_at": line.told.finding.found_at, "what": pair(line.told.what), "source": pair(line.told.source),
            "concerned": list(line.concerned), "state": pair(line.told.state[1]),
        }
        for line in found.lines(list(rows[skip : skip + PAGE]))
    ]  # fmt: skip


@router.get("/{uuid:finding}/case", response=CaseTold, summary="Whom a finding concerns and what came of it")
def case(request: HttpRequest, finding: UUID) -> dict[str, object]:
    """As this person may read it."""
    actor, now = _who(request)
    told = reading.finding_of(actor, finding, now=now)
    if told.closed:
        return {"upheld": None, "severity": "", "officers": [], "bases": [], "corrections": [], "measures": []}
    found, end = case_of(told.finding, told.steps, now=now), told.conclusion
    return {
        "upheld": end.upheld if end else None,
        "severity": end.severity if end else "",
        "officers": [
            {"person": each.row.person_id, "name": each.row.person.full_name, "post": each.row.post,
             "explained": each.explained, "explain_by": each.until}
            for each in found.officers
        ],
        "bases": [{"kind": each.kind, "what": _why(each.vi, each.en), "words": each.words} for each in found.bases],
        "corrections": [
            {"id": each.row.id, "words": each.row.words, "due_on": each.due_on, "state": pair(each.state[1])}
            for each in found.tasks
        ],
        "measures": [
            {"id": each.row.id, "number": str(each.row), "person": each.row.person_id, "form": pair(each.form),
             "level": each.row.level, "law": each.row.law, "occurrence": each.row.occurrence,
             "state": pair(each.state[1]), "due_on": each.due_on, "acts": [act.id for act in each.acts]}
            for each in found.measures
        ],
    }  # fmt: skip


@router.post("/{uuid:finding}/people", response={200: CaseMade, 409: Pair}, summary="Name an officer whom it concerns")
def concern(request: HttpRequest, finding: UUID, new: NewPerson) -> Answer:
    """They are told, and may explain it."""
    actor, now = _who(request)
    return _do(lambda: cases.name_concerned(actor, finding, person=new.person, now=now))


@router.post("/{uuid:finding}/bases", response={200: CaseMade, 409: Pair}, summary="Add what a conclusion rests on")
def basis(request: HttpRequest, finding: UUID, new: NewBasis) -> Answer:
    """A recording is never the only one."""
    actor, now = _who(request)
    return _do(
        lambda: cases.add_basis(actor, finding, kind=new.kind, words=new.words, photo=_photo(new.photo), now=now)
    )


@router.post("/{uuid:finding}/conclusion", response={200: CaseMade, 409: Pair}, summary="Conclude a finding")
def conclude(request: HttpRequest, finding: UUID, new: NewConclusion) -> Answer:
    """By neither whom it concerns nor who explained it."""
    actor, now = _who(request)
    return _do(
        lambda: cases.conclude(actor, finding, upheld=new.upheld, severity=new.severity, words=new.words, now=now)
    )


@router.post(
    "/{uuid:finding}/corrections", response={200: CaseMade, 409: Pair}, summary="Ask for something to be put right"
)
def correction(request: HttpRequest, finding: UUID, new: NewCorrection) -> Answer:
    """While it is open, or once it is upheld."""
    actor, now = _who(request)
    return _do(lambda: cases.ask_correction(actor, finding, words=new.words, due_on=new.due_on, now=now))


@router.post(
    "/{uuid:finding}/corrections/{uuid:correction}/steps",
    response={200: CaseMade, 409: Pair},
    summary="A step of what has to be put right",
)
def correct(request: HttpRequest, finding: UUID, correction: UUID, new: CorrectionStep) -> Answer:
    """Reported by the unit with a photograph as proof, accepted by another."""
    actor, now = _who(request)
    if not Correction.objects.filter(id=correction, finding=finding).exists():
        raise Http404
    return _do(
        lambda: cases.correct(
            actor, correction, kind=CorrectionKind(new.kind), words=new.words, photo=_photo(new.photo),
            due_on=new.due_on, now=now,
        )
    )  # fmt: skip


@router.post(
    "/{uuid:finding}/measures", response={200: CaseMade, 409: Pair}, summary="Take or propose a form for an officer"
)
def measure(request: HttpRequest, finding: UUID, new: NewMeasure) -> Answer:
    """One form for one or several acts; discipline is only proposed, by the law of the day of the act."""
    actor, now = _who(request)
    chosen = measures.Chosen(
        form=new.form, words=new.words, acts=tuple(new.acts), deferral=new.deferral, ground=new.ground, paper=new.paper,
        more=new.more, review_on=new.review_on, whom=new.whom,
    )  # fmt: skip
    return _do(lambda: measures.take(actor, finding, person=new.person, chosen=chosen, now=now))


@router.post(
    "/{uuid:finding}/measures/{uuid:measure}/steps", response={200: CaseMade, 409: Pair}, summary="A step of a proposal"
)
def proceed(request: HttpRequest, finding: UUID, measure: UUID, new: MeasureStep) -> Answer:
    """Deferred, gone on with, decided by the competent body, or dropped; a form inside the unit is taken back."""
    actor, now = _who(request)
    if not MeasureAct.objects.filter(measure=measure, finding=finding).exists():
        raise Http404
    became = measures.Became(
        words=new.words, form=new.form, number=new.number, decided_on=new.decided_on, deferral=new.deferral,
        review_on=new.review_on,
    )  # fmt: skip
    return _do(lambda: measures.proceed(actor, measure, kind=MeasureKind(new.kind), became=became, now=now))


@of_rooms.post(
    "/{uuid:room}/gap-causes", response={200: CaseMade, 409: Pair}, summary="Put down why there was no footage"
)
def gap_cause(request: HttpRequest, room: UUID, new: NewCause) -> Answer:
    """It explains the findings of the system that it covers; they end once a body outside the unit accepts it."""
    actor, now = _who(request)
    return _do(
        lambda: gaps.put_cause(
            actor, room=room, begin_us=new.begin, end_us=new.end, cause=new.cause, words=new.words,
            document=new.document, now=now,
        )
    )  # fmt: skip


@of_oneself.get("/findings", response=list[OwnTold], summary="Findings about oneself")
def own_findings(request: HttpRequest, skip: Annotated[int, Field(ge=0, le=1_000_000)] = 0) -> list[dict[str, object]]:
    """Fifty behind the first `skip`, the newest first; of nobody else."""
    actor, now = _who(request)
    rows = list(own.rows_of(actor.person_id)[skip : skip + PAGE])
    return [
        {
            "id": line.row.id, "number": str(line.row), "what": pair(line.what), "begin": line.row.begin_us,
            "end": line.row.until_us, "explain_by": line.explain_by, "state": pair(line.state[1]),
            "upheld": line.conclusion.upheld if line.conclusion else None,
        }
        for line in own.lines_of(rows, actor, now=now)
    ]  # fmt: skip


@of_oneself.post(
    "/findings/{uuid:finding}/explanation",
    response={200: CaseMade, 409: Pair},
    summary="Explain a finding about oneself",
)
def own_explanation(request: HttpRequest, finding: UUID, new: Said) -> Answer:
    """In the person's own words."""
    actor, now = _who(request)
    if own.one(actor, finding, now=now) is None:
        raise PermissionDenied(cases.NOT_CONCERNED)
    return _do(lambda: cases.explain_own(actor, finding, words=new.words, now=now))


def _who(request: HttpRequest) -> tuple[Any, datetime.datetime]:
    return request.user, request.now  # type: ignore[attr-defined]  # set by the guard


def _do(act: Any) -> Answer:
    try:
        made = act()
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, {"id": made.id})


def _why(vi: str, en: str) -> dict[str, str]:
    return pair(Words(vi, en))


def _photo(given: str) -> bytes | None:
    if not given:
        return None
    try:
        return base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        raise NotPossible(NO_PHOTO, "photo") from None
