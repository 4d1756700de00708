"""The page of held footage with its whole life, and the same on paper and as a file."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.evidence import hold_life
from minhbach.centre.footage.holds import hold_of
from minhbach.centre.footage.views.holds import told


def hold(request: GuardedRequest, hold: UUID) -> HttpResponse:
    """What for, how it stands at each recorder, and everything that happened to it."""
    page = told(request, hold)
    return render(request, "footage/hold.html", page | {"life": hold_life.life(page["held"])})


def hold_pdf(request: GuardedRequest, hold: UUID) -> HttpResponse:
    """Its whole life on paper."""
    held = hold_of(request.user, hold, now=request.now)
    headers = {"Content-Disposition": 'inline; filename="qua-trinh-giu-lai.pdf"'}
    return HttpResponse(hold_life.on_paper(held, now=request.now), content_type="application/pdf", headers=headers)


def hold_csv(request: GuardedRequest, hold: UUID) -> HttpResponse:
    """Its whole life for a spreadsheet."""
    held = hold_of(request.user, hold, now=request.now)
    headers = {"Content-Disposition": 'attachment; filename="qua-trinh-giu-lai.csv"'}
    return HttpResponse(hold_life.as_csv(held), content_type="text/csv; charset=utf-8", headers=headers)
