"""The pages of plans of fitting out: all of them, one with its sites and milestones, the hand-over of a room."""

import datetime
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.look.paging import part
from minhbach.centre.papers.photo import PDF
from minhbach.centre.papers.serving import served
from minhbach.centre.registry import reading
from minhbach.centre.registry.actions import plans as actions
from minhbach.centre.registry.forms.plans import HandOverForm, RolloutForm
from minhbach.centre.registry.models import HandOver, Rollout, RolloutSite, Room
from minhbach.centre.registry.outline import leaves
from minhbach.centre.registry.pages import Asked, Crumbs, FormPage, act, answer, last_is_here, room_crumbs
from minhbach.centre.registry.rollouts import Line, coverage, progress, progress_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

HERE = Words("Lộ trình triển khai", "Roll-out")
NOT_YOURS = Words("Đơn vị này không do bạn phụ trách thiết bị.", "You do not look after this unit's devices.")
NOT_A_DAY = Words("Hãy chọn ngày đạt mốc.", "Choose the day on which it was reached.")


def rollouts(request: Asked) -> HttpResponse:
    """Every plan that concerns the person's units, and how many rooms are in service."""
    day = reading.day_of(request.now)
    concerned = Rollout.objects.filter(sites__unit__in=request.reach).distinct()
    here = part(concerned.order_by("-made_at", "-id"), request.GET)
    live, whole = coverage(request.reach, day=day)
    own = sorted({post.unit_id for post in reading.posts(request.user.person.id, day)} & request.reach)
    page = {
        "plans": progress_of(here.rows, day=day),
        "live": live,
        "whole": whole,
        "units": [(unit, naming.name) for unit, naming in reading.names_on(own, day).items()],
        "now": request.now,
        "crumbs": [(HERE, None)],
    }
    return render(request, "registry/rollouts.html", page | here.pager)


def rollout(request: Asked, rollout: UUID) -> HttpResponse:
    """One plan: its sites in the person's reach, the pilot first."""
    row = get_object_or_404(Rollout.objects.select_related("made_by"), id=rollout)
    day = reading.day_of(request.now)
    found = progress(row, day=day)
    lines = [line for line in found.lines if line.site.unit_id in request.reach]
    if not lines:
        raise Http404
    page = {
        "plan": found,
        "row": row,
        "lines": lines,
        "open": _open(lines),
        "issuer": reading.name_on(row.unit_id, day).name,
        "today": day,
        "now": request.now,
        "crumbs": _crumbs((row.title, None)),
    }
    return render(request, "registry/rollout.html", page)


def rollout_new(request: Asked, unit: UUID) -> HttpResponse:
    """A plan for units below this one."""
    day = reading.day_of(request.now)
    below = reading.units_below([unit], day)
    sites = [(str(one.unit), one.name) for one in leaves(day) if one.unit in below]
    page = FormPage(
        heading=Words("Lập kế hoạch triển khai", "Plan a roll-out"),
        lead=Words(
            "Đơn vị làm điểm triển khai trước; các đơn vị khác theo sau.", "The pilot comes first, the others follow."
        ),
        submit=Words("Lập kế hoạch", "Make the plan"),
        back=reverse("rollouts"),
        crumbs=_crumbs((reading.name_on(unit, day).name, None)),
        done=Words("Đã lập kế hoạch.", "The plan is made."),
    )

    def plan(values: dict[str, Any]) -> str:
        for name in ("sites", "pilots"):
            values[name] = {UUID(each) for each in values[name]}
        made = actions.plan(request.user.person, unit=unit, now=request.now, **values)
        return reverse("rollout", args=[made.id])

    return answer(request, page, RolloutForm(request.POST or None, units=sites), plan)


def rollout_step(request: Asked, rollout: UUID) -> HttpResponse:
    """A site within the person's reach reached a milestone; `what` is the site and the place of the milestone."""
    site, _, milestone = request.POST.get("what", "").partition(":")
    rows = RolloutSite.objects.filter(rollout=rollout, unit__in=request.reach).select_related("rollout")
    row = next((each for each in rows if str(each.id) == site), None)

    def reach() -> None:
        if row is None:
            raise NotPossible(NOT_YOURS)
        try:
            on = datetime.date.fromisoformat(request.POST.get("on", ""))
        except ValueError:
            raise NotPossible(NOT_A_DAY) from None
        actions.reach(
            request.user.person, site=row, milestone=int(milestone) if milestone.isdecimal() else -1, on=on,
            note=request.POST.get("note", ""), now=request.now,
        )  # fmt: skip

    return act(
        request, reach, done=Words("Đã ghi nhận mốc.", "The milestone is recorded."),
        back=reverse("rollout", args=[rollout]),
    )  # fmt: skip


def hand_over(request: Asked, room: UUID) -> HttpResponse:
    """The signed minutes put the room to use."""
    row = get_object_or_404(Room, id=room)
    heading = Words("Bàn giao, đưa vào sử dụng", "Hand over and put to use")
    page = FormPage(
        heading=heading,
        lead=Words(
            "In biên bản, hai bên ký, chụp ảnh hoặc quét rồi gửi lên. Số liệu của phòng tính từ ngày đưa vào sử dụng.",
            "Print the minutes, have both sign, photograph or scan them. Figures count from the first day of use.",
        ),
        submit=Words("Ghi nhận bàn giao", "Record the hand-over"),
        back=reverse("setup", args=[room]),
        crumbs=room_crumbs(row, request.now, (heading, None)),
        done=Words("Phòng đã được bàn giao, đưa vào sử dụng.", "The room is handed over and in use."),
    )

    def take_over(values: dict[str, Any]) -> str:
        minutes = values.pop("minutes").read()
        actions.hand_over(request.user.person, room=row, minutes=minutes, now=request.now, **values)
        return reverse("room_card", args=[room])

    day = reading.day_of(request.now)
    start = {"signed_on": day, "live_from": day}
    return answer(request, page, HandOverForm(request.POST or None, request.FILES or None, initial=start), take_over)


def hand_over_minutes(request: Asked, hand_over: UUID) -> HttpResponse:
    """The photograph of the signed minutes, or their pages as PDF."""
    row = get_object_or_404(HandOver.objects.select_related("minutes"), id=hand_over)
    ending = "pdf" if row.minutes.media_type == PDF else "jpg"
    return served(row.minutes, name=f"bien-ban-ban-giao.{ending}")


def _open(lines: Sequence[Line]) -> list[tuple[str, list[tuple[str, str]]]]:
    """By site what it has not reached yet: value and words of an option."""
    found = []
    for line in lines:
        words = [each["words"] for each in line.site.rollout.milestones]
        places = [cell.milestone for cell in line.cells if cell.step is None]
        if places:
            found.append((line.unit_name, [(f"{line.site.id}:{place}", words[place]) for place in places]))
    return found


def _crumbs(*after: tuple[Words | str, str | None]) -> Crumbs:
    return last_is_here([(HERE, reverse("rollouts")), *after])
