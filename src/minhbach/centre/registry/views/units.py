"""Pages of the tree of units: the tree of a day, a unit, and the changes of both."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.registry import endings, reading
from minhbach.centre.registry.actions import units as actions
from minhbach.centre.registry.forms.rooms import TYPES
from minhbach.centre.registry.forms.units import Choices, FoundingForm, MergerForm, MoveForm, NamingForm, SplitForm
from minhbach.centre.registry.models import Camera, Room, RoomType, Succession, Unit, UnitKind
from minhbach.centre.registry.outline import Branch, outline, search_units
from minhbach.centre.registry.pages import Asked, FormPage, answer, day_asked, last_is_here, unit_crumbs
from minhbach.centre.words import Words

UNITS = Words("Đơn vị", "Units")


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room in a list."""

    room: Room
    type_words: Words
    cameras: int
    recorded: int


def units(request: Asked) -> HttpResponse:
    """The tree on a day, or what a search finds in it."""
    day = day_asked(request)
    sought = request.GET.get("tim", "").strip()
    context = {
        "day": day,
        "today": reading.day_of(request.now),
        "day_query": "" if day == reading.day_of(request.now) else f"?ngay={day}",
        "sought": sought,
        "found": search_units(sought, day) if sought else None,
        "branches": [] if sought else outline(day),
    }
    return render(request, "registry/units.html", context)


def unit(request: Asked, unit: UUID) -> HttpResponse:
    """A unit on a day: where it stands, its rooms and people, what it was called and what became of it."""
    row = get_object_or_404(Unit, id=unit)
    day = day_asked(request)
    try:
        naming = reading.name_on(unit, day)
    except reading.NotOnThatDay:
        raise Http404 from None
    children = reading.children_on(unit, day)
    context = {
        "unit": row,
        "naming": naming,
        "kind": UnitKind.objects.get(code=naming.kind),
        "day": day,
        "today": reading.day_of(request.now),
        "day_query": "" if day == reading.day_of(request.now) else f"?ngay={day}",
        "rooms": room_lines(unit, request),
        "children": sorted(reading.names_on(children, day).values(), key=lambda one: one.code),
        "staff": [
            (one, one.title or str(request.roles.get(one.role, one.role))) for one in reading.staff_of((unit,), day)
        ],
        "laid": endings.followers(unit, reading.day_of(request.now)),
        "closed_rooms": closed_rooms(unit, day),
        "names": row.names.select_related("kind").order_by("-valid_from"),
        "before": _named(Succession.objects.filter(successor=unit).values_list("predecessor", "day"), request),
        "after": _named(Succession.objects.filter(predecessor=unit).values_list("successor", "day"), request),
        "crumbs": unit_crumbs(unit, reading.last_day(unit, day)),
    }
    return render(request, "registry/unit.html", context)


def unit_new(request: Asked) -> HttpResponse:
    """Found a unit."""
    form = FoundingForm(
        request.POST or None,
        initial={"parent": request.GET.get("duoi", ""), "day": reading.day_of(request.now)},
        parents=unit_choices(reading.day_of(request.now), request.reach),
    )
    page = FormPage(
        heading=Words("Thêm đơn vị", "Add a unit"),
        lead=Words("Đơn vị có từ ngày ghi trong quyết định.", "The unit exists from the day the decision names."),
        submit=Words("Thêm đơn vị", "Add the unit"),
        back=reverse("units"),
        crumbs=last_is_here([(UNITS, reverse("units")), (Words("Thêm", "Add"), None)]),
        done=Words("Đã thêm đơn vị.", "The unit was added."),
    )

    def found(values: dict[str, Any]) -> str:
        parent = values["parent"]
        made = actions.found_unit(
            request.user.person,
            naming=_naming(values),
            parent=UUID(str(parent)) if parent else None,
            day=values["day"],
            decision_number=str(values["decision_number"]),
        )
        return reverse("unit", args=[made.id])

    return answer(request, page, form, found)


def unit_rename(request: Asked, unit: UUID) -> HttpResponse:
    """Give a unit another name, code or kind from a day on."""
    day = reading.day_of(request.now)
    naming = reading.name_on(unit, day)
    start = {"name": naming.name, "code": naming.code, "kind": naming.kind}
    form = NamingForm(request.POST or None, initial=start | {"day": day})
    page = _page(
        request,
        unit,
        Words("Đổi tên, loại hoặc mã", "Change name, kind or code"),
        Words(
            "Tên cũ vẫn đứng trên mọi bản ghi trước ngày này.",
            "Everything recorded before this day keeps the old name.",
        ),
    )

    def rename(values: dict[str, Any]) -> str:
        actions.rename_unit(
            request.user.person,
            unit=unit,
            naming=_naming(values),
            day=values["day"],
            decision_number=str(values["decision_number"]),
        )
        return page.back

    return answer(request, page, form, rename, known=start)


def unit_move(request: Asked, unit: UUID) -> HttpResponse:
    """Put a unit below another one from a day on."""
    form = MoveForm(
        request.POST or None,
        initial={"day": reading.day_of(request.now)},
        parents=[one for one in unit_choices(reading.day_of(request.now), request.reach) if one[0] != str(unit)],
    )
    page = _page(
        request,
        unit,
        Words("Chuyển sang trực thuộc đơn vị khác", "Move below another unit"),
        Words(
            "Quyền của cấp trên mới có từ ngày này; cấp trên cũ không còn quyền.",
            "From this day on the new superior has its rights, the old one no longer.",
        ),
    )

    def move(values: dict[str, Any]) -> str:
        actions.move_unit(
            request.user.person,
            unit=unit,
            parent=UUID(str(values["parent"])),
            day=values["day"],
            decision_number=str(values["decision_number"]),
        )
        return page.back

    return answer(request, page, form, move)


def unit_merge(request: Asked, unit: UUID) -> HttpResponse:
    """Make one new unit of several below the same superior."""
    day = reading.day_of(request.now)
    parent = reading.parent_on(unit, day)
    beside = reading.children_on(parent, day) if parent else []
    choices = [(str(one.unit), one.name) for one in reading.names_on(beside, day).values() if one.unit in request.reach]
    form = MergerForm(request.POST or None, initial={"units": [str(unit)], "day": day}, units=choices)
    page = _page(
        request,
        unit,
        Words("Sáp nhập đơn vị", "Merge units"),
        Words(
            "Đơn vị mới nhận phòng và đơn vị trực thuộc; phân công tại đơn vị cũ kết thúc, cần quyết định mới.",
            "The new unit takes the rooms and units below; assignments at the old ones end and need new decisions.",
        ),
    )

    def merge(values: dict[str, Any]) -> str:
        made = actions.merge_units(
            request.user.person,
            units=[UUID(one) for one in values["units"]],
            naming=_naming(values),
            parent=parent,
            day=values["day"],
            decision_number=str(values["decision_number"]),
        )
        return reverse("unit", args=[made.units[0].id]) + f"?ngay={values['day']}"

    return answer(request, page, form, merge)


def unit_split(request: Asked, unit: UUID) -> HttpResponse:
    """Make two new units of one; the first takes what the second does not."""
    day = reading.day_of(request.now)
    rooms = [(str(one.id), one.name) for one in reading.rooms_of([unit], day)]
    below = [(str(one.unit), one.name) for one in reading.names_on(reading.children_on(unit, day), day).values()]
    form = SplitForm(request.POST or None, initial={"day": day}, rooms=rooms, below=below)
    page = _page(
        request,
        unit,
        Words("Chia tách đơn vị", "Split the unit"),
        Words(
            "Đánh dấu những gì thuộc đơn vị thứ hai; phần còn lại thuộc đơn vị thứ nhất.",
            "Tick what goes to the second unit; the rest goes to the first.",
        ),
    )

    def split(values: dict[str, Any]) -> str:
        actions.split_unit(
            request.user.person,
            unit=unit,
            parts=_parts(values, rooms, below),
            day=values["day"],
            decision_number=str(values["decision_number"]),
        )
        return page.back

    return answer(request, page, form, split)


def room_lines(unit: UUID, request: Asked) -> list[RoomLine]:
    """The rooms of the unit with how much of each is recorded."""
    rooms = list(reading.rooms_of([unit], day_asked(request)).order_by("room_type", "name"))
    cameras = list(Camera.objects.filter(room__in=rooms, retired_at__isnull=True))
    return [
        RoomLine(
            room,
            TYPES[RoomType(room.room_type)],
            sum(camera.room_id == room.id for camera in cameras),
            sum(camera.room_id == room.id and camera.recording_since is not None for camera in cameras),
        )
        for room in rooms
    ]


def closed_rooms(unit: UUID, day: datetime.date) -> list[Room]:
    """Rooms that the unit held last and that were closed by the day: their footage is still found here."""
    shut = Room.objects.filter(tenures__unit=unit, valid_until__lte=day).order_by("-valid_until", "name").distinct()
    return [room for room in shut if room.tenures.order_by("-valid_from").values_list("unit", flat=True)[0] == unit]


def unit_choices(day: datetime.date, reach: set[UUID]) -> Choices:
    """The units of the day that may be chosen, indented as they stand in the tree."""

    def lines(branches: Sequence[Branch], depth: int) -> list[tuple[str, str]]:
        return [
            line
            for branch in branches
            for line in [(str(branch.unit), "\u2003" * depth + branch.name), *lines(branch.below, depth + 1)]
            if UUID(line[0]) in reach
        ]

    return lines(outline(day), 0)


def _page(request: Asked, unit: UUID, heading: Words, lead: Words) -> FormPage:
    back = reverse("unit", args=[unit])
    return FormPage(
        heading=heading,
        lead=lead,
        submit=Words("Lưu thay đổi", "Save the change"),
        back=back,
        crumbs=unit_crumbs(unit, reading.day_of(request.now), (heading, None)),
        done=Words("Đã lưu thay đổi về đơn vị.", "The change of the unit was saved."),
    )


def _naming(values: dict[str, Any]) -> actions.NewName:
    return actions.NewName(str(values["name"]), str(values["code"]), str(values["kind"]))


def _parts(values: dict[str, Any], rooms: Choices, below: Choices) -> list[actions.Part]:
    kind = str(values["kind"])
    taken_rooms = set(values.get("second_rooms", ()))
    taken_below = set(values.get("second_below", ()))
    return [
        actions.Part(
            actions.NewName(str(values[f"{which}_name"]), str(values[f"{which}_code"]), kind),
            rooms=[UUID(one) for one, _ in rooms if (one in taken_rooms) == second],
            below=[UUID(one) for one, _ in below if (one in taken_below) == second],
        )
        for which, second in (("first", False), ("second", True))
    ]


def _named(pairs: object, request: Asked) -> list[tuple[reading.Naming, object]]:
    found = list(pairs)  # type: ignore[call-overload]  # pairs of unit and day
    names = reading.names_on([one for one, _ in found], reading.day_of(request.now))
    return [(names[one], day) for one, day in found if one in names]
