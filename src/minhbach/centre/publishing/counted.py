"""What the system can say of a unit for its score sheet: so many of so many, by the figures a criterion may name.

Counts a whole period for all units at once, in a number of queries that does not grow with them. A figure of which
there was nothing (no dossier, no reception day) is not there: people score that criterion, and nobody is given points
for what did not happen. Figures of days come from the daily count (`models.figures`), which is recounted from events.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator
from uuid import UUID

from django.db.models import Q, QuerySet

from minhbach.centre.access.places import paths_of
from minhbach.centre.footage.models import Fault
from minhbach.centre.oversight.models import FindingStep
from minhbach.centre.oversight.models import StepKind as FindingStepKind
from minhbach.centre.publishing.models import DayFigures
from minhbach.centre.reception.keeping import kept_days
from minhbach.centre.reception.planning import Schedule
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import RoomType, Tenure, true_on
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.directives import tasks_with_state
from minhbach.centre.regulation.models import Regulation

Fraction = tuple[int, int]
Found = dict[UUID, dict[str, Fraction]]
Counted = Iterator[tuple[UUID, str, Fraction]]
_DAY = datetime.timedelta(days=1)


def counted(units: Collection[UUID], first: datetime.date, last: datetime.date) -> Found:
    """(part, whole) by unit and figure, for the days from `first` to `last`, both included."""
    found: Found = {unit: {} for unit in units}
    for part in (_of_days, _of_faults, _of_rooms, _of_reception, _of_tasks, _of_people):
        for unit, figure, fraction in part(units, first, last):
            if fraction[1] > 0:
                found[unit][figure] = (min(fraction), fraction[1])
    return found


def _of_days(units: Collection[UUID], first: datetime.date, last: datetime.date) -> Counted:
    rows = DayFigures.objects.filter(unit__in=units, day__gte=first, day__lte=last)
    sums: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for unit, figures in rows.values_list("unit", "figures"):
        for code, value in figures.items():
            sums[unit][code] += value
    for unit, of in sums.items():
        yield unit, "recorded", (of["recorded_us"], of["recorded_us"] + of["missing_us"] + of["unknown_us"])
        yield unit, "dossiers_on_time", (of["dossiers_returned"] - of["dossiers_late"], of["dossiers_returned"])
        yield unit, "satisfied", (of["ratings_good"], of["ratings"])
        yield unit, "petitions_answered", (of["petitions_answered"], of["petitions"])


def _of_faults(units: Collection[UUID], first: datetime.date, last: datetime.date) -> Counted:
    """Of the faults that began in these days, in rooms that the unit held by then: how many ended in them too."""
    begun = Fault.objects.filter(**_within("began_at", first, last)).values_list("room", "began_at", "ended_at")
    held: dict[UUID, list[Tenure]] = defaultdict(list)
    for row in Tenure.objects.filter(unit__in=units, valid_from__lte=last).select_related("room"):
        held[row.room_id].append(row)
    end, sums = _midnight(last + _DAY), defaultdict[UUID, list[int]](lambda: [0, 0])
    for room, began_at, ended_at in begun:
        day = registry.day_of(began_at)
        for row in held.get(room, ()):
            if row.room.in_service_on is None:  # on trial, nothing of it counts
                continue
            since = max(row.valid_from, row.room.in_service_on)
            if since <= day and (row.valid_until is None or day < row.valid_until):
                sums[row.unit_id][0] += ended_at is not None and ended_at < end
                sums[row.unit_id][1] += 1
    for unit, (mended, whole) in sums.items():
        yield unit, "faults_mended", (mended, whole)


def _of_rooms(units: Collection[UUID], first: datetime.date, last: datetime.date) -> Counted:
    rooms: dict[UUID, set[UUID]] = defaultdict(set)
    for unit, room in _held(units, last).values_list("unit", "room"):
        rooms[unit].add(room)
    steps = FindingStep.objects.filter(
        ~Q(upheld=False), kind=FindingStepKind.CONCLUDED, finding__unit__in=units, **_within("at", first, last)
    )
    blamed = set(steps.values_list("finding__unit", "finding__room"))
    for unit, held in rooms.items():
        yield unit, "without_finding", (sum((unit, room) not in blamed for room in held), len(held))


def _of_reception(units: Collection[UUID], first: datetime.date, last: datetime.date) -> Counted:
    """Of the days that the rule asks for, since a room for it was there: on how many the head received. One that is
    closed by the calendar or was moved counts where it is held; one that the unit cancelled was not held; one that it
    added makes up for none.
    """
    since: dict[UUID, datetime.date] = {}
    receives = _held(units, last).filter(room__room_type=RoomType.RECEPTION_ROOM)
    for unit, begin, service in receives.values_list("unit", "valid_from", "room__in_service_on"):
        since[unit] = min(since.get(unit, last), max(begin, service or begin))
    schedule, kept = Schedule(since, first, last), kept_days(since, first, last)
    for unit, begin in since.items():
        plans = [plan for plan in schedule.days(unit, cancelled=True) if plan.rule_day and not plan.moved_away]
        due = [plan for plan in plans if plan.day >= begin]
        yield unit, "reception_held", (sum(not plan.cancelled and (unit, plan.day) in kept for plan in due), len(due))


def _of_tasks(units: Collection[UUID], first: datetime.date, last: datetime.date) -> Counted:
    rows = tasks_with_state(last + _DAY).filter(unit__in=units, due__gte=first, due__lte=last)
    sums: dict[UUID, list[int]] = defaultdict(lambda: [0, 0])
    for unit, state in rows.exclude(state="cancelled").values_list("unit", "state"):
        sums[unit][0] += state != "late"
        sums[unit][1] += 1
    for unit, (kept, whole) in sums.items():
        yield unit, "tasks_on_time", (kept, whole)


def _of_people(units: Collection[UUID], first: datetime.date, last: datetime.date) -> Counted:
    staff: dict[UUID, set[UUID]] = defaultdict(set)
    for unit, person in registry.staff_of(units, last).values_list("unit", "person"):
        staff[unit].add(person)
    binding = versions_on(staff.keys(), last)
    read = regulation.confirmed_by(set(binding.values()), set().union(*staff.values()))
    end = _midnight(last + _DAY)
    confirmed = {(version, person) for (version, person), at in read.items() if at < end}
    for unit, people in staff.items():
        version = binding.get(unit)
        if version:
            yield unit, "confirmed", (sum((version, person) in confirmed for person in people), len(people))


def versions_on(units: Collection[UUID], day: datetime.date) -> dict[UUID, UUID]:
    """Which version is in force for each of these units; those without are not there. Two queries."""
    standing = dict(Regulation.objects.filter(true_on(day)).values_list("unit", "id"))
    found = {}
    for unit, path in paths_of(set(units), day).items():
        version = next((standing[each] for each in reversed(path) if each in standing), None)
        if unit is not None and version is not None:
            found[unit] = version
    return found


def _held(units: Collection[UUID], day: datetime.date) -> QuerySet[Tenure]:
    return Tenure.objects.filter(true_on(day), unit__in=units, room__in_service_on__lte=day)


def _within(field: str, first: datetime.date, last: datetime.date) -> dict[str, datetime.datetime]:
    return {f"{field}__gte": _midnight(first), f"{field}__lt": _midnight(last + _DAY)}


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), registry.VIETNAM)
