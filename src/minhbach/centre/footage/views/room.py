"""Screen 1: a room live and played back."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString

from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.judging import rules_at
from minhbach.centre.footage.rooms import room_page
from minhbach.centre.registry.pages import room_crumbs
from minhbach.centre.words import Words, formats

SPEEDS = ("0.5", "1", "2", "4", "8", "16")
FIRST_CAMERA = Words(
    "Cán bộ kỹ thuật thêm camera ở trang lắp đặt của phòng.", "The technician adds cameras on the room's set-up page."
)
SOUND_HOURS = Words(
    "Theo quy chế, chỉ có tiếng trong giờ làm việc và {n} phút trước, sau mỗi buổi.",
    "By the regulation there is sound in working hours only, and {n} minutes before and after each part of the day.",
)
#: Filled by the page's script from each renewal of the viewing.
WATCHING: SafeString = format_html('<span id="watching" class="{}"></span>', "person watching")


def room(request: GuardedRequest, room: UUID) -> HttpResponse:
    """Pictures above, one timeline for all cameras below."""
    rules = rules_at(request.place.path, request.standing.rules)
    page = room_page(request.user, room, now=request.now)
    return render(
        request,
        "footage/room.html",
        {
            "room": page.room,
            "unit_name": page.unit_name,
            "crumbs": room_crumbs(page.room, request.now),
            "cameras": page.tiles,
            "may_live": page.live.allowed,
            "may_playback": page.playback.allowed,
            "may_sound": page.sound.allowed,
            "sound_hours": SOUND_HOURS.fill(n=rules.times.sound_margin_minutes) if rules else "",
            "may_hold": page.hold.allowed and page.playback.allowed,
            "why_no_playback": page.playback.why,
            "purpose_needed": page.asks_purpose,
            "playback_hours": rules.times.playback_span_hours if rules else "",
            "viewer": request.user.person.full_name,
            "timeline_url": f"/api/rooms/{room}/timeline",
            "bookmarks_url": f"/api/rooms/{room}/bookmarks",
            "holds_url": f"/api/rooms/{room}/holds",
            "findings_url": f"/api/rooms/{room}/findings",
            "situations": rules.situations.items() if rules else (),
            "speeds": [(speed, f"{formats.number(float(speed), 1 if speed == '0.5' else 0)}×") for speed in SPEEDS],
            "first_camera": FIRST_CAMERA,
            "watching": WATCHING,
        },
    )
