"""The end of an erasure that no recorder will carry out: what is left lies on the disks of one that is retired.

Owns how a person who decides ends it: the disks were destroyed, with minutes; or the office has them no more, and why.
Either is a step of the request, and the answer to the citizen says it. Promises that disks with footage that something
stands against erasing are not written down as destroyed, and that nothing is ended which a recorder in use still has to
do. Leaves orders to `erasing`.
"""

import datetime
from uuid import UUID

from django.db import transaction

from minhbach.centre.access.models import Account
from minhbach.centre.evidence.actions.deciding import may_decide
from minhbach.centre.evidence.actions.erasing import erase_copies
from minhbach.centre.evidence.actions.subjects import NOTICE, OVER, SubjectRefused, open_case, step
from minhbach.centre.evidence.models import Act
from minhbach.centre.evidence.obstacles import obstacles
from minhbach.centre.evidence.subject_cases import DISKS_DESTROYED, ENDINGS, Case, Stage
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

SAY_HOW = Words(
    "Hãy chọn: ổ đĩa đã bị tiêu hủy, hay cơ quan không còn giữ ổ đĩa.",
    "Choose whether the disks were destroyed, or the office has them no more.",
)
SAY_BY_WHICH = Words(
    "Hãy ghi số, ngày của biên bản và nội dung; người yêu cầu được trả lời như vậy.",
    "Write the number and day of the minutes and what they say; that is what the person is answered.",
)
NOT_RETIRED = Words(
    "Chỉ kết thúc theo cách này khi mọi bản ghi còn lại nằm trên đầu ghi đã ngừng sử dụng.",
    "It ends this way only when all that is left lies on recorders that are retired.",
)
ENDED = Words(
    "Yêu cầu {code} của công dân đã kết thúc: {how}. Hãy gửi văn bản trả lời.",
    "Request {code} of a citizen is over: {how}. Send the answer.",
)


def may_end(found: Case) -> bool:
    """Whether all that is left to erase lies on recorders that are retired."""
    left = [each for each in found.erasures if each.done_at is None]
    return found.stage is Stage.STUCK and all(each.refused_en and each.recorder.retired_at for each in left)


def end_erasure(actor: Account, request: UUID, *, how: str, note: str, now: datetime.datetime) -> None:
    """Say what became of the disks, as one of `ENDINGS`; `note` names the minutes. The request is over by it.

    Raises SubjectRefused, ExtractionRefused.
    """
    found = open_case(actor, request, Right.SUBJECT_DECIDE, now=now)
    may_decide(actor, found, now=now)
    if found.stage is not Stage.STUCK:
        raise SubjectRefused(OVER)
    if not may_end(found):
        raise SubjectRefused(NOT_RETIRED)
    if how not in ENDINGS:
        raise SubjectRefused(SAY_HOW)
    said = plain(note)[:300]
    if not said:
        raise SubjectRefused(SAY_BY_WHICH)
    if how == DISKS_DESTROYED:
        for each in obstacles(found, now=now):
            raise SubjectRefused(each.words)
    with transaction.atomic():
        kind = Act.ERASED if how == DISKS_DESTROYED else Act.REFUSED
        step(request, kind, now=now, by=actor, reason=how, note=said)
        # What the centre itself has of these minutes it can still erase.
        erase_copies(found, now=now)
    _tell(found, actor, ENDINGS[how], now)


def _tell(found: Case, actor: Account, how: Words, now: datetime.datetime) -> None:
    """Who took it, and the two who decided it."""
    decided = {each.by_id for each in found.steps if each.kind in (Act.GRANTED, Act.SECONDED)}
    to = {each for each in {found.row.taken_by_id, *decided} - {actor.person_id} if each}
    words = ENDED.fill(code=found.code, how=how)
    send(to=sorted(to), kind=NOTICE, words=words, link=Link("subject", str(found.row.id)), now=now)
