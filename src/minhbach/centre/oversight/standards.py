"""Rooms held against the norms of their day: what is asked, what is really there, what is missing.

Area and inventory come from the registry; size, rate and sound of the pictures from what the recorders report, the
days of footage from their logs, never from what was promised at set-up. What nobody knows is unknown, not met; so is
what a recorder said that is heard no more. Promises a number of queries that does not grow with the rooms. Pure
reads; leaves reviews to `actions.rooms`, proposals to `needs`.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from minhbach.centre.footage.coverage import days_kept
from minhbach.centre.footage.models import RecorderHealth
from minhbach.centre.messaging.actions import both
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera, Condition, Equipment, NormWaiver, Room
from minhbach.centre.registry.vietnamese import search_key
from minhbach.centre.regulation.columns import NORM_MEASURES
from minhbach.centre.regulation.items import Item
from minhbach.centre.regulation.reading import rules_of_each
from minhbach.centre.regulation.rules import Rules
from minhbach.centre.words import Words

AT_LEAST = Words("ít nhất {n} {of}", "at least {n} {of}")
AT_MOST = Words("nhiều nhất {n} {of}", "at most {n} {of}")
NOT_KNOWN = Words("chưa có dữ liệu", "no data yet")
TOO_YOUNG = Words("mới ghi từ {day}", "recorded since {day} only")
FOUND = Words("{n} {of}", "{n} {of}")
#: A camera of 15 pictures a second sends 14.6 by another clock, in ten seconds that begin anywhere.
NEARLY = 0.95
YEAR_DAYS = 365.25
#: A recorder reports every few seconds. What one said that was not heard for so long tells nothing of now.
STANDS = datetime.timedelta(days=1)
Number = int | float | Decimal
Row = TypeVar("Row", Camera, Equipment)


class Met(StrEnum):
    """Whether a norm is met. A waiver excuses; it does not make it met."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Measured:
    """One norm at one room: what is asked, what was found, and whether that is enough."""

    code: str
    words: Words
    asked: Words
    found: Words
    met: Met
    figure: str
    #: The kind in the inventory, for what can be bought.
    kind: str = ""
    #: How many are missing or too old; 0 where that is no number.
    missing: int = 0
    source: str = ""
    waiver: NormWaiver | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What one camera really sends, by its recorder's last report; none where that says nothing, or is too old."""

    camera: Camera
    width: int = 0
    height: int = 0
    rate: float | None = None
    sound: bool | None = None
    #: Days before this one of which there is footage of it.
    days: int | None = None
    reported_at: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A room beside its norms. `rules`: none where no regulation is in force."""

    room: Room
    unit: UUID | None
    unit_name: str
    rules: Rules | None
    norms: Sequence[Measured]
    sent: Sequence[Sent]
    equipment: Sequence[Equipment]

    def count(self, met: Met) -> int:
        """How many norms stand so."""
        return sum(each.met is met for each in self.norms)

    @property
    def met_count(self) -> int:
        """How many norms are met."""
        return self.count(Met.YES)

    @property
    def unknown_count(self) -> int:
        """How many norms nobody can judge yet."""
        return self.count(Met.UNKNOWN)

    @property
    def unmet(self) -> list[Measured]:
        """Norms that are not met, excused or not."""
        return [each for each in self.norms if each.met in (Met.NO, Met.WAIVED)]


def standing(room: Room, *, now: datetime.datetime) -> Standing:
    """One room beside its norms."""
    return standings([room], now=now)[0]


def standings(rooms: Sequence[Room], *, now: datetime.datetime) -> list[Standing]:
    """Rooms beside their norms, in their order."""
    day = registry.day_of(now)
    here = [room.id for room in rooms]
    holders = registry.holders_on(here, day)
    names = registry.names_on(set(holders.values()), day)
    rules = rules_of_each(set(holders.values()), day)
    cameras = _by_room(Camera.objects.filter(room__in=here, retired_at__isnull=True).order_by("label"))
    equipment = _by_room(Equipment.objects.filter(room__in=here).exclude(condition=Condition.REMOVED))
    waivers = _waivers(here, day)
    sent = _sent([camera for found in cameras.values() for camera in found], now)
    told = []
    for room in rooms:
        unit = holders.get(room.id)
        law = rules.get(unit) if unit else None
        seen = [sent[camera.id] for camera in cameras.get(room.id, ())]
        at = _Room(room, seen, equipment.get(room.id, []), day)
        kind = names[unit].kind if unit in names else ""
        norms = [_measured(code, item, at, waivers.get((room.id, code))) for code, item in _norms(law, room, kind, day)]
        name = names[unit].name if unit in names else ""
        told.append(Standing(room, unit, name, law, norms, seen, at.equipment))
    return told


@lru_cache(maxsize=4096)
def kind_key(kind: str) -> str:
    """A kind of equipment, however it is spelt: an inventory of 100,000 pieces has some dozens."""
    return search_key(kind)


def joined(said: Sequence[Words], between: str) -> Words:
    """Sentences one after the other, filled in, as one in both languages."""
    pairs = [both(each) for each in said]
    return Words(between.join(vi for vi, _ in pairs), between.join(en for _, en in pairs))


def checklist(law: Rules, room_type: str) -> list[tuple[str, Item]]:
    """What a person looks at in a room of that type, by code."""
    items = law.catalogues["room_checklist"].items()
    return [(code, item) for code, item in items if item.text("room") in ("", room_type)]


def _norms(law: Rules | None, room: Room, kind: str, day: datetime.date) -> Iterable[tuple[str, Item]]:
    for code, item in law.catalogues["norms"].items() if law else ():
        levels = item.codes("levels")
        if item.text("room") in ("", room.room_type) and (not levels or kind in levels) and item.holds_on(day):
            yield code, item


@dataclass(frozen=True, slots=True)
class _Room:
    room: Room
    sent: Sequence[Sent]
    equipment: Sequence[Equipment]
    day: datetime.date

    def of_kind(self, kind: str) -> list[Equipment]:
        wanted = kind_key(kind)
        return [each for each in self.equipment if kind_key(each.kind) == wanted]

    def working(self, kind: str) -> int:
        return sum(each.quantity for each in self.of_kind(kind) if each.condition == Condition.WORKING)

    def ages(self, kind: str) -> list[tuple[float, int]]:
        """Years in use and how many, of those whose first day is known."""
        found = [(each.acquired_on, each.quantity) for each in self.of_kind(kind)]
        return [((self.day - day).days / YEAR_DAYS, count) for day, count in found if day]


def _measured(code: str, item: Item, at: _Room, waiver: NormWaiver | None) -> Measured:
    figure, kind = item.text("figure"), item.text("kind")
    value, found = _value(figure, kind, at, item)
    met = _judged(value, item, NEARLY if figure == "rate" else 1)
    if met is Met.NO and waiver:
        met = Met.WAIVED
    bounds = [(AT_LEAST, item.number("least")), (AT_MOST, item.number("most"))]
    said = [words.fill(n=number, of=_counted(item, number)) for words, number in bounds if number is not None]
    return Measured(
        code=code,
        words=item.words,
        asked=joined(said, ", "),
        found=Words(*both(found)),
        met=met,
        figure=figure,
        kind=kind or (item.words.vi if figure in ("cameras", "microphones") else ""),
        missing=_missing(figure, value, item, at),
        source=item.text("source"),
        waiver=waiver if met is Met.WAIVED else None,
    )


def _counted(item: Item, number: Number) -> Words:
    measure = item.text("measure")
    one, several = NORM_MEASURES.get(item.text("figure"), (measure, measure))
    return Words(measure, one if number == 1 else several)


def _judged(value: Number | None, item: Item, nearly: float) -> Met:
    least, most = item.number("least"), item.number("most")
    if value is None:
        return Met.UNKNOWN
    enough = least is None or float(value) >= least * nearly
    return Met.YES if enough and (most is None or float(value) <= most) else Met.NO


def _missing(figure: str, value: Number | None, item: Item, at: _Room) -> int:
    least, most = item.number("least"), item.number("most")
    if figure in ("count", "cameras", "microphones") and least is not None and value is not None:
        return max(0, least - int(value))
    if figure == "age" and most is not None:
        return sum(count for age, count in at.ages(item.text("kind")) if age > most)
    return 0


def _value(figure: str, kind: str, at: _Room, item: Item) -> tuple[Number | None, Words]:
    """The measured value and how it is read."""
    value = _plain_value(figure, kind, at)
    if figure == "days" and value is not None and value < (item.number("least") or 0):
        since = _recorded_since(at)
        if since and (at.day - since).days < (item.number("least") or 0):
            return None, TOO_YOUNG.fill(day=f"{since:%d/%m/%Y}")
    if value is None:
        return None, NOT_KNOWN
    shown = f"{value:.1f}".rstrip("0").rstrip(".")
    return value, FOUND.fill(n=Words(shown.replace(".", ","), shown), of=_counted(item, value))


def _plain_value(figure: str, kind: str, at: _Room) -> Number | None:
    if figure == "area":
        return at.room.area_m2
    if figure == "cameras":
        return len(at.sent)
    if figure == "microphones":
        return sum(each.camera.has_sound for each in at.sent)
    if figure == "count":
        return at.working(kind)
    if figure == "age":
        return max((age for age, _ in at.ages(kind)), default=None)
    if figure == "sound":
        known = [each.sound for each in at.sent if each.camera.has_sound]
        return sum(bool(each) for each in known) if known and None not in known else (None if known else 0)
    every: dict[str, list[Number | None]] = {
        "height": [each.height or None for each in at.sent],
        "rate": [each.rate for each in at.sent],
        "days": [each.days for each in at.sent],
    }
    values = every.get(figure, [])
    # The worst camera speaks for the room; one that nobody knows of speaks for none.
    sure = [value for value in values if value is not None]
    return min(sure) if sure and len(sure) == len(values) else None


def _recorded_since(at: _Room) -> datetime.date | None:
    since = [each.camera.recording_since for each in at.sent if each.camera.recording_since]
    return registry.day_of(max(since)) if since else None


def _sent(cameras: Sequence[Camera], now: datetime.datetime) -> dict[UUID, Sent]:
    rows = RecorderHealth.objects.filter(recorder__in={camera.recorder_id for camera in cameras})
    reports = {row.recorder_id: row for row in rows}
    days = days_kept([camera.id for camera in cameras], registry.day_of(now))
    return {camera.id: _of(camera, reports.get(camera.recorder_id), days.get(camera.id), now) for camera in cameras}


def _of(camera: Camera, row: RecorderHealth | None, days: int | None, now: datetime.datetime) -> Sent:
    if row is None:
        return Sent(camera)
    said = next((each for each in row.report["cameras"] if each["camera"] == camera.name), None)
    if said is None or now - row.reported_at > STANDS:
        return Sent(camera, reported_at=row.reported_at)
    rate = said.get("frames_mhz")
    return Sent(
        camera=camera,
        width=said.get("width", 0),
        height=said.get("height", 0),
        rate=None if rate is None else rate / 1000,
        # A recorder that began outside the hours of sound has heard nothing yet; that is no broken microphone.
        sound=said["sound_mdb"] is not None or (None if said.get("sound_off") else False),
        days=days,
        reported_at=row.reported_at,
    )


def _waivers(rooms: Collection[UUID], day: datetime.date) -> Mapping[tuple[UUID, str], NormWaiver]:
    rows = NormWaiver.objects.filter(room__in=rooms, until__gte=day).select_related("made_by").order_by("made_at")
    return {(row.room_id, row.code): row for row in rows}


def _by_room(rows: Iterable[Row]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(row.room_id, []).append(row)
    return found
