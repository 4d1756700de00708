"""Screen 8 of the issue: any date, time and counter, and what there is of it."""

import datetime
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access.deciding import rooms_where
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.models import Account
from minhbach.centre.footage.van_mieu import Answer, answer
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Counter
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words, text

#: Who may ask what became of footage: who may see it, and who keeps the devices going.
RIGHTS = (Right.PLAYBACK, Right.HEALTH)
NOT_A_COUNTER = text("Hãy chọn một quầy trong danh sách.", "Choose a counter of the list.")


class Question(forms.Form):
    """Which counter, which day, what time; Vietnamese time."""

    quay = forms.TypedChoiceField(
        label=text("Quầy", "Counter"),
        coerce=UUID,
        error_messages={"invalid_choice": NOT_A_COUNTER, "required": NOT_A_COUNTER},
    )
    ngay = forms.DateField(
        label=text("Ngày", "Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    gio = forms.TimeField(
        label=text("Giờ", "Time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M", "%H:%M:%S"],
    )

    def __init__(self, *arguments: object, counters: list[tuple[str, list[tuple[str, str]]]], **more: object) -> None:
        super().__init__(*arguments, **more)  # type: ignore[arg-type]
        self.fields["quay"].choices = counters  # type: ignore[attr-defined]

    def at(self) -> datetime.datetime:
        """The moment that is asked about."""
        return datetime.datetime.combine(self.cleaned_data["ngay"], self.cleaned_data["gio"], tzinfo=registry.VIETNAM)


def van_mieu(request: GuardedRequest) -> HttpResponse:
    """The question, and its answer below it."""
    counters = counters_for(request.user, request.now)
    asked = bool(request.GET)
    first = {"ngay": registry.day_of(request.now), "gio": datetime.time(9)}
    form = Question(request.GET if asked else None, counters=counters, initial=first)
    found = None
    if asked and form.is_valid():
        found = answer(request.user, form.cleaned_data["quay"], form.at(), now=request.now)
    context = {
        "form": form,
        "found": found,
        "way": _way(found) if found else "",
        "any": bool(counters),
        "now": request.now,
        "crumbs": [(Words("Tra cứu Văn Miếu", "The Văn Miếu question"), None)],
    }
    return render(request, "footage/van_mieu.html", context)


def counters_for(actor: Account, now: datetime.datetime) -> list[tuple[str, list[tuple[str, str]]]]:
    """The counters the person may ask about, ended ones too, under unit and room."""
    rooms = set().union(*(rooms_where(actor, right, now=now) for right in RIGHTS))
    day = registry.day_of(now)
    holders = registry.holders_on(rooms, day)
    names = registry.names_on(set(holders.values()), day)
    groups: dict[str, list[tuple[str, str]]] = {}
    for counter in Counter.objects.filter(room__in=rooms).select_related("room").order_by("room__name", "number"):
        holder = holders.get(counter.room_id)
        unit = f"{names[holder].name} · " if holder in names else ""
        groups.setdefault(f"{unit}{counter.room.name}", []).append((str(counter.id), counter.name))
    return sorted(groups.items())


def _way(found: Answer) -> str:
    return f"{reverse('room', args=[found.counter.room_id])}?luc={found.at:%Y-%m-%dT%H:%M:%S}"
