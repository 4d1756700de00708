"""The page behind the bell: what waits for a person, until they say that they read it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.messaging import actions, reading
from minhbach.centre.words import Words

SHOWN = 100


def notices(request: HttpRequest) -> HttpResponse:
    """The latest notices of the person; what is new is marked, and stays so until they say that they read it."""
    rows = reading.deliveries_to(_address(request))[:SHOWN]
    shown = [{"row": row, "words": reading.words_of(row.notice), "url": reading.url_of(row.notice)} for row in rows]
    crumbs = [(Words("Thông báo", "Notices"), None)]
    unread = any(row.read_at is None for row in rows)
    return render(request, "messaging/notices.html", {"notices": shown, "unread": unread, "crumbs": crumbs})


def read_all(request: HttpRequest) -> HttpResponse:
    """Everything that waits was read."""
    actions.mark_read(_address(request), now=request.now)  # type: ignore[attr-defined]  # set by the guard
    return HttpResponseRedirect(reverse("notices"))


def _address(request: HttpRequest) -> Any:
    account: Any = request.user  # an account is known only above
    return account.person_id
