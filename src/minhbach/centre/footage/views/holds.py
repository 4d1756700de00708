"""The page of all held footage, and what the page of one shows."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.searching import searched
from minhbach.centre.access.sought import words_in
from minhbach.centre.footage.holds import hold_of, holds_for
from minhbach.centre.footage.holds import told as told_holds
from minhbach.centre.look.paging import part
from minhbach.centre.registry.pages import room_crumbs
from minhbach.centre.words import Words

FIRST_STEP = Words(
    "Mở trang một phòng, chọn đoạn bằng [ và ], rồi bấm Giữ lại.", "Open a room, mark a range with [ and ], press Hold."
)
HOLDS = Words("Hình đang giữ lại", "Held footage")
SEARCH = Words("Phòng, lý do, văn bản, người giữ lại", "Room, reason, document, who")


def holds(request: GuardedRequest) -> HttpResponse:
    """What is held where the person may hold; asks itself anew while an order waits."""
    released = "da-xong" in request.GET
    # A reason is free text and may name a citizen.
    text = searched(request, request.user, "holds", words_in(request), now=request.now, told=False)
    here = part(holds_for(request.user, now=request.now, released=released, text=text), request.GET)
    held = told_holds(here.rows, request.user, request.now)
    waiting = any(each.state[0] == "soon" for each in held)
    context = {
        "held": held,
        "count": here.count,
        "ended": released,
        "q": text,
        "search": SEARCH,
        "asked": f"?{request.GET.urlencode()}" if request.GET else "",
        "waiting": waiting,
        "first_step": FIRST_STEP,
        "now": request.now,
        "crumbs": [(HOLDS, None)],
    }
    return render(request, "footage/holds.html", context | here.pager)


def told(asked: GuardedRequest, hold: UUID) -> dict[str, Any]:
    """What the page of one stretch shows: what for, who asked, and how it stands at each camera's recorder."""
    held = hold_of(asked.user, hold, now=asked.now)
    return {
        "held": held,
        "way": f"{reverse('room', args=[held.hold.room_id])}?luc={held.begin:%Y-%m-%dT%H:%M:%S}",
        "waiting": held.state[0] == "soon",
        "now": asked.now,
        "crumbs": [
            *room_crumbs(held.hold.room, asked.now),
            (HOLDS, reverse("holds")),
            (f"{held.begin:%H:%M, %d/%m/%Y}", None),
        ],
    }
