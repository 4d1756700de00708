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
from minhbach.centre.regulation.rules import Cell, Hours, Role, Rules, Scope, minutes_of
from minhbach.centre.regulation.wording import CATALOGUE_WORDS, amount, periods
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
LAXER = Words(
    "«{period}»: {mine} là lỏng hơn mức {above} của quy chế cấp trên.",
    "“{period}”: {mine} is laxer than the {above} of the regulation above.",
)
NO_REPORT = Words(
    "Quy chế cấp trên giao «{body}» lập báo cáo tháng; quy chế của đơn vị không bỏ được việc đó.",
    "The regulation above has “{body}” report each month; a unit's own cannot drop that.",
)
FEWER_DAYS = Words(
    "Quy chế cấp trên có {above} ngày tiếp công dân mỗi tháng (tháng có {length} ngày); quy chế của đơn vị có {mine} "
    "ngày, ít hơn.",
    "The regulation above has {above} reception days a month (one of {length} days); the unit's own has {mine}, which "
    "is fewer.",
)
LEFT_OUT = Words(
    "Quy chế cấp trên chuyển ngày tiếp công dân trùng ngày nghỉ sang ngày khác; quy chế của đơn vị không bỏ qua được.",
    "The regulation above moves a reception day that is closed; a unit's own cannot leave it out.",
)
STAND_IN = Words(
    "Quy chế cấp trên không cho người khác tiếp công dân thay người đứng đầu; quy chế của đơn vị không cho được.",
    "The regulation above lets nobody receive in a head's place; a unit's own cannot let them.",
)
REPORTS_LATER = Words(
    "Quy chế cấp trên chuyển ngày báo cáo trùng ngày nghỉ lên ngày làm việc liền trước; quy chế của đơn vị không lùi "
    "lại được.",
    "The regulation above has a report on a closed day sent before it; a unit's own cannot send it after.",
)
SHORTER_WEEK = Words(
    "Quy chế cấp trên có {above_days} ngày, {above} giờ làm việc mỗi tuần; quy chế của đơn vị có {mine_days} ngày, "
    "{mine} giờ, ít hơn.",
    "The regulation above has {above_days} days and {above} hours of work a week; the unit's own has {mine_days} days "
    "and {mine} hours, which is less.",
)
DROPPED = Words(
    "«{catalogue}»: quy chế cấp trên có mục «{item}»; quy chế của đơn vị không bỏ được.",
    "“{catalogue}”: the regulation above has “{item}”; a unit's own cannot drop it.",
)
NOT_ABOVE = Words(
    "«{catalogue}»: mục «{item}» không có trong quy chế cấp trên; quy chế của đơn vị không thêm được.",
    "“{catalogue}”: “{item}” is not in the regulation above; a unit's own cannot add it.",
)
#: Rights to what is seen, heard or known of others; the others let nobody look.
_GUARDED = OF_ROOMS | {Right.READ_VIEWINGS}
#: Terms that a unit owes those above, those who watch the watchers, or a citizen; and how far its people may watch.
_MORE_IS_LAXER = (
    "purpose_minutes", "purpose_longest_minutes", "playback_span_hours", "grant_longest_wd",
    "grant_longest_calendar_days", "session_longest_hours", "session_idle_minutes", "reception_session_longest_hours",
    "commissioning_days", "acknowledge_wd", "hold_review_days", "assessment_draw_days", "counter_still_minutes",
    "report_draft_day", "report_day", "report_accept_wd", "score_self_days", "score_appraised_days",
    "fault_head_minutes", "fault_supervisor_minutes", "repair_started_wh", "substitute_hours", "finding_read_wd",
    "finding_explained_wd", "finding_concluded_wd", "finding_corrected_wd", "finding_overdue_wd",
    "finding_proposal_days", "finding_gap_minutes", "finding_gap_wait_hours", "feedback_refuse_wd", "feedback_ask_wd",
    "feedback_answer_wd", "feedback_publish_wd", "reception_begun_minutes", "reception_complaint_accept_days",
    "reception_complaint_settle_days", "reception_denunciation_accept_wd", "reception_denunciation_settle_days",
    "reception_petition_answer_wd", "reception_complaint_longest_days", "reception_denunciation_extend_days",
    "reception_denunciation_extensions", "subject_acknowledge_wd", "subject_copy_days", "subject_copy_third_days",
    "subject_copy_more_days", "subject_erase_days", "subject_erase_third_days", "subject_erase_more_days",
    "subject_person_days", "extraction_approve_days", "extraction_build_days", "extraction_hand_over_days",
    "extraction_return_days", "extraction_remind_days", "unusual_repeats_week", "unusual_off_hours_minutes",
    "unusual_off_hours_margin_minutes", "unusual_unused_week", "unusual_searches_week", "unusual_exports_week",
    "unusual_refusals_week",
)  # fmt: skip
#: How much is looked at, kept and counted, and what a citizen is given.
_LESS_IS_LAXER = (
    "retention_one_stop_minimum_days", "retention_reception_room_minimum_days", "deletion_intent_hours",
    "assessments_per_room_month", "moments_per_room_month", "moment_minutes", "assessed_twice_percent",
    "assessment_signs_room_month", "finding_longest_minutes", "finding_repeat_days", "feedback_low_score",
    "feedback_rate_days", "feedback_panel_minutes", "feedback_hold_before_minutes", "feedback_hold_after_minutes",
    "feedback_held_minutes_day", "reception_represented_people", "visits_week",
)  # fmt: skip
#: What neither lightens nor hides anything; how long footage is kept has its own least.
_FREE = (
    "retention_one_stop_days", "retention_reception_room_days", "sound_margin_minutes", "grant_request_days",
    "report_cutoff_day", "subject_remind_wd", "apology_ahead_wd",
)  # fmt: skip
#: Of every period which way is laxer: 1 where more is, -1 where less is, 0 where a unit lays it down as it likes.
LAXER_WAY = dict.fromkeys(_MORE_IS_LAXER, 1) | dict.fromkeys(_LESS_IS_LAXER, -1) | dict.fromkeys(_FREE, 0)
#: Catalogues of which a unit drops nothing: what others find, ask and look at; and to which it adds no excuse.
_KEPT = ("conduct", "situations", "sanctions", "norms", "room_checklist", "visit_items")
_NOT_LONGER = ("deferrals", "gap_causes", "reception_reasons", "subject_refusals")


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
    return [*found, *_laxer(above, rules), *_easier(above, rules), *_catalogues(above, rules)]


def _laxer(above: Rules, rules: Rules) -> Iterator[Words]:
    """Periods of the unit itself that it would make lighter."""
    for _, lines in periods(above.times):
        for name, words, theirs in lines:
            mine, sign = getattr(rules.times, name), LAXER_WAY[name]
            if sign * mine > sign * theirs:
                yield LAXER.fill(period=words, mine=amount(name, mine), above=amount(name, theirs))


def _easier(above: Rules, rules: Rules) -> Iterator[Words]:
    """Reports, days and hours of the unit itself that it would have fewer of."""
    for body in above.report.reporters:
        if body not in rules.report.reporters:
            yield NO_REPORT.fill(body=above.bodies[body])
    if above.report.closed == "before" != rules.report.closed:
        yield REPORTS_LATER
    for length in (28, 29, 30, 31):
        mine, theirs = (len({day for day in each.reception.days if day <= length}) for each in (rules, above))
        if mine < theirs:
            yield FEWER_DAYS.fill(mine=mine, above=theirs, length=length)
            break
    if rules.reception.closed == "skip" != above.reception.closed:
        yield LEFT_OUT
    if above.reception.delegation == "none" != rules.reception.delegation:
        yield STAND_IN
    (mine_days, minutes), (above_days, theirs) = _week(rules.hours), _week(above.hours)
    if mine_days < above_days or minutes < theirs:
        yield SHORTER_WEEK.fill(mine_days=mine_days, mine=_hours(minutes), above_days=above_days, above=_hours(theirs))


def _week(hours: Hours) -> tuple[int, int]:
    """How many days of a week are worked, and how many minutes of it."""
    days = len(set(hours.weekdays))
    return days, days * sum(minutes_of(end) - minutes_of(begin) for begin, end in hours.spans)


def _hours(minutes: int) -> Words:
    said = f"{round(minutes / 60, 1):g}"
    return Words(said.replace(".", ","), said)


def _catalogues(above: Rules, rules: Rules) -> Iterator[Words]:
    """Items of the regulation above that the unit would do without, and excuses that only it would have."""
    for names, whole, part, words in ((_KEPT, above, rules, DROPPED), (_NOT_LONGER, rules, above, NOT_ABOVE)):
        for name in names:
            for code, item in whole.catalogues[name].items():
                if code not in part.catalogues[name]:
                    yield words.fill(catalogue=CATALOGUE_WORDS[name], item=item.words)


def _supervising(cell: Cell) -> frozenset[Right]:
    """What is had of other people's rooms, and of the log of who watched."""
    return cell.rights & _GUARDED if cell.scope is Scope.SUPERVISED else cell.rights & {Right.READ_VIEWINGS}


def _left(role: Role | None, above: Role, where: str, scope: Scope) -> frozenset[Right]:
    """What of it the role still has; nothing where it could not be held any more at some kind of unit."""
    if role is None or not above.held_at <= role.held_at:
        return frozenset()
    cell = dict(_cells(role)).get(where)
    return cell.rights if cell is not None and cell.scope is scope else frozenset()
