"""The book of citizens' requests as somebody reads it: by year, by unit, by how far, by what stands in it.

Owns which requests are in a person's reach and which of them are looked for. Promises that a page costs the same in a
book of thousands, and that a printed book leaves none out. Names lie closed in the rows, so a search opens those of the
year and of the person's reach one by one. Leaves what a row reads like to `subject_cases`.
"""

import datetime
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from minhbach.centre.access.deciding import rooms_where_each
from minhbach.centre.access.models import Account
from minhbach.centre.evidence.models import Act, Custody, CustodyKind, SubjectRequest
from minhbach.centre.evidence.subject_cases import WANTED, Case, cases
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.vietnamese import search_key, sort_key
from minhbach.centre.regulation.rights import Right

PAGE, BATCH = 50, 200
#: An office in which more waits reads the book.
MOST_WAITING = 100
SUBJECTS = frozenset({Right.SUBJECT_TAKE, Right.SUBJECT_DECIDE})
#: How far: being settled, or over.
OPEN, OVER = "dang-giai-quyet", "da-xong"
STATES = (OPEN, OVER)
_ENDS = (Act.REFUSED.value, Act.WITHDRAWN.value, Act.SHOWN.value, Act.ERASED.value)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which part of the book. `text` is looked for as it is typed in a hurry; `state` is one of `STATES` or empty."""

    year: int
    unit: UUID | None = None
    state: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, the newest first, and the place after which older ones begin; empty where there are none."""

    cases: list[Case]
    older: str


class SubjectBook:
    """As one person may read it at one moment."""

    def __init__(self, actor: Account, *, now: datetime.datetime) -> None:
        self._now = now
        rooms = rooms_where_each(actor, SUBJECTS, now=now)
        self._reach = SubjectRequest.objects.filter(room__in=set[UUID]().union(*rooms.values()))

    def page(self, sought: Sought, *, before: str = "") -> Page:
        """The rows after `before` (as `Page.older`); a place that is none begins at the newest."""
        rows = self._rows(sought)
        if place := _place(before):
            at, last = place
            rows = rows.filter(Q(received_at__lt=at) | Q(received_at=at, id__lt=last))
        found = cases(rows.order_by("-received_at", "-id")[: PAGE + 1], now=self._now)
        end = found[PAGE - 1].row if len(found) > PAGE else None
        return Page(found[:PAGE], f"{end.received_at.isoformat()}/{end.id}" if end else "")

    def whole(self, sought: Sought) -> Iterator[Case]:
        """All of it, unit by unit in the order of numbers, some rows at a time."""
        rows = self._rows(sought)
        for unit, _ in self._by_name(set(rows.order_by().values_list("unit", flat=True))):
            ids = list(rows.filter(unit=unit).order_by("number").values_list("id", flat=True))
            for begin in range(0, len(ids), BATCH):
                batch = SubjectRequest.objects.filter(id__in=ids[begin : begin + BATCH])
                yield from cases(batch.order_by("number"), now=self._now)

    def waiting(self) -> list[Case]:
        """What is not over, whatever its year, the most pressing first; of very much, what came first."""
        found = cases(_standing(self._reach, OPEN).order_by("received_at", "id")[:MOST_WAITING], now=self._now)
        return sorted(found, key=pressing)

    def waiting_count(self) -> int:
        """How many are not over."""
        return _standing(self._reach, OPEN).count()

    def units(self, year: int) -> list[tuple[UUID, str]]:
        """The units that have requests of the year in the person's reach, by name."""
        return self._by_name(set(self._reach.filter(year=year).order_by().values_list("unit", flat=True)))

    def years(self) -> list[int]:
        """This year and every other that has requests, the newest first."""
        found = self._reach.order_by().values_list("year", flat=True).distinct()
        return sorted({self._now.astimezone(registry.VIETNAM).year, *found}, reverse=True)

    def _rows(self, sought: Sought) -> QuerySet[SubjectRequest]:
        rows = self._reach.filter(year=sought.year)
        if sought.unit:
            rows = rows.filter(unit=sought.unit)
        if sought.state in STATES:
            rows = _standing(rows, sought.state)
        words = search_key(sought.text).split()
        return rows.filter(id__in=_named(rows, words)) if words else rows

    def _by_name(self, units: Collection[UUID]) -> list[tuple[UUID, str]]:
        names = registry.names_on(units, registry.day_of(self._now))
        named = [(unit, names[unit].name if unit in names else str(unit)) for unit in units]
        return sorted(named, key=lambda each: (sort_key(each[1]), each[0]))


def pressing(found: Case) -> tuple[bool, datetime.datetime]:
    """What comes first of what waits: what is late, then what is due."""
    return not found.late, found.until or found.row.received_at


def _standing(rows: QuerySet[SubjectRequest], state: str) -> QuerySet[SubjectRequest]:
    """Those that wait, or those that are over: a copy is settled when it was handed over, as `subject_cases` says."""
    mine = Custody.objects.filter(extraction__subject_step__request=OuterRef("id"), kind=CustodyKind.HANDED_OVER)
    over = Q(Exists(mine)) | Q(id__in=SubjectRequest.objects.filter(steps__kind__in=_ENDS).values("id"))
    return rows.filter(over) if state == OVER else rows.exclude(over)


def _named(rows: QuerySet[SubjectRequest], words: Sequence[str]) -> list[UUID]:
    """Those in which every word stands: number, what is asked, room, dossier, who took it, who asks."""
    found = []
    for row in rows.select_related("room", "person", "dossier", "taken_by"):
        person, wanted = getattr(row, "person", None), WANTED[row.wanted]
        said = [f"YC-{row}", f"{row.number}/{row.year}", wanted.vi, wanted.en, row.room.name, row.taken_by.full_name]
        said += [str(row.dossier or ""), person.name if person else "", person.represents if person else ""]
        text = search_key(" ".join(said))
        if all(word in text for word in words):
            found.append(row.id)
    return found


def _place(text: str) -> tuple[datetime.datetime, UUID] | None:
    at, _, last = text.partition("/")
    try:
        moment = datetime.datetime.fromisoformat(at)
        return (moment, UUID(last)) if moment.tzinfo else None
    except ValueError:
        return None
