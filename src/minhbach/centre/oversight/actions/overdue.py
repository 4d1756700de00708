"""What is told of findings without asking: that a step is overdue, then, some working days later, higher up.

Owns whom. Promises that each term that is over is told once at each height, as a row of the finding, and that a term
which was moved is told of anew; also of proposals of discipline, however long ago. Leaves terms to findings.
"""

import datetime
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction

from minhbach.centre.access.actions.own_errors import tell_own_error
from minhbach.centre.access.people import people_who
from minhbach.centre.dossiers.deadlines import closing
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.oversight import proposals
from minhbach.centre.oversight.actions.findings import NOTICE, ROUTE, unit_of
from minhbach.centre.oversight.models import (
    ENDS,
    Correction,
    Finding,
    FindingTold,
    Measure,
    Source,
    StepKind,
)
from minhbach.centre.oversight.reading import due_of, is_done, last_kind
from minhbach.centre.oversight.sides import serves_where_run
from minhbach.centre.oversight.terms import Terms, terms_of
from minhbach.centre.registry import reading as registry
from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.reading import NothingInForce, calendar_of, in_force
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.centre.words.formats import moment as written

_LOGGER = logging.getLogger(__name__)

Moment = datetime.datetime
#: By unit: after how many working days those above are told, and by which calendar; none without a regulation.
Calendars = dict[UUID, tuple[int, Calendar] | None]
#: Nothing older is looked at: whoever was told then was told.
LATELY = datetime.timedelta(days=366)
READ, EXPLAIN, CONCLUDE, CORRECT, DECIDE, REVIEW = "read", "explain", "conclude", "correct", "decide", "review"
STAGES = {
    READ: Words("chưa được đọc", "has not been read"),
    EXPLAIN: Words("chưa được giải trình", "has not been explained"),
    CONCLUDE: Words("chưa được kết luận", "has not been concluded"),
    CORRECT: Words("chưa khắc phục xong", "has not been put right"),
    DECIDE: Words("có đề nghị kỷ luật chưa được quyết định", "has a proposal of discipline that is not decided"),
    REVIEW: Words(
        "có đề nghị kỷ luật đang tạm hoãn chưa được xem xét lại",
        "has a proposal of discipline whose deferral was not looked at again",
    ),
}
LATE = Words(
    "Phát hiện số {number}, {unit}, {room}: {what}, hết hạn {at}.",
    "Finding {number}, {unit}, {room}: it {what}; was due {at}.",
)
NOT_TOLD = Words(
    "Phần mềm gặp lỗi khi nhắc việc quá hạn của một số phát hiện; các phát hiện khác vẫn được nhắc. Hệ thống tự thử "
    "lại; chi tiết ở nhật ký của tiến trình nền.",
    "The software made a mistake at telling of what is overdue of some findings; all others were told of. It tries "
    "again by itself; the worker's log says which, and why.",
)
ABOVE = "_up"


@dataclass(frozen=True, slots=True)
class Late:
    """A step whose term is over."""

    finding: Finding
    stage: str
    term: Moment
    correction: Correction | None = None
    proposal: Measure | None = None


def remind(*, now: Moment) -> int:
    """Tell of every term that is over and was not told of yet; how many were told.

    A finding that cannot be told of costs no other its turn: it is logged, and administrators hear of it.
    """
    rows = (
        Finding.objects.filter(~is_done(), found_at__gte=now - LATELY)
        .select_related("room")
        .prefetch_related("steps", "corrections__steps", "told")
        .order_by("found_at")
    )
    calendars: Calendars = {}
    told = [_told_of(row, partial(late_steps, row, now), calendars, now) for row in rows]
    told += [_told_of(late.finding, partial(iter, [late]), calendars, now) for late in late_proposals(now)]
    if None in told:
        tell_own_error(NOT_TOLD, now=now)
    return sum(each or 0 for each in told)


def _told_of(row: Finding, what: Callable[[], Iterable[Late]], calendars: Calendars, now: Moment) -> int | None:
    """How many were told of one finding; none where it could not be told of."""
    try:
        return sum(_tell(late, calendars, now) for late in what())
    except Exception:
        _LOGGER.exception("what is overdue of finding %s (%s) could not be told", row, row.id)
        return None


def late_proposals(now: Moment) -> Iterator[Late]:
    """Every proposal of discipline whose day is over: to be decided, or to be looked at again."""
    for made, due, deferred in proposals.late_ones(registry.day_of(now)):
        first = min(made.acts.all(), key=lambda act: act.id).finding
        yield Late(first, REVIEW if deferred else DECIDE, closes(due), proposal=made)


def late_steps(row: Finding, now: Moment) -> Iterator[Late]:
    """What of a finding is overdue: the step that it waits for, and every correction."""
    steps = list(row.steps.all())
    if not any(step.kind in ENDS for step in steps):
        stage, term = _waited_for(row, terms_of(row), last_kind(steps), now)
        if now > term:
            yield Late(row, stage, term)
    for task in row.corrections.all():
        said = [step.kind for step in task.steps.all() if step.due_on is None]
        term = closes(due_of(task))
        if (not said or said[-1] == "returned") and now > term:
            yield Late(row, CORRECT, term, task)


def _waited_for(row: Finding, terms: Terms, last: StepKind | None, now: Moment) -> tuple[str, Moment]:
    if last is StepKind.EXPLAINED or now > terms.conclude_by:
        return CONCLUDE, terms.conclude_by
    if last is None and now <= terms.explain_by:
        return READ, row.read_by
    return EXPLAIN, terms.explain_by


def closes(day: datetime.date) -> Moment:
    """The end of a day in Vietnam: until then a correction is in time."""
    return datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), tzinfo=registry.VIETNAM)


def _due(term: Moment) -> str:
    """The last day in words where the term is the end of a day: midnight would read as a day more."""
    local = term.astimezone(registry.VIETNAM)
    if local.time() == datetime.time():
        return f"{local - datetime.timedelta(days=1):%d/%m/%Y}"
    return written(local)


def _tell(late: Late, calendars: Calendars, now: Moment) -> int:
    row = late.finding
    told = 0
    if not _was_told(late, late.stage):
        told += _send(late, late.stage, _first(late, now), now)
    if row.unit_id not in calendars:
        calendars[row.unit_id] = _after(row.unit_id, registry.day_of(now))
    if (known := calendars[row.unit_id]) is None or _was_told(late, late.stage + ABOVE):
        return told
    days, calendar = known
    local = late.term.astimezone(registry.VIETNAM)
    if now > closing(calendar.after(local.date(), days), calendar.hours, local):
        told += _send(late, late.stage + ABOVE, people_who(Right.GRANT, row.room_id, now=now) - _about(late), now)
    return told


def _after(unit: UUID, day: datetime.date) -> tuple[int, Calendar] | None:
    try:
        return in_force(unit, day).times.finding_overdue_wd, calendar_of(unit, day)
    except NothingInForce:
        return None


def _about(late: Late) -> set[UUID]:
    """Whom a proposal is about: others go on with it."""
    return {late.proposal.person_id} if late.proposal else set()


def _first(late: Late, now: Moment) -> set[UUID]:
    """Whose step it is, and who found it, or proposed it."""
    row = late.finding
    home = people_who(Right.HOLD, row.room_id, now=now, at_home=True)
    if late.proposal is not None:
        made = late.proposal
        within = serves_where_run(made.by_id, row.room_id, made.at)
        theirs = home if within else people_who(Right.HOLD, row.room_id, now=now) - home
        return (theirs | {made.by_id}) - _about(late)
    finder = {row.found_by_id} if row.found_by_id else set()
    if late.stage == CONCLUDE or (row.source == Source.GAP and late.stage != CORRECT):
        return people_who(Right.HOLD, row.room_id, now=now) - home | finder
    return home | finder


def _was_told(late: Late, stage: str) -> bool:
    about = late.correction.id if late.correction else None
    rows = late.finding.told.all()
    return any((row.stage, row.about_id, row.term) == (stage, about, late.term) for row in rows)


def _send(late: Late, stage: str, to: set[UUID], now: Moment) -> int:
    row = late.finding
    words = LATE.fill(
        number=str(row), unit=unit_of(row, now), room=row.room.name, what=STAGES[late.stage], at=_due(late.term)
    )
    try:
        with transaction.atomic():
            notice = (
                send(to=sorted(to), kind=NOTICE, words=words, link=Link(ROUTE, str(row.id)), now=now) if to else None
            )
            FindingTold.objects.create(
                finding=row, stage=stage, about=late.correction, term=late.term, notice=notice, at=now
            )
    except IntegrityError:  # another worker told it in this moment
        return 0
    return 1
