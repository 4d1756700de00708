"""How far a month's duty was done, room by room: what people looked at, and what machines watched over; reads only.

People and machines are never added up. A machine's part is office time of which there was footage: the recorder
checked that pictures and sound came, and judged nobody. A room counts as assessed only from as many clips as the
regulation asks for; no row says it of itself. A number of queries that does not grow with rooms.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Sum

from minhbach.centre.footage.timeline import moment, us
from minhbach.centre.oversight.conduct import BAD, agreement
from minhbach.centre.oversight.models import Assessment, Clip, Draw, Finding, Skipped, Source
from minhbach.centre.oversight.sampling import SECOND_US
from minhbach.centre.regulation import reading as regulation


@dataclass(frozen=True, slots=True)
class Covered:
    """Clips that people assessed; seconds of office time, and of those under a machine's eye."""

    people: int = 0
    machine_s: int = 0
    office_s: int = 0


@dataclass(slots=True)
class Part:
    """One period of a room's month: its draw, and how many of its clips are done, left, waiting."""

    draw: Draw
    clips: int = 0
    done: int = 0
    left: int = 0

    @property
    def waiting(self) -> int:
        """Clips that nobody has assessed yet."""
        return self.clips - self.done - self.left

    @property
    def shown(self) -> int:
        """Clips that could be shown, or may be."""
        return self.clips - self.left

    @property
    def kind(self) -> str:
        """The kind of status: all done, some, none; nothing could be drawn."""
        if not self.clips:
            return "fault"
        if self.waiting == 0:
            return "ok" if self.done else "fault"
        return "soon" if self.done else "unseen"


@dataclass(slots=True)
class Month:
    """A room's month."""

    room: UUID
    parts: list[Part] = field(default_factory=list)
    people_s: int = 0
    not_met: int = 0
    findings: int = 0
    alike: int = 0
    compared: int = 0
    wanted: int = 1

    @property
    def covered(self) -> Covered:
        """People and machines, apart."""
        return Covered(
            sum(part.done for part in self.parts),
            sum(part.draw.covered_s for part in self.parts),
            sum(part.draw.open_s for part in self.parts),
        )

    @property
    def waiting(self) -> int:
        """Clips that nobody has assessed yet."""
        return sum(part.waiting for part in self.parts)

    @property
    def left(self) -> int:
        """Clips that could not be shown."""
        return sum(part.left for part in self.parts)

    @property
    def people_minutes(self) -> int:
        """What people looked at."""
        return self.people_s // 60

    @property
    def is_assessed(self) -> bool:
        """Whether the duty of the month is done for this room."""
        return self.covered.people >= self.wanted

    @property
    def machine_percent(self) -> int | None:
        """Of office time; none where nothing was drawn yet."""
        covered = self.covered
        return 100 * covered.machine_s // covered.office_s if covered.office_s else None

    @property
    def agreement_percent(self) -> int | None:
        """On how many items two people answered alike; none where no clip has two answers."""
        return round(100 * self.alike / self.compared) if self.compared else None


def months_of(rooms: Collection[UUID], month: datetime.date) -> dict[UUID, Month]:
    """The month of each of these rooms, also of those that have no draw; five queries."""
    found = {room: Month(room) for room in rooms}
    parts: dict[UUID, Part] = {}
    rows = Draw.objects.filter(room__in=rooms, month=month).defer("frame", "checkpoint").order_by("first_day")
    for row in rows:
        parts[row.id] = Part(row)
        found[row.room_id].parts.append(parts[row.id])
        found[row.room_id].wanted = regulation.rules_of(row.rules_id).times.assessments_per_room_month
    lengths: dict[UUID, int] = {}
    for clip, draw, begin_us, end_us in Clip.objects.filter(draw__in=parts).values_list(
        "id", "draw", "begin_us", "end_us"
    ):
        parts[draw].clips += 1
        lengths[clip] = (end_us - begin_us) // SECOND_US
    for draw in Skipped.objects.filter(clip__draw__in=parts).values_list("clip__draw", flat=True):
        parts[draw].left += 1
    _take_answers(found, parts, lengths)
    about = Finding.objects.filter(
        source=Source.ASSESSMENT, source_reference__in=[str(clip) for clip in lengths], room__in=rooms
    )
    for room in about.values_list("room", flat=True):
        found[room].findings += 1
    return found


def _take_answers(found: dict[UUID, Month], parts: dict[UUID, Part], lengths: dict[UUID, int]) -> None:
    answers: dict[UUID, list[dict[str, str]]] = defaultdict(list)
    rows = Assessment.objects.filter(clip__draw__in=parts, withdrawn_at__isnull=True).order_by("second")
    for clip, draw, room, said in rows.values_list("clip", "clip__draw", "room", "answers"):
        answers[clip].append(said)
        if len(answers[clip]) == 1:
            parts[draw].done += 1
            found[room].people_s += lengths[clip]
            found[room].not_met += list(said.values()).count(BAD)
        else:
            alike, compared = agreement(*answers[clip][:2])
            found[room].alike += alike
            found[room].compared += compared


def assessed(room: UUID, month: datetime.date) -> Covered:
    """One room's month, by its first day."""
    return months_of([room], month)[room].covered


def assessed_between(
    begin: datetime.datetime, end: datetime.datetime, rooms: Collection[UUID] | None = None
) -> dict[UUID, Covered]:
    """By room: first assessments made in [begin, end) by the time of assessing, and machine and office seconds of the
    periods that ended in it; two queries. A room with neither is absent.
    """
    of = {} if rooms is None else {"room__in": rooms}
    people: dict[UUID, int] = defaultdict(int)
    made = Assessment.objects.filter(at__gte=begin, at__lt=end, second=False, withdrawn_at__isnull=True, **of)
    for room in made.order_by().values_list("room", flat=True):
        people[room] += 1
    first, last = moment(us(begin)).date(), moment(us(end) - 1).date()
    rows: Iterable[tuple[UUID, int, int]] = (
        Draw.objects.filter(last_day__gte=first, last_day__lte=last, **of)
        .order_by()
        .values("room")
        .annotate(machine=Sum("covered_s"), office=Sum("open_s"))
        .values_list("room", "machine", "office")
    )
    spent = {room: (machine, office) for room, machine, office in rows}
    return {room: Covered(people[room], *spent.get(room, (0, 0))) for room in {*people, *spent}}
