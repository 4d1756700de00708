"""JSON of the ranking: league tables, the sheet of a unit, points given and steps taken."""

import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from minhbach.centre.access.api import pair
from minhbach.centre.publishing import ranking
from minhbach.centre.publishing.actions import ranking as actions
from minhbach.centre.publishing.models import Score, ScoreKind, Scoring, ScoringStepKind
from minhbach.centre.publishing.models.ranking import REASON_LENGTH
from minhbach.centre.registry.api import actor_of, now_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words.shapes import Pair, Why

leagues = Router(tags=["ranking"])
router = Router(tags=["ranking"])
Reason = Annotated[str, Field(max_length=REASON_LENGTH)]


class SheetKnown(Schema):
    """A score sheet that was opened, and the first days of its periods, the newest first."""

    code: str
    words: Pair
    periods: list[datetime.date]


class Place(Schema):
    """A unit in the league table. Points are tenths; `place` is null until the sheet is settled."""

    scoring: UUID
    unit: UUID
    unit_name: str
    place: int | None
    own: int | None
    appraised: int | None
    most: int
    grade: Pair | None
    state: Pair
    before: list[int | None]


class LeagueTold(Schema):
    """A league table; the days are both included."""

    sheet: str
    words: Pair
    first_day: datetime.date
    last_day: datetime.date
    rows: list[Place]


class Counted(Schema):
    """What the system counted: so many of so many, and the tenths of a point that makes."""

    part: int
    whole: int
    tenths: int


class Given(Schema):
    """Tenths of a point that a person gave, and why."""

    tenths: int
    reason: str
    by: str
    at: datetime.datetime


class CriterionTold(Schema):
    """One criterion; of several scores of a kind the last counts."""

    code: str
    words: Pair
    points: int
    counted: Counted | None
    own: list[Given]
    appraised: list[Given]


class SheetStepTold(Schema):
    """A step of a sheet."""

    kind: str
    by: str
    at: datetime.datetime
    words: str


class ScoringTold(Schema):
    """The sheet of a unit for a period."""

    id: UUID
    unit: UUID
    unit_name: str
    sheet: str
    first_day: datetime.date
    last_day: datetime.date
    self_by: datetime.date
    appraised_by: datetime.date
    state: Pair
    criteria: list[CriterionTold]
    steps: list[SheetStepTold]


class Points(Schema):
    """Tenths of a point for a criterion, with the reason where they differ from what was proposed."""

    criterion: Annotated[str, Field(max_length=40)]
    tenths: Annotated[int, Field(ge=0, le=1_000_000)]
    reason: Reason = ""


class NewScores(Schema):
    """The unit's own while the sheet is with it; the appraiser's while it is handed in."""

    scores: Annotated[list[Points], Field(min_length=1, max_length=200)]


class NewSheetStep(Schema):
    """What is done with the sheet; a return needs words."""

    kind: Literal["handed_in", "returned", "settled"]
    words: Reason = ""


@leagues.get("", response=list[SheetKnown], summary="Score sheets and their periods")
def all_sheets(request: HttpRequest) -> list[dict[str, object]]:
    """Every sheet that was ever opened."""
    return [
        {"code": code, "words": pair(words), "periods": ranking.periods(code)}
        for code, words in ranking.sheets().items()
    ]


@leagues.get("/{slug:sheet}/{slug:first_day}", response=LeagueTold, summary="A league table")
def one_league(request: HttpRequest, sheet: str, first_day: datetime.date) -> dict[str, object]:
    """Of the period that begins on the day."""
    reach = ranking.reach_of(request.standing)  # type: ignore[attr-defined]  # the guard's
    found = ranking.league(sheet, first_day, now=now_of(request), shown=reach)
    if found is None:
        raise Http404
    rows = [
        {
            "scoring": row.scoring.id, "unit": row.scoring.unit_id, "unit_name": row.unit_name, "place": row.place,
            "own": row.own, "appraised": row.appraised, "most": row.most * 10,
            "grade": pair(row.grade.words) if row.grade else None, "state": pair(row.state[1]),
            "before": [place for _, place in row.before],
        }
        for row in found.rows
    ]  # fmt: skip
    return {
        "sheet": found.code, "words": pair(found.words), "first_day": found.first_day, "last_day": found.last_day,
        "rows": rows,
    }  # fmt: skip


@router.get("/{uuid:scoring}", response=ScoringTold, summary="The sheet of a unit")
def one(request: HttpRequest, scoring: UUID) -> dict[str, object]:
    """With every score that was ever given."""
    return _told(get_object_or_404(Scoring, id=scoring), now_of(request))


@router.post("/{uuid:scoring}/scores", response={200: ScoringTold, 403: Pair, 422: Why}, summary="Give points")
def give(request: HttpRequest, scoring: UUID, new: NewScores) -> Status[object]:
    """All of them or none."""
    row = get_object_or_404(Scoring, id=scoring)
    kind = ScoreKind.APPRAISED if ranking.sheet_of(row.id).last == ScoringStepKind.HANDED_IN else ScoreKind.SELF
    if why := actions.refused(request.user, row, actions.RIGHTS[kind], now=now_of(request)):  # type: ignore[arg-type]
        return Status(403, pair(why))
    given = {each.criterion: actions.Given(each.tenths, each.reason) for each in new.scores}
    try:
        actions.give(actor_of(request), row, kind, given, now=now_of(request))
    except NotPossible as refused:
        return Status(422, pair(refused.words) | {"field": refused.field})
    return Status(200, _told(row, now_of(request)))


@router.post(
    "/{uuid:scoring}/steps", response={200: ScoringTold, 403: Pair, 422: Why}, summary="Hand in, return, settle"
)
def step(request: HttpRequest, scoring: UUID, new: NewSheetStep) -> Status[object]:
    """Who is concerned is told."""
    row, kind = get_object_or_404(Scoring, id=scoring), ScoringStepKind(new.kind)
    if why := actions.refused(request.user, row, actions.RIGHTS[kind], now=now_of(request)):  # type: ignore[arg-type]
        return Status(403, pair(why))
    try:
        actions.step(actor_of(request), row, kind, words=new.words, now=now_of(request))
    except NotPossible as refused:
        return Status(422, pair(refused.words) | {"field": refused.field})
    return Status(200, _told(row, now_of(request)))


def _told(row: Scoring, now: datetime.datetime) -> dict[str, object]:
    told = ranking.sheet_of(row.id)
    return {
        "id": row.id, "unit": row.unit_id, "unit_name": told.unit_name, "sheet": row.sheet,
        "first_day": row.first_day, "last_day": row.last_day, "self_by": row.self_by,
        "appraised_by": row.appraised_by, "state": pair(told.state_at(now)[1]),
        "criteria": [_criterion(line) for line in told.lines],
        "steps": [
            {"kind": each.kind, "by": each.by.full_name, "at": each.at, "words": each.words} for each in told.steps
        ],
    }  # fmt: skip


def _criterion(line: ranking.Line) -> dict[str, object]:
    counted = line.counted
    return {
        "code": line.criterion.code, "words": pair(line.criterion.words), "points": line.criterion.points,
        "counted": {"part": counted.part, "whole": counted.whole, "tenths": counted.tenths} if counted else None,
        "own": [_given(score) for score in line.own], "appraised": [_given(score) for score in line.appraised],
    }  # fmt: skip


def _given(score: Score) -> dict[str, object]:
    return {
        "tenths": score.tenths,
        "reason": score.reason,
        "by": score.by.full_name if score.by else "",
        "at": score.at,
    }
