"""The pages of the ranking: the league table of a period, the sheet of a unit, both on paper and as tables."""

import contextlib
import datetime
import re
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation

from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.look.paging import Listed, part
from minhbach.centre.papers.printing import pdf
from minhbach.centre.publishing import ranking
from minhbach.centre.publishing.actions import ranking as actions
from minhbach.centre.publishing.models import ScoreKind, Scoring, ScoringStepKind
from minhbach.centre.publishing.ranking import League, Sheet, points
from minhbach.centre.registry.pages import act
from minhbach.centre.registry.workbooks import MEDIA_TYPE, workbook
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

HERE = Words("Xếp hạng", "Ranking")
PRINTED = Path(__file__).parents[1] / "printed"
DONE = {
    ScoringStepKind.HANDED_IN: Words("Đã gửi điểm tự chấm.", "The score is handed in."),
    ScoringStepKind.RETURNED: Words("Đã trả lại để chấm lại.", "It is returned."),
    ScoringStepKind.SETTLED: Words("Đã thẩm định; đơn vị có thứ hạng trong kỳ.", "Settled; the unit has its place."),
}
NO_POINTS = Words("Điểm «{said}» không phải là số như 7,5.", "“{said}” is no number such as 7.5.")
_POINTS = re.compile(r"(\d{1,5})(?:[.,](\d))?")


def league(request: GuardedRequest) -> HttpResponse:
    """The league table of a sheet and period."""
    sheets, found = _asked(request)
    here = part(Listed(found.rows if found else ()), request.GET)
    context = {
        "sheets": sheets,
        "league": found,
        "rows": here.rows,
        "periods": ranking.periods(found.code) if found else [],
        "printed": f"?{urlencode({'bang': found.code, 'ky': found.first_day.isoformat()})}" if found else "",
        "ways_to": [reverse("scoring", args=[row.scoring.id]) for row in here.rows],
        "crumbs": [(HERE, None)],
        "now": request.now,
    }
    return render(request, "publishing/league.html", context | here.pager)


@translation.override("vi")
def league_pdf(request: GuardedRequest) -> HttpResponse:
    """The league table as an official paper."""
    _, found = _asked(request)
    if found is None:
        raise Http404
    values = {
        "title": f"Bảng xếp hạng: {found.words.vi}",
        "period": _period(found.first_day, found.last_day),
        "rows": [_row(row) for row in found.rows],
    }
    data = pdf(PRINTED / "league.typ", values, at=request.now)
    return _file(data, "application/pdf", "xep-hang.pdf", inline=True)


@translation.override("vi")
def league_xlsx(request: GuardedRequest) -> HttpResponse:
    """The league table as a workbook."""
    _, found = _asked(request)
    if found is None:
        raise Http404
    days = [f"{day:%m/%Y}" for day, _ in found.rows[0].before] if found.rows else []
    head = ["Hạng", "Đơn vị", "Điểm tự chấm", "Điểm thẩm định", "Điểm tối đa", "Xếp loại", "Tình trạng", *days]
    rows = [
        [*_row(row)[:4], str(row.most), *_row(row)[4:], *(str(place or "") for _, place in row.before)]
        for row in found.rows
    ]
    data = workbook([head, *rows], widths=[8, 36, 14, 14, 12, 16, 20, *(10 for _ in days)], sheet="Xếp hạng")
    return _file(data, MEDIA_TYPE, "xep-hang.xlsx")


def scoring(request: GuardedRequest, scoring: UUID) -> HttpResponse:
    """The sheet of a unit: criteria, what was counted, what the unit gave itself, what was appraised, and why."""
    return _page(request, ranking.sheet_of(_existing(scoring).id))


def scoring_give(request: GuardedRequest, scoring: UUID) -> HttpResponse:
    """Points for the criteria; with `step` the sheet goes on too. A wrong one is told at its line, nothing is lost."""
    row = _existing(scoring)
    told = ranking.sheet_of(row.id)
    kind = ScoreKind.APPRAISED if told.last == ScoringStepKind.HANDED_IN else ScoreKind.SELF
    _let_in(request, row, actions.RIGHTS[kind])
    steps = (ScoringStepKind.SETTLED,) if kind == ScoreKind.APPRAISED else (ScoringStepKind.HANDED_IN,)
    try:
        given = _given(request, told)
        actions.give(request.user.person, row, kind, given, now=request.now)
    except NotPossible as refused:
        return _page(request, told, refused)
    step = next((each for each in steps if each == request.POST.get("step")), None)
    if step is None:
        return HttpResponseRedirect(reverse("scoring", args=[row.id]))
    return act(
        request,  # type: ignore[arg-type]  # what `act` asks of a request, the guard's has
        lambda: actions.step(request.user.person, row, step, now=request.now),
        done=DONE[step],
        back=reverse("scoring", args=[row.id]),
    )


def scoring_return(request: GuardedRequest, scoring: UUID) -> HttpResponse:
    """Back to the unit, with the reason."""
    row = _existing(scoring)
    _let_in(request, row, Right.APPRAISE)
    words = request.POST.get("words", "")
    return act(
        request,  # type: ignore[arg-type]
        lambda: actions.step(request.user.person, row, ScoringStepKind.RETURNED, words=words, now=request.now),
        done=DONE[ScoringStepKind.RETURNED],
        back=reverse("scoring", args=[row.id]),
    )


@translation.override("vi")
def scoring_pdf(request: GuardedRequest, scoring: UUID) -> HttpResponse:
    """The sheet as an official paper."""
    told = ranking.sheet_of(_existing(scoring).id)
    values = {
        "title": told.sheet.words.vi,
        "unit": told.unit_name,
        "period": _period(told.scoring.first_day, told.scoring.last_day),
        "lines": [
            [
                line.criterion.words.vi,
                str(line.criterion.points),
                line.share,
                points(line.self_tenths),
                points(line.appraised_tenths),
                "; ".join(each[-1].reason for each in (line.own, line.appraised) if each and each[-1].reason),
            ]
            for line in told.lines
        ],
        "totals": [str(told.sheet.points), "", *(points(each) for each in told.totals[1:]), ""],
        "grade": told.grade.words.vi if told.grade else "",
        "state": told.state_at(request.now)[1].vi,
    }
    data = pdf(PRINTED / "score_sheet.typ", values, at=request.now)
    return _file(data, "application/pdf", "phieu-cham-diem.pdf", inline=True)


def _page(request: GuardedRequest, told: Sheet, refused: NotPossible | None = None) -> HttpResponse:
    appraises = told.last == ScoringStepKind.HANDED_IN
    right = Right.APPRAISE if appraises else Right.SCORE
    handed_in_by = {step.by_id for step in told.steps if step.kind == ScoringStepKind.HANDED_IN}
    context = {
        "told": told,
        "state": told.state_at(request.now),
        "lines": [_shown(line, appraises, request, refused) for line in told.lines],
        "totals": [points(each) for each in told.totals],
        "steps": [(ranking.STEPS[ScoringStepKind(step.kind)], step) for step in told.steps],
        "appraises": appraises,
        "writes": told.last != ScoringStepKind.SETTLED
        and actions.refused(request.user, told.scoring, right, now=request.now) is None
        and not (appraises and request.user.person_id in handed_in_by),
        "refused": refused.words if refused and not refused.field else None,
        "crumbs": [(HERE, reverse("league")), (told.unit_name, None)],
    }
    return render(request, "publishing/score_sheet.html", context, status=422 if refused else 200)


def _shown(
    line: ranking.Line, appraises: bool, request: GuardedRequest, refused: NotPossible | None
) -> dict[str, object]:
    """A line as the page shows it; what was typed stays typed."""
    code, mine = line.criterion.code, line.appraised if appraises else line.own
    begin = line.self_tenths if appraises else line.proposed
    tenths = mine[-1].tenths if mine else begin
    return {
        "line": line,
        "counted": points(line.proposed),
        "own": points(line.self_tenths),
        "appraised": points(line.appraised_tenths),
        "points": request.POST.get(f"{code}_points", points(tenths) if tenths is not None else ""),
        "reason": request.POST.get(f"{code}_reason", mine[-1].reason if mine else ""),
        "wrong": refused.words if refused and refused.field in (f"{code}_points", f"{code}_reason") else None,
    }


def _given(request: GuardedRequest, told: Sheet) -> dict[str, actions.Given]:
    """What was typed, by criterion; an empty line is left out. Raises NotPossible."""
    found = {}
    for line in told.lines:
        code = line.criterion.code
        said = request.POST.get(f"{code}_points", "").strip()
        if not said:
            continue
        number = _POINTS.fullmatch(said)
        if not number:
            raise NotPossible(NO_POINTS.fill(said=said[:20]), f"{code}_points")
        tenths = int(number[1]) * 10 + int(number[2] or 0)
        found[code] = actions.Given(tenths, request.POST.get(f"{code}_reason", ""))
    return found


def _asked(request: GuardedRequest) -> tuple[dict[str, Words], League | None]:
    """Every sheet there is, and the table of the sheet and period that are asked for; of the newest otherwise."""
    sheets = ranking.sheets()
    code = request.GET.get("bang", "")
    code = code if code in sheets else next(iter(sheets), "")
    days = ranking.periods(code) if code else []
    day: datetime.date | None = days[0] if days else None
    with contextlib.suppress(ValueError):
        day = datetime.date.fromisoformat(request.GET.get("ky", ""))
    reach = ranking.reach_of(request.standing)
    return sheets, ranking.league(code, day, now=request.now, shown=reach) if day is not None else None


def _let_in(request: GuardedRequest, row: Scoring, right: Right) -> None:
    if why := actions.refused(request.user, row, right, now=request.now):
        raise PermissionDenied(why)


def _existing(scoring: UUID) -> Scoring:
    return get_object_or_404(Scoring, id=scoring)


def _row(row: ranking.Ranked) -> list[str]:
    grade = row.grade.words.vi if row.grade else ""
    return [str(row.place or ""), row.unit_name, points(row.own), points(row.appraised), grade, row.state[1].vi]


def _period(first: datetime.date, last: datetime.date) -> str:
    return f"Từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}"


def _file(data: bytes, media_type: str, name: str, *, inline: bool = False) -> HttpResponse:
    how = "inline" if inline else "attachment"
    headers = {"Content-Disposition": f'{how}; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(data, content_type=media_type, headers=headers)
