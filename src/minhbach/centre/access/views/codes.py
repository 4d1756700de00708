"""The page of one-time codes: the picture to scan, the first code, codes for a lost phone shown once."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access import one_time
from minhbach.centre.access.actions import codes as actions
from minhbach.centre.access.actions.accounts import AccountRefused
from minhbach.centre.access.forms import CodeForm
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.models import CodeDevice, RecoveryCode
from minhbach.centre.access.pictures import qr_picture
from minhbach.centre.words import Words

CODES = Words("Mã dùng một lần", "One-time codes")


def codes(request: GuardedRequest) -> HttpResponse:
    """Whether codes are on; a first code turns them on and shows the codes for a lost phone."""
    form = CodeForm(request.POST or None)
    secret = None
    if request.method == "POST" and form.is_valid():
        try:
            recovery = actions.confirm_codes(request.user, code=form.cleaned_data["code"], now=request.now)
        except AccountRefused as refusal:
            form.add_error("code", str(refusal.words))
        else:
            messages.success(request, str(Words("Đã bật mã dùng một lần.", "One-time codes are on.")))
            return _shown_once(request, recovery)
    if form.is_bound:
        secret = actions.secret_begun(request.user)
    return _page(request, form, secret)


def begin_codes(request: GuardedRequest) -> HttpResponse:
    """A new secret to scan. Nothing counts until a first code proves it."""
    return _page(request, CodeForm(), actions.begin_codes(request.user, now=request.now))


def renew_recovery(request: GuardedRequest) -> HttpResponse:
    """New codes for a lost phone, against a code of the phone; the old ones are void."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, None)
    try:
        made = actions.renew_recovery_codes(request.user, code=form.cleaned_data["code"], now=request.now)
    except AccountRefused as refusal:
        messages.error(request, str(refusal.words))
        return HttpResponseRedirect(reverse("codes"))
    return _shown_once(request, made)


def _page(request: GuardedRequest, form: CodeForm, secret: bytes | None) -> HttpResponse:
    page: dict[str, object] = {
        "form": form,
        "on": CodeDevice.objects.filter(account=request.user, confirmed_at__isnull=False).exists(),
        "left": RecoveryCode.objects.filter(account=request.user, used_at__isnull=True).count(),
        "crumbs": _crumbs(),
    }
    if secret is not None:
        page["picture"] = qr_picture(one_time.address(secret, request.user.username))
        page["typed"] = one_time.base32(secret)
    return render(request, "access/codes.html", page)


def _shown_once(request: GuardedRequest, recovery: list[str]) -> HttpResponse:
    return render(request, "access/recovery_codes.html", {"recovery": recovery, "crumbs": _crumbs()})


def _crumbs() -> list[tuple[Words, str | None]]:
    return [(Words("Tài khoản của tôi", "My account"), reverse("own_account")), (CODES, None)]
