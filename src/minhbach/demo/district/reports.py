"""The monthly reports of the demo: the last month sent and accepted, this month drafted, some sent, one returned.

Written through the product's own actions, each at its own time. The days that this month's reports count end yesterday,
so that their figures are what the demo's rooms really did.
"""

import datetime
from uuid import UUID

from minhbach.centre.access.models import Account
from minhbach.centre.messaging.actions import mark_read
from minhbach.centre.publishing.actions import reports
from minhbach.centre.publishing.actions.reminding import count_days
from minhbach.centre.publishing.models import Kind, Part, Report, StepKind
from minhbach.centre.publishing.periods import Period, period
from minhbach.centre.publishing.scopes import owed
from minhbach.centre.registry.models import Assignment, Unit
from minhbach.centre.regulation.reading import calendar_of, in_force
from minhbach.demo.district import places
from minhbach.demo.district.chairmen import appoint, chairmen, unit_called
from minhbach.demo.past.plan import VIETNAM

#: The last day of a month that its report may count, so that the report can still be due after it.
LATEST_CUT = 22
#: The day of the month on which a report is drafted, as both shipped regulations have it.
DRAFTED_ON = 20
DIRECTOR = "Nguyễn Thị Hồng Vân"
DAY = datetime.timedelta(days=1)
#: How many communes have sent this month's report already, and when the chairman above had looked.
SENT, ACCEPTED = 6, 4
LATE_ONE = "Yên Cốc Thượng"
WHY = "Chưa nêu nguyên nhân hồ sơ trả quá hạn và biện pháp khắc phục."
EDITED = "Trừ 01 phiếu do công dân bấm nhầm, có biên bản ngày hôm qua."
SHORTCOMINGS = (
    "Camera quầy số 2 có lúc mất kết nối do lỏng nguồn, đã khắc phục trong ngày.\n"
    "Giờ cao điểm đầu tuần công dân chờ lâu ở quầy Tư pháp - Hộ tịch vì chỉ có một công chức."
)


def times(now: datetime.datetime) -> dict[str, int]:
    """What the demo's regulation says of reports: this month's count ends yesterday, as far as that can be."""
    cut = min((now.astimezone(VIETNAM) - DAY).day, LATEST_CUT)
    # As an office may issue it anew: nothing is drafted before the count has ended.
    return {"report_cutoff_day": cut, "report_draft_day": max(DRAFTED_ON, cut + 1)}


def relive(now: datetime.datetime) -> int:
    """Count the days, then draft, sign and send; how many reports there are."""
    count_days(now=now)
    province = Unit.objects.get(id=unit_called(places.PROVINCE))
    yesterday = (now.astimezone(VIETNAM) - DAY).date()
    rules, calendar = in_force(province.id, yesterday), calendar_of(province.id, yesterday)
    this = period(yesterday, rules, calendar)
    last = period(this.month - DAY, rules, calendar)
    heads = _heads(now)
    for when in (last, this):
        drafted = _at(when.draft_on, 6) if when is last else min(now, _at(max(when.draft_on, when.last_day + DAY), 6))
        for body in owed(when.first_day, when.last_day):
            reports.draft(body, when, now=drafted)
    above = Account.objects.get(username="chutich.tinh")
    _last_month(last, heads, above)
    _this_month(this, heads, above, now)
    for account in (above, *heads.values()):
        mark_read(account.person_id, now=now)
    return Report.objects.count()


def _at(day: datetime.date, hour: float) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), VIETNAM) + datetime.timedelta(hours=hour)


def _heads(now: datetime.datetime) -> dict[UUID, Account]:
    """Who signs for each unit: those with an account, and for the centre somebody new."""
    signs = ("chief_inspector", "chief_of_office", "area_chairman")
    found = {
        post.unit_id: post.person.account
        for post in Assignment.objects.filter(role__in=signs).select_related("person__account")
    }
    found |= chairmen(now)
    centre = unit_called(places.CENTRE)
    found[centre] = appoint(DIRECTOR, centre, "chief_of_office", "Giám đốc Trung tâm", now)
    return found


def _last_month(when: Period, heads: dict[UUID, Account], above: Account) -> None:
    late = unit_called(places.commune(LATE_ONE))
    for number, row in enumerate(Report.objects.filter(month=when.month)):
        head = heads[row.unit_id]
        at = _at(when.due_on - DAY * (number % 2), 9 + number % 6)
        if row.unit_id == late:
            at = _at(when.due_on + DAY, 8)
        reports.step(head, row.id, kind=StepKind.SIGNED, now=at)
        reports.step(head, row.id, kind=StepKind.SENT, now=at + DAY / 96)
        if row.kind != Kind.LEADS:
            reports.step(above, row.id, kind=StepKind.ACCEPTED, now=at + DAY / 4)


def _this_month(when: Period, heads: dict[UUID, Account], above: Account, now: datetime.datetime) -> None:
    at = now - datetime.timedelta(hours=3)
    chosen = [unit_called(places.commune(name)) for name in places.COMMUNES[1 : SENT + 1]]
    rows = {row.unit_id: row for row in Report.objects.filter(month=when.month, kind=Kind.OPERATES)}
    for number, unit in enumerate(chosen):
        row = rows[unit]
        reports.step(heads[unit], row.id, kind=StepKind.SIGNED, now=at)
        reports.step(heads[unit], row.id, kind=StepKind.SENT, now=at + DAY / 96)
        if number == 0:
            reports.step(above, row.id, kind=StepKind.RETURNED, words=WHY, now=at + DAY / 24)
        elif number <= ACCEPTED:
            reports.step(above, row.id, kind=StepKind.ACCEPTED, now=at + DAY / 24)
    own = rows[unit_called(places.commune(places.COMMUNES[0]))]
    chairman = heads[own.unit_id]
    figure = own.figures.filter(code="ratings", system__gt=1).first()
    if figure is not None and figure.system is not None:
        value = figure.system - 1
        reports.put_figure(chairman, own.id, code="ratings", value=value, reason=EDITED, seen=0, now=at)
    reports.write(chairman, own.id, part=Part.SHORTCOMINGS, words=SHORTCOMINGS, seen=1, now=at)
