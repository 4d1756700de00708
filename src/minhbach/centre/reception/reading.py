"""Sessions as a person may know them; reads only.

A restricted session is told to its receiver, and to who has a grant of two signatures; to everybody else only that some
of the room's time is restricted, and how often that was so. Promises queries that do not grow with sessions.
"""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict

from minhbach.centre.access.deciding import rooms_where, standing_of, units_where
from minhbach.centre.access.judging import Standing, judge, passes_restriction
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import place_of_room
from minhbach.centre.look.paging import part
from minhbach.centre.reception.actions.sessions import ends_by
from minhbach.centre.reception.book import Book, Line, related
from minhbach.centre.reception.figures import people_of
from minhbach.centre.reception.models import Reopening, Session, SessionEvent, SessionEventKind, SessionKind
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Room, RoomType
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

KINDS = {
    SessionKind.REGULAR: Words("Thường xuyên", "Ordinary"),
    SessionKind.SCHEDULED: Words("Định kỳ", "On a reception day"),
    SessionKind.ADHOC: Words("Đột xuất", "Unscheduled"),
    SessionKind.ONLINE: Words("Trực tuyến", "Online"),
}
EVENTS = {
    SessionEventKind.OPENED: Words("Mở buổi tiếp", "Opened"),
    SessionEventKind.CLOSED: Words("Kết thúc buổi tiếp", "Closed"),
    SessionEventKind.RESTRICTED: Words("Hạn chế xem toàn bộ buổi tiếp và giữ hình", "Restricted as a whole, and held"),
    SessionEventKind.REOPENED: Words("Bỏ hạn chế, có hai người ký", "Opened again by two people"),
}
#: Closed by the system.
ENDED = Words("Buổi tiếp tự kết thúc khi hết thời gian dài nhất", "Ended by itself after the longest time")
NEUTRAL = Words("Khoảng thời gian bị hạn chế", "Restricted time")


@dataclass(frozen=True, slots=True)
class Told:
    """A session; `neutral`: this person learns no more than that its time is restricted."""

    session: Session
    unit_name: str
    neutral: bool
    #: How many came.
    people: int

    @property
    def restricted(self) -> bool:
        """Whether its time is closed to others."""
        return self.session.restriction_id is not None

    @property
    def kind(self) -> Words:
        """By which kind of reception."""
        return KINDS[SessionKind(self.session.kind)]


@dataclass(frozen=True, slots=True)
class Place:
    """A reception room where the person may receive, and its open session."""

    room: Room
    unit_name: str
    open: Session | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The rooms where one may receive, a page of the sessions one may know of, and how many were restricted this year.

    `pager`: what `components/pager.html` shows.
    """

    places: list[Place]
    sessions: list[Told]
    count: int
    pager: dict[str, object]
    restricted_this_year: int


@dataclass(frozen=True, slots=True)
class SessionPage:
    """One session as this person may know it."""

    told: Told
    events: list[tuple[SessionEvent, Words]]
    waiting: Reopening | None
    #: May open, close and mark it. Whoever may closes it, restricted or not.
    keeps: bool
    #: When it ends by itself where nobody closes it.
    ends_by: datetime.datetime
    #: May be the second who opens it again.
    decides: bool
    #: The room's page at that time; empty without the right.
    url_us: int
    #: What was written in the book of it.
    entries: list[Line]


def overview(actor: Account, asked: QueryDict, *, now: datetime.datetime) -> Overview:
    """What the page of sessions shows; `asked`: the address, which says which page of them."""
    day = registry.day_of(now)
    units = units_where(actor, Right.RECEPTION, now=now)
    own = list(registry.rooms_of(units, day).filter(room_type=RoomType.RECEPTION_ROOM)) if units else []
    seen = {each.id for each in own} | _reception_rooms(rooms_where(actor, Right.PLAYBACK, now=now))
    rows = Session.objects.filter(room__in=seen).select_related("room", "received_by").order_by("-opened_at", "-id")
    standing = standing_of(actor, now=now)
    here = part(rows, asked)
    open_now = {row.room_id: row for row in Session.objects.filter(room__in=own, closed_at__isnull=True)}
    holders = registry.holders_on([each.id for each in own], day)
    came = people_of(row.id for row in here.rows)
    names = registry.names_on({*holders.values(), *(row.unit_id for row in here.rows)}, day)
    return Overview(
        places=[
            Place(each, names[holders[each.id]].name if each.id in holders else "", open_now.get(each.id))
            for each in own
        ],
        sessions=[
            _told(row, standing, names[row.unit_id].name if row.unit_id in names else "", came[row.id])
            for row in here.rows
        ],
        count=here.count,
        pager=here.pager,
        restricted_this_year=rows.filter(restriction__isnull=False, year=day.year).count(),
    )


def _reception_rooms(rooms: Collection[UUID]) -> set[UUID]:
    kept = Room.objects.filter(id__in=rooms, room_type=RoomType.RECEPTION_ROOM)
    return set(kept.values_list("id", flat=True))


def session_page(actor: Account, session: UUID, *, now: datetime.datetime) -> SessionPage:
    """An existing session; whether the person may come here at all is decided before."""
    row = Session.objects.select_related("room", "received_by").get(id=session)
    standing, place = standing_of(actor, now=now), place_of_room(row.room_id, now)
    name = registry.name_on(row.unit_id, registry.day_of(row.opened_at)).name
    told = _told(row, standing, name, people_of([row.id])[row.id])
    waiting = row.reopenings.filter(decided_at__isnull=True).select_related("asked_by").first()
    keeps = judge(standing, Right.RECEPTION, place).allowed
    plays = judge(standing, Right.PLAYBACK, place).allowed and not told.neutral
    events: Sequence[SessionEvent] = () if told.neutral else list(row.events.select_related("made_by"))
    return SessionPage(
        told=told,
        events=[(event, _happened(event)) for event in events],
        waiting=waiting,
        keeps=keeps,
        ends_by=ends_by(row),
        decides=waiting is not None
        and actor.person_id not in (waiting.asked_by_id, row.received_by_id)
        and judge(standing, Right.GRANT, place).allowed,
        url_us=round(row.opened_at.timestamp() * 1_000_000) if plays else 0,
        entries=[] if told.neutral else Book(actor, now=now).lines(related(row.entries.order_by("number"))),
    )


def _happened(event: SessionEvent) -> Words:
    if event.kind == SessionEventKind.CLOSED and event.made_by_id is None:
        return ENDED
    return EVENTS[SessionEventKind(event.kind)]


def _told(row: Session, standing: Standing, unit_name: str, people: int) -> Told:
    passes = passes_restriction(standing, row.received_by_id, row.room_id, Right.PLAYBACK)
    return Told(row, unit_name, neutral=row.restriction_id is not None and not passes, people=people)
