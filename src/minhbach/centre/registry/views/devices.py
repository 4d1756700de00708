"""Pages of devices: the list, recorders, equipment."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import F, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.look.paging import part
from minhbach.centre.registry import reading
from minhbach.centre.registry.actions import devices as actions
from minhbach.centre.registry.actions.enrolment import enrol_recorder, is_let_in, revoke_line
from minhbach.centre.registry.forms.devices import CONDITIONS, ConditionForm, EquipmentForm, RecorderForm
from minhbach.centre.registry.models import Camera, Condition, Equipment, Recorder, Room
from minhbach.centre.registry.pages import Asked, FormPage, act, answer, room_crumbs
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

DEVICES = Words("Thiết bị", "Devices")


def devices(request: Asked) -> HttpResponse:
    """The recorders with their cameras, and the equipment that is broken; all of rooms that the person may know."""
    day, rooms = reading.day_of(request.now), request.rooms
    mine = Camera.objects.filter(retired_at__isnull=True, room__in=rooms)
    # A recorder may stand in a room of another body, and record a room of this one.
    shown = Q(room__in=rooms) | Q(id__in=mine.values("recorder"))
    every = Recorder.objects.filter(shown, retired_at__isnull=True).select_related("room").order_by("name", "id")
    here = part(every, request.GET)
    cameras: dict[UUID, list[Camera]] = {}
    for camera in mine.filter(recorder__in=[one.id for one in here.rows]).select_related("room"):
        cameras.setdefault(camera.recorder_id, []).append(camera)
    holders = reading.holders_on({one.room_id for one in here.rows}, day)
    names = reading.names_on(set(holders.values()), day)
    units = {room: names[unit].name for room, unit in holders.items() if unit in names}
    broken = (
        Equipment.objects.filter(condition=Condition.BROKEN, room__in=rooms)
        .select_related("room")
        .order_by("condition_since", "id")
    )
    out = part(broken, request.GET, "hong")
    context = here.pager | {
        "recorders": [(one, units.get(one.room_id, ""), cameras.get(one.id, [])) for one in here.rows],
        "ways_to": [reverse("recorder", args=[one.id]) for one in here.rows],
        "broken": out.rows,
        "broken_count": out.count,
        "broken_pager": out.pager,
        "today": day,
    }
    return render(request, "registry/devices.html", context)


def recorder(request: Asked, recorder: UUID) -> HttpResponse:
    """A recorder: where it stands, what it may reach, what it records."""
    row = get_object_or_404(Recorder.objects.select_related("room", "replaces"), id=recorder)
    context = {
        "recorder": row,
        "cameras": row.cameras.select_related("room").order_by(F("retired_at").desc(nulls_first=True), "label"),
        "to_move": row.replaces.cameras.filter(retired_at__isnull=True) if row.replaces else (),
        "let_in": is_let_in(row),
        "followed_by": Recorder.objects.filter(replaces=row).first(),
        "crumbs": room_crumbs(row.room, request.now, (row.name, None)),
    }
    return render(request, "registry/recorder.html", context)


def recorder_connected(request: Asked, recorder: UUID) -> HttpResponse:
    """What the page of a recorder asks every few seconds: has it called by now?"""
    row = get_object_or_404(Recorder.objects.select_related("room"), id=recorder)
    if row.sealing_key:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return HttpResponse(status=204)


def recorder_new(request: Asked, room: UUID) -> HttpResponse:
    """Add a recorder that stands in the room."""
    row = get_object_or_404(Room, id=room)
    heading = Words("Thêm đầu ghi", "Add a recorder")
    page = FormPage(
        heading=heading,
        lead=Words("Máy ghi đặt tại điểm, tự kết nối về trung tâm.", "It stands at the site and dials the centre."),
        submit=Words("Thêm đầu ghi", "Add the recorder"),
        back=reverse("setup", args=[room]),
        crumbs=room_crumbs(row, request.now, (heading, None)),
        done=Words("Đã thêm đầu ghi. Hãy tải tệp ghi danh.", "The recorder was added. Take its enrolment file."),
    )

    def add(values: dict[str, Any]) -> str:
        made = actions.add_recorder(
            request.user.person,
            room=row,
            name=values["name"],
            place=values["place"],
            networks=values["networks"].splitlines(),
            now=request.now,
        )
        return reverse("recorder", args=[made.id])

    return answer(request, page, RecorderForm(request.POST or None), add)


def recorder_replace(request: Asked, recorder: UUID) -> HttpResponse:
    """Another machine in a recorder's place; its cameras move to it one by one."""
    row = get_object_or_404(Recorder.objects.select_related("room"), id=recorder)
    heading = Words("Thay đầu ghi", "Replace the recorder")
    page = FormPage(
        heading=heading,
        lead=Words(
            "Máy mới ghi tiếp; máy cũ giữ bản ghi của nó và nên chạy đến hết hạn lưu.",
            "The new machine goes on; the old one keeps its footage and should run until that has had its time.",
        ),
        submit=Words("Thêm máy thay thế", "Add the new machine"),
        back=reverse("recorder", args=[recorder]),
        crumbs=room_crumbs(row.room, request.now, (heading, None)),
        done=Words("Đã thêm máy mới. Hãy tải tệp ghi danh.", "The new machine was added. Take its enrolment file."),
    )

    def replace(values: dict[str, Any]) -> str:
        networks = values.pop("networks").splitlines()
        made = actions.add_recorder(
            request.user.person, room=row.room, networks=networks, now=request.now, replaces=row, **values
        )
        return reverse("recorder", args=[made.id])

    start = {"name": f"{row.name} (mới)", "place": row.place, "networks": "\n".join(row.networks)}
    return answer(request, page, RecorderForm(request.POST or None, initial=start), replace)


def recorder_edit(request: Asked, recorder: UUID) -> HttpResponse:
    """Change a recorder's name, place or networks."""
    row = get_object_or_404(Recorder.objects.select_related("room"), id=recorder)
    heading = Words("Sửa đầu ghi", "Change the recorder")
    page = FormPage(
        heading=heading,
        lead=Words("Đầu ghi chỉ truy cập các dải mạng này.", "The recorder reaches these networks only."),
        submit=Words("Lưu", "Save"),
        back=reverse("recorder", args=[recorder]),
        crumbs=room_crumbs(row.room, request.now, (heading, None)),
        done=Words("Đã lưu đầu ghi.", "The recorder was changed."),
    )

    def change(values: dict[str, Any]) -> str:
        networks = values.pop("networks").splitlines()
        actions.change_recorder(request.user.person, recorder=row, networks=networks, **values)
        return page.back

    start = {"name": row.name, "place": row.place, "networks": "\n".join(row.networks)}
    return answer(request, page, RecorderForm(request.POST or None, initial=start), change, known=start)


def recorder_enrol(request: Asked, recorder: UUID) -> HttpResponse:
    """The enrolment file, handed out once; an older copy stops working."""
    row = get_object_or_404(Recorder, id=recorder)
    try:
        text = enrol_recorder(request.user.person, recorder=row)
    except NotPossible as refused:
        messages.error(request, str(refused.words))
        return HttpResponseRedirect(reverse("recorder", args=[recorder]))
    headers = {"Content-Disposition": f'attachment; filename="dau-ghi-{row.id}.toml"', "Cache-Control": "no-store"}
    return HttpResponse(text, content_type="application/toml; charset=utf-8", headers=headers)


def recorder_revoke(request: Asked, recorder: UUID) -> HttpResponse:
    """End the recorder's line: its enrolment file may be in other hands."""
    row = get_object_or_404(Recorder, id=recorder)
    return act(
        request,
        lambda: revoke_line(request.user.person, recorder=row),
        done=Words(
            "Đã thu hồi kết nối. Lập tệp ghi danh mới và trao tận tay để đầu ghi kết nối lại.",
            "The line is revoked. Make a new enrolment file and hand it over in person.",
        ),
        back=reverse("recorder", args=[recorder]),
    )


def equipment(request: Asked, equipment: UUID) -> HttpResponse:
    """A piece of the inventory, and how it is."""
    row = get_object_or_404(Equipment.objects.select_related("room"), id=equipment)
    page = FormPage(
        heading=Words("Thiết bị", "Equipment"),
        lead=Words("Nguồn kinh phí, bảo hành, tình trạng.", "Who paid, warranty, condition."),
        submit=Words("Lưu tình trạng", "Save the condition"),
        back=reverse("room_card", args=[row.room_id]),
        crumbs=room_crumbs(row.room, request.now, (row.name, None)),
        done=Words("Đã lưu tình trạng thiết bị.", "The condition was saved."),
        template="registry/equipment.html",
    )

    def say(values: dict[str, Any]) -> str:
        actions.set_condition(
            request.user.person, equipment=row, condition=Condition(values["condition"]), day=values["day"]
        )
        return reverse("equipment", args=[row.id])

    form = ConditionForm(request.POST or None, initial={"condition": row.condition, "day": reading.day_of(request.now)})
    return answer(request, page, form, say, {"equipment": row, "condition": CONDITIONS[Condition(row.condition)]})


def equipment_new(request: Asked, room: UUID) -> HttpResponse:
    """Add a piece to the inventory of a room."""
    row = get_object_or_404(Room, id=room)
    page = _equipment_page(row, request, Words("Thêm thiết bị vào danh mục", "Add to the inventory"))

    def add(values: dict[str, Any]) -> str:
        details = actions.EquipmentDetails(**values)
        actions.add_equipment(request.user.person, room=row, details=details, day=reading.day_of(request.now))
        return page.back

    return answer(request, page, EquipmentForm(request.POST or None), add)


def equipment_edit(request: Asked, equipment: UUID) -> HttpResponse:
    """Correct what the inventory says of a piece."""
    row = get_object_or_404(Equipment.objects.select_related("room"), id=equipment)
    page = _equipment_page(row.room, request, Words("Sửa thông tin thiết bị", "Change the equipment"))

    def change(values: dict[str, Any]) -> str:
        actions.change_equipment(request.user.person, equipment=row, details=actions.EquipmentDetails(**values))
        return reverse("equipment", args=[row.id])

    start = {name: getattr(row, name) for name in EquipmentForm.base_fields}
    return answer(request, page, EquipmentForm(request.POST or None, initial=start), change, known=start)


def _equipment_page(room: Room, request: Asked, heading: Words) -> FormPage:
    return FormPage(
        heading=heading,
        lead=Words("Danh mục thiết bị của phòng.", "The inventory of the room."),
        submit=Words("Lưu", "Save"),
        back=reverse("room_card", args=[room.id]),
        crumbs=room_crumbs(room, request.now, (heading, None)),
        done=Words("Đã lưu thiết bị.", "The equipment was saved."),
    )
