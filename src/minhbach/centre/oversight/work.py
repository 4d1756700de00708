"""A clip as the assessor's desk shows it: whose room, which cameras, why this moment, the form, how the month stands.

Owns the reading only; who gets which clip is `actions.assessing`. Of a second assessment nothing of the first is told.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Max

from minhbach.centre.footage.rooms import Tile, tile_of
from minhbach.centre.footage.timeline import moment
from minhbach.centre.oversight import queue
from minhbach.centre.oversight.actions.assessing import Taken
from minhbach.centre.oversight.assessed import months_of
from minhbach.centre.oversight.conduct import Item, form_of
from minhbach.centre.oversight.frames import SIGNS
from minhbach.centre.oversight.models import Clip, Draw
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera, Room
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.regulation.reading import laws_at
from minhbach.centre.words import Words

CHANCE = Words("Chọn ngẫu nhiên: {weekday}, khung {hour} giờ", "Drawn by chance: {weekday}, the hour from {hour}:00")
AGAIN = Words("Đánh giá lần hai, độc lập", "A second, independent assessment")
INSTEAD = Words("Thay cho thời điểm không xem được", "In place of a clip that could not be shown")
WEEKDAYS = (
    Words("thứ Hai", "Monday"),
    Words("thứ Ba", "Tuesday"),
    Words("thứ Tư", "Wednesday"),
    Words("thứ Năm", "Thursday"),
    Words("thứ Sáu", "Friday"),
    Words("thứ Bảy", "Saturday"),
    Words("Chủ nhật", "Sunday"),
)


@dataclass(frozen=True, slots=True)
class Work:
    """One clip on the desk."""

    clip: Clip
    unit_name: str
    tiles: tuple[Tile, ...]
    why: tuple[Words, ...]
    form: tuple[Item, ...]
    situations: dict[str, Words]
    again: bool
    purpose: UUID
    purpose_until: datetime.datetime


@dataclass(frozen=True, slots=True)
class Strip:
    """A room's month beside the desk: how many clips are done and how many there are, by period."""

    room: Room
    unit_name: str
    parts: tuple[tuple[str, int, int], ...]
    assessed: bool
    waiting: int


def why_of(clip: Clip, again: bool = False) -> tuple[Words, ...]:
    """Why this moment was chosen, in one or more sentences."""
    at = moment(clip.begin_us)
    first = SIGNS[clip.sign] if clip.sign else CHANCE.fill(weekday=WEEKDAYS[at.weekday()], hour=at.hour)
    more = (INSTEAD,) if clip.replaces_id else ()
    return (first, *more, *((AGAIN,) if again else ()))


def work_of(taken: Taken, *, now: datetime.datetime) -> Work:
    """What the desk shows of a clip that was taken.

    The form is that of the draw; what it leads to are the findings that can be made today (`actions.findings.make`).
    """
    clip = taken.clip
    situations = _situations(clip, now)
    begin, end = moment(clip.begin_us), moment(clip.end_us)
    cameras = Camera.objects.filter(room=clip.room_id, added_at__lt=end).exclude(retired_at__lte=begin)
    names = registry.names_on({clip.draw.unit_id}, clip.draw.last_day)
    return Work(
        clip,
        names[clip.draw.unit_id].name if clip.draw.unit_id in names else "",
        tuple(tile_of(camera) for camera in cameras.order_by("label", "id")),
        why_of(clip, taken.again),
        tuple(
            item if item.situation in situations else replace(item, situation="")
            for item in form_of(clip.draw.rules_id, clip.room.room_type)
        ),
        situations,
        taken.again,
        taken.purpose.id,
        taken.purpose.until,
    )


def _situations(clip: Clip, now: datetime.datetime) -> dict[str, Words]:
    day = registry.day_of(now)
    unit = registry.holder_on(clip.room_id, day)
    law = laws_at({(unit, day)})[unit, day] if unit else None
    return dict(law.rules.situations) if law and law.rules else {}


def strips_of(rooms: Collection[UUID], *, now: datetime.datetime) -> list[Strip]:
    """The newest month that has draws of these rooms, those still owed first; rooms without a draw are left out."""
    month = Draw.objects.filter(room__in=rooms, month__in=queue.months(now)).aggregate(last=Max("month"))["last"]
    if month is None:
        return []
    known = Room.objects.in_bulk(rooms)
    holders = registry.holders_on(rooms, registry.day_of(now))
    names = registry.names_on(set(holders.values()), registry.day_of(now))
    found = []
    for room, each in months_of(rooms, month).items():
        parts = tuple((part.kind, part.done, part.shown) for part in each.parts)
        unit = holders.get(room)
        if parts:
            name = names[unit].name if unit in names else ""
            found.append(Strip(known[room], name, parts, each.is_assessed, each.waiting))
    return sorted(found, key=lambda strip: (strip.assessed, -strip.waiting, sort_key(strip.unit_name), strip.room.name))


def waiting_count(person: UUID, rooms: Collection[UUID], *, now: datetime.datetime) -> int:
    """How many clips wait for this person."""
    return queue.waiting(person, rooms, now=now).order_by().count() if rooms else 0
