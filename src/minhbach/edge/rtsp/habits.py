"""What one camera has taught us: the little that outlives a connection.

Owns: `Habits`, the memory of one camera between two sessions. Each field is the remedy of a quirk that can only be
seen after a session has failed (A03, A12, A13, A30, A52), so it would be forgotten with the session.

Promises: bounded (a handful of words per camera); wrong memories cost one more attempt, never a stream.

Leaves to others: keeping it across restarts (nobody does: it is learned again in one session).
"""

from __future__ import annotations

from dataclasses import dataclass

KEEP_ALIVE_LADDER = ("GET_PARAMETER", "OPTIONS", "SET_PARAMETER")
"""SET_PARAMETER comes last: some servers answer it with 400 and close the connection (A16)."""


@dataclass(slots=True)
class Habits:
    """Mutable on purpose: the session writes what it learns."""

    keep_alive: int = 0
    """Index into KEEP_ALIVE_LADDER of the method that works or is tried next (A11, A12, A14, A15)."""
    prefers_md5: bool = False
    """An answer made with SHA-256 was refused and one with MD5 accepted (A03)."""
    digest_seen: bool = False
    """The camera once asked for Digest: a later request for Basic alone is a downgrade and is refused."""
    refusals: int = 0
    """Refusals in a row of the present secret (A06)."""
    all_tracks: bool = False
    """Nothing came until every track was set up (A52)."""
    tls_fingerprint: str = ""
    """SHA-256 of the certificate seen first, hex (A66); a pin from the configuration is stronger than this."""

    @property
    def keep_alive_method(self) -> str:
        """The method of the next keep-alive."""
        return KEEP_ALIVE_LADDER[self.keep_alive % len(KEEP_ALIVE_LADDER)]

    def another_keep_alive(self) -> None:
        """The present keep-alive method does not work: take the next one, round and round."""
        self.keep_alive = (self.keep_alive + 1) % len(KEEP_ALIVE_LADDER)
