"""Sessions that nobody closed: over when the regulation of their day says so, and told to those who answer for it.

What is told says where and when alone, whether the session is restricted or not.
"""

import datetime

from django.db import transaction

from minhbach.centre.access.people import people_who
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.reception.actions.sessions import APP, close_session, ends_by
from minhbach.centre.reception.heads import heads_of
from minhbach.centre.reception.models import Session
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.actors import System
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words, formats

ROUTE = "session"
TOLD = Words(
    "{room}: buổi tiếp công dân mở lúc {begin} không có ai kết thúc; hệ thống đã tự kết thúc, tính đến {end}, theo "
    "thời gian dài nhất trong quy chế. Hãy nhắc người tiếp kết thúc buổi tiếp khi công dân ra khỏi phòng.",
    "{room}: nobody closed the session opened at {begin}; it was closed by the system as of {end}, the longest the "
    "regulation lets one last. Remind whoever receives to close a session when the citizens leave.",
)


def end_forgotten(*, now: datetime.datetime) -> int:
    """Close every session that has lasted as long as one may; how many. For a job every minute."""
    unclosed = Session.objects.filter(closed_at__isnull=True).select_related("room")
    return sum(_ended(session, now) for session in unclosed if ends_by(session) <= now)


@transaction.atomic
def _ended(session: Session, now: datetime.datetime) -> bool:
    try:
        row = close_session(System(APP), session=session, now=now)
    except NotPossible:  # somebody closed it just now
        return False
    words = TOLD.fill(
        room=session.room.name, begin=formats.moment(row.opened_at), end=formats.moment(row.closed_at or now)
    )
    heads = set(heads_of(row.unit_id, registry.day_of(now)))
    others = people_who(Right.RECEPTION, row.room_id, now=now) | people_who(Right.HOLD, row.room_id, now=now)
    send(to=sorted(heads | others), kind="session_ended", words=words, link=Link(ROUTE, str(row.id)), now=now)
    return True
