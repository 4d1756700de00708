"""Pages of grants: rights for a time, given by those who may, taken back with one press."""

import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access.actions import grants as actions
from minhbach.centre.access.deciding import rooms_where
from minhbach.centre.access.forms import GrantForm
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.models import Grant
from minhbach.centre.registry import reading
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.centre.words.formats import VIETNAM

GRANTS = Words("Quyền có thời hạn", "Grants for a time")
SHOWN = 100


def grants(request: GuardedRequest) -> HttpResponse:
    """The grants in rooms where the person may grant, and those they gave; the newest first."""
    found = _mine(request).select_related("person", "granted_by").prefetch_related("rooms").order_by("-granted_at")
    rows = [
        {
            "grant": row,
            "rights": [Right(code).words for code in row.rights],
            "open": row.ended_at is None and row.ends_at > request.now,
        }
        for row in found[:SHOWN]
    ]
    return render(request, "access/grants.html", {"rows": rows, "crumbs": [(GRANTS, None)]})


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
            actions.grant(request.user, terms=terms, now=request.now)
        except actions.GrantRefused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            messages.success(request, str(Words("Đã cấp quyền có thời hạn.", "Granted for a time.")))
            return HttpResponseRedirect(reverse("grants"))
    crumbs = [(GRANTS, reverse("grants")), (Words("Cấp quyền", "Grant"), None)]
    return render(request, "access/grant_new.html", {"form": form, "crumbs": crumbs})


def grant_end(request: GuardedRequest, grant: UUID) -> HttpResponse:
    """Take a grant back: what is watched by it stops within ten seconds."""
    if not _mine(request).filter(id=grant).exists():
        raise Http404
    actions.end_grant(request.user, grant, now=request.now)
    messages.success(request, str(Words("Đã thu hồi quyền.", "The grant is taken back.")))
    return HttpResponseRedirect(reverse("grants"))


def _mine(request: GuardedRequest):  # type: ignore[no-untyped-def]
    rooms = rooms_where(request.user, Right.GRANT, now=request.now)
    ids = Grant.objects.filter(Q(rooms__in=rooms) | Q(granted_by=request.user.person_id)).values("id")
    return Grant.objects.filter(id__in=ids)


def _room_choices(request: GuardedRequest) -> list[tuple[str, str]]:
    day = reading.day_of(request.now)
    rooms = list(Room.objects.filter(id__in=rooms_where(request.user, Right.GRANT, now=request.now)).order_by("name"))
    holders = reading.holders_on([room.id for room in rooms], day)
    names = reading.names_on(set(holders.values()), day)
    labelled = [
        (str(room.id), f"{names[holders[room.id]].name} · {room.name}")
        for room in rooms
        if holders.get(room.id) in names
    ]
    return sorted(labelled, key=lambda choice: sort_key(choice[1]))


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), VIETNAM)
