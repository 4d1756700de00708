"""One's own account: posts, where one is signed in, what one was granted."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access import sessions
from minhbach.centre.access.actions import sign_ins as actions
from minhbach.centre.access.actions.security_keys import keys_of
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.models import CodeDevice
from minhbach.centre.access.reading import grants_of, sign_ins_of
from minhbach.centre.registry import reading
from minhbach.centre.regulation.reading import roles_on
from minhbach.centre.words import Words

MINE = Words("Tài khoản của tôi", "My account")


def own_account(request: GuardedRequest) -> HttpResponse:
    """What the person is, what they were granted, and where they are signed in."""
    day = reading.day_of(request.now)
    posts = reading.posts(request.user.person_id, day)
    units, roles = reading.names_on({post.unit_id for post in posts}, day), dict(roles_on(day))
    page = {
        "posts": [
            (post, post.title or roles.get(post.role, post.role), units[post.unit_id].name)
            for post in posts
            if post.unit_id in units
        ],
        "grants": grants_of(request.user.person_id, now=request.now),
        "sign_ins": sign_ins_of(request.user, sessions.digest_of(request.session), now=request.now),
        "keys": len(keys_of(request.user)),
        "codes_on": CodeDevice.objects.filter(account=request.user, confirmed_at__isnull=False).exists(),
        "crumbs": [(MINE, None)],
    }
    return render(request, "access/own_account.html", page)


def end_session(request: GuardedRequest, sign_in: UUID) -> HttpResponse:
    """End one of one's own sessions, and what is watched in it."""
    if not actions.end_sign_in(request.user, sign_in, now=request.now):
        raise Http404
    messages.success(request, str(Words("Đã kết thúc phiên đó.", "That session has ended.")))
    return HttpResponseRedirect(reverse("own_account"))


def end_other_sessions(request: GuardedRequest) -> HttpResponse:
    """End every session but this one."""
    ended = actions.end_sign_ins(request.user, besides=sessions.digest_of(request.session), now=request.now)
    told = Words("Đã kết thúc {n} phiên khác.", "Other sessions ended: {n}.").fill(n=ended)
    messages.success(request, str(told))
    return HttpResponseRedirect(reverse("own_account"))
