"""The API's one guard, and what it answers when it refuses.

`centre/urls.py` has a table "METHOD route" → `entry(rights, place_of)` for every operation of every router; one that
is not in the table is refused, and a test fails. Cookies are believed only together with the form token
(`X-CSRFToken`). Every refusal is JSON `{vi, en}`; nothing of an exception's own text leaves.
"""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import NinjaAPI, Router
from ninja.errors import ValidationError
from ninja.utils import check_csrf

from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.guard import PUBLIC, READING, SIGN_IN_FIRST, Entry, allow, is_signed_in
from minhbach.centre.access.recording import record
from minhbach.centre.messaging.actions import both
from minhbach.centre.words import Words

PREFIX = "api/"
NO_SUCH = Words("Không có mục này.", "There is no such thing.")
NOT_UNDERSTOOD = Words("Yêu cầu không đúng dạng.", "The request is not of the right form.")
PAGE_TOO_OLD = Words("Trang này đã mở quá lâu. Hãy tải lại trang.", "This page was open too long. Reload it.")
UNLISTED = Words("Địa chỉ này không có.", "There is no such address.")


class SignInFirst(Exception):
    """The request belongs to no sign-in that lasts."""


def pair(words: Words) -> dict[str, str]:
    """A sentence as the API says it, both languages."""
    vi, en = both(words)
    return {"vi": vi, "en": en}


class ApiGuard:
    """Called by django-ninja before each operation."""

    def __init__(self, table: Mapping[str, Entry]) -> None:
        self.table = table

    def __call__(self, request: HttpRequest) -> object:
        """The account, if it may; raises otherwise."""
        request.now = timezone.now()  # type: ignore[attr-defined]
        match = request.resolver_match
        # django-ninja has a converter of its own for UUIDs; the table says it as Django does.
        route = match.route.removeprefix(PREFIX).replace("<uuidstr:", "<uuid:") if match else ""
        listed = self.table.get(f"{request.method} {route}")
        if listed is None:
            raise Http404
        if listed.rights is not PUBLIC and not is_signed_in(request):
            raise SignInFirst
        if request.method not in READING and check_csrf(request) is not None:
            raise PermissionDenied(PAGE_TOO_OLD)
        if getattr(request.user, "must_change_password", False):
            raise SignInFirst
        arguments = dict(match.kwargs) if match else {}
        allow(request, listed.rights, listed.place_of, arguments)
        if request.method not in READING and listed.noted:
            record(
                request.user,  # type: ignore[arg-type]
                f"api:{route}"[:60],
                now=request.now,  # type: ignore[attr-defined]
                details={name: str(value) for name, value in arguments.items()},
                address=address_of(request),
            )
        return request.user


def guarded_api(routers: Mapping[str, Router], table: Mapping[str, Entry]) -> NinjaAPI:
    """The API of the site: these routers behind the one guard. Its description is served by `description`."""
    api = NinjaAPI(title="Minh Bạch", version="1", auth=ApiGuard(table), docs_url=None, openapi_url=None)
    for prefix, router in routers.items():
        api.add_router(prefix, router)
    api.exception_handler(PermissionDenied)(_forbidden)
    api.exception_handler(SignInFirst)(lambda request, error: _say(SIGN_IN_FIRST, 401))
    api.exception_handler(Http404)(lambda request, error: _say(NO_SUCH, 404))
    api.exception_handler(ValidationError)(_not_understood)
    return api


def _forbidden(request: HttpRequest, error: PermissionDenied | type[PermissionDenied]) -> HttpResponse:
    given = getattr(error, "args", ())
    words = next((value for value in given if isinstance(value, Words)), UNLISTED)
    return _say(words, 403, code=str(getattr(error, "code", "refused")))


def _not_understood(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    # Where and what kind, never the value: it may be something typed into the wrong field.
    faults = [{"at": list(fault["loc"]), "kind": fault["type"]} for fault in getattr(error, "errors", [])]
    return JsonResponse({**pair(NOT_UNDERSTOOD), "faults": faults}, status=422)


def _say(words: Words, status: int, **more: str) -> HttpResponse:
    return JsonResponse({**pair(words), **more}, status=status)
