"""What of citizens' requests waits for one person, the most pressing first.

Promises a number of queries that does not grow with the list. Leaves the book to `subject_book`.
"""

import datetime
from collections.abc import Collection
from uuid import UUID

from minhbach.centre.access.deciding import rooms_where
from minhbach.centre.access.models import Account
from minhbach.centre.evidence.models import Act, Wanted
from minhbach.centre.evidence.stages import TO_HAND_OVER
from minhbach.centre.evidence.subject_book import SubjectBook
from minhbach.centre.evidence.subject_cases import UNDECIDED, Case, Stage
from minhbach.centre.regulation.rights import Right


def duties(actor: Account, *, now: datetime.datetime) -> list[Case]:
    """What waits for this person, the most pressing first."""
    takes = rooms_where(actor, Right.SUBJECT_TAKE, now=now)
    decides = rooms_where(actor, Right.SUBJECT_DECIDE, now=now)
    if not takes | decides:
        return []
    return [found for found in SubjectBook(actor, now=now).waiting() if _waits_for(found, actor, takes, decides)]


def _waits_for(found: Case, actor: Account, takes: Collection[UUID], decides: Collection[UUID]) -> bool:
    row, me = found.row, actor.person_id
    if found.stage is Stage.RECEIVED:
        return row.room_id in takes
    if found.stage in UNDECIDED or found.stage is Stage.STUCK:
        first = found.step(Act.GRANTED)
        mine = row.taken_by_id == me or (found.stage is Stage.GRANTED_ONCE and first is not None and first.by_id == me)
        return row.room_id in decides and not mine
    if found.stage is Stage.TO_SHOW or (found.stage is Stage.TO_COPY and row.wanted == Wanted.COPY):
        return row.taken_by_id == me
    return found.copy is not None and found.copy.stage in TO_HAND_OVER and row.taken_by_id == me
