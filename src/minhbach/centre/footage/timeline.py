"""The time of one room as its timeline draws it: coverage, gaps with causes, marks, working hours, restricted time.

Owns the JSON behind the strip (`GET /api/rooms/<id>/timeline`), all cameras of a room and all days that are kept in one
answer, so that zooming and scrubbing ask nothing more. Promises a number of queries that grows neither with cameras nor
with days, and that nothing of a mark is told to who may not read it, nor of any mark within restricted time. All times
are Unix µs. Leaves coverage to `coverage`, deciding to `access`, drawing to `static/js/timeline`.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from minhbach.centre.access import judging
from minhbach.centre.access.places import Place
from minhbach.centre.access.restricting import closed_spans
from minhbach.centre.footage.causes import cause_words
from minhbach.centre.footage.models import Mark
from minhbach.centre.footage.strips import FOOTAGE, UNKNOWN, Kinds, Strip, streams_of, strips
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera, Tenure, UnitName
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Hours, Rules
from minhbach.centre.words import Words

#: Absence that the rules want: drawn as a quiet line, not as a failure.
LAWFUL = frozenset({"deletion", "erasure", "outside_hours"})
#: What is kept without any regulation in force; the strip must begin somewhere.
_DAYS = 30
_DAY_US = 86_400_000_000
#: Footage that is held for longer is asked for by its day.
_LONGEST_US = 366 * _DAY_US
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
RESTRICTED = Words("Hạn chế", "Restricted")
#: In the place of words that stand alone: one word would be read as what was found there.
UNREADABLE = Words("Nội dung chỉ người có quyền được đọc", "Only those with the right may read this")
#: Stretches that are no gap with a cause.
_NO_GAPS = {FOOTAGE: Words("Có hình", "Footage"), UNKNOWN: Words("Không có bản ghi", "No recording")}


@dataclass(frozen=True, slots=True)
class Days:
    """What of a room's time is asked: whole Vietnamese days."""

    begin: datetime.datetime
    end: datetime.datetime

    @property
    def begin_us(self) -> int:
        """The first instant."""
        return us(self.begin)

    @property
    def end_us(self) -> int:
        """The first instant after."""
        return us(self.end)


def us(at: datetime.datetime) -> int:
    """Unix µs of an aware moment, exact."""
    return (at - _EPOCH) // datetime.timedelta(microseconds=1)


def moment(at_us: int) -> datetime.datetime:
    """The aware moment of Unix µs, in Vietnam."""
    # In UTC first: Saigon's clocks stood at +8 in 1970, and adding to a local time keeps that.
    return (_EPOCH + datetime.timedelta(microseconds=at_us)).astimezone(registry.VIETNAM)


def kept_days(room_type: str, rules: Rules | None, *, now: datetime.datetime) -> Days:
    """The days of which footage of such a room may still be there: its retention, and today."""
    days = _DAYS
    if rules is not None:
        times = rules.times
        days = times.retention_one_stop_days if room_type == "one_stop" else times.retention_reception_room_days
    today = now.astimezone(registry.VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    return Days(today - datetime.timedelta(days=days), today + datetime.timedelta(days=1))


def back_to(first_us: int | None, days: Days) -> Days:
    """The same days and those before them of which footage is still there: what is held outlasts its term."""
    if first_us is None or first_us >= days.begin_us:
        return days
    first = moment(max(first_us, days.end_us - _LONGEST_US))
    return Days(first.replace(hour=0, minute=0, second=0, microsecond=0), days.end)


def cameras_kept(room: UUID, days: Days) -> list[Camera]:
    """The cameras whose footage of these days may be there, by label; retired ones as long as that."""
    cameras = Camera.objects.filter(room=room).exclude(retired_at__lte=days.begin)
    return list(cameras.order_by("label", "id"))


def place_of(label: str) -> str:
    """What a camera looks at, out of its label "Camera 1 · Quầy 1 và 2"; the whole label where it has no such part."""
    return label.partition("·")[2].strip() or label


def room_timeline(
    standing: judging.Standing, place: Place, *, now: datetime.datetime, since_us: int = 0
) -> dict[str, Any]:
    """The JSON of a room's strip, for who asks; coverage only from `since_us` on, for who has what was before.

    Which rooms one may ask about is the guard's matter. Raises ValueError where the place is no room.
    """
    if (room := place.room) is None:
        raise ValueError("A place that is no room has no timeline.")
    rules = judging.rules_at(place.path, standing.rules)
    days = kept_days(place.room_type or "", rules, now=now)
    cameras = cameras_kept(room, days)
    streams = streams_of(cameras, days.end_us - _LONGEST_US)
    days = back_to(min((row.first_us for row in streams.values() if row.first_us), default=None), days)
    kinds = Kinds()
    found = strips(streams, max(days.begin_us, since_us), days.end_us, kinds)
    closed = _closed(standing, room, days)
    return {
        "begin": days.begin_us,
        "end": days.end_us,
        "now": us(now),
        "known_until": min((found[each.id].known_until_us if each.id in found else 0 for each in cameras), default=0),
        "kinds": [_kind(place, code) for place, code in enumerate(kinds.codes)],
        "names": _names(room, days),
        "cameras": [_camera(camera, found.get(camera.id) or Strip(camera.id, days.begin_us)) for camera in cameras],
        "hours": list(_hours(rules.hours, days)) if rules else [],
        "restricted": flat(closed),
        "marks": _marks(room, days, standing, place, closed),
    }


def _names(room: UUID, days: Days) -> list[dict[str, Any]]:
    """What the unit was called that held the room, from when on, in order: footage bears the name of its day."""
    first, last = registry.day_of(days.begin), registry.day_of(days.end)
    tenures = list(Tenure.objects.filter(valid_from__lt=last, room=room).exclude(valid_until__lte=first))
    units = {tenure.unit_id for tenure in tenures}
    namings = UnitName.objects.filter(valid_from__lt=last, unit__in=units).exclude(valid_until__lte=first)
    begun = {
        max(tenure.valid_from, naming.valid_from, first): naming.name
        for tenure in tenures
        for naming in namings
        if naming.unit_id == tenure.unit_id
        and (tenure.valid_until is None or naming.valid_from < tenure.valid_until)
        and (naming.valid_until is None or tenure.valid_from < naming.valid_until)
    }
    midnight = datetime.time(tzinfo=registry.VIETNAM)
    return [
        {"begin": us(datetime.datetime.combine(day, midnight)), "name": name} for day, name in sorted(begun.items())
    ]


def _closed(standing: judging.Standing, room: UUID, days: Days) -> list[tuple[int, int]]:
    """Restricted time of the room within these days, as far as it is closed to this person."""
    spans = closed_spans(standing, Right.PLAYBACK, [room], days.begin, days.end).get(room, [])
    return [(us(max(begin, days.begin)), us(min(end, days.end))) for begin, end in spans]


def _kind(place: int, code: str) -> dict[str, Any]:
    if place in _NO_GAPS:
        return {"code": code, "vi": _NO_GAPS[place].vi, "en": _NO_GAPS[place].en, "lawful": True}
    words = cause_words(code)
    return {"code": code, "vi": words.vi, "en": words.en, "lawful": code in LAWFUL}


def _camera(camera: Camera, found: Strip) -> dict[str, Any]:
    return {
        "id": str(camera.id),
        "name": camera.label,
        "place": place_of(camera.label),
        "begin": found.begin_us,
        "lengths_ms": found.lengths_ms,
        "kinds": found.kinds,
        "unwitnessed": flat(found.unwitnessed()),
        "late": flat(found.late),
        "known_until": found.known_until_us,
    }


def flat(spans: Iterable[tuple[int, int]]) -> list[int]:
    """Spans as [begin, end, begin, end, …], in order, what touches or overlaps joined."""
    edges: list[int] = []
    for begin, end in sorted(spans):
        if edges and begin <= edges[-1]:
            edges[-1] = max(edges[-1], end)
        else:
            edges += (begin, end)
    return edges


def _hours(hours: Hours, days: Days) -> Iterable[int]:
    """Working hours of each day, flat."""
    spans = [tuple(_minutes(clock) * 60_000_000 for clock in span) for span in hours.spans]
    weekday = days.begin.isoweekday()
    for day, begin_us in enumerate(range(days.begin_us, days.end_us, _DAY_US)):
        if (weekday - 1 + day) % 7 + 1 in hours.weekdays:
            yield from (begin_us + edge for span in spans for edge in span)


def _minutes(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return 60 * int(hour) + int(minute)


def _marks(
    room: UUID, days: Days, standing: judging.Standing, place: Place, closed: Sequence[tuple[int, int]]
) -> list[dict[str, Any]]:
    rows = Mark.objects.filter(
        room=room, end_us__gte=days.begin_us, begin_us__lt=days.end_us, withdrawn_at__isnull=True
    )
    may = {
        right: judging.judge(standing, Right(right), place).allowed
        for right in rows.order_by().values_list("right", flat=True).distinct()
    }
    # Tuples, not rows: a month of visits is thousands of marks.
    told = rows.values_list("id", "kind", "camera", "begin_us", "end_us", "vi", "en", "right", "route", "reference")
    return [
        _mark(*mark, readable=may.get(mark[7], False))
        for mark in told
        if not any(mark[3] < end and mark[4] >= begin for begin, end in closed)
    ]


def _mark(
    mark: UUID,
    kind: str,
    camera: UUID | None,
    begin_us: int,
    end_us: int,
    vi: str,
    en: str,
    right: str,
    route: str,
    reference: str,
    *,
    readable: bool,
) -> dict[str, Any]:
    """A mark as its right lets it be told."""
    return {
        "id": str(mark),
        "kind": kind if readable else "restricted",
        "camera": str(camera) if camera and readable else None,
        "begin": begin_us,
        "end": end_us,
        "words": {"vi": vi, "en": en} if readable else {"vi": RESTRICTED.vi, "en": RESTRICTED.en},
        "href": _way(route, reference) if readable else None,
    }


def _way(route: str, reference: str) -> str | None:
    try:
        return reverse(route, args=[reference]) if route else None
    except NoReverseMatch:  # an old mark must not break the page when a route was renamed
        return None
