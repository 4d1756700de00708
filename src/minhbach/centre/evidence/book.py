"""The book of extractions as somebody reads it: by year, by unit, by how far, by what stands in it; page after page.

Owns which requests are in a person's reach and which of them are looked for. Promises that nothing is found by words
which the person may not read, that a page costs the same in a book of thousands, and that a printed book leaves none
out. Leaves what stands in a row to `stages`, paper to `printing`.
"""

import datetime
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from minhbach.centre.access.deciding import rooms_where_each
from minhbach.centre.access.models import Account
from minhbach.centre.evidence.models import Custody, CustodyKind, Ending, Extraction, Revision
from minhbach.centre.evidence.stages import NOT_HERE, Item, items
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Person, Room, Tenure, Unit
from minhbach.centre.registry.searching import has_number, numbered, words_of
from minhbach.centre.registry.vietnamese import search_key, sort_key
from minhbach.centre.regulation.rights import Right

PAGE = 50
BATCH = 200
#: Who reads why footage is wanted, and for whom.
TOLD = frozenset({Right.EXTRACT, Right.APPROVE, Right.HAND_OVER})
AT_WORK = TOLD | {Right.BUILD}
#: How far: nobody has got it yet, out of the house, over. Each request is one of them.
OPEN, OUT, OVER = "chua-giao", "dang-giu", "da-xong"
STATES = (OPEN, OUT, OVER)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which part of the book. `text` is looked for as it is typed in a hurry; `state` is one of `STATES` or empty."""

    year: int
    unit: UUID | None = None
    state: str = ""
    text: str = ""


def part_of(sought: Sought) -> dict[str, str]:
    """What of it the audit log may say: all but the words, which may be a person's name."""
    state = sought.state if sought.state in STATES else ""
    said = {"year": sought.year, "unit": sought.unit, "state": state}
    return {name: str(value) for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, the newest first, and the place after which older ones begin; empty where there are none."""

    items: list[Item]
    older: str


class Book:
    """As one person may read it at one moment."""

    def __init__(self, actor: Account, *, now: datetime.datetime) -> None:
        self._person = actor.person_id
        self._now = now
        rooms = rooms_where_each(actor, AT_WORK, now=now)
        self._rooms = set[UUID]().union(*rooms.values())
        self._told = set[UUID]().union(*(rooms[right] for right in TOLD))

    def page(self, sought: Sought, *, before: str = "") -> Page:
        """The rows after `before` (as `Page.older`); a place that is none begins at the newest."""
        rows = self._rows(sought, self._reach(self._rooms))
        if place := _place(before):
            at, number, unit = place
            older = Q(requested_at=at, number=number, unit__lt=unit) | Q(requested_at=at, number__lt=number)
            rows = rows.filter(Q(requested_at__lt=at) | older)
        found = items(rows.order_by("-requested_at", "-number", "-unit")[: PAGE + 1], now=self._now)
        last = found[PAGE - 1].extraction if len(found) > PAGE else None
        return Page(found[:PAGE], f"{last.requested_at.isoformat()}/{last.number}/{last.unit_id}" if last else "")

    def whole(self, sought: Sought) -> Iterator[Item]:
        """Everything of which the person may read why, unit by unit in the order of numbers, some rows at a time."""
        rows = self._rows(sought, self._reach(self._told))
        for unit, _ in self._by_name(set(rows.order_by().values_list("unit", flat=True))):
            ids = list(rows.filter(unit=unit).order_by("number").values_list("id", flat=True))
            for begin in range(0, len(ids), BATCH):
                batch = Extraction.objects.filter(id__in=ids[begin : begin + BATCH])
                yield from items(batch.order_by("number"), now=self._now)

    def units(self, year: int) -> list[tuple[UUID, str]]:
        """The units that have requests of the year in the person's reach, by name."""
        # A probe of the index per unit, not a look at every request of the year.
        held = Tenure.objects.filter(room__in=self._rooms).values("unit")
        asked = Extraction.objects.filter(requested_by=self._person, year=year).values("unit")
        there = Exists(self._reach(self._rooms).filter(unit=OuterRef("pk"), year=year))
        units = Unit.objects.filter(there, Q(id__in=held) | Q(id__in=asked))
        return self._by_name(set(units.values_list("id", flat=True)))

    def years(self) -> list[int]:
        """This year and every one since the first that has requests, the newest first."""
        this = self._now.astimezone(registry.VIETNAM).year
        first = Extraction.objects.order_by("year").values_list("year", flat=True).first() or this
        return list(range(max(this, first), min(this, first) - 1, -1))

    def tells(self, row: Extraction) -> bool:
        """Whether the person reads why this footage is wanted."""
        return row.room_id in self._told or row.requested_by_id == self._person

    @property
    def prints(self) -> bool:
        """Whether there is anything that the person may take along."""
        return bool(self._told)

    def _reach(self, rooms: Collection[UUID]) -> QuerySet[Extraction]:
        # Rooms that closed since stay in the book of whoever asked.
        rows = Extraction.objects.filter(Q(room__in=rooms) | Q(requested_by=self._person))
        return rows.alias(label=numbered())

    def _rows(self, sought: Sought, rows: QuerySet[Extraction]) -> QuerySet[Extraction]:
        rows = rows.filter(year=sought.year)
        if sought.unit:
            rows = rows.filter(unit=sought.unit)
        if sought.state in STATES:
            rows = _standing(rows, sought.state)
        for word in words_of(sought.text):
            rows = rows.filter(self._has(word))
        return rows

    def _has(self, word: str) -> Q:
        """Rows in which the word stands, in what the person may read of them: the number, the room, who asked; and what
        for and for whom, where they are told that.
        """
        # Each of these is read once and hashed: asked row by row, 100,000 requests took ten seconds.
        said = Q(id__in=Revision.objects.filter(search_key__contains=word).values("extraction"))
        who = Q(requested_by__in=Person.objects.filter(search_key__contains=word).values("id"))
        told = Q(room__in=self._told) | Q(requested_by=self._person)
        named = Q(room__in=[room for room, name in self._room_names.items() if word in name])
        number = has_number(word) if any(letter.isdigit() for letter in word) else Q(pk__in=[])
        return number | named | who | (told & said)

    @cached_property
    def _room_names(self) -> dict[UUID, str]:
        asked = Room.objects.filter(id__in=Extraction.objects.filter(requested_by=self._person).values("room"))
        rooms = Room.objects.filter(id__in=self._rooms) | asked
        return {row.id: search_key(row.name) for row in rooms.distinct()}

    def _by_name(self, units: Collection[UUID]) -> list[tuple[UUID, str]]:
        names = registry.names_on(units, registry.day_of(self._now))
        named = [(unit, names[unit].name if unit in names else str(unit)) for unit in units]
        return sorted(named, key=lambda each: (sort_key(each[1]), each[0]))


def _standing(rows: QuerySet[Extraction], state: str) -> QuerySet[Extraction]:
    ended = Exists(Ending.objects.filter(extraction=OuterRef("id")))
    hands = Custody.objects.filter(extraction=OuterRef("id"))
    out = Exists(hands.filter(kind=CustodyKind.HANDED_OVER))
    back = Exists(hands.filter(NOT_HERE))
    if state == OPEN:
        return rows.exclude(ended | out | back)
    return rows.filter(out).exclude(back) if state == OUT else rows.filter(ended | back)


def _place(text: str) -> tuple[datetime.datetime, int, UUID] | None:
    parts: Sequence[str] = text.split("/")
    try:
        at, number, unit = parts
        moment = datetime.datetime.fromisoformat(at)
        return (moment, int(number[:9]), UUID(unit)) if moment.tzinfo else None
    except ValueError:
        return None
