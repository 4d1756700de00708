"""The log of viewings as sentences: who watched what, when, why, how long in truth; and who was refused.

Read by those who may (`Right.READ_VIEWINGS`), only for the units their right reaches; and by a person about the
counter where they work, without names and purposes. How long somebody really watched is what the stream process
counted, not what a page said. A viewing of restricted time is told without time and purpose.
"""

import datetime
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypedDict
from uuid import UUID

from django.db.models import Q, QuerySet

from minhbach.centre.access.log_rows import Filter, Place, place_of, refusals, viewing_ids
from minhbach.centre.access.models import Refusal, Restriction, Served, ViewedCamera, Viewing
from minhbach.centre.access.reading import labels_of, units_then
from minhbach.centre.access.restricting import Span
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera, CounterPost, Room
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words, formats

PAGE = 50
#: How many rows an export reads at a time, and in all.
BATCH, MOST_EXPORTED = 500, 20_000
MOST_RUNNING = 200
#: How many stretches a sentence names before it counts the rest.
MOST_STRETCHES = 3
VERBS = {
    "live": Words("xem trực tiếp", "watched live"),
    "playback": Words("xem lại", "played back"),
    "still": Words("xem ảnh tĩnh", "looked at stills of"),
    "export": Words("lập gói trích xuất từ", "packed an extraction of"),
}
WANTED = {
    "live": Words("xin xem trực tiếp", "wanted to watch live"),
    "playback": Words("xin xem lại", "wanted to play back"),
    "still": Words("xin xem ảnh tĩnh", "wanted stills of"),
    "export": Words("xin lập gói trích xuất từ", "wanted to pack an extraction of"),
    "renew": Words("xin xem tiếp", "wanted to go on watching"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of the log, in its parts."""

    id: UUID
    at: datetime.datetime
    who: str
    unit: str
    verb: Words
    what: str
    #: The stretches of footage that were seen, how many more than these, and their day; nothing of them for live.
    times: tuple[str, ...] = ()
    more: int = 0
    day: datetime.datetime | None = None
    restricted: bool = False
    purpose: str = ""
    reference: str = ""
    watched: datetime.timedelta | None = None
    sound: bool = False
    still_open: bool = False
    refused: bool = False
    told: Words | None = None


class _Seen(TypedDict):
    times: tuple[str, ...]
    more: int
    day: datetime.datetime | None
    restricted: bool
    watched: datetime.timedelta | None
    sound: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, the newest first, and the place where older ones begin."""

    lines: list[Line]
    older: str = ""


def read_log(units: Collection[UUID], wanted: Filter, *, before: str = "", now: datetime.datetime) -> Page:
    """The viewings of cameras that these units held, and refusals there, from `before` (as `Page.older`) backwards."""
    lines = list(islice(_lines(units, wanted, place_of(before), PAGE + 1, now), PAGE + 1))
    shown = lines[:PAGE]
    return Page(shown, f"{shown[-1].at.isoformat()}/{shown[-1].id}" if len(lines) > PAGE else "")


def all_lines(units: Collection[UUID], wanted: Filter, *, now: datetime.datetime) -> Iterator[Line]:
    """Every line of the log that is wanted, the newest first, as many as `MOST_EXPORTED`."""
    return islice(_lines(units, wanted, None, BATCH, now), MOST_EXPORTED)


def running(units: Collection[UUID], *, now: datetime.datetime) -> list[Line]:
    """What is being watched at this moment of cameras that these units hold, the longest first."""
    seen = Viewing.objects.filter(closed_at__isnull=True, leased_until__gt=now, cameras__unit__in=units)
    lines = _viewings(list(seen.values_list("id", flat=True).distinct()[:MOST_RUNNING]), units, now)
    return sorted(lines, key=lambda line: line.at)


def _lines(
    units: Collection[UUID], wanted: Filter, before: Place | None, count: int, now: datetime.datetime
) -> Iterator[Line]:
    """The lines from `before` backwards, read `count` rows at a time, as long as somebody asks."""
    while True:
        ids = viewing_ids(units, wanted, before, count)
        refused = refusals(units, wanted, before, count)
        lines = [*_viewings(ids, units, now), *_refusals(refused)]
        lines = sorted(lines, key=lambda line: (line.at, line.id), reverse=True)[:count]
        # What a purpose is sought by must not give away that restricted time was watched for it.
        yield from (line for line in lines if not (wanted.purpose and line.restricted))
        if max(len(ids), len(refused)) < count and len(ids) + len(refused) <= count:
            return
        before = lines[-1].at, lines[-1].id


def _viewings(ids: Sequence[UUID], units: Collection[UUID], now: datetime.datetime) -> list[Line]:
    found = list(Viewing.objects.filter(id__in=ids).select_related("account__person", "purpose"))
    cameras = _cameras(found, ViewedCamera.objects.filter(unit__in=units))
    left, closed = _served(found), _restricted(found, cameras)
    acting = units_then([_deed(row) for row in found])
    names = _names([each.unit_id for mine in cameras.values() for each in mine], found)
    return [
        Line(
            id=row.id,
            at=row.opened_at,
            who=row.account.person.full_name,
            unit=acting.get(_deed(row), ""),
            verb=VERBS[row.kind],
            what=_places([(each.camera, names.get(each.unit_id, "")) for each in cameras[row.id]]),
            **_seen(row, left[row.id], row.id in closed),
            purpose="" if row.id in closed or not row.purpose else row.purpose.text,
            reference="" if row.id in closed or not row.purpose else row.purpose.reference,
            still_open=row.closed_at is None and row.leased_until > now,
        )
        for row in found
    ]


def _deed(row: Viewing) -> tuple[UUID, datetime.date]:
    """Who watched, and on which day."""
    return row.account.person_id, registry.day_of(row.opened_at)


def _names(units: Collection[UUID], rows: Sequence[Viewing]) -> dict[UUID, str]:
    """What the units are called, as on the day of the newest of these rows."""
    if not rows:
        return {}
    day = registry.day_of(max(row.opened_at for row in rows))
    return {unit: naming.name for unit, naming in registry.names_on(set(units), day).items()}


def _seen(row: Viewing, left: Sequence[Served], restricted: bool) -> _Seen:
    """What was seen, how long and with sound or not; of restricted time only how long."""
    pictures = [each for each in left if not each.sound]
    times, more = ((), 0) if restricted else times_of(row, pictures)
    return {
        "times": times,
        "more": more,
        "day": None if restricted else row.begins_at,
        "restricted": restricted,
        "watched": _watched(pictures),
        "sound": len(pictures) < len(left),
    }


def _refusals(found: Sequence[Refusal]) -> list[Line]:
    if not found:
        return []
    day = registry.day_of(max(row.at for row in found))
    acting = units_then([(row.account.person_id, registry.day_of(row.at)) for row in found if row.account])
    names = registry.names_on({row.unit_id for row in found if row.unit_id}, day)
    return [
        Line(
            id=row.id,
            at=row.at,
            who=row.account.person.full_name if row.account else "",
            unit=acting.get((row.account.person_id, registry.day_of(row.at)), "") if row.account else "",
            verb=WANTED.get(row.wanted) or _asked_for(row.wanted),
            what=_refused_place(row, names[row.unit_id].name if row.unit_id in names else ""),
            refused=True,
            told=Words(row.told_vi, row.told_en),
        )
        for row in found
    ]


def _refused_place(row: Refusal, unit: str) -> str:
    if row.camera:
        return _places([(row.camera, unit)])
    return ", ".join(part for part in (row.room.name if row.room else "", unit) if part)


def _asked_for(wanted: str) -> Words:
    words = Right(wanted).words if wanted in set(Right) else Words(wanted, wanted)
    return Words("xin quyền «{right}»", "asked for “{right}”").fill(right=words)


def _cameras(rows: Iterable[Viewing], among: QuerySet[ViewedCamera]) -> dict[UUID, list[ViewedCamera]]:
    found: dict[UUID, list[ViewedCamera]] = {row.id: [] for row in rows}
    for each in among.filter(viewing__in=found).select_related("camera__room").order_by("camera__label"):
        found[each.viewing_id].append(each)
    return found


def _places(cameras: Sequence[tuple[Camera, str]]) -> str:
    """Cameras by their labels, room by room: "Quầy 1, Quầy 2 (Bộ phận Một cửa, Xã Mộc Xuyên)"."""
    rooms: dict[str, list[str]] = {}
    for camera, unit in cameras:
        rooms.setdefault(", ".join(part for part in (camera.room.name, unit) if part), []).append(camera.label)
    return "; ".join(f"{', '.join(labels)} ({room})" for room, labels in rooms.items())


def times_of(row: Viewing, left: Sequence[Served]) -> tuple[tuple[str, ...], int]:
    """Which stretches were seen of what was asked for, as a clock says them, and how many more; none for live."""
    if row.begins_at is None:
        return (), 0
    seen = merged([(each.begins_at, each.ends_at) for each in left])
    shown = dict.fromkeys(_stretch(begin, end) for begin, end in seen[:MOST_STRETCHES])
    return tuple(shown), max(0, len(seen) - MOST_STRETCHES)


def _stretch(begin: datetime.datetime, end: datetime.datetime) -> str:
    here, there = formats.local(begin), formats.local(end)
    if there - here < datetime.timedelta(minutes=1):
        return f"{here:%H:%M}"
    return f"{here:%H:%M}–{there:%H:%M}"


def merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that overlap or lie less than a minute apart as one."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if found and begin - found[-1][1] < datetime.timedelta(minutes=1):
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((begin, end))
    return found


def _served(rows: Iterable[Viewing]) -> dict[UUID, list[Served]]:
    found: dict[UUID, list[Served]] = {row.id: [] for row in rows}
    for each in Served.objects.filter(viewing__in=found):
        found[each.viewing_id].append(each)
    return found


def _watched(left: Sequence[Served]) -> datetime.timedelta | None:
    """How much footage really left: of several cameras at once, the longest; none where nothing did."""
    sums: dict[UUID, datetime.timedelta] = {}
    for each in left:
        sums[each.camera_id] = sums.get(each.camera_id, datetime.timedelta()) + (each.ends_at - each.begins_at)
    return max(sums.values(), default=None)


def _restricted(rows: Sequence[Viewing], cameras: dict[UUID, list[ViewedCamera]]) -> set[UUID]:
    """Which of the viewings touch time that is restricted in one of their rooms."""
    rooms = {each.room_id for found in cameras.values() for each in found}
    closed = list(Restriction.objects.filter(room__in=rooms, lifted_at__isnull=True))

    def touches(row: Viewing) -> bool:
        begin, end = row.begins_at or row.opened_at, row.ends_at or row.closed_at or row.leased_until
        mine = {each.room_id for each in cameras[row.id]}
        return any(
            each.room_id in mine and each.begins_at < end and (each.ends_at is None or each.ends_at > begin)
            for each in closed
        )

    return {row.id for row in rows if touches(row)}


def watched_of(person: UUID, *, begin: datetime.datetime, now: datetime.datetime) -> list[Line]:
    """What was watched of the counters where the person worked, while they worked there: by which unit, not by whom.

    Told when it is over. Restricted time is left out, as is what the person watched themselves.
    """
    first, last = registry.day_of(begin), registry.day_of(now)
    lines: dict[UUID, Line] = {}
    for post in registry.counters_held(person, first, last):
        cameras = registry.cameras_of(post.counter_id, max(first, post.valid_from), post.valid_until or last)
        mine = set(cameras.values_list("id", flat=True))
        lines |= {line.id: line for line in _of_counter(person, post, mine, begin, now)}
    return sorted(lines.values(), key=lambda line: (line.at, line.id), reverse=True)[: PAGE * 4]


def _of_counter(
    person: UUID, post: CounterPost, cameras: set[UUID], begin: datetime.datetime, now: datetime.datetime
) -> list[Line]:
    over = Q(closed_at__isnull=False) | Q(leased_until__lt=now)
    seen = ViewedCamera.objects.filter(camera__in=cameras, opened_at__gte=begin)
    rows = Viewing.objects.filter(over, id__in=seen.values("viewing")).exclude(account__person=person)
    found = [
        row for row in rows.select_related("account__person").order_by("-opened_at")[: PAGE * 4] if _worked(post, row)
    ]
    mine, left = _cameras(found, seen), _served(found)
    closed = _restricted(found, mine)
    acting = units_then([_deed(row) for row in found])
    return [
        Line(
            id=row.id,
            at=row.opened_at,
            who="",
            unit=acting.get(_deed(row), ""),
            verb=VERBS[row.kind],
            what=_places([(each.camera, "") for each in mine[row.id]]),
            **_seen(row, left[row.id], False),
        )
        for row in found
        if row.id not in closed
    ]


def _worked(post: CounterPost, row: Viewing) -> bool:
    """Whether what was watched is of days on which the person worked there."""
    first = registry.day_of(row.begins_at or row.opened_at)
    last = registry.day_of(row.ends_at or row.leased_until)
    return post.valid_from <= last and (post.valid_until is None or first < post.valid_until)


def rooms_of_log(units: Collection[UUID], *, now: datetime.datetime) -> list[tuple[UUID, str]]:
    """The rooms that the log of these units speaks of, "unit · room", in the order of the alphabet."""
    rooms = dict(Room.objects.filter(tenures__unit__in=units).values_list("id", "name"))
    return sorted(labels_of(rooms, now=now).items(), key=lambda room: sort_key(room[1]))


def units_of_log(units: Collection[UUID], *, now: datetime.datetime) -> list[tuple[UUID, str]]:
    """The units by name, those that ever held a room, in the order of the alphabet."""
    held = set(Room.objects.filter(tenures__unit__in=units).values_list("tenures__unit", flat=True)) & set(units)
    names = registry.names_on(held, registry.day_of(now))
    return sorted(((unit, naming.name) for unit, naming in names.items()), key=lambda unit: sort_key(unit[1]))
