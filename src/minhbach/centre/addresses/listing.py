"""How a page stands in the list: looked at, with a form, or behind a button; and what its view is told beside."""

from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from minhbach.centre.access.deciding import rooms_where, units_where
from minhbach.centre.access.guard import Rights, View, guard
from minhbach.centre.access.places import (
    PlaceOf,
)
from minhbach.centre.access.sought import closed_way
from minhbach.centre.registry.reading import day_of
from minhbach.centre.regulation.reading import roles_on
from minhbach.centre.regulation.rights import Right


def page(route: str, rights: Rights, place: PlaceOf, view: View, name: str, *, noted: bool = True) -> URLPattern:
    """A page that is only looked at."""
    return path(route, guard(rights, place, view, noted=noted), name=name)


def form(route: str, rights: Rights, place: PlaceOf, view: View, name: str) -> URLPattern:
    """A page with a form of its own."""
    return path(route, guard(rights, place, view, methods="GET POST"), name=name)


def button(route: str, rights: Rights, place: PlaceOf, view: View, name: str) -> URLPattern:
    """What stands behind a button."""
    return path(route, guard(rights, place, view, methods="POST"), name=name)


def search(
    route: str, rights: Rights, place: PlaceOf, view: View, name: str, words: tuple[str, ...] = ("q",)
) -> URLPattern:
    """A list that is searched: its words come in the body of a form, and stand closed in the address it leads to."""

    @wraps(view)
    def within(request: Any, **arguments: object) -> HttpResponseBase:
        return closed_way(request, words) if request.method == "POST" else view(request, **arguments)

    return path(route, guard(rights, place, within, methods="GET POST", noted=False), name=name)


def reaching(right: Right, view: View) -> View:
    """The view, told in which units the person has the right: what it lists and offers is of those."""

    @wraps(view)
    def within(request: Any, **arguments: object) -> HttpResponseBase:
        request.reach = units_where(request.user, right, now=request.now)
        return view(request, **arguments)

    return within


def seeing(right: Right, view: View) -> View:
    """The view, told in which rooms the person has the right: two bodies may share a unit, and no room of it."""

    @wraps(view)
    def within(request: Any, **arguments: object) -> HttpResponseBase:
        request.rooms = rooms_where(request.user, right, now=request.now)
        return view(request, **arguments)

    return within


def naming_roles(view: View) -> View:
    """The view, told what the regulations of today call the roles."""

    @wraps(view)
    def within(request: Any, **arguments: object) -> HttpResponseBase:
        request.roles = dict(roles_on(day_of(request.now)))
        return view(request, **arguments)

    return within
