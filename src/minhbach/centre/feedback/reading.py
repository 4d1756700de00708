"""What was said, as those who handle it read it; reads only.

Officers of a counter are told totals and nothing of single ratings. Promises a number of queries that does not grow
with complaints, and no way into restricted time.
"""

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from minhbach.centre.access.deciding import places_today, rooms_where, standing_of
from minhbach.centre.access.models import Account
from minhbach.centre.access.restricting import closed_spans
from minhbach.centre.feedback.actions.petitions import ROUTE, name_of
from minhbach.centre.feedback.actions.rating import ROUTE as RATING
from minhbach.centre.feedback.forms import REASONS, SCORES
from minhbach.centre.feedback.models import (
    NotHeld,
    Petition,
    PetitionEvent,
    Rating,
    RatingNote,
    Reason,
    Score,
    StepKind,
)
from minhbach.centre.feedback.models.petitions import ENDS
from minhbach.centre.footage.models import HoldOrigin, LegalHold
from minhbach.centre.footage.timeline import moment
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Counter, Room, Tenure, UnitName, true_on
from minhbach.centre.registry.searching import SearchKey, has_number, numbered, words_of
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

DAYS = 30
MOST_ROOMS = 12
NEW = ("soon", Words("Mới đến", "New"))
STATES = {
    StepKind.ACCEPTED: ("soon", Words("Đang xử lý", "Being handled")),
    StepKind.ASKED: ("soon", Words("Chờ công dân bổ sung", "More was asked of the citizen")),
    StepKind.ANSWERED: ("ok", Words("Đã trả lời", "Answered")),
    StepKind.REFUSED: ("unseen", Words("Không thụ lý", "Refused")),
}
LATE = ("late", Words("Quá hạn trả lời", "Answer overdue"))
NOT_HELD = {
    NotHeld.NO_FOOTAGE: Words("Không còn hình của lúc đó", "There is no footage of that time"),
    NotHeld.LIMIT: Words(
        "Chưa giữ: phản ánh trong ngày đã giữ đủ mức tối đa; người có quyền giữ hãy quyết định",
        "Not held: complaints have had the day's most held; who may hold, decide",
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A complaint in a list."""

    petition: Petition
    unit_name: str
    state: tuple[str, Words]

    @property
    def name(self) -> Words:
        return name_of(self.petition)


@dataclass(frozen=True, slots=True)
class Total:
    """How a counter was rated lately; officers see no more than this."""

    counter: Counter
    unit_name: str
    scores: tuple[tuple[Words, int], ...]

    @property
    def count(self) -> int:
        return sum(count for _, count in self.scores)


@dataclass(frozen=True, slots=True)
class LowRating:
    """A low rating, why, and the way to its minute."""

    rating: Rating
    unit_name: str
    score: Words
    reasons: tuple[Words, ...]
    said: str
    url: str


def state_of(petition: Petition, events: Sequence[PetitionEvent], now: datetime.datetime) -> tuple[str, Words]:
    """Kind of status and words: the last step, or late."""
    last = events[-1] if events else None
    if (last is None or last.kind not in ENDS) and petition.answer_by < now:
        return LATE
    return STATES[StepKind(last.kind)] if last else NEW


def petitions_for(rooms: Collection[UUID], *, ended: bool = False, text: str = "") -> "QuerySet[Petition]":
    """Those about these rooms, for `lines_of`: what waits by its term, what has ended newest first. `text` is looked
    for in the number, the place and what was said, never in who said it.
    """
    over = Exists(PetitionEvent.objects.filter(petition=OuterRef("pk"), kind__in=ENDS))
    rows = Petition.objects.filter(over if ended else ~over, room__in=rooms)
    rows = rows.order_by("-received_at", "id") if ended else rows.order_by("answer_by", "received_at", "id")
    if words := words_of(text):
        rows = rows.alias(label=numbered(), said=SearchKey("content", "room__name", "counter__name"))
        for word in words:
            rows = rows.filter(has_number(word) | Q(said__contains=word))
    return rows.select_related("room", "counter").prefetch_related("events")


def lines_of(found: Iterable[Petition], *, now: datetime.datetime) -> list[Line]:
    """These complaints as lines."""
    found = list(found)
    names = registry.names_on({row.unit_id for row in found}, registry.day_of(now))
    return [
        Line(row, names[row.unit_id].name if row.unit_id in names else "", state_of(row, list(row.events.all()), now))
        for row in found
    ]


def rooms_handled(actor: Account, *, now: datetime.datetime) -> set[UUID]:
    """The rooms whose ratings and complaints the person handles."""
    return rooms_where(actor, Right.FEEDBACK, now=now)


def rooms_near(rooms: Collection[UUID], *, now: datetime.datetime) -> list[tuple[Room, str]]:
    """These rooms with their units, where they are few enough to choose from."""
    rows = list(Room.objects.filter(id__in=rooms).order_by("name")[: MOST_ROOMS + 1])
    names = _holders({row.id for row in rows}, now)
    return [(row, names.get(row.id, "")) for row in rows] if len(rows) <= MOST_ROOMS else []


class Totals:
    """How each counter of these rooms was rated within the last days, the worst share first; cut like a query set."""

    def __init__(self, rooms: Collection[UUID], *, now: datetime.datetime) -> None:
        self._now = now
        rows = Rating.objects.filter(counter__room__in=rooms, at__gte=now - datetime.timedelta(days=DAYS)).order_by()
        self._scores: dict[UUID, dict[int, int]] = {}
        for counter, score, count in rows.values_list("counter", "score").annotate(count=Count("id")):
            self._scores.setdefault(counter, {})[score] = count
        self._order = sorted(self._scores, key=self._worst)

    def count(self) -> int:
        """How many counters were rated."""
        return len(self._order)

    def __getitem__(self, cut: slice) -> list[Total]:
        """Some of them, with their names."""
        wanted = self._order[cut]
        counters = Counter.objects.select_related("room").in_bulk(wanted)
        names = _holders({row.room_id for row in counters.values()}, self._now)
        return [
            Total(
                counters[each],
                names.get(counters[each].room_id, ""),
                tuple((words, self._scores[each].get(score.value, 0)) for score, words in SCORES.items()),
            )
            for each in wanted
        ]

    def _worst(self, counter: UUID) -> tuple[float, int, UUID]:
        scores = self._scores[counter]
        count = sum(scores.values())
        return -scores.get(list(SCORES)[-1].value, 0) / count, -count, counter


def low_ratings_for(rooms: Collection[UUID]) -> "QuerySet[Rating]":
    """The low ratings of these rooms, newest first, for `told`."""
    kept = Q(hold__isnull=False) | ~Q(not_held="") | Q(score=Score.DISSATISFIED)
    rows = Rating.objects.filter(kept, counter__room__in=rooms).select_related("counter__room", "event", "hold")
    return rows.order_by("-at", "id")


def told(rows: Sequence[Rating], actor: Account, now: datetime.datetime) -> list[LowRating]:
    """Ratings as this person may read them; no way to a minute in restricted time."""
    notes = {note.rating_id: note for note in RatingNote.objects.filter(rating__in=rows)}
    names = _holders({row.counter.room_id for row in rows}, now)
    closed = _Closed(actor, [(row.counter.room_id, row.event.at) for row in rows], now)
    found = []
    for row in rows:
        note = notes.get(row.id)
        reasons = tuple(REASONS[Reason(code)] for code in note.reasons) if note else ()
        url = ""
        if not closed.at(row.counter.room_id, row.event.at):
            url = minute(row.counter.room_id, row.event.at, f"{RATING}:{row.id}")
        name, score = names.get(row.counter.room_id, ""), SCORES[Score(row.score)]
        found.append(LowRating(row, name, score, reasons, note.said if note else "", url))
    return found


class _Closed:
    """Whether moments lie in restricted time, asked of the rows once."""

    def __init__(
        self, actor: Account, moments: Sequence[tuple[UUID, datetime.datetime]], now: datetime.datetime
    ) -> None:
        times = [at for _, at in moments]
        self._spans = (
            closed_spans(
                standing_of(actor, now=now), Right.PLAYBACK, {room for room, _ in moments}, min(times), max(times)
            )
            if times
            else {}
        )

    def at(self, room: UUID, at: datetime.datetime) -> bool:
        """Whether it is closed to the person."""
        return any(begin <= at < end for begin, end in self._spans.get(room, ()))


def minute(room: UUID, at: datetime.datetime, follows: str) -> str:
    """The room's page shortly before the moment; a finding made there says what it follows."""
    begin = (at - datetime.timedelta(seconds=30)).astimezone(registry.VIETNAM)
    return f"{reverse('room', args=[room])}?luc={begin:%Y-%m-%dT%H:%M:%S}&theo={follows}"


def way_to(actor: Account, petition: Petition, *, now: datetime.datetime) -> str:
    """The minute that the complaint speaks of; empty without one, or in restricted time."""
    if petition.begin_us is None:
        return ""
    at = moment(petition.begin_us)
    closed = _Closed(actor, [(petition.room_id, at)], now).at(petition.room_id, at)
    return "" if closed else minute(petition.room_id, at, f"{ROUTE}:{petition.id}")


def holds_of(petition: Petition) -> list[LegalHold]:
    """What is kept for it: at once, or by a person afterwards."""
    own = Q(route=ROUTE, reference=str(petition.id), origin=HoldOrigin.PETITION)
    return list(LegalHold.objects.filter(own | Q(id=petition.hold_id)).order_by("asked_at"))


def holds_of_rating(rating: Rating) -> list[LegalHold]:
    """What is kept for it: at once, and what came after that moment."""
    own = Q(route=RATING, reference=str(rating.id), origin=HoldOrigin.RATING)
    return list(LegalHold.objects.filter(own | Q(id=rating.hold_id)).order_by("begin_us"))


def rooms_to_choose(now: datetime.datetime) -> list[tuple[str, str]]:
    """Every room that a unit holds today, for a citizen to choose from, in the order of the units' names.

    Anybody asks for the page that shows them, as often as they like: two questions, and of a room only its line.
    """
    day = registry.day_of(now)
    held = Tenure.objects.filter(true_on(day), true_on(day, "room__")).order_by("room__name")
    rooms: dict[UUID, list[tuple[UUID, str]]] = {}
    for unit, room, name in held.values_list("unit", "room", "room__name"):
        rooms.setdefault(unit, []).append((room, name))
    named = UnitName.objects.filter(true_on(day), unit__in=rooms).order_by("sort_key").values_list("unit", "name")
    return [(str(room), f"{unit_name} · {name}") for unit, unit_name in named for room, name in rooms[unit]]


def needs(hold: UUID) -> Petition | None:
    """The complaint that is not ended yet and for which this is held."""
    row = LegalHold.objects.filter(id=hold).values_list("origin", "reference").first()
    own = Q(hold=hold)
    if row is not None and row[0] == HoldOrigin.PETITION and row[1]:
        own |= Q(id=row[1])
    over = Exists(PetitionEvent.objects.filter(petition=OuterRef("pk"), kind__in=ENDS))
    return Petition.objects.filter(own & ~over).first()


def _holders(rooms: Iterable[UUID], now: datetime.datetime) -> dict[UUID, str]:
    places = places_today(now)
    holders = {room: unit for room in rooms if room in places and (unit := places[room].unit)}
    names = registry.names_on(set(holders.values()), registry.day_of(now))
    return {room: names[unit].name for room, unit in holders.items() if unit in names}
