"""The pages of the log of viewings: for auditors, and for those who were watched."""

import datetime
from dataclasses import asdict
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access.actions.viewings import ViewingMalformed, stop_viewing
from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.forms import LogForm
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.log import all_lines, read_log, rooms_of_log, running, units_of_log, watched_of
from minhbach.centre.access.log_rows import Filter
from minhbach.centre.access.reach import units_once
from minhbach.centre.access.recording import record
from minhbach.centre.access.sought import opened
from minhbach.centre.access.spreadsheet import rows
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words, formats

OWN_DAYS = datetime.timedelta(days=90)


def viewings_log(request: GuardedRequest) -> HttpResponse:
    """Who watched what, for the units whose log the person may read. Whom they looked for is written down."""
    units = units_once(request.user, Right.READ_VIEWINGS, now=request.now)
    form = LogForm(opened(request, "who", "purpose"))
    form.offer(units=units_of_log(units, now=request.now), rooms=rooms_of_log(units, now=request.now))
    wanted = form.wanted()
    if sought := _sought(wanted):
        record(request.user, "log_searched", now=request.now, details=sought, address=address_of(request))
    page = read_log(units, wanted, before=request.GET.get("before", ""), now=request.now)
    kept = request.GET.copy()
    kept["before"] = page.older
    shown = {
        "form": form,
        "lines": page.lines,
        "running": running(units, now=request.now) if "before" not in request.GET else [],
        "export": f"{reverse('viewings_csv')}?{request.GET.urlencode()}",
        "older": f"?{kept.urlencode()}" if page.older else "",
        "first": "before" not in request.GET,
        "crumbs": [(Words("Nhật ký xem", "Log of viewings"), None)],
    }
    return render(request, "access/log.html", shown)


def viewings_csv(request: GuardedRequest) -> StreamingHttpResponse:
    """The lines that the filter wants, for a spreadsheet. Who took them along is written down."""
    units = units_once(request.user, Right.READ_VIEWINGS, now=request.now)
    form = LogForm(opened(request, "who", "purpose"))
    form.offer(units=[], rooms=[])
    wanted = form.wanted()
    record(request.user, "log_exported", now=request.now, details=_sought(wanted), address=address_of(request))
    answer = StreamingHttpResponse(
        rows(all_lines(units, wanted, now=request.now)), content_type="text/csv; charset=utf-8"
    )
    day = formats.local(request.now).strftime("%Y-%m-%d")
    answer["Content-Disposition"] = f'attachment; filename="nhat-ky-xem-{day}.csv"'
    return answer


def _sought(wanted: Filter) -> dict[str, str]:
    # A purpose is free text and may name a citizen: that one was looked for is told, not which.
    said = asdict(wanted) | {"purpose": bool(wanted.purpose)}
    return {name: str(value) for name, value in said.items() if value}


def viewing_stop(request: GuardedRequest, viewing: UUID) -> HttpResponse:
    """End somebody's running viewing, with a reason that they are told."""
    units = units_once(request.user, Right.READ_VIEWINGS, now=request.now)
    try:
        stop_viewing(request.user, viewing, units=units, reason=request.POST.get("reason", ""), now=request.now)
    except ViewingMalformed as error:
        messages.error(request, str(error.words))
    else:
        messages.success(request, str(Words("Đã kết thúc lượt xem.", "The viewing has ended.")))
    return HttpResponseRedirect(reverse("viewings"))


def own_counter(request: GuardedRequest) -> HttpResponse:
    """What was watched of the counters where the person works, in the last ninety days."""
    lines = watched_of(request.user.person_id, begin=request.now - OWN_DAYS, now=request.now)
    crumbs = [(Words("Quầy của tôi", "My counter"), None)]
    return render(request, "access/own_counter.html", {"lines": lines, "crumbs": crumbs})
