"""What a person needs in the first minute of a day: their rooms by unit, and the newest notices."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from minhbach.centre.access.deciding import rooms_where
from minhbach.centre.access.models import Account
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.registry import reading
from minhbach.centre.registry.models import Room
from minhbach.centre.regulation.rights import Right

NOTICES = 6


@dataclass(frozen=True, slots=True)
class Holder:
    """A unit with its rooms that the person may watch."""

    unit: UUID
    name: str
    rooms: tuple[Room, ...]


@dataclass(frozen=True, slots=True)
class Today:
    """The start page of one person at one moment."""

    holders: tuple[Holder, ...]
    notices: tuple[Delivery, ...]

    @property
    def count(self) -> int:
        """Rooms in all."""
        return sum(len(holder.rooms) for holder in self.holders)


def today(actor: Account, *, now: datetime.datetime) -> Today:
    """Gather it; the number of queries does not grow with the number of rooms."""
    day = reading.day_of(now)
    rooms = rooms_where(actor, Right.LIVE, now=now) | rooms_where(actor, Right.PLAYBACK, now=now)
    by_unit: dict[UUID, list[Room]] = defaultdict(list)
    holders = reading.holders_on(rooms, day)
    for room in Room.objects.filter(id__in=rooms).order_by("room_type", "name"):
        by_unit[holders[room.id]].append(room)
    names = reading.names_on(set(by_unit), day)
    notices = Delivery.objects.filter(address=actor.person_id).select_related("notice").order_by("-delivered_at")
    return Today(
        tuple(
            Holder(unit, names[unit].name, tuple(by_unit[unit]))
            for unit in sorted(by_unit, key=lambda u: names[u].code)
        ),
        tuple(notices[:NOTICES]),
    )
