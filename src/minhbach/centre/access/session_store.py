"""Sessions in the database under a digest of their key: who reads the table, or a backup of it, can enter none of them.

Django's own store keeps the key of the cookie itself. Everything else is Django's.
"""

import hashlib
from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

#: As much of a SHA-256 in hex as Django's column holds: 160 bits.
LENGTH = 40


def digest_of_key(session_key: str) -> str:
    """SHA-256 of a session's key, in hex: enough to tell sessions apart, of no use to whoever reads it in a row."""
    return hashlib.sha256(session_key.encode()).hexdigest()


class SessionStore(db.SessionStore):
    """Django's sessions, found by the digest of their key."""

    def _get_session_from_db(self) -> Any:
        key = self.session_key
        rows = self.model.objects.filter(session_key=_kept(key), expire_date__gt=timezone.now()) if key else ()
        row = next(iter(rows), None)
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        """Whether a session has that key."""
        return super().exists(_kept(session_key))

    def create_model_instance(self, data: Any) -> Any:
        """The row as it is written."""
        row = super().create_model_instance(data)
        row.session_key = _kept(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """Delete the session with that key, or this one."""
        key = session_key or self.session_key
        if key:
            super().delete(_kept(key))


def _kept(session_key: str) -> str:
    return digest_of_key(session_key)[:LENGTH]
