"""The reception book as a person may read it; reads only.

An entry of a session that is restricted, and every denunciation, is told to who received and to who has a grant of two
signatures; to everybody else it is a number and a day. Names are masked by who shows them, not here: opening a row of
personal data is a decision of the page. Promises a number of queries that does not grow with the book.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from minhbach.centre.access.deciding import rooms_where_each, standing_of, units_where
from minhbach.centre.access.judging import Standing, passes_restriction
from minhbach.centre.access.models import Account
from minhbach.centre.reception.actions.book import matter_of, terms_now
from minhbach.centre.reception.models import HANDLED, BookEntry, BookStep, BookStepKind, Matter
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Room, RoomType, Unit
from minhbach.centre.registry.searching import words_of
from minhbach.centre.registry.vietnamese import search_key
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words, formats

MATTERS = {
    Matter.COMPLAINT: Words("Khiếu nại", "Complaint"),
    Matter.DENUNCIATION: Words("Tố cáo", "Denunciation"),
    Matter.PETITION: Words("Kiến nghị", "Petition"),
    Matter.FEEDBACK: Words("Phản ánh", "Feedback"),
}
STEPS = {
    BookStepKind.ACCEPTED: Words("Thụ lý để giải quyết", "Accepted to be settled"),
    BookStepKind.RETURNED: Words("Trả lại đơn và hướng dẫn", "Returned with guidance"),
    BookStepKind.FORWARDED: Words("Chuyển đơn", "Forwarded"),
    BookStepKind.RESULT: Words("Kết quả giải quyết", "What came of it"),
    BookStepKind.RECLASSIFIED: Words("Phân loại lại", "Classed anew"),
    BookStepKind.EXTENDED: Words("Gia hạn giải quyết", "Settling extended"),
}
OPEN, OVER = "dang-xu-ly", "da-xong"
#: So many entries are opened to look for a name, the newest first; a commune's year has a few hundred.
MOST_OPENED = 5_000
TO_HANDLE = Words("xử lý trước {day}", "to be handled by {day}")
TO_SETTLE = Words("giải quyết trước {day}", "to be settled by {day}")
LATE = Words("hết hạn {day}", "was due {day}")


@dataclass(frozen=True, slots=True)
class Sought:
    """Which part of the book."""

    year: int
    unit: UUID | None = None
    state: str = ""
    matter: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry; `neutral`: this person learns no more than that there is one."""

    row: BookEntry
    unit_name: str
    neutral: bool

    @property
    def matter(self) -> Matter:
        """What it is by now."""
        return matter_of(self.row)

    @property
    def matter_words(self) -> Words:
        """The same for people."""
        return MATTERS[self.matter]

    @property
    def handled(self) -> BookStep | None:
        """The way it went, once it has."""
        return next((step for step in self.row.steps.all() if step.kind in HANDLED), None)

    @property
    def results(self) -> list[BookStep]:
        """What came of it."""
        return [step for step in self.row.steps.all() if step.kind == BookStepKind.RESULT]

    @property
    def extensions(self) -> list[BookStep]:
        """Until when, why and by which paper it was given more time."""
        return [step for step in self.row.steps.all() if step.kind == BookStepKind.EXTENDED]

    @property
    def steps(self) -> list[tuple[Words, BookStep, Words | None]]:
        """What was done, in words; of a class that was put right, which it is."""
        return [
            (STEPS[BookStepKind(step.kind)], step, MATTERS[Matter(step.matter)] if step.matter else None)
            for step in self.row.steps.all()
        ]

    def terms(self) -> tuple[datetime.date, datetime.date]:
        """Until when it is handled and settled, by the class it has now, its acceptance and what it was extended to."""
        terms = terms_now(self.row)
        return terms.handle_by, terms.settle_by

    def state(self, today: datetime.date) -> tuple[str, Words]:
        """How it stands on a day."""
        handle_by, settle_by = self.terms()
        way = self.handled
        if way is None:
            late = handle_by < today
            return ("late" if late else "soon"), (LATE if late else TO_HANDLE).fill(day=formats.day(handle_by))
        if way.kind == BookStepKind.ACCEPTED and not self.results:
            late = settle_by < today
            return ("late" if late else "soon"), (LATE if late else TO_SETTLE).fill(day=formats.day(settle_by))
        return "ok", STEPS[BookStepKind(self.results[-1].kind if self.results else way.kind)]


class Book:
    """The book as one person may read it at one moment."""

    def __init__(self, actor: Account, *, now: datetime.datetime) -> None:
        self._actor, self._now = actor, now
        self._day = registry.day_of(now)

    @cached_property
    def own(self) -> set[UUID]:
        """The units whose book this person keeps."""
        return units_where(self._actor, Right.RECEPTION, now=self._now)

    @cached_property
    def rooms(self) -> set[UUID]:
        """The reception rooms this person may play back: their entries are read, not written."""
        seen = self._reach[Right.PLAYBACK]
        return set(Room.objects.filter(id__in=seen, room_type=RoomType.RECEPTION_ROOM).values_list("id", flat=True))

    @cached_property
    def _left(self) -> set[UUID]:
        """The reception rooms of this person in which the book of a unit goes on that has ended: somebody must."""
        return self._reach[Right.RECEPTION]

    @cached_property
    def _reach(self) -> dict[Right, set[UUID]]:
        return rooms_where_each(self._actor, (Right.PLAYBACK, Right.RECEPTION), now=self._now)

    @cached_property
    def _ended(self) -> Q:
        return Q(unit__valid_until__lte=self._day, session__room__in=self._left)

    @cached_property
    def _standing(self) -> Standing:
        return standing_of(self._actor, now=self._now)

    def found(self, sought: Sought) -> QuerySet[BookEntry]:
        """The entries of that part, the newest first."""
        rows = BookEntry.objects.filter(
            Q(unit__in=self.own) | self._ended | Q(session__room__in=self.rooms), year=sought.year
        )
        if sought.unit:
            rows = rows.filter(unit=sought.unit)
        way = BookStep.objects.filter(entry=OuterRef("id"))
        over = Exists(way.filter(kind__in=(BookStepKind.RETURNED, BookStepKind.FORWARDED, BookStepKind.RESULT)))
        if sought.state in (OPEN, OVER):
            rows = rows.filter(over if sought.state == OVER else ~over)
        if sought.matter in Matter.values:
            # What is restricted is found by no class: that would tell which it is.
            rows = rows.filter(matter=sought.matter, session__restriction__isnull=True)
            rows = rows.exclude(matter=Matter.DENUNCIATION).exclude(steps__matter=Matter.DENUNCIATION)
        return rows.order_by("-year", "unit", "-number")

    def lines(self, rows: Iterable[BookEntry]) -> list[Line]:
        """The entries as this person may know them."""
        found = list(rows)
        names = registry.names_on({row.unit_id for row in found}, self._day)
        return [Line(row, names[row.unit_id].name if row.unit_id in names else "", self._neutral(row)) for row in found]

    def one(self, entry: UUID) -> Line:
        """One entry."""
        return self.lines(related(BookEntry.objects.filter(id=entry)))[0]

    def keeps(self, row: BookEntry) -> bool:
        """Whether this person keeps the book of that unit, or goes on with what it left."""
        return row.unit_id in self.own or (_is_over(row.unit, self._day) and row.session.room_id in self._left)

    def named(self, name: str, year: int) -> tuple[list[Line], bool]:
        """The entries of the year, in books that this person keeps, of somebody with that name or spoken for by them;
        and whether these were all. What is restricted for this person is not looked at.

        Names lie closed and are opened here one by one, in no more than one year of one's own book. An index of their
        words under a key was dropped: half of all people share three family names, so a copy of the database would tell
        by counting which mark is which name.
        """
        words = words_of(name)
        rows = related(BookEntry.objects.filter(Q(unit__in=self.own) | self._ended, year=year))
        some = list(rows.order_by("-number", "id")[: MOST_OPENED + 1]) if words else []
        found = [line for line in self.lines(some[:MOST_OPENED]) if not line.neutral and _is_of(line.row, words)]
        return found, len(some) <= MOST_OPENED

    def waiting(self, most: int | None = None) -> list[Line]:
        """What waits in the person's own book, by its term."""
        rows = BookEntry.objects.filter(Q(unit__in=self.own) | self._ended, year__gte=self._day.year - 1)
        over = Exists(
            BookStep.objects.filter(entry=OuterRef("id")).filter(
                kind__in=(BookStepKind.RETURNED, BookStepKind.FORWARDED, BookStepKind.RESULT)
            )
        )
        lines = self.lines(related(rows.filter(~over).order_by("handle_by", "number"))[:200])
        open_ones = [line for line in lines if not line.neutral]
        order = {line.row.id: line.terms()[1 if line.handled else 0] for line in open_ones}
        return sorted(open_ones, key=lambda line: order[line.row.id])[:most]

    def _neutral(self, row: BookEntry) -> bool:
        restricted = row.session.restriction_id is not None or matter_of(row) is Matter.DENUNCIATION
        if not restricted:
            return False
        receiver, room = row.session.received_by_id, row.session.room_id
        return not passes_restriction(self._standing, receiver, room, Right.PLAYBACK)


def _is_over(unit: Unit, day: datetime.date) -> bool:
    return unit.valid_until is not None and unit.valid_until <= day


def _is_of(row: BookEntry, words: list[str]) -> bool:
    told = search_key(f"{row.person.name} {row.person.representatives}").split()
    return all(any(part.startswith(word) for part in told) for word in words)


def related(rows: QuerySet[BookEntry]) -> QuerySet[BookEntry]:
    """The rows with all that their lines speak of, in a few queries."""
    found = rows.select_related("unit", "session__room", "session__received_by", "person", "written_by")
    return found.prefetch_related("steps__by")


def years_of(rows: QuerySet[BookEntry], now: datetime.datetime) -> list[int]:
    """The years that have entries, and this one."""
    return sorted({registry.day_of(now).year, *rows.order_by().values_list("year", flat=True).distinct()}, reverse=True)
