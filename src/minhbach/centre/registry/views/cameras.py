"""Pages of cameras: finding, trying, changing, switching, replacing and retiring one.

A camera is tried by its recorder before a row is written, and its first picture is shown before anything is recorded.
What was typed stays in the page when the trial fails, the password too: only the answer comes back.
"""

import datetime
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.registry import probing, reading
from minhbach.centre.registry.actions import devices as actions
from minhbach.centre.registry.forms.devices import CameraForm, ReplacementForm
from minhbach.centre.registry.makers import PATHS
from minhbach.centre.registry.models import Camera, Recorder, Room
from minhbach.centre.registry.pages import Asked, FormPage, act, answer, room_crumbs
from minhbach.centre.registry.steps import verdicts_of
from minhbach.centre.registry.trying import Wanted, tried
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

TEMPLATE = "registry/camera_form.html"
SUBMIT = Words("Thử và lưu camera", "Try and save the camera")
LEAD = Words(
    "Đầu ghi thử kết nối trước khi lưu, rồi cho xem một ảnh thử. Chưa có gì được ghi.",
    "The recorder tries it before it is saved, then shows one picture. Nothing is recorded yet.",
)
ANSWERS = Words("Camera trả lời và đã được lưu.", "The camera answers and was saved.")
#: Counts a picture for its viewing before it leaves, or refuses: `access` knows whose lease it is.
NoteTrial = Callable[..., None]


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
    row = get_object_or_404(Camera.objects.select_related("room", "recorder", "replaces"), id=camera)
    verdicts = verdicts_of([row])
    context = {
        "camera": row,
        "counters": row.counter_views.filter(valid_until__isnull=True).select_related("counter"),
        "microphones": row.microphones.filter(valid_until__isnull=True),
        "verdicts": verdicts,
        "accepted": all(one.passed for one in verdicts),
        "followed_by": Camera.objects.filter(replaces=row).first(),
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
    page = _page(heading, reverse("setup", args=[room]), room_crumbs(row, request.now, (heading, None)))
    start = {"address": request.GET.get("dia-chi", "rtsp://"), "label": f"Camera {row.cameras.count() + 1}"}
    form = CameraForm(request.POST or None, initial=start, counters=_counter_choices(room, day))

    def add(values: dict[str, Any]) -> str:
        name = actions.next_name(at)
        details, found = _tried(at, name, values)
        made = actions.add_camera(
            request.user.person,
            room=row,
            recorder=at,
            details=details,
            now=request.now,
            day=day,
            counters=list(row.counters.filter(id__in=values.get("counters", ()))),
            name=name,
            answered=found.kept,
        )
        if made.has_sound:
            actions.add_microphone(request.user.person, camera=made, label="Micro trong camera", day=day, built_in=True)
        return reverse("camera_trial", args=[made.id])

    return _try(request, page, form, add, at)


def camera_edit(request: Asked, camera: UUID) -> HttpResponse:
    """Change how a camera is reached or called, after the recorder tried it again."""
    row = get_object_or_404(Camera.objects.select_related("room", "recorder"), id=camera)
    day = reading.day_of(request.now)
    heading = Words("Sửa camera", "Change the camera")
    here = reverse("camera", args=[camera])
    page = _page(heading, here, room_crumbs(row.room, request.now, (row.label, here), (heading, None)))
    seen = row.counter_views.filter(valid_until__isnull=True).values_list("counter", flat=True)
    start = {name: getattr(row, name) for name in ("label", "address", "sub_address", "has_sound")}
    start["address"] = request.GET.get("dia-chi", row.address)
    start["counters"] = [str(one) for one in seen]
    form = CameraForm(request.POST or None, initial=start, counters=_counter_choices(row.room_id, day))

    def change(values: dict[str, Any]) -> str:
        details, found = _tried(row.recorder, row.name, values, row.sealed_credentials)
        counters = list(row.room.counters.filter(id__in=values.get("counters", ())))
        actions.change_camera(
            request.user.person, camera=row, details=details, day=day, counters=counters, answered=found.kept
        )
        return page.back

    return _try(request, page, form, change, row.recorder, start)


def camera_replace(request: Asked, camera: UUID) -> HttpResponse:
    """Another device in a camera's place, on its recorder or on the one that replaces its recorder."""
    row = get_object_or_404(Camera.objects.select_related("room", "recorder"), id=camera)
    heading = Words("Thay camera", "Replace the camera")
    here = reverse("camera", args=[camera])
    page = _page(heading, here, room_crumbs(row.room, request.now, (row.label, here), (heading, None)))
    follower = Recorder.objects.filter(replaces=row.recorder, retired_at__isnull=True).first()
    at = follower or row.recorder
    start = {name: getattr(row, name) for name in ("label", "address", "sub_address", "has_sound")}
    start["address"] = request.GET.get("dia-chi", row.address)

    def replace(values: dict[str, Any]) -> str:
        details, found = _tried(at, actions.next_name(at), values)
        made = actions.replace_camera(
            request.user.person,
            camera=row,
            recorder=at,
            details=details,
            now=request.now,
            day=reading.day_of(request.now),
            answered=found.kept,
        )
        return reverse("camera_trial", args=[made.id])

    return _try(request, page, ReplacementForm(request.POST or None, initial=start), replace, at)


def trying(note_trial: NoteTrial) -> Callable[..., HttpResponse]:
    """The page of a camera's first picture, and the picture behind it; `note_trial` counts it for its viewing."""

    def camera_trial(request: Asked, camera: UUID) -> HttpResponse:
        row = get_object_or_404(Camera.objects.select_related("room", "recorder"), id=camera)
        if request.method != "POST":
            here = (row.label, reverse("camera", args=[camera]))
            context = {
                "camera": row,
                "crumbs": room_crumbs(row.room, request.now, here, (Words("Ảnh thử", "First picture"), None)),
            }
            return render(request, "registry/camera_trial.html", context)
        token = request.POST.get("lease", "")
        try:
            picture = probing.first_picture(row, token)
        except NotPossible as refused:
            return JsonResponse({"vi": refused.words.vi, "en": refused.words.en}, status=422)
        note_trial(request.user, token, row, len(picture), now=request.now)
        return HttpResponse(picture, content_type="image/jpeg", headers={"Cache-Control": "no-store"})

    return camera_trial


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


def _page(heading: Words, back: str, crumbs: Any) -> FormPage:
    return FormPage(
        heading=heading, lead=LEAD, submit=SUBMIT, back=back, crumbs=crumbs, done=ANSWERS, template=TEMPLATE
    )


def _try(
    request: Asked,
    page: FormPage,
    form: Form,
    do: Callable[[dict[str, Any]], str],
    at: Recorder,
    start: dict[str, Any] | None = None,
) -> HttpResponse:
    """As `answer`; who sent the form from the open page gets only what is wrong, and all that was typed stays there."""
    found = answer(request, page, form, do, {"recorder": at, "makers": PATHS}, start)
    if not request.headers.get("HX-Request"):
        return found
    if found.status_code == 302:
        return HttpResponse(headers={"HX-Redirect": found["Location"]})
    return render(request, "registry/camera_wrong.html", {"form": form, "as_seen": form.data.get("as_seen")})


def _tried(
    at: Recorder, name: str, values: dict[str, Any], known: str = ""
) -> tuple[actions.CameraDetails, probing.Answer]:
    wanted = Wanted(**{field: values[field] for field in Wanted.__slots__})
    return tried(at, name, wanted, known)


def _counter_choices(room: UUID, day: datetime.date) -> list[tuple[str, str]]:
    return [(str(counter.id), counter.name) for counter in reading.counters_of(room, day)]
