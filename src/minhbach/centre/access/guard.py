"""The guard before every address: decides, writes down a refusal, and hands the view what it may show.

`centre/urls.py` lists every address as `path(route, guard(right, place_of, view))`; the API has one table of the same
three (`ApiGuard`). A view gets `request.now`, `request.user` (an `Account`) and `request.decision`. The guard also
writes who changed something: apps below cannot reach the audit log.

A page answers 403 with the reason, an address of the API with the same words as JSON. Nobody is told about a place
before they are signed in.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from minhbach.centre.access import sessions
from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.deciding import decide_any
from minhbach.centre.access.judging import Decision
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import ANYWHERE, Place, PlaceOf, somewhere
from minhbach.centre.access.recording import record, record_refusal
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

READING = ("GET", "HEAD")
SIGN_IN_FIRST = Words("Phiên làm việc đã kết thúc. Hãy đăng nhập lại.", "Your session has ended. Sign in again.")


class Door(Enum):
    """Addresses that need no right."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"


PUBLIC, SIGNED_IN = Door.PUBLIC, Door.SIGNED_IN
#: Of several rights, any one lets in.
Rights = Right | Door | Sequence[Right]


class GuardedRequest(HttpRequest):
    """A request that came through the guard."""

    user: Account  # signed in, or the guard would have answered
    now: datetime.datetime
    decision: Decision


View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Guarded:
    """A view behind its guard; what stands in the list of addresses."""

    rights: tuple[Right, ...] | Door
    place_of: PlaceOf
    view: View
    methods: tuple[str, ...]
    #: Where a person goes who must first choose a password.
    while_new: bool = False

    def __call__(self, request: HttpRequest, **arguments: object) -> HttpResponseBase:
        """Decide, and let the view answer."""
        request.now = timezone.now()  # type: ignore[attr-defined]
        if request.method not in self.methods:
            return HttpResponseNotAllowed(self.methods)
        if self.rights is not PUBLIC and (elsewhere := _not_signed_in(request, self.while_new)):
            return elsewhere
        allow(request, self.rights, self.place_of, arguments)
        response = self.view(request, **arguments)
        _note_change(request, response, arguments)
        if self.rights is not PUBLIC:
            patch_cache_control(response, private=True, no_store=True)
        return response


def guard(rights: Rights, place_of: PlaceOf, view: View, *, methods: str = "GET", while_new: bool = False) -> Guarded:
    """A view that only they reach who have one of the rights at the place; `methods` as in "GET POST"."""
    allowed = tuple(methods.split())
    return Guarded(_wanted(rights), place_of, view, (*allowed, "HEAD") if "GET" in allowed else allowed, while_new)


def allow(
    request: HttpRequest, rights: tuple[Right, ...] | Door, place_of: PlaceOf, arguments: Mapping[str, object]
) -> None:
    """Set `request.decision`, or write down the refusal and raise PermissionDenied with its words."""
    if isinstance(rights, Door):
        request.decision = Decision(True, Words("", ""))  # type: ignore[attr-defined]
        return
    now: datetime.datetime = request.now  # type: ignore[attr-defined]
    account: Any = request.user
    place = place_of(arguments, now)
    decision = decide_any(account, rights, place, now=now)
    if not decision.allowed:
        refuse(request, rights[0], decision.why, place)
    request.decision = decision  # type: ignore[attr-defined]


def refuse(request: HttpRequest, wanted: Right, why: Words, place: Place = ANYWHERE) -> None:
    """Write the refusal down, then raise PermissionDenied with its words."""
    account: Any = request.user
    record_refusal(
        account,
        wanted,
        why,
        now=request.now,  # type: ignore[attr-defined]
        place=place,
        route=request.resolver_match.view_name if request.resolver_match else "",
        address=address_of(request),
    )
    raise PermissionDenied(why)


def _not_signed_in(request: HttpRequest, while_new: bool) -> HttpResponse | None:
    """Where to go instead, for somebody who is not signed in or must first choose a password."""
    if not is_signed_in(request):
        if request.path.startswith("/api/"):
            return JsonResponse({"vi": SIGN_IN_FIRST.vi, "en": SIGN_IN_FIRST.en}, status=401)
        return _redirect(request, f"{reverse('sign_in')}?{urlencode({'next': _way_back(request)})}")
    account: Any = request.user
    if account.must_change_password and not while_new:
        return _redirect(request, reverse("change_password"))
    return None


def is_signed_in(request: HttpRequest) -> bool:
    """Whether the request belongs to a sign-in that still lasts; ends it here where it does not."""
    if not request.user.is_authenticated:
        return False
    if sessions.is_over(request.session, now=request.now):  # type: ignore[attr-defined]
        logout(request)
        return False
    return True


def _way_back(request: HttpRequest) -> str:
    # A form that came too late is not sent again by following a link.
    return request.get_full_path() if request.method in READING else "/"


def _redirect(request: HttpRequest, where: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return HttpResponseRedirect(where)


def _note_change(request: HttpRequest, response: HttpResponseBase, arguments: Mapping[str, object]) -> None:
    account: Any = request.user
    if request.method in READING or not account.is_authenticated or response.status_code >= 400:
        return
    match = request.resolver_match
    record(
        account,
        f"page:{match.view_name if match else ''}"[:60],
        now=request.now,  # type: ignore[attr-defined]
        details={name: str(value) for name, value in arguments.items()},
        address=address_of(request),
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """What an address of the API asks for."""

    rights: tuple[Right, ...] | Door
    place_of: PlaceOf = somewhere
    #: Whether a change through it is written into the audit log; not where the action writes rows of its own.
    noted: bool = True


def entry(rights: Rights, place_of: PlaceOf = somewhere, *, noted: bool = True) -> Entry:
    """An address of the API in the table of `urls.py`: the rights, and the place they are asked about."""
    return Entry(_wanted(rights), place_of, noted)


def _wanted(rights: Rights) -> tuple[Right, ...] | Door:
    if isinstance(rights, Door):
        return rights
    return (rights,) if isinstance(rights, Right) else tuple(rights)
