"""Screens at counters on which the visit that just ended is rated.

Somebody who works there opens the screen on a tablet and is signed out of it in the same moment: the browser keeps a
token of the counter, and nothing of a person. Whoever stands before it can rate one visit, once.
"""

import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from minhbach.centre.access.actions import signing_in, viewings
from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.feedback.actions import rating
from minhbach.centre.feedback.forms import REASONS, SCORES
from minhbach.centre.feedback.models import Panel, Score
from minhbach.centre.feedback.views.citizens import Public, score_of
from minhbach.centre.registry.models import Counter
from minhbach.centre.registry.pages import act
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

COOKIE = "minhbach_panel"
AGE_S = 400 * 86_400
#: So long thanks stand, and the reasons can be touched.
THANKS_S = 20


def panel_open(request: GuardedRequest, counter: UUID) -> HttpResponse:
    """This browser becomes the screen of the counter; the account leaves it."""
    row = get_object_or_404(Counter, id=counter)
    _, token = rating.open_panel(request.user.person, counter=row, now=request.now)
    viewings.end_session(request.user, request.session, now=request.now)
    signing_in.sign_out(request, address=address_of(request), now=request.now)
    answer = HttpResponseRedirect(reverse("panel"))
    answer.set_cookie(
        COOKIE, token, max_age=AGE_S, httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Strict"
    )
    return answer


def panel_close(request: GuardedRequest, panel: UUID) -> HttpResponse:
    """The screen rates no more."""
    row = get_object_or_404(Panel, id=panel)
    return act(
        request,  # type: ignore[arg-type]  # what `act` asks of a request, the guard's has
        lambda: rating.close_panel(request.user.person, panel=row, now=request.now),
        done=Words("Đã đóng bảng đánh giá.", "The screen is closed."),
        back=reverse("feedback"),
    )


@never_cache
def panel(request: Public) -> HttpResponse:
    """Three answers to the visit that just ended; else an invitation. 204 for a screen that shows just that already."""
    found = _panel_of(request, request.now)
    event = rating.to_rate(found, now=request.now) if found else None
    state = "ask" if event else "idle" if found else "shut"
    shows = str(event.id) if event else state
    if request.GET.get("dang") == shows:
        return HttpResponse(status=204)
    page = {"panel": found, "event": event, "scores": SCORES.items(), "state": state, "shows": shows}
    return render(request, "feedback/panel.html", page)


def panel_rate(request: Public) -> HttpResponse:
    """One touch. Somebody else's visit is never rated by a touch that came too late."""
    found = _panel_of(request, request.now)
    event = rating.to_rate(found, now=request.now) if found else None
    if found is None or event is None or str(event.id) != request.POST.get("event"):
        return HttpResponseRedirect(reverse("panel"))
    try:
        made = rating.rate(event=event, score=score_of(request.POST.get("score", "")), panel=found, now=request.now)
    except NotPossible:
        return HttpResponseRedirect(reverse("panel"))
    return _thanks(request, found, made.id if made.score == Score.DISSATISFIED else None)


def panel_why(request: Public) -> HttpResponse:
    """One reason, in one touch, of the low rating that this screen just took."""
    found = _panel_of(request, request.now)
    since = request.now - datetime.timedelta(seconds=3 * THANKS_S)
    newest = found.ratings.filter(at__gte=since).first() if found else None
    if found is None or newest is None or str(newest.id) != request.POST.get("rating"):
        return HttpResponseRedirect(reverse("panel"))
    try:
        rating.say_why(newest.id, reasons=[request.POST.get("reason", "")], said="", now=request.now)
    except NotPossible:
        return HttpResponseRedirect(reverse("panel"))
    return _thanks(request, found, None)


def _thanks(request: HttpRequest, panel: Panel, ask: UUID | None) -> HttpResponse:
    page = {"panel": panel, "state": "thanks", "ask": ask, "reasons": REASONS.items(), "thanks_s": THANKS_S}
    return render(request, "feedback/panel.html", page)


def _panel_of(request: HttpRequest, now: datetime.datetime) -> Panel | None:
    return rating.panel_of(request.COOKIES.get(COOKIE, "")[:100], now=now)
