"""Reception days on pages: posted for everybody, changed by the unit, followed by whoever supervises."""

import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.places import place_of_room
from minhbach.centre.look.paging import Listed, part
from minhbach.centre.reception import calendars, posting, printing
from minhbach.centre.reception.actions import days
from minhbach.centre.reception.forms import ChangeForm
from minhbach.centre.reception.models import DayChange, DayChangeKind, MissedDay, MissedStepKind
from minhbach.centre.reception.planning import ONE, Schedule, month_of
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.pages import Asked, FormPage, act, answer, day_asked
from minhbach.centre.registry.vietnamese import search_key, sort_key
from minhbach.centre.words import Words

HERE = Words("Tiếp công dân", "Citizen reception")
DAYS = Words("Ngày tiếp công dân", "Reception days")
POSTED = Words("Lịch tiếp công dân", "Reception calendar")
#: Months that a calendar can be turned to, from this one.
MONTHS = 13
SAID = {
    MissedStepKind.EXPLAINED: Words("Nêu lý do", "Explained"),
    MissedStepKind.ACCEPTED: Words("Chấp nhận lý do", "Reason accepted"),
    MissedStepKind.REJECTED: Words("Không chấp nhận", "Not accepted"),
}


class Public(HttpRequest):
    """A request of anybody; the guard says when it came."""

    now: datetime.datetime


def reception_calendars(request: Public) -> HttpResponse:
    """Every unit that receives citizens, found by name."""
    day = registry.day_of(request.now)
    sought = " ".join(request.GET.get("tim", "").split())[:80]
    names = registry.names_on(days.reception_rooms(day).keys(), day).values()
    key = search_key(sought)
    found = sorted((each for each in names if key in search_key(each.name)), key=lambda each: sort_key(each.name))
    here = part(Listed(found), request.GET)
    schedule = Schedule([each.unit for each in here.rows], day, day + datetime.timedelta(days=40))
    coming = [(each, next(iter(schedule.days(each.unit)), None)) for each in here.rows]
    page = {"rows": coming, "pager": here.pager, "sought": sought, "today": day}
    return render(request, "reception/calendars.html", page)


def reception_calendar(request: Public, unit: UUID) -> HttpResponse:
    """The calendar of a unit for a month, as it is posted."""
    found = _posted(request, unit)
    month, this = found.month, registry.day_of(request.now).replace(day=1)
    before, after = month - ONE, (month + datetime.timedelta(days=32)).replace(day=1)
    page = {
        "found": found,
        "before": f"{before:%Y-%m}" if before >= this else "",
        "after": f"{after:%Y-%m}" if after < this + datetime.timedelta(days=31 * MONTHS) else "",
        "asked": f"{month:%Y-%m}",
        "today": registry.day_of(request.now),
    }
    return render(request, "reception/calendar.html", page)


def reception_calendar_pdf(request: Public, unit: UUID) -> HttpResponse:
    """The same to be printed and hung up."""
    found = _posted(request, unit)
    data = printing.calendar_pdf(found, now=request.now)
    return _file(data, "application/pdf", f"lich-tiep-cong-dan-{found.month:%Y-%m}.pdf")


def reception_calendar_ics(request: Public, unit: UUID) -> HttpResponse:
    """The same for a telephone's or a desk's calendar."""
    found = _posted(request, unit)
    data = posting.calendar_file(found, now=request.now)
    return _file(data, "text/calendar; charset=utf-8", f"lich-tiep-cong-dan-{found.month:%Y-%m}.ics")


def _posted(asked: Public, unit: UUID) -> calendars.Posted:
    month = _month(asked.GET.get("thang", ""), registry.day_of(asked.now))
    if unit not in days.reception_rooms(registry.day_of(asked.now)):
        raise Http404
    return calendars.posted(unit, month, now=asked.now)


def _month(said: str, today: datetime.date) -> datetime.date:
    """The month of `?thang=2026-11`, not before this one nor a year ahead; this one for what is none."""
    this = today.replace(day=1)
    try:
        month = datetime.date.fromisoformat(f"{said}-01")
    except ValueError:
        return this
    return month if this <= month < this + datetime.timedelta(days=31 * MONTHS) else this


def _file(data: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(data, content_type=media_type, headers=headers)


def reception_days(request: GuardedRequest) -> HttpResponse:
    """How the units within reach stand on a day; the next days; what was missed and waits."""
    today = registry.day_of(request.now)
    day = min(max(day_asked(request), today - datetime.timedelta(days=366)), today + datetime.timedelta(days=366))  # type: ignore[arg-type]
    own, followed = calendars.reach(request.user, now=request.now)
    units = calendars.units_on(followed, day, now=request.now)
    receiving = [each for each in units if each.state]
    here = part(Listed(receiving), request.GET)
    missing = sum(each.state[0] == "late" for each in receiving if each.state)
    said = Words("{n}/{all} đơn vị người đứng đầu không tiếp", "{n} of {all} units where the head did not receive")
    page = {
        "day": day,
        "today": today,
        "units": here.rows,
        "pager": here.pager,
        "resting": len(units) - len(receiving),
        "missing": missing,
        "missing_words": said.fill(n=missing, all=len(receiving)),
        "waiting": calendars.to_answer(request.user, now=request.now, most=30, within=(own, followed)),
        "own": _own(own, today, request.now),
        "before": day - ONE,
        "after": day + ONE,
        "crumbs": [(HERE, reverse("sessions")), (DAYS, None)],
    }
    return render(request, "reception/days.html", page)


def _own(units: set[UUID], today: datetime.date, now: datetime.datetime) -> list[tuple[UUID, str, list[Any]]]:
    """The units whose calendar the person keeps, each with what comes next: few, as nobody serves everywhere."""
    names = registry.names_on(units, today)
    last = month_of(today + datetime.timedelta(days=31))[1]
    return [(unit, names[unit].name, calendars.days_of(unit, today, last, now=now)[:6]) for unit in sorted(units)[:3]]


def schedule(request: GuardedRequest, unit: UUID) -> HttpResponse:
    """The calendar of one unit for a month: how each day went, what was changed by whom, what may be changed."""
    today = registry.day_of(request.now)
    month = _any_month(request.GET.get("thang", ""), today)
    first, last = month_of(month)
    changes = DayChange.objects.filter(unit=unit, day__range=(first, last)).select_related("made_by", "receiver")
    name = registry.name_on(unit, today).name
    page = {
        "unit": unit,
        "name": name,
        "month": first,
        "lines": calendars.days_of(unit, first, last, now=request.now),
        "changes": [(calendars.KINDS[DayChangeKind(each.kind)], each) for each in changes.order_by("-made_at")],
        "before": f"{first - ONE:%Y-%m}",
        "after": f"{last + ONE:%Y-%m}",
        "today": today,
        "crumbs": [(HERE, reverse("sessions")), (DAYS, reverse("reception_days")), (name, None)],
    }
    return render(request, "reception/schedule.html", page)


def _any_month(said: str, today: datetime.date) -> datetime.date:
    try:
        month = datetime.date.fromisoformat(f"{said}-01")
    except ValueError:
        return today.replace(day=1)
    return month if abs((month - today).days) < 800 else today.replace(day=1)


def schedule_change(request: Asked, unit: UUID) -> HttpResponse:
    """One day changed, with the reason that is posted."""
    today = registry.day_of(request.now)
    back = reverse("reception_schedule", args=[unit])
    duty = Schedule([unit], today, today).duty(unit, today)
    people = [(str(row.person_id), row.person.full_name) for row in registry.staff_of([unit], today)]
    name = registry.name_on(unit, today).name
    page = FormPage(
        heading=Words("Thay đổi lịch tiếp công dân", "Change the reception calendar"),
        lead=Words(
            "{unit}. Thay đổi được niêm yết ngay, kèm lý do, và báo cho cơ quan giám sát, cấp trên. Khi xếp hạng, ngày "
            "hủy tính là không tổ chức.",
            "{unit}. It is posted at once, with its reason, and told to those who supervise and direct. A day that is "
            "cancelled counts as not held in the ranking.",
        )
        .fill(unit=name),
        submit=Words("Niêm yết thay đổi", "Post the change"),
        back=back,
        crumbs=[(HERE, reverse("sessions")), (DAYS, reverse("reception_days")), (name, back), (POSTED, None)],
        done=Words("Đã niêm yết thay đổi.", "The change is posted."),
    )  # fmt: skip
    form = ChangeForm(
        request.POST or None, people=list(dict(people).items()), may_delegate=bool(duty and duty.may_delegate),
        initial={"day": request.GET.get("ngay", "")},
    )  # fmt: skip

    def change(values: dict[str, Any]) -> str:
        receiver = values.pop("receiver", "")
        said = days.Change(
            **{**values, "kind": DayChangeKind(values["kind"])}, receiver=UUID(receiver) if receiver else None
        )
        days.change_day(request.user, unit=unit, change=said, now=request.now)  # type: ignore[arg-type]  # an account
        return back

    return answer(request, page, form, change)


def missed_day(request: GuardedRequest, missed: UUID) -> HttpResponse:
    """A reception day without a session: what the unit says, what is answered."""
    row = get_object_or_404(MissedDay.objects.select_related("room"), id=missed)
    steps = list(row.steps.select_related("by"))
    rules = Schedule([row.unit_id], row.day, row.day)
    duty, name = rules.duty(row.unit_id, row.day), registry.name_on(row.unit_id, row.day).name
    own, _ = calendars.reach(request.user, now=request.now)
    last = steps[-1].kind if steps else ""
    # Of a unit that has ended since, whoever has its room by now answers.
    mine = bool({row.unit_id, place_of_room(row.room_id, request.now).unit} & own)
    title = Words("Người đứng đầu không tiếp công dân ngày {day}", "The head did not receive on {day}")
    title = title.fill(day=f"{row.day:%d/%m/%Y}")
    line = next(iter(calendars.units_on([row.unit_id], row.day, now=request.now)), None)
    page = {
        "row": row,
        "title": title,
        "name": name,
        "state": line.state if line else None,
        "steps": [(SAID[MissedStepKind(step.kind)], step) for step in steps],
        "explains": mine and last in ("", MissedStepKind.REJECTED),
        "answers": not mine and last == MissedStepKind.EXPLAINED,
        "finds": not mine and last != MissedStepKind.ACCEPTED,
        "reasons": duty.reasons if duty else {},
        "crumbs": [(HERE, reverse("sessions")), (DAYS, reverse("reception_days")), (title, None)],
    }
    return render(request, "reception/missed.html", page)


def missed_explain(request: Asked, missed: UUID) -> HttpResponse:
    """The unit says why."""
    code, words = request.POST.get("code", ""), request.POST.get("words", "")
    return act(
        request,
        lambda: days.explain(request.user, missed, code=code, words=words, now=request.now),  # type: ignore[arg-type]
        done=Words("Đã ghi lý do.", "The reason is written down."),
        back=reverse("missed_day", args=[missed]),
    )


def missed_answer(request: Asked, missed: UUID) -> HttpResponse:
    """Whoever supervises takes the reason, or does not."""
    accepted, words = request.POST.get("accepted") == "1", request.POST.get("words", "")
    return act(
        request,
        lambda: days.answer(request.user, missed, accepted=accepted, words=words, now=request.now),  # type: ignore[arg-type]
        done=Words("Đã ghi kết luận.", "The answer is written down."),
        back=reverse("missed_day", args=[missed]),
    )
