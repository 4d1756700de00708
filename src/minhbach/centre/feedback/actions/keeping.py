"""Footage kept at once because a citizen complained, within what the regulation lets complaints keep.

Whoever sends complaints by the hundred must not fill a recorder's disk: what is kept already is not kept twice, a
room's day has so many minutes for all complaints together, and half of them at most for those that prove no visit.
Beyond that those who may hold are told, and decide themselves.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection

from minhbach.centre.access.people import people_who
from minhbach.centre.feedback.models import NotHeld
from minhbach.centre.footage.actions.holds import LEGAL_HOLD, HoldRefused, hold_room
from minhbach.centre.footage.models import Hold, HoldOrigin, LegalHold
from minhbach.centre.footage.timeline import moment, us
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.messaging.models import Notice
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.actors import System
from minhbach.centre.registry.models import Camera, Room
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Times
from minhbach.centre.words import Words

CITIZENS = System("feedback")
ORIGINS = (HoldOrigin.RATING, HoldOrigin.PETITION)
LIMIT_NOTICE = "hold_limit"
LIMIT = Words(
    "{room}: hình giữ lại theo phản ánh trong ngày đã đến mức tối đa ({minutes} phút). Phản ánh sau đó vẫn được nhận, "
    "nhưng chưa giữ hình: hãy xem và quyết định.",
    "{room}: complaints have had as much footage kept as a day allows ({minutes} minutes). Later ones are taken in, "
    "but nothing is kept for them: look at them and decide.",
)
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 15))"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be kept, and for what. Times are Unix µs; `reference` leads to the page of `route`."""

    room: UUID
    begin_us: int
    end_us: int
    origin: HoldOrigin
    route: str
    reference: str
    reason: Words
    #: Those that saw it; none: all of the room.
    cameras: tuple[UUID, ...] = ()
    #: Whether who says it held a receipt, or stood at the counter.
    proved: bool = True


def keep(wanted: Wanted, times: Times, *, now: datetime.datetime) -> tuple[LegalHold | None, NotHeld | str]:
    """Hold it, or find it held; none and why otherwise. Inside the transaction of what it is for."""
    end_us = min(wanted.end_us, us(now))
    if not wanted.begin_us < end_us:
        return None, NotHeld.NO_FOOTAGE
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [str(wanted.room)])  # two complaints at once must not both find room below the limit
    if (there := _held_already(wanted, end_us)) is not None:
        return there, ""
    most = times.feedback_held_minutes_day * 60_000_000 // (1 if wanted.proved else 2)
    if _kept_us(wanted.room, (wanted.begin_us, end_us), now) > most:
        _tell_limit(wanted.room, times, now)
        return None, NotHeld.LIMIT
    try:
        made = hold_room(
            CITIZENS, room=wanted.room, cameras=wanted.cameras, begin_us=wanted.begin_us, end_us=end_us,
            reason=wanted.reason.vi, origin=wanted.origin, route=wanted.route, reference=wanted.reference, now=now,
        )  # fmt: skip
    except HoldRefused:
        return None, NotHeld.NO_FOOTAGE
    return made, ""


def keep_rest(wanted: Wanted, first: LegalHold, times: Times, *, now: datetime.datetime) -> LegalHold | None:
    """Hold what had not happened yet when `first` was placed, once that is past; none where there is nothing to do.

    What was placed once is never placed anew: people may have let it go since, as they may have `first`.
    """
    if not first.end_us < wanted.end_us <= us(now) or _unwanted(first):
        return None
    rest = replace(wanted, begin_us=first.end_us)
    if LegalHold.objects.filter(origin=rest.origin, reference=rest.reference, begin_us=rest.begin_us).exists():
        return None
    made, _ = keep(rest, times, now=now)
    return made if made is not None and made.reference == rest.reference else None


def around(at: datetime.datetime, times: Times) -> tuple[int, int]:
    """The stretch that a low rating of a moment has kept, Unix µs."""
    before = datetime.timedelta(minutes=times.feedback_hold_before_minutes)
    after = datetime.timedelta(minutes=times.feedback_hold_after_minutes)
    return us(at - before), us(at + after)


def seeing(counter: UUID | None, day: datetime.date) -> tuple[UUID, ...]:
    """The cameras that saw the counter on the day; none where it is not known."""
    return tuple(registry.cameras_of(counter, day, day).values_list("id", flat=True)) if counter else ()


def _held_already(wanted: Wanted, end_us: int) -> LegalHold | None:
    """What is kept for complaints, covers the whole of it, and nobody wants released."""
    cameras = Camera.objects.filter(room=wanted.room)
    names = set((cameras.filter(id__in=wanted.cameras) if wanted.cameras else cameras).values_list("name", flat=True))
    rows = LegalHold.objects.filter(
        room=wanted.room, origin__in=ORIGINS, begin_us__lte=wanted.begin_us, end_us__gte=end_us
    )
    for row in rows:
        orders = Hold.objects.filter(kind=LEGAL_HOLD, reference=str(row.id))
        if _unwanted(row) or orders.exclude(refused_en="").exists():
            continue
        if not names - set(orders.values_list("camera", flat=True)):
            return row
    return None


def _unwanted(hold: LegalHold) -> bool:
    """Whether two people let it go."""
    return Hold.objects.filter(
        kind=LEGAL_HOLD, reference=str(hold.id), release_asked_at__isnull=False
    ).exists()  # fmt: skip


def _kept_us(room: UUID, more: tuple[int, int], now: datetime.datetime) -> int:
    """How much would be kept, with this stretch, of its day's footage, or as asked for today, whichever is more."""
    asked = _day(now)
    day = [us(edge) for edge in _day(moment(more[0]))]
    rows = LegalHold.objects.filter(room=room, origin__in=ORIGINS)
    return max(
        _length([more, *rows.filter(begin_us__gte=day[0], begin_us__lt=day[1]).values_list("begin_us", "end_us")]),
        _length([more, *rows.filter(asked_at__gte=asked[0], asked_at__lt=asked[1]).values_list("begin_us", "end_us")]),
    )


def _length(spans: Iterable[tuple[int, int]]) -> int:
    """Of all together: what several keep is on the disk once."""
    total = reached = 0
    for begin, end in sorted(spans):
        total += max(0, end - max(begin, reached))
        reached = max(reached, end)
    return total


def _day(at: datetime.datetime) -> tuple[datetime.datetime, datetime.datetime]:
    begin = at.astimezone(registry.VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    return begin, begin + datetime.timedelta(days=1)


def _tell_limit(room: UUID, times: Times, now: datetime.datetime) -> None:
    """Those who may hold there, once a day."""
    told = Notice.objects.filter(kind=LIMIT_NOTICE, reference=str(room), sent_at__gte=_day(now)[0])
    if told.exists():
        return
    name = Room.objects.values_list("name", flat=True).get(id=room)
    words = LIMIT.fill(room=name, minutes=times.feedback_held_minutes_day)
    to = sorted(people_who(Right.HOLD, room, now=now))
    send(to=to, kind=LIMIT_NOTICE, words=words, link=Link("room", str(room)), now=now)
