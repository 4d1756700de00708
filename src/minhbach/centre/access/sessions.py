"""How long a sign-in lasts: twelve hours at most, one hour without a request.

A page that plays footage asks every four seconds, so watching counts as being there.
"""

import datetime
import hashlib

from django.contrib.sessions.backends.base import SessionBase

LONGEST = datetime.timedelta(hours=12)
LONGEST_IDLE = datetime.timedelta(hours=1)
#: How often being there is written down; not at every request.
STEP = datetime.timedelta(minutes=1)
BEGUN, SEEN = "signed_in_at", "seen_at"


def begin(session: SessionBase, *, now: datetime.datetime) -> None:
    """The session is signed in from now on."""
    session[BEGUN] = session[SEEN] = now.isoformat()


def is_over(session: SessionBase, *, now: datetime.datetime) -> bool:
    """Whether it has lasted too long, or nobody was there; notes that somebody is, otherwise."""
    begun, seen = _moment(session, BEGUN), _moment(session, SEEN)
    if begun is None or seen is None or now - begun > LONGEST or now - seen > LONGEST_IDLE:
        return True
    if now - seen > STEP:
        session[SEEN] = now.isoformat()
    return False


def digest_of(session: SessionBase) -> str:
    """SHA-256 of the session's key: enough to tell sessions apart, of no use to whoever reads it in a row."""
    return hashlib.sha256((session.session_key or "").encode()).hexdigest()


def _moment(session: SessionBase, key: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(session[key])
    except (KeyError, TypeError, ValueError):
        return None
