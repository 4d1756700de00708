"""Moments of which there is neither footage nor a recorded reason why not: each is a finding of its own.

Owns what a person may read of it, a month at a time: counts and lost moments as the worker compared them last
(`actions.comparing`), in the rooms within reach. Promises a number of queries that does not grow with moments, and that
nothing is told of restricted time: a room that has such in the month is compared while the page is made, its other
moments alone. Leaves comparing to `actions.comparing`, deciding to `access`.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Min, Q, Sum

from minhbach.centre.access.deciding import rooms_where, standing_of
from minhbach.centre.access.models import Account
from minhbach.centre.access.restricting import closed_spans, is_closed
from minhbach.centre.footage.actions.comparing import DAY, GRACE, judged, moments_of, us_of
from minhbach.centre.footage.actions.marks import Moment
from minhbach.centre.footage.models import ComparedDay, LostMoment, LostWhy
from minhbach.centre.footage.timeline import moment, us
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Counter, Room, Tenure, UnitName
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

#: Who may ask what became of a moment: the same as of any moment.
RIGHTS = (Right.PLAYBACK, Right.HEALTH)
#: So many of the lost on one page.
PAGE = 50
UNSEEN = Words("Không camera nào ghi quầy này lúc đó", "No camera recorded this counter then")
LATE_LOG = Words("Nhật ký của đầu ghi chưa về tới lúc đó", "The recorder's log has not come that far")
NOT_TOLD = Words("Không có hình, nhật ký không ghi lý do", "No footage, and the log gives no reason")
WHY = {
    LostWhy.UNSEEN: ("fault", UNSEEN), LostWhy.LATE_LOG: ("soon", LATE_LOG), LostWhy.NOT_TOLD: ("fault", NOT_TOLD),
}  # fmt: skip
Spans = dict[UUID, list[tuple[datetime.datetime, datetime.datetime]]]


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
    """All moments of a month, and a page of those that came out with neither; the newest first."""

    begin: datetime.datetime
    until: datetime.datetime
    seen: int
    explained: int
    lost: list[Lost]
    #: How many there are; ``lost`` holds those after the first ``skipped``.
    lost_count: int
    skipped: int
    #: The first days of the months that can be chosen, the newest first.
    months: list[datetime.date]

    @property
    def month(self) -> datetime.date:
        """Its first day."""
        return self.begin.date()


def compared(actor: Account, *, now: datetime.datetime, month: datetime.date | None = None, skip: int = 0) -> Compared:
    """The moments of a month in the rooms within the person's reach, against what was recorded; of this one where none
    is said, or it is still to come.
    """
    this = registry.day_of(now).replace(day=1)
    first = min(month or this, this)
    end = _after(first)
    begin_us, end_us = us_of(first), min(us_of(end), us(now - GRACE))
    standing = standing_of(actor, now=now)
    readable, kept = (rooms_where(actor, right, now=now) for right in RIGHTS)
    rooms = readable | kept
    closed: Spans = closed_spans(standing, Right.PLAYBACK, rooms, moment(begin_us), moment(max(begin_us, end_us)))
    seen, explained = _counts(rooms - closed.keys(), first, end)
    for each in judged(moments_of(closed.keys(), begin_us, end_us)):
        if each.why is None and not is_closed(closed[each.asked.room], moment(each.asked.at_us)):
            seen, explained = seen + each.seen, explained + (not each.seen)
    lost = LostMoment.objects.filter(room__in=rooms, at_us__gte=begin_us, at_us__lt=us_of(end)).exclude(_within(closed))
    page = lost.select_related("mark").order_by("-at_us", "-mark_id")[skip : skip + PAGE]
    return Compared(
        moment(begin_us), moment(max(begin_us, end_us)), seen, explained, _told(page, readable), lost.count(), skip,
        _months(rooms, this),
    )  # fmt: skip


def _after(first: datetime.date) -> datetime.date:
    return (first + 31 * DAY).replace(day=1)


def _counts(rooms: Collection[UUID], first: datetime.date, end: datetime.date) -> tuple[int, int]:
    """How many had footage, and how many a reason why not."""
    rows = ComparedDay.objects.filter(room__in=rooms, day__gte=first, day__lt=end)
    found = rows.aggregate(seen=Sum("seen"), explained=Sum("explained"))
    return found["seen"] or 0, found["explained"] or 0


def _within(closed: Spans) -> Q:
    """The condition for moments in restricted time."""
    found = Q(pk__in=[])
    for room, spans in closed.items():
        for begin, end in spans:
            found |= Q(room=room, at_us__gte=us(begin), at_us__lt=us(end))
    return found


def _months(rooms: Collection[UUID], this: datetime.date) -> list[datetime.date]:
    """From the first month that has moments here up to this one."""
    first = ComparedDay.objects.filter(room__in=rooms).aggregate(first=Min("day"))["first"]
    months = [(first or this).replace(day=1)]
    while months[-1] < this:
        months.append(_after(months[-1]))
    return months[::-1]


def _names_of(places: Collection[tuple[UUID, datetime.date]]) -> dict[tuple[UUID, datetime.date], str]:
    """What the unit was called that held the room on the day; two queries, however many days."""
    held: dict[UUID, list[tuple[UUID, datetime.date, datetime.date | None]]] = {}
    tenures = Tenure.objects.filter(room__in={room for room, _ in places})
    for room, unit, begin, end in tenures.values_list("room", "unit", "valid_from", "valid_until"):
        held.setdefault(room, []).append((unit, begin, end))
    called: dict[UUID, list[tuple[datetime.date, str]]] = {}
    names = UnitName.objects.filter(unit__in={unit for each in held.values() for unit, *_ in each})
    for unit, begin, name in names.order_by("valid_from").values_list("unit", "valid_from", "name"):
        called.setdefault(unit, []).append((begin, name))
    found: dict[tuple[UUID, datetime.date], str] = {}
    for room, day in places:
        holders = (unit for unit, begin, end in held.get(room, ()) if begin <= day and (end is None or day < end))
        of_then = [name for unit in holders for begin, name in called.get(unit, ()) if begin <= day]
        if of_then:
            found[room, day] = of_then[-1]
    return found


def _told(page: Iterable[LostMoment], readable: Collection[UUID]) -> list[Lost]:
    found = list(page)
    rooms = Room.objects.in_bulk({each.room_id for each in found})
    counters = Counter.objects.in_bulk({each.mark.counter_id for each in found if each.mark.counter_id})
    names = _names_of({(each.room_id, moment(each.at_us).date()) for each in found})
    return [
        Lost(
            at=moment(each.at_us),
            # Without the right to the footage the dossier's code is not told, only what kind of moment it was.
            what=Words(each.mark.vi, each.mark.en) if each.room_id in readable else Moment(each.mark.kind).words,
            room=rooms[each.room_id],
            unit_name=names.get((each.room_id, moment(each.at_us).date()), ""),
            counter=counters.get(each.mark.counter_id) if each.mark.counter_id else None,
            why=WHY[LostWhy(each.why)],
        )
        for each in found
    ]
