"""Holding the footage of a restricted session: neutral words, and no failure where there is no footage to hold."""

import datetime

from minhbach.centre.footage.actions.holds import HoldRefused, hold_room
from minhbach.centre.footage.models.orders import HoldOrigin
from minhbach.centre.footage.timeline import us
from minhbach.centre.reception.models import Session
from minhbach.centre.registry.actors import System

#: Footage from before the citizen sat down: they came in by the door.
AHEAD = datetime.timedelta(minutes=5)
REASON = "Giữ tự động: khoảng thời gian bị hạn chế của phòng tiếp công dân"
ROUTE = "session"


def begin_of(session: Session) -> datetime.datetime:
    """From when on the session's time is restricted and held: a little before it, but not into the one before."""
    before = Session.objects.filter(room=session.room_id, closed_at__lte=session.opened_at).order_by("-closed_at")
    last = before.values_list("closed_at", flat=True).first()
    begin = session.opened_at - AHEAD
    return max(begin, last) if last else begin


def hold_session(session: Session, until: datetime.datetime, *, now: datetime.datetime) -> bool:
    """Hold it up to a moment that is past; False where there is nothing of it left to hold."""
    try:
        hold_room(
            System("reception"), room=session.room_id, cameras=(), begin_us=us(begin_of(session)), end_us=us(until),
            reason=REASON, origin=HoldOrigin.SESSION, route=ROUTE, reference=str(session.id), now=now,
        )  # fmt: skip
    except HoldRefused:
        return False
    return True
