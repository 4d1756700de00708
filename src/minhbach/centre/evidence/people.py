"""Who may do what with an extraction: by posts and the rules in force, asked anew each time.

Owns who is told and who is refused for what they are to a request: nobody approves or refuses for themselves, and
nobody who worked at a counter of the room at that time. Promises that a right got by a grant approves nothing. What
PostgreSQL refuses besides stands in `models`.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from minhbach.centre.access.deciding import decide, places_today, standing_of, standings_of
from minhbach.centre.access.judging import Decision, judge
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import Place, place_of_room
from minhbach.centre.access.recording import record_refusal
from minhbach.centre.access.restricting import closed_spans
from minhbach.centre.access.viewable import RESTRICTED
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Assignment, CounterPost, true_on
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
OWN_COUNTER = Words(
    "Bạn được phân công ở quầy của phòng này trong thời gian đó, nên không được tham gia quyết định việc này.",
    "You were assigned to a counter of this room at that time, so you take no part in deciding this.",
)
BY_GRANT = Words(
    "Việc này phải theo nhiệm vụ được giao, không theo quyền có thời hạn.",
    "This follows from an assignment, not from a grant.",
)


Span = tuple[UUID, int, int]
"""A room from when to when (µs)."""


class ExtractionRefused(Exception):
    """Nothing was done; `words` says why and what to do."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


def moment(us: int) -> datetime.datetime:
    """Unix microseconds as a moment."""
    return _EPOCH + datetime.timedelta(microseconds=us)


def demand(actor: Account, right: Right, room: UUID, *, now: datetime.datetime) -> tuple[Decision, Place]:
    """The decision that the actor may do this in the room now. A refusal is written down; raises ExtractionRefused."""
    place = place_of_room(room, now)
    decision, why = _judged(actor, right, place, now)
    if why is not None:
        record_refusal(actor, right, why, now=now, place=place, route="extraction")
        raise ExtractionRefused(why)
    return decision, place


def why_not(actor: Account, right: Right, room: UUID, *, now: datetime.datetime) -> Words | None:
    """Why `demand` would refuse; none: it would not. Nothing is written down: nobody asked to."""
    return _judged(actor, right, place_of_room(room, now), now)[1]


def _judged(actor: Account, right: Right, place: Place, now: datetime.datetime) -> tuple[Decision, Words | None]:
    decision = decide(actor, right, place, now=now)
    why = None if decision.allowed else decision.why
    if why is None and right is not Right.EXTRACT and not decision.ground.startswith("post:"):
        why = BY_GRANT
    return decision, why


def demand_open(actor: Account, room: UUID, begin_us: int, end_us: int, *, now: datetime.datetime) -> None:
    """Nothing of that time is closed to the actor, also by a session that was marked since. ExtractionRefused."""
    closed = closed_spans(standing_of(actor, now=now), Right.PLAYBACK, [room], moment(begin_us), moment(end_us))
    if closed:
        record_refusal(actor, Right.EXTRACT, RESTRICTED, now=now, place=place_of_room(room, now), route="extraction")
        raise ExtractionRefused(RESTRICTED)


def demand_not_concerned(person: UUID, room: UUID, begin_us: int, end_us: int) -> None:
    """The person worked at no counter of the room on those days. Raises ExtractionRefused."""
    if concerned([person], room, begin_us, end_us):
        raise ExtractionRefused(OWN_COUNTER)


def concerned(people: Collection[UUID], room: UUID, begin_us: int, end_us: int) -> set[UUID]:
    """Those of these people who worked at a counter of the room on those days."""
    first, last = _days(begin_us, end_us)
    posts = CounterPost.objects.filter(person__in=people, counter__room=room, valid_from__lte=last)
    return set(posts.exclude(valid_until__lte=first).values_list("person", flat=True))


def own_stretches(person: UUID, stretches: Mapping[UUID, Span]) -> set[UUID]:
    """Those of these stretches (room, begin, end), by id, on whose days the person worked at a counter of the room."""
    posts = CounterPost.objects.filter(person=person, counter__room__in={room for room, _, _ in stretches.values()})
    spans = list(posts.values_list("counter__room", "valid_from", "valid_until"))
    found = set()
    for key, (room, begin_us, end_us) in stretches.items():
        first, last = _days(begin_us, end_us)
        if any(room == at and since <= last and (until is None or until > first) for at, since, until in spans):
            found.add(key)
    return found


def _days(begin_us: int, end_us: int) -> tuple[datetime.date, datetime.date]:
    return registry.day_of(moment(begin_us)), registry.day_of(moment(end_us))


def post_of(decision: Decision) -> Assignment:
    """The assignment on whose ground it was decided."""
    return Assignment.objects.select_related("unit").get(id=decision.ground.removeprefix("post:"))


def manages(post: Assignment, place: Place, day: datetime.date) -> bool:
    """Whether the post is at a body that manages the stream: one that supervises rooms of that type there."""
    return post.unit_id in regulation.supervisors_of(place.path, place.room_type or "", day)


def people_who(right: Right, room: UUID, *, now: datetime.datetime) -> set[UUID]:
    """The people with an open account who may do this in the room by their posts: whom a notice is for."""
    day, place = registry.day_of(now), place_of_room(room, now)
    roles = {
        role.code
        for rules in regulation.all_in_force(day).values()
        for role in rules.roles.values()
        if right in role.rights()
    }
    posts = Assignment.objects.filter(true_on(day), role__in=roles, unit__in=_near(place, day))
    accounts = list(Account.objects.filter(is_active=True, person__in=posts.values("person")))
    standings = standings_of(accounts, now=now)
    return {
        account.person_id
        for account in accounts
        if (decision := judge(standings[account.id], right, place)).allowed and decision.ground.startswith("post:")
    }


def rooms_by_post(actor: Account, rights: Collection[Right], *, now: datetime.datetime) -> dict[Right, set[UUID]]:
    """The rooms of today in which the actor has each right by their posts: a grant is for other work than this."""
    standing, places = standing_of(actor, now=now), places_today(now)
    found: dict[Right, set[UUID]] = {right: set() for right in rights}
    for room, place in places.items():
        for right in rights:
            decision = judge(standing, right, place)
            if decision.allowed and decision.ground.startswith("post:"):
                found[right].add(room)
    return found


def _near(place: Place, day: datetime.date) -> Iterable[UUID]:
    # Only units on the way up, or bodies that supervise there, can reach the room: not every commune of a province.
    return {*place.path, *regulation.supervisors_of(place.path, place.room_type or "", day)}
