"""JSON of monthly reports: everything their pages do."""

import datetime
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from minhbach.centre.access.api import pair
from minhbach.centre.look.paging import PAGE
from minhbach.centre.publishing import behind, duties, reading
from minhbach.centre.publishing.actions import reports
from minhbach.centre.publishing.deciding import hands_by
from minhbach.centre.publishing.models import Part, StepKind
from minhbach.centre.publishing.reading import Told
from minhbach.centre.publishing.recounting import recounted
from minhbach.centre.publishing.scopes import spans_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words
from minhbach.centre.words.shapes import Pair

router = Router(tags=["publishing"])
Skip = Annotated[int, Field(ge=0, le=1_000_000)]


class ReportListed(Schema):
    """A report in a list."""

    id: UUID
    unit: UUID
    unit_name: str
    kind: str
    month: datetime.date
    due_on: datetime.date
    state: Pair
    sent_at: datetime.datetime | None


class FigureTold(Schema):
    """One figure: the system's, what the report states, and why they differ; none where nothing was counted.

    `measure`: things, share (hundredths of a percent) or seconds. `by_now`: what the system counts now, which may be
    another number than on the day of the report.
    """

    code: str
    words: Pair
    measure: str
    system: int | None
    by_now: int | None
    stated: int | None
    reason: str
    edits: int


class TextTold(Schema):
    """A part in words; `serial` goes back with a change."""

    part: str
    words: str
    serial: int
    by: str


class ReportStepTold(Schema):
    """A step that was taken."""

    kind: str
    at: datetime.datetime
    by: str
    words: str


class ReportTold(ReportListed):
    """A report with everything in it; duties that were not done come first. `rooms_assessed` of `rooms_recorded`: none
    where the report does not speak of it.
    """

    first_day: datetime.date
    last_day: datetime.date
    missing: list[Pair]
    missing_count: int
    rooms_assessed: int
    rooms_recorded: int | None
    figures: list[FigureTold]
    texts: list[TextTold]
    steps: list[ReportStepTold]


class Behind(Schema):
    """One row behind a figure."""

    when: str
    room: str
    unit: str
    what: Pair


class Rows(Schema):
    """Fifty of the rows behind a figure, and how many there are."""

    count: int
    rows: list[Behind]


class NewValue(Schema):
    """A value in the system's place, in the measure of its figure; none gives the system its word back."""

    value: Annotated[int, Field(ge=0, le=10**12)] | None = None
    reason: Annotated[str, Field(min_length=1, max_length=300)]
    seen: Annotated[int, Field(ge=0, le=1_000_000)]


class NewText(Schema):
    """Words for a part; `seen` is the serial that the writer began from."""

    words: Annotated[str, Field(max_length=6000)]
    seen: Annotated[int, Field(ge=0, le=1_000_000)]


class NewReportStep(Schema):
    """What happens to the report; words are needed to return it."""

    kind: Literal["signed", "unsigned", "sent", "returned", "accepted"]
    words: Annotated[str, Field(max_length=300)] = ""


class Changed(Schema):
    """How many figures the system counted anew."""

    changed: int


@router.get("", response=list[ReportListed], summary="Monthly reports within reach")
def all_reports(request: HttpRequest, month: datetime.date | None = None, skip: Skip = 0) -> list[dict[str, Any]]:
    """Fifty behind the first `skip` of a month, by default of the newest."""
    known = reading.months()
    asked = month.replace(day=1) if month else (known[0] if known else None)
    if asked not in known or asked is None:
        return []
    found = reading.reports_of(request.standing, asked, now=request.now)  # type: ignore[attr-defined]
    return [
        {
            "id": row.report.id, "unit": row.report.unit_id, "unit_name": row.unit_name, "kind": row.report.kind,
            "month": row.report.month, "due_on": row.report.due_on, "state": pair(row.state[1]),
            "sent_at": row.sent_at,
        }
        for row in found.rows[skip : skip + PAGE]
    ]  # fmt: skip


@router.get("/{uuid:report}", response=ReportTold, summary="A monthly report")
def one(request: HttpRequest, report: UUID) -> dict[str, Any]:
    """Its figures, words and steps; a draft is its own unit's."""
    told = _opened(request, report)
    row, spans = told.report, spans_of(told.report)
    left = duties.undone(row, spans, now=request.now)  # type: ignore[attr-defined]
    again = recounted(told.figures, spans, row.last_day)
    return {
        "id": row.id, "unit": row.unit_id, "unit_name": told.unit_name, "kind": row.kind, "month": row.month,
        "due_on": row.due_on, "state": pair(told.state[1]), "sent_at": told.sent_at, "first_day": row.first_day,
        "last_day": row.last_day, "missing": [pair(each.words) for each in left.rows], "missing_count": left.count,
        "rooms_assessed": left.assessed, "rooms_recorded": left.recorded,
        "figures": [_figure(each, again) for each in told.figures.values()],
        "texts": [
            {"part": text.part, "words": text.newest.words, "serial": text.newest.serial,
             "by": text.newest.by.full_name if text.newest.by else ""}
            for text in told.texts
        ],
        "steps": [_step(step) for step in told.steps],
    }  # fmt: skip


@router.get("/{uuid:report}/figures/{slug:code}/rows", response=Rows, summary="The rows behind a figure")
def rows(request: HttpRequest, report: UUID, code: str, skip: Skip = 0) -> dict[str, Any]:
    """Fifty of them, the newest first."""
    told = _opened(request, report)
    figure = told.figures.get(code)
    if figure is None or not figure.line.rows:
        raise Http404
    found, count = behind.rows_behind(told.report, figure.line, skip=skip)
    said = [
        {"when": row.when, "room": row.room, "unit": row.unit,
         "what": pair(row.what) if isinstance(row.what, Words) else {"vi": row.what, "en": row.what}}
        for row in found
    ]  # fmt: skip
    return {"count": count, "rows": said}


@router.post(
    "/{uuid:report}/figures/{slug:code}", response={200: FigureTold, 409: Pair}, summary="State another figure"
)
def put_figure(request: HttpRequest, report: UUID, code: str, new: NewValue) -> Status[object]:
    """The system's own value is kept beside it."""
    _opened(request, report)
    try:
        reports.put_figure(
            request.user, report, code=code, value=new.value, reason=new.reason, seen=new.seen,  # type: ignore[arg-type]
            now=request.now,  # type: ignore[attr-defined]
        )  # fmt: skip
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    told = _opened(request, report)
    figure = told.figures[code]
    return Status(200, _figure(figure, recounted({code: figure}, spans_of(told.report), told.report.last_day)))


@router.post("/{uuid:report}/texts/{slug:part}", response={200: TextTold, 409: Pair}, summary="Write a part")
def write(request: HttpRequest, report: UUID, part: str, new: NewText) -> Status[object]:
    """What stood there before stays."""
    _opened(request, report)
    if part not in Part.values:
        raise Http404
    try:
        made = reports.write(
            request.user, report, part=Part(part), words=new.words, seen=new.seen,  # type: ignore[arg-type]
            now=request.now,  # type: ignore[attr-defined]
        )  # fmt: skip
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    by = made.by.full_name if made.by else ""
    return Status(200, {"part": part, "words": made.words, "serial": made.serial, "by": by})


@router.post("/{uuid:report}/recount", response={200: Changed, 409: Pair}, summary="Take the newest figures")
def recount(request: HttpRequest, report: UUID) -> Status[object]:
    """What people wrote stays."""
    _opened(request, report)
    try:
        changed = reports.recount(request.user, report, now=request.now)  # type: ignore[arg-type,attr-defined]
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, {"changed": changed})


@router.post("/{uuid:report}/steps", response={200: ReportStepTold, 409: Pair}, summary="Sign, send, accept or return")
def step(request: HttpRequest, report: UUID, new: NewReportStep) -> Status[object]:
    """Signed by the head of its unit, received by those above."""
    _opened(request, report)
    try:
        made = reports.step(
            request.user, report, kind=StepKind(new.kind), words=new.words, now=request.now,  # type: ignore[arg-type,attr-defined]
        )  # fmt: skip
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, _step(made))


def _opened(request: HttpRequest, report: UUID) -> Told:
    told = reading.told(report, now=request.now)  # type: ignore[attr-defined]  # the guard's
    may = hands_by(request.standing, told.report, told.last, request.place)  # type: ignore[attr-defined]
    if not may.reads or may.paper_only:
        raise Http404
    return told


def _figure(figure: reading.Figure, again: Mapping[str, int | None]) -> dict[str, Any]:
    code = figure.line.code
    return {
        "code": code, "words": pair(figure.line.words), "measure": figure.line.measure, "system": figure.system,
        "by_now": again.get(code, figure.system), "stated": figure.value,
        "reason": figure.edit.reason if figure.edit else "", "edits": figure.serial,
    }  # fmt: skip


def _step(made: Any) -> dict[str, Any]:
    return {"kind": made.kind, "at": made.at, "by": made.by.full_name, "words": made.words}
