"""A dossier's page, its receipt, its next step, and where a scan leads."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.access.actions.personal import note_shown
from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.guard import GuardedRequest, refuse
from minhbach.centre.access.places import place_of_room
from minhbach.centre.access.recording import record_refusal
from minhbach.centre.dossiers import desks
from minhbach.centre.dossiers.actions import moments
from minhbach.centre.dossiers.actions.receiving import receipt_of
from minhbach.centre.dossiers.actions.slips import ask_for_papers, slip_paper
from minhbach.centre.dossiers.codes import spaced
from minhbach.centre.dossiers.forms import KINDS, RETURNS, said_items
from minhbach.centre.dossiers.models import Dossier, Event, EventKind, PaperKind, ReturnBy, Slip
from minhbach.centre.dossiers.scanning import RESTRICTED, NotLed, lead
from minhbach.centre.papers.printing import NotPrinted
from minhbach.centre.papers.serving import served
from minhbach.centre.registry.models import Counter
from minhbach.centre.registry.pages import Asked, act
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

DONE = {
    EventKind.SUPPLEMENT: Words("Đã ghi yêu cầu bổ sung giấy tờ.", "The request for papers is recorded."),
    EventKind.SUPPLEMENTED: Words("Đã nhận giấy tờ bổ sung.", "The missing papers are received."),
    EventKind.HANDED_BACK: Words("Đã trả kết quả.", "The result is handed over."),
}
NOT_PRINTED = Words(
    "Việc đã được ghi, nhưng chưa in được giấy. Hãy thử lại; nếu vẫn vậy, báo cán bộ kỹ thuật.",
    "All is recorded, but the paper could not be printed. Try again; if that fails, tell the technician.",
)
LONGEST_SCAN = 80


def scan(request: GuardedRequest) -> HttpResponse:
    """Where the digits lead: to the counter's minute, to the dossier at the desk, or words why not."""
    text = request.GET.get("ma", "")[:LONGEST_SCAN]
    words = None
    if text.strip():
        try:
            return HttpResponseRedirect(lead(request.user, text, desk=_desk(request), now=request.now).url)
        except NotLed as ended:
            words = ended.words
            if ended.place is not None:
                record_refusal(
                    request.user, Right.PLAYBACK, words, place=ended.place, route="scan",
                    address=address_of(request), now=request.now,
                )  # fmt: skip
    context = {"words": words, "text": text, "crumbs": [(Words("Quét giấy tiếp nhận", "Scan a receipt"), None)]}
    return render(request, "dossiers/scanned.html", context, status=404 if words else 200)


def _desk(request: GuardedRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("quay", ""))
    except ValueError:
        return None


def dossier(request: GuardedRequest, dossier: UUID) -> HttpResponse:
    """Who holds it, when it is due, its moments at the counter."""
    return _page(request, dossier, shown=False)


def person(request: GuardedRequest, dossier: UUID) -> HttpResponse:
    """The same with who brought it in full; that it was shown is written down."""
    note_shown(request.user, ("dossier", dossier), now=request.now, address=address_of(request))
    return _page(request, dossier, shown=True)


def _page(request: GuardedRequest, dossier: UUID, *, shown: bool) -> HttpResponse:
    page = desks.dossier_page(request.user, dossier, now=request.now)
    if page is None:
        room = Dossier.objects.values_list("counter__room_id", flat=True).get(id=dossier)
        refuse(request, Right.PLAYBACK, RESTRICTED, place_of_room(room, request.now))
    row = page.dossier
    context = {
        "page": page,
        "dossier": row,
        "digits": spaced(row.scan),
        "components": [(part, KINDS[PaperKind(part.kind)]) for part in row.components.all()],
        "return_by": RETURNS[ReturnBy(row.return_by)],
        "now": request.now,
        "shown": shown,
        "crumbs": [(page.unit_name, None), (row.counter.name, None), (row.code, None)],
    }
    return render(request, "dossiers/dossier.html", context)


def event(request: GuardedRequest, event: UUID) -> HttpResponse:
    """From a mark on a timeline to its dossier."""
    row = get_object_or_404(Event, id=event)
    if row.dossier_id is None:
        raise Http404
    return HttpResponseRedirect(reverse("dossier", args=[row.dossier_id]))


def receipt(request: GuardedRequest, dossier: UUID) -> HttpResponse:
    """The receipt as it was first printed."""
    row = get_object_or_404(Dossier, id=dossier)
    try:
        paper = receipt_of(request.user.person, dossier=row, now=request.now)
    except NotPossible as refused:
        return render(request, "dossiers/scanned.html", {"words": refused.words, "text": ""}, status=404)
    except (NotPrinted, OSError):
        return render(request, "dossiers/scanned.html", {"words": NOT_PRINTED, "text": ""}, status=503)
    return served(paper, name=f"giay-tiep-nhan-{row.scan}.pdf")


def slip(request: GuardedRequest, slip: UUID) -> HttpResponse:
    """A request for papers or a refusal, as it was first printed."""
    row = get_object_or_404(Slip, id=slip)
    try:
        paper = slip_paper(request.user.person, slip=row, now=request.now)
    except NotPossible as refused:
        return render(request, "dossiers/scanned.html", {"words": refused.words, "text": ""}, status=404)
    except (NotPrinted, OSError):
        return render(request, "dossiers/scanned.html", {"words": NOT_PRINTED, "text": ""}, status=503)
    return served(paper, name=f"phieu-{row.year}-{row.number}.pdf")


def step(request: Asked, dossier: UUID) -> HttpResponse:
    """The dossier's next step, at the counter where the officer sits."""
    row = get_object_or_404(Dossier.objects.select_related("counter__room"), id=dossier)
    kind = next((each for each in DONE if each == request.POST.get("kind")), None)
    counters = Counter.objects.filter(room=row.counter.room_id).select_related("room")
    try:
        counter = counters.filter(id=UUID(request.POST.get("counter", ""))).first()
    except ValueError:
        counter = None
    if kind is None or counter is None:
        raise Http404
    here: dict[str, Any] = {"dossier": row, "counter": counter, "now": request.now}

    def go_on() -> object:
        if kind is EventKind.SUPPLEMENT:
            items, reason = said_items(request.POST.get("note", "")), request.POST.get("reason", "")
            return ask_for_papers(request.user.person, items=items, reason=reason, **here)
        return moments.move_on(request.user.person, kind, **here)

    return act(
        request,
        go_on,
        done=DONE[kind],
        back=f"{reverse('desk', args=[counter.id])}?ho-so={dossier}",
    )
