"""The moments of a day compared with what recorders logged of the cameras that saw that counter, or that room.

Owns the rows of `models.compared`. The worker compares what has changed since: days with other moments than were
counted, every few minutes; days on which a log had not come yet, every hour; every day with lost moments once a night,
as somebody may have put down since which camera sees a counter. Promises a number of queries for each day that does not
grow with moments. The last minutes are left out: their log is still coming. Leaves to `moments` what a person may read.
"""

import datetime
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, QuerySet
from django.db.models.expressions import CombinedExpression

from minhbach.centre.footage.actions.marks import Moment
from minhbach.centre.footage.coverage import Coverage, coverage
from minhbach.centre.footage.models import ComparedDay, LostMoment, LostWhy, Mark
from minhbach.centre.footage.timeline import flat, moment, us
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera, CounterView, Room

#: So long the log of a moment may be on its way before its absence says anything.
GRACE = datetime.timedelta(minutes=10)
DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
#: A recorder whose line was cut brings its log later: so many days with lost moments are compared again.
AGAIN = 70 * DAY
#: What lies before those days is looked through once by each worker, so much of it at a beat.
PAST = 31 * DAY
DAY_US = 86_400_000_000
#: Vietnam's day begins so long before that of UTC, all the year.
AHEAD_US = 7 * 3_600_000_000
FIRST = datetime.date(1970, 1, 1)
#: No moment that lasts, as a session does, is longer: so its index by its end finds it.
LONGEST_US = 2 * DAY_US
#: A room, and a day of it.
Place = tuple[UUID, datetime.date]


class Comparing:
    """The round of the worker; remembers when it looked back, and how far. A beat mostly costs three questions."""

    def __init__(self) -> None:
        self._looked_back: datetime.datetime | None = None
        self._past: datetime.date | None = None

    def beat(self, *, now: datetime.datetime) -> int:
        """Compare what has changed; how many days of rooms."""
        today, before = registry.day_of(now), self._looked_back
        rooms = dict(Room.objects.values_list("id", "valid_from"))
        if before is None or registry.day_of(before) != today:
            found = _changed(rooms, today - AGAIN, today + DAY, now) | _with_lost(today - AGAIN, LostWhy.values)
            self._looked_back = now
        else:
            found = _changed(rooms, today - DAY, today + DAY, now)
            if now - before >= HOUR:
                found |= _with_lost(today - AGAIN, [LostWhy.LATE_LOG])
                self._looked_back = now
        return compare(found | self._earlier(rooms, today - AGAIN, now), now=now)

    def _earlier(self, rooms: dict[UUID, datetime.date], last: datetime.date, now: datetime.datetime) -> set[Place]:
        """What of the next stretch of the past is not compared as it stands there."""
        end = self._past or last
        if not rooms or end <= min(rooms.values()):
            return set()
        self._past = end - PAST
        return _changed(rooms, self._past, end, now)


def compare(places: Collection[Place], *, now: datetime.datetime) -> int:
    """Compare these days of these rooms, and write down what came of it in the place of what stood there; how many."""
    by_day: dict[datetime.date, set[UUID]] = {}
    for room, day in places:
        by_day.setdefault(day, set()).add(room)
    for day, rooms in sorted(by_day.items()):
        _compare(day, rooms, now)
    return len(places)


def _compare(day: datetime.date, rooms: set[UUID], now: datetime.datetime) -> None:
    begin_us, end_us = us_of(day), us_of(day + DAY)
    counts = {room: ComparedDay(room_id=room, day=day, seen=0, explained=0, lost=0, compared_at=now) for room in rooms}
    lost = []
    for each in judged(moments_of(rooms, begin_us, min(end_us, us(now - GRACE)))):
        row = counts[each.asked.room]
        if each.why is not None:
            row.lost += 1
            lost.append(LostMoment(mark_id=each.asked.mark, room_id=row.room_id, at_us=each.asked.at_us, why=each.why))
        elif each.seen:
            row.seen += 1
        else:
            row.explained += 1
    with transaction.atomic():
        LostMoment.objects.filter(room__in=rooms, at_us__gte=begin_us, at_us__lt=end_us).delete()
        ComparedDay.objects.filter(room__in=rooms, day=day).delete()
        ComparedDay.objects.bulk_create([row for row in counts.values() if row.seen or row.explained or row.lost])
        LostMoment.objects.bulk_create(lost, batch_size=2000)


def _changed(rooms: Collection[UUID], first: datetime.date, end: datetime.date, now: datetime.datetime) -> set[Place]:
    """The days of rooms from the first up to the end whose moments are not as many as were counted."""
    marks = _marks(rooms, us_of(first), min(us_of(end), us(now - GRACE))).annotate(number=_day_number("begin_us"))
    rows = marks.order_by().values_list("room", "number").annotate(count=Count("id"))
    there = {(room, FIRST + number * DAY): count for room, number, count in rows}
    kept = {
        (row.room_id, row.day): row.seen + row.explained + row.lost
        for row in ComparedDay.objects.filter(room__in=rooms, day__gte=first, day__lt=end)
    }
    return {place for place in there.keys() | kept.keys() if there.get(place) != kept.get(place)}


def _with_lost(since: datetime.date, whys: Collection[str]) -> set[Place]:
    rows = LostMoment.objects.filter(at_us__gte=us_of(since), why__in=whys).annotate(number=_day_number("at_us"))
    return {(room, FIRST + number * DAY) for room, number in rows.values_list("room", "number").distinct()}


def _day_number(field: str) -> CombinedExpression:
    """The Vietnamese day of a moment, counted from `FIRST`."""
    return (F(field) + AHEAD_US) / DAY_US


def us_of(day: datetime.date) -> int:
    """When a day begins in Vietnam."""
    return (day - FIRST).days * DAY_US - AHEAD_US


def _marks(rooms: Collection[UUID], begin_us: int, end_us: int) -> QuerySet[Mark]:
    return Mark.objects.filter(
        room__in=rooms,
        kind__in=list(Moment),
        begin_us__gte=begin_us,
        begin_us__lt=end_us,
        end_us__gte=begin_us,
        end_us__lt=end_us + LONGEST_US,
        withdrawn_at__isnull=True,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A moment: of which there must be footage, or a reason."""

    mark: UUID
    room: UUID
    counter: UUID | None
    at_us: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What there is of a moment: footage, else a reason, else `why` there is neither."""

    asked: Asked
    seen: bool
    why: LostWhy | None


def moments_of(rooms: Collection[UUID], begin_us: int, end_us: int) -> list[Asked]:
    """The moments of these rooms in a stretch of time."""
    rows = _marks(rooms, begin_us, end_us).order_by().values_list("id", "room", "counter", "begin_us")
    return [Asked(*row) for row in rows]


def judged(asked: Sequence[Asked]) -> list[Judged]:
    """Each compared with what the cameras that saw it have; three questions and those of coverage."""
    if not asked:
        return []
    views = _Views(asked)
    found = []
    for each in asked:
        known = views.of(each)
        seen = any(camera.footage(each.at_us) for camera in known)
        told = seen or any(camera.reason(each.at_us) for camera in known)
        found.append(Judged(each, seen, None if told else _why(known, each.at_us)))
    return found


class _Known:
    """One camera's time, asked many times."""

    def __init__(self, found: Coverage) -> None:
        self._footage = flat((run.begin_us, run.end_us) for run in found.runs)
        self._reasons = flat((gap.begin_us, gap.end_us) for gap in found.gaps)
        self.until_us = found.known_until_us

    def footage(self, at_us: int) -> bool:
        """Whether there is footage of the moment."""
        return bisect_right(self._footage, at_us) % 2 == 1

    def reason(self, at_us: int) -> bool:
        """Whether the log says why there is none."""
        return bisect_right(self._reasons, at_us) % 2 == 1


class _Views:
    """Which cameras saw a counter or a room on a day, and what each of them has."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        begin_us, end_us = min(each.at_us for each in asked), max(each.at_us for each in asked) + 1
        first, last = registry.day_of(moment(begin_us)), registry.day_of(moment(end_us))
        counters = {each.counter for each in asked if each.counter}
        whole = {each.room for each in asked if not each.counter}
        views = CounterView.objects.filter(counter__in=counters, valid_from__lte=last).exclude(valid_until__lt=first)
        # By counter and by room: a day of a province is many thousand moments.
        self._views: dict[UUID, list[tuple[UUID, datetime.date, datetime.date | None]]] = {}
        for counter, camera, begin, end in views.values_list("counter", "camera", "valid_from", "valid_until"):
            self._views.setdefault(counter, []).append((camera, begin, end))
        self._rooms: dict[UUID, list[tuple[UUID, datetime.datetime, datetime.datetime | None]]] = {}
        cameras = Camera.objects.filter(room__in=whole)
        for room, camera, added, retired in cameras.values_list("room", "id", "added_at", "retired_at"):
            self._rooms.setdefault(room, []).append((camera, added, retired))
        self._known = {camera: _Known(each) for camera, each in self._found(begin_us, end_us).items()}

    def _found(self, begin_us: int, end_us: int) -> dict[UUID, Coverage]:
        seen: Iterable[Sequence[tuple[UUID, object, object]]] = (*self._views.values(), *self._rooms.values())
        cameras = {row[0] for rows in seen for row in rows}
        return coverage(cameras, begin_us, end_us) if cameras else {}

    def of(self, asked: Asked) -> list[_Known]:
        """What the cameras that saw it have."""
        at = moment(asked.at_us)
        if asked.counter:
            day = at.date()
            seen = [
                camera
                for camera, first, end in self._views.get(asked.counter, ())
                # A camera that was replaced that day saw the counter until it was.
                if first <= day and (end is None or day <= end)
            ]
        else:
            seen = [
                camera
                for camera, added, retired in self._rooms.get(asked.room, ())
                if added <= at and (retired is None or at < retired)
            ]
        return [self._known[camera] for camera in seen if camera in self._known]


def _why(known: Collection[_Known], at_us: int) -> LostWhy:
    if not known:
        return LostWhy.UNSEEN
    return LostWhy.LATE_LOG if any(each.until_us <= at_us for each in known) else LostWhy.NOT_TOLD
