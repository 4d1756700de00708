"""Founding, renaming, moving, merging, splitting and ending units, each from a day on and by a decision.

Promises that nothing of the past is touched: rows of the day before end, rows of the day begin, `Succession` says who
took over. Rooms go on under the unit that takes them; assignments at a unit that ends end with it, as their decisions
were made for it.
"""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db.models import F, Q, QuerySet

from minhbach.centre.registry.actors import Actor
from minhbach.centre.registry.models import (
    Assignment,
    Dated,
    Placement,
    Succession,
    Tenure,
    Unit,
    UnitKind,
    UnitName,
    true_on,
)
from minhbach.centre.registry.vietnamese import plain, search_key, sort_key
from minhbach.centre.registry.writing import NotPossible, writing
from minhbach.centre.words import Words

Row = TypeVar("Row", bound=Dated)

ALREADY_CHANGED = Words(
    "Đơn vị đã có thay đổi khác từ ngày này trở đi. Hãy chọn ngày muộn hơn hoặc xem lại thay đổi đó.",
    "The unit already changes on or after this day. Choose a later day or look at that change.",
)
ASSIGNED_TODAY = Words(
    "Có phân công bắt đầu đúng ngày này tại đơn vị. Hãy thu hồi phân công đó hoặc chọn ngày sau.",
    "Somebody's assignment at the unit begins on this very day. Take it back or choose a later day.",
)
NOT_THERE = Words("Đơn vị không tồn tại vào ngày này.", "The unit does not exist on that day.")
UNSHARED = Words(
    "Hãy chọn đơn vị nhận cho từng phòng và từng đơn vị trực thuộc.",
    "Say for each room and each unit below which new unit takes it.",
)
NOT_EMPTY = Words(
    "Đơn vị còn phòng hoặc còn đơn vị trực thuộc. Hãy đóng phòng, chuyển đơn vị, hoặc sáp nhập đơn vị này trước.",
    "The unit still has rooms or units below it. Close the rooms, move the units, or merge this unit first.",
)
AT_LEAST_TWO = Words("Cần ít nhất hai đơn vị.", "At least two units are needed.")


@dataclass(frozen=True, slots=True)
class NewName:
    """What a unit is to be called, and what it is."""

    name: str
    code: str
    kind: str


@dataclass(frozen=True, slots=True)
class Part:
    """One of the units that a split makes, with the rooms and the units below that it takes."""

    naming: NewName
    rooms: Collection[UUID]
    below: Collection[UUID] = ()


@dataclass(frozen=True, slots=True)
class Handover:
    """What a merger or a split made: the new units, and the assignments that ended and may need a new decision."""

    units: tuple[Unit, ...]
    ended: tuple[Assignment, ...]


def found_unit(
    actor: Actor, *, naming: NewName, parent: UUID | None, day: datetime.date, decision_number: str = ""
) -> Unit:
    """A new unit from the day on, below `parent` or at the top of its own tree."""
    with writing(actor, "found_unit"):
        return _found(naming, parent, day, decision_number)


def rename_unit(actor: Actor, *, unit: UUID, naming: NewName, day: datetime.date, decision_number: str) -> None:
    """From the day on the unit has another name, code or kind."""
    with writing(actor, "rename_unit"):
        _lock((unit,), day)
        _end(UnitName.objects.filter(unit=unit), day)
        _name(unit, naming, day, decision_number)


def move_unit(actor: Actor, *, unit: UUID, parent: UUID, day: datetime.date, decision_number: str) -> None:
    """From the day on the unit stands below another one."""
    with writing(actor, "move_unit"):
        _lock((unit, parent), day)
        _end(Placement.objects.filter(unit=unit), day)
        Placement.objects.create(unit_id=unit, parent_id=parent, valid_from=day, decision_number=decision_number)


def end_unit(actor: Actor, *, unit: UUID, day: datetime.date, decision_number: str) -> tuple[Assignment, ...]:
    """The unit exists no more from the day on and nobody follows it; answers the assignments that end with it.

    Raises NotPossible while it holds rooms or units stand below it: somebody must answer for these.
    """
    with writing(actor, "end_unit"):
        _lock((unit,), day)
        held = Tenure.objects.filter(unit=unit).exclude(valid_until__lte=day)
        below = Placement.objects.filter(parent=unit).exclude(valid_until__lte=day)
        if held.exists() or below.exists():
            raise NotPossible(NOT_EMPTY)
        ended = _finish(unit, day)
        for row in ended:
            Assignment.objects.filter(id=row.id).update(end_decision_number=decision_number.strip())
    return tuple(ended)


def merge_units(
    actor: Actor,
    *,
    units: Collection[UUID],
    naming: NewName,
    parent: UUID | None,
    day: datetime.date,
    decision_number: str,
) -> Handover:
    """From the day on one new unit takes the place of several, with their rooms and the units below them."""
    if len(set(units)) < 2:
        raise NotPossible(AT_LEAST_TWO, "units")
    with writing(actor, "merge_units"):
        _lock(units, day)
        ended = [row for unit in units for row in _finish(unit, day)]
        heir = _found(naming, parent, day, decision_number)
        for unit in units:
            _hand_over(unit, heir, day, decision_number)
    return Handover((heir,), tuple(ended))


def absorb_units(
    actor: Actor, *, units: Collection[UUID], into: UUID, day: datetime.date, decision_number: str
) -> Handover:
    """From the day on an existing unit takes over others, with their rooms and the units below them."""
    with writing(actor, "absorb_units"):
        locked = _lock((*units, into), day)
        ended = [row for unit in units for row in _finish(unit, day)]
        for unit in units:
            _hand_over(unit, locked[into], day, decision_number)
    return Handover((locked[into],), tuple(ended))


def split_unit(
    actor: Actor, *, unit: UUID, parts: Sequence[Part], day: datetime.date, decision_number: str
) -> Handover:
    """From the day on several new units take the place of one. Each room and each unit below goes to exactly one."""
    if len(parts) < 2:
        raise NotPossible(AT_LEAST_TWO, "parts")
    with writing(actor, "split_unit"):
        _lock((unit,), day)
        _refuse_unshared(unit, parts, day)
        parent = Placement.objects.filter(true_on(day), unit=unit).values_list("parent", flat=True).first()
        ended = _finish(unit, day)
        heirs = []
        for part in parts:
            heir = _found(part.naming, parent, day, decision_number)
            _succeed(unit, heir, day, decision_number)
            _take_rooms(Tenure.objects.filter(unit=unit, room__in=part.rooms), heir, day, decision_number)
            _take_below(Placement.objects.filter(parent=unit, unit__in=part.below), heir, day, decision_number)
            heirs.append(heir)
    return Handover(tuple(heirs), tuple(ended))


def _lock(units: Collection[UUID], day: datetime.date) -> dict[UUID, Unit]:
    """Hold the units, in one order for everybody, so that two changes of one unit follow each other."""
    found = {unit.id: unit for unit in Unit.objects.select_for_update().filter(id__in=units).order_by("id")}
    if any(unit not in found or not found[unit].is_true_on(day) for unit in units):
        raise NotPossible(NOT_THERE)
    return found


def _found(naming: NewName, parent: UUID | None, day: datetime.date, decision_number: str) -> Unit:
    unit = Unit.objects.create(valid_from=day)
    _name(unit.id, naming, day, decision_number)
    if parent is not None:
        _lock((parent,), day)
        Placement.objects.create(unit=unit, parent_id=parent, valid_from=day, decision_number=decision_number)
    return unit


def _name(unit: UUID, naming: NewName, day: datetime.date, decision_number: str) -> None:
    name = plain(naming.name)
    if not name or not naming.code.strip():
        raise NotPossible(Words("Hãy nhập tên và mã của đơn vị.", "Give the unit's name and code."), "name")
    kind = UnitKind.objects.filter(code=naming.kind).first()
    if kind is None:
        raise NotPossible(Words("Không có loại đơn vị này.", "There is no such kind of unit."), "kind")
    UnitName.objects.create(
        unit_id=unit,
        code=naming.code.strip(),
        kind=kind,
        name=name,
        sort_key=sort_key(name),
        search_key=search_key(name),
        valid_from=day,
        decision_number=decision_number,
    )


def _end(rows: "QuerySet[Row]", day: datetime.date) -> list[Row]:
    """End rows that are true on the day; refuse when something is already laid for later.

    A row that only begins on the day gives way altogether: who mistyped a name this morning corrects it today, and the
    row's history still says what stood there.
    """
    alive = rows.exclude(valid_until__lte=F("valid_from"))  # what was taken back was never true
    if alive.filter(valid_from__gt=day).exists():
        raise NotPossible(ALREADY_CHANGED, "day")
    ending = list(alive.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day)))
    alive.filter(id__in=[row.id for row in ending], valid_from=day).delete()
    rows.filter(id__in=[row.id for row in ending]).update(valid_until=day)
    return ending


def _finish(unit: UUID, day: datetime.date) -> list[Assignment]:
    """The unit lives up to the day, and with it its name, its place and what people were assigned to it."""
    posts = Assignment.objects.filter(unit=unit).exclude(valid_until__lte=F("valid_from"))
    if posts.filter(valid_from=day).exists():
        raise NotPossible(ASSIGNED_TODAY, "day")  # rights may have been used already: the row must stay
    if Unit.objects.filter(id=unit, valid_until__isnull=False).exists():
        raise NotPossible(ALREADY_CHANGED, "day")  # its end is laid already: that decision must be taken back first
    _end(UnitName.objects.filter(unit=unit), day)
    _end(Placement.objects.filter(unit=unit), day)
    Unit.objects.filter(id=unit).update(valid_until=day)
    return _end(posts, day)


def _hand_over(unit: UUID, heir: Unit, day: datetime.date, decision_number: str) -> None:
    _succeed(unit, heir, day, decision_number)
    _take_rooms(Tenure.objects.filter(unit=unit), heir, day, decision_number)
    below = Placement.objects.filter(parent=unit).exclude(unit=heir)
    _take_below(below, heir, day, decision_number)


def _succeed(unit: UUID, heir: Unit, day: datetime.date, decision_number: str) -> None:
    Succession.objects.create(predecessor_id=unit, successor=heir, day=day, decision_number=decision_number)


def _take_rooms(rooms: "QuerySet[Tenure]", heir: Unit, day: datetime.date, decision_number: str) -> None:
    for ended in _end(rooms, day):
        Tenure.objects.create(unit=heir, room_id=ended.room_id, valid_from=day, decision_number=decision_number)


def _take_below(below: "QuerySet[Placement]", heir: Unit, day: datetime.date, decision_number: str) -> None:
    for ended in _end(below, day):
        Placement.objects.create(unit_id=ended.unit_id, parent=heir, valid_from=day, decision_number=decision_number)


def _refuse_unshared(unit: UUID, parts: Sequence[Part], day: datetime.date) -> None:
    rooms = Tenure.objects.filter(true_on(day), unit=unit).values_list("room", flat=True)
    below = Placement.objects.filter(true_on(day), parent=unit).values_list("unit", flat=True)
    shared_rooms = [room for part in parts for room in part.rooms]
    shared_below = [child for part in parts for child in part.below]
    if sorted(rooms) != sorted(shared_rooms) or sorted(below) != sorted(shared_below):
        raise NotPossible(UNSHARED, "parts")
