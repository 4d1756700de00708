"""One minute for a leader: six figures of the last working day with their week, and what is late anywhere below.

A working day's figures are told with those of the days off that follow it: what is done on a Saturday is told on Monday
with Friday. They are the days that were counted (`publishing`), as in reports; a leader sees the rooms that the
post's right to figures reaches, and of a supervised type only that. What was not counted is no 0.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from minhbach.centre.access.judging import Standing, rules_at
from minhbach.centre.publishing import duties
from minhbach.centre.publishing.counting import DAY, Figures, together
from minhbach.centre.publishing.duties import Missing
from minhbach.centre.publishing.lines import LINES, Measure, written
from minhbach.centre.publishing.models import DayFigures, Report
from minhbach.centre.publishing.reading import listing
from minhbach.centre.publishing.scopes import TYPES
from minhbach.centre.registry import reading
from minhbach.centre.registry.models import Tenure, true_on
from minhbach.centre.regulation.reading import law_along
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Scope
from minhbach.centre.words import Words, formats

#: Lines of a report that a leader looks at first, and what they are called on a tile.
SIX = {
    "dossiers_received": Words("Hồ sơ tiếp nhận", "Dossiers received"),
    "in_time": Words("Trước và đúng hạn", "Early or on time"),
    "satisfied": Words("Dân hài lòng", "Citizens satisfied"),
    "people_received": Words("Lượt người được tiếp", "People received"),
    "findings": Words("Phát hiện", "Findings"),
    "missing": Words("Mất hình", "No picture"),
}
DAYS, MOST, WITHIN = 7, 8, 30 * DAY
MORE, FEWER = (
    Words("nhiều hơn hôm trước {n}", "{n} more than the day before"),
    Words("ít hơn hôm trước {n}", "{n} fewer"),
)
MINUTES, HOURS = Words("phút", "min"), Words("giờ", "h")
SAME, FIRST = Words("như hôm trước", "as the day before"), Words("chưa có ngày trước để so", "no day before to compare")
NOT_SENT = Words("{unit}: báo cáo tháng {month} chưa gửi", "{unit}: report of {month} not sent")


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure: its name, what it says and in what, its course over the week (the newest last), the day before."""

    code: str
    words: Words
    said: str
    unit: str
    week: tuple[float, ...]
    note: Words

    @property
    def counted(self) -> bool:
        """Whether there was anything to count."""
        return bool(self.week)


@dataclass(frozen=True, slots=True)
class Yesterday:
    """The last working day before today and the days off since, up to `last`, in six figures."""

    day: datetime.date
    tiles: tuple[Tile, ...]
    last: datetime.date


@dataclass(frozen=True, slots=True)
class Reach:
    """These units, with rooms of these types."""

    units: frozenset[UUID]
    types: tuple[str, ...]


def reach_of(standing: Standing, day: datetime.date) -> list[Reach]:
    """Whose figures the person may see by their posts."""
    found = []
    for post in standing.posts:
        rules = rules_at(post.path, standing.rules)
        role = rules.roles.get(post.role) if rules else None
        if role is None or role.unit is None or post.kind not in role.held_at or Right.FIGURES not in role.unit.rights:
            continue
        if role.unit.scope is Scope.OWN:
            found.append(Reach(frozenset(reading.units_below([post.unit], day)), TYPES))
        for body, area, room_type in standing.supervisions if role.unit.scope is Scope.SUPERVISED else ():
            if body == post.unit:
                found.append(Reach(frozenset(reading.units_below([area], day)), (room_type,)))
    return found


def yesterday_for(standing: Standing, *, now: datetime.datetime) -> Yesterday | None:
    """The figures of the last working day and of the days off since; none for who may see no figures, or before any
    day was counted.
    """
    today = reading.day_of(now)
    reach = reach_of(standing, today)
    law = law_along(standing.posts[0].path, today) if reach else None
    if law is None:
        return None
    days = [law.calendar.on_or_before(today - DAY)]
    while len(days) < DAYS:
        days.append(law.calendar.on_or_before(days[-1] - DAY))
    last = today - DAY
    counted = _counted(reach, days, last)
    if not counted:
        return None
    return Yesterday(days[0], tuple(_tile(code, words, days, counted) for code, words in SIX.items()), last)


def _counted(
    reach: Sequence[Reach], days: Sequence[datetime.date], last: datetime.date
) -> dict[datetime.date, Figures]:
    """By working day (`days`, the newest first) its figures and those of the days off that follow it."""
    wanted = {(unit, kind) for each in reach for unit in each.units for kind in each.types}
    units = {unit for unit, _ in wanted}
    rows = DayFigures.objects.filter(unit__in=units, day__gte=days[-1], day__lte=last)
    parts: dict[datetime.date, list[Figures]] = {}
    for unit, kind, day, figures in rows.values_list("unit", "room_type", "day", "figures"):
        if (unit, kind) in wanted:
            parts.setdefault(next(each for each in days if each <= day), []).append(figures)
    return {day: together(each) for day, each in parts.items()}


def _tile(code: str, words: Words, days: Sequence[datetime.date], counted: dict[datetime.date, Figures]) -> Tile:
    line = LINES[code]
    values = [line.of(counted.get(day, {})) for day in days]
    week = tuple(float(value) for value in reversed(values) if value is not None)
    if values[0] is None:
        return Tile(code, words, written(line.measure, None), "", (), Words("", ""))
    before = values[1]
    if before is None:
        note = FIRST
    elif before == values[0]:
        note = SAME
    else:
        gap = abs(values[0] - before)
        note = (MORE if values[0] > before else FEWER).fill(n=" ".join(_brief(line.measure, gap)).strip())
    return Tile(code, words, *_brief(line.measure, values[0]), week, note)


def _brief(measure: Measure, value: int) -> tuple[str, str]:
    """A figure and what it counts, short enough for a tile: time in whole minutes, from ten hours on in hours."""
    if measure is Measure.SHARE:
        return formats.number(value / 100, 1), "%"
    if measure is not Measure.SECONDS:
        return formats.number(value), ""
    minutes = round(value / 60) if value >= 60 else min(value, 1)
    return (formats.number(minutes), str(MINUTES)) if minutes < 600 else (formats.number(minutes / 60), str(HOURS))


def late_below(standing: Standing, *, now: datetime.datetime) -> tuple[list[Missing], int]:
    """What is late anywhere within reach, the first of them and how many in all."""
    found = all_late_below(standing, now=now)
    return found[:MOST], len(found)


def all_late_below(standing: Standing, *, now: datetime.datetime) -> list[Missing]:
    """What is late anywhere within reach: reports, faults, findings, answers."""
    today = reading.day_of(now)
    reach = reach_of(standing, today)
    if not reach:
        return []
    units = {unit for each in reach for unit in each.units}
    return [*_reports(units, today), *duties.late_in(_rooms(reach, today), now - WITHIN, now)]


def _rooms(reach: Sequence[Reach], today: datetime.date) -> set[UUID]:
    rows = Tenure.objects.filter(true_on(today), unit__in={unit for each in reach for unit in each.units})
    wanted = {(unit, kind) for each in reach for unit in each.units for kind in each.types}
    found = rows.values_list("room", "unit", "room__room_type")
    return {room for room, unit, kind in found if (unit, kind) in wanted}


def _reports(units: set[UUID], today: datetime.date) -> list[Missing]:
    rows = listing(Report.objects.filter(unit__in=units, due_on__lt=today, due_on__gte=today - WITHIN))
    waiting = [row for row in rows if row.sent_at is None]
    names = reading.names_on({row.unit_id for row in waiting}, today)
    return [
        Missing(
            NOT_SENT.fill(unit=names[row.unit_id].name if row.unit_id in names else "", month=f"{row.month:%m/%Y}"),
            reverse("report", args=[row.id]),
        )
        for row in waiting
    ]
