"""What people are told of citizens' requests without asking: that a term ends, and, higher up, that it is over.

Owns whom it is told. Promises that each is told once, as a step of the request; and that who asked is forgotten when
the regulation's days are over. Leaves the terms to `subject_clock`.
"""

import datetime
from uuid import UUID

from minhbach.centre.evidence.actions.erasing import forget_old
from minhbach.centre.evidence.actions.subjects import NOTICE, SubjectRefused, step
from minhbach.centre.evidence.models import Act, SubjectRequest
from minhbach.centre.evidence.people import people_who
from minhbach.centre.evidence.subject_cases import ENDED, Case, cases
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
#: Nothing older is looked at: whoever was told then was told.
LATELY = datetime.timedelta(days=366)


def remind(*, now: datetime.datetime) -> int:
    """Tell what is due and was not told yet, forget who is to be forgotten; how many were told."""
    forget_old(now=now)
    over = [Act.REFUSED, Act.WITHDRAWN, Act.SHOWN, Act.ERASED, Act.TOLD_LATE]
    rows = SubjectRequest.objects.filter(received_at__gte=now - LATELY).exclude(steps__kind__in=over)
    return sum(_remind(found, now) for found in cases(rows, now=now))


def _remind(found: Case, now: datetime.datetime) -> bool:
    if found.stage in ENDED or found.terms is None or now < found.terms.remind_at:
        return False
    room, taker = found.row.room_id, found.row.taken_by_id
    deciders = people_who(Right.SUBJECT_DECIDE, room, now=now)
    at = found.terms.answer_by
    if now >= at:
        to = {taker, *deciders, *people_who(Right.GRANT, room, now=now)}
        return _tell(found, Act.TOLD_LATE, to, LATE.fill(code=found.code, at=written(at)), now)
    if found.step(Act.TOLD_SOON) is not None:
        return False
    return _tell(found, Act.TOLD_SOON, {taker, *deciders}, SOON.fill(code=found.code, at=written(at)), now)


def _tell(found: Case, kind: Act, to: set[UUID], words: Words, now: datetime.datetime) -> bool:
    try:
        step(found.row.id, kind, now=now)
    except SubjectRefused:
        return False
    send(to=sorted(to), kind=NOTICE, words=words, link=Link("subject", str(found.row.id)), now=now)
    return True
