"""The pages of the log of viewings: for auditors, and for those who were watched."""

import datetime

from django.http import HttpResponse
from django.shortcuts import render

from minhbach.centre.access.deciding import units_where
from minhbach.centre.access.forms import LogForm
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.log import read_log, rooms_of_log, watched_of
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

OWN_DAYS = datetime.timedelta(days=90)


def viewings_log(request: GuardedRequest) -> HttpResponse:
    """Who watched what, for the units whose log the person may read."""
    units = units_where(request.user, Right.READ_VIEWINGS, now=request.now)
    form = LogForm(request.GET)
    form.offer(rooms_of_log(units))
    page = read_log(units, form.wanted(), before=request.GET.get("before", ""), now=request.now)
    kept = request.GET.copy()
    kept["before"] = page.older
    shown = {
        "form": form,
        "lines": page.lines,
        "older": f"?{kept.urlencode()}" if page.older else "",
        "first": "before" not in request.GET,
        "crumbs": [(Words("Nhật ký xem", "Log of viewings"), None)],
    }
    return render(request, "access/log.html", shown)


def own_counter(request: GuardedRequest) -> HttpResponse:
    """What was watched of the counters where the person works, in the last ninety days."""
    lines = watched_of(request.user.person_id, begin=request.now - OWN_DAYS, now=request.now)
    crumbs = [(Words("Quầy của tôi", "My counter"), None)]
    return render(request, "access/own_counter.html", {"lines": lines, "crumbs": crumbs})
