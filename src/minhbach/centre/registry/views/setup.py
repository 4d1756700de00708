"""Pages of a room's first set-up: the steps, the notice sign, the acceptance of picture and voice."""

import datetime
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.papers.serving import served
from minhbach.centre.registry import minutes, reading
from minhbach.centre.registry.actions import commissioning as actions
from minhbach.centre.registry.actions import devices
from minhbach.centre.registry.forms.devices import AcceptanceForm, HangForm
from minhbach.centre.registry.forms.rooms import TYPES
from minhbach.centre.registry.models import Camera, Medium, NoticeSign, Party, Room, RoomType
from minhbach.centre.registry.outline import leaves
from minhbach.centre.registry.pages import Asked, FormPage, act, answer, room_crumbs
from minhbach.centre.registry.steps import steps_of, steps_of_all, verdicts_of
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

SETUP = Words("Lắp đặt", "Set-up")
#: How many days the regulation of a day keeps footage of a room, if there is one; the list of addresses hands it in.
Days = Callable[[Room, datetime.date], int | None]
#: What left of a camera for somebody, picture or sound: `access` knows.
NewestSeen = Callable[..., actions.Seen | None]
NO_REGULATION = Words(
    "Chưa có quy chế nào có hiệu lực cho đơn vị này, nên chưa biết bản ghi được lưu bao lâu. Hãy ban hành trước.",
    "No regulation is in force for this unit, so it is not known how long footage is kept. Issue one first.",
)
ASKED = {
    (Medium.PICTURE, Party.CITIZEN): Words("Thấy rõ công dân", "The citizen is seen"),
    (Medium.PICTURE, Party.OFFICER): Words("Thấy rõ cán bộ", "The officer is seen"),
    (Medium.VOICE, Party.CITIZEN): Words("Nghe rõ công dân", "The citizen is heard"),
    (Medium.VOICE, Party.OFFICER): Words("Nghe rõ cán bộ", "The officer is heard"),
}


def setups(request: Asked) -> HttpResponse:
    """Rooms whose set-up is not done, each with its next step."""
    day = reading.day_of(request.now)
    rooms = list(reading.rooms_of(request.reach, day).order_by("name"))
    holders = reading.holders_on({room.id for room in rooms}, day)
    names = reading.names_on(set(holders.values()), day)
    steps = steps_of_all(rooms, day)
    lines = [(room, names[holders[room.id]].name, steps[room.id]) for room in rooms if room.id in holders]
    lines.sort(key=lambda line: (sort_key(line[1]), line[0].room_type, line[0].name))
    empty = [one for one in leaves(day) if one.unit in request.reach and not one.rooms]
    context = {
        "empty_units": empty,
        "lines": [line for line in lines if line[2].next != "done"],
        "done": sum(line[2].next == "done" for line in lines),
        "whole": len(lines),
    }
    return render(request, "registry/setups.html", context)


def setup(request: Asked, room: UUID) -> HttpResponse:
    """The steps from an empty room to a recorded and accepted one."""
    row = get_object_or_404(Room, id=room)
    day = reading.day_of(request.now)
    steps = steps_of(row, day)
    context = {
        "room": row,
        "type_words": TYPES[RoomType(row.room_type)],
        "steps": steps,
        "asked": [(ASKED[Medium(one.medium), Party(one.party)], one) for one in steps.verdicts],
        "counters": reading.counters_of(room, day),
        "holder": reading.holder_on(room, day),
        "crumbs": room_crumbs(row, request.now, (SETUP, None)),
    }
    return render(request, "registry/setup.html", context)


def sign_drawing(days: Days) -> Callable[..., HttpResponse]:
    """The button that prints the next sign of a room; `days` is the regulation's retention."""

    def sign_draw(request: Asked, room: UUID) -> HttpResponse:
        row = get_object_or_404(Room, id=room)
        kept = days(row, reading.day_of(request.now))

        def draw() -> None:
            if kept is None:
                raise NotPossible(NO_REGULATION)
            actions.draw_sign(request.user.person, room=row, days=kept, now=request.now)

        return act(
            request,
            draw,
            done=Words("Đã lập biển. Hãy in, treo và chụp ảnh.", "The sign is made. Print, hang and photograph it."),
            back=reverse("setup", args=[room]) + "#bien-bao",
        )

    return sign_draw


def sign_pdf(request: Asked, sign: UUID) -> HttpResponse:
    """The printed sign."""
    row = get_object_or_404(NoticeSign.objects.select_related("paper"), id=sign)
    return served(row.paper, name=f"bien-bao-{row.number}.pdf")


def sign_photo(request: Asked, sign: UUID) -> HttpResponse:
    """The photograph of the sign on its wall, as it was drawn anew."""
    row = get_object_or_404(NoticeSign.objects.select_related("photo"), id=sign)
    if row.photo is None:
        raise Http404
    return served(row.photo)


def sign_hang(request: Asked, sign: UUID) -> HttpResponse:
    """Record that a sign hangs, by its photograph."""
    row = get_object_or_404(NoticeSign.objects.select_related("room"), id=sign)
    heading = Words("Ghi nhận biển đã treo", "Record that the sign hangs")
    page = FormPage(
        heading=heading,
        lead=Words("Chỉ khi có ảnh biển đã treo, phòng mới được ghi hình.", "Only then may the room be recorded."),
        submit=Words("Lưu ảnh và ghi nhận", "Keep the photograph"),
        back=reverse("setup", args=[row.room_id]) + "#bien-bao",
        crumbs=room_crumbs(row.room, request.now, (heading, None)),
        done=Words("Đã ghi nhận biển được treo.", "The sign is recorded as hung."),
    )

    def hang(values: dict[str, Any]) -> str:
        photo, where = values["photo"].read(), values["where"]
        actions.hang_sign(request.user.person, sign=row, photo=photo, where=where, now=request.now)
        return page.back

    return answer(request, page, HangForm(request.POST or None, request.FILES or None), hang)


def sign_down(request: Asked, sign: UUID) -> HttpResponse:
    """A sign does not hang any more."""
    row = get_object_or_404(NoticeSign, id=sign)
    return act(
        request,
        lambda: actions.take_down_sign(request.user.person, sign=row, now=request.now),
        done=Words("Đã ghi nhận biển được gỡ.", "The sign is recorded as taken down."),
        back=reverse("setup", args=[row.room_id]) + "#bien-bao",
    )


def minutes_pdf(request: Asked, room: UUID) -> HttpResponse:
    """The minutes of acceptance and hand-over, as things stand now, to be signed on paper."""
    row = get_object_or_404(Room, id=room)
    data = minutes.printed(minutes.content(row, request.now), at=request.now)
    headers = {"Content-Disposition": 'inline; filename="bien-ban-nghiem-thu.pdf"'}
    return HttpResponse(data, content_type="application/pdf", headers=headers)


def record_room(request: Asked, room: UUID) -> HttpResponse:
    """Begin to record all cameras of a room."""
    row = get_object_or_404(Room, id=room)

    def switch_on() -> None:
        for camera in row.cameras.filter(retired_at__isnull=True, recording_since__isnull=True):
            devices.switch_on(request.user.person, camera=camera, now=request.now)

    return act(
        request,
        switch_on,
        done=Words("Đầu ghi bắt đầu ghi trong vài giây.", "The recorder begins within seconds."),
        back=reverse("setup", args=[room]) + "#nghiem-thu",
    )


def accepting(newest_seen: NewestSeen) -> Callable[..., HttpResponse]:
    """The page on which a camera is accepted; `newest_seen` says what of it the person was shown or let hear."""

    def acceptance(request: Asked, camera: UUID) -> HttpResponse:
        row = get_object_or_404(Camera.objects.select_related("room", "recorder"), id=camera)
        form = AcceptanceForm(request.POST or None)
        problem = ""
        if request.method == "POST" and form.is_valid():
            try:
                _accept(request, row, form.cleaned_data, newest_seen)
            except NotPossible as refused:
                problem = str(refused.words)
        room = reverse("setup", args=[row.room_id])
        verdicts = list(verdicts_of([row]))
        context = {
            "camera": row,
            "asked": [(ASKED[Medium(one.medium), Party(one.party)], one) for one in verdicts],
            # A still is a viewing: it is not taken for a look at what was accepted long ago.
            "done": all(one.passed for one in verdicts),
            "problem": problem,
            "since_ms": int(row.recording_since.timestamp() * 1000) + 1 if row.recording_since else 0,
            "stream_url": settings.MINHBACH_STREAM_URL,
            "crumbs": room_crumbs(row.room, request.now, (SETUP, room), (row.label, None)),
        }
        part = "registry/verdicts.html" if request.headers.get("HX-Request") else "registry/acceptance.html"
        return render(request, part, context)

    return acceptance


def _accept(request: Asked, camera: Camera, values: dict[str, Any], newest_seen: NewestSeen) -> None:
    known = values["medium"] in Medium.values and values["party"] in Party.values
    if not known:
        raise Http404
    medium = Medium(values["medium"])
    actions.accept(
        request.user.person,
        camera=camera,
        medium=medium,
        party=Party(values["party"]),
        passed=values["passed"],
        note=values["note"],
        seen=newest_seen(request.user, camera, sound=medium == Medium.VOICE, now=request.now),
        now=request.now,
    )
