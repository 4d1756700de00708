"""The pages of what went wrong: what happened, what to do, and a code to tell support.

The code is written to the log beside the path, so that a call to support finds its line. The page for our own failures
asks neither the database nor the session: they may be what failed.
"""

import logging
import secrets

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
    log.warning("%s: answered %d for %s", told, status, request.path)
    return render(request, f"errors/{status}.html", {"code": told, "why": why}, status=status)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the sentence of the refusal, where there is one, is shown as it is."""
    why = next((str(a) for a in getattr(exception, "args", ()) if isinstance(a, Words)), "")
    return _answer(request, 403, why)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or none that this person may know of."""
    return _answer(request, 404)


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


def failed(request: HttpRequest) -> HttpResponse:
    """500: our own fault; nothing that was saved is lost."""
    told = code()
    log.error("%s: answered 500 for %s", told, request.path)
    return HttpResponse(loader.get_template("errors/500.html").render({"code": told, "english": english()}), status=500)
