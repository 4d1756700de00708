"""The calendar of a unit: on which single days its offices are closed, or open on a Saturday."""

import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.pages import Asked, FormPage, act, answer, unit_crumbs
from minhbach.centre.regulation import actions, closing, reading
from minhbach.centre.regulation.calendar import HOLIDAY, KINDS, shipped_years
from minhbach.centre.regulation.document import WEEKDAYS
from minhbach.centre.regulation.forms import DayForm
from minhbach.centre.words import Words

HERE = Words("Lịch làm việc", "Working calendar")
FOLLOWS = Words(
    "Hạn trả hồ sơ và mọi thời hạn tính theo ngày làm việc của đơn vị và đơn vị cấp dưới đi theo lịch này.",
    "Due dates and every term in working days follow it, here and in the units below.",
)
CLOSES_OWN = Words(
    "Hạn trả hồ sơ và mọi thời hạn tính theo ngày làm việc của đơn vị đi theo lịch này. Ngày nghỉ mà cấp trên không "
    "nghỉ phải ghi trước khi ngày đó đến, kèm số văn bản; cấp trên được báo ngay.",
    "Due dates and every term in working days follow it. A day off that is none above is entered before it comes, with "
    "the number of its decision; those above are told at once.",
)
_FIRST_YEAR, _LAST_YEAR = 2000, 2099


def calendar(request: Asked, unit: UUID) -> HttpResponse:
    """The single days of a year, with what they follow from."""
    today = registry.day_of(request.now)
    year = _year(request.GET.get("nam"), today.year)
    rows = reading.single_days(unit, year, today)
    names = registry.names_on({row.unit_id for row in rows} | {unit}, today)
    known = reading.calendar_of(unit, today)
    context = {
        "unit": unit,
        "name": names[unit].name if unit in names else "",
        "year": year,
        "years": range(year - 1, year + 2),
        "rows": [(row, KINDS[row.kind], names[row.unit_id].name if row.unit_id != unit else "") for row in rows],
        "unsure": sum(not row.source for row in rows),
        "hours": known.hours,
        "weekdays": [WEEKDAYS[day - 1] for day in known.hours.weekdays],
        "adoptable": year in shipped_years() and not any(row.unit_id == unit for row in rows),
        # In the last quarter the decision of the next year is due.
        "missing": [each for each in _needed(today) if not known.knows(each)],
        "crumbs": unit_crumbs(unit, today, (HERE, None)),
    }
    return render(request, "regulation/calendar.html", context)


def _needed(today: datetime.date) -> list[int]:
    return [today.year, today.year + 1] if today.month >= 10 else [today.year]


def _year(said: str | None, otherwise: int) -> int:
    year = int(said) if said and said.isascii() and said.isdigit() and len(said) == 4 else otherwise
    return min(max(year, _FIRST_YEAR), _LAST_YEAR)


def calendar_day_new(request: Asked, unit: UUID) -> HttpResponse:
    """A single day, by a decision."""
    today = registry.day_of(request.now)
    back = reverse("calendar", args=[unit])
    page = FormPage(
        heading=Words("Thêm ngày vào lịch làm việc", "Add a day to the calendar"),
        lead=CLOSES_OWN if closing.closes_own(request.user.person, unit, today) else FOLLOWS,
        submit=Words("Thêm ngày", "Add the day"),
        back=back,
        crumbs=unit_crumbs(unit, today, (HERE, back), (Words("Thêm ngày", "Add a day"), None)),
        done=Words("Đã thêm ngày vào lịch.", "The day is in the calendar."),
    )

    def add(values: dict[str, Any]) -> str:
        actions.add_day(request.user.person, unit=unit, now=request.now, **values)
        return f"{back}?nam={values['day'].year}"

    return answer(request, page, DayForm(request.POST or None, initial={"kind": HOLIDAY}), add)


def calendar_day_withdraw(request: Asked, unit: UUID) -> HttpResponse:
    """The day is none any more."""
    try:
        day = datetime.date.fromisoformat(request.POST.get("ngay", ""))
    except ValueError:
        raise Http404 from None
    return act(
        request,
        lambda: actions.withdraw_day(request.user.person, unit=unit, day=day, now=request.now),
        done=Words("Đã bỏ ngày khỏi lịch.", "The day is out of the calendar."),
        back=f"{reverse('calendar', args=[unit])}?nam={day.year}",
    )


def calendar_adopt(request: Asked, unit: UUID) -> HttpResponse:
    """Take over the year as it ships with the product."""
    year = _year(request.POST.get("nam"), registry.day_of(request.now).year)
    return act(
        request,
        lambda: actions.adopt_days(request.user.person, unit=unit, year=year, now=request.now),
        done=Words(
            "Đã nạp lịch mẫu. Hãy đối chiếu các ngày chưa kiểm tra với quyết định của năm.",
            "The shipped days are in. Check those not checked yet against the decision of the year.",
        ),
        back=f"{reverse('calendar', args=[unit])}?nam={year}",
    )
