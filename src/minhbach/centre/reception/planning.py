"""The reception calendar of units: the rule of the regulation in force on each day, the working days of the unit, and
what was changed of single days, put together.

Owns which days are reception days; nothing here writes. A day that falls on a closed one is moved or left out as the
rule says, also over the end of a month and over Tết; two that land on one day are one. Promises a number of
queries that does not grow with units and days, but for units that ended.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from minhbach.centre.access.places import path_of, paths_of
from minhbach.centre.reception.duty import Duty, begins_by, duty_in
from minhbach.centre.reception.models import DayChange, DayChangeKind
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Unit
from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.laid_down import moved
from minhbach.centre.regulation.models import CalendarDay, Regulation
from minhbach.centre.regulation.reading import hours_of, rules_of
from minhbach.centre.regulation.rules import Rules

#: A closed day moves no further than this: over Tết with the weekends around it.
FURTHEST = datetime.timedelta(days=21)
ONE = datetime.timedelta(days=1)
#: Changes by which a day is held that would not be.
_HELD = (DayChangeKind.ADDED, DayChangeKind.RESTORED, DayChangeKind.MOVED)


@dataclass(frozen=True, slots=True)
class ReceptionDay:
    """A day of reception. `rule_day`: the day of the month it stands for; none where it was added."""

    day: datetime.date
    rule_day: datetime.date | None
    #: The change by which it is held on this day, or not held at all.
    change: DayChange | None = None
    #: The decision by which somebody receives instead of the head.
    delegated: DayChange | None = None
    cancelled: bool = False

    @property
    def by_closing(self) -> bool:
        """Whether it stands here only because its own day is closed."""
        return self.rule_day is not None and self.rule_day != self.day and self.change is None

    @property
    def moved_away(self) -> bool:
        """Whether what it stands for is held, or not, on another day."""
        change = self.change
        return self.cancelled and change is not None and change.kind == DayChangeKind.MOVED and change.day == self.day


class Schedule:
    """The reception days of some units between two days, loaded at once."""

    def __init__(self, units: Collection[UUID], first: datetime.date, last: datetime.date) -> None:
        self._first, self._last = first, last
        self._lives = {each.id: (each.valid_from, each.valid_until) for each in Unit.objects.filter(id__in=units)}
        self._paths = _paths(self._lives, last)
        known = {step for path in self._paths.values() for step in path}
        self._versions = _versions(known)
        self._duties: dict[int, Duty] = {}
        self._closed: dict[UUID, list[tuple[datetime.date, str]]] = defaultdict(list)
        rows = CalendarDay.objects.filter(unit__in=known, withdrawn_at__isnull=True)
        for unit, day, kind in rows.values_list("unit", "day", "kind"):
            self._closed[unit].append((day, kind))
        self._changes: dict[UUID, list[DayChange]] = defaultdict(list)
        near = Q(day__range=(first - FURTHEST, last + FURTHEST)) | Q(moved_to__range=(first, last))
        for change in DayChange.objects.filter(near, unit__in=self._paths).select_related("receiver", "made_by"):
            self._changes[change.unit_id].append(change)
        self._calendars: dict[tuple[UUID, ...], Calendar] = {}
        self._ruled: dict[tuple[UUID, ...], list[tuple[datetime.date, datetime.date]]] = {}

    def rules(self, unit: UUID, day: datetime.date) -> Rules | None:
        """The rules in force for the unit on the day."""
        for step in reversed(self._paths.get(unit, ())):
            for valid_from, valid_until, version in self._versions.get(step, ()):
                if valid_from <= day and (valid_until is None or day < valid_until):
                    return rules_of(version)
        return None

    def duty(self, unit: UUID, day: datetime.date) -> Duty | None:
        """The rule of reception for the unit on the day."""
        rules = self.rules(unit, day)
        if rules is None:
            return None
        known = self._duties.get(id(rules))  # one value a version: `rules_of` keeps it
        if known is None:
            known = self._duties[id(rules)] = duty_in(rules)
        return known

    def calendar(self, unit: UUID, day: datetime.date) -> Calendar:
        """The working days of the unit by the rules of the day."""
        path = self._paths.get(unit, ())
        rules = self.rules(unit, day)
        hours = hours_of(rules)
        # Communes without days of their own share the calendar of what is above them.
        key = tuple(step for step in path if self._closed.get(step))
        known = self._calendars.get(key)
        if known is None or known.hours != hours:
            days = {each: kind for step in key for each, kind in self._closed[step]}
            known = self._calendars[key] = Calendar(hours, days)
        return known

    def begins_by(self, unit: UUID, day: datetime.date) -> datetime.datetime | None:
        """By when a session must have begun there on a reception day; not before the day itself was posted."""
        duty = self.duty(unit, day)
        if duty is None:
            return None
        by = begins_by(day, duty, self.calendar(unit, day), registry.VIETNAM)
        posted = [
            change.made_at.astimezone(registry.VIETNAM) + duty.grace
            for change in self._changes.get(unit, ())
            if day == (change.moved_to if change.kind == DayChangeKind.MOVED else change.day) and change.kind in _HELD
        ]
        return max([by, *posted])

    def around(self, unit: UUID, rule_day: datetime.date) -> tuple[datetime.date | None, datetime.date | None]:
        """Where the days of the rule before and after this one are held, whatever was changed; as far as is loaded."""
        ruled = self._by_rule(unit)
        before, after = (
            (held for each, held in ruled if each < rule_day),
            (held for each, held in ruled if each > rule_day),
        )
        return max(before, default=None), min(after, default=None)

    def days(self, unit: UUID, *, cancelled: bool = False) -> list[ReceptionDay]:
        """The reception days of the unit in order; with `cancelled` also those that are not held."""
        found: dict[datetime.date, ReceptionDay] = {}
        changes = self._newest(unit)
        delegated = {change.day: change for change in self._of(unit, DayChangeKind.DELEGATED)}
        for each in self._all(unit, changes):
            kept = found.get(each.day)
            if not (self._first <= each.day <= self._last and self._lived(unit, each.day)):
                continue
            if each.cancelled and not cancelled:
                continue
            if kept is None or kept.cancelled or (kept.by_closing and not each.cancelled):
                found[each.day] = each
        return [
            ReceptionDay(each.day, each.rule_day, each.change, delegated.get(each.day), each.cancelled)
            for each in sorted(found.values(), key=lambda each: each.day)
        ]

    def _all(self, unit: UUID, changes: dict[datetime.date, DayChange]) -> Iterator[ReceptionDay]:
        for rule_day, day in self._by_rule(unit):
            change = changes.get(day)
            if change is None or change.kind in (DayChangeKind.ADDED, DayChangeKind.RESTORED):
                yield ReceptionDay(day, rule_day)
            elif change.kind == DayChangeKind.CANCELLED:
                yield ReceptionDay(day, rule_day, change, cancelled=True)
            else:
                yield ReceptionDay(day, rule_day, change, cancelled=True)
                yield from self._moved(rule_day, change, changes)
        for day, change in changes.items():
            if change.kind == DayChangeKind.ADDED:
                yield ReceptionDay(day, None, change)

    def _moved(
        self, rule_day: datetime.date, change: DayChange, changes: dict[datetime.date, DayChange]
    ) -> Iterator[ReceptionDay]:
        """Where a moved day went: on from there where it was moved again, and no further than it is cancelled. What was
        changed of a day before this one came to it is nothing of this one: it may have been moved back.
        """
        day = change.moved_to
        while day is not None:
            onward = changes.get(day)
            since = onward is not None and (onward.made_at, onward.id) > (change.made_at, change.id)
            if onward is None or not since or onward.kind != DayChangeKind.MOVED:
                ends = onward is not None and since and onward.kind == DayChangeKind.CANCELLED
                yield ReceptionDay(day, rule_day, change, cancelled=ends)
                return
            change, day = onward, onward.moved_to

    def _by_rule(self, unit: UUID) -> list[tuple[datetime.date, datetime.date]]:
        """Each day of the rule near the span, and the day on which it is held: worked out once for all alike."""
        path = self._paths.get(unit, ())
        key = tuple(step for step in path if step in self._versions or self._closed.get(step))
        if key not in self._ruled:
            self._ruled[key] = list(self._worked_out(unit))
        return self._ruled[key]

    def _worked_out(self, unit: UUID) -> Iterator[tuple[datetime.date, datetime.date]]:
        day = self._first - FURTHEST
        while day <= self._last + FURTHEST:
            duty = self.duty(unit, day)
            if duty is not None and day.day in duty.days:
                held = moved(self.calendar(unit, day), day, duty.closed)
                if held is not None:
                    yield day, held
            day += ONE

    def _newest(self, unit: UUID) -> dict[datetime.date, DayChange]:
        """Of each day what was changed last; what was restored is as the rule says."""
        return {change.day: change for change in self._changes.get(unit, ()) if change.kind != DayChangeKind.DELEGATED}

    def _of(self, unit: UUID, kind: DayChangeKind) -> list[DayChange]:
        return [change for change in self._changes.get(unit, ()) if change.kind == kind]

    def _lived(self, unit: UUID, day: datetime.date) -> bool:
        begin, end = self._lives.get(unit, (datetime.date.max, None))
        return begin <= day and (end is None or day < end)


def _paths(
    lives: dict[UUID, tuple[datetime.date, datetime.date | None]], last: datetime.date
) -> dict[UUID, tuple[UUID, ...]]:
    """The path to each unit on the last day of the span, or on its own last day where it ended before."""
    ended = {unit: end - ONE for unit, (_, end) in lives.items() if end is not None and end <= last}
    alive = paths_of(lives.keys() - ended.keys(), last)
    return {unit: path for unit, path in alive.items() if unit is not None} | {
        unit: path_of(unit, day) for unit, day in ended.items()
    }


def _versions(units: Collection[UUID]) -> dict[UUID, list[tuple[datetime.date, datetime.date | None, UUID]]]:
    found: dict[UUID, list[tuple[datetime.date, datetime.date | None, UUID]]] = defaultdict(list)
    rows = Regulation.objects.filter(unit__in=units).values_list("unit", "valid_from", "valid_until", "id")
    for unit, valid_from, valid_until, version in rows:
        found[unit].append((valid_from, valid_until, version))
    return found


def month_of(day: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of the month."""
    first = day.replace(day=1)
    return first, (first + datetime.timedelta(days=32)).replace(day=1) - ONE
