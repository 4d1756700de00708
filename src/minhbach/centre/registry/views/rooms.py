"""Pages of a room: its card, opening and changing it, its counters, its first set-up."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.registry import reading
from minhbach.centre.registry.actions import rooms as actions
from minhbach.centre.registry.forms.rooms import TYPES, CounterForm, NewRoomForm, RoomForm
from minhbach.centre.registry.models import Room, RoomType, Tenure
from minhbach.centre.registry.pages import Asked, FormPage, answer, room_crumbs, unit_crumbs
from minhbach.centre.registry.steps import steps_of
from minhbach.centre.words import Words

DETAILS = ("name", "address", "purpose", "legal_basis", "contact", "area_m2")
PURPOSES = {
    RoomType.ONE_STOP: "Giám sát việc tiếp nhận hồ sơ, trả kết quả; bảo vệ quyền lợi của công dân và cán bộ",
    RoomType.RECEPTION_ROOM: "Giám sát việc tiếp công dân; bảo vệ quyền lợi của công dân và cán bộ",
}
LEGAL_BASIS = "Điều 32 Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15"


def room_card(request: Asked, room: UUID) -> HttpResponse:
    """What the registry knows of a room."""
    row = get_object_or_404(Room, id=room)
    day = reading.day_of(request.now)
    context = {
        "room": row,
        "type_words": TYPES[RoomType(row.room_type)],
        "steps": steps_of(row, day),
        "counters": reading.counters_of(room, day).prefetch_related("cameras"),
        "equipment": row.equipment.all(),
        "holders": _holders(row, request),
        "at_counters": reading.working_at(room, day),
        "closed": row.valid_until is not None and row.valid_until <= day,
        "closing": row.valid_until,
        "crumbs": room_crumbs(row, request.now),
    }
    return render(request, "registry/room_card.html", context)


def room_new(request: Asked, unit: UUID) -> HttpResponse:
    """Open a room for a unit; its set-up follows."""
    kind = RoomType.RECEPTION_ROOM if request.GET.get("loai") == RoomType.RECEPTION_ROOM else RoomType.ONE_STOP
    start = {
        "room_type": kind.value,
        "name": "Phòng tiếp công dân" if kind == RoomType.RECEPTION_ROOM else "Bộ phận Tiếp nhận và Trả kết quả",
        "purpose": PURPOSES[kind],
        "legal_basis": LEGAL_BASIS,
        "day": reading.day_of(request.now),
    }
    page = FormPage(
        heading=Words("Thêm phòng", "Add a room"),
        lead=Words(
            "Mục đích và căn cứ pháp lý phải có trước khi ghi hình.", "Purpose and law come before any recording."
        ),
        submit=Words("Thêm phòng và lắp đặt", "Add the room and set it up"),
        back=reverse("unit", args=[unit]),
        crumbs=unit_crumbs(unit, reading.day_of(request.now), (Words("Thêm phòng", "Add a room"), None)),
        done=Words("Đã thêm phòng.", "The room was added."),
    )

    def open_room(values: dict[str, Any]) -> str:
        made = actions.open_room(
            request.user.person,
            unit=unit,
            room_type=RoomType(values["room_type"]),
            details=_details(values),
            day=values["day"],
        )
        return reverse("setup", args=[made.id])

    return answer(request, page, NewRoomForm(request.POST or None, initial=start), open_room)


def room_edit(request: Asked, room: UUID) -> HttpResponse:
    """Correct what is written about a room."""
    row = get_object_or_404(Room, id=room)
    heading = Words("Sửa thông tin phòng", "Change the room")
    page = FormPage(
        heading=heading,
        lead=Words(
            "Biển đang treo giữ nguyên chữ cũ; hãy in biển mới nếu mục đích hay đơn vị thay đổi.",
            "A sign that hangs keeps its words; print a new one if the purpose or the unit changes.",
        ),
        submit=Words("Lưu", "Save"),
        back=reverse("room_card", args=[room]),
        crumbs=room_crumbs(row, request.now, (heading, None)),
        done=Words("Đã lưu thông tin phòng.", "The room was changed."),
    )

    def change(values: dict[str, Any]) -> str:
        actions.change_room(request.user.person, room=row, details=_details(values))
        return page.back

    start = {name: getattr(row, name) for name in DETAILS}
    return answer(request, page, RoomForm(request.POST or None, initial=start), change, known=start)


def counter_new(request: Asked, room: UUID) -> HttpResponse:
    """Add a counter to a room."""
    row = get_object_or_404(Room, id=room)
    heading = Words("Thêm quầy", "Add a counter")
    day = reading.day_of(request.now)
    page = FormPage(
        heading=heading,
        lead=Words("Nơi công dân được phục vụ.", "A place where citizens are served."),
        submit=Words("Thêm quầy", "Add the counter"),
        back=reverse("room_card" if steps_of(row, day).next == "done" else "setup", args=[room]),
        crumbs=room_crumbs(row, request.now, (heading, None)),
        done=Words("Đã thêm quầy.", "The counter was added."),
    )

    def add(values: dict[str, Any]) -> str:
        actions.add_counter(request.user.person, room=row, **values)
        return page.back

    start = {"number": reading.counters_of(room, day).count() + 1, "day": day}
    return answer(request, page, CounterForm(request.POST or None, initial=start), add)


def _details(values: dict[str, Any]) -> actions.RoomDetails:
    return actions.RoomDetails(**{name: values[name] for name in DETAILS})


def _holders(room: Room, request: Asked) -> list[tuple[Tenure, str]]:
    rows = list(room.tenures.order_by("-valid_from"))
    names = reading.names_on({row.unit_id for row in rows}, reading.day_of(request.now))
    return [(row, names[row.unit_id].name) for row in rows if row.unit_id in names]
