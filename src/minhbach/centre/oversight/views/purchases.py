"""The pages of what rooms lack: the list, a proposal out of it, and what became of a proposal."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from minhbach.centre.access.deciding import rooms_where, units_where
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.look.paging import part
from minhbach.centre.oversight import room_papers
from minhbach.centre.oversight.actions import purchases as actions
from minhbach.centre.oversight.needs import BUDGET, Need, has_ended, needs, status_of
from minhbach.centre.oversight.room_forms import DecisionForm, ProposalForm
from minhbach.centre.oversight.standards import standings
from minhbach.centre.papers.docx import MEDIA_TYPE as DOCX
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Proposal, ProposalStepKind, Room
from minhbach.centre.registry.pages import FormPage, answer, last_is_here
from minhbach.centre.registry.workbooks import MEDIA_TYPE as XLSX
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

HERE = Words("Nhu cầu trang thiết bị", "What rooms lack")
#: What each step is called on its button.
STEPS = {
    ProposalStepKind.FUNDED: Words("Bố trí kinh phí", "Give the money"),
    ProposalStepKind.NO_MONEY: Words("Chưa có kinh phí", "No money yet"),
    ProposalStepKind.REFUSED: Words("Không đồng ý", "Refuse"),
    ProposalStepKind.BOUGHT: Words("Đã mua, đã nhận", "Bought and received"),
    ProposalStepKind.WITHDRAWN: Words("Rút đề nghị", "Withdraw"),
}


def needs_page(request: GuardedRequest) -> HttpResponse:
    """What rooms lack by the norm of the day, and how the money for it stands; proposals beside."""
    found = _needs(_rooms(request), request)
    here = part(_Rows(found), request.GET)
    rows = Proposal.objects.filter(unit__in=_reach(request)).select_related("made_by").prefetch_related("steps")
    proposals = part(rows, request.GET, "de-nghi")
    names = registry.names_on({row.unit_id for row in proposals.rows}, registry.day_of(request.now))
    page = {
        "found": here.rows,
        "count": here.count,
        "waiting": sum(need.waits for need in found),
        "proposals": [(row, names[row.unit_id].name, status_of(row)) for row in proposals.rows if row.unit_id in names],
        "proposals_count": proposals.count,
        "proposals_pager": proposals.pager,
        "may_ask": _may_ask(found, request),
        "now": request.now,
        "crumbs": [(HERE, None)],
    }
    return render(request, "oversight/needs.html", page | here.pager)


def needs_xlsx(request: GuardedRequest) -> HttpResponse:
    """The whole list to take along."""
    headers = {"Content-Disposition": 'attachment; filename="nhu-cau-trang-thiet-bi.xlsx"'}
    return HttpResponse(room_papers.needs_xlsx(_needs(_rooms(request), request)), content_type=XLSX, headers=headers)


def proposal_new(request: GuardedRequest, unit: UUID) -> HttpResponse:
    """Ask for some of what the unit's rooms lack."""
    day = registry.day_of(request.now)
    rooms = set(registry.rooms_of([unit], day).values_list("id", flat=True))
    found = {need.key: need for need in _needs(rooms, request) if need.unit == unit}
    page = FormPage(
        heading=Words("Lập đề nghị mua sắm", "Ask for a purchase"),
        lead=Words("{unit}: chọn nhu cầu đưa vào đề nghị.", "{unit}: choose what is asked for.").fill(
            unit=registry.name_on(unit, day).name
        ),
        submit=Words("Lập đề nghị", "Ask"),
        back=reverse("needs"),
        crumbs=last_is_here([(HERE, reverse("needs")), (Words("Lập đề nghị", "Ask"), None)]),
        done=Words("Đã lập đề nghị. In, ký và trình lãnh đạo.", "It is made. Print, sign and submit it."),
    )

    def ask(values: dict[str, Any]) -> str:
        chosen = [found[key] for key in values["needs"]]
        made = actions.propose(request.user, unit=unit, chosen=chosen, reason=values["reason"], now=request.now)
        return reverse("proposal", args=[made.id])

    start = {"needs": [key for key, need in found.items() if need.waits]}
    form = ProposalForm(request.POST or None, needs=[(key, _said(need)) for key, need in found.items()], initial=start)
    return answer(request, page, form, ask)  # type: ignore[arg-type]


def proposal(request: GuardedRequest, proposal: UUID) -> HttpResponse:
    """A proposal, what became of it, and what the person may do about it."""
    row = _proposal(proposal)
    day = registry.day_of(request.now)
    page = {
        "row": row,
        "unit_name": registry.name_on(row.unit_id, day).name,
        "status": status_of(row),
        "steps": [(BUDGET[ProposalStepKind(step.kind)], step) for step in row.steps.all()],
        "offers": _offers(row, request),
        "form": DecisionForm(),
        "crumbs": last_is_here([(HERE, reverse("needs")), (_called(row), None)]),
        "name": _called(row),
    }
    return render(request, "oversight/proposal.html", page)


def proposal_step(request: GuardedRequest, proposal: UUID) -> HttpResponse:
    """Money, none, refused, bought, or taken back."""
    row = _proposal(proposal)
    here = reverse("proposal", args=[row.id])
    kind = next((each for each in ProposalStepKind if each == request.POST.get("kind")), ProposalStepKind.NO_MONEY)
    page = FormPage(
        heading=_called(row),
        lead=STEPS[kind],
        submit=STEPS[kind],
        back=here,
        crumbs=last_is_here([(HERE, reverse("needs")), (_called(row), here), (STEPS[kind], None)]),
        done=Words("Đã ghi nhận.", "It is recorded."),
        template="oversight/proposal_step.html",
    )

    def take(values: dict[str, Any]) -> str:
        actions.step(request.user, row, kind=kind, now=request.now, **values)
        return here

    return answer(request, page, DecisionForm(request.POST), take, {"kind": kind})  # type: ignore[arg-type]


def proposal_pdf(request: GuardedRequest, proposal: UUID) -> HttpResponse:
    """The proposal to be signed."""
    data = room_papers.proposal_pdf(_proposal(proposal), now=request.now)
    headers = {"Content-Disposition": 'inline; filename="de-nghi-mua-sam.pdf"'}
    return HttpResponse(data, content_type="application/pdf", headers=headers)


def proposal_docx(request: GuardedRequest, proposal: UUID) -> HttpResponse:
    """The proposal to go on editing."""
    headers = {"Content-Disposition": 'attachment; filename="de-nghi-mua-sam.docx"'}
    return HttpResponse(room_papers.proposal_docx(_proposal(proposal)), content_type=DOCX, headers=headers)


def _proposal(proposal: UUID) -> Proposal:
    return get_object_or_404(Proposal.objects.select_related("made_by").prefetch_related("steps__by"), id=proposal)


def _called(row: Proposal) -> Words:
    return Words("Đề nghị mua sắm số {number}", "Purchase proposal {number}").fill(number=str(row))


def _needs(rooms: set[UUID], request: GuardedRequest) -> list[Need]:
    found = list(Room.objects.filter(id__in=rooms, valid_until__isnull=True).order_by("id"))
    return needs(standings(found, now=request.now))


def _rooms(request: GuardedRequest) -> set[UUID]:
    return rooms_where(request.user, Right.REGISTRY, now=request.now)


def _reach(request: GuardedRequest) -> set[UUID]:
    return units_where(request.user, Right.REGISTRY, now=request.now)


def _may_ask(found: list[Need], request: GuardedRequest) -> list[tuple[UUID, str]]:
    """Units that lack something, for which the person may ask, by name."""
    may = units_where(request.user, Right.EQUIP, now=request.now)
    return list({need.unit: need.unit_name for need in found if need.unit and need.waits and need.unit in may}.items())


def _offers(row: Proposal, request: GuardedRequest) -> list[tuple[ProposalStepKind, Words]]:
    if has_ended(row):
        return []
    steps = list(row.steps.all())
    funded = bool(steps) and steps[-1].kind == ProposalStepKind.FUNDED
    mine = row.made_by_id == request.user.person_id
    found = []
    for kind, words in STEPS.items():
        decides = actions.RIGHTS[kind] is Right.DIRECT
        may = row.unit_id in units_where(request.user, actions.RIGHTS[kind], now=request.now)
        fits = not mine if decides else funded if kind is ProposalStepKind.BOUGHT else mine
        if may and fits and not (decides and funded):
            found.append((kind, words))
    return found


def _said(need: Need) -> SafeString:
    # Of one spelling only, it is a word of the office.
    kind = '<span lang="vi">{}</span>' if need.words.vi == need.words.en else "{}"
    named = kind + ' × {} · <span lang="vi">{}</span> · {}'
    return format_html(named, need.words, need.quantity, need.room.name, need.why)


class _Rows:
    """Needs as `part` turns them."""

    def __init__(self, rows: list[Need]) -> None:
        self._rows = rows

    def count(self) -> int:
        return len(self._rows)

    def __getitem__(self, cut: slice) -> list[Need]:
        return self._rows[cut]
