"""A session of reception: opened and closed, each with its mark on the room's timeline, written together or not at all.

Whoever keeps the book opens it, and says who receives: themselves, the head, or whom a decision names for the day. A
reception day is kept by the last two alone (`keeping`), so a session of that kind has one of them as its receiver.
The mark of an open session is a moment; when it is closed, the stretch stands in its place. Words name nobody who was
received. While a session lasts its receiver sees and hears the room by a grant that ends with it; afterwards, for as
long as a grant may last, its footage by one that reaches no further than the session.

No session lasts longer than the regulation of its day lets one last (`ends_by`), however late it is closed. One that
nobody closes is closed by `ending`, so that what is restricted of the room ends with it too.
"""

import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Sum

from minhbach.centre.access.actions.grants import GrantRefused, Terms, end_grant, grant_for, longest_until
from minhbach.centre.access.actions.grants import end_restricted_time as end_restriction
from minhbach.centre.access.models import Grant
from minhbach.centre.access.recording import record
from minhbach.centre.footage.actions.marks import Moment, mark, withdraw_mark
from minhbach.centre.footage.timeline import us
from minhbach.centre.reception.heads import heads_of, receivers_of
from minhbach.centre.reception.holding import hold_session
from minhbach.centre.reception.models import (
    BOX,
    MOST_PEOPLE,
    Running,
    Session,
    SessionEvent,
    SessionEventKind,
    SessionKind,
)
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.actors import Actor, person_id_of
from minhbach.centre.registry.models import Person, Room, RoomType
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Rules
from minhbach.centre.words import Words

APP = "reception"
#: The name of the route that leads from an event to its session, for marks.
ROUTE = "session_event"
#: How long a session lasts at most where no regulation says it.
UNRULED = datetime.timedelta(hours=12)
NO_ROOM = Words("Phòng này không tiếp công dân hôm nay.", "Citizens are not received in this room today.")
OPEN_ALREADY = Words(
    "Phòng đang có một buổi tiếp chưa kết thúc. Hãy kết thúc buổi đó trước.",
    "A session is open in this room. Close it first.",
)
CLOSED_ALREADY = Words("Buổi tiếp này đã kết thúc.", "This session was closed before.")
HOW_MANY = Words(
    "Số người từ 1 đến 500; chỉ buổi tiếp định kỳ được ghi 0 khi chưa có ai đến.",
    "From 1 to 500 people; 0 on a reception day alone, where nobody came yet.",
)
FEWER = Words(
    "Số người không được ít hơn số người đã ghi trong sổ tiếp công dân của buổi này. Hãy đếm lại.",
    "The book has more people of this session than that. Count again.",
)
WHICH_KIND = Words("Hãy chọn hình thức tiếp.", "Choose the kind of reception.")
NOT_TO_BE_NAMED = Words(
    "Người tiếp là chính mình, người đứng đầu đơn vị, hoặc người được phân công bằng văn bản cho ngày này.",
    "Whoever receives is oneself, the head of the unit, or whom a decision names for this day.",
)
HEAD_RECEIVES = Words(
    "Buổi tiếp định kỳ do người đứng đầu, hoặc người được phân công bằng văn bản cho ngày này, tiếp. Hãy chọn đúng "
    "người tiếp, hoặc hình thức tiếp khác.",
    "On a reception day the head receives, or whom a decision names for it. Choose who receives, or another kind.",
)
_OPENED = Words("Mở buổi tiếp công dân {number}: {people} người", "Reception {number} opened: {people} people")
_HELD = Words("Buổi tiếp công dân {number}: {people} người", "Reception {number}: {people} people")
_NEXT = """
    INSERT INTO {table} (unit_id, box, name, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (unit_id, box, name) DO UPDATE SET last = {table}.last + 1 RETURNING last
"""


@transaction.atomic
def open_session(
    actor: Person, *, room: Room, kind: str, people: int, now: datetime.datetime, received_by: UUID | None = None
) -> Session:
    """The actor, or who is named, receives citizens in the room from now on. Raises NotPossible."""
    unit = _holder_of(room, now)
    if kind not in SessionKind.values:
        raise NotPossible(WHICH_KIND, "kind")
    _refuse_number(kind, people)
    receiver = received_by or actor.id
    leading = receivers_of(unit, registry.day_of(now))
    if receiver != actor.id and receiver not in leading:
        raise NotPossible(NOT_TO_BE_NAMED, "received_by")
    if kind == SessionKind.SCHEDULED and receiver not in leading:
        raise NotPossible(HEAD_RECEIVES, "received_by")
    Room.objects.select_for_update().get(id=room.id)  # two who open at once: the second is told
    if Session.objects.filter(room=room, closed_at__isnull=True).exists():
        raise NotPossible(OPEN_ALREADY)
    year = registry.day_of(now).year
    session = Session.objects.create(
        unit_id=unit,
        year=year,
        number=next_number(unit, f"sessions {year}"),
        room=room,
        kind=kind,
        people=people,
        received_by_id=receiver,
        opened_at=now,
    )
    event = write_event(actor, session, SessionEventKind.OPENED, now=now)
    _mark(actor, session, event, _OPENED, end=now)
    _let_the_receiver_see(session, now)
    return session


@transaction.atomic
def close_session(actor: Actor, *, session: Session, people: int | None = None, now: datetime.datetime) -> Session:
    """The citizens have left; how many came in all: as many as was said before, or stand in the book, where nobody
    says it. Raises NotPossible.
    """
    row = Session.objects.select_for_update().get(id=session.id)
    if row.closed_at is not None:
        raise NotPossible(CLOSED_ALREADY)
    row.closed_at = min(max(now, row.opened_at + datetime.timedelta(milliseconds=1)), ends_by(row))
    written = written_people(row)
    if people is None:
        people = max(row.people, written)
    _refuse_number(row.kind, people)
    if people < written:
        raise NotPossible(FEWER, "people")
    row.people = people
    row.save(update_fields=["closed_at", "people"])
    event = write_event(actor, row, SessionEventKind.CLOSED, now=now)
    opened = row.events.get(kind=SessionEventKind.OPENED)
    withdraw_mark(actor, kind=Moment.SESSION, reference=str(opened.id), now=now)
    _mark(actor, row, event, _HELD, end=row.closed_at)
    for grant in Grant.objects.filter(reference=_reference(row), ended_at__isnull=True):
        end_grant(APP, grant.id, now=now, told=False)
    _let_the_receiver_look_back(row, now)
    if row.restriction_id is not None:
        end_restriction(APP, row.restriction_id, end=row.closed_at, now=now)
        hold_session(row, row.closed_at, now=now)
    return row


def _refuse_number(kind: str, people: int) -> None:
    if not (0 if kind == SessionKind.SCHEDULED else 1) <= people <= MOST_PEOPLE:
        raise NotPossible(HOW_MANY, "people")


def written_people(session: Session) -> int:
    """How many came by what stands in the book of the session so far; no more than a session may have."""
    return min(session.entries.aggregate(came=Sum("people"))["came"] or 0, MOST_PEOPLE)


def ends_by(session: Session) -> datetime.datetime:
    """When the session is over at the latest: by the regulation of the day on which it was opened."""
    rules = _rules_of(session, session.opened_at)
    if rules is None:
        return session.opened_at + UNRULED
    return session.opened_at + datetime.timedelta(hours=rules.times.reception_session_longest_hours)


def write_event(actor: Actor, session: Session, kind: SessionEventKind, *, now: datetime.datetime) -> SessionEvent:
    """One more event of the session, and a line of the audit log that says no more than the kind."""
    record(
        APP, f"session_{kind}", now=now, about=("session", session.id), details={"by": str(person_id_of(actor) or APP)}
    )
    return SessionEvent.objects.create(
        unit_id=session.unit_id,
        number=next_number(session.unit_id, "events"),
        session=session,
        kind=kind,
        at=now,
        made_by_id=person_id_of(actor),
    )


def _mark(actor: Actor, session: Session, event: SessionEvent, words: Words, *, end: datetime.datetime) -> None:
    said = {"number": str(session), "people": session.people}
    mark(
        actor,
        room=session.room_id,
        kind=Moment.SESSION,
        reference=str(event.id),
        words=Words(words.vi.format(**said), words.en.format(**said)),
        right=Right.PLAYBACK,
        begin_us=us(session.opened_at),
        end_us=us(end),
        route=ROUTE,
        now=event.at,
    )


def _holder_of(room: Room, now: datetime.datetime) -> UUID:
    day = registry.day_of(now)
    holder = registry.holder_on(room.id, day)
    if holder is None or room.room_type != RoomType.RECEPTION_ROOM or not room.is_true_on(day):
        raise NotPossible(NO_ROOM)
    return holder


def next_number(unit: UUID, name: str) -> int:
    """The next number of a series of the unit, without holes: of a year's sessions, its book, all events."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT.format(table=Running._meta.db_table), [unit, BOX, name])
        (number,) = cursor.fetchone()
    return int(number)


def _reference(session: Session) -> str:
    return f"session:{session.id}"


def _let_the_receiver_see(session: Session, now: datetime.datetime) -> None:
    """Live and sound for as long as it lasts, and no longer than the regulation lets one last."""
    if _rules_of(session, now) is not None:
        _grant(session, {Right.LIVE, Right.SOUND}, ends_by(session), None, now)


def _let_the_receiver_look_back(session: Session, now: datetime.datetime) -> None:
    """Playback and sound of the session alone."""
    law = regulation.laws_of([session.unit_id], registry.day_of(now))[session.unit_id]
    if law.rules is None or session.closed_at is None:
        return
    _grant(session, {Right.PLAYBACK, Right.SOUND}, longest_until(law, now), (session.opened_at, session.closed_at), now)


def _rules_of(session: Session, now: datetime.datetime) -> Rules | None:
    day = registry.day_of(now)
    return regulation.rules_for([step.unit for step in registry.path_to(session.unit_id, day)], day)


def _grant(
    session: Session,
    rights: set[Right],
    end: datetime.datetime,
    footage: tuple[datetime.datetime, datetime.datetime] | None,
    now: datetime.datetime,
) -> None:
    """To the receiver, by the head of the unit; who leads the unit needs none."""
    heads = heads_of(session.unit_id, registry.day_of(now))
    if not heads or session.received_by_id in heads:
        return
    terms = Terms(
        person=session.received_by_id,
        rights=frozenset(rights),
        rooms=frozenset({session.room_id}),
        begin=now,
        end=end,
        decision_number=f"Buổi tiếp {session}",
        reference=_reference(session),
        footage=footage,
    )
    try:
        grant_for(APP, terms=terms, granted_by=heads[0], told=False, now=now)
    except GrantRefused:  # the room is nobody's by now: there is nothing to see, and the session ends all the same
        return
