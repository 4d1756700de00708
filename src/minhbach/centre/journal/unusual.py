"""What was unusual in a week of viewings: one person again and again, outside office hours, without use.

Owns the judgement (`judge`, without I/O) and the reading of a week. Thresholds are those of the regulation that holds
where the camera is; office hours those of the calendar there. It says what was counted and nothing about anybody's
reasons: a person reads it and asks. What somebody searched, took along and was refused is in `deeds`.

An *occasion* is footage opened at least half an hour after the same person last opened that camera. A playback was of
use when its purpose names a matter, or when the person set a bookmark, held footage or asked for an extraction in that
room from the viewing until a week later.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum

from minhbach.centre.access.models import Served, ViewedCamera
from minhbach.centre.evidence.models import Extraction
from minhbach.centre.footage.models import Bookmark, LegalHold
from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.reading import Law, laws_of
from minhbach.centre.regulation.rules import Rules, Times
from minhbach.centre.words import Words, formats

WEEK = datetime.timedelta(days=7)
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
    #: Whether the office there was closed.
    off_hours: bool


@dataclass(frozen=True, slots=True)
class Oddity:
    """What one person did that a threshold names: a count of occasions or deeds, or of minutes outside hours."""

    person: UUID
    kind: str
    count: int
    threshold: int
    cameras: tuple[UUID, ...]


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
    minutes = round(sum((act.watched for act in late), datetime.timedelta()) / datetime.timedelta(minutes=1))
    if minutes >= times.unusual_off_hours_minutes:
        found.append(Oddity(person, OFF_HOURS, minutes, times.unusual_off_hours_minutes, _cameras(late)))
    idle = [act for act in played if not act.used]
    count = len(occasions(idle))
    if count >= times.unusual_unused_week:
        found.append(Oddity(person, UNUSED, count, times.unusual_unused_week, _cameras(idle)))
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


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


# -- reading a week ------------------------------------------------------------------------------------------------


def week(units: Collection[UUID], begin: datetime.datetime) -> list[Oddity]:
    """What was unusual in the seven days from `begin`, at cameras that these units held."""
    seen = ViewedCamera.objects.filter(unit__in=units, opened_at__gte=begin, opened_at__lt=begin + WEEK)
    day = formats.local(begin).date()
    there = laws_of(set(seen.values_list("unit", flat=True).distinct()), day)
    acts: dict[int, list[Act]] = defaultdict(list)
    known: dict[int, Rules] = {}
    for mine, act in _acts(seen, begin, there):
        known[id(mine)] = mine
        acts[id(mine)].append(act)
    return by_weight(odd for which, done in acts.items() for odd in judge(done, known[which].times))


def _acts(
    seen: QuerySet[ViewedCamera], begin: datetime.datetime, there: Mapping[UUID, Law]
) -> Iterable[tuple[Rules, Act]]:
    length = Sum(F("ends_at") - F("begins_at"))
    left = Served.objects.filter(sound=False, viewing__in=seen.values("viewing")).values_list("viewing", "camera")
    watched = {(viewing, camera): span for viewing, camera, span in left.annotate(span=length)}
    used = _uses(begin)
    fields = ("unit", "viewing", "camera", "room", "kind", "opened_at", "viewing__account__person",
              "viewing__purpose__reference")  # fmt: skip
    for unit, viewing, camera, room, kind, at, person, reference in seen.values_list(*fields):
        mine = there.get(unit)
        if mine is None or mine.rules is None:
            continue
        use = bool(reference) or any(at <= moment <= at + WEEK for moment in used.get((person, room), ()))
        span = watched.get((viewing, camera), datetime.timedelta())
        off_hours = is_off_hours(at, mine.calendar, mine.rules.times)
        yield mine.rules, Act(person, camera, room, kind, at, span, use, off_hours)


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
