"""Which rules are in force where, and who supervises what, always for a day.

A unit without a version of its own follows the nearest one above it. Where none is in force nothing is allowed: there
is no default, for a default would be a rule that nobody issued.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject

from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Assignment, Placement, Room, RoomType, true_on
from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.models import Acknowledgement, CalendarDay, Regulation, Supervision
from minhbach.centre.regulation.rules import Hours, Rules, parse
from minhbach.centre.words import Words

#: The hours of an office for which no regulation says any: only so that a term can be counted at all.
ORDINARY = Hours((1, 2, 3, 4, 5), (("08:00", "12:00"), ("13:00", "17:00")))


@dataclass(frozen=True, slots=True)
class Version:
    """A version in force, beside whether somebody confirmed it. `issued_on` is a Vietnamese day."""

    id: UUID
    unit: UUID
    valid_from: datetime.date
    issued_on: datetime.date
    confirmed: bool

    @property
    def binds_from(self) -> datetime.date:
        """The day on which it was there to be read and in force."""
        return max(self.valid_from, self.issued_on)


def hours_of(rules: Rules | None) -> Hours:
    """The working hours by these rules: ordinary ones where none are in force, or a version of before names none.

    No such version is issued any more (`drafting.troubles`), but one that stands is never rewritten, and what counts by
    hours counts for every unit at once.
    """
    return rules.hours if rules is not None and rules.hours.spans and rules.hours.weekdays else ORDINARY


class NothingInForce(Exception):
    """No regulation holds for the unit on that day; issue one for the unit or for one above it."""


@lru_cache(maxsize=256)
def _parsed(version: UUID) -> Rules:
    # A version's content never changes (PostgreSQL refuses it), so its id stands for it.
    return parse(Regulation.objects.values_list("content", flat=True).get(id=version))


def version_for(path: Sequence[UUID], day: datetime.date) -> UUID | None:
    """The version in force for the last unit of a path from the top down, or none."""
    found = dict(Regulation.objects.filter(true_on(day), unit__in=path).values_list("unit", "id"))
    return next((found[unit] for unit in reversed(path) if unit in found), None)


def rules_for(path: Sequence[UUID], day: datetime.date) -> Rules | None:
    """The rules in force for the last unit of a path from the top down, or none."""
    version = version_for(path, day)
    return _parsed(version) if version else None


def in_force(unit: UUID, day: datetime.date) -> Rules:
    """The rules in force for the unit. Raises NothingInForce."""
    rules = rules_for(tuple(reversed(registry.units_above(unit, day))), day)
    if rules is None:
        raise NothingInForce(f"No regulation is in force for unit {unit} on {day}.")
    return rules


def all_in_force(day: datetime.date) -> dict[UUID, Rules]:
    """Every version in force on the day, by the unit that issued it."""
    return {
        unit: _parsed(version) for unit, version in Regulation.objects.filter(true_on(day)).values_list("unit", "id")
    }


def versions_on(person: UUID, day: datetime.date) -> dict[UUID, Version]:
    """Every version in force on the day by the unit that issued it, and whether the person confirmed it. One query."""
    return versions_of_each([person], day)[person]


def versions_of_each(people: Collection[UUID], day: datetime.date) -> dict[UUID, dict[UUID, Version]]:
    """The same for each of many people, by person. One query."""
    if not people:
        return {}
    read = Acknowledgement.objects.filter(regulation=OuterRef("id"), person__in=people).values("person")
    rows = Regulation.objects.filter(true_on(day)).annotate(read_by=ArraySubquery(read))
    found: dict[UUID, dict[UUID, Version]] = {person: {} for person in people}
    for version, unit, begin, issued_at, read_by in rows.values_list(
        "id", "unit", "valid_from", "issued_at", "read_by"
    ):
        confirmed, issued_on = set(read_by), registry.day_of(issued_at)
        for person, theirs in found.items():
            theirs[unit] = Version(version, unit, begin, issued_on, person in confirmed)
    return found


def rules_of(version: UUID) -> Rules:
    """What a version says."""
    return _parsed(version)


def confirmed_by(versions: Collection[UUID], people: Collection[UUID]) -> dict[tuple[UUID, UUID], datetime.datetime]:
    """When each of these people confirmed each of these versions, by (version, person)."""
    rows = Acknowledgement.objects.filter(regulation__in=versions, person__in=people)
    return {(version, person): at for version, person, at in rows.values_list("regulation", "person", "at")}


def binds(version: Regulation, person: UUID, day: datetime.date) -> bool:
    """Whether the version holds, or will, at a unit where the person has a post or above it."""
    if version.valid_until is not None and version.valid_until <= day:
        return False
    units = {post.unit_id for post in registry.posts(person, day)}
    return any(version.unit_id in registry.units_above(unit, day) for unit in units)


def people_bound(version: Regulation, day: datetime.date) -> set[UUID]:
    """Whom the version binds on the day, or would if it were in force then. Few queries, however many units."""
    below = registry.units_below([version.unit_id], day)
    others = Regulation.objects.filter(true_on(day), unit__in=below - {version.unit_id}).values_list("unit", flat=True)
    bound = below - registry.units_below(others, day)
    kinds = {unit: naming.kind for unit, naming in registry.names_on(bound, day).items()}
    roles = rules_of(version.id).roles
    rows = Assignment.objects.filter(true_on(day), unit__in=kinds).values_list("person", "unit", "role")
    return {person for person, unit, role in rows if role in roles and kinds[unit] in roles[role].held_at}


def supervised_by(bodies: Sequence[UUID], day: datetime.date) -> list[Supervision]:
    """What these bodies supervise on the day."""
    return list(Supervision.objects.filter(true_on(day), body__in=bodies))


def supervisors_of(path: Sequence[UUID], room_type: str, day: datetime.date) -> list[UUID]:
    """The bodies that supervise rooms of that type in the last unit of the path, the nearest first."""
    rows = Supervision.objects.filter(true_on(day), area__in=path, room_type=room_type)
    return [row.body_id for row in sorted(rows, key=lambda row: -path.index(row.area_id))]


def roles_on(day: datetime.date) -> list[tuple[str, Words]]:
    """The roles that any regulation of the day knows, by code: what an assignment may name."""
    roles = {role.code: role.words for rules in all_in_force(day).values() for role in rules.roles.values()}
    return sorted(roles.items(), key=lambda role: role[1].vi)


def retention_days(room: Room, day: datetime.date) -> int | None:
    """How long footage of the room is kept by the regulation of the day; none where no regulation is in force."""
    holder = registry.holder_on(room.id, day)
    rules = rules_for(tuple(reversed(registry.units_above(holder, day))), day) if holder else None
    if rules is None:
        return None
    reception = room.room_type == RoomType.RECEPTION_ROOM
    return rules.times.retention_reception_room_days if reception else rules.times.retention_one_stop_days


def calendar_of(unit: UUID, day: datetime.date) -> Calendar:
    """The working days of the unit, by its place in the tree on the day; nearer units overrule those above them.

    All days that are known, of every year: a term may run over Tết into the next. Three queries.
    """
    above = registry.units_above(unit, day)
    rules = rules_for(tuple(reversed(above)), day)
    rows = CalendarDay.objects.filter(unit__in=above, withdrawn_at__isnull=True).values_list("unit", "day", "kind")
    days: dict[datetime.date, str] = {}
    for _, each, kind in sorted(rows, key=lambda row: -above.index(row[0])):
        days[each] = kind
    return Calendar(hours_of(rules), days)


@dataclass(frozen=True, slots=True)
class Law:
    """What holds for a unit on a day: the rules in force, none where no regulation is, and its working days."""

    rules: Rules | None
    calendar: Calendar


def law_along(path: Sequence[UUID], day: datetime.date) -> Law | None:
    """What holds for the last unit of a path from the top down; none where no regulation is in force. One query."""
    days = CalendarDay.objects.filter(unit__in=path, withdrawn_at__isnull=True)
    single = ArraySubquery(days.values(json=JSONObject(unit="unit_id", day="day", kind="kind")))
    rows = Regulation.objects.filter(true_on(day), unit__in=path).annotate(single=single)
    nearest = max(rows.values_list("unit", "id", "single"), key=lambda row: path.index(row[0]), default=None)
    if nearest is None:
        return None
    of: dict[UUID, list[tuple[datetime.date, str]]] = {}
    for each in nearest[2]:
        of.setdefault(UUID(each["unit"]), []).append((datetime.date.fromisoformat(each["day"]), each["kind"]))
    return _law(path[::-1], _parsed(nearest[1]), of)


def rules_of_each(units: Collection[UUID], day: datetime.date) -> dict[UUID, Rules]:
    """The rules in force for each of many units; a unit for which none are is absent."""
    found = {unit: rules for (unit, _), (_, rules) in _rules_at({(unit, day) for unit in units}).items()}
    return {unit: rules for unit, rules in found.items() if rules is not None}


def laws_of(units: Collection[UUID], day: datetime.date) -> dict[UUID, Law]:
    """What holds for each of many units on a day. Three queries."""
    return {unit: law for (unit, _), law in laws_at({(unit, day) for unit in units}).items()}


def laws_at(asked: Collection[tuple[UUID, datetime.date]]) -> dict[tuple[UUID, datetime.date], Law]:
    """What holds for units on days, as `in_force` and `calendar_of` say of one. Three queries, however many."""
    rules = _rules_at(asked)
    above = {step for path, _ in rules.values() for step in path}
    single: dict[UUID, list[tuple[datetime.date, str]]] = {}
    rows = CalendarDay.objects.filter(unit__in=above, withdrawn_at__isnull=True)
    for unit, each, kind in rows.values_list("unit", "day", "kind") if above else ():
        single.setdefault(unit, []).append((each, kind))
    return {each: _law(path, found, single) for each, (path, found) in rules.items()}


#: A unit and a day, and the unit with what stands above it then, and the rules that are in force there.
Asked = tuple[UUID, datetime.date]
Ruled = tuple[list[UUID], Rules | None]


def _rules_at(asked: Collection[Asked]) -> dict[Asked, Ruled]:
    """Two queries, however many."""
    if not asked:
        return {}
    first, last = min(day for _, day in asked), max(day for _, day in asked)
    span = Q(valid_from__lte=last) & (Q(valid_until__isnull=True) | Q(valid_until__gt=first))
    above = _spans(Placement.objects.filter(span).values_list("unit", "valid_from", "valid_until", "parent"))
    versions = _spans(Regulation.objects.filter(span).values_list("unit", "valid_from", "valid_until", "id"))
    found: dict[Asked, Ruled] = {}
    for unit, day in asked:
        path = _climbed(unit, above, day)
        version = next((held for step in path if (held := _on(versions, step, day)) is not None), None)
        found[unit, day] = path, _parsed(version) if version else None
    return found


#: By unit: from when, until when, and what.
Spans = Mapping[UUID, list[tuple[datetime.date, datetime.date | None, UUID]]]


def _spans(rows: Iterable[tuple[UUID, datetime.date, datetime.date | None, UUID]]) -> Spans:
    found: dict[UUID, list[tuple[datetime.date, datetime.date | None, UUID]]] = {}
    for unit, begin, end, value in rows:
        found.setdefault(unit, []).append((begin, end, value))
    return found


def _on(spans: Spans, unit: UUID, day: datetime.date) -> UUID | None:
    held = (value for begin, end, value in spans.get(unit, ()) if begin <= day and (end is None or day < end))
    return next(held, None)


def _climbed(unit: UUID, above: Spans, day: datetime.date) -> list[UUID]:
    """The unit, then what stands above it."""
    path = [unit]
    while (parent := _on(above, path[-1], day)) is not None:  # PostgreSQL refuses circles in the tree
        path.append(parent)
    return path


def _law(path: Sequence[UUID], rules: Rules | None, single: Mapping[UUID, list[tuple[datetime.date, str]]]) -> Law:
    days = dict(each for step in reversed(path) for each in single.get(step, ()))
    return Law(rules, Calendar(hours_of(rules), days))


def single_days(unit: UUID, year: int, day: datetime.date) -> list[CalendarDay]:
    """The single days of the year that hold for the unit, its own and those from above, in order."""
    above = registry.units_above(unit, day)
    rows = CalendarDay.objects.filter(unit__in=above, day__year=year, withdrawn_at__isnull=True)
    nearest = {row.day: row for row in sorted(rows, key=lambda row: -above.index(row.unit_id))}
    return sorted(nearest.values(), key=lambda row: row.day)
