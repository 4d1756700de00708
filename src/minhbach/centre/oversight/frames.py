"""What of a room could be looked at in a period: office hours, footage that was there, signs that something happened.

Reads many rooms at once, in a number of queries that does not grow with them. A day on which something happened at the
counters was worked, whatever the calendar says. Restricted time is left out. Footage counts as it stood at `now`: what
was removed later was there. A frame is kept with its draw as JSON (`as_json`), whose canonical bytes have a digest.
That a counter seems empty is a sign where every camera of the room tells that nothing moved, and a live microphone that
nothing was heard; it says nothing of anybody, and leads to a look like the others.
"""

import datetime
import hashlib
import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from minhbach.centre.access.models import Restriction
from minhbach.centre.access.places import paths_of
from minhbach.centre.dossiers.models import Event
from minhbach.centre.feedback.models import Petition, Rating
from minhbach.centre.footage.actions.marks import Moment
from minhbach.centre.footage.coverage import Coverage, GapSpan, coverage
from minhbach.centre.footage.models import Fault, Mark, Removal, StillQuarter
from minhbach.centre.footage.models.faults import OF_CAMERAS
from minhbach.centre.footage.timeline import flat, us
from minhbach.centre.oversight.sampling import SECOND_US, Frame, Sign, Span, joined
from minhbach.centre.reception.keeping import kept_days
from minhbach.centre.reception.planning import Schedule
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera, Room, RoomType, true_on
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.models import CalendarDay, Regulation
from minhbach.centre.regulation.rules import Rules
from minhbach.centre.words import Words
from minhbach.protocol.health import QUARTER_US

DAY = datetime.timedelta(days=1)
#: A shorter hole is a reconnection.
GAP_US = 60 * SECOND_US
#: What was shown last before a fault or a gap is what may say why.
BEFORE_US = 30 * SECOND_US
SIGNS = {
    "petition": Words("Có phản ánh về lúc này", "There is a complaint about it"),
    "no_session": Words("Ngày tiếp công dân mà người đứng đầu không tiếp", "A reception day not kept by the head"),
    "rating": Words("Công dân đánh giá thấp", "A citizen rated it low"),
    "still": Words(
        "Quầy có vẻ trống trong giờ làm việc, chỉ căn cứ cử động và tiếng động",
        "The counter seems empty in office hours, as far as sound and motion tell",
    ),
    "fault": Words("Camera gặp sự cố ngay sau đó", "A camera failed right after"),
    "late": Words("Hồ sơ quá hạn", "A dossier that was late"),
    "gap": Words("Mất hình ngay sau đó", "The picture was lost right after"),
}
#: What is looked at first: what a citizen said, then what an office owed, then what a machine noticed.
WEIGHTS = {kind: 100 - 10 * place for place, kind in enumerate(SIGNS)}


@dataclass(frozen=True, slots=True)
class Period:
    """Days of one month, both within; `month` is its first day."""

    month: datetime.date
    first: datetime.date
    last: datetime.date

    @property
    def begin(self) -> datetime.datetime:
        """Midnight in Vietnam."""
        return _midnight(self.first)

    @property
    def end(self) -> datetime.datetime:
        """Midnight after the last day."""
        return _midnight(self.last + DAY)


@dataclass(frozen=True, slots=True)
class RoomFrame:
    """A room's period: who held it, by which version, what could be drawn, and how far the logs have come."""

    unit: UUID
    version: UUID
    frame: Frame
    known_until_us: int
    open_s: int
    covered_s: int


def periods_of(month: datetime.date, days: int) -> list[Period]:
    """A month in stretches of so many days; the last takes what is left over."""
    last = (month.replace(day=28) + 4 * DAY).replace(day=1) - DAY
    firsts = [month + n * days * DAY for n in range(max(1, last.day // days))]
    ends = [first - DAY for first in firsts[1:]] + [last]
    return [Period(month, first, end) for first, end in zip(firsts, ends, strict=True)]


def frames_of(
    rooms: Collection[UUID],
    period: Period,
    seen: Mapping[UUID, Mapping[tuple[int, int], int]],
    *,
    now: datetime.datetime,
) -> dict[UUID, RoomFrame]:
    """What could be drawn in each of these rooms; one without a holder or a regulation on the last day is absent."""
    holders = registry.holders_on(rooms, period.last)
    offices = Offices(set(holders.values()), period.last)
    known = {room: unit for room, unit in holders.items() if offices.rules(unit)}
    footage = _Footage(known, period, now)
    happened = _happened(known, period)
    signs = _signs(known, offices, period, footage)
    details = {row.id: row for row in Room.objects.filter(id__in=known)}
    still = _still([room for room, row in details.items() if row.room_type == RoomType.ONE_STOP], period)
    receiving = {known[room] for room, row in details.items() if row.room_type == RoomType.RECEPTION_ROOM}
    posted, kept = Schedule(receiving, period.first, period.last), kept_days(receiving, period.first, period.last)
    found = {}
    for room, unit in known.items():
        calendar, rules = offices.calendar(unit), offices.rules(unit)
        assert rules is not None
        first = max(period.first, details[room].in_service_on or period.first)
        due = {plan.day for plan in posted.days(unit)} if details[room].room_type == RoomType.RECEPTION_ROOM else set()
        worked = (day for day in _days(period) if calendar.works_on(day) or (room, day) in happened or day in due)
        days = [day for day in worked if day >= first]
        opened = joined(span for day in days for span in _hours(rules, day))
        signs[room] = [sign for sign in signs[room] if sign.at_us >= us(_midnight(first))]
        signs[room] += _without_session(rules, (day for day in days if day in due and (unit, day) not in kept))
        seems = _without(_both(opened, still.get(room, ())), footage.closed(room))
        signs[room] += _seem_empty(seems, rules.times.counter_still_minutes)
        frame = Frame(opened, footage.open(room), tuple(sorted(signs[room], key=_key)), dict(seen.get(room, {})))
        both = _length(_both(opened, frame.covered))
        found[room] = RoomFrame(
            unit, offices.version(unit), frame, footage.until(room), _length(opened) // SECOND_US, both // SECOND_US
        )
    return found


def as_json(frame: Frame) -> dict[str, Any]:
    """A frame as it is kept and published; whole numbers and texts only."""
    return {
        "open": [list(span) for span in frame.open],
        "covered": [list(span) for span in frame.covered],
        "signs": [[sign.kind, sign.at_us, sign.weight, sign.reference] for sign in frame.signs],
        "seen": sorted([*stratum, times] for stratum, times in frame.seen.items()),
    }


def from_json(said: Mapping[str, Any]) -> Frame:
    """The same again."""
    return Frame(
        [(begin, end) for begin, end in said["open"]],
        [(begin, end) for begin, end in said["covered"]],
        tuple(Sign(*sign) for sign in said["signs"]),
        {(weekday, hour): times for weekday, hour, times in said["seen"]},
    )


def digest(said: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of the frame's JSON with sorted keys and without spaces, in UTF-8."""
    data = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return hashlib.sha256(data).hexdigest()


class Offices:
    """Rules and calendars of many units, as of one day; four queries."""

    def __init__(self, units: Collection[UUID], day: datetime.date) -> None:
        self._paths = paths_of(units, day)
        self._versions = dict(Regulation.objects.filter(true_on(day)).values_list("unit", "id"))
        above = {each for path in self._paths.values() for each in path}
        self._days: dict[UUID, dict[datetime.date, str]] = defaultdict(dict)
        rows = CalendarDay.objects.filter(unit__in=above, withdrawn_at__isnull=True)
        for unit, each, kind in rows.values_list("unit", "day", "kind"):
            self._days[unit][each] = kind
        self._calendars: dict[UUID, Calendar] = {}

    def rules(self, unit: UUID) -> Rules | None:
        """The rules in force there, or none."""
        found = self._version(unit)
        return regulation.rules_of(found) if found else None

    def version(self, unit: UUID) -> UUID:
        """The version in force there; only where `rules` found one."""
        found = self._version(unit)
        assert found is not None
        return found

    def _version(self, unit: UUID) -> UUID | None:
        path = self._paths.get(unit, ())
        return next((self._versions[each] for each in reversed(path) if each in self._versions), None)

    def calendar(self, unit: UUID) -> Calendar:
        """The working days there."""
        if unit not in self._calendars:
            days: dict[datetime.date, str] = {}
            for each in self._paths.get(unit, ()):
                days |= self._days.get(each, {})
            rules = self.rules(unit)
            self._calendars[unit] = Calendar(regulation.hours_of(rules), days)
        return self._calendars[unit]


class _Footage:
    """What the cameras of many rooms have of the period, restricted time left out; ten queries."""

    def __init__(self, rooms: Collection[UUID], period: Period, now: datetime.datetime) -> None:
        self._begin, self._end = us(period.begin), us(period.end)
        cameras = dict(
            Camera.objects.filter(room__in=rooms, added_at__lt=period.end)
            .exclude(retired_at__lte=period.begin)
            .values_list("id", "room")
        )
        self._of: dict[UUID, list[Coverage]] = defaultdict(list)
        for camera, found in (coverage(set(cameras), self._begin, self._end) if cameras else {}).items():
            self._of[cameras[camera]].append(found)
        self._later = self._removed_later(now)
        self._closed: dict[UUID, list[Span]] = defaultdict(list)
        rows = Restriction.objects.filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=period.begin), room__in=rooms, begins_at__lt=period.end,
            lifted_at__isnull=True,
        )  # fmt: skip
        for room, begin, end in rows.values_list("room", "begins_at", "ends_at"):
            self._closed[room].append((us(begin), us(end) if end else self._end))

    def _removed_later(self, now: datetime.datetime) -> set[UUID]:
        gaps = {gap.id for each in self._of.values() for found in each for gap in found.gaps}
        return set(Removal.objects.filter(id__in=gaps, removed_us__gt=us(now)).values_list("id", flat=True))

    def open(self, room: UUID) -> list[Span]:
        """When some camera of the room recorded, and nobody may be kept from seeing it."""
        spans = [(run.begin_us, run.end_us) for found in self._of.get(room, ()) for run in found.runs]
        spans += [(gap.begin_us, gap.end_us) for gap in self._gaps(room) if gap.id in self._later]
        return _without(joined(spans), self.closed(room))

    def closed(self, room: UUID) -> list[Span]:
        """When somebody may be kept from seeing it."""
        return joined(self._closed.get(room, ()))

    def lost(self, room: UUID) -> Iterator[GapSpan]:
        """Holes of some length, in what any camera of the room recorded."""
        return (
            gap
            for gap in self._gaps(room)
            if gap.id not in self._later and gap.end_us - gap.begin_us >= GAP_US and gap.begin_us > self._begin
        )

    def _gaps(self, room: UUID) -> Iterator[GapSpan]:
        return (gap for found in self._of.get(room, ()) for gap in found.gaps)

    def until(self, room: UUID) -> int:
        """How far the log of the camera has come that is ahead of the others."""
        return max((found.known_until_us for found in self._of.get(room, ())), default=0)


def _happened(rooms: Collection[UUID], period: Period) -> set[tuple[UUID, datetime.date]]:
    """Days on which a citizen was served in a room."""
    rows = Mark.objects.filter(
        room__in=rooms, kind__in=list(Moment), begin_us__gte=us(period.begin), begin_us__lt=us(period.end),
        withdrawn_at__isnull=True,
    ).order_by()  # fmt: skip
    return {
        (room, registry.day_of(datetime.datetime.fromtimestamp(at_us / SECOND_US, datetime.UTC)))
        for room, at_us in rows.values_list("room", "begin_us")
    }


def _signs(rooms: Mapping[UUID, UUID], offices: Offices, period: Period, footage: _Footage) -> dict[UUID, list[Sign]]:
    """Everything that happened in the period and makes a moment worth a look; four queries."""
    found: dict[UUID, list[Sign]] = {room: [] for room in rooms}

    def add(room: UUID, kind: str, at_us: int, reference: object) -> None:
        found[room].append(Sign(kind, at_us, WEIGHTS[kind], str(reference)))

    ratings = Rating.objects.filter(
        counter__room__in=rooms, event__at__gte=period.begin, event__at__lt=period.end
    ).order_by()
    for rating, room, score, at in ratings.values_list("id", "counter__room", "score", "event__at"):
        rules = offices.rules(rooms[room])
        if rules is not None and score <= rules.times.feedback_low_score:
            add(room, "rating", us(at), rating)
    petitions = Petition.objects.filter(
        room__in=rooms, begin_us__gte=us(period.begin), begin_us__lt=us(period.end)
    ).order_by()
    for petition, room, at_us in petitions.values_list("id", "room", "begin_us"):
        add(room, "petition", at_us or 0, petition)
    late = Event.objects.filter(
        counter__room__in=rooms, at__gte=period.begin, at__lt=period.end, dossier__due_at__lt=F("at")
    ).order_by()
    for event, room, at in late.values_list("id", "counter__room", "at"):
        add(room, "late", us(at), event)
    faults = Fault.objects.filter(
        room__in=rooms, began_at__gte=period.begin, began_at__lt=period.end, kind__in=OF_CAMERAS
    ).order_by()
    for fault, room, at in faults.values_list("id", "room", "began_at"):
        add(room, "fault", us(at) - BEFORE_US, fault)
    for room in rooms:
        for gap in footage.lost(room):
            add(room, "gap", gap.begin_us - BEFORE_US, gap.id)
    return found


def _without_session(rules: Rules, missed: Iterable[datetime.date]) -> list[Sign]:
    """A sign amid the first office hours of each reception day that was posted and that nobody kept."""
    first = [spans[0] for day in missed if (spans := _hours(rules, day))]
    return [Sign("no_session", (begin + end) // 2, WEIGHTS["no_session"]) for begin, end in first]


def _still(rooms: Collection[UUID], period: Period) -> dict[UUID, list[Span]]:
    """When no camera of a room saw anything move and a microphone of it heard nothing; two queries.

    A camera that does not tell is no witness that nobody was there: then nothing is said of that time.
    """
    begin, end = us(period.begin), us(period.end)
    cameras = Camera.objects.filter(room__in=rooms, recording_since__lt=period.end).exclude(
        retired_at__lte=period.begin
    )
    told: dict[UUID, list[Span]] = defaultdict(list)
    listened: dict[UUID, list[Span]] = defaultdict(list)
    lives = list(cameras.values_list("id", "room", "recording_since", "retired_at"))
    rows = StillQuarter.objects.filter(
        camera__in=[camera for camera, *_ in lives], begin_us__gt=begin - QUARTER_US, begin_us__lt=end
    )
    for camera, begin_us, heard_nothing in rows.values_list("camera", "begin_us", "listened").iterator():
        span = (begin_us, begin_us + QUARTER_US)
        told[camera].append(span)
        if heard_nothing:
            listened[camera].append(span)
    found: dict[UUID, list[Span]] = {}
    ears: dict[UUID, list[Span]] = defaultdict(list)
    for camera, room, since, retired in lives:
        # Before it was there and after it was gone a camera has no say.
        away = [(begin, us(since) if since else end), (us(retired) if retired else end, end)]
        own = joined([*told[camera], *away])
        found[room] = list(_both(found[room], own)) if room in found else own
        ears[room] += listened[camera]
    return {room: list(_both(spans, joined(ears[room]))) for room, spans in found.items()}


def _seem_empty(spans: Iterable[Span], minutes: int) -> list[Sign]:
    """A sign where each long enough stretch begins."""
    least_us = minutes * 60 * SECOND_US
    return [Sign("still", begin, WEIGHTS["still"]) for begin, end in spans if end - begin >= least_us]


def _days(period: Period) -> Iterator[datetime.date]:
    return (period.first + n * DAY for n in range((period.last - period.first).days + 1))


def _hours(rules: Rules, day: datetime.date) -> list[Span]:
    """Working hours of a day."""
    midnight = us(_midnight(day))
    return [(midnight + _clock_us(begin), midnight + _clock_us(end)) for begin, end in rules.hours.spans]


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), registry.VIETNAM)


def _clock_us(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return (60 * int(hour) + int(minute)) * 60 * SECOND_US


def _key(sign: Sign) -> tuple[int, str, str]:
    return sign.at_us, sign.kind, sign.reference


def _length(spans: Iterable[Span]) -> int:
    return sum(end - begin for begin, end in spans)


def _both(some: Iterable[Span], others: Iterable[Span]) -> Iterator[Span]:
    """Where both are, each of them joined."""
    edges = flat(others)
    for begin, end in some:
        place = bisect_right(edges, begin) // 2 * 2
        while place < len(edges) and edges[place] < end:
            if (low := max(begin, edges[place])) < (high := min(end, edges[place + 1])):
                yield low, high
            place += 2


def _without(spans: Iterable[Span], closed: Iterable[Span]) -> list[Span]:
    """What is left of the spans."""
    left = list(spans)
    for begin, end in closed:
        left = [piece for span in left for piece in ((span[0], min(span[1], begin)), (max(span[0], end), span[1]))]
        left = [piece for piece in left if piece[0] < piece[1]]
    return left
