"""Which body supervises the rooms of a type in a unit and below it: laid by decision from a day on, ended on one.

By this alone inspectors and specialists see anything at all, so nobody lays or ends it for a body where they serve
themselves, and both the body and the unit have to lie where the actor configures. Rows are never rewritten.

    NotPossible    the sentence for the page
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.actors import Actor, person_id_of
from minhbach.centre.registry.models import RoomType, Unit
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import REFUSALS, NotPossible, writing
from minhbach.centre.regulation import actions, reading
from minhbach.centre.regulation.columns import ROOMS
from minhbach.centre.regulation.models import Supervision
from minhbach.centre.regulation.rules import Rules, Scope
from minhbach.centre.words import Words

REFUSALS["supervision_once"] = Words(
    "Cơ quan này đã được giao giám sát loại phòng đó ở đây trong thời gian này.",
    "That body supervises rooms of that type here at that time already.",
)
NOT_IN_REACH = Words(
    "Cơ quan giám sát phải thuộc phạm vi bạn được cấu hình.", "The body has to lie where you may configure."
)
NOT_FOR_ONESELF = Words(
    "Bạn công tác tại cơ quan này. Không ai tự giao hay bỏ việc giám sát cho cơ quan mình; hãy nhờ quản trị viên khác.",
    "You serve at this body. Nobody gives their own body supervision or takes it away; ask another administrator.",
)
NO_ROLE = Words(
    "Theo quy chế, cơ quan loại này không có vai trò nào giám sát {room}.",
    "By the regulation no role at a body of this kind supervises {room}.",
)
NOT_THERE = Words("Đơn vị không tồn tại vào ngày này.", "The unit does not exist on that day.")
NO_DECISION = Words("Hãy ghi số quyết định.", "Give the number of the decision.")
TOO_EARLY = Words(
    "Việc giám sát đã kết thúc, hoặc chưa bắt đầu trước ngày này: hãy chọn ngày muộn hơn.",
    "It has ended, or does not begin before that day: choose a later one.",
)


@dataclass(frozen=True, slots=True)
class Line:
    """Who supervises which rooms here; `inherited`: laid for a unit above, whose name is `area`."""

    row: Supervision
    body: str
    area: str
    rooms: Words
    inherited: bool
    begun: bool


def lines_of(unit: UUID, day: datetime.date) -> list[Line]:
    """What holds for the unit on the day and what is laid for later, by type of room, the nearest first."""
    above = registry.units_above(unit, day)
    rows = Supervision.objects.filter(area__in=above).exclude(valid_until__lte=day)
    names = registry.names_on({unit for row in rows for unit in (row.body_id, row.area_id)}, day)
    found = sorted(rows, key=lambda row: (list(ROOMS).index(row.room_type), above.index(row.area_id), row.valid_from))
    return [
        Line(
            row,
            names[row.body_id].name if row.body_id in names else "",
            names[row.area_id].name if row.area_id in names else "",
            ROOMS[row.room_type],
            row.area_id != unit,
            row.valid_from <= day,
        )
        for row in found
    ]


def unwatched(lines: Collection[Line]) -> list[Words]:
    """The types of rooms that nobody supervises here today: whoever has to look at them sees nothing."""
    seen = {line.row.room_type for line in lines if line.begun}
    return [words for room_type, words in ROOMS.items() if room_type not in seen]


def bodies(unit: UUID, reach: Collection[UUID], day: datetime.date) -> list[tuple[UUID, str]]:
    """The units in reach that may supervise by the regulation of this one, by name."""
    rules = reading.rules_for(tuple(reversed(registry.units_above(unit, day))), day)
    if rules is None:
        return []
    kinds = {kind for room_type in ROOMS for kind in _kinds(rules, room_type)}
    found = [naming for naming in registry.names_on(reach, day).values() if naming.kind in kinds]
    return sorted(((naming.unit, naming.name) for naming in found), key=lambda each: each[1])


def lay(
    actor: Actor,
    *,
    area: UUID,
    body: UUID,
    room_type: str,
    day: datetime.date,
    decision_number: str,
    reach: Collection[UUID],
    today: datetime.date,
) -> Supervision:
    """From the day on the body supervises rooms of that type in the area. Raises NotPossible, naming the field."""
    number = plain(decision_number)[:60]
    if not number:
        raise NotPossible(NO_DECISION, "decision_number")
    _demand_reach(actor, body, reach, today)
    rules = reading.rules_for(tuple(reversed(registry.units_above(area, day))), day)
    kind = registry.names_on((body,), day)[body].kind if body in registry.names_on((body,), day) else ""
    if rules is None or kind not in _kinds(rules, room_type):
        raise NotPossible(NO_ROLE.fill(room=ROOMS[room_type]), "body")
    with writing(actor, "supervision laid"):
        there = Unit.objects.select_for_update().filter(id__in={body, area}).order_by("id")
        if not all(unit.is_true_on(day) for unit in there):
            raise NotPossible(NOT_THERE, "day")
        return actions.supervise(
            body=body, area=area, room_type=RoomType(room_type), valid_from=day, decision_number=number
        )


def end(
    actor: Actor, supervision: Supervision, *, day: datetime.date, reach: Collection[UUID], today: datetime.date
) -> None:
    """The body supervises there no more from the day on. Raises NotPossible."""
    _demand_reach(actor, supervision.body_id, reach, today)
    with writing(actor, "supervision ended"):
        running = Supervision.objects.filter(id=supervision.id, valid_from__lt=day, valid_until__isnull=True)
        if day < today or not running.exists():
            raise NotPossible(TOO_EARLY, "day")
        actions.end_supervision(supervision, last_day=day - datetime.timedelta(days=1))


def _demand_reach(actor: Actor, body: UUID, reach: Collection[UUID], today: datetime.date) -> None:
    if body not in reach:
        raise NotPossible(NOT_IN_REACH, "body")
    person = person_id_of(actor)
    if person and any(post.unit_id == body for post in registry.posts(person, today)):
        raise NotPossible(NOT_FOR_ONESELF, "body")


def _kinds(rules: Rules, room_type: str) -> set[str]:
    """The kinds of units at which some role supervises rooms of that type."""
    roles = [
        role
        for role in rules.roles.values()
        if (cell := role.rooms.get(room_type)) is not None and cell.scope is Scope.SUPERVISED
    ]
    return {kind for role in roles for kind in role.held_at}
