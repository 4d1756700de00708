"""What nobody may lay down alone: more for themselves, or less for those who supervise from above.

A version of the rules deals out rights, so whoever issues one could deal them to themselves, or a unit that is watched
could take the watching away by rules of its own. Both are answered here, as sentences; pure reads.
"""

import datetime
from collections.abc import Iterator
from uuid import UUID

from minhbach.centre.registry import reading as registry
from minhbach.centre.regulation import reading
from minhbach.centre.regulation.rights import OF_ROOMS, Right
from minhbach.centre.regulation.rules import Cell, Role, Rules, Scope
from minhbach.centre.regulation.wording import amount, periods
from minhbach.centre.words import Words

ONESELF = Words(
    "Bản này cho vai trò của chính người ban hành («{role}») thêm quyền «{right}». Không ai tự cấp quyền cho mình: "
    "người giữ vai trò khác phải ban hành phần đó.",
    "This gives the role of whoever issues it (“{role}”) the right “{right}”. Nobody grants to themselves: somebody in "
    "another role has to issue that part.",
)
FROM_ABOVE = Words(
    "Quy chế cấp trên giao «{role}» quyền «{right}» ở đây; quy chế của đơn vị không bớt được quyền của bên giám sát.",
    "The regulation above gives “{role}” the right “{right}” here; a unit's own cannot take it from its supervisors.",
)
BELOW_THE_LEAST = Words(
    "Mức lưu tối thiểu {least} ngày thấp hơn mức {above} ngày của quy chế cấp trên.",
    "The least time kept, {least} days, is below the {above} days of the regulation above.",
)
LAXER = Words(
    "«{period}»: {mine} là lỏng hơn mức {above} của quy chế cấp trên.",
    "“{period}”: {mine} is laxer than the {above} of the regulation above.",
)
NO_REPORT = Words(
    "Quy chế cấp trên giao «{body}» lập báo cáo tháng; quy chế của đơn vị không bỏ được việc đó.",
    "The regulation above has “{body}” report each month; a unit's own cannot drop that.",
)
FEWER_DAYS = Words(
    "Quy chế cấp trên có {above} ngày tiếp công dân mỗi tháng; quy chế của đơn vị có {mine} ngày, ít hơn.",
    "The regulation above has {above} reception days a month; the unit's own has {mine}, which is fewer.",
)
STAND_IN = Words(
    "Quy chế cấp trên không cho người khác tiếp công dân thay người đứng đầu; quy chế của đơn vị không cho được.",
    "The regulation above lets nobody receive in a head's place; a unit's own cannot let them.",
)
#: Rights to what is seen, heard or known of others; the others let nobody look.
_GUARDED = OF_ROOMS | {Right.READ_VIEWINGS}
_LEAST = ("retention_one_stop_minimum_days", "retention_reception_room_minimum_days")
#: What a unit owes those above or a citizen: no later than they say, and no less.
_NO_LATER = (
    "report_draft_day", "report_day", "finding_read_wd", "finding_explained_wd", "finding_concluded_wd",
    "finding_corrected_wd", "finding_overdue_wd", "finding_gap_minutes", "finding_gap_wait_hours", "fault_head_minutes",
    "fault_supervisor_minutes", "repair_started_wh", "substitute_hours", "feedback_refuse_wd", "feedback_ask_wd",
    "feedback_answer_wd", "feedback_publish_wd", "subject_acknowledge_wd", "subject_copy_days",
    "subject_copy_third_days", "subject_copy_more_days", "subject_erase_days", "subject_erase_third_days",
    "subject_erase_more_days", "reception_begun_minutes", "hold_review_days",
)  # fmt: skip
_NO_LESS = ("assessments_per_room_month", "moments_per_room_month", "assessed_twice_percent", "visits_week")


def beyond(person: UUID | None, unit: UUID, rules: Rules, day: datetime.date) -> list[Words]:
    """Why this person cannot issue these rules for the unit from that day on; empty where nothing stands against it."""
    path = tuple(reversed(registry.units_above(unit, day)))
    found = [] if person is None else _for_oneself(person, reading.rules_for(path, day), rules, day)
    above = reading.rules_for(path[:-1], day)
    return found + (_from_above(above, rules) if above else [])


def _for_oneself(person: UUID, before: Rules | None, rules: Rules, day: datetime.date) -> list[Words]:
    posts = registry.posts(person, day)
    kinds = {unit: naming.kind for unit, naming in registry.names_on({post.unit_id for post in posts}, day).items()}
    found = []
    for post in posts:
        role, old = rules.roles.get(post.role), before.roles.get(post.role) if before else None
        if role is None:
            continue
        kind = kinds.get(post.unit_id, "")
        more = _guarded(role, kind) - (_guarded(old, kind) if old else set())
        found += [ONESELF.fill(role=role.words, right=Right(right).words) for _, _, right in sorted(more)]
    return found


def _guarded(role: Role, kind: str) -> set[tuple[str, str, str]]:
    """(where, scope, right) of everything the role lets somebody see or decide who holds it at a unit of that kind."""
    if kind not in role.held_at:
        return set()
    return {
        (where, cell.scope.value, right.value)
        for where, cell in _cells(role)
        for right in cell.rights & _GUARDED
        if cell.scope is not Scope.GRANTED
    }


def _cells(role: Role) -> Iterator[tuple[str, Cell]]:
    yield from role.rooms.items()
    if role.unit:
        yield "unit", role.unit


def _from_above(above: Rules, rules: Rules) -> list[Words]:
    found = [
        FROM_ABOVE.fill(role=role.words, right=right.words)
        for code, role in above.roles.items()
        for where, cell in _cells(role)
        for right in sorted(_supervising(cell) - _left(rules.roles.get(code), role, where, cell.scope))
    ]
    for name in _LEAST:
        least, before = getattr(rules.times, name), getattr(above.times, name)
        if least < before:
            found.append(BELOW_THE_LEAST.fill(least=least, above=before))
    return found + list(_laxer(above, rules))


def _laxer(above: Rules, rules: Rules) -> Iterator[Words]:
    """Duties of the unit itself that it would make lighter."""
    named = {code: words for _, lines in periods(above.times) for code, words, _ in lines}
    for name, sign in (*((each, 1) for each in _NO_LATER), *((each, -1) for each in _NO_LESS)):
        mine, theirs = getattr(rules.times, name), getattr(above.times, name)
        if sign * mine > sign * theirs:
            yield LAXER.fill(period=named[name], mine=amount(name, mine), above=amount(name, theirs))
    for body in above.report.reporters:
        if body not in rules.report.reporters:
            yield NO_REPORT.fill(body=above.bodies[body])
    mine, theirs = len(set(rules.reception.days)), len(set(above.reception.days))
    if mine < theirs:
        yield FEWER_DAYS.fill(mine=mine, above=theirs)
    if above.reception.delegation == "none" != rules.reception.delegation:
        yield STAND_IN


def _supervising(cell: Cell) -> frozenset[Right]:
    """What is had of other people's rooms, and of the log of who watched."""
    return cell.rights & _GUARDED if cell.scope is Scope.SUPERVISED else cell.rights & {Right.READ_VIEWINGS}


def _left(role: Role | None, above: Role, where: str, scope: Scope) -> frozenset[Right]:
    """What of it the role still has; nothing where it could not be held any more at some kind of unit."""
    if role is None or not above.held_at <= role.held_at:
        return frozenset()
    cell = dict(_cells(role)).get(where)
    return cell.rights if cell is not None and cell.scope is scope else frozenset()
