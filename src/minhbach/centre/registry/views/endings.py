"""Pages on which something ends: what happens is said first, in full; then one form, one button."""

import datetime
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from minhbach.centre.registry import endings, reading
from minhbach.centre.registry.actions import rooms, units, withdrawals
from minhbach.centre.registry.actions.enrolment import dismiss_recorder
from minhbach.centre.registry.forms.people import EndForm
from minhbach.centre.registry.forms.rooms import ClosingForm, CounterEndForm
from minhbach.centre.registry.models import Counter, Recorder, Room, Unit
from minhbach.centre.registry.pages import Asked, Crumbs, FormPage, act, answer, room_crumbs, unit_crumbs
from minhbach.centre.words import Words

TEMPLATE = "registry/ending.html"
STILL_END = Words(
    "{n} phân công lập sau đó vẫn kết thúc ngày {day}: {names}. Hãy phân công lại nếu cần.",
    "Assignments made since still end on {day}: {n} ({names}). Assign anew where needed.",
)
#: How many days the regulation of a day keeps footage of a room, if there is one.
Days = Callable[[Room, datetime.date], int | None]
#: For how many matters a recorder holds footage.
Held = Callable[[Recorder], int]


def room_close(request: Asked, room: UUID) -> HttpResponse:
    """Close a room, from today on."""
    row, day = get_object_or_404(Room, id=room), reading.day_of(request.now)
    heading = Words("Đóng phòng {name}", "Close {name}").fill(name=row.name)
    back = reverse("room_card", args=[room])
    page = _page(heading, Words("Đóng phòng từ hôm nay", "Close it from today on"), back, room_crumbs(row, request.now))

    def close(values: dict[str, Any]) -> str:
        number = values["decision_number"]
        rooms.close_room(request.user.person, room=row, now=request.now, day=day, decision_number=number)
        return back

    return _end(request, page, ClosingForm(request.POST or None), close, endings.of_room(row, day))


def counter_end(request: Asked, counter: UUID) -> HttpResponse:
    """End a counter on a day."""
    row = get_object_or_404(Counter.objects.select_related("room"), id=counter)
    day = reading.day_of(request.now)
    heading = Words("Ngừng sử dụng {name}", "End {name}").fill(name=row.name)
    back = reverse("room_card", args=[row.room_id])
    page = _page(heading, Words("Ngừng sử dụng quầy", "End the counter"), back, room_crumbs(row.room, request.now))

    def end(values: dict[str, Any]) -> str:
        rooms.end_counter(request.user.person, counter=row, day=values["day"])
        return back

    form = CounterEndForm(request.POST or None, initial={"day": day})
    return _end(request, page, form, end, endings.of_counter(row, day))


def unit_end(request: Asked, unit: UUID) -> HttpResponse:
    """End a unit that nobody follows."""
    row, day = get_object_or_404(Unit, id=unit), reading.day_of(request.now)
    heading = Words("Kết thúc {name}", "End {name}").fill(name=reading.name_on(unit, day).name)
    back = reverse("unit", args=[unit])
    page = _page(heading, Words("Kết thúc đơn vị", "End the unit"), back, unit_crumbs(unit, day))

    def end(values: dict[str, Any]) -> str:
        units.end_unit(request.user.person, unit=unit, **values)
        return back

    form = EndForm(request.POST or None, initial={"day": day})
    return _end(request, page, form, end, endings.of_unit(row, day))


def change_withdraw(request: Asked, unit: UUID) -> HttpResponse:
    """Take back what was laid for a day to come, with all that was decided with it."""
    today = reading.day_of(request.now)
    back = reverse("unit", args=[unit]) if Unit.objects.filter(id=unit, valid_from__lte=today) else reverse("units")

    def withdraw() -> None:
        try:
            day = datetime.date.fromisoformat(request.POST.get("ngay", ""))
        except ValueError:
            day = today  # nothing is laid for today, and this is said
        left = withdrawals.withdraw_change(request.user.person, unit=unit, day=day, today=today, reach=request.reach)
        if left:
            names = ", ".join(sorted({row.person.full_name for row in left}))
            messages.warning(request, str(STILL_END.fill(n=len(left), day=f"{day:%d/%m/%Y}", names=names)))

    done = Words("Đã bỏ thay đổi; mọi thứ giữ nguyên như hiện nay.", "Taken back; everything stays as it is today.")
    return act(request, withdraw, done=done, back=back)


def recorder_ending(days: Days, held: Held) -> Callable[..., HttpResponse]:
    """The page on which a recorder is retired; `days` is the regulation's retention, `held` counts what it holds."""

    def recorder_retire(request: Asked, recorder: UUID) -> HttpResponse:
        row = get_object_or_404(Recorder.objects.select_related("room"), id=recorder)
        heading = Words("Ngừng sử dụng {name}", "Retire {name}").fill(name=row.name)
        back = reverse("recorder", args=[recorder])
        page = _page(heading, Words("Ngừng sử dụng đầu ghi", "Retire it"), back, room_crumbs(row.room, request.now))

        def retire(values: dict[str, Any]) -> str:
            dismiss_recorder(request.user.person, recorder=row, now=request.now)
            return back

        kept = days(row.room, reading.day_of(request.now))
        found = endings.of_recorder(row, kept, held(row), request.now)
        return _end(request, page, forms.Form(request.POST if request.method == "POST" else None), retire, found)

    return recorder_retire


def _page(heading: Words, submit: Words, back: str, way: Crumbs) -> FormPage:
    lead = Words("Hãy đọc kỹ trước khi xác nhận: việc này không hoàn tác được.", "Read first: this cannot be undone.")
    done = Words("Đã ghi nhận.", "Recorded.")
    return FormPage(heading=heading, lead=lead, submit=submit, back=back, crumbs=way, done=done, template=TEMPLATE)


def _end(
    request: Asked,
    page: FormPage,
    form: forms.Form,
    do: Callable[[dict[str, Any]], str],
    found: endings.Consequences,
) -> HttpResponse:
    return answer(request, page, form, do, {"consequences": found})
