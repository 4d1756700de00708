"""The page on which a technician puts down why there was no footage."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from minhbach.centre.footage.timeline import moment, us
from minhbach.centre.oversight import ladder
from minhbach.centre.oversight.actions import gaps
from minhbach.centre.oversight.forms import GapCauseForm, pairs
from minhbach.centre.oversight.models import Finding, Source
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.pages import Asked, FormPage, answer, room_crumbs
from minhbach.centre.regulation.reading import in_force
from minhbach.centre.words import Words


def gap_cause(request: Asked, room: UUID) -> HttpResponse:
    """Put down a cause; it explains the findings of the system that it covers, and a body outside judges it."""
    row = get_object_or_404(Room, id=room)
    here = Words("Ghi lý do mất hình", "Put down why there was no footage")
    page = FormPage(
        heading=here,
        lead=Words(
            "Lý do phủ hết thời gian mất hình được gửi cơ quan giám sát; phát hiện chỉ đóng khi cơ quan đó chấp nhận.",
            "Causes that cover all of a gap go to its supervising body; the finding ends only once that accepts them.",
        ),
        submit=Words("Ghi lý do", "Put it down"),
        back=reverse("room_card", args=[row.id]),
        crumbs=room_crumbs(row, request.now, (here, None)),
        done=Words("Đã ghi lý do.", "The cause is put down."),
    )

    def put(values: dict[str, Any]) -> str:
        begin, end = values.pop("begin"), values.pop("end")
        gaps.put_cause(request.user, room=row.id, begin_us=us(begin), end_us=us(end), now=request.now, **values)  # type: ignore[arg-type]
        return page.back

    unit = registry.holder_on(row.id, registry.day_of(request.now))
    causes = ladder.gap_causes(in_force(unit, registry.day_of(request.now))) if unit else {}
    form = GapCauseForm(request.POST or None, causes=pairs(causes), initial=_start(row.id))
    return answer(request, page, form, put)


def _start(room: UUID) -> dict[str, Any]:
    """The stretch of the newest finding of a gap there that has not ended."""
    open_ones = Finding.objects.filter(source=Source.GAP, room=room).exclude(steps__kind__in=["concluded", "lawful"])
    row = open_ones.order_by("-begin_us").first()
    return {"begin": moment(row.begin_us), "end": moment(row.until_us + 59_999_999)} if row else {}
