"""Reception days: changed with a reason that is posted; found missed at the time the rule says; explained, answered.

Who is told of a missed day: whoever receives at the unit and whoever supervises its reception room, by a post, once. Of
a day that the unit changes they are told at once, and whoever directs above. Once its hour has come a day is kept or
missed: it is neither cancelled nor moved any more.
"""

import datetime
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from minhbach.centre.access.models import Account
from minhbach.centre.access.people import people_above, people_who
from minhbach.centre.access.places import place_of_room
from minhbach.centre.access.recording import record
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.reception.actions.sessions import APP
from minhbach.centre.reception.keeping import begun
from minhbach.centre.reception.models import (
    REASON_LENGTH,
    DayChange,
    DayChangeKind,
    MissedDay,
    MissedStep,
    MissedStepKind,
)
from minhbach.centre.reception.planning import FURTHEST as MOVED_FURTHEST
from minhbach.centre.reception.planning import ONE, ReceptionDay, Schedule, month_of
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Room, RoomType, Tenure, true_on
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words, formats

#: A day is changed so far ahead at most: beyond that no calendar knows the holidays.
FURTHEST = datetime.timedelta(days=400)
#: So many days back it is looked for what was missed while nobody looked.
LOOKED_BACK = datetime.timedelta(days=7)
HOUR = datetime.timedelta(hours=1)
ROUTE = "missed_day"
SAY_WHY = Words("Hãy ghi lý do; lý do được niêm yết công khai.", "Write why; the reason is posted for everybody.")
PAST = Words("Ngày này đã qua.", "That day is past.")
TOO_FAR = Words("Ngày này quá xa.", "That day is too far away.")
NO_DAY = Words("Ngày này không phải là ngày tiếp công dân.", "This is no reception day.")
ALREADY = Words("Ngày này đã là ngày tiếp công dân.", "This is a reception day already.")
CLOSED_THEN = Words("Cơ quan nghỉ vào ngày này.", "The office is closed on that day.")
HAS_COME = Words(
    "Đã đến giờ tiếp của ngày này, không hủy hay dời được nữa. Nếu không tiếp, hãy nêu lý do ở mục ngày không tiếp.",
    "The hour of this day has come: it is neither cancelled nor moved. If nobody receives, say why where it is missed.",
)
NOT_SO_FAR = Words(
    "Chỉ dời được sang ngày làm việc từ {first} đến {last}, giữa hai ngày tiếp công dân liền trước và liền sau.",
    "It can be moved to a working day from {first} to {last}, between the reception days before and after it.",
)
CHANGED = {
    DayChangeKind.CANCELLED: Words(
        "{unit} hủy ngày tiếp công dân {day}. Lý do: {reason}",
        "{unit} cancelled the reception day {day}. Why: {reason}",
    ),
    DayChangeKind.MOVED: Words(
        "{unit} dời ngày tiếp công dân {day} sang {to}. Lý do: {reason}",
        "{unit} moved the reception day {day} to {to}. Why: {reason}",
    ),
    DayChangeKind.RESTORED: Words(
        "{unit} tổ chức lại ngày tiếp công dân {day}. Lý do: {reason}",
        "{unit} holds the reception day {day} after all. Why: {reason}",
    ),
    DayChangeKind.DELEGATED: Words(
        "{unit} phân công người khác tiếp công dân ngày {day}. Lý do: {reason}",
        "{unit} has somebody else receive on {day}. Why: {reason}",
    ),
}
MAY_NOT = Words(
    "Quy chế hiện hành: người đứng đầu phải trực tiếp tiếp công dân, không ủy quyền. Có thể dời ngày, nêu lý do.",
    "By the regulation in force the head receives in person. The day can be moved, with a reason.",
)
NO_DECISION = Words("Hãy ghi số văn bản phân công.", "Give the number of the decision.")
NOBODY = Words("Hãy chọn người tiếp thay đang công tác tại đơn vị.", "Choose who receives instead, of this unit.")
TOLD = Words(
    "{unit}: đến {at} ngày tiếp công dân {day} chưa có buổi tiếp nào do người đứng đầu, hoặc người được phân công bằng "
    "văn bản, tiếp.",
    "{unit}: by {at} of the reception day {day} neither the head, nor whom a decision names, had opened a session.",
)
NO_REASON = Words("Hãy chọn lý do trong quy chế.", "Choose a reason of the regulation.")
NOT_NOW = Words(
    "Bước này không còn làm được, hoặc phải do người khác làm.",
    "This step cannot be taken any more, or another person has to take it.",
)
NOT_OF_UNIT = Words("Người của đơn vị không tự kết luận việc của mình.", "People of the unit do not answer themselves.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is changed of a day, and why."""

    kind: DayChangeKind
    day: datetime.date
    reason: str
    moved_to: datetime.date | None = None
    receiver: UUID | None = None
    decision_number: str = ""


@transaction.atomic
def change_day(actor: Account, *, unit: UUID, change: Change, now: datetime.datetime) -> DayChange:
    """Change one day of a unit's calendar; it is posted as it stands, and told above. Raises NotPossible."""
    today, reason = registry.day_of(now), plain(change.reason)[:REASON_LENGTH]
    if not reason:
        raise NotPossible(SAY_WHY, "reason")
    for day, field in ((change.day, "day"), (change.moved_to, "moved_to")):
        if day is not None and day < today:
            raise NotPossible(PAST, field)
        if day is not None and day > today + FURTHEST:
            raise NotPossible(TOO_FAR, field)
    _refuse_what_cannot_be(unit, change, now)
    made = DayChange.objects.create(
        unit_id=unit, day=change.day, kind=change.kind,
        moved_to=change.moved_to if change.kind is DayChangeKind.MOVED else None,
        receiver_id=change.receiver if change.kind is DayChangeKind.DELEGATED else None, reason=reason,
        decision_number=plain(change.decision_number)[:60], made_by_id=actor.person_id, made_at=now,
    )  # fmt: skip
    record(actor, f"reception_day_{change.kind}", now=now, about=("unit", unit), details={"day": str(change.day)})
    _tell_above(made, now)
    return made


def _tell_above(made: DayChange, now: datetime.datetime) -> None:
    """Whoever supervises the reception room, and whoever directs above; a day that is added takes nothing away."""
    words, today = CHANGED.get(DayChangeKind(made.kind)), registry.day_of(now)
    if words is None:
        return
    own = {row.person_id for row in registry.staff_of([made.unit_id], today)}
    to = people_above(Right.DIRECT, made.unit_id, now=now)
    for room in reception_rooms(today).get(made.unit_id, []):
        to |= people_who(Right.HOLD, room, now=now)
    filled = words.fill(
        unit=registry.name_on(made.unit_id, today).name, day=formats.day(made.day), reason=made.reason,
        to=formats.day(made.moved_to) if made.moved_to else "",
    )  # fmt: skip
    link = Link("reception_calendar", str(made.unit_id))
    send(to=sorted(to - own), kind="reception_day", words=filled, link=link, now=now)


def _refuse_what_cannot_be(unit: UUID, change: Change, now: datetime.datetime) -> None:
    first, last = min(change.day, change.moved_to or change.day), max(change.day, change.moved_to or change.day)
    schedule = Schedule([unit], first, last)
    days = {each.day: each for each in schedule.days(unit, cancelled=True)}
    held = {day for day, each in days.items() if not each.cancelled}
    duty = schedule.duty(unit, change.day)
    match change.kind:
        case DayChangeKind.ADDED if change.day in held:
            raise NotPossible(ALREADY, "day")
        case DayChangeKind.RESTORED if change.day not in days or change.day in held:
            raise NotPossible(NO_DAY if change.day not in days else ALREADY, "day")
        case DayChangeKind.MOVED | DayChangeKind.CANCELLED | DayChangeKind.DELEGATED if change.day not in held:
            raise NotPossible(NO_DAY, "day")
    if change.kind in (DayChangeKind.CANCELLED, DayChangeKind.MOVED):
        by = schedule.begins_by(unit, change.day)
        if by is not None and by <= now:
            raise NotPossible(HAS_COME, "day")
    if change.kind is DayChangeKind.MOVED:
        if change.moved_to is None or change.moved_to in held:
            raise NotPossible(ALREADY if change.moved_to else SAY_WHY, "moved_to")
        if not schedule.calendar(unit, change.moved_to).works_on(change.moved_to):
            raise NotPossible(CLOSED_THEN, "moved_to")
        _refuse_too_far(schedule, unit, days[change.day], change.moved_to)
    if change.kind is DayChangeKind.DELEGATED:
        if duty is None or not duty.may_delegate:
            raise NotPossible(MAY_NOT, "kind")
        if not plain(change.decision_number):
            raise NotPossible(NO_DECISION, "decision_number")
        staff = {row.person_id for row in registry.staff_of([unit], change.day)}
        if change.receiver not in staff:
            raise NotPossible(NOBODY, "receiver")


def _refuse_too_far(schedule: Schedule, unit: UUID, plan: ReceptionDay, moved_to: datetime.date) -> None:
    """A day is put off, not left out: it stays between its neighbours, so that it stands for none of them."""
    stands_for = plan.rule_day or plan.day
    before, after = schedule.around(unit, stands_for)
    # Behind this nobody would look for it: a schedule is worked out with so many days around it.
    first, last = stands_for - MOVED_FURTHEST, stands_for + MOVED_FURTHEST
    first = first if before is None else max(first, before + ONE)
    last = last if after is None else min(last, after - ONE)
    if not first <= moved_to <= last:
        raise NotPossible(NOT_SO_FAR.fill(first=formats.day(first), last=formats.day(last)), "moved_to")


def reception_rooms(day: datetime.date) -> dict[UUID, list[UUID]]:
    """The reception rooms of the day that are in service, by the unit that holds them; the first by name first.

    One without such a day is on trial: nothing of it counts yet, neither here nor in figures.
    """
    rooms = Room.objects.filter(true_on(day), room_type=RoomType.RECEPTION_ROOM, in_service_on__lte=day)
    held = Tenure.objects.filter(true_on(day), room__in=rooms).order_by("room__name", "room")
    found: dict[UUID, list[UUID]] = {}
    for unit, room in held.values_list("unit", "room"):
        found.setdefault(unit, []).append(room)
    return found


@dataclass(frozen=True, slots=True)
class _Missing:
    """A reception day by whose time nobody had begun who keeps it, and the room where it was to be."""

    unit: UUID
    day: datetime.date
    room: UUID
    by: datetime.datetime


def missing_at(now: datetime.datetime, units: Collection[UUID] | None = None) -> dict[UUID, tuple[UUID, str]]:
    """Units whose reception day is today, whose time has come, and where neither the head nor whom a decision names
    has opened a session: (room, "HH:MM").
    """
    found = _missing(registry.day_of(now), now, units)
    return {each.unit: (each.room, f"{each.by:%H:%M}") for each in found}


def _missing(first: datetime.date, now: datetime.datetime, units: Collection[UUID] | None = None) -> Iterator[_Missing]:
    """From the first day up to today."""
    today = registry.day_of(now)
    rooms = {day: reception_rooms(day) for day in (first + n * ONE for n in range((today - first).days + 1))}
    asked = {unit for held in rooms.values() for unit in held if units is None or unit in units}
    if not asked:
        return
    schedule, opened = Schedule(asked, first, today), begun(asked, first, today, until=now)
    for unit in sorted(asked):
        for plan in schedule.days(unit):
            by, here = schedule.begins_by(unit, plan.day), rooms[plan.day].get(unit)
            held = opened.get((unit, plan.day))
            if here and by is not None and by <= now and (held is None or held.kept_at is None):
                yield _Missing(unit, plan.day, here[0], by)


def find_missed(*, now: datetime.datetime, back: datetime.timedelta = LOOKED_BACK) -> list[MissedDay]:
    """Write down each reception day up to today that should have begun and did not, and tell it; once for each."""
    first = registry.day_of(now) - back
    known = set(MissedDay.objects.filter(day__gte=first).values_list("unit", "day"))
    return [_found(each, now) for each in _missing(first, now) if (each.unit, each.day) not in known]


@transaction.atomic
def _found(missing: _Missing, now: datetime.datetime) -> MissedDay:
    unit, day, room = missing.unit, missing.day, missing.room
    made, fresh = MissedDay.objects.get_or_create(unit_id=unit, day=day, defaults={"room_id": room, "found_at": now})
    if fresh:
        name, at = registry.name_on(unit, day).name, f"{missing.by:%H:%M}"
        words = TOLD.fill(unit=name, at=at, day=formats.day(day))
        to = people_who(Right.RECEPTION, room, now=now) | people_who(Right.HOLD, room, now=now)
        send(to=sorted(to), kind="missed_day", words=words, link=Link(ROUTE, str(made.id)), now=now)
        record(APP, "reception_missed", now=now, about=("missed_day", made.id))
    return made


class Missed:
    """What the worker does once a minute: it looks whenever a unit's time has come or a day was changed, and each hour.

    A version, a holiday or a room may change what is owed too: that is seen within the hour. What went by while nobody
    looked, as when the centre was down, is found afterwards (`LOOKED_BACK`).
    """

    def __init__(self) -> None:
        self._again: datetime.datetime | None = None
        self._newest: UUID | None = None

    def beat(self, *, now: datetime.datetime) -> int:
        """Find what is missed; how many days were."""
        newest = DayChange.objects.order_by("-id").values_list("id", flat=True).first()
        if self._again is not None and now < self._again and newest == self._newest:
            return 0
        found = find_missed(now=now)
        self._again, self._newest = self._next_time(now), newest
        return len(found)

    @staticmethod
    def _next_time(now: datetime.datetime) -> datetime.datetime:
        day = registry.day_of(now)
        units = reception_rooms(day)
        schedule = Schedule(units, day, day)
        times = (schedule.begins_by(unit, day) for unit in units)
        return min((by for by in times if by is not None and now < by < now + HOUR), default=now + HOUR)


def explain(actor: Account, missed: UUID, *, code: str, words: str = "", now: datetime.datetime) -> MissedStep:
    """The unit says why, by a reason of the regulation of that day; whoever supervises is told. Raises NotPossible."""
    row = MissedDay.objects.get(id=missed)
    duty = Schedule([row.unit_id], *month_of(row.day)).duty(row.unit_id, row.day)
    reason = duty.reasons.get(code) if duty else None
    if reason is None:
        raise NotPossible(NO_REASON, "code")
    made = _step(actor, row, MissedStepKind.EXPLAINED, words, now, code=code, vi=reason.vi, en=reason.en)
    said = Words("{unit}, ngày {day}: đã nêu lý do không tiếp công dân.", "{unit}, {day}: why nobody received is said.")
    filled = said.fill(unit=registry.name_on(row.unit_id, row.day).name, day=formats.day(row.day))
    to = people_who(Right.HOLD, row.room_id, now=now) - _staff(row, now)
    send(to=sorted(to), kind="missed_day", words=filled, link=Link(ROUTE, str(row.id)), now=now)
    return made


def answer(actor: Account, missed: UUID, *, accepted: bool, words: str = "", now: datetime.datetime) -> MissedStep:
    """Whoever supervises takes the reason, or does not and says why. Raises NotPossible."""
    row = MissedDay.objects.get(id=missed)
    if actor.person_id in _staff(row, now):
        raise NotPossible(NOT_OF_UNIT)
    if not accepted and not plain(words):
        raise NotPossible(SAY_WHY, "words")
    return _step(actor, row, MissedStepKind.ACCEPTED if accepted else MissedStepKind.REJECTED, words, now)


def _staff(row: MissedDay, now: datetime.datetime) -> set[UUID]:
    """Who serves at the unit, or at the one that has its room by now."""
    units = {unit for unit in (row.unit_id, place_of_room(row.room_id, now).unit) if unit}
    return {each.person_id for each in registry.staff_of(units, registry.day_of(now))}


def _step(
    actor: Account, row: MissedDay, kind: MissedStepKind, words: str, now: datetime.datetime, **reason: str
) -> MissedStep:
    try:
        with transaction.atomic():
            made = MissedStep.objects.create(
                missed=row, kind=kind, words=plain(words)[:REASON_LENGTH], by_id=actor.person_id, at=now, **reason
            )
            record(actor, f"missed_day_{kind}", now=now, about=("missed_day", row.id))
    except IntegrityError:
        raise NotPossible(NOT_NOW) from None
    return made
