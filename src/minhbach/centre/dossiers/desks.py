"""What a counter's desk and a dossier's page show; reads only.

Who has only footage rights sees the dossier without the citizen: no name, number, address or telephone.
"""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from minhbach.centre.access.deciding import standing_of, units_where
from minhbach.centre.access.judging import judge, rules_at
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import place_of_room
from minhbach.centre.access.restricting import closed_spans, is_closed
from minhbach.centre.dossiers.deadlines import due_at
from minhbach.centre.dossiers.models import Dossier, Event, EventKind, Procedure, Slip, State, Submitter
from minhbach.centre.dossiers.scanning import minute_of
from minhbach.centre.footage.actions.marks import Moment
from minhbach.centre.footage.timeline import RESTRICTED
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Counter, RoomType, true_on
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Scope
from minhbach.centre.words import Words

STATES = {
    State.RECEIVED: ("ok", Words("Đang giải quyết", "In progress")),
    State.REFUSED: ("fault", Words("Không tiếp nhận", "Not taken")),
    State.SUPPLEMENT: ("soon", Words("Chờ bổ sung giấy tờ", "Waiting for papers")),
    State.HANDED_BACK: ("unseen", Words("Đã trả kết quả", "Result handed over")),
}
LATE = ("late", Words("Quá hẹn", "Overdue"))
#: So many of a list are shown; the rest is a number.
MOST = 12


@dataclass(frozen=True, slots=True)
class Told:
    """An event of a dossier as this person may know it; ``url`` leads to its minute, empty without the right."""

    event: Event
    words: Words
    url: str


@dataclass(frozen=True, slots=True)
class DossierPage:
    """A dossier as this person may see it."""

    dossier: Dossier
    unit_name: str
    #: None: the person has no business with who brought it.
    submitter: Submitter | None
    events: list[Told]
    may_play: bool
    #: Who may play its minutes, for those who may not.
    players: list[Words]
    state: tuple[str, Words]
    #: Requests for papers and the refusal, the newest first; empty for who has no business with them.
    slips: list[Slip]

    @property
    def waited(self) -> bool:
        """Whether the term stood still for papers that have come since."""
        return any(each.event.kind == EventKind.SUPPLEMENTED for each in self.events)

    @property
    def asked_before(self) -> int:
        """How often more papers were asked for."""
        return sum(each.event.kind == EventKind.SUPPLEMENT for each in self.events)


@dataclass(frozen=True, slots=True)
class Pile:
    """Dossiers of a desk that are due at about the same time."""

    words: Words
    kind: str
    count: int
    first: list[Dossier]


@dataclass(frozen=True, slots=True)
class Desk:
    """A counter today."""

    counter: Counter
    unit_name: str
    last_call: Event | None
    calls: int
    received: int
    handed_back: int
    piles: list[Pile]


def state_of(dossier: Dossier, now: datetime.datetime) -> tuple[str, Words]:
    """Kind of status and words."""
    if dossier.state == State.RECEIVED and dossier.due_at < now:
        return LATE
    return STATES[State(dossier.state)]


def dossier_page(actor: Account, dossier: UUID, *, now: datetime.datetime) -> DossierPage | None:
    """The page of an existing dossier; none where all this person could know of it is restricted."""
    row = Dossier.objects.select_related("counter__room", "procedure", "submitter", "receipt").get(id=dossier)
    standing, place = standing_of(actor, now=now), place_of_room(row.counter.room_id, now)
    own = judge(standing, Right.DOSSIERS, place).allowed
    plays = judge(standing, Right.PLAYBACK, place).allowed
    last = max(now, row.received_at)
    closed = closed_spans(standing, Right.PLAYBACK, [row.counter.room_id], row.received_at, last)
    spans = closed.get(row.counter.room_id, [])
    if not own and is_closed(spans, row.received_at):
        return None
    events = [
        Told(event, RESTRICTED, "")
        if is_closed(spans, event.at)
        else Told(event, Moment(event.kind).words, minute_of(row, event.at, event.counter_id) if plays else "")
        for event in row.events.select_related("made_by", "counter")
    ]
    rules = rules_at(place.path, standing.rules)
    roles = rules.roles.values() if rules else ()
    cells = [(role, role.rooms.get(RoomType.ONE_STOP)) for role in roles]
    players = [
        role.words for role, cell in cells if cell and cell.scope is not Scope.GRANTED and Right.PLAYBACK in cell.rights
    ]
    return DossierPage(
        dossier=row,
        unit_name=registry.name_on(row.unit_id, registry.day_of(row.received_at)).name,
        submitter=row.submitter if own else None,
        events=events,
        may_play=plays,
        players=players,
        state=state_of(row, now),
        slips=list(_slips(row)) if own else [],
    )


def _slips(dossier: Dossier) -> QuerySet[Slip]:
    return Slip.objects.filter(event__dossier=dossier).select_related("event").order_by("-event__at")


def desk_of(counter: Counter, *, now: datetime.datetime) -> Desk:
    """An existing counter of today; whether one may work there is decided before."""
    day = registry.day_of(now)
    begin = datetime.datetime.combine(day, datetime.time(), tzinfo=registry.VIETNAM)
    holder = registry.holder_on(counter.room_id, day)
    today = Event.objects.filter(counter=counter, at__gte=begin).order_by("-at", "-number")
    kinds = list(today.values_list("kind", flat=True))
    return Desk(
        counter=counter,
        unit_name=registry.name_on(holder, day).name if holder else "",
        last_call=today.filter(kind=EventKind.CALLED).first(),
        calls=kinds.count(EventKind.CALLED),
        received=kinds.count(EventKind.RECEIVED),
        handed_back=kinds.count(EventKind.HANDED_BACK),
        piles=_piles(counter, day, now),
    )


def _piles(counter: Counter, day: datetime.date, now: datetime.datetime) -> list[Pile]:
    """The open dossiers of the counter: late, due today, due tomorrow."""
    ends = [
        datetime.datetime.combine(day + datetime.timedelta(days=days), datetime.time(), tzinfo=registry.VIETNAM)
        for days in (1, 2)
    ]
    spans = (
        (Words("Quá hẹn", "Overdue"), "late", None, now),
        (Words("Hẹn trả hôm nay", "Due today"), "soon", now, ends[0]),
        (Words("Hẹn trả ngày mai", "Due tomorrow"), "ok", ends[0], ends[1]),
    )
    found = []
    for words, kind, begin, end in spans:
        rows = Dossier.objects.filter(counter=counter, state=State.RECEIVED, due_at__lt=end)
        rows = (rows.filter(due_at__gte=begin) if begin else rows).select_related("procedure").order_by("due_at")
        first = list(rows[: MOST + 1])
        count = len(first) if len(first) <= MOST else rows.count()
        found.append(Pile(words, kind, count, first[:MOST]))
    return found


def counters_for(actor: Account, *, now: datetime.datetime) -> list[tuple[str, list[Counter]]]:
    """The counters where the person may receive dossiers today, by the room that holds them."""
    day = registry.day_of(now)
    units = units_where(actor, Right.DOSSIERS, now=now)
    names = registry.names_on(units, day)
    rooms = registry.rooms_of(units, day).filter(room_type=RoomType.ONE_STOP)
    holders = registry.holders_on([room.id for room in rooms], day)
    groups: dict[str, list[Counter]] = {}
    rows = Counter.objects.filter(true_on(day), room__in=rooms).select_related("room").order_by("room", "number")
    for row in rows:
        groups.setdefault(f"{names[holders[row.room_id]].name} · {row.room.name}", []).append(row)
    return sorted(groups.items())


def own_counter(actor: Account, *, now: datetime.datetime) -> Counter | None:
    """The one counter where the person is posted today, if it is a single one."""
    day = registry.day_of(now)
    posts = [post.counter for post in registry.counters_held(actor.person_id, day, day)]
    return posts[0] if len(posts) == 1 else None


def procedures_at(counter: Counter, *, now: datetime.datetime) -> list[tuple[Procedure, datetime.datetime]]:
    """What can be handed in at the counter today, with when it would be due; in the order of fields and names."""
    day = registry.day_of(now)
    holder = registry.holder_on(counter.room_id, day)
    return offered(holder, regulation.calendar_of(holder, day), now=now) if holder else []


def offered(unit: UUID, calendar: Calendar, *, now: datetime.datetime) -> list[tuple[Procedure, datetime.datetime]]:
    """The same of a unit whose working days are known."""
    day, local = registry.day_of(now), now.astimezone(registry.VIETNAM)
    rows = Procedure.objects.filter(true_on(day), unit__in=registry.units_above(unit, day)).order_by("field", "name")
    return [(row, due_at(local, row.working_days, calendar)) for row in rows]


def due_on(day: datetime.date, proposed: datetime.datetime) -> datetime.datetime:
    """The proposal moved to another day by the officer, at the same clock time."""
    return proposed if proposed.date() == day else datetime.datetime.combine(day, proposed.timetz())
