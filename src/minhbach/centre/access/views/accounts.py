"""Pages of accounts: who has one, opening, closing, giving a first password anew.

Whoever keeps accounts sees people of the units their right reaches, and touches an account only where it reaches every
post of the person: the keeper of one commune gives no password to somebody who also serves above.
"""

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.access.actions import accounts as actions
from minhbach.centre.access.actions import codes
from minhbach.centre.access.deciding import units_where
from minhbach.centre.access.forms import AccountForm, ReopenForm
from minhbach.centre.access.guard import GuardedRequest, refuse
from minhbach.centre.access.judging import NOT_YOURS
from minhbach.centre.access.models import Account, CodeDevice
from minhbach.centre.access.places import place_of_unit
from minhbach.centre.access.searching import searched
from minhbach.centre.registry import reading
from minhbach.centre.registry.models import Assignment, Person, true_on
from minhbach.centre.registry.vietnamese import search_key
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

ACCOUNTS = Words("Tài khoản", "Accounts")
TAKEN = Words("Tên đăng nhập này đã có người dùng.", "This name is taken.")
CODES_OFF = Words("Đã gỡ mã dùng một lần; người dùng được báo.", "One-time codes are off; the person is told.")
CODES_ASKED = Words(
    "Đã đề nghị gỡ mã. Người quản lý tài khoản khác phải xác nhận trong 24 giờ.",
    "Asked. Another keeper of accounts has to confirm within 24 hours.",
)
SHOWN = 100


def accounts(request: GuardedRequest) -> HttpResponse:
    """The people in reach, with their accounts."""
    day = reading.day_of(request.now)
    reach = units_where(request.user, Right.ACCOUNTS, now=request.now)
    posts = Assignment.objects.filter(true_on(day), unit__in=reach)
    text = searched(request, request.user, "accounts", request.GET.get("q", ""), now=request.now)
    sought = search_key(text)
    people = Person.objects.filter(id__in=posts.values("person"), search_key__contains=sought).order_by("sort_key")
    shown = list(people.select_related("account")[:SHOWN])
    units = reading.names_on(reach, day)
    duties: dict[UUID, list[str]] = {}
    for post in posts.filter(person__in=shown):
        duties.setdefault(post.person_id, []).append(units[post.unit_id].name if post.unit_id in units else "")
    guarded = set(CodeDevice.objects.filter(confirmed_at__isnull=False).values_list("account", flat=True))
    asked = dict(codes.open_resets(now=request.now).values_list("account", "asked_by"))
    rows = [
        {
            "person": one,
            "account": account,
            "units": duties.get(one.id, []),
            "codes": account is not None and account.id in guarded,
            "asked": asked.get(account.id) if account else None,
        }
        for one in shown
        for account in [getattr(one, "account", None)]
    ]
    page = {"rows": rows, "sought": text, "crumbs": [(ACCOUNTS, None)]}
    return render(request, "access/accounts.html", page)


def account_open(request: GuardedRequest, person: UUID) -> HttpResponse:
    """Open an account for a person, or their closed one again; its first password is shown once."""
    row = _reached(request, person)
    there = Account.objects.filter(person=row).first()
    return _open_again(request, there) if there else _open_first(request, row)


def _open_first(request: GuardedRequest, row: Person) -> HttpResponse:
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = secrets.token_urlsafe(12)
        try:
            with transaction.atomic():
                made = actions.open_account(request.user, person=row.id, password=password, now=request.now,
                                            **form.cleaned_data)  # fmt: skip
        except actions.AccountRefused as refusal:
            form.add_error(None, str(refusal.words))
        except (IntegrityError, ValidationError):
            form.add_error("username", str(TAKEN))
        else:
            return _password_once(request, made, password)
    return _open_page(request, form, row)


def _open_again(request: GuardedRequest, closed: Account) -> HttpResponse:
    if closed.is_active:
        return _back(request, actions.HAS_ONE)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = secrets.token_urlsafe(12)
        try:
            actions.reopen_account(request.user, closed, password=password, now=request.now, **form.cleaned_data)
        except actions.AccountRefused as refusal:
            return _back(request, refusal.words)
        return _password_once(request, closed, password)
    return _open_page(request, form, closed.person, closed)


def _open_page(
    request: GuardedRequest, form: AccountForm | ReopenForm, row: Person, closed: Account | None = None
) -> HttpResponse:
    crumbs = [(ACCOUNTS, reverse("accounts")), (row.full_name, None)]
    page = {"form": form, "person": row, "closed": closed, "crumbs": crumbs}
    return render(request, "access/account_open.html", page)


def account_reset(request: GuardedRequest, person: UUID) -> HttpResponse:
    """Give a first password anew, shown once; the person is told by a notice."""
    account = get_object_or_404(Account, person=_reached(request, person), is_active=True)
    password = secrets.token_urlsafe(12)
    try:
        actions.reset_password(request.user, account, password=password, now=request.now)
    except actions.AccountRefused as refusal:
        return _back(request, refusal.words)
    return _password_once(request, account, password)


def account_close(request: GuardedRequest, person: UUID) -> HttpResponse:
    """Close an account; whatever is watched with it stops within ten seconds."""
    account = get_object_or_404(Account, person=_reached(request, person))
    try:
        actions.close_account(request.user, account, now=request.now)
    except actions.AccountRefused as refusal:
        return _back(request, refusal.words)
    messages.success(request, str(Words("Đã đóng tài khoản.", "The account is closed.")))
    return HttpResponseRedirect(reverse("accounts"))


def code_reset(request: GuardedRequest, person: UUID) -> HttpResponse:
    """Ask that somebody's one-time codes are taken off, or do it where another keeper of accounts has asked."""
    account = get_object_or_404(Account, person=_reached(request, person), is_active=True)
    waiting = codes.open_resets(now=request.now).filter(account=account).exclude(asked_by=request.user).exists()
    try:
        if waiting:
            codes.confirm_reset(request.user, account, now=request.now)
        else:
            codes.ask_reset(request.user, account, now=request.now)
    except actions.AccountRefused as refusal:
        return _back(request, refusal.words)
    messages.success(request, str(CODES_OFF if waiting else CODES_ASKED))
    return HttpResponseRedirect(reverse("accounts"))


def _reached(request: GuardedRequest, person: UUID) -> Person:
    """The person, if every post of theirs lies where the asker keeps accounts; a recorded refusal otherwise."""
    row = get_object_or_404(Person, id=person)
    reach = units_where(request.user, Right.ACCOUNTS, now=request.now)
    for post in reading.posts(row.id, reading.day_of(request.now)):
        if post.unit_id not in reach:
            refuse(
                request,
                Right.ACCOUNTS,
                NOT_YOURS.fill(right=Right.ACCOUNTS.words),
                place_of_unit(post.unit_id, request.now),
            )
    return row


def _password_once(request: GuardedRequest, account: Account, password: str) -> HttpResponse:
    crumbs: list[tuple[Any, Any]] = [(ACCOUNTS, reverse("accounts")), (account.person.full_name, None)]
    page = {"account": account, "password": password, "crumbs": crumbs}
    return render(request, "access/password_once.html", page)


def _back(request: GuardedRequest, words: Words) -> HttpResponse:
    messages.error(request, str(words))
    return HttpResponseRedirect(reverse("accounts"))
