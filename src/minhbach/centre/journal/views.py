"""The weekly page of unusual viewing, for whoever is to ask about it: what `telling.shown_to` says, page by page.

A week that is over is read anew after some minutes only, as a page is turned, and the running one after a minute; the
page says of when it is.
"""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.reach import units_once
from minhbach.centre.access.reading import units_of
from minhbach.centre.journal.telling import shown_to
from minhbach.centre.journal.unusual import KINDS, OFF_HOURS, WEEK, Oddity
from minhbach.centre.look.paging import Listed, part
from minhbach.centre.registry.models import Camera, Person
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words, formats

MOST_PLACES = 3
#: How long a page is kept of a week that is over, and of the running one.
KEPT_S, RUNNING_KEPT_S = 300, 60
ELSEWHERE = Words(
    "{n} lần có ghi số văn bản, hồ sơ không có trong hệ thống này",
    "{n} times with a number that this system does not hold",
)
OLDEST = datetime.date(2020, 1, 6)


@dataclass(frozen=True, slots=True)
class Row:
    """An oddity as people read it."""

    who: str
    unit: str
    what: Words
    #: Of the times, how often a number was given that is not known here; none where it was not.
    elsewhere: Words | None
    count: Words
    threshold: Words
    where: tuple[str, ...]
    more: int
    url: str


def unusual(request: GuardedRequest) -> HttpResponse:
    """What was unusual in a week, the last whole one where none is named."""
    today = formats.local(request.now).date()
    this_week = today - datetime.timedelta(days=today.weekday())
    monday = _monday(request.GET.get("tuan", ""), this_week)
    found, as_of = _found(request, monday, kept_s=KEPT_S if monday < this_week else RUNNING_KEPT_S)
    here = part(Listed(found), request.GET)
    shown = here.pager | {
        "rows": _rows(here.rows, monday),
        "as_of": as_of,
        "monday": monday,
        "sunday": monday + datetime.timedelta(days=6),
        "running": monday == this_week,
        "earlier": monday - WEEK if monday > OLDEST else None,
        "later": monday + WEEK if monday < this_week else None,
        "crumbs": [
            (Words("Nhật ký xem", "Log of viewings"), reverse("viewings")),
            (Words("Xem bất thường", "Unusual viewing"), None),
        ],
    }
    return render(request, "journal/unusual.html", shown)


def _found(request: GuardedRequest, monday: datetime.date, *, kept_s: int) -> tuple[list[Oddity], datetime.datetime]:
    """The oddities of a week for this reader, and of when they are."""
    # Who reads it and of which units is asked anew each time: a right that ends takes the page along.
    units = units_once(request.user, Right.READ_VIEWINGS, now=request.now)
    key = f"unusual:{request.user.id}:{monday}:{hash(frozenset(units))}"
    kept: tuple[list[Oddity], datetime.datetime] | None = cache.get(key)
    if kept is None:
        kept = shown_to(request.user, units, monday, now=request.now), request.now
        cache.set(key, kept, kept_s)
    return kept


def _monday(text: str, this_week: datetime.date) -> datetime.date:
    """The Monday of the week that the address names; the week before this one where it names none."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return this_week - WEEK
    return min(max(day - datetime.timedelta(days=day.weekday()), OLDEST), this_week)


def _rows(found: Sequence[Oddity], monday: datetime.date) -> list[Row]:
    people = {odd.person for odd in found}
    names = dict(Person.objects.filter(id__in=people).values_list("id", "full_name"))
    acting = units_of(list(people), monday + datetime.timedelta(days=6))
    labels = _labels({camera for odd in found for camera in odd.cameras[:MOST_PLACES]})
    return [_row(odd, names[odd.person], acting.get(odd.person, ""), labels, monday) for odd in found]


def _row(odd: Oddity, name: str, unit: str, labels: dict[UUID, str], monday: datetime.date) -> Row:
    sought = {"who": name, "begin": monday.isoformat(), "end": (monday + datetime.timedelta(days=6)).isoformat()}
    return Row(
        who=name,
        unit=unit,
        what=KINDS[odd.kind],
        elsewhere=ELSEWHERE.fill(n=odd.elsewhere) if odd.elsewhere else None,
        count=_counted(odd.kind, odd.count),
        threshold=_counted(odd.kind, odd.threshold),
        where=tuple(labels[camera] for camera in odd.cameras[:MOST_PLACES]),
        more=max(0, len(odd.cameras) - MOST_PLACES),
        url=f"{reverse('viewings')}?{urlencode(sought)}",
    )


def _counted(kind: str, count: int) -> Words:
    if kind == OFF_HOURS:
        return Words("{n} phút", "{n} minutes").fill(n=count)
    return Words("{n} lần", "{n} times").fill(n=count)


def _labels(cameras: Collection[UUID]) -> dict[UUID, str]:
    rows = Camera.objects.filter(id__in=cameras).values_list("id", "label", "room__name")
    return {camera: f"{label} · {room}" for camera, label, room in rows}
