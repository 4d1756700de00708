"""Pages of devices: the list, recorders, cameras, equipment."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.registry import probing, reading
from minhbach.centre.registry.actions import devices as actions
from minhbach.centre.registry.actions.enrolment import enrol_recorder
from minhbach.centre.registry.forms.devices import CONDITIONS, CameraForm, ConditionForm, EquipmentForm, RecorderForm
from minhbach.centre.registry.models import Camera, Condition, Equipment, Recorder, Room
from minhbach.centre.registry.networks import camera_address
from minhbach.centre.registry.pages import Asked, FormPage, act, answer, room_crumbs
from minhbach.centre.registry.steps import verdicts_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

DEVICES = Words("Thiết bị", "Devices")


def devices(request: Asked) -> HttpResponse:
    """All recorders with their cameras, and the equipment that is broken."""
    day = reading.day_of(request.now)
    rooms = reading.rooms_of(request.reach, day)
    recorders = list(Recorder.objects.filter(retired_at__isnull=True, room__in=rooms).select_related("room"))
    cameras = list(Camera.objects.filter(retired_at__isnull=True, room__in=rooms).select_related("room"))
    holders = reading.holders_on({camera.room_id for camera in cameras} | {one.room_id for one in recorders}, day)
    names = reading.names_on(set(holders.values()), day)
    units = {room: names[unit].name for room, unit in holders.items() if unit in names}
    broken = (
        Equipment.objects.filter(condition=Condition.BROKEN, room__in=rooms)
        .select_related("room")
        .order_by("condition_since")
    )
    context = {
        "recorders": [
            (one, units.get(one.room_id, ""), [camera for camera in cameras if camera.recorder_id == one.id])
            for one in sorted(recorders, key=lambda one: one.name)
        ],
        "broken": broken,
        "today": day,
    }
    return render(request, "registry/devices.html", context)


def recorder(request: Asked, recorder: UUID) -> HttpResponse:
    """A recorder: where it stands, what it may reach, what it records."""
    row = get_object_or_404(Recorder.objects.select_related("room"), id=recorder)
    context = {
        "recorder": row,
        "cameras": row.cameras.select_related("room").order_by("retired_at", "label"),
        "crumbs": room_crumbs(row.room, request.now, (row.name, None)),
    }
    return render(request, "registry/recorder.html", context)


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
    return answer(request, page, RecorderForm(request.POST or None, initial=start), change)


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


def discover(request: Asked, recorder: UUID) -> HttpResponse:
    """The cameras that introduce themselves in the recorder's networks: a part of the camera's form."""
    row = get_object_or_404(Recorder, id=recorder)
    try:
        context: dict[str, object] = {"found": probing.discover(row)}
    except NotPossible as refused:
        context = {"problem": refused.words}
    return render(request, "registry/discovered.html", context)


def camera(request: Asked, camera: UUID) -> HttpResponse:
    """A camera: how it is reached, what it answered, what was accepted of it."""
    row = get_object_or_404(Camera.objects.select_related("room", "recorder"), id=camera)
    verdicts = verdicts_of([row])
    context = {
        "camera": row,
        "counters": row.counter_views.filter(valid_until__isnull=True).select_related("counter"),
        "microphones": row.microphones.filter(valid_until__isnull=True),
        "verdicts": verdicts,
        "accepted": all(one.passed for one in verdicts),
        "sign_hangs": reading.sign_hangs(row.room_id, request.now),
        "crumbs": room_crumbs(row.room, request.now, (row.label, None)),
    }
    return render(request, "registry/camera.html", context)


def camera_new(request: Asked, room: UUID) -> HttpResponse:
    """Add a camera of the room, after the recorder tried it."""
    row = get_object_or_404(Room, id=room)
    day = reading.day_of(request.now)
    at = reading.recorder_for(room, day)
    if at is None:
        raise Http404
    heading = Words("Thêm camera", "Add a camera")
    page = FormPage(
        heading=heading,
        lead=Words(
            "Đầu ghi thử kết nối trước khi lưu; chưa có hình nào rời khỏi điểm.",
            "The recorder tries it before it is saved; no picture leaves the site for that.",
        ),
        submit=Words("Thử và lưu camera", "Try and save the camera"),
        back=reverse("setup", args=[room]),
        crumbs=room_crumbs(row, request.now, (heading, None)),
        done=Words("Camera trả lời và đã được lưu.", "The camera answers and was saved."),
        template="registry/camera_form.html",
    )
    start = {"address": request.GET.get("dia-chi", "rtsp://"), "label": f"Camera {row.cameras.count() + 1}"}
    form = CameraForm(request.POST or None, initial=start, counters=_counter_choices(room, day))

    def add(values: dict[str, Any]) -> str:
        name = actions.next_name(at)
        details, tried = _tried(at, name, values)
        made = actions.add_camera(
            request.user.person,
            room=row,
            recorder=at,
            details=details,
            now=request.now,
            day=day,
            counters=list(row.counters.filter(id__in=values.get("counters", ()))),
            name=name,
            answered=tried.kept,
        )
        if made.has_sound:
            actions.add_microphone(request.user.person, camera=made, label="Micro trong camera", day=day, built_in=True)
        return page.back

    return answer(request, page, form, add, {"recorder": at})


def camera_edit(request: Asked, camera: UUID) -> HttpResponse:
    """Change how a camera is reached or called, after the recorder tried it again."""
    row = get_object_or_404(Camera.objects.select_related("room", "recorder"), id=camera)
    day = reading.day_of(request.now)
    heading = Words("Sửa camera", "Change the camera")
    page = FormPage(
        heading=heading,
        lead=Words("Đầu ghi thử lại trước khi lưu.", "The recorder tries it again before it is saved."),
        submit=Words("Thử và lưu camera", "Try and save the camera"),
        back=reverse("camera", args=[camera]),
        crumbs=room_crumbs(row.room, request.now, (row.label, reverse("camera", args=[camera])), (heading, None)),
        done=Words("Camera trả lời và đã được lưu.", "The camera answers and was saved."),
        template="registry/camera_form.html",
    )
    seen = row.counter_views.filter(valid_until__isnull=True).values_list("counter", flat=True)
    start = {name: getattr(row, name) for name in ("label", "address", "sub_address", "has_sound")}
    start["address"] = request.GET.get("dia-chi", row.address)
    start["counters"] = [str(one) for one in seen]
    form = CameraForm(request.POST or None, initial=start, counters=_counter_choices(row.room_id, day))

    def change(values: dict[str, Any]) -> str:
        details, tried = _tried(row.recorder, row.name, values, row.sealed_credentials)
        counters = list(row.room.counters.filter(id__in=values.get("counters", ())))
        actions.change_camera(
            request.user.person, camera=row, details=details, day=day, counters=counters, answered=tried.kept
        )
        return page.back

    return answer(request, page, form, change, {"recorder": row.recorder})


def camera_switch(request: Asked, camera: UUID) -> HttpResponse:
    """Begin or stop recording a camera."""
    row = get_object_or_404(Camera, id=camera)
    on = request.POST.get("ghi") == "1"

    def switch() -> None:
        if on:
            actions.switch_on(request.user.person, camera=row, now=request.now)
        else:
            actions.switch_off(request.user.person, camera=row)

    began = Words("Đầu ghi bắt đầu ghi trong vài giây.", "The recorder begins within seconds.")
    stopped = Words("Đầu ghi ngừng ghi camera này; nhật ký có ghi lại.", "The recorder stops; its log says so.")
    return act(request, switch, done=began if on else stopped, back=reverse("camera", args=[camera]))


def camera_retire(request: Asked, camera: UUID) -> HttpResponse:
    """Take a camera out of use."""
    row = get_object_or_404(Camera, id=camera)
    return act(
        request,
        lambda: actions.retire_camera(
            request.user.person, camera=row, now=request.now, day=reading.day_of(request.now)
        ),
        done=Words("Camera đã ngừng sử dụng; bản ghi cũ vẫn còn.", "The camera is out of use; its footage stays."),
        back=reverse("room_card", args=[row.room_id]),
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
    return answer(request, page, EquipmentForm(request.POST or None, initial=start), change)


def _tried(
    at: Recorder, name: str, values: dict[str, Any], known: str = ""
) -> tuple[actions.CameraDetails, probing.Answer]:
    """The camera as it is to be kept, after the recorder tried it. Raises NotPossible with the camera's fault."""
    address = camera_address(values["address"], at.networks)
    credentials = probing.sealed(at, name, values["user_name"], values["password"])
    tried = probing.probe(at, name, address, credentials or known)
    if not tried.works:
        raise NotPossible(tried.words, "address")
    details = actions.CameraDetails(
        label=values["label"],
        address=address,
        sub_address=values["sub_address"],
        sealed_credentials=credentials,
        has_sound=values["has_sound"],
    )
    return details, tried


def _counter_choices(room: UUID, day: Any) -> list[tuple[str, str]]:
    return [(str(counter.id), counter.name) for counter in reading.counters_of(room, day)]


def _equipment_page(room: Room, request: Asked, heading: Words) -> FormPage:
    return FormPage(
        heading=heading,
        lead=Words("Danh mục thiết bị của phòng.", "The inventory of the room."),
        submit=Words("Lưu", "Save"),
        back=reverse("room_card", args=[room.id]),
        crumbs=room_crumbs(room, request.now, (heading, None)),
        done=Words("Đã lưu thiết bị.", "The equipment was saved."),
    )
