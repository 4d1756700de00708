"""The pages of signing in and of one's own account."""

import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_otp.plugins.otp_totp.models import TOTPDevice

from minhbach.centre.access.actions import accounts, signing_in, viewings
from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.forms import CodeForm, PasswordForm, SignInForm
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.pictures import qr_picture
from minhbach.centre.words import Words


def sign_in(request: GuardedRequest) -> HttpResponse:
    """Ask for name and password; go on to where the person wanted to be."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = signing_in.sign_in(request, **form.cleaned_data, address=address_of(request), now=request.now)
        except signing_in.SignInRefused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            return _known(request, account, HttpResponseRedirect(_wanted(request)))
    page = {"form": form, "next": _wanted(request), "demo_accounts": _demo_accounts()}
    return render(request, "access/sign_in.html", page, status=403 if form.errors else 200)


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
            accounts.change_password(request.user, present=given["present"], new=given["new"], now=request.now)
        except accounts.AccountRefused as refusal:
            form.add_error("present", str(refusal.words))
        except ValidationError as error:
            form.add_error("new", error)
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, str(Words("Đã đổi mật khẩu.", "The password is changed.")))
            return HttpResponseRedirect("/")
    return render(request, "access/password.html", {"form": form})


def codes(request: GuardedRequest) -> HttpResponse:
    """One-time codes: the picture to scan, and the first code that turns them on."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.confirm_codes(request.user, code=form.cleaned_data["code"], now=request.now)
        except accounts.AccountRefused as refusal:
            form.add_error("code", str(refusal.words))
        else:
            messages.success(request, str(Words("Đã bật mã dùng một lần.", "One-time codes are on.")))
            return HttpResponseRedirect(reverse("codes"))
    device = TOTPDevice.objects.filter(user=request.user, confirmed=False).first() if form.is_bound else None
    page = {"form": form, "on": TOTPDevice.objects.filter(user=request.user, confirmed=True).exists()}
    if device is not None:
        page |= {"picture": qr_picture(device.config_url), "device": device}
    return render(request, "access/codes.html", page)


def begin_codes(request: GuardedRequest) -> HttpResponse:
    """A new secret to scan. Nothing counts until a first code proves it."""
    device = accounts.begin_codes(request.user)
    page = {"form": CodeForm(), "picture": qr_picture(device.config_url), "device": device, "on": False}
    return render(request, "access/codes.html", page)
