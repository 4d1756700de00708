"""What the page of one fault shows: its story, its clocks, and from which moments stills may be asked.

Owns the choice of the two moments: before is over a minute before the first sign, which is earlier than the recorder
could be sure of it; after is a moment within the fault, and an offline camera has none. Where a recorder has no footage
of one the other stands alone. Asking for them opens one viewing, decided where all viewings are.
"""

import datetime
from dataclasses import dataclass
from uuid import UUID

from minhbach.centre.access.deciding import decide
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import place_of_room
from minhbach.centre.footage.faults import ADVICE, Story, stories
from minhbach.centre.footage.models import Fault, FaultKind, WorkKind
from minhbach.centre.footage.repair import RepairClock, repair_clock
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Room
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Rules
from minhbach.centre.words import Words

BEFORE = datetime.timedelta(seconds=75)
WITHIN = datetime.timedelta(seconds=2)
IN_TIME, LATE = Words("đúng hạn", "in time"), Words("quá hạn", "late")
SHOWS_NOTHING = (FaultKind.OFFLINE, FaultKind.LINE, FaultKind.DISK, FaultKind.SILENT)


@dataclass(frozen=True, slots=True)
class Duty:
    """Something the regulation wants by a time: done, waiting or late. `left_s` is working or plain seconds."""

    words: Words
    done_at: datetime.datetime | None
    due_at: datetime.datetime
    whole_s: int
    left_s: int

    @property
    def kind(self) -> str:
        """The status of a duty that is done: in time or late."""
        return "ok" if self.left_s >= 0 else "late"

    @property
    def outcome(self) -> Words:
        """The same, said."""
        return IN_TIME if self.left_s >= 0 else LATE


@dataclass(frozen=True, slots=True)
class FaultPage:
    """One fault, as this person may see it. `before`, `after`: moments of stills, none where none may be asked."""

    fault: Fault
    story: Story
    room: Room
    advice: Words
    line: str
    before: datetime.datetime | None
    after: datetime.datetime | None
    duties: list[Duty]
    may_work: bool
    may_see: bool
    why_not_see: Words

    @property
    def before_ms(self) -> str:
        """As the page's script reads it; empty where there is none."""
        return _milliseconds(self.before)

    @property
    def after_ms(self) -> str:
        """The same for the moment within the fault."""
        return _milliseconds(self.after)


def _milliseconds(moment: datetime.datetime | None) -> str:
    return "" if moment is None else str(round(moment.timestamp() * 1000))


def fault_page(actor: Account, fault: UUID, *, now: datetime.datetime) -> FaultPage:
    """The page of an existing fault; whether one may open it at all is the guard's matter."""
    row = Fault.objects.select_related("camera", "room").get(id=fault)
    (story,) = stories([fault])
    place = place_of_room(row.room_id, now)
    stills, work = decide(actor, Right.STILL_FAULT, place, now=now), decide(actor, Right.EQUIP, place, now=now)
    shown = row.camera is not None and row.ended_at is None and row.kind != FaultKind.SILENT
    return FaultPage(
        fault=row,
        story=story,
        room=row.room,
        advice=ADVICE[FaultKind(row.kind)],
        line=f"{row.recorder_id}/{row.camera.name}" if row.camera else "",
        before=row.began_at - BEFORE if shown else None,
        after=row.began_at + WITHIN if shown and row.kind not in SHOWS_NOTHING else None,
        duties=_duties(row, story, place.unit, now),
        may_work=work.allowed,
        may_see=stills.allowed,
        why_not_see=stills.why,
    )


def _duties(fault: Fault, story: Story, unit: UUID | None, now: datetime.datetime) -> list[Duty]:
    """The clocks that run for a fault, or have run; none where no regulation is in force."""
    law = regulation.laws_of([unit], registry.day_of(now)).get(unit) if unit else None
    if law is None or law.rules is None:
        return []
    done = {work.kind: work.at for work in fault.work.all()}
    end = fault.ended_at or now
    started = _started(law.rules, law.calendar, fault, done.get(WorkKind.STARTED), end)
    return [started, _substitute(law.rules, fault, done, end)]


def _started(
    rules: Rules, calendar: Calendar, fault: Fault, done_at: datetime.datetime | None, end: datetime.datetime
) -> Duty:
    hours = rules.times.repair_started_wh
    clock: RepairClock = repair_clock(calendar, fault.known_at, hours, now=done_at or end)
    words = Words("Bắt đầu sửa trong {hours} giờ làm việc", "Repair started within {hours} working hours")
    return Duty(words.fill(hours=hours), done_at or fault.ended_at, clock.due_at, clock.whole_s, clock.left_s)


def _substitute(rules: Rules, fault: Fault, done: dict[str, datetime.datetime], end: datetime.datetime) -> Duty:
    hours = rules.times.substitute_hours
    due_at = fault.known_at + datetime.timedelta(hours=hours)
    done_at = done.get(WorkKind.SUBSTITUTE)
    words = Words("Có thiết bị thay thế trong {hours} giờ", "Substitute in place within {hours} hours")
    left_s = int((due_at - (done_at or end)).total_seconds())
    return Duty(words.fill(hours=hours), done_at or fault.ended_at, due_at, hours * 3600, left_s)
