"""What the page of a room needs to know: its cameras, its way through the units, what the person may do there.

Owns the reading behind screen 1. Promises that nothing of a room is told beyond what the decision allows; footage
itself only comes with a viewing. Leaves the strip to `timeline`.
"""

import datetime
from dataclasses import dataclass
from uuid import UUID

from minhbach.centre.access import judging
from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.judging import Decision
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import place_of_room
from minhbach.centre.footage.timeline import cameras_kept, kept_days
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera, Room
from minhbach.centre.regulation.rights import Right


@dataclass(frozen=True, slots=True)
class Tile:
    """A camera as a page shows it. `line` names it to recorder and stream: "<recorder>/<name in its log>"."""

    id: UUID
    line: str
    label: str
    has_sound: bool
    #: Taken away: its footage is there, live pictures are not.
    retired: bool = False


@dataclass(frozen=True, slots=True)
class RoomPage:
    """A room, as this person may see it."""

    room: Room
    #: The unit that holds the room today, by its name.
    unit_name: str
    tiles: list[Tile]
    live: Decision
    playback: Decision
    sound: Decision
    hold: Decision

    @property
    def asks_purpose(self) -> str:
        """For which kinds of viewing the person must first say why, as the page reads it."""
        kinds = (("live", self.live), ("playback", self.playback))
        return " ".join(kind for kind, decision in kinds if decision.allowed and decision.needs_purpose)


def tile_of(camera: Camera) -> Tile:
    """A camera as a page shows it."""
    line = f"{camera.recorder_id}/{camera.name}"
    return Tile(camera.id, line, camera.label, camera.has_sound, camera.retired_at is not None)


def room_page(actor: Account, room: UUID, *, now: datetime.datetime) -> RoomPage:
    """The page of an existing room; whether one may open it at all is the guard's matter."""
    standing, place = standing_of(actor, now=now), place_of_room(room, now)
    rules = judging.rules_at(place.path, standing.rules)
    days = kept_days(place.room_type or "", rules, now=now)
    live, playback, sound, hold = (
        judging.judge(standing, right, place) for right in (Right.LIVE, Right.PLAYBACK, Right.SOUND, Right.HOLD)
    )
    return RoomPage(
        room=Room.objects.get(id=room),
        unit_name=registry.name_on(place.unit, registry.day_of(now)).name if place.unit else "",
        tiles=[tile_of(camera) for camera in cameras_kept(room, days)],
        live=live,
        playback=playback,
        sound=sound,
        hold=hold,
    )
