"""The month of every room within a person's reach, and a draw as anybody may check it; reads only.

Whoever assesses a room, or may read figures of the unit that runs it, sees how far its month is done; comments and
answers only who assesses there. A draw is made again each time its page is opened, and says whether that gave the same.
"""

import datetime
import re
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from minhbach.centre.access.deciding import places_today
from minhbach.centre.access.judging import Standing, judge
from minhbach.centre.footage.timeline import moment
from minhbach.centre.oversight import frames, queue
from minhbach.centre.oversight.actions.drawing import clips_of
from minhbach.centre.oversight.assessed import Month, months_of
from minhbach.centre.oversight.conduct import BAD
from minhbach.centre.oversight.models import Assessment, Clip, Draw, Why
from minhbach.centre.oversight.sampling import seed_of
from minhbach.centre.oversight.work import why_of
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.centre.words.formats import duration

PERIOD = Words("Kỳ {first}–{last}", "{first}–{last}")
DONE = ("ok", Words("Đã đánh giá", "Assessed"))
WAITS = ("soon", Words("Chờ đánh giá", "To be assessed"))
LEFT = {
    Why.GAP: ("fault", Words("Không còn hình", "No footage")),
    Why.RESTRICTED: ("unseen", Words("Bị hạn chế xem", "Restricted")),
    Why.LINE: ("fault", Words("Mất kết nối với đầu ghi", "No connection to the recorder")),
    Why.SAID: ("late", Words("Người đánh giá không đánh giá được", "Left by who assessed")),
}
STATE_DONE = ("ok", Words("Đã đánh giá", "Assessed"))
STATE_OWED = ("late", Words("Chưa đánh giá", "Not assessed"))
STATE_NONE = ("unseen", Words("Chưa rút chọn", "Nothing drawn yet"))


@dataclass(frozen=True, slots=True)
class Line:
    """A room's month with its names."""

    room: Room
    unit_name: str
    month: Month

    @property
    def state(self) -> tuple[str, Words]:
        """Whether its duty is done; never assessed without an assessment."""
        if self.month.is_assessed:
            return STATE_DONE
        return STATE_OWED if self.month.parts else STATE_NONE


@dataclass(frozen=True, slots=True)
class Overview:
    """All rooms of the person in a month."""

    month: datetime.date
    lines: tuple[Line, ...]

    @property
    def assessed(self) -> int:
        """Rooms whose duty is done."""
        return sum(line.month.is_assessed for line in self.lines)

    @property
    def waiting(self) -> int:
        """Clips that nobody has assessed yet."""
        return sum(line.month.waiting for line in self.lines)

    @property
    def days(self) -> list[tuple[datetime.date, datetime.date]]:
        """The periods that some room has, in order: the columns of the strip."""
        return sorted({(part.draw.first_day, part.draw.last_day) for line in self.lines for part in line.month.parts})


@dataclass(frozen=True, slots=True)
class ClipTold:
    """A clip in its draw."""

    clip: Clip
    state: tuple[str, Words]
    why: tuple[Words, ...]
    not_met: int
    comment: str

    @property
    def begin(self) -> datetime.datetime:
        """In Vietnam."""
        return moment(self.clip.begin_us)

    @property
    def end(self) -> datetime.datetime:
        """In Vietnam."""
        return moment(self.clip.end_us)


@dataclass(frozen=True, slots=True)
class DrawTold:
    """A draw, its clips, and whether it gave the same again."""

    draw: Draw
    clips: tuple[ClipTold, ...]
    same: bool
    unit_name: str

    @property
    def period(self) -> Words:
        """Its days."""
        return PERIOD.fill(first=f"{self.draw.first_day:%d/%m}", last=f"{self.draw.last_day:%d/%m/%Y}")

    @property
    def open_hours(self) -> str:
        """Office time."""
        return duration(self.draw.open_s)

    @property
    def covered_hours(self) -> str:
        """Of it, what was recorded."""
        return duration(self.draw.covered_s)


def month_of(said: str, *, now: datetime.datetime) -> datetime.date:
    """The first day of a month as "2026-11"; this month where nothing is said. Raises Http404."""
    if not said:
        return registry.day_of(now).replace(day=1)
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", said):
        raise Http404
    return datetime.date(int(said[:4]), int(said[5:]), 1)


def overview(standing: Standing, month: datetime.date, *, now: datetime.datetime) -> Overview:
    """The rooms in which the person assesses or reads figures, those still owed first."""
    today = registry.day_of(now)
    places = places_today(now)
    mine = {
        room
        for room, place in places.items()
        if queue.may_assess(standing, place) or judge(standing, Right.FIGURES, place).allowed
    }
    rooms = Room.objects.in_bulk(mine)
    names = registry.names_on({unit for room in mine if (unit := places[room].unit)}, today)
    found = months_of(mine, month)
    lines = []
    for room, row in rooms.items():
        unit = places[room].unit
        lines.append(Line(row, names[unit].name if unit in names else "", found[room]))
    order = {STATE_OWED: 0, STATE_NONE: 1, STATE_DONE: 2}
    lines.sort(key=lambda line: (order[line.state], sort_key(line.unit_name), line.room.name))
    return Overview(month, tuple(lines))


def draw_of(draw: UUID, *, reads_answers: bool = False) -> DrawTold:
    """One draw; answers only for who assesses there."""
    row = Draw.objects.select_related("room").get(id=draw)
    clips = list(row.clips.select_related("skipped").order_by("begin_us"))
    made: dict[UUID, Assessment] = {}
    for each in Assessment.objects.filter(clip__in=clips, withdrawn_at__isnull=True, second=False):
        made[each.clip_id] = each
    told = tuple(_clip(clip, made.get(clip.id), reads_answers) for clip in clips)
    names = registry.names_on({row.unit_id}, row.last_day)
    return DrawTold(row, told, is_same(row, clips), names[row.unit_id].name if row.unit_id in names else "")


def is_same(row: Draw, clips: list[Clip]) -> bool:
    """Whether seed, frame and clips follow from the checkpoint as they should."""
    seed = seed_of(str(row.room_id), str(row.first_day), row.checkpoint.encode()).hex()
    again = [(clip.begin_us, clip.end_us, clip.sign) for clip in clips_of(row)]
    kept = sorted((clip.position, clip.begin_us, clip.end_us, clip.sign) for clip in clips if clip.replaces_id is None)
    return seed == row.seed and frames.digest(row.frame) == row.frame_digest and again == [each[1:] for each in kept]


def _clip(clip: Clip, made: Assessment | None, reads_answers: bool) -> ClipTold:
    skipped = getattr(clip, "skipped", None)
    state = LEFT[Why(skipped.why)] if skipped else DONE if made else WAITS
    not_met = list(made.answers.values()).count(BAD) if made else 0
    comment = (made.comment if made else skipped.words if skipped else "") if reads_answers else ""
    return ClipTold(clip, state, why_of(clip), not_met, comment)
