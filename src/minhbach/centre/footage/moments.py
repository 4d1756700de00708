"""Moments of which there is neither footage nor a recorded reason why not: each is a finding of its own.

Owns the comparison of marks that say when something happened to a citizen (`actions.marks.Moment`) with what the
recorders logged of the cameras that saw that counter, or that room, on that day. Promises a number of queries that does
not grow with moments, and that nothing is told of restricted time. The last minutes are left out: their log is still on
its way. Leaves coverage to `coverage`, deciding to `access`.
"""

import datetime
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from minhbach.centre.access import judging
from minhbach.centre.access.deciding import rooms_where, standing_of
from minhbach.centre.access.models import Account
from minhbach.centre.access.restricting import closed_spans, is_closed
from minhbach.centre.footage.actions.marks import Moment
from minhbach.centre.footage.coverage import Coverage, coverage
from minhbach.centre.footage.models import Mark
from minhbach.centre.footage.timeline import flat, moment, us
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera, Counter, CounterView, Room
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

#: Who may ask what became of a moment: the same as of any moment.
RIGHTS = (Right.PLAYBACK, Right.HEALTH)
#: So long the log of a moment may be on its way before its absence says anything.
GRACE = datetime.timedelta(minutes=10)
DAYS = 30
#: So many of the lost on one page.
PAGE = 50
UNSEEN = ("fault", Words("Không camera nào ghi quầy này lúc đó", "No camera recorded this counter then"))
LATE_LOG = ("soon", Words("Nhật ký của đầu ghi chưa về tới lúc đó", "The recorder's log has not come that far"))
NOT_TOLD = ("fault", Words("Không có hình, nhật ký không ghi lý do", "No footage, and the log gives no reason"))


@dataclass(frozen=True, slots=True)
class Lost:
    """A moment with neither; ``why`` is the kind of status and the words."""

    at: datetime.datetime
    what: Words
    room: Room
    unit_name: str
    counter: Counter | None
    why: tuple[str, Words]


@dataclass(frozen=True, slots=True)
class Compared:
    """All moments of the time, and a page of those that came out with neither; the newest first."""

    begin: datetime.datetime
    until: datetime.datetime
    seen: int
    explained: int
    lost: list[Lost]
    #: How many there are; ``lost`` holds those after the first ``skipped``.
    lost_count: int
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class _Asked:
    room: UUID
    counter: UUID | None
    at_us: int
    kind: str
    vi: str
    en: str
    right: str


def compared(actor: Account, *, now: datetime.datetime, skip: int = 0) -> Compared:
    """The moments of the last days in the rooms within the person's reach, against what was recorded."""
    begin, until = now - datetime.timedelta(days=DAYS), now - GRACE
    standing = standing_of(actor, now=now)
    readable, kept = (rooms_where(actor, right, now=now) for right in RIGHTS)
    rooms = readable | kept
    asked = _moments(rooms, standing, begin, until)
    views = _Views(asked, begin, until)
    seen = explained = 0
    lost: list[tuple[_Asked, tuple[str, Words]]] = []
    for each in asked:
        known = views.of(each)
        if any(known_at.footage(each.at_us) for known_at in known):
            seen += 1
        elif any(known_at.reason(each.at_us) for known_at in known):
            explained += 1
        else:
            lost.append((each, _why(known, each.at_us)))
    lost.sort(key=lambda found: -found[0].at_us)
    return Compared(begin, until, seen, explained, _told(lost[skip : skip + PAGE], readable), len(lost), skip)


def _moments(
    rooms: Collection[UUID], standing: judging.Standing, begin: datetime.datetime, until: datetime.datetime
) -> list[_Asked]:
    rows = Mark.objects.filter(
        room__in=rooms,
        kind__in=list(Moment),
        begin_us__gte=us(begin),
        begin_us__lt=us(until),
        withdrawn_at__isnull=True,
    ).order_by()
    closed = closed_spans(standing, Right.PLAYBACK, rooms, begin, until)
    told = rows.values_list("room", "counter", "begin_us", "kind", "vi", "en", "right")
    found = [_Asked(*row) for row in told]
    return [each for each in found if not is_closed(closed.get(each.room, ()), moment(each.at_us))]


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

    def __init__(self, asked: Sequence[_Asked], begin: datetime.datetime, until: datetime.datetime) -> None:
        counters = {each.counter for each in asked if each.counter}
        whole = {each.room for each in asked if not each.counter}
        views = (
            CounterView.objects.filter(counter__in=counters, valid_from__lte=registry.day_of(until))
            .exclude(valid_until__lte=registry.day_of(begin))
            .values_list("counter", "camera", "valid_from", "valid_until")
        )
        # By counter and by room: a month of a province is a hundred thousand moments.
        self._views: dict[UUID, list[tuple[UUID, datetime.date, datetime.date | None]]] = {}
        for counter, camera, first, last in views:
            self._views.setdefault(counter, []).append((camera, first, last))
        self._rooms: dict[UUID, list[tuple[UUID, datetime.datetime, datetime.datetime | None]]] = {}
        for room, camera, added, retired in Camera.objects.filter(room__in=whole).values_list(
            "room", "id", "added_at", "retired_at"
        ):
            self._rooms.setdefault(room, []).append((camera, added, retired))
        cameras = {row[0] for rows in self._views.values() for row in rows}
        cameras |= {row[0] for rows in self._rooms.values() for row in rows}
        found = coverage(cameras, us(begin), us(until)) if cameras else {}
        self._known = {camera: _Known(each) for camera, each in found.items()}

    def of(self, asked: _Asked) -> list[_Known]:
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


def _why(known: Collection[_Known], at_us: int) -> tuple[str, Words]:
    if not known:
        return UNSEEN
    return LATE_LOG if any(each.until_us <= at_us for each in known) else NOT_TOLD


def _names_of(places: Collection[tuple[UUID, datetime.date]]) -> dict[tuple[UUID, datetime.date], str]:
    """What the unit was called that held the room on the day; two queries for each day."""
    names: dict[tuple[UUID, datetime.date], str] = {}
    for day in {day for _, day in places}:
        holders = registry.holders_on([room for room, each in places if each == day], day)
        called = registry.names_on(set(holders.values()), day)
        names |= {(room, day): called[unit].name for room, unit in holders.items() if unit in called}
    return names


def _told(lost: Iterable[tuple[_Asked, tuple[str, Words]]], readable: Collection[UUID]) -> list[Lost]:
    found = list(lost)
    rooms = Room.objects.in_bulk({each.room for each, _ in found})
    counters = Counter.objects.in_bulk({each.counter for each, _ in found if each.counter})
    names = _names_of({(each.room, moment(each.at_us).date()) for each, _ in found})
    return [
        Lost(
            at=moment(each.at_us),
            # Without the right to the footage the dossier's code is not told, only what kind of moment it was.
            what=Words(each.vi, each.en) if each.room in readable else Moment(each.kind).words,
            room=rooms[each.room],
            unit_name=names.get((each.room, moment(each.at_us).date()), ""),
            counter=counters.get(each.counter) if each.counter else None,
            why=why,
        )
        for each, why in found
    ]
