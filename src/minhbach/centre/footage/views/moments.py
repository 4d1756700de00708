"""The page of moments without footage and without a recorded reason."""

import datetime
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.footage.moments import PAGE, compared
from minhbach.centre.words import Words


def moments(request: GuardedRequest) -> HttpResponse:
    """Every moment of a month within reach, compared with what was recorded; of this month where none is said."""
    said = request.GET.get("tu", "")
    skip = int(said) if said.isascii() and said.isdigit() and len(said) <= 6 else 0
    found = compared(request.user, now=request.now, month=_month(request.GET.get("thang", "")), skip=skip)
    crumbs = [
        (Words("Tra cứu bản ghi", "Find a recording"), reverse("van_mieu")),
        (Words("Đối chiếu thời điểm", "Moments compared"), None),
    ]

    def way(place: int) -> str:
        return f"?{urlencode({'thang': f'{found.month:%Y-%m}'} | ({'tu': place} if place else {}))}"

    context = {
        "found": found,
        "total": found.seen + found.explained + found.lost_count,
        "crumbs": crumbs,
        "newer": way(max(0, skip - PAGE)) if skip else "",
        "older": way(skip + PAGE) if found.lost_count > skip + PAGE else "",
        "shown": Words("{first}–{last} trong {all}", "{first}–{last} of {all}").fill(
            first=skip + 1, last=skip + len(found.lost), all=found.lost_count
        ),
    }
    return render(request, "footage/moments.html", context)


def _month(said: str) -> datetime.date | None:
    """The first day of a month as "2026-11"; none for what is no month."""
    try:
        return datetime.date.fromisoformat(f"{said}-01")
    except ValueError:
        return None
