"""The reception calendar as people read it: each day, who receives, what was changed and why, and how it went.

Reads only. What the public reads is the plan with its changes; how a day went is for the unit and whoever supervises
it. Promises a number of queries that does not grow with units or days.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from minhbach.centre.access.deciding import rooms_where, units_where
from minhbach.centre.access.models import Account
from minhbach.centre.reception.actions.days import reception_rooms
from minhbach.centre.reception.heads import posts_of_heads
from minhbach.centre.reception.keeping import Begun, begun
from minhbach.centre.reception.models import DayChangeKind, MissedDay, MissedStep, MissedStepKind
from minhbach.centre.reception.planning import ReceptionDay, Schedule, month_of
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Room, RoomType
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words, formats

KINDS = {
    DayChangeKind.ADDED: Words("Thêm ngày tiếp", "Day added"),
    DayChangeKind.MOVED: Words("Dời sang ngày khác", "Moved to another day"),
    DayChangeKind.CANCELLED: Words("Không tổ chức", "Not held"),
    DayChangeKind.RESTORED: Words("Tổ chức lại như lịch", "Held after all"),
    DayChangeKind.DELEGATED: Words("Phân công người khác tiếp", "Somebody else receives"),
}
State = tuple[str, Words | str]
COMING: State = ("soon", Words("sắp tới", "to come"))
TODAY = Words("hôm nay, trước {at}", "today, by {at}")
HELD: State = ("ok", Words("đã tiếp", "held"))
HELD_LATE = Words("bắt đầu muộn, {at}", "began late, {at}")
MISSED: State = ("late", Words("không có buổi tiếp", "no session"))
MISSING: State = ("late", Words("chưa có buổi tiếp", "no session yet"))
#: Somebody received, but not who keeps a reception day.
NOT_BY_HEAD: State = ("late", Words("người đứng đầu không tiếp", "the head did not receive"))
NOT_YET_BY_HEAD: State = ("late", Words("người đứng đầu chưa tiếp", "the head has not received yet"))
EXPLAINED: State = ("soon", Words("đã nêu lý do, chờ kết luận", "explained, to be answered"))
EXCUSED = Words("có lý do: {why}", "excused: {why}")
NOT_HELD: State = ("unseen", Words("không tổ chức", "not held"))
UNSEEN: State = ("unseen", Words("chưa theo dõi", "not followed then"))


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day of a unit's calendar with how it went."""

    plan: ReceptionDay
    state: State
    missed: MissedDay | None = None

    @property
    def day(self) -> datetime.date:
        """The day."""
        return self.plan.day

    @property
    def said(self) -> list[Words]:
        """What of it is otherwise than the rule, in sentences; the reasons stand beside."""
        plan, found = self.plan, []
        if plan.by_closing and plan.rule_day:
            found.append(Words("thay ngày {day} là ngày nghỉ", "instead of {day}, which is closed").fill(
                day=formats.day(plan.rule_day)
            ))  # fmt: skip
        if plan.change is not None and plan.change.kind == DayChangeKind.MOVED:
            if plan.cancelled and plan.change.moved_to:
                moved = Words("dời sang {day}", "moved to {day}").fill(day=formats.day(plan.change.moved_to))
            else:
                moved = Words("dời từ {day}", "moved from {day}").fill(day=formats.day(plan.change.day))
            found.append(moved)
        elif plan.change is not None:
            found.append(KINDS[DayChangeKind(plan.change.kind)])
        return found


@dataclass(frozen=True, slots=True)
class UnitToday:
    """A unit on a day: whether it receives, and how it stands."""

    unit: UUID
    name: str
    state: State | None
    missed: MissedDay | None


def days_of(unit: UUID, first: datetime.date, last: datetime.date, *, now: datetime.datetime) -> list[DayLine]:
    """The calendar of a unit between two days, cancelled days too."""
    schedule = Schedule([unit], first, last)
    plans = schedule.days(unit, cancelled=True)
    opened = begun([unit], first, last)
    missed = {row.day: row for row in MissedDay.objects.filter(unit=unit, day__range=(first, last))}
    steps = _said(missed.values())
    found = []
    for plan in plans:
        by = schedule.begins_by(unit, plan.day)
        row = missed.get(plan.day)
        state = _state(plan, opened.get((unit, plan.day)), by, row, steps.get(row.id, []) if row else [], now)
        found.append(DayLine(plan, state, row))
    return found


def units_on(units: Collection[UUID], day: datetime.date, *, now: datetime.datetime) -> list[UnitToday]:
    """How each of these units stands on a day, those that need a question first, then by name."""
    schedule, opened = Schedule(units, day, day), begun(units, day, day)
    missed = {row.unit_id: row for row in MissedDay.objects.filter(unit__in=units, day=day)}
    steps, names = _said(missed.values()), registry.names_on(units, day)
    found = []
    for unit in units:
        plan = next(iter(schedule.days(unit, cancelled=True)), None)
        row = missed.get(unit)
        state = None
        if plan is not None:
            by = schedule.begins_by(unit, day)
            state = _state(plan, opened.get((unit, day)), by, row, steps.get(row.id, []) if row else [], now)
        elif row is not None:  # the day was changed after it had gone by
            state = _of_missed(steps.get(row.id, []), day, now)
        if unit in names:
            found.append(UnitToday(unit, names[unit].name, state, row))
    urgency = {"fault": 0, "late": 0, "soon": 1, "unseen": 3, "ok": 2}
    return sorted(found, key=lambda each: (urgency[each.state[0]] if each.state else 4, sort_key(each.name)))


def _state(
    plan: ReceptionDay, opened: Begun | None, by: datetime.datetime | None, missed: MissedDay | None,
    said: list[MissedStep], now: datetime.datetime,
) -> State:  # fmt: skip
    today = registry.day_of(now)
    if plan.cancelled:
        return NOT_HELD
    if opened is not None and opened.kept_at is not None:
        return ("soon", HELD_LATE.fill(at=formats.minute(opened.kept_at))) if by and opened.kept_at > by else HELD
    if missed is not None:
        return _of_missed(said, plan.day, now, others=opened is not None)
    if plan.day > today:
        return COMING
    if plan.day == today and by is not None:
        return ("soon", TODAY.fill(at=formats.minute(by))) if now < by else _nobody(plan.day, now, opened is not None)
    return NOT_BY_HEAD if opened is not None else UNSEEN


def _of_missed(said: list[MissedStep], day: datetime.date, now: datetime.datetime, *, others: bool = False) -> State:
    last = said[-1].kind if said else ""
    if last == MissedStepKind.EXPLAINED:
        return EXPLAINED
    if last == MissedStepKind.ACCEPTED:
        why = next(step for step in reversed(said) if step.kind == MissedStepKind.EXPLAINED)
        return ("unseen", EXCUSED.fill(why=Words(why.vi, why.en)))
    return _nobody(day, now, others)


def _nobody(day: datetime.date, now: datetime.datetime, others: bool) -> State:
    """Nobody received who keeps the day; `others` did."""
    if day == registry.day_of(now):
        return NOT_YET_BY_HEAD if others else MISSING
    return NOT_BY_HEAD if others else MISSED


def _said(missed: Collection[MissedDay]) -> dict[UUID, list[MissedStep]]:
    found: dict[UUID, list[MissedStep]] = {}
    for row in MissedStep.objects.filter(missed__in=[row.id for row in missed]).order_by("at", "id"):
        found.setdefault(row.missed_id, []).append(row)
    return found


def reach(actor: Account, *, now: datetime.datetime) -> tuple[set[UUID], set[UUID]]:
    """The units whose reception this person keeps, and all that they may follow."""
    day = registry.day_of(now)
    rooms = reception_rooms(day)
    own = units_where(actor, Right.RECEPTION, now=now) & rooms.keys()
    seen = rooms_where(actor, Right.PLAYBACK, now=now)
    return own, own | {unit for unit, held in rooms.items() if seen & set(held)}


def to_answer(
    actor: Account,
    *,
    now: datetime.datetime,
    most: int | None = None,
    within: tuple[set[UUID], set[UUID]] | None = None,
) -> list[tuple[MissedDay, State, str]]:
    """Missed days that wait for somebody here: for the unit to say why, or for whoever supervises to answer it.

    `within`: what `reach` found already.
    """
    own, followed = within or reach(actor, now=now)
    since = registry.day_of(now) - datetime.timedelta(days=62)
    rows = list(MissedDay.objects.filter(unit__in=followed, day__gte=since).order_by("-day")[:200])
    left = _left(followed, since, registry.day_of(now))
    rows += left
    steps, names = _said(rows), registry.names_on({row.unit_id for row in rows}, registry.day_of(now))
    found = []
    for row in rows:
        last = steps[row.id][-1].kind if row.id in steps else ""
        explained, over = last == MissedStepKind.EXPLAINED, last == MissedStepKind.ACCEPTED
        today = row.day == registry.day_of(now)
        if not over and (today or explained != (left.get(row, row.unit_id) in own)):
            state = EXPLAINED if explained else NOT_YET_BY_HEAD if today else NOT_BY_HEAD
            found.append((row, state, names[row.unit_id].name if row.unit_id in names else ""))
    return found[:most]


def _left(followed: set[UUID], since: datetime.date, day: datetime.date) -> dict[MissedDay, UUID]:
    """Missed days of units that have ended since, by the unit that has their room by now and answers for them."""
    rows = list(MissedDay.objects.filter(unit__valid_until__lte=day, day__gte=since).order_by("-day")[:200])
    holders = registry.holders_on({row.room_id for row in rows}, day) if rows else {}
    return {row: holders[row.room_id] for row in rows if holders.get(row.room_id) in followed}


@dataclass(frozen=True, slots=True)
class Posted:
    """A unit's calendar as it is posted: where, when, by whom, and each day of the month."""

    unit: UUID
    name: str
    month: datetime.date
    days: list[DayLine]
    rooms: list[Room]
    #: Name and title of those who receive.
    heads: list[tuple[str, str]]
    hours: str
    rule: str


def posted(unit: UUID, month: datetime.date, *, now: datetime.datetime) -> Posted:
    """What hangs at the door of a unit for a month."""
    first, last = month_of(month)
    today = registry.day_of(now)
    day = min(max(first, today), last) if first <= today else first
    day = registry.last_day(unit, day)
    schedule = Schedule([unit], first, last)
    duty, hours = schedule.duty(unit, day), schedule.calendar(unit, day).hours
    rooms = registry.rooms_of([unit], day).filter(room_type=RoomType.RECEPTION_ROOM).order_by("name")
    return Posted(
        unit=unit,
        name=registry.name_on(unit, day).name,
        month=first,
        days=days_of(unit, first, last, now=now),
        rooms=list(rooms),
        heads=[(row.person.full_name, row.title) for row in posts_of_heads(unit, day)],
        hours=", ".join(f"{begin}–{end}" for begin, end in hours.spans),
        rule=", ".join(map(str, duty.days)) if duty else "",
    )
