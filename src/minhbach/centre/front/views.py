"""The start page and the page of what was found."""

from django.http import HttpResponse
from django.shortcuts import render

from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.front.finding import find as find_by_name
from minhbach.centre.front.today import today


def start(request: GuardedRequest) -> HttpResponse:
    """One minute: the rooms within reach, what is wrong in them, and what was said to this person."""
    return render(request, "front/start.html", {"today": today(request.user, now=request.now), "now": request.now})


def find(request: GuardedRequest) -> HttpResponse:
    """Rooms, cameras and units by name; htmx asks for the list alone while somebody types."""
    text = request.GET.get("q", "")[:80]
    page = {"text": text, "groups": find_by_name(request.user, text, now=request.now)}
    alone = request.headers.get("HX-Request") == "true"
    return render(request, "front/found.html" if alone else "front/find.html", page)
