"""The pages of what went wrong: what happened, what to do, and a code to tell support.

The code is written to the log beside the path, so that a call to support finds its line; quoted as in an address, for
no path may write lines of its own there. The page for our own failures asks neither the database nor the session: they
may be what failed.
"""

import logging
import secrets
from collections.abc import Callable
from urllib.parse import quote

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from minhbach.centre.words import Words
from minhbach.centre.words.formats import english

log = logging.getLogger(__name__)
#: Letters and digits that are not taken for each other on the phone.
ALPHABET = "346789ACDEFGHJKMNPQRTUVWXY"


def code() -> str:
    """Six letters and digits, as `7KF-3QA`."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(6))
    return f"{letters[:3]}-{letters[3:]}"


def _answer(request: HttpRequest, status: int, why: str = "") -> HttpResponse:
    told = code()
    log.warning("%s: answered %d for %s", told, status, quote(request.path))
    return render(request, f"errors/{status}.html", {"code": told, "why": why}, status=status)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the sentence of the refusal, where there is one, is shown as it is."""
    return _answer(request, 403, _words_in(exception))


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or none that this person may know of; with the sentence of who looked, where there is one."""
    return _answer(request, 404, _words_in(exception))


def _words_in(exception: Exception | None) -> str:
    return next((str(a) for a in getattr(exception, "args", ()) if isinstance(a, Words)), "")


def bad_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form that came without its token: mostly a page left open overnight."""
    return _answer(
        request,
        403,
        str(
            Words(
                "Trang này đã mở quá lâu hoặc trình duyệt chặn cookie. Hãy tải lại trang rồi gửi lại.",
                "This page was open too long, or the browser blocks cookies. Reload it and send again.",
            )
        ),
    )


def later(request: HttpRequest, status: int, words: Words, wait_s: int) -> HttpResponse:
    """429 of somebody who asks too fast: how long to wait."""
    answer = _answer(request, status, str(words))
    answer.headers["Retry-After"] = str(wait_s)
    return answer


def unprinted(request: HttpRequest, problem: Exception) -> HttpResponse:
    """503 of a paper that this machine cannot print; what is missing stands in the log of the service."""
    log.error("a paper could not be printed: %s", str(problem)[:300])
    return _answer(request, 503)


def unopened(request: HttpRequest, problem: Exception) -> HttpResponse:
    """503 of a page about a citizen whose data no key opens; which file is missing stands in the log of the service."""
    told = code()
    log.error("%s: personal data could not be opened: %s", told, str(problem)[:300])
    return render(request, "errors/unopened.html", {"code": told}, status=503)


def malformed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 of what is too large. The request may be of a host that is not ours: nothing of it is used."""
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    told = code()
    log.warning("%s: answered %d", told, status)
    return _bare(status, told)


def failed(request: HttpRequest) -> HttpResponse:
    """500: our own fault; nothing that was saved is lost."""
    told = code()
    log.error("%s: answered 500 for %s", told, quote(request.path))
    return _bare(500, told)


def _bare(status: int, told: str) -> HttpResponse:
    page = loader.get_template(f"errors/{status}.html")
    return HttpResponse(page.render({"code": told, "english": english()}), status=status)


class SaysWhy:
    """Gives words to a 405, which is an empty page otherwise: mostly the address of a button, typed or reloaded."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        wants_page = "text/html" in request.headers.get("Accept", "") and "HX-Request" not in request.headers
        if response.status_code != 405 or response.content or not wants_page:
            return response
        told = _answer(request, 405)
        told.headers["Allow"] = response.headers["Allow"]
        return told
