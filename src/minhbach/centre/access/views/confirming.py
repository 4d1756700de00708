"""Confirming a version, and the list of who has and who has not."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.access.actions import confirming as actions
from minhbach.centre.access.confirming import bound_at, shares_below
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.pages import unit_crumbs
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.models import Regulation
from minhbach.centre.words import Words

REGULATION, HERE = Words("Quy chế", "Regulation"), Words("Xác nhận đã đọc", "Who confirmed")
DONE = Words("Đã xác nhận. Cảm ơn bạn đã đọc.", "It is confirmed. Thank you for reading.")


def regulation_confirm(request: GuardedRequest, regulation: UUID) -> HttpResponse:
    """The button below a version."""
    row = get_object_or_404(Regulation, id=regulation)
    digest, read = request.POST.get("digest", ""), "read" in request.POST
    try:
        actions.confirm(request.user, row.id, digest=digest, read=read, now=request.now)
    except NotPossible as refused:
        messages.error(request, str(refused.words))
    else:
        messages.success(request, str(DONE))
    return HttpResponseRedirect(reverse("regulation", args=[row.id]))


def confirmations(request: GuardedRequest, unit: UUID) -> HttpResponse:
    """Everybody whom the version in force binds at the unit, and how far each unit below is."""
    day = registry.day_of(request.now)
    version, people = bound_at(unit, day)
    missing = [each for each in people if each.confirmed_at is None]
    context = {
        "unit": unit,
        "name": registry.name_on(unit, day).name,
        "row": Regulation.objects.get(id=version.id) if version else None,
        "people": missing if "chua" in request.GET else people,
        "only_missing": "chua" in request.GET,
        "bound": len(people),
        "missing": len(missing),
        "shares": shares_below(unit, day),
        "crumbs": unit_crumbs(unit, day, (REGULATION, reverse("unit_regulation", args=[unit])), (HERE, None)),
    }
    return render(request, "access/confirmations.html", context)
