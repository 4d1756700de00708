"""What of citizens' requests waits for one person, the most pressing first.

Whoever may do the next step has it here, and so has whoever took the request. Promises a number of queries that does
not grow with the list. Leaves the book to `subject_book`.
"""

import datetime
from collections.abc import Collection, Mapping
from uuid import UUID

from minhbach.centre.access.models import Account
from minhbach.centre.evidence.models import Act
from minhbach.centre.evidence.people import rooms_by_post
from minhbach.centre.evidence.stages import TO_HAND_OVER
from minhbach.centre.evidence.subject_book import SubjectBook
from minhbach.centre.evidence.subject_cases import BY_RIGHT, UNDECIDED, Case, Stage
from minhbach.centre.regulation.rights import Right

#: What may be done about a request, by post.
_RIGHTS = (Right.SUBJECT_TAKE, Right.SUBJECT_DECIDE, Right.PLAYBACK, Right.EXTRACT, Right.HAND_OVER)


def duties(actor: Account, *, now: datetime.datetime) -> list[Case]:
    """What waits for this person, the most pressing first."""
    rooms = rooms_by_post(actor, _RIGHTS, now=now)
    if not rooms[Right.SUBJECT_TAKE] | rooms[Right.SUBJECT_DECIDE]:
        return []
    return [found for found in SubjectBook(actor, now=now).waiting() if _waits_for(found, actor, rooms)]


def _waits_for(found: Case, actor: Account, rooms: Mapping[Right, Collection[UUID]]) -> bool:
    row, me = found.row, actor.person_id
    if found.stage is Stage.RECEIVED:
        return row.room_id in rooms[Right.SUBJECT_TAKE]
    if found.stage in UNDECIDED or found.stage is Stage.STUCK:
        first = found.step(Act.GRANTED)
        mine = row.taken_by_id == me or (found.stage is Stage.GRANTED_ONCE and first is not None and first.by_id == me)
        return row.room_id in rooms[Right.SUBJECT_DECIDE] and not mine
    right = _next_right(found)
    if right is None or (right is Right.HAND_OVER and _told_elsewhere(found, me)):
        return False
    # Whoever took it has the person before them, but seldom the right: both see that it waits.
    return row.room_id in rooms[right] or row.taken_by_id == me


def _told_elsewhere(found: Case, person: UUID) -> bool:
    """Whoever asked for the copy has its hand-over among their extractions."""
    return found.copy is not None and found.copy.extraction.requested_by_id == person


def _next_right(found: Case) -> Right | None:
    """The right by which what was granted is done; none where nobody waits for anybody here."""
    if found.stage is Stage.TO_COPY and found.too_long_to_mask:
        return Right.SUBJECT_TAKE  # nothing is left but to have it withdrawn
    if found.stage in BY_RIGHT:
        return BY_RIGHT[found.stage]
    # What was not copied out is handed over by nobody: until then it is the technician's, who has it elsewhere.
    ready = found.copy is not None and found.copy.stage in TO_HAND_OVER and found.copy.is_copied
    return Right.HAND_OVER if ready else None
