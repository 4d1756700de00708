"""Screen 3, the assessor's desk; the months of rooms; a draw as anybody may check it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.judging import judge
from minhbach.centre.access.places import ANYWHERE
from minhbach.centre.look.paging import Listed, part
from minhbach.centre.oversight import monthly, printing, queue, work
from minhbach.centre.oversight.conduct import ANSWERS
from minhbach.centre.registry.pages import room_crumbs
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

HERE = Words("Đánh giá hằng tháng", "Monthly assessment")
FIRST = Words(
    "Hệ thống rút chọn thời điểm xem sau mỗi kỳ theo quy chế, khi có hình và dấu đồng ký đầu tiên sau kỳ.",
    "Moments are drawn after each period of the regulation, once there is footage and the first cosignature after it.",
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def assessments(request: GuardedRequest) -> HttpResponse:
    """Rooms by periods of a month: what people looked at, and apart from it what machines watched."""
    month = monthly.month_of(request.GET.get("thang", ""), now=request.now)
    found = monthly.overview(request.standing, month, now=request.now)
    rooms = queue.rooms_to_assess(request.standing, now=request.now)
    here = part(Listed(found.lines), request.GET)
    page = {
        "found": found,
        "lines": here.rows,
        "waiting": work.waiting_count(request.user.person_id, rooms, now=request.now),
        "may_assess": bool(rooms),
        "before": f"{queue.months_before(month):%Y-%m}",
        "after": f"{queue.month_after(month):%Y-%m}" if month < queue.months(request.now)[1] else "",
        "first": FIRST,
        "now": request.now,
        "crumbs": [(HERE, None)],
    }
    return render(request, "oversight/assessments.html", page | here.pager)


def assessments_pdf(request: GuardedRequest, month: str) -> HttpResponse:
    """The same as a paper."""
    found = monthly.overview(request.standing, monthly.month_of(month, now=request.now), now=request.now)
    data = printing.month_pdf(found, now=request.now)
    return _file(data, "application/pdf", f"danh-gia-{found.month:%Y-%m}.pdf")


def assessments_xlsx(request: GuardedRequest, month: str) -> HttpResponse:
    """The same as a table to calculate with."""
    found = monthly.overview(request.standing, monthly.month_of(month, now=request.now), now=request.now)
    return _file(printing.month_xlsx(found), XLSX, f"danh-gia-{found.month:%Y-%m}.xlsx")


def _file(data: bytes, media_type: str, name: str) -> HttpResponse:
    how = "inline" if media_type == "application/pdf" else "attachment"
    return HttpResponse(data, content_type=media_type, headers={"Content-Disposition": f'{how}; filename="{name}"'})


def assess(request: GuardedRequest) -> HttpResponse:
    """One clip at a time; everything else comes by the API."""
    page = _progress(request) | {
        "answers": ANSWERS.items(),
        "viewer": request.user.person.full_name,
        "may_sound": judge(request.standing, Right.SOUND, ANYWHERE).allowed,
        "may_find": judge(request.standing, Right.HOLD, ANYWHERE).allowed,
    }
    return render(request, "oversight/assess.html", page)


def assess_strip(request: GuardedRequest) -> HttpResponse:
    """How the month stands, room by room; asked again after each clip."""
    return render(request, "oversight/assess_strip.html", _progress(request))


def _progress(asked: GuardedRequest) -> dict[str, object]:
    rooms = queue.rooms_to_assess(asked.standing, now=asked.now)
    waiting = work.waiting_count(asked.user.person_id, rooms, now=asked.now)
    return {"strips": work.strips_of(rooms, now=asked.now), "waiting": waiting}


def draw(request: GuardedRequest, draw: UUID) -> HttpResponse:
    """Seed, source, what could be drawn and what was, made again while the page is made."""
    told = monthly.draw_of(draw, reads_answers=queue.may_assess(request.standing, request.place))
    page = {
        "told": told,
        "draw": told.draw,
        "crumbs": [*room_crumbs(told.draw.room, request.now), (HERE, reverse("assessments")), (str(told.period), None)],
    }
    return render(request, "oversight/draw.html", page)
