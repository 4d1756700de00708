"""A plan of fitting out, as it stands on a day: which sites are live, what was reached, what is late.

A site is live when every room that its unit holds counts in figures; nothing typed makes it so. Pure reads, whose
number does not grow with the sites.
"""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from minhbach.centre.registry import reading
from minhbach.centre.registry.models import Rollout, RolloutSite, RolloutStep, Room, Tenure, true_on
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.words import Words

LIVE = ("ok", Words("Đã vận hành", "Live"))
LATE = ("late", Words("Chậm", "Late"))
UNDER_WAY = ("soon", Words("Đang triển khai", "Under way"))


@dataclass(frozen=True, slots=True)
class Cell:
    """One milestone at one site."""

    milestone: int
    #: What the plan calls it: a phone shows it beside every cell, having no column heads.
    words: str
    due: datetime.date
    step: RolloutStep | None
    late: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One site: its milestones, its rooms and since when they count."""

    site: RolloutSite
    unit_name: str
    cells: Sequence[Cell]
    rooms: Sequence[Room]
    live: Sequence[Room]
    #: The day on which its last room came into service; none while one has not.
    live_from: datetime.date | None
    status: tuple[str, Words]
    #: Whether something of it is behind the plan: a site may be live beside a milestone that nobody recorded.
    late: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """A plan as it stands."""

    rollout: Rollout
    milestones: Sequence[tuple[str, datetime.date]]
    lines: Sequence[Line]

    @property
    def live(self) -> int:
        """How many sites are live."""
        return sum(line.live_from is not None for line in self.lines)

    @property
    def whole(self) -> int:
        """How many sites there are."""
        return len(self.lines)

    @property
    def late(self) -> int:
        """How many sites are late."""
        return sum(line.late for line in self.lines)


def progress(rollout: Rollout, *, day: datetime.date) -> Progress:
    """The plan as it stands on the day."""
    return progress_of([rollout], day=day)[0]


def progress_of(rollouts: Sequence[Rollout], *, day: datetime.date) -> list[Progress]:
    """Plans as they stand on the day, in their order."""
    sites = list(RolloutSite.objects.filter(rollout__in=rollouts).select_related("rollout").prefetch_related("steps"))
    units = {site.unit_id for site in sites}
    names, rooms = reading.names_on(units, day), _rooms_of(units, day)
    found = []
    for rollout in rollouts:
        milestones = [(each["words"], datetime.date.fromisoformat(each["due"])) for each in rollout.milestones]
        lines = [
            _line(rollout, site, milestones, names[site.unit_id].name, rooms.get(site.unit_id, []), day)
            for site in sites
            if site.rollout_id == rollout.id and site.unit_id in names
        ]
        lines.sort(key=lambda line: (not line.site.pilot, sort_key(line.unit_name)))
        found.append(Progress(rollout, milestones, lines))
    return found


def coverage(units: Collection[UUID], *, day: datetime.date) -> tuple[int, int]:
    """How many of the rooms that these units hold are in service, and how many there are."""
    rooms = [room for found in _rooms_of(units, day).values() for room in found]
    return sum(is_live(room, day) for room in rooms), len(rooms)


def is_live(room: Room, day: datetime.date) -> bool:
    """Whether the room counts in figures on the day."""
    return room.in_service_on is not None and room.in_service_on <= day


def _rooms_of(units: Collection[UUID], day: datetime.date) -> dict[UUID, list[Room]]:
    held = Tenure.objects.filter(true_on(day), true_on(day, "room__"), unit__in=units).select_related("room")
    found: dict[UUID, list[Room]] = {}
    for tenure in held.order_by("room__room_type", "room__name"):
        found.setdefault(tenure.unit_id, []).append(tenure.room)
    return found


def _line(
    rollout: Rollout,
    site: RolloutSite,
    milestones: Sequence[tuple[str, datetime.date]],
    name: str,
    rooms: Sequence[Room],
    day: datetime.date,
) -> Line:
    steps = {step.milestone: step for step in site.steps.all()}
    cells = [
        Cell(place, words, due, steps.get(place), place not in steps and due < day)
        for place, (words, due) in enumerate(milestones)
    ]
    live = [room for room in rooms if is_live(room, day)]
    since = [room.in_service_on for room in live if room.in_service_on]
    live_from = max(since) if rooms and len(live) == len(rooms) else None
    late = any(cell.late for cell in cells) or (live_from is None and rollout.due_on < day)
    status = LIVE if live_from else LATE if late else UNDER_WAY
    return Line(site, name, cells, rooms, live, live_from, status, late)
