"""How a page of the registry with a form lives: shown on GET; on POST one action, then on to another page, or the same
page with the sentence of what was not possible at the field it is about.

Owns no rule and no right: who comes in was decided before, what may be is said by actions and constraints.
"""

import datetime
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.registry.models import Person, Room
from minhbach.centre.registry.reading import day_of, holder_on, path_to
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

Crumbs = list[tuple[Words | str, str | None]]


class SomebodySignedIn(Protocol):
    """What the registry knows of an account: whose it is."""

    person: Person


class Asked(HttpRequest):
    """A request that was let in: by whom, and when."""

    user: SomebodySignedIn  # type: ignore[assignment]  # the guard before the page set it
    now: datetime.datetime
    #: The units in which the person may do what the page is for; set where the list of addresses says `reaching`.
    reach: set[UUID]
    #: The rooms in which the person may do what the page is for; set where the list of addresses says `seeing`.
    rooms: set[UUID]
    #: What the roles of today's regulations are called, by code; set where the list of addresses says `naming_roles`.
    roles: Mapping[str, Words]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """The words around a form."""

    heading: Words
    lead: Words
    submit: Words
    back: str
    crumbs: Crumbs
    done: Words
    #: A template that shows more than the form.
    template: str = "registry/form.html"


def day_asked(request: Asked) -> datetime.date:
    """The day in `?ngay=2026-03-05`; today when there is none or it is no day."""
    try:
        return datetime.date.fromisoformat(request.GET.get("ngay", ""))
    except ValueError:
        return day_of(request.now)


def answer(
    request: Asked,
    page: FormPage,
    form: Form,
    do: Callable[[dict[str, Any]], str],
    extra: dict[str, object] | None = None,
    known: Mapping[str, object] | None = None,
) -> HttpResponse:
    """The page, or what follows it: `do` gets the cleaned values and says where to go on.

    `known` is what is kept now, by field. Whoever sends a form that was filled from something else is told what it is
    by now, keeps what they typed, and may send it again.
    """
    as_seen = _digest(known) if known is not None else ""
    if request.method == "POST" and form.is_valid():
        overtaken = request.POST.get("as_seen", as_seen) != as_seen
        try:
            if overtaken:
                raise NotPossible(_overtaken(form, known or {}))
            where = do(form.cleaned_data)
        except NotPossible as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused.words))
        else:
            messages.success(request, str(page.done))
            return HttpResponseRedirect(where)
    context = {"page": page, "form": form, "crumbs": page.crumbs, "as_seen": as_seen} | (extra or {})
    return render(request, page.template, context, status=422 if form.errors else 200)


def _digest(known: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(known, sort_keys=True, default=str).encode()).hexdigest()


def _overtaken(form: Form, known: Mapping[str, object]) -> Words:
    """Which fields hold something else by now than what is sent."""
    other = [
        f"«{form.fields[name].label}»: {value or '—'}"
        for name, value in known.items()
        if name in form.cleaned_data and str(form.cleaned_data[name] or "") != str(value or "")
    ]
    said = Words(
        "Người khác đã sửa trong lúc bạn nhập. Hiện đang là {now}. Điều bạn nhập vẫn còn dưới đây: xem lại rồi lưu.",
        "Somebody changed this while you typed. It is now {now}. What you typed is still below: look again, then save.",
    )
    return said.fill(now="; ".join(other) or "—")


def act(request: Asked, do: Callable[[], object], *, done: Words, back: str) -> HttpResponse:
    """One action behind a button; what was not possible is said on the page one comes back to."""
    try:
        do()
    except NotPossible as refused:
        messages.error(request, str(refused.words))
    else:
        messages.success(request, str(done))
    return HttpResponseRedirect(back)


def unit_crumbs(unit: UUID, day: datetime.date, *after: tuple[Words | str, str | None]) -> Crumbs:
    """The way through the tree down to the unit, then what follows; the last is where one is."""
    way: Crumbs = [(step.name, reverse("unit", args=[step.unit])) for step in path_to(unit, day)]
    return last_is_here([*way, *after])


def room_crumbs(room: Room, now: datetime.datetime, *after: tuple[Words | str, str | None]) -> Crumbs:
    """The way through the tree down to the room, then what follows."""
    day = day_of(now)
    holder = holder_on(room.id, day)
    here: tuple[Words | str, str | None] = (room.name, reverse("room_card", args=[room.id]))
    return unit_crumbs(holder, day, here, *after) if holder else last_is_here([here, *after])


def last_is_here(crumbs: Sequence[tuple[Words | str, str | None]]) -> Crumbs:
    """The same way, whose last step is no link."""
    return [*crumbs[:-1], (crumbs[-1][0], None)] if crumbs else []
