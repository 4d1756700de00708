"""The pages of findings: all of them, and one with its steps."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.searching import searched
from minhbach.centre.access.sought import words_in
from minhbach.centre.footage.timeline import moment
from minhbach.centre.look.paging import part
from minhbach.centre.oversight import drafts, proposals, reading, sides, visiting
from minhbach.centre.oversight.actions import findings as actions
from minhbach.centre.oversight.actions import gaps
from minhbach.centre.oversight.case import case_of
from minhbach.centre.oversight.models import Finding, FindingStep, Inspection, Source, StepKind
from minhbach.centre.oversight.terms import is_waited_for
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.pages import act, room_crumbs
from minhbach.centre.regulation.columns import SEVERITIES
from minhbach.centre.words import Words

HERE = Words("Phát hiện", "Findings")
SEARCH = Words("Số, nội dung, phòng, người phát hiện", "Number, what, room, found by")
DONE = {
    StepKind.EXPLAINED: Words("Đã gửi giải trình.", "The explanation is sent."),
    StepKind.RETURNED: Words("Đã yêu cầu giải trình thêm.", "More is asked for."),
    StepKind.WITHDRAWN: Words("Đã rút phát hiện.", "Withdrawn."),
    StepKind.LAWFUL: Words("Đã chấp nhận lý do mất hình.", "The cause is accepted."),
}
FIRST_STEP = Words(
    "Mở trang một phòng, xem lại, rồi bấm Phát hiện (phím F).", "Open a room, play it back, press Finding (key F)."
)


def findings(request: GuardedRequest) -> HttpResponse:
    """What waits, by its term; or what has ended; or of what a proposal of discipline waits."""
    ended, proposed = "da-xong" in request.GET, "de-nghi" in request.GET
    # What was found, and why, is free text and may name a citizen.
    text = searched(request, request.user, "findings", words_in(request), now=request.now, told=False)
    rows = reading.findings_for(request.user, now=request.now, ended=ended, proposed=proposed, text=text)
    here = part(rows, request.GET)
    waits = proposals.of_findings([row.id for row in here.rows], registry.day_of(request.now)) if proposed else {}
    page = {
        "found": [
            (each, () if each.closed else waits.get(each.finding.id, ()))
            for each in reading.told(here.rows, request.user, now=request.now)
        ],
        "count": here.count,
        "ended": ended,
        "proposed": proposed,
        "q": text,
        "search": SEARCH,
        "first_step": FIRST_STEP,
        "now": request.now,
        "crumbs": [(HERE, None)],
    }
    return render(request, "oversight/findings.html", page | here.pager)


def finding(request: GuardedRequest, finding: UUID) -> HttpResponse:
    """One finding; that whoever answers for the room opened it is written down."""
    told = reading.finding_of(request.user, finding, now=request.now)
    if actions.note_read(request.user, told.finding, now=request.now):
        told = reading.finding_of(request.user, finding, now=request.now)
    row, me = told.finding, request.user.person_id
    mine = row.found_by_id == me
    case = case_of(row, told.steps, now=request.now)
    explained_by = {step.by_id for step in told.steps if step.kind == StepKind.EXPLAINED}
    concerned = {officer.row.person_id for officer in case.officers}
    given = [(task.row.given_by_id, task.row.given_at) for task in case.tasks]
    judged = sides.judged_by(me, row.room_id, [(row.found_by_id, row.found_at), *given], now=request.now)
    judges = judged[0] and me not in explained_by | concerned and not told.ended
    answers = actions.answers_for(request.user, row, request.now)
    causes = reading.causes_for(row) if row.source == Source.GAP and not told.closed else []
    name = actions.NAME.fill(number=str(row))
    over, waits = told.conclusion, is_waited_for(row, request.now)
    unheard = [officer for officer in case.officers if officer.waited_for]
    page = {
        "told": told,
        "finding": row,
        "case": case,
        "me": me,
        "name": name,
        "steps": [(reading.STEPS[StepKind(step.kind)], step) for step in told.steps],
        "came_from": _came_from(request, row),
        "holds": [(hold, moment(hold.begin_us), moment(hold.end_us)) for hold in reading.holds_for(row)],
        "causes": [(cause, moment(cause.begin_us), moment(cause.end_us)) for cause in causes],
        "severity": SEVERITIES.get(over.severity) if over else None,
        "may_name": not told.ended,
        "may_explain": answers and not told.ended,
        "may_return": judges and bool(explained_by),
        "may_conclude": judges and not waits,
        "may_accept": judges and me not in {cause.by_id for cause in causes} and gaps.accounted_for(row, causes),
        "may_correct": not told.ended or bool(over and over.upheld),
        "may_measure": bool(over and over.upheld),
        "answers": answers,
        "judged": [task.row.id for task, own in zip(case.tasks, judged[1:], strict=True) if own],
        "unheard": (", ".join(each.row.person.full_name for each in unheard), max(each.until for each in unheard))
        if unheard
        else None,
        "waits": not told.ended and waits,
        "may_withdraw": mine and not told.ended,
        "crumbs": [*room_crumbs(row.room, request.now), (HERE, reverse("findings")), (name, None)],
    }
    return render(request, "oversight/finding.html", page)


def _came_from(asked: GuardedRequest, row: Finding) -> str:
    """Where it came from; the page of an inspection lets in its team and those of its first room alone."""
    kind, _, identity = row.source_reference.partition(":")
    if kind == actions.INSPECTION:
        inspection = Inspection.objects.filter(id=identity).first()
        if inspection is None or not visiting.may_read(asked.user, inspection, now=asked.now):
            return ""
    return drafts.came_from(row)


def finding_step(request: GuardedRequest, finding: UUID) -> HttpResponse:
    """Explain it, ask for more, take it back, or accept the cause of a gap."""
    kind = next((each for each in DONE if each == request.POST.get("kind")), StepKind.EXPLAINED)
    words = request.POST.get("words", "")

    def take() -> FindingStep:
        if kind is StepKind.LAWFUL:
            return gaps.accept_causes(request.user, finding, words=words, now=request.now)
        return actions.step(request.user, finding, kind=kind, words=words, now=request.now)

    return act(
        request,  # type: ignore[arg-type]  # what `act` asks of a request, the guard's has
        take,
        done=DONE[kind],
        back=reverse("finding", args=[finding]),
    )
