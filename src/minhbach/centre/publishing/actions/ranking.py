"""Writes of the ranking: sheets opened after a period, scored by the unit, appraised and settled above.

What the system counted is proposed; whoever gives another number says why, and so does whoever appraises otherwise than
the unit gave itself. Nobody settles a sheet that they handed in.

    NotPossible    what was asked cannot be so; the field is "<criterion>_points" or "<criterion>_reason"
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from minhbach.centre.access.deciding import decide
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import paths_of, place_of_unit
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.publishing import ranking
from minhbach.centre.publishing.counted import counted, versions_on
from minhbach.centre.publishing.models import DayFigures, Score, ScoreKind, Scoring, ScoringStep, ScoringStepKind
from minhbach.centre.publishing.models.ranking import REASON_LENGTH
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Assignment, Person, Tenure, true_on
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible, constraint_of, writing
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.laid_down import ScoreSheet, score_sheets
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

ROUTE = NOTICE = "scoring"
#: What it takes to give points of a kind, and to take a step.
RIGHTS: Mapping[str, Right] = {
    ScoreKind.SELF: Right.SCORE,
    ScoreKind.APPRAISED: Right.APPRAISE,
    ScoringStepKind.HANDED_IN: Right.SCORE,
    ScoringStepKind.RETURNED: Right.APPRAISE,
    ScoringStepKind.SETTLED: Right.APPRAISE,
}
NOT_YOURS = Words(
    "Bước này không thuộc quyền của bạn theo quy chế.", "This step is not yours to take by the regulation."
)
_DAY = datetime.timedelta(days=1)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
TOO_MUCH = Words("Điểm phải từ 0 đến {most}.", "Points must lie between 0 and {most}.")
SAY_WHY = Words(
    "Hãy ghi lý do chấm khác {other} ({points} điểm).", "Say why it differs from {other} ({points} points)."
)
COUNTED = Words("số liệu hệ thống", "what the system counted")
OWN = Words("điểm tự chấm", "the unit's own score")
ALL_NEEDED = Words("Hãy chấm đủ mọi tiêu chí.", "Score every criterion.")
RETURN_WHY = Words("Hãy ghi lý do trả lại.", "Say why it is returned.")
NOT_IN_ORDER = Words(
    "Chưa làm được bước này: bảng điểm đang ở bước khác, hoặc người gửi điểm không tự thẩm định.",
    "This step cannot be taken: the sheet stands elsewhere, or it was you who handed it in.",
)
OPENED = Words("{sheet}, kỳ từ {first}: đơn vị tự chấm trước {by}.", "{sheet}, from {first}: score yourselves by {by}.")
STEPPED = Words("{sheet}, {unit}: {what}.", "{sheet}, {unit}: {what}.")


@dataclass(frozen=True, slots=True)
class Given:
    """Points that a person gives for a criterion, in tenths, and why."""

    tenths: int
    reason: str = ""


def period_before(period: str, day: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of the last period that was over on the day."""
    months = _MONTHS[period]
    index = (day.year * 12 + day.month - 1) // months * months
    first, after = (datetime.date(each // 12, each % 12 + 1, 1) for each in (index - months, index))
    return first, after - _DAY


def open_due(*, now: datetime.datetime) -> int:
    """Open every sheet of the periods that are over, and tell those who score; how many were opened. Repeatable."""
    made = 0
    day = registry.day_of(now)
    for period in _MONTHS:
        first, last = period_before(period, day)
        if _days_are_counted(last):
            made += _open(period, first, last, now)
    return made


def _days_are_counted(last: datetime.date) -> bool:
    """Whether the daily count has come to the end of the period; where nothing is ever counted, nobody waits for it."""
    newest = DayFigures.objects.order_by("-day").values_list("day", flat=True).first()
    return newest is None or newest >= last


@transaction.atomic
def _open(period: str, first: datetime.date, last: datetime.date, now: datetime.datetime) -> int:
    held = set(Tenure.objects.filter(true_on(last)).values_list("unit", flat=True))
    there = set(Scoring.objects.filter(first_day=first, last_day=last).values_list("sheet", "unit"))
    kinds = {unit: naming.kind for unit, naming in registry.names_on(held, last).items()}
    rows: list[tuple[Scoring, ScoreSheet]] = []
    for unit, version in versions_on(held, last).items():
        rules = regulation.rules_of(version)
        for sheet in score_sheets(rules):
            if (
                sheet.period != period
                or (sheet.code, unit) in there
                or kinds[unit] not in (sheet.levels or (kinds[unit],))
            ):
                continue
            row = Scoring(
                unit_id=unit, sheet=sheet.code, first_day=first, last_day=last, regulation_id=version, opened_at=now,
                self_by=last + rules.times.score_self_days * _DAY,
                appraised_by=last + rules.times.score_appraised_days * _DAY,
            )  # fmt: skip
            rows.append((row, sheet))
    if not rows:
        return 0
    Scoring.objects.bulk_create(row for row, _ in rows)
    found = counted({row.unit_id for row, _ in rows}, first, last)
    Score.objects.bulk_create(
        Score(
            scoring=row, criterion=criterion.code, kind=ScoreKind.COUNTED, serial=1, part=part, whole=whole, at=now,
            tenths=(criterion.points * 20 * part + whole) // (2 * whole),
        )
        for row, sheet in rows
        for criterion in sheet.criteria
        for part, whole in [found[row.unit_id].get(criterion.figure, (0, 0))]
        if whole
    )  # fmt: skip
    _tell_opened(rows, now)
    return len(rows)


def give(
    actor: Person, scoring: Scoring, kind: ScoreKind, given: Mapping[str, Given], *, now: datetime.datetime
) -> int:
    """Points of a person for some criteria; how many rows came. What is as it was makes none. Raises NotPossible."""
    told = ranking.sheet_of(scoring.id)
    rows = []
    for line in told.lines:
        said = given.get(line.criterion.code)
        if said is None:
            continue
        reason = plain(said.reason)[:REASON_LENGTH]
        before = line.own if kind == ScoreKind.SELF else line.appraised
        if before and (before[-1].tenths, before[-1].reason) == (said.tenths, reason):
            continue
        _refuse_unreasoned(line, kind, said.tenths, reason)
        rows.append(
            Score(
                scoring=scoring,
                criterion=line.criterion.code,
                kind=kind,
                serial=len(before) + 1,
                tenths=said.tenths,
                reason=reason,
                by=actor,
                at=now,
            )
        )
    try:
        with writing(actor, "scores given"), transaction.atomic():
            for row in rows:
                row.save(force_insert=True)
    except IntegrityError as error:
        if constraint_of(error) not in ("", "score_once"):
            raise
        raise NotPossible(NOT_IN_ORDER) from None
    return len(rows)


def refused(actor: Account, scoring: Scoring, right: Right, *, now: datetime.datetime) -> Words | None:
    """Why this person may not use the right at the unit of the sheet; none where they may."""
    return None if decide(actor, right, place_of_unit(scoring.unit_id, now), now=now).allowed else NOT_YOURS


def _refuse_unreasoned(line: ranking.Line, kind: ScoreKind, tenths: int, reason: str) -> None:
    criterion = line.criterion
    if not 0 <= tenths <= criterion.points * 10:
        raise NotPossible(TOO_MUCH.fill(most=criterion.points), f"{criterion.code}_points")
    other = line.proposed if kind == ScoreKind.SELF else line.self_tenths
    if other is not None and other != tenths and not reason:
        what = COUNTED if kind == ScoreKind.SELF else OWN
        raise NotPossible(SAY_WHY.fill(other=what, points=ranking.points(other)), f"{criterion.code}_reason")


def step(
    actor: Person, scoring: Scoring, kind: ScoringStepKind, *, words: str = "", now: datetime.datetime
) -> ScoringStep:
    """Hand the sheet in, return it, or settle it. Raises NotPossible."""
    told, said = ranking.sheet_of(scoring.id), plain(words)[:REASON_LENGTH]
    if kind == ScoringStepKind.RETURNED and not said:
        raise NotPossible(RETURN_WHY, "words")
    scored = [line.own if kind == ScoringStepKind.HANDED_IN else line.appraised for line in told.lines]
    if kind != ScoringStepKind.RETURNED and not all(scored):
        raise NotPossible(ALL_NEEDED)
    try:
        with writing(actor, f"score sheet {kind.value}"), transaction.atomic():
            made = ScoringStep.objects.create(
                scoring=scoring, serial=len(told.steps) + 1, kind=kind, at=now, by=actor, words=said
            )
            values = {"sheet": told.sheet.words, "unit": told.unit_name, "what": ranking.STEPS[kind]}
            right = Right.APPRAISE if kind == ScoringStepKind.HANDED_IN else Right.SCORE
            to = people_for(scoring.unit_id, right, registry.day_of(now)) - {actor.id}
            send(to=to, kind=NOTICE, words=STEPPED.fill(**values), link=Link(ROUTE, str(scoring.id)), now=now)
    except IntegrityError as error:
        if constraint_of(error) not in ("", "scoring_step_once"):
            raise
        raise NotPossible(NOT_IN_ORDER) from None
    return made


def people_for(unit: UUID, right: Right, day: datetime.date) -> set[UUID]:
    """Who has the right there by the unit itself or one above it; a scope that reaches further tells nobody."""
    return _people([unit], right, day).get(unit, set())


def _people(units: Sequence[UUID], right: Right, day: datetime.date) -> dict[UUID, set[UUID]]:
    roles = {
        code
        for rules in regulation.all_in_force(day).values()
        for code, role in rules.roles.items()
        if right in role.rights()
    }
    paths = paths_of(set(units), day)
    rows: Iterable[tuple[UUID, UUID]] = Assignment.objects.filter(
        true_on(day),
        withdrawn_at__isnull=True,
        role__in=roles,
        unit__in={each for path in paths.values() for each in path},
    ).values_list("unit", "person")
    found: dict[UUID, set[UUID]] = {}
    for unit, person in rows:
        found.setdefault(unit, set()).add(person)
    own_only = right == Right.SCORE
    return {
        unit: set().union(*(found.get(each, set()) for each in ((unit,) if own_only else path)))
        for unit, path in paths.items()
        if unit is not None
    }


def _tell_opened(rows: Sequence[tuple[Scoring, ScoreSheet]], now: datetime.datetime) -> None:
    people = _people([row.unit_id for row, _ in rows], Right.SCORE, registry.day_of(now))
    for row, sheet in rows:
        values = {"sheet": sheet.words, "first": f"{row.first_day:%d/%m/%Y}", "by": f"{row.self_by:%d/%m/%Y}"}
        to = people.get(row.unit_id, set())
        if to:
            send(to=to, kind=NOTICE, words=OPENED.fill(**values), link=Link(ROUTE, str(row.id)), now=now)
