"""What of a wish to watch may be had now: which cameras, with sound or not, which stretch of time. Writes nothing.

Owns the whole reasoning of a viewing, so that opening and every renewal ask the very same question: rights, occasions
for stills, restricted time, the purpose. What is left to `actions.viewings` is to write it down and to sign.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.judging import Decision, Standing, judge, rules_at
from minhbach.centre.access.models import Account, Purpose, StillOccasion, ViewedCamera
from minhbach.centre.access.places import Place, places_of_cameras
from minhbach.centre.access.restricting import Span, closed_spans, first_open, is_closed, piece_around
from minhbach.centre.registry import reading as registry
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

#: How long before a fault its stills may be looked for: what the camera last showed.
BEFORE_OCCASION = datetime.timedelta(minutes=10)
LONGEST_STILL = datetime.timedelta(minutes=2)
#: Stills one after the other would be a way to watch live.
MOST_STILLS_AN_HOUR = 12
ENOUGH_STILLS = Words(
    "Đã xem đủ số ảnh tĩnh trong một giờ cho sự cố này. Hãy đợi.",
    "Enough stills were looked at for this fault within an hour. Wait.",
)
RESTRICTED = Words(
    "Khoảng thời gian này bị hạn chế xem theo quy định.", "This stretch of time is restricted by the rules."
)
NO_OCCASION = Words(
    "Ảnh tĩnh chỉ xem được khi camera đang có sự cố hoặc đang nghiệm thu.",
    "Stills can be seen only for an open fault or a commissioning of the camera.",
)
SAY_PURPOSE = Words(
    "Hãy ghi mục đích xem trước; mục đích trước đó có thể đã hết giờ.",
    "Say first what you need it for; an earlier purpose may have come to its end.",
)


class SpanTooLong(ValueError):
    """One playback opens no more than `hours`, by the rules of a room that is asked for."""

    def __init__(self, hours: int) -> None:
        super().__init__(f"One playback opens at most {hours} hours.")
        self.hours = hours


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to watch. `span` is None for live; `at` is where they are in it."""

    kind: str
    cameras: tuple[UUID, ...]
    span: Span | None
    sound: bool
    at: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What may be had: cameras with their place and ground, and those refused with the reason."""

    allowed: dict[UUID, tuple[Place, Decision]]
    refused: dict[UUID, tuple[Place, Words]]
    sound: bool
    span: Span | None

    @property
    def needs_purpose(self) -> bool:
        return any(decision.needs_purpose for _, decision in self.allowed.values())


def look(actor: Account, wish: Wish, *, now: datetime.datetime) -> Found:
    """What of the wish the account may have at this moment. Raises SpanTooLong."""
    standing = standing_of(actor, now=now)
    allowed: dict[UUID, tuple[Place, Decision]] = {}
    refused: dict[UUID, tuple[Place, Words]] = {}
    places = places_of_cameras(wish.cameras, now)
    _check_span(wish, places.values(), standing)
    for camera, place in places.items():
        decision = _by_kind(standing, wish, place, now)
        if decision.allowed:
            allowed[camera] = place, decision
        else:
            refused[camera] = place, decision.why
    span = _without_restricted(standing, wish, allowed, refused, now)
    sound = (
        wish.sound
        and bool(allowed)
        and all(judge(standing, Right.SOUND, place).allowed for place, _ in allowed.values())
    )
    if sound and any(grant.footage for grant in standing.grants):
        rooms, (first, last) = {place.room for place, _ in allowed.values() if place.room}, span or (now, now)
        silent = closed_spans(standing, Right.SOUND, rooms, first, last).values()
        sound = not any(begin < last and first < end for spans in silent for begin, end in spans)
    return Found(allowed, refused, sound, span)


def _check_span(wish: Wish, places: Iterable[Place], standing: Standing) -> None:
    """Whether it is no longer than each of the rooms' rules let one playback be."""
    found = (rules_at(place.path, standing.rules) for place in places)
    hours = min((rules.times.playback_span_hours for rules in found if rules is not None), default=None)
    if wish.span is not None and hours is not None and wish.span[1] - wish.span[0] > datetime.timedelta(hours=hours):
        raise SpanTooLong(hours)


def _by_kind(standing: Standing, wish: Wish, place: Place, now: datetime.datetime) -> Decision:
    if wish.kind == "live":
        return judge(standing, Right.LIVE, place)
    played_back = judge(standing, Right.PLAYBACK, place)
    if wish.kind == "playback" or played_back.allowed:
        return played_back
    by_fault = judge(standing, Right.STILL_FAULT, place)
    if not by_fault.allowed:
        return by_fault
    ground = _occasion(wish, place, standing, now)
    if ground is None:
        return Decision(False, NO_OCCASION)
    if _looked_already(standing, place.camera, now) >= MOST_STILLS_AN_HOUR:
        return Decision(False, ENOUGH_STILLS)
    return Decision(True, by_fault.why, needs_purpose=False, ground=ground)


def _occasion(wish: Wish, place: Place, standing: Standing, now: datetime.datetime) -> str | None:
    """The ground: a fault or commissioning of the camera, open now, to which the whole span of the stills belongs."""
    if wish.span is None or place.camera is None or wish.span[1] - wish.span[0] > LONGEST_STILL:
        return None
    rules = rules_at(place.path, standing.rules)
    commissioned = registry.commissioning_since(place.camera, now, rules.times.commissioning_days if rules else 0)
    if commissioned is not None and commissioned <= wish.span[0]:
        return f"commissioning:{place.camera}"
    occasion = (
        StillOccasion.objects.filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=now),
            camera=place.camera,
            begins_at__lte=wish.span[0] + BEFORE_OCCASION,
        )
        .values_list("id", flat=True)
        .first()
    )
    return f"occasion:{occasion}" if occasion else None


def _looked_already(standing: Standing, camera: UUID | None, now: datetime.datetime) -> int:
    """How many viewings of stills of the camera the person opened on any occasion within the hour."""
    occasions = Q(ground__startswith="occasion:") | Q(ground__startswith="commissioning:")
    seen = ViewedCamera.objects.filter(occasions, camera=camera, opened_at__gt=now - datetime.timedelta(hours=1))
    return seen.filter(viewing__account__person=standing.person).count()


def _without_restricted(
    standing: Standing,
    wish: Wish,
    allowed: dict[UUID, tuple[Place, Decision]],
    refused: dict[UUID, tuple[Place, Words]],
    now: datetime.datetime,
) -> Span | None:
    """Move cameras whose room is restricted from allowed to refused; the stretch that is left for the others."""
    right = Right.LIVE if wish.kind == "live" else Right.PLAYBACK
    begin, end = wish.span or (now, now)
    rooms = {place.room for place, _ in allowed.values() if place.room}
    closed = closed_spans(standing, right, rooms, begin, end)
    at = now if wish.span is None else wish.at or _start(wish.span, rooms, closed)
    for camera, (place, _) in list(allowed.items()):
        if place.room and is_closed(closed.get(place.room, ()), at):
            refused[camera] = place, RESTRICTED
            del allowed[camera]
    if wish.span is None:
        return None
    left = [span for place, _ in allowed.values() if place.room for span in closed.get(place.room, ())]
    return piece_around(wish.span, left, at)


def _start(whole: Span, rooms: set[UUID], closed: dict[UUID, list[Span]]) -> datetime.datetime:
    """The first moment at which some room is open."""
    starts = [start for room in rooms if (start := first_open(whole, closed.get(room, ()))) is not None]
    return min(starts, default=whole[0])


def purpose_for(
    actor: Account, purpose: UUID | None, rooms: Sequence[UUID], *, now: datetime.datetime
) -> Purpose | None:
    """The actor's own open purpose with that id, if it speaks of all these rooms."""
    if purpose is None:
        return None
    row = Purpose.objects.filter(id=purpose, account=actor, closed_at__isnull=True, until__gt=now).first()
    if row is None or set(rooms) - {room.id for room in row.rooms.all()}:
        return None
    return row
