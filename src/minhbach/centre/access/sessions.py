"""How long a sign-in lasts: as long as the regulation says, and less when nobody is there.

A page that plays footage asks every four seconds, so watching counts as being there. The limits are those of the day
of signing in, written into the session; a session without them has the longest there are.
"""

import datetime
from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends.base import SessionBase

from minhbach.centre.access.models import Account, SignIn
from minhbach.centre.access.session_store import digest_of_key

#: The longest that any regulation may allow: the cookie lasts no longer.
LONGEST = datetime.timedelta(hours=12)
LONGEST_IDLE = datetime.timedelta(hours=1)
#: How often being there is written down; not at every request.
STEP = datetime.timedelta(minutes=1)
BEGUN, SEEN, LIMITS = "signed_in_at", "seen_at", "limits_s"


class Owner(ModelBackend):
    """Whose a session is, together with their name: every page says it."""

    def get_user(self, user_id: UUID) -> Account | None:
        """The account, unless it was closed."""
        return Account.objects.select_related("person").filter(pk=user_id, is_active=True).first()


def begin(
    session: SessionBase,
    *,
    now: datetime.datetime,
    longest: datetime.timedelta = LONGEST,
    idle: datetime.timedelta = LONGEST_IDLE,
) -> None:
    """The session is signed in from now on."""
    session[BEGUN] = session[SEEN] = now.isoformat()
    session[LIMITS] = [int(longest.total_seconds()), int(idle.total_seconds())]


def is_over(session: SessionBase, *, now: datetime.datetime) -> bool:
    """Whether it has lasted too long, or nobody was there; notes that somebody is, otherwise."""
    begun, seen = _moment(session, BEGUN), _moment(session, SEEN)
    longest, idle = _limits(session)
    if begun is None or seen is None or now - begun > longest or now - seen > idle:
        return True
    if now - seen > STEP:
        session[SEEN] = now.isoformat()
        SignIn.objects.filter(digest=digest_of(session), ended_at__isnull=True).update(seen_at=now)
    return False


def digest_of(session: SessionBase) -> str:
    """SHA-256 of the session's key, as rows name the session."""
    return digest_of_key(session.session_key or "")


def _limits(session: SessionBase) -> tuple[datetime.timedelta, datetime.timedelta]:
    try:
        longest, idle = (datetime.timedelta(seconds=int(seconds)) for seconds in session[LIMITS])
    except (KeyError, TypeError, ValueError):
        return LONGEST, LONGEST_IDLE
    return min(longest, LONGEST), idle


def _moment(session: SessionBase, key: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(session[key])
    except (KeyError, TypeError, ValueError):
        return None
