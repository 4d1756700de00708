"""The API's one guard, and what it answers when it refuses.

`centre/addresses/operations.py` has a table "METHOD route" → `entry(rights, place_of)` for every operation of every
router; one that is not in the table is refused, and a test fails. Cookies are believed only together with the form
token (`X-CSRFToken`). Every refusal is JSON `{vi, en}`; nothing of an exception's own text leaves.
"""

import logging
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.utils import timezone
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.utils import check_csrf

from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.closing import PersonalKeyMissing
from minhbach.centre.access.guard import (
    PUBLIC,
    READING,
    SIGN_IN_FIRST,
    Entry,
    allow,
    is_signed_in,
    says_nul,
    wait_of,
)
from minhbach.centre.access.pace import TOO_FAST, Cost
from minhbach.centre.access.recording import record
from minhbach.centre.messaging.actions import both
from minhbach.centre.words import Words

log = logging.getLogger(__name__)
PREFIX = "api/"
NO_SUCH = Words("Không có mục này.", "There is no such thing.")
NOT_UNDERSTOOD = Words("Yêu cầu không đúng dạng.", "The request is not of the right form.")
PAGE_TOO_OLD = Words("Trang này đã mở quá lâu. Hãy tải lại trang.", "This page was open too long. Reload it.")
NOT_OPENED = Words(
    "Máy chủ thiếu khóa để mở dữ liệu cá nhân. Hãy báo cán bộ kỹ thuật.",
    "The server lacks the key that opens personal data. Tell the technician.",
)
UNLISTED = Words("Địa chỉ này không có.", "There is no such address.")


class TooFast(Exception):
    """Somebody asks faster than people do."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


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
        if wait_s := wait_of(request, listed.cost):
            raise TooFast(wait_s)
        if request.method not in READING and check_csrf(request) is not None:
            raise PermissionDenied(PAGE_TOO_OLD)
        if getattr(request.user, "must_change_password", False):
            raise SignInFirst
        if says_nul(request) or b"\\u0000" in _body(request):
            raise ValidationError([{"loc": (), "type": "nul"}])
        arguments = dict(match.kwargs) if match else {}
        allow(request, listed.rights, listed.place_of, arguments)
        if listed.cost is Cost.LOOKING_UP:
            _record(request, f"searched:api/{route}", request.GET.dict())
        elif request.method not in READING and listed.noted:
            _record(request, f"api:{route}", arguments)
        return request.user


def _record(request: HttpRequest, act: str, details: Mapping[str, object]) -> None:
    record(
        request.user,  # type: ignore[arg-type]
        act[:60],
        now=request.now,  # type: ignore[attr-defined]
        details={name[:40]: str(value)[:80] for name, value in details.items()},
        address=address_of(request),
    )


def _body(request: HttpRequest) -> bytes:
    """What was sent, as JSON. A form was read already, for its token: that is nothing the API understands."""
    try:
        return request.body
    except RawPostDataException:
        raise ValidationError([{"loc": (), "type": "form"}]) from None


def guarded_api(routers: Mapping[str, Router], table: Mapping[str, Entry]) -> NinjaAPI:
    """The API of the site: these routers behind the one guard. Its description is served by `description`."""
    api = NinjaAPI(title="Minh Bạch", version="1", auth=ApiGuard(table), docs_url=None, openapi_url=None)
    for prefix, router in routers.items():
        api.add_router(prefix, router)
    api.exception_handler(PermissionDenied)(_forbidden)
    api.exception_handler(SignInFirst)(lambda request, error: _say(SIGN_IN_FIRST, 401))
    api.exception_handler(TooFast)(_too_fast)
    api.exception_handler(Http404)(lambda request, error: _say(NO_SUCH, 404))
    api.exception_handler(ValidationError)(_not_understood)
    api.exception_handler(HttpError)(_not_read)
    api.exception_handler(PersonalKeyMissing)(_not_opened)
    return api


def _forbidden(request: HttpRequest, error: PermissionDenied | type[PermissionDenied]) -> HttpResponse:
    given = getattr(error, "args", ())
    words = next((value for value in given if isinstance(value, Words)), UNLISTED)
    return _say(words, 403, code=str(getattr(error, "code", "refused")))


def _not_opened(request: HttpRequest, error: PersonalKeyMissing | type[PersonalKeyMissing]) -> HttpResponse:
    log.error("personal data could not be opened: %s", str(error)[:300].replace("\n", " "))
    return _say(NOT_OPENED, 503)


def _too_fast(request: HttpRequest, error: TooFast | type[TooFast]) -> HttpResponse:
    wait_s = int(getattr(error, "wait_s", 1))
    answer = _say(TOO_FAST.fill(n=wait_s), 429)
    answer.headers["Retry-After"] = str(wait_s)
    return answer


def _not_read(request: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    # django-ninja's own word for what is no JSON at all.
    return _say(NOT_UNDERSTOOD, getattr(error, "status_code", 400))


def _not_understood(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    # Where and what kind, never the value: it may be something typed into the wrong field.
    faults = [{"at": list(fault["loc"]), "kind": fault["type"]} for fault in getattr(error, "errors", [])]
    return JsonResponse({**pair(NOT_UNDERSTOOD), "faults": faults}, status=422)


def _say(words: Words, status: int, **more: str) -> HttpResponse:
    return JsonResponse({**pair(words), **more}, status=status)
