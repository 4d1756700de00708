"""What was unusual in a week of viewings: one person again and again, outside office hours, without use.

Owns the judgement (`judge`, without I/O) and the reading of a week. Thresholds are those of the regulation that holds
where the camera is; office hours those of the calendar there. It says what was counted and nothing about anybody's
reasons: a person reads it and asks. What somebody searched, took along and was refused is in `deeds`.

An *occasion* is footage opened at least half an hour after the same person last opened that camera. A playback was of
use when its purpose names a matter that the product knows (`matters`), or when the person set a bookmark, held footage
or asked for an extraction in that room from the viewing until a week later. A number that is not known here may be one
of another system: it makes nothing used, and the page says how often one was given.

What was watched outside office hours is cut by the calendar, not judged by when it was opened: of each stretch that
left, the part of the time in which it left that lies outside. Within such a stretch footage counts as evenly watched.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from minhbach.centre.access.models import Served, ViewedCamera
from minhbach.centre.evidence.models import Extraction
from minhbach.centre.footage.models import Bookmark, LegalHold
from minhbach.centre.journal.matters import Said, known
from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.reading import laws_of
from minhbach.centre.regulation.rules import Rules, Times
from minhbach.centre.words import Words, formats

DAY, WEEK = datetime.timedelta(days=1), datetime.timedelta(days=7)
APART = datetime.timedelta(minutes=30)
AGAIN = "again"
OFF_HOURS = "off_hours"
UNUSED = "unused"
SEARCHED, TAKEN, REFUSED = "searched", "taken", "refused"
KINDS = {
    AGAIN: Words("Xem lại một camera nhiều lần", "Played back one camera again and again"),
    OFF_HOURS: Words("Xem ngoài giờ làm việc", "Watched outside office hours"),
    UNUSED: Words("Xem lại nhiều lần mà không dẫn tới việc gì", "Played back often, with no use of it"),
    SEARCHED: Words("Tra cứu nhiều trong sổ và nhật ký", "Searched books and logs often"),
    TAKEN: Words("Tải nhiều bảng số liệu, gói trích xuất", "Took along many tables and packages"),
    REFUSED: Words("Bị từ chối nhiều lần", "Was refused often"),
}


@dataclass(frozen=True, slots=True)
class Act:
    """A camera of a viewing: who, where, when, how long in truth, and whether it was of use."""

    person: UUID
    camera: UUID
    room: UUID
    kind: str
    at: datetime.datetime
    watched: datetime.timedelta
    used: bool
    #: Which part of what was watched left while the office there was closed: 0 to 1.
    off_hours: float
    #: Whether the purpose gives a number that is of no matter known here.
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Oddity:
    """What one person did that a threshold names: a count of occasions or deeds, or of minutes outside hours."""

    person: UUID
    kind: str
    count: int
    threshold: int
    cameras: tuple[UUID, ...]
    #: Of the occasions without use: for how many a number was given that the product does not know.
    elsewhere: int = 0


def judge(acts: Iterable[Act], times: Times) -> list[Oddity]:
    """What of a week's acts under one regulation is unusual, the most striking first."""
    mine: dict[UUID, list[Act]] = defaultdict(list)
    for act in sorted(acts, key=lambda act: act.at):
        mine[act.person].append(act)
    found = [odd for person, done in mine.items() for odd in _of(person, done, times)]
    return by_weight(found)


def by_weight(found: Iterable[Oddity]) -> list[Oddity]:
    """The most striking first."""
    return sorted(found, key=lambda odd: odd.count / odd.threshold, reverse=True)


def _of(person: UUID, done: Sequence[Act], times: Times) -> list[Oddity]:
    played = [act for act in done if act.kind == "playback"]
    found = []
    by_camera: dict[UUID, list[Act]] = defaultdict(list)
    for act in played:
        by_camera[act.camera].append(act)
    often = {camera: len(occasions(acts)) for camera, acts in by_camera.items()}
    again = {camera: count for camera, count in often.items() if count >= times.unusual_repeats_week}
    if again:
        found.append(Oddity(person, AGAIN, max(again.values()), times.unusual_repeats_week, tuple(again)))
    late = [act for act in done if act.kind != "still" and act.off_hours]
    span = sum((act.watched * act.off_hours for act in late), datetime.timedelta())
    minutes = round(span / datetime.timedelta(minutes=1))
    if minutes >= times.unusual_off_hours_minutes:
        found.append(Oddity(person, OFF_HOURS, minutes, times.unusual_off_hours_minutes, _cameras(late)))
    idle = [act for act in played if not act.used]
    idly = occasions(idle)
    if len(idly) >= times.unusual_unused_week:
        named = sum(act.elsewhere for act in idly)
        found.append(Oddity(person, UNUSED, len(idly), times.unusual_unused_week, _cameras(idle), named))
    return found


def occasions(acts: Sequence[Act]) -> list[Act]:
    """The first act of each occasion; `acts` in the order of time."""
    found: list[Act] = []
    last: datetime.datetime | None = None
    for act in acts:
        if last is None or act.at - last >= APART:
            found.append(act)
        last = act.at
    return found


def _cameras(acts: Sequence[Act]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(act.camera for act in acts))


def is_off_hours(at: datetime.datetime, calendar: Calendar, times: Times) -> bool:
    """Whether an office is closed then, by more than the regulation's margin; holidays are no office hours."""
    here = formats.local(at)
    if not calendar.works_on(here.date()):
        return True
    margin = times.unusual_off_hours_margin_minutes
    first, last = calendar.hours.spans[0][0], calendar.hours.spans[-1][1]
    return not _minutes(first) - margin <= here.hour * 60 + here.minute <= _minutes(last) + margin


def outside(begin: datetime.datetime, end: datetime.datetime, calendar: Calendar, times: Times) -> float:
    """Which part of this time an office is closed, as `is_off_hours` judges a moment; 0 to 1."""
    if end <= begin:
        return float(is_off_hours(begin, calendar, times))
    inside, midnight = datetime.timedelta(), formats.local(begin).replace(hour=0, minute=0, second=0, microsecond=0)
    margin = datetime.timedelta(minutes=times.unusual_off_hours_margin_minutes)
    spans = calendar.hours.spans
    while midnight < end:
        if calendar.works_on(midnight.date()):
            opens = midnight + _clock(spans[0][0]) - margin
            # The last minute is still one of the office.
            closes = midnight + _clock(spans[-1][1]) + margin + datetime.timedelta(minutes=1)
            # No margin reaches into another day, where the office may be closed.
            opens, closes = max(opens, midnight), min(closes, midnight + DAY)
            inside += max(min(closes, end) - max(opens, begin), datetime.timedelta())
        midnight += DAY
    return 1 - inside / (end - begin)


def _clock(said: str) -> datetime.timedelta:
    return datetime.timedelta(minutes=_minutes(said))


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


# -- reading a week ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """An act, with the unit that held the camera then and the rules in force there."""

    unit: UUID
    rules: Rules
    act: Act


#: A viewing and one of its cameras.
_Which = tuple[UUID, UUID]


def odd_among(seen: Iterable[Seen]) -> list[Oddity]:
    """What of this is unusual, by the rules of each place."""
    acts: dict[int, list[Act]] = defaultdict(list)
    ruled: dict[int, Rules] = {}
    for each in seen:
        ruled[id(each.rules)] = each.rules
        acts[id(each.rules)].append(each.act)
    return by_weight(odd for which, done in acts.items() for odd in judge(done, ruled[which].times))


def seen_in(units: Collection[UUID], begin: datetime.datetime) -> list[Seen]:
    """What was watched in the seven days from `begin` at cameras that these units held, where some rules hold."""
    seen = ViewedCamera.objects.filter(unit__in=units, opened_at__gte=begin, opened_at__lt=begin + WEEK)
    laws = laws_of(set(seen.values_list("unit", flat=True).distinct()), formats.local(begin).date())
    there = {unit: (law.rules, law.calendar) for unit, law in laws.items() if law.rules is not None}
    return list(_acts(seen, begin, there))


def _acts(
    seen: QuerySet[ViewedCamera], begin: datetime.datetime, there: Mapping[UUID, tuple[Rules, Calendar]]
) -> Iterable[Seen]:
    used = _uses(begin)
    fields = ("unit", "viewing", "camera", "room", "kind", "opened_at", "viewing__account__person",
              "viewing__purpose__text", "viewing__purpose__reference")  # fmt: skip
    rows = [row for row in seen.values_list(*fields) if row[0] in there]
    spans = _watched(seen, {(row[1], row[2]): there[row[0]] for row in rows})
    said = {row: Said(row[0], row[3], row[7] or "", row[8] or "") for row in rows}
    named = known({each for each in said.values() if each.whole})
    for row in rows:
        unit, viewing, camera, room, kind, at, person, _, reference = row
        rules, calendar = there[unit]
        matter = said[row] in named
        use = matter or any(at <= moment <= at + WEEK for moment in used.get((person, room), ()))
        whole, late = spans.get((viewing, camera), (datetime.timedelta(), datetime.timedelta()))
        off_hours = late / whole if whole else float(is_off_hours(at, calendar, rules.times))
        elsewhere = bool(reference) and not matter
        yield Seen(unit, rules, Act(person, camera, room, kind, at, whole, use, off_hours, elsewhere))


def _watched(
    seen: QuerySet[ViewedCamera], where: Mapping[_Which, tuple[Rules, Calendar]]
) -> dict[_Which, tuple[datetime.timedelta, datetime.timedelta]]:
    """How long was watched, and how much of it left outside office hours. Stretches are added up as they are read: a
    province's week has hundreds of thousands.
    """
    found: dict[_Which, tuple[datetime.timedelta, datetime.timedelta]] = {}
    served = Served.objects.filter(sound=False, viewing__in=seen.values("viewing"))
    fields = ("viewing", "camera", "begins_at", "ends_at", "first_at", "last_at")
    for viewing, camera, begins_at, ends_at, first_at, last_at in served.values_list(*fields).iterator():
        if (which := (viewing, camera)) in where:
            rules, calendar = where[which]
            length = ends_at - begins_at
            late = length * outside(first_at, last_at, calendar, rules.times)
            whole, before = found.get(which, (datetime.timedelta(), datetime.timedelta()))
            found[which] = whole + length, before + late
    return found


def _uses(begin: datetime.datetime) -> dict[tuple[UUID, UUID], list[datetime.datetime]]:
    """When people made something of what they saw, by person and room."""
    rows: list[tuple[UUID, UUID, datetime.datetime]] = []
    for model, who, when in (
        (Bookmark, "author", "made_at"),
        (LegalHold, "asked_by", "asked_at"),
        (Extraction, "requested_by", "requested_at"),
    ):
        within = Q(**{f"{when}__gte": begin, f"{when}__lt": begin + 2 * WEEK})
        rows += model._default_manager.filter(within).values_list(who, "room", when)
    found: dict[tuple[UUID, UUID], list[datetime.datetime]] = defaultdict(list)
    for person, room, at in rows:
        found[person, room].append(at)
    return found
