"""The draft of the next version: begun, changed part by part, looked at as a difference, issued or dropped."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.pages import Asked, Crumbs, FormPage, act, answer, unit_crumbs
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation import drafting, sections
from minhbach.centre.regulation.document import differences
from minhbach.centre.regulation.forms import CalendarForm, IssueForm, NewRoleForm, RoleForm, TimesForm
from minhbach.centre.regulation.models import Draft
from minhbach.centre.regulation.rules import parse
from minhbach.centre.regulation.views.versions import HERE, kinds
from minhbach.centre.regulation.wording import CATALOGUE_WORDS
from minhbach.centre.words import Words

DRAFT = Words("Dự thảo", "Draft")
SAVE = Words("Lưu vào dự thảo", "Keep in the draft")
SAVED = Words("Đã lưu vào dự thảo.", "Kept in the draft.")


def begin(request: Asked, unit: UUID) -> HttpResponse:
    """A draft, begun from what is in force."""
    return act(
        request,
        lambda: drafting.begin(request.user.person, unit=unit, now=request.now),
        done=Words("Đã mở dự thảo. Dự thảo không có hiệu lực.", "The draft is begun. It binds nobody."),
        back=reverse("unit_regulation", args=[unit]),
    )


def draft(request: Asked, draft: UUID) -> HttpResponse:
    """What the draft would change, the ways to its parts, and the form that issues it."""
    row = open_draft(draft)
    rules, before = parse(row.content), parse(row.base.content)
    back = reverse("unit_regulation", args=[row.unit_id])
    page = FormPage(
        heading=Words("Dự thảo quy chế", "Draft regulation"),
        lead=Words("Chưa có hiệu lực cho đến khi ban hành.", "Binds nobody until it is issued."),
        submit=Words("Ban hành", "Issue"),
        back=back,
        crumbs=draft_crumbs(request, row),
        done=Words("Đã ban hành phiên bản mới.", "The new version is issued."),
        template="regulation/draft.html",
    )

    def issue(values: dict[str, Any]) -> str:
        made = drafting.issue(request.user.person, row, now=request.now, **values)
        return reverse("regulation", args=[made.id])

    extra: dict[str, object] = {
        "row": row,
        "roles": rules.roles,
        "catalogues": CATALOGUE_WORDS,
        "changes": differences(before, rules, kinds()),
        "troubles": drafting.obstacles(request.user.person, row, registry.day_of(request.now)),
    }
    return answer(request, page, IssueForm(request.POST or None), issue, extra)


def drop(request: Asked, draft: UUID) -> HttpResponse:
    """Leave the draft."""
    row = get_object_or_404(Draft, id=draft)
    return act(
        request,
        lambda: drafting.drop(request.user.person, row, now=request.now),
        done=Words("Đã bỏ dự thảo.", "The draft is dropped."),
        back=reverse("unit_regulation", args=[row.unit_id]),
    )


def times(request: Asked, draft: UUID) -> HttpResponse:
    """Every period."""
    row = open_draft(draft)
    initial = sections.times_initial(row.content)
    form = TimesForm(request.POST or None, initial=initial)
    return draft_part(
        request, row, Words("Thời hạn và mức", "Periods and limits"), form,
        lambda content, values: sections.write_times(content, values), initial, "regulation/times.html",
    )  # fmt: skip


def calendar(request: Asked, draft: UUID) -> HttpResponse:
    """Hours, reception days, reminders."""
    row = open_draft(draft)
    initial = sections.calendar_initial(row.content)
    form = CalendarForm(request.POST or None, initial=initial)
    heading = Words("Giờ làm việc và ngày tiếp công dân", "Hours and reception days")
    return draft_part(request, row, heading, form, lambda content, values: sections.write_calendar(content, values))


def role(request: Asked, draft: UUID, code: str) -> HttpResponse:
    """What a role may do where."""
    row = open_draft(draft)
    if code not in row.content["roles"]:
        raise Http404
    initial = sections.role_initial(row.content, code)
    named = [(kind, str(words)) for kind, words in kinds().items()]
    roles = parse(row.content).roles
    others = [(each, str(other.words)) for each, other in roles.items() if each != code]
    form = RoleForm(request.POST or None, initial=initial, kinds=named, others=others)
    heading = Words("Quyền của {role}", "Rights of {role}").fill(role=roles[code].words)
    extra: dict[str, object] = {"drop": reverse("draft_role_drop", args=[draft, code])}
    return draft_part(
        request, row, heading, form, lambda content, values: sections.write_role(content, code, values), initial,
        "regulation/role.html", extra,
    )  # fmt: skip


def role_new(request: Asked, draft: UUID) -> HttpResponse:
    """A level that the matrix does not have yet."""
    row = open_draft(draft)
    roles = [(code, str(role.words)) for code, role in parse(row.content).roles.items()]
    form = NewRoleForm(request.POST or None, roles=roles)
    heading = Words("Thêm vai trò", "Add a role")

    def goes_on(values: dict[str, Any]) -> str:
        return reverse("draft_role", args=[draft, values["code"]])

    def write(content: dict[str, Any], values: dict[str, Any]) -> None:
        if values["code"] in content["roles"]:
            raise NotPossible(Words("Mã này đã có trong quy chế.", "The regulation has this code already."), "code")
        sections.add_role(content, values["code"], values["like"])

    return draft_part(request, row, heading, form, write, goes_on=goes_on)


def role_drop(request: Asked, draft: UUID, code: str) -> HttpResponse:
    """The role is left out of the draft."""
    row = open_draft(draft)
    return act(
        request,
        lambda: drafting.change(
            request.user.person, row, lambda content: sections.drop_role(content, code), now=request.now
        ),
        done=Words("Đã bỏ vai trò khỏi dự thảo.", "The role is out of the draft."),
        back=reverse("draft", args=[draft]),
    )


def draft_part(
    asked: Asked,
    row: Draft,
    heading: Words,
    form: forms.Form,
    write: Callable[[dict[str, Any], dict[str, Any]], None],
    known: dict[str, Any] | None = None,
    template: str = "registry/form.html",
    extra: dict[str, object] | None = None,
    goes_on: Callable[[dict[str, Any]], str] | None = None,
) -> HttpResponse:
    back = reverse("draft", args=[row.id])
    page = FormPage(
        heading=heading,
        lead=Words("Lưu vào dự thảo; chưa có hiệu lực.", "Kept in the draft; binds nobody yet."),
        submit=SAVE,
        back=back,
        crumbs=draft_crumbs(asked, row, back, heading),
        done=SAVED,
        template=template,
    )

    def save(values: dict[str, Any]) -> str:
        drafting.change(asked.user.person, row, lambda content: write(content, values), now=asked.now)
        return goes_on(values) if goes_on else back

    return answer(asked, page, form, save, extra)


def open_draft(draft: UUID) -> Draft:
    return get_object_or_404(Draft.objects.select_related("base"), id=draft, closed_at__isnull=True)


def draft_crumbs(asked: Asked, row: Draft, back: str | None = None, here: Words | None = None) -> Crumbs:
    after: list[tuple[Words | str, str | None]] = [
        (HERE, reverse("unit_regulation", args=[row.unit_id])),
        (DRAFT, back),
    ]
    if here:
        after.append((here, None))
    return unit_crumbs(row.unit_id, registry.day_of(asked.now), *after)
