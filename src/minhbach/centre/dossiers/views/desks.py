"""The counter's desk: who comes next, what is due, what was scanned; and a dossier received there. No mouse needed."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.dossiers import desks, drafts
from minhbach.centre.dossiers.actions import moments, receiving
from minhbach.centre.dossiers.actions.receiving import Brought, Handed
from minhbach.centre.dossiers.forms import KINDS, RefuseForm
from minhbach.centre.dossiers.models import Dossier, ReturnBy, State
from minhbach.centre.registry.models import Counter
from minhbach.centre.registry.pages import Asked, FormPage, act, answer, last_is_here
from minhbach.centre.words import Words

HERE = Words("Quầy tiếp nhận", "Counter desk")


def desks_page(request: GuardedRequest) -> HttpResponse:
    """One's own counter at once; the list of counters for who has none or several."""
    own = desks.own_counter(request.user, now=request.now)
    if own is not None and "tat-ca" not in request.GET:
        return HttpResponseRedirect(reverse("desk", args=[own.id]))
    groups = desks.counters_for(request.user, now=request.now)
    return render(request, "dossiers/desks.html", {"groups": groups, "crumbs": [(HERE, None)]})


def desk(request: GuardedRequest, counter: UUID) -> HttpResponse:
    """Three zones: the next person, what is due, what was scanned."""
    row = get_object_or_404(Counter.objects.select_related("room"), id=counter)
    page = desks.desk_of(row, now=request.now)
    context = {
        "desk": page,
        "now": request.now,
        "scanned": _chosen(request, row, "ho-so"),
        "received": _chosen(request, row, "da-nhan"),
        "states": State,
        "crumbs": last_is_here([(HERE, reverse("desks") + "?tat-ca"), (f"{row.name} · {page.unit_name}", None)]),
    }
    return render(request, "dossiers/desk.html", context)


def _chosen(request: GuardedRequest, counter: Counter, name: str) -> desks.DossierPage | None:
    """The dossier that the address names, if it is one of the rooms of this desk's unit."""
    try:
        wanted = UUID(request.GET.get(name, ""))
    except ValueError:
        return None
    here = Dossier.objects.filter(id=wanted, counter__room=counter.room_id)
    return desks.dossier_page(request.user, wanted, now=request.now) if here.exists() else None


def call(request: Asked, counter: UUID) -> HttpResponse:
    """The next citizen is called."""
    row = get_object_or_404(Counter.objects.select_related("room"), id=counter)
    return act(
        request,
        lambda: moments.call_next(request.user.person, counter=row, now=request.now),
        done=Words("Đã gọi số tiếp theo.", "The next number is called."),
        back=reverse("desk", args=[counter]),
    )


def ask_help(request: Asked, counter: UUID) -> HttpResponse:
    """The officer wants somebody to come."""
    row = get_object_or_404(Counter.objects.select_related("room"), id=counter)
    return act(
        request,
        lambda: moments.ask_for_help(request.user.person, counter=row, now=request.now),
        done=Words(
            "Đã báo người phụ trách; thời điểm này được đánh dấu.", "Told those in charge; the minute is marked."
        ),
        back=reverse("desk", args=[counter]),
    )


def receive(request: Asked, counter: UUID) -> HttpResponse:
    """The receipt in one column, in the order of the paper, which stands beside it as it will be printed."""
    row = get_object_or_404(Counter.objects.select_related("room"), id=counter)
    of = _draft(request, row)
    desk_url = reverse("desk", args=[counter])
    page = FormPage(
        heading=Words("Tiếp nhận hồ sơ", "Receive a dossier"),
        lead=Words("Theo thứ tự của giấy tiếp nhận.", "In the order of the receipt."),
        submit=Words("Tiếp nhận và in giấy hẹn", "Receive and print the receipt"),
        back=desk_url,
        crumbs=[(HERE, reverse("desks") + "?tat-ca"), (row.name, desk_url), (Words("Tiếp nhận", "Receive"), None)],
        done=Words("Đã tiếp nhận hồ sơ.", "The dossier is received."),
        template="dossiers/receive.html",
    )

    def take(values: dict[str, Any]) -> str:
        handed = _handed(of, values)
        made = receiving.receive(
            request.user.person, counter=row, brought=_brought(values), handed=handed, now=request.now
        )
        return f"{desk_url}?da-nhan={made.id}"

    shown: dict[str, object] = {
        "parts": [(place, part, KINDS[part.kind]) for place, part in enumerate(of.parts)],
        "chosen": of.chosen,
        "counter": row,
        "days_off": drafts.days_off(of),
        "preview": drafts.preview(of, officer=request.user.person.full_name),
    }
    return answer(request, page, of.form, take, shown)


def preview(request: Asked, counter: UUID) -> HttpResponse:
    """The paper that would be printed of what is typed so far. Posted: no citizen's name stands in an address."""
    row = get_object_or_404(Counter.objects.select_related("room"), id=counter)
    made = drafts.preview(_draft(request, row), officer=request.user.person.full_name)
    return render(request, "dossiers/preview.html", {"preview": made, "counter": row})


def _draft(asked: Asked, counter: Counter) -> drafts.Draft:
    given = asked.POST if asked.method == "POST" else None
    chosen = (asked.POST if given is not None else asked.GET).get("procedure", "")
    return drafts.draft(counter, chosen=chosen, given=given, now=asked.now)


def refuse(request: Asked, counter: UUID) -> HttpResponse:
    """Papers that are not taken, with the slip that says why."""
    row = get_object_or_404(Counter.objects.select_related("room"), id=counter)
    offered = {str(each.id): each for each, _ in desks.procedures_at(row, now=request.now)}
    form = RefuseForm(request.POST or None, procedures=list(offered.values()), first=row.field)
    desk_url = reverse("desk", args=[counter])
    page = FormPage(
        heading=Words("Từ chối tiếp nhận hồ sơ", "Refuse a dossier"),
        lead=Words(
            "Người dân nhận phiếu từ chối có lý do; thời điểm được đánh dấu trên bản ghi.",
            "The citizen is given the reason in writing; the minute is marked on the recording.",
        ),
        submit=Words("Từ chối và in phiếu", "Refuse and print the slip"),
        back=desk_url,
        crumbs=[(HERE, reverse("desks") + "?tat-ca"), (row.name, desk_url), (Words("Từ chối", "Refuse"), None)],
        done=Words("Đã ghi việc từ chối tiếp nhận.", "The refusal is recorded."),
        template="dossiers/refuse.html",
    )

    def write(values: dict[str, Any]) -> str:
        made = receiving.refuse(
            request.user.person, counter=row, brought=_brought(values), procedure=offered[values["procedure"]],
            reason=values["reason"], now=request.now,
        )  # fmt: skip
        return f"{desk_url}?ho-so={made.event.dossier_id}"

    return answer(request, page, form, write, {"counter": row})


def _brought(values: dict[str, Any]) -> Brought:
    return Brought(**{name: values[name] for name in ("name", "personal_id", "address", "phone")})


def _handed(of: drafts.Draft, values: dict[str, Any]) -> Handed:
    assert of.chosen is not None  # the form's choice is one of those offered
    assert of.proposed is not None
    return Handed(
        procedure=of.chosen,
        parts=of.handed_in,
        due_at=desks.due_on(values["due_on"], of.proposed),
        sets=values["sets"],
        return_by=ReturnBy(values["return_by"]),
    )
