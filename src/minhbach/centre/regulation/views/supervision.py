"""Who supervises the rooms of a unit: the list, the form that lays it, the form that ends it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.pages import Asked, FormPage, answer, unit_crumbs
from minhbach.centre.regulation import supervising
from minhbach.centre.regulation.forms import SupervisionEndForm, SupervisionForm
from minhbach.centre.regulation.models import Supervision
from minhbach.centre.words import Words

HERE = Words("Cơ quan giám sát", "Supervising bodies")


def supervisions(request: Asked, unit: UUID) -> HttpResponse:
    """Who supervises which rooms here, by which decision."""
    day = registry.day_of(request.now)
    lines = supervising.lines_of(unit, day)
    names = registry.names_on({unit}, day)
    context = {
        "unit": unit,
        "name": names[unit].name if unit in names else "",
        "lines": lines,
        "unwatched": supervising.unwatched(lines),
        "crumbs": unit_crumbs(unit, registry.last_day(unit, day), (HERE, None)),
    }
    return render(request, "regulation/supervisions.html", context)


def supervision_new(request: Asked, unit: UUID) -> HttpResponse:
    """A body is given supervision."""
    day = registry.day_of(request.now)
    page = _page(
        unit,
        request,
        Words("Giao giám sát", "Give supervision"),
        Words(
            "Người của cơ quan này xem được các phòng thuộc loại đã chọn, đúng quyền trong quy chế.",
            "People of that body see rooms of that type, with the rights of the regulation.",
        ),
        Words("Giao giám sát", "Give supervision"),
        Words("Đã giao giám sát.", "Supervision is given."),
    )
    form = SupervisionForm(
        request.POST or None, initial={"day": day}, bodies=supervising.bodies(unit, request.reach, day)
    )

    def lay(values: dict[str, Any]) -> str:
        values["body"] = UUID(values["body"])
        supervising.lay(request.user.person, area=unit, reach=request.reach, today=day, **values)
        return page.back

    return answer(request, page, form, lay)


def supervision_end(request: Asked, unit: UUID, supervision: UUID) -> HttpResponse:
    """The body supervises here no more."""
    row, day = get_object_or_404(Supervision, id=supervision, area=unit), registry.day_of(request.now)
    body = registry.name_on(row.body_id, max(day, row.valid_from)).name
    page = _page(
        unit,
        request,
        Words("Thôi giao giám sát: {body}", "End supervision: {body}").fill(body=body),
        Words(
            "Từ ngày này, người của cơ quan đó không còn xem được; lượt xem đang chạy tắt trong 10 giây.",
            "From that day on its people see nothing more there; what is being watched stops within 10 seconds.",
        ),
        Words("Thôi giao", "End it"),
        Words("Đã ghi ngày thôi giám sát.", "The day of its end is written down."),
    )
    form = SupervisionEndForm(request.POST or None, initial={"day": day})

    def end(values: dict[str, Any]) -> str:
        supervising.end(request.user.person, row, day=values["day"], reach=request.reach, today=day)
        return page.back

    return answer(request, page, form, end)


def _page(unit: UUID, request: Asked, heading: Words, lead: Words, submit: Words, done: Words) -> FormPage:
    back = reverse("supervisions", args=[unit])
    crumbs = unit_crumbs(unit, registry.day_of(request.now), (HERE, back), (heading, None))
    return FormPage(heading=heading, lead=lead, submit=submit, back=back, crumbs=crumbs, done=done)
