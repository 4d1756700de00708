"""The pages of signing in and out, and of one's own password."""

import json
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from minhbach.centre.access import sessions
from minhbach.centre.access.actions import accounts, sign_ins, signing_in, viewings
from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.forms import PasswordForm, SignInForm
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.words import Words


def sign_in(request: GuardedRequest) -> HttpResponse:
    """Ask for name and password; go on to where the person wanted to be."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = signing_in.sign_in(request, **form.cleaned_data, address=address_of(request), now=request.now)
        except signing_in.Busy as busy:
            form.add_error(None, str(busy.words))
            return _sign_in_page(request, form, 503)
        except signing_in.SignInRefused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            return _known(request, account, _in(request, _wanted(request)))
    return _sign_in_page(request, form, 403 if form.errors else 200)


def _sign_in_page(request: HttpRequest, form: SignInForm, status: int) -> HttpResponse:
    page = {"form": form, "next": _wanted(request), "demo_accounts": _demo_accounts()}
    answer = render(request, "access/sign_in.html", page, status=status)
    if status == 503:
        answer.headers["Retry-After"] = "1"
    return answer


def _in(request: HttpRequest, where: str) -> HttpResponse:
    """On to the page; the script that waits for its turn is told where, for it cannot see where it is led."""
    if request.headers.get("X-Waits"):
        return HttpResponse(status=204, headers={"X-Go-On": quote(where, safe="/?&=%#;,:@!$'()*+~-._")})
    return HttpResponseRedirect(where)


def _known(request: HttpRequest, account: Any, response: HttpResponse) -> HttpResponse:
    response.set_cookie(
        signing_in.DEVICE_COOKIE,
        signing_in.device_cookie(request, account),
        max_age=signing_in.DEVICE_AGE,
        path=reverse("sign_in"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def _wanted(request: HttpRequest) -> str:
    """The page of this site that the person wanted; the start otherwise, also for another site's address."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and not urlsplit(wanted).netloc
    return wanted if safe and wanted.startswith("/") else "/"


def _demo_accounts() -> list[dict[str, str]]:
    if not settings.MINHBACH_DEMO:
        return []
    try:
        found: list[dict[str, str]] = json.loads((settings.MINHBACH_DATA / "demo-accounts.json").read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return found


def sign_out(request: GuardedRequest) -> HttpResponse:
    """End the session, and whatever is being watched in it."""
    viewings.end_session(request.user, request.session, now=request.now)
    signing_in.sign_out(request, address=address_of(request), now=request.now)
    return HttpResponseRedirect(reverse("sign_in"))


def change_password(request: GuardedRequest) -> HttpResponse:
    """Change one's own password."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            before = sessions.digest_of(request.session)
            accounts.change_password(
                request.user, present=given["present"], new=given["new"], session=before, now=request.now
            )
        except accounts.AccountRefused as refusal:
            form.add_error("present", str(refusal.words))
        except ValidationError as error:
            form.add_error("new", error)
        else:
            update_session_auth_hash(request, request.user)
            sign_ins.moved(before, sessions.digest_of(request.session))
            messages.success(request, str(Words("Đã đổi mật khẩu.", "The password is changed.")))
            return HttpResponseRedirect("/")
    return render(request, "access/password.html", {"form": form})
