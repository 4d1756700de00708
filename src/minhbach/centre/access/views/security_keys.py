"""The page of one's own security keys: which there are, adding one, taking one away."""

import secrets
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import validate_host
from django.shortcuts import render
from django.urls import reverse
from django.utils.ipv6 import is_valid_ipv6_address

from minhbach.centre.access.actions import security_keys as actions
from minhbach.centre.access.forms import KeyForm, OwnerForm
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.key_proof import Site
from minhbach.centre.access.models import Account, CodeDevice
from minhbach.centre.words import Words

KEYS = Words("Khóa bảo mật", "Security keys")
CHALLENGE = "key_challenge"
ADDED = Words("Đã thêm khóa bảo mật.", "The security key is added.")
REMOVED = Words("Đã gỡ khóa bảo mật.", "The security key is taken away.")
NOT_PROVED = Words(
    "Muốn gỡ khóa, hãy nhập mật khẩu, và mã dùng một lần nếu đã bật.",
    "To remove a key, type your password, and the one-time code where codes are on.",
)
STALE = Words("Trang này đã mở quá lâu. Hãy thử lại.", "This page was open too long. Try again.")


def site_of(asked: HttpRequest) -> Site | None:
    """Where keys are asked for; none where the site is reached by a bare address, which keys belong to no name of."""
    host = asked.get_host()
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    numbers = name.replace(".", "").isdigit() or is_valid_ipv6_address(name.strip("[]"))
    return None if numbers else Site(name.lower(), f"{asked.scheme}://{host.lower()}")


def by_name(asked: HttpRequest) -> str:
    """The address of the same page by the machine's own name, where the site answers to it; empty otherwise."""
    here, _, port = asked.get_host().rpartition(":")
    if here != "127.0.0.1" or not validate_host("localhost", settings.ALLOWED_HOSTS):
        return ""
    return f"{asked.scheme}://localhost:{port}{asked.get_full_path()}"


def security_keys(request: GuardedRequest) -> HttpResponse:
    """The person's own keys; on POST one more, against password and code."""
    site = site_of(request)
    codes_on = _codes_on(request.user)
    form = KeyForm(request.POST or None)
    form.ask_code(codes_on)
    if request.method == "POST" and form.is_valid() and site is not None:
        challenge = request.session.pop(CHALLENGE, "")
        try:
            if not challenge:
                raise actions.ProofRefused(STALE)
            actions.add_key(
                request.user, **form.cleaned_data, challenge=actions.from_text(challenge), site=site, now=request.now
            )
        except actions.ProofRefused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            messages.success(request, str(ADDED))
            return HttpResponseRedirect(reverse("security_keys"))
    challenge = request.session[CHALLENGE] = actions.as_text(secrets.token_bytes(32))
    page = {
        "form": form,
        "rows": [(key, _removal(key.id, codes_on)) for key in actions.keys_of(request.user)],
        "site": site,
        "by_name": by_name(request),
        "challenge": challenge,
        "handle": actions.as_text(request.user.id.bytes),
        "crumbs": [(Words("Tài khoản của tôi", "My account"), reverse("own_account")), (KEYS, None)],
    }
    return render(request, "access/security_keys.html", page, status=422 if form.errors else 200)


def security_key_remove(request: GuardedRequest, key: UUID) -> HttpResponse:
    """Take one's own key away, against password and code."""
    form = OwnerForm(request.POST)
    form.ask_code(_codes_on(request.user))
    try:
        if not form.is_valid():
            raise actions.ProofRefused(NOT_PROVED)
        actions.remove_key(request.user, key, **form.cleaned_data, now=request.now)
    except actions.ProofRefused as refusal:
        messages.error(request, str(refusal.words))
    else:
        messages.success(request, str(REMOVED))
    return HttpResponseRedirect(reverse("security_keys"))


def _removal(key: UUID, codes_on: bool) -> OwnerForm:
    # Several of them stand on one page: each has names of its own for its fields.
    form = OwnerForm(auto_id=f"remove_{key}_%s")
    form.ask_code(codes_on)
    return form


def _codes_on(account: Account) -> bool:
    return CodeDevice.objects.filter(account=account, confirmed_at__isnull=False).exists()
