"""The start page and the page of what was found."""

from django.http import HttpResponse
from django.shortcuts import render

from minhbach.centre.access import may
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.front.finding import find as find_by_name
from minhbach.centre.front.today import today


def start(request: GuardedRequest) -> HttpResponse:
    """One minute: what waits for this person, the rooms within reach, and what they were told."""
    found = today(request.user, may.of(request), now=request.now)
    return render(request, "front/start.html", {"today": found, "now": request.now})


def find(request: GuardedRequest) -> HttpResponse:
    """Rooms, cameras and units by name; htmx asks for the list alone while somebody types."""
    text = request.GET.get("q", "")[:80]
    page = {"text": text, "groups": find_by_name(request.user, text, now=request.now)}
    alone = request.headers.get("HX-Request") == "true"
    return render(request, "front/found.html" if alone else "front/find.html", page)
