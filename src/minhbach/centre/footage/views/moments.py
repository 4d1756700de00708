"""The page of moments without footage and without a recorded reason."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.footage.moments import PAGE, compared
from minhbach.centre.words import Words


def moments(request: GuardedRequest) -> HttpResponse:
    """Every moment of the last thirty days within reach, compared with what was recorded."""
    said = request.GET.get("tu", "")
    skip = int(said) if said.isascii() and said.isdigit() and len(said) <= 6 else 0
    found = compared(request.user, now=request.now, skip=skip)
    crumbs = [
        (Words("Tra cứu bản ghi", "Find a recording"), reverse("van_mieu")),
        (Words("Đối chiếu thời điểm", "Moments compared"), None),
    ]
    total = found.seen + found.explained + found.lost_count
    context = {
        "found": found,
        "total": total,
        "crumbs": crumbs,
        "newer": f"?tu={max(0, skip - PAGE)}" if skip else "",
        "older": f"?tu={skip + PAGE}" if found.lost_count > skip + PAGE else "",
        "shown": Words("{first}–{last} trong {all}", "{first}–{last} of {all}").fill(
            first=skip + 1, last=skip + len(found.lost), all=found.lost_count
        ),
    }
    return render(request, "footage/moments.html", context)
