"""What a page may offer: `{% if may.configure %}` for a right had anywhere, `may.opens(url)` for one address.

The answers are the guard's own, for the same rights and places, so that no page offers what is refused; they are never
used to decide. Promises a number of queries that does not grow with links to units and rooms of today, nor with
addresses of rows that were said before (`foresee`); any other address costs its guard's question, once.
"""

import datetime
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import Resolver404, resolve
from django.utils import timezone

from minhbach.centre.access.deciding import places_today, standing_of
from minhbach.centre.access.guard import PUBLIC, Door, Guarded
from minhbach.centre.access.judging import Standing, judge
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import ANYWHERE, Place, Through, paths_of, places_of_rooms
from minhbach.centre.registry import reading
from minhbach.centre.registry.models import Unit, true_on
from minhbach.centre.regulation.rights import Right


class May:
    """What the person of one request may do and open; loaded when a page first asks."""

    def __init__(self, account: object, now: datetime.datetime, standing: Standing | None = None) -> None:
        self._account, self._now, self._loaded = account, now, standing
        self._known: dict[str, bool] = {}
        self._foreseen: dict[tuple[Through, UUID], Place] = {}
        self._near: dict[UUID, Place] = {}

    @property
    def account(self) -> Account:
        """Whose answers these are; asked only where something was opened to somebody."""
        assert isinstance(self._account, Account)
        return self._account

    @property
    def now(self) -> datetime.datetime:
        """The moment of which the answers are."""
        return self._now

    def __getitem__(self, code: str) -> bool:
        """Whether the right of that code is had anywhere."""
        return self.standing is not None and judge(self.standing, Right(code), ANYWHERE).allowed

    def opens(self, url: str) -> bool:
        """Whether the guard of the address would let the person in, by whatever method; no where there is no page."""
        path = url.split("?")[0].split("#")[0]
        if path not in self._known:
            self._known[path] = self._ask(path)
        return self._known[path]

    def entered(self, url: str) -> None:
        """The guard has just let the person through to this address, or to one that asks the same."""
        self._known[url] = True

    def foresee(self, urls: Iterable[str]) -> None:
        """Look up at once where these addresses lead, before each is asked for: one question for each kind of row."""
        asked: dict[Through, set[UUID]] = {}
        for url in urls:
            if found := _row_of(url):
                asked.setdefault(found[0], set()).add(found[1])
        for place_of, rows in asked.items():
            self._foreseen |= {(place_of, row): place for row, place in self._places(place_of, rows).items()}

    def foresee_in(self, rooms: Mapping[str, UUID]) -> None:
        """The same for addresses of which it is known already to which room each leads: two questions for them all."""
        self._near |= places_of_rooms(set(rooms.values()) - self._near.keys(), self._now)
        for url, room in rooms.items():
            found = _row_of(url)
            if found and not found[0].to_unit and room in self._near:
                self._foreseen[found] = self._near[room]

    def _places(self, through: Through, rows: set[UUID]) -> dict[UUID, Place]:
        leads = through.leads_from(rows)
        known: Mapping[UUID, Place] = self._units if through.to_unit else self._rooms
        missing = set(leads.values()) - known.keys()
        if missing and not through.to_unit:
            known = {**known, **places_of_rooms(missing, self._now)}
        return {row: known[lead] for row, lead in leads.items() if lead in known}

    @cached_property
    def standing(self) -> Standing | None:
        """The person's standing, or none before signing in."""
        if self._loaded is not None:
            return self._loaded
        return standing_of(self._account, now=self._now) if isinstance(self._account, Account) else None

    def _ask(self, path: str) -> bool:
        try:
            found = resolve(path)
        except Resolver404:
            return False
        guarded = found.func
        if not isinstance(guarded, Guarded):
            return False
        if isinstance(guarded.rights, Door):
            return guarded.rights is PUBLIC or self.standing is not None
        if self.standing is None:
            return False
        try:
            place = self._place_of(guarded, found.kwargs)
        except Http404:
            return False
        return any(judge(self.standing, right, place).allowed for right in guarded.rights)

    def _place_of(self, guarded: Guarded, arguments: dict[str, Any]) -> Place:
        if isinstance(guarded.place_of, Through):
            foreseen = self._foreseen.get((guarded.place_of, arguments[guarded.place_of.argument]))
            if foreseen is not None:
                return foreseen
        match arguments:
            case {"unit": UUID() as unit, **rest} if not rest and unit in self._units:
                return self._units[unit]
            case {"room": UUID() as room, **rest} if not rest and room in self._near:
                return self._near[room]
            case {"room": UUID() as room, **rest} if not rest and room in self._rooms:
                return self._rooms[room]
        return guarded.place_of(arguments, self._now)

    @cached_property
    def _units(self) -> dict[UUID, Place]:
        day = reading.day_of(self._now)
        units = set(Unit.objects.filter(true_on(day)).values_list("id", flat=True))
        return {unit: Place(unit, path) for unit, path in paths_of(units, day).items() if unit}

    @cached_property
    def _rooms(self) -> Mapping[UUID, Place]:
        return places_today(self._now)


def _row_of(url: str) -> tuple[Through, UUID] | None:
    """The row whose page this is, and the way from it to its place."""
    try:
        found = resolve(url.split("?")[0].split("#")[0])
    except Resolver404:
        return None
    place_of = found.func.place_of if isinstance(found.func, Guarded) else None
    row = found.kwargs.get(place_of.argument) if isinstance(place_of, Through) else None
    return (place_of, row) if isinstance(place_of, Through) and isinstance(row, UUID) else None


def of(request: HttpRequest) -> May:
    """What the request may be offered; asked of the rows once in a request, never kept beyond it."""
    found: May | None = getattr(request, "may", None)
    if found is None:
        # What the guard loaded a moment ago for the same person.
        found = May(getattr(request, "user", None), timezone.now(), getattr(request, "standing", None))
        request.may = found  # type: ignore[attr-defined]
    return found


def may(request: HttpRequest) -> dict[str, object]:
    """Context of every page."""
    return {"may": of(request)}
