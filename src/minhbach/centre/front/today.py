"""What a person needs in the first minute of a day: how the rooms within reach are, and what they were just told."""

import datetime
from collections import Counter
from dataclasses import dataclass

from minhbach.centre.access.models import Account
from minhbach.centre.footage.states import KINDS
from minhbach.centre.footage.walls import Field, grid
from minhbach.centre.messaging.models import Delivery

NOTICES = 6
#: Rooms on the page; the rest stands on the grid of communes.
ROOMS = 12


@dataclass(frozen=True, slots=True)
class RoomToday:
    """A room with the unit that holds it and its state."""

    unit: str
    field: Field


@dataclass(frozen=True, slots=True)
class Today:
    """The start page of one person at one moment. `rooms` has the worst first, rooms without pictures last."""

    rooms: tuple[RoomToday, ...]
    notices: tuple[Delivery, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Rooms by the kind of their state; every kind is there."""
        found = Counter(room.field.state.kind for room in self.rooms)
        return {kind: found[kind] for kind in KINDS}

    @property
    def wrong(self) -> int:
        """Rooms that somebody has to look after."""
        return self.counts["fault"] + self.counts["late"]

    @property
    def shown(self) -> tuple[RoomToday, ...]:
        """As many as fit on the page."""
        return self.rooms[:ROOMS]


def today(actor: Account, *, now: datetime.datetime) -> Today:
    """Gather it; the number of queries does not grow with the number of rooms."""
    rooms = [
        RoomToday(line.name, field)
        for line in grid(actor, now=now)
        for fields in line.fields.values()
        for field in fields
    ]
    notices = Delivery.objects.filter(address=actor.person_id).select_related("notice").order_by("-delivered_at")
    return Today(tuple(sorted(rooms, key=_urgency)), tuple(notices[:NOTICES]))


def _urgency(room: RoomToday) -> int:
    """What can be watched comes before what is not there yet."""
    kind = room.field.state.kind
    return len(KINDS) if kind == "unseen" else KINDS.index(kind)
