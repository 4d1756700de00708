"""Pages of grants: rights for a time, given by those who may, taken back with one press."""

import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access.actions import grants as actions
from minhbach.centre.access.actions import requests
from minhbach.centre.access.deciding import rooms_where
from minhbach.centre.access.forms import GrantForm
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.models import Grant, GrantRequest
from minhbach.centre.access.reading import labels_of, rights_in_order
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.centre.words.formats import VIETNAM

GRANTED = Words("Đã cấp quyền có thời hạn.", "Granted for a time.")
ASKED = Words(
    "Đã gửi đề nghị. Quyền có hiệu lực khi người thứ hai ký.", "Asked. It is in force once a second person has signed."
)
GRANTS = Words("Quyền có thời hạn", "Grants for a time")
SHOWN = 100


def grants(request: GuardedRequest) -> HttpResponse:
    """The grants in rooms where the person may grant, and those they gave; what waits for a signature first."""
    found = list(
        _mine(request)
        .select_related("person", "granted_by", "seconded_by")
        .prefetch_related("rooms")
        .order_by("-granted_at")[:SHOWN]
    )
    mine = requests.waiting_requests(now=request.now).filter(asked_by=request.user.person_id)
    asked = list(mine.select_related("person", "asked_by").prefetch_related("rooms"))
    to_sign = requests.requests_for(request.user, now=request.now)
    every = [room for row in (*found, *asked, *to_sign) for room in row.rooms.all()]
    labels = labels_of({room.id: room.name for room in every}, now=request.now)
    page = {
        "rows": [_shown(row, labels) | {"open": row.ended_at is None and row.ends_at > request.now} for row in found],
        "waiting": [_shown(row, labels) | {"sign": True} for row in to_sign] + [_shown(row, labels) for row in asked],
        "now": request.now,
        "crumbs": [(GRANTS, None)],
    }
    return render(request, "access/grants.html", page)


def _shown(row: Grant | GrantRequest, labels: dict[UUID, str]) -> dict[str, object]:
    return {
        "grant": row,
        "rights": rights_in_order(row.rights),
        "rooms": sorted((labels[room.id] for room in row.rooms.all()), key=sort_key),
    }


def grant_new(request: GuardedRequest) -> HttpResponse:
    """Grant rights to somebody by name of their account, for days."""
    form = GrantForm(request.POST or None)
    form.offer(_room_choices(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        terms = actions.Terms(
            person=given["username"].person_id,
            rights=frozenset(Right(code) for code in given["rights"]),
            rooms=frozenset(UUID(room) for room in given["rooms"]),
            begin=max(_midnight(given["begin"]), request.now),
            end=_midnight(given["end"] + datetime.timedelta(days=1)),
            decision_number=given["decision_number"],
        )
        try:
            if given["through_restriction"]:
                requests.ask_grant(request.user, terms=terms, now=request.now)
            else:
                actions.grant(request.user, terms=terms, now=request.now)
        except actions.GrantRefused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            return _done(request, ASKED if given["through_restriction"] else GRANTED)
    crumbs = [(GRANTS, reverse("grants")), (Words("Cấp quyền", "Grant"), None)]
    return render(request, "access/grant_new.html", {"form": form, "crumbs": crumbs})


def request_sign(request: GuardedRequest, asked: UUID) -> HttpResponse:
    """Put the second signature under a grant into restricted time."""
    try:
        requests.sign_request(request.user, asked, now=request.now)
    except actions.GrantRefused as refusal:
        return _not_done(request, refusal.words)
    return _done(request, GRANTED)


def request_refuse(request: GuardedRequest, asked: UUID) -> HttpResponse:
    """Refuse the second signature, with a reason."""
    try:
        requests.refuse_request(request.user, asked, reason=request.POST.get("reason", ""), now=request.now)
    except actions.GrantRefused as refusal:
        return _not_done(request, refusal.words)
    return _done(request, Words("Đã từ chối ký.", "Not signed."))


def _done(request: GuardedRequest, words: Words) -> HttpResponse:
    messages.success(request, str(words))
    return HttpResponseRedirect(reverse("grants"))


def _not_done(request: GuardedRequest, words: Words) -> HttpResponse:
    messages.error(request, str(words))
    return HttpResponseRedirect(reverse("grants"))


def grant_end(request: GuardedRequest, grant: UUID) -> HttpResponse:
    """Take a grant back: what is watched by it stops within ten seconds."""
    if not _mine(request).filter(id=grant).exists():
        raise Http404
    actions.end_grant(request.user, grant, now=request.now)
    return _done(request, Words("Đã thu hồi quyền.", "The grant is taken back."))


def _mine(request: GuardedRequest):  # type: ignore[no-untyped-def]
    rooms = rooms_where(request.user, Right.GRANT, now=request.now)
    ids = Grant.objects.filter(Q(rooms__in=rooms) | Q(granted_by=request.user.person_id)).values("id")
    return Grant.objects.filter(id__in=ids)


def _room_choices(request: GuardedRequest) -> list[tuple[str, str]]:
    rooms = Room.objects.filter(id__in=rooms_where(request.user, Right.GRANT, now=request.now))
    labels = labels_of(dict(rooms.values_list("id", "name")), now=request.now)
    return sorted(((str(room), label) for room, label in labels.items()), key=lambda choice: sort_key(choice[1]))


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), VIETNAM)
