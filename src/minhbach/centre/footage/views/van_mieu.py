"""Screen 8 of the issue: any date, time and counter or room, and what there is of it."""

import datetime
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access.deciding import rooms_where, standing_of
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.judging import judge
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import places_of_types
from minhbach.centre.footage.van_mieu import Answer, answer
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Counter, Room, Tenure
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words, text

#: Who may ask what became of footage: who may see it, and who keeps the devices going.
RIGHTS = (Right.PLAYBACK, Right.HEALTH)
BEFORE = Words("Bản ghi gần nhất trước đó", "The nearest footage before")
AFTER = Words("Bản ghi gần nhất sau đó", "The nearest footage after")
CLOSED = Words("đóng ngày {day}", "closed on {day}")
WHOLE_ROOM = Words("Cả phòng", "The whole room")
NOT_A_PLACE = text("Hãy chọn một quầy hoặc phòng trong danh sách.", "Choose a counter or a room of the list.")


class Question(forms.Form):
    """Which counter or room, which day, what time; Vietnamese time."""

    quay = forms.TypedChoiceField(
        label=text("Quầy hoặc phòng", "Counter or room"),
        coerce=UUID,
        error_messages={"invalid_choice": NOT_A_PLACE, "required": NOT_A_PLACE},
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

    def __init__(self, *arguments: object, places: list[tuple[str, list[tuple[str, str]]]], **more: object) -> None:
        super().__init__(*arguments, **more)  # type: ignore[arg-type]
        self.fields["quay"].choices = places  # type: ignore[attr-defined]

    def at(self) -> datetime.datetime:
        """The moment that is asked about."""
        return datetime.datetime.combine(self.cleaned_data["ngay"], self.cleaned_data["gio"], tzinfo=registry.VIETNAM)


def van_mieu(request: GuardedRequest) -> HttpResponse:
    """The question, and its answer below it."""
    places = places_for(request.user, request.now)
    asked = bool(request.GET)
    first = {"ngay": registry.day_of(request.now), "gio": datetime.time(9)}
    form = Question(request.GET if asked else None, places=places, initial=first)
    found = None
    if asked and form.is_valid():
        found = answer(request.user, form.cleaned_data["quay"], form.at(), now=request.now)
    context = {
        "form": form,
        "found": found,
        "way": _way(found, found.at) if found else "",
        "nearest": _nearest(found) if found else [],
        "any": bool(places),
        "now": request.now,
        "crumbs": [(Words("Tra cứu bản ghi", "Find a recording"), None)],
    }
    return render(request, "footage/van_mieu.html", context)


def places_for(actor: Account, now: datetime.datetime) -> list[tuple[str, list[tuple[str, str]]]]:
    """The rooms the person may ask about, as a whole and by counter, ended ones too, under unit and room."""
    rooms = set().union(*(rooms_where(actor, right, now=now) for right in RIGHTS))
    day = registry.day_of(now)
    closed = _closed_rooms(actor, now)
    holders = registry.holders_on(rooms, day) | closed
    names = registry.names_on(set(holders.values()), day)
    counters: dict[UUID, list[tuple[str, str]]] = {}
    for counter in Counter.objects.filter(room__in=holders).order_by("number"):
        counters.setdefault(counter.room_id, []).append((str(counter.id), counter.name))
    groups: dict[str, list[tuple[str, str]]] = {}
    for room in Room.objects.filter(id__in=rooms | closed.keys()).order_by("name"):
        unit = f"{names[holder].name} · " if (holder := holders.get(room.id)) in names else ""
        ended = f" ({CLOSED.fill(day=f'{room.valid_until:%d/%m/%Y}')})" if room.id in closed else ""
        group = groups.setdefault(f"{unit}{room.name}{ended}", [])
        group += [*counters.get(room.id, ()), (str(room.id), f"{room.name}: {WHOLE_ROOM}")]
    return sorted(groups.items())


def _closed_rooms(actor: Account, now: datetime.datetime) -> dict[UUID, UUID]:
    """Rooms that are no more and had cameras, by who held them last: their footage is asked for as well."""
    rows = Room.objects.filter(valid_until__lte=registry.day_of(now), cameras__isnull=False).distinct()
    types = dict(rows.values_list("id", "room_type"))
    if not types:
        return {}
    standing = standing_of(actor, now=now)
    places = places_of_types(types, now)
    mine = [room for room, place in places.items() if any(judge(standing, right, place).allowed for right in RIGHTS)]
    held = Tenure.objects.filter(room__in=mine).order_by("valid_from").values_list("room", "unit")
    return dict(held)


def _nearest(found: Answer) -> list[tuple[Words, datetime.datetime, str]]:
    """Words, moment and way of the footage nearest to where there is none."""
    both = ((BEFORE, found.before), (AFTER, found.after))
    return [(words, at, _way(found, at)) for words, at in both if at is not None]


def _way(found: Answer, at: datetime.datetime) -> str:
    return f"{reverse('room', args=[found.room.id])}?luc={at:%Y-%m-%dT%H:%M:%S}"
