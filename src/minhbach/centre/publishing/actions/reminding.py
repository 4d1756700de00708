"""What the worker does about reports: count the days that are over, draft on the day of drafts, remind, name the late.

May be repeated as often as wanted: what was drafted or told once is a row, and is not done again. Promises that a
report which cannot be drafted, or of which nobody can be reminded, costs nobody else theirs, nor a reminder; and that
one whose day of drafting went by is drafted late, and told to be, until the month after its own is over.

Errors: SomeNotDrafted: the reports of some units could not be drafted; the process's log says which, and why.
"""

import datetime
import logging
from collections.abc import Iterator
from itertools import chain
from uuid import UUID

from django.db import IntegrityError, transaction

from minhbach.centre.access.actions.own_errors import tell_own_error
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.publishing import reading, recipients, scopes
from minhbach.centre.publishing.actions.reports import NOTICE, ROUTE, draft
from minhbach.centre.publishing.actions.rolling import roll
from minhbach.centre.publishing.counting import DAY
from minhbach.centre.publishing.models import DayFigures, Kind, Report, ReportReminder
from minhbach.centre.publishing.periods import Period, period
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Succession, true_on
from minhbach.centre.regulation.models import CalendarDay, Regulation
from minhbach.centre.regulation.reading import NothingInForce, calendar_of, in_force
from minhbach.centre.regulation.rules import Rules
from minhbach.centre.words import Words

_LOGGER = logging.getLogger(__name__)

#: A recorder whose line was cut brings its log later, and a missed reception day is answered for within two months: so
#: many days are counted anew every night.
AGAIN_DAYS = 70
DUE = Words(
    "Báo cáo tháng {month} của {unit} chưa gửi; hạn gửi {by}.", "The report of {month} by {unit} is not sent; due {by}."
)
OVERDUE = Words(
    "Báo cáo tháng {month} của {unit} quá hạn gửi ({by}).", "The report of {month} by {unit} is overdue ({by})."
)
NOT_REMINDED = Words(
    "Phần mềm gặp lỗi khi nhắc một số báo cáo tháng; các báo cáo khác vẫn được nhắc. Hệ thống tự thử lại; chi tiết ở "
    "nhật ký của tiến trình nền.",
    "The software made a mistake at reminding of some monthly reports; of all others people were reminded. It tries "
    "again by itself; the worker's log says which, and why.",
)


class SomeNotDrafted(Exception):
    """All others were drafted; what happened to these is in the log already."""


class Reporting:
    """The round of the worker; remembers which day it counted and drafted: a beat mostly costs two questions."""

    def __init__(self) -> None:
        self._counted: datetime.date | None = None
        self._drafted: datetime.date | None = None

    def beat(self, *, now: datetime.datetime) -> None:
        """Whatever is due at this moment."""
        try:
            self._count_and_draft(now)
        finally:
            # Whose report is drafted long since is not to miss its day because of another one.
            remind(now=now)

    def _count_and_draft(self, now: datetime.datetime) -> None:
        today = registry.day_of(now)
        if self._counted != today:
            count_days(now=now)
            self._counted = today
        if self._drafted == today:
            return
        try:
            draft_due(now=now)
        except SomeNotDrafted:
            return  # the next beat tries them again
        self._drafted = today


def count_days(*, now: datetime.datetime) -> int:
    """Count the days that are over and may still change, and any before them that was never counted."""
    yesterday = registry.day_of(now) - DAY
    newest = DayFigures.objects.order_by("-day").values_list("day", flat=True).first()
    first = yesterday - DAY * AGAIN_DAYS
    if newest is not None:
        first = min(first, newest)
    return roll(first, yesterday, now=now)


def draft_due(*, now: datetime.datetime) -> int:
    """Draft the reports of this month whose day of drafting has come, and what was missed of the month before.

    How many were made. Raises SomeNotDrafted.
    """
    today = registry.day_of(now)
    made = failed = 0
    for owed, bound, periods in chain(_of_this_month(today), _missed(today)):
        try:
            made += _drafted(owed, periods.of(bound), today, now)
        except Exception:
            _LOGGER.exception("the report of unit %s (%s) could not be drafted", owed.unit, owed.kind)
            failed += 1
    if failed:
        raise SomeNotDrafted(f"{failed} reports could not be drafted, {made} were.")
    return made


def _of_this_month(today: datetime.date) -> "Iterator[tuple[scopes.Owed, UUID, _Periods]]":
    """What may be owed, the unit whose rules say when, and the periods of that month."""
    periods = _Periods(today)
    return ((owed, owed.unit, periods) for owed in scopes.owed(_counted_since(today), today))


def _missed(today: datetime.date) -> "Iterator[tuple[scopes.Owed, UUID, _Periods]]":
    """The same of the month before, as far as it was not drafted: its day was moved behind the end of the month, the
    worker stood still, or something went wrong until then.

    Owed by who owed it on the last day of that month and is still there, or by the only heir of one that is not.
    Regulations that were issued later ask for no report of days before them.
    """
    last = today.replace(day=1) - DAY
    issued = dict(Regulation.objects.filter(true_on(last)).values_list("unit", "issued_at"))
    binding = {unit: registry.day_of(at) <= last for unit, at in issued.items()}
    if not any(binding.values()):
        return
    drafted = set(Report.objects.filter(month=last.replace(day=1)).values_list("unit", "kind"))
    then = {each for each in scopes.owed(_counted_since(last), last) if (each.unit, each.kind) not in drafted}
    heirs = _heirs({each.unit for each in then if each.kind == Kind.OPERATES}, last, today)
    periods = _Periods(last)
    for owed in scopes.owed(_counted_since(last), today) if then else ():
        bound = owed.unit
        if owed not in then:
            if owed.kind != Kind.OPERATES or owed.unit not in heirs or (owed.unit, owed.kind) in drafted:
                continue
            bound = heirs[owed.unit]
        if next((binding[unit] for unit in registry.units_above(bound, last) if unit in binding), False):
            yield owed, bound, periods


def _counted_since(day: datetime.date) -> datetime.date:
    """No report of the day's month counts days before the month before."""
    return (day.replace(day=1) - DAY).replace(day=1)


def _heirs(units: set[UUID], last: datetime.date, today: datetime.date) -> dict[UUID, UUID]:
    """Who alone followed each of these units that ended after that day: the unit that ended, by its heir."""
    rows = Succession.objects.filter(predecessor__in=units, day__gt=last, day__lte=today)
    followed: dict[UUID, list[UUID]] = {}
    for old, new in rows.values_list("predecessor", "successor"):
        followed.setdefault(old, []).append(new)
    return {new[0]: old for old, new in followed.items() if len(new) == 1}


def _drafted(
    owed: scopes.Owed, found: tuple[Rules, Period] | None, today: datetime.date, now: datetime.datetime
) -> bool:
    """Whether this one was drafted now."""
    if found is None or (owed.kind != Kind.LEADS and owed.kind not in found[0].report.reporters):
        return False
    if today < found[1].draft_on or today <= found[1].last_day:
        return False
    if owed.kind.value in scopes.TYPE_OF and not scopes.spans(
        owed.unit, owed.kind, found[1].first_day, found[1].last_day
    ):
        return False  # what it supervised ended before the days that are counted, or begins after them
    return draft(owed, found[1], now=now) is not None


class _Periods:
    """The period of a day's month for many units: worked out once for each regulation and calendar above them."""

    def __init__(self, day: datetime.date) -> None:
        self._day = day
        self._known: dict[UUID, tuple[Rules, Period] | None] = {}

    def of(self, unit: UUID) -> tuple[Rules, Period] | None:
        """None where no regulation is in force."""
        parent = registry.parent_on(unit, self._day) or unit
        if unit != parent and unit not in self._known and not _has_own(unit, self._day):
            return self.of(parent)
        if unit not in self._known:
            try:
                rules = in_force(unit, self._day)
                self._known[unit] = (rules, period(self._day, rules, calendar_of(unit, self._day)))
            except NothingInForce:
                self._known[unit] = None
        return self._known[unit]


def _has_own(unit: UUID, day: datetime.date) -> bool:
    return Regulation.objects.filter(unit=unit).exists() or CalendarDay.objects.filter(unit=unit).exists()


def remind(*, now: datetime.datetime) -> int:
    """Remind those who report on the days that the regulation names; once it is late, those above too. How many.

    A report of which nobody can be reminded costs no other its turn: it is logged, and administrators hear of it.
    """
    today = registry.day_of(now)
    due, told, failed = _Due(today), 0, 0
    for report in due.unsent:
        try:
            late = due.of(report)
            told += late is not None and _remind(report, today, late, now)
        except Exception:
            _LOGGER.exception("nobody could be reminded of the report %s of unit %s", report.id, report.unit_id)
            failed += 1
    if failed:
        tell_own_error(NOT_REMINDED, now=now)
    return told


class _Due:
    """What is to be told today of which report that is not sent."""

    def __init__(self, today: datetime.date) -> None:
        open_rows = reading.listing(Report.objects.filter(month__gte=today.replace(day=1) - 62 * DAY))
        self.unsent = [row for row in open_rows.select_related("unit") if row.sent_at is None]
        self._today = today
        self._known = set(ReportReminder.objects.filter(report__in=self.unsent).values_list("report", "day", "late"))
        # What was late, then sent and returned may be late once more.
        self._by = {row.id: reading.due_by(row) for row in self.unsent}
        self._warned = {report for report, day, late in self._known if late and day > self._by[report]}
        self._days: dict[tuple[UUID, datetime.date], frozenset[datetime.date]] = {}

    def of(self, row: Report) -> bool | None:
        """Whether it is late; None where nothing is to be told today. Raises NothingInForce."""
        if self._today > self._by[row.id]:
            return None if row.id in self._warned else True
        if (row.id, self._today, False) in self._known:
            return None
        return False if self._today in self._reminders(row) else None

    def _reminders(self, row: Report) -> frozenset[datetime.date]:
        key = (row.unit_id, row.month)
        if key not in self._days:
            # A unit that ended meanwhile still owes what was drafted for it.
            of = registry.last_day(row.unit_id, self._today)
            when = period(row.month, in_force(row.unit_id, of), calendar_of(row.unit_id, of))
            self._days[key] = frozenset(when.reminders)
        return self._days[key]


def _remind(report: Report, today: datetime.date, late: bool, now: datetime.datetime) -> bool:
    to = recipients.reporters(report, now=now)
    if late:
        to |= recipients.receivers(report, now=now)
    names = registry.names_on({report.unit_id}, report.last_day)
    name = names[report.unit_id].name if report.unit_id in names else ""
    by = reading.due_by(report)
    words = (OVERDUE if late else DUE).fill(unit=name, month=f"{report.month:%m/%Y}", by=f"{by:%d/%m/%Y}")
    try:
        with transaction.atomic():
            notice = (
                send(to=sorted(to), kind=NOTICE, words=words, link=Link(ROUTE, str(report.id)), now=now) if to else None
            )
            ReportReminder.objects.create(report=report, day=today, late=late, notice=notice, at=now)
    except IntegrityError:  # another worker was first
        return False
    return True
