"""Who closes an office on a single day: who stands above, whenever; its own people ahead, by a decision, not unseen.

A day that is closed stops what counts by working days there, moves its reception and asks nothing of the recorders. So
nobody closes the day that is running out under their own office. What is closed above is closed below it anyway.

    NotPossible    the sentence for the page, with the form's field
"""

import datetime
from collections.abc import Sequence
from uuid import UUID

from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.actors import Actor, person_id_of
from minhbach.centre.registry.models import Assignment, true_on
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation import reading
from minhbach.centre.regulation.calendar import WORKED
from minhbach.centre.regulation.models import CalendarDay, Supervision
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Scope
from minhbach.centre.words import Words

NO_DECISION = Words(
    "Cấp trên không nghỉ ngày này: hãy ghi số văn bản cho đơn vị nghỉ.",
    "The offices above do not close on this day: give the number of the decision by which the unit does.",
)
NOT_AHEAD = Words(
    "Đơn vị chỉ tự ghi ngày nghỉ trước khi ngày đó đến. Nghỉ đột xuất, hoặc ngày đã qua: đề nghị quản trị hệ thống cấp "
    "trên ghi vào lịch của đơn vị.",
    "A unit closes a day of its own only before it comes. For today or a past day ask the administrator above to enter "
    "it in the unit's calendar.",
)
HAS_COME = Words(
    "Ngày làm bù đã đến hoặc đã qua: đề nghị quản trị hệ thống cấp trên bỏ ngày này.",
    "This day of work has come already: ask the administrator above to take it back.",
)
TOLD = Words(
    "{unit} tự ghi vào lịch làm việc: nghỉ ngày {day} ({name}), theo {source}.",
    "{unit} closes its office on {day} ({name}), by {source}.",
)
#: Whoever directs there hears of it, and whoever may take the day back.
_HEARS = frozenset({Right.DIRECT, Right.CONFIGURE})


def closes_own(actor: Actor, unit: UUID, today: datetime.date) -> bool:
    """Whether the actor keeps this calendar as one of the unit's own people: not from above, nor as the system."""
    person, above = person_id_of(actor), registry.units_above(unit, today)
    return person is not None and len(above) > 1 and not _configures_from_above(person, above, today)


def _configures_from_above(person: UUID, above: Sequence[UUID], today: datetime.date) -> bool:
    held = [(post.unit_id, post.role) for post in registry.posts(person, today) if post.unit_id in above[1:]]
    return any(_has(unit, role, frozenset({Right.CONFIGURE}), Scope.OWN, today) for unit, role in held)


def _has(unit: UUID, role: str, rights: frozenset[Right], scope: Scope | None, today: datetime.date) -> bool:
    """Whether a role at a unit has one of these rights to units by the rules there, in that scope if one is asked."""
    rules = reading.rules_for(tuple(reversed(registry.units_above(unit, today))), today)
    found = rules.roles.get(role) if rules else None
    if found is None or found.unit is None or registry.name_on(unit, today).kind not in found.held_at:
        return False
    return bool(found.unit.rights & rights) and scope in (None, found.unit.scope)


def is_closed_above(unit: UUID, day: datetime.date, today: datetime.date) -> bool:
    """Whether the nearest unit above that says something of the day closes it."""
    above = registry.units_above(unit, today)[1:]
    rows = CalendarDay.objects.filter(unit__in=above, day=day, withdrawn_at__isnull=True).values_list("unit", "kind")
    said = [kind for _, kind in sorted(rows, key=lambda row: above.index(row[0]))]
    return bool(said) and said[0] != WORKED


def demand_ahead(day: datetime.date, source: str, today: datetime.date) -> None:
    """What the unit's own people give who close a day. Raises NotPossible."""
    if not source:
        raise NotPossible(NO_DECISION, "source")
    if day <= today:
        raise NotPossible(NOT_AHEAD, "day")


def tell(row: CalendarDay, *, now: datetime.datetime) -> None:
    """Whoever directs or configures above hears that the unit closes a day."""
    today = registry.day_of(now)
    name = registry.name_on(row.unit_id, today).name
    words = TOLD.fill(unit=name, day=f"{row.day:%d/%m/%Y}", name=row.name, source=row.source)
    to = _who_hears(row.unit_id, today) - {row.added_by_id}
    send(to=sorted(to), kind="calendar", words=words, link=Link("calendar", str(row.unit_id)), now=now)


def _who_hears(unit: UUID, today: datetime.date) -> set[UUID]:
    above = registry.units_above(unit, today)
    bodies = Supervision.objects.filter(true_on(today), area__in=above).values_list("body", flat=True)
    posts = Assignment.objects.filter(true_on(today), unit__in={*above, *bodies} - {unit})
    found = list(posts.values_list("person", "unit", "role"))
    hears = {(where, role): _has(where, role, _HEARS, None, today) for _, where, role in found}
    return {person for person, where, role in found if hears[where, role]}
