"""What people are told of citizens' requests without asking: that a term ends, and, higher up, that it is over.

Owns whom it is told. Promises that each term is told of once before its end and once after it, as a step of the request
that names the term, so that one which was extended is told of anew; and that who asked is forgotten when the
regulation's days are over. Leaves the terms to `subject_clock`.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from minhbach.centre.evidence.actions.erasing import forget_old
from minhbach.centre.evidence.actions.subjects import NOTICE, SubjectRefused, step
from minhbach.centre.evidence.models import Act, SubjectRequest, SubjectStep
from minhbach.centre.evidence.people import people_who
from minhbach.centre.evidence.subject_cases import ENDED, Case, Stage, cases
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.centre.words.formats import moment as written

SOON = Words(
    "Yêu cầu {code} của công dân phải được trả lời trước {at}.",
    "Request {code} of a citizen is to be answered by {at}.",
)
LATE = Words(
    "Yêu cầu {code} của công dân đã quá hạn trả lời từ {at}.", "Request {code} of a citizen is overdue since {at}."
)
CONFIRM_SOON = Words(
    "Yêu cầu {code} của công dân phải được xác nhận đã nhận trước {at}.",
    "Receipt of request {code} of a citizen is to be confirmed by {at}.",
)
CONFIRM_LATE = Words(
    "Yêu cầu {code} của công dân đã quá hạn xác nhận đã nhận từ {at}.",
    "Receipt of request {code} of a citizen should have been confirmed by {at}.",
)
#: What stands in the step, by which a term is known: its end is another when it was extended.
ANSWER, CONFIRM = "Hạn trả lời {at}", "Hạn xác nhận {at}"
#: Nothing older is looked at: whoever was told then was told.
LATELY = datetime.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class _Term:
    """One end of a request: from when it is near, when it is over, what is said of both."""

    soon_at: datetime.datetime
    end: datetime.datetime
    soon: Words
    late: Words
    named: str
    is_answer: bool


def remind(*, now: datetime.datetime) -> int:
    """Tell what is due and was not told yet, forget who is to be forgotten; how many were told."""
    forget_old(now=now)
    over = [Act.REFUSED, Act.WITHDRAWN, Act.SHOWN, Act.ERASED]
    rows = SubjectRequest.objects.filter(received_at__gte=now - LATELY).exclude(steps__kind__in=over)
    waiting = [found for found in cases(rows, now=now) if found.stage not in ENDED]
    return sum(_remind(found, term, now) for found in waiting for term in _running(found))


def _running(found: Case) -> Iterator[_Term]:
    """The terms that count at the moment; of a letter that nobody confirmed both."""
    if found.terms is None:
        return
    if found.stage is Stage.RECEIVED:
        at = found.terms.acknowledge_by
        named = CONFIRM.format(at=written(at))
        yield _Term(found.terms.acknowledge_remind_at, at, CONFIRM_SOON, CONFIRM_LATE, named, is_answer=False)
    at = found.terms.answer_by
    yield _Term(found.terms.remind_at, at, SOON, LATE, ANSWER.format(at=written(at)), is_answer=True)


def _was_told(found: Case, kind: Act, term: _Term) -> bool:
    """Also by a step of before terms were named: it was of the answer, as far as that was not extended since."""
    extended = found.step(Act.EXTENDED)

    def names(each: SubjectStep) -> bool:
        return each.note == term.named or (
            not each.note and term.is_answer and (extended is None or extended.at <= each.at)
        )

    return any(each.kind == kind and names(each) for each in found.steps)


def _remind(found: Case, term: _Term, now: datetime.datetime) -> bool:
    kind = Act.TOLD_LATE if now >= term.end else Act.TOLD_SOON
    if now < term.soon_at or _was_told(found, kind, term):
        return False
    room = found.row.room_id
    to = {found.row.taken_by_id, *people_who(Right.SUBJECT_DECIDE, room, now=now)}
    if kind is Act.TOLD_LATE:
        to |= people_who(Right.GRANT, room, now=now)
    try:
        step(found.row.id, kind, now=now, note=term.named)
    except SubjectRefused:  # told by another worker meanwhile
        return False
    words = (term.late if kind is Act.TOLD_LATE else term.soon).fill(code=found.code, at=written(term.end))
    send(to=sorted(to), kind=NOTICE, words=words, link=Link("subject", str(found.row.id)), now=now)
    return True
