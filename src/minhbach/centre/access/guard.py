"""The guard before every address: decides, writes down a refusal, and hands the view what it may show.

`centre/urls.py` lists every address as `path(route, guard(right, place_of, view))`; the API has one table of the same
three (`ApiGuard`). A view gets `request.now`, `request.user` (an `Account`) and `request.decision`. The guard also
writes who changed something: apps below cannot reach the audit log.

Who asks faster than people do is told to wait (`pace`), and papers, tables and searches that somebody takes along or
makes are written down like changes. A paper that this machine cannot print is said so in words.

A page answers 403 with the reason, an address of the API with the same words as JSON. Nobody is told about a place
before they are signed in.
"""

import datetime
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from enum import Enum
from typing import Any, NoReturn
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from minhbach.centre.access import sessions
from minhbach.centre.access.addresses import address_of, line_of
from minhbach.centre.access.closing import PersonalKeyMissing
from minhbach.centre.access.deciding import decide_any, remembering, standing_of
from minhbach.centre.access.judging import Decision, Standing
from minhbach.centre.access.models import Account
from minhbach.centre.access.pace import TOO_FAST, Cost, Pace, cost_of
from minhbach.centre.access.places import ANYWHERE, Place, PlaceOf, somewhere
from minhbach.centre.access.recording import record, record_refusal
from minhbach.centre.access.searching import goes_on
from minhbach.centre.look import errors
from minhbach.centre.papers.printing import NotPrinted
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

READING = ("GET", "HEAD")
PACE = Pace(time.monotonic)
_WHOLE_NUMBER = 6
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
    #: Only behind a right: everything that decided, and about which place; for a view that judges further there.
    standing: Standing
    place: Place


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
    #: How dear an answer is, where the address does not say it.
    cost: Cost | None = None
    #: Whether what is changed or taken through it is written into the audit log; not where the view does it better.
    noted: bool = True

    def __call__(self, request: HttpRequest, **arguments: object) -> HttpResponseBase:
        """Decide, and let the view answer."""
        request.now = timezone.now()  # type: ignore[attr-defined]
        if request.method not in self.methods:
            return HttpResponseNotAllowed(self.methods)
        if self.rights is not PUBLIC and (elsewhere := _not_signed_in(request, self.while_new)):
            return elsewhere
        if wait_s := wait_of(request, self.cost):
            return errors.later(request, 429, TOO_FAST.fill(n=wait_s), wait_s)
        if says_nul(request):
            raise BadRequest("NUL")
        try:
            with remembering() if request.method in READING else nullcontext():
                allow(request, self.rights, self.place_of, arguments)
                response = self.view(request, **arguments)
        except NotPrinted as problem:
            return errors.unprinted(request, problem)
        except PersonalKeyMissing as problem:
            return errors.unopened(request, problem)
        if self.noted:
            _note(request, response, arguments, self.cost)
        if self.rights is not PUBLIC:
            patch_cache_control(response, private=True, no_store=True)
        return response


def says_nul(request: HttpRequest) -> bool:
    """Whether some field holds a NUL: no person types one, and PostgreSQL takes none."""
    fields = [request.GET] if request.method in READING else [request.GET, request.POST]
    return any("\0" in value for given in fields for values in given.lists() for value in (values[0], *values[1]))


def guard(
    rights: Rights,
    place_of: PlaceOf,
    view: View,
    *,
    methods: str = "GET",
    while_new: bool = False,
    cost: Cost | None = None,
    noted: bool = True,
) -> Guarded:
    """A view that only they reach who have one of the rights at the place; `methods` as in "GET POST"."""
    allowed = tuple(methods.split())
    answered = (*allowed, "HEAD") if "GET" in allowed else allowed
    return Guarded(_wanted(rights), place_of, view, answered, while_new, cost, noted)


def wait_of(request: HttpRequest, cost: Cost | None) -> int:
    """The seconds that this asker has to wait first; 0 to go ahead. Once a minute it is written down as a refusal."""
    account: Any = request.user
    match = request.resolver_match
    known = account.is_authenticated
    who = f"account {account.pk}" if known else f"address {line_of(address_of(request))}"
    found = cost or cost_of(match.route if match else "", reading=request.method in READING)
    wait_s, is_first = PACE.wait_s(who, found)
    if is_first:
        record_refusal(
            account if known else None,
            found.value[0],
            TOO_FAST.fill(n=round(wait_s)),
            now=request.now,  # type: ignore[attr-defined]
            route=(match.view_name if match else "") or "",
            address=address_of(request),
        )
    return round(wait_s)


def allow(
    request: HttpRequest, rights: tuple[Right, ...] | Door, place_of: PlaceOf, arguments: Mapping[str, object]
) -> None:
    """Set `request.decision`, or write down the refusal and raise PermissionDenied with its words."""
    if isinstance(rights, Door):
        request.decision = Decision(True, Words("", ""))  # type: ignore[attr-defined]
        return
    now: datetime.datetime = request.now  # type: ignore[attr-defined]
    account: Any = request.user
    place, standing = place_of(arguments, now), standing_of(account, now=now)
    decision = decide_any(standing, rights, place)
    if not decision.allowed:
        refuse(request, rights[0], decision.why, place)
    request.decision, request.standing, request.place = decision, standing, place  # type: ignore[attr-defined]


def refuse(request: HttpRequest, wanted: Right, why: Words, place: Place = ANYWHERE) -> NoReturn:
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


def _note(request: HttpRequest, response: HttpResponseBase, arguments: Mapping[str, object], cost: Cost | None) -> None:
    account: Any = request.user
    if not account.is_authenticated or response.status_code >= 500:
        return
    match = request.resolver_match
    details = {name: str(value) for name, value in arguments.items()}
    if cost is Cost.LOOKING_UP:
        # What was looked for and not found is told too, whatever was answered.
        verb, details = "searched", details | _searched(request)
        if not details or (_is_typing(request, details) and _goes_on(request, details)):
            return
    elif response.status_code >= 400:
        return
    elif request.method not in READING:
        verb = "page"
    elif cost_of(match.route if match else "", reading=True) is Cost.TAKING:
        verb = "taken"
    else:
        return
    record(
        account,
        f"{verb}:{match.view_name if match else ''}"[:60],
        now=request.now,  # type: ignore[attr-defined]
        details=details,
        address=address_of(request),
    )


def _searched(request: HttpRequest) -> dict[str, str]:
    """What somebody looked for."""
    return {name[:40]: str(value)[:80] for name, value in request.GET.dict().items() if str(value).strip()}


def _is_typing(request: HttpRequest, asked: Mapping[str, str]) -> bool:
    """Whether the page says that this is typed, and none of it could already be a whole number."""
    digits = (sum(letter.isdigit() for letter in value) for value in asked.values())
    return request.headers.get("HX-Request") == "true" and all(count < _WHOLE_NUMBER for count in digits)


def _goes_on(request: HttpRequest, asked: dict[str, str]) -> bool:
    # What a client says of itself hides no search: only words that a row says already, but for a letter or two.
    account: Any = request.user
    match = request.resolver_match
    now: datetime.datetime = request.now  # type: ignore[attr-defined]
    return goes_on(account, f"searched:{match.view_name if match else ''}"[:60], asked, now=now)


@dataclass(frozen=True, slots=True)
class Entry:
    """What an address of the API asks for."""

    rights: tuple[Right, ...] | Door
    place_of: PlaceOf = somewhere
    #: Whether a change through it is written into the audit log; not where the action writes rows of its own.
    noted: bool = True
    cost: Cost | None = None


def entry(rights: Rights, place_of: PlaceOf = somewhere, *, noted: bool = True, cost: Cost | None = None) -> Entry:
    """An address of the API in the table of `urls.py`: the rights, and the place they are asked about."""
    return Entry(_wanted(rights), place_of, noted, cost)


def _wanted(rights: Rights) -> tuple[Right, ...] | Door:
    if isinstance(rights, Door):
        return rights
    return (rights,) if isinstance(rights, Right) else tuple(rights)
