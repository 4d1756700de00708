"""The subjects of the fabric: who says what to whom.

Owns every NATS subject of the product, so that the permissions of a user (``centre.fabric.server``) and what the
programs publish cannot disagree. ``up.<recorder>.<verb>`` goes from a recorder to the centre, ``dn.<recorder>.<verb>``
from the centre to a recorder, ``live.<recorder>.<channel>`` carries footage and only while somebody holds a lease for
it, ``centre.<verb>`` stays among the centre's own processes. ``<recorder>`` is the recorder's UUID in lower case.

Errors::

    BadSubject    a recorder, verb or channel that may not stand in a subject (wildcards, dots, spaces)
"""

from __future__ import annotations

import re
from typing import NamedTuple

# From a recorder. HELLO and TIME are asked (the centre answers), the others are told.
HELLO = "hello"
HEAD = "head"
STATE = "state"
TIME = "time"
HEALTH = "health"
FOUND = "found"

# To a recorder; all are asked.
ENTRIES = "entries"
PROOF = "proof"
PROVE = "prove"
COSIGNED = "cosigned"
WITNESS = "witness"
CONFIGURE = "configure"
PROBE = "probe"
DISCOVER = "discover"
TRIAL = "trial"
HOLD = "hold"
ERASE = "erase"
REKEY = "rekey"
PLAY = "play"
STILL = "still"
LIVE = "live"
EXTRACT = "extract"

SERVED = "centre.served"
"""What the stream process has sent to viewers, told to the worker."""
CONNECTIONS = "$SYS.REQ.SERVER.PING.CONNZ"
"""Asked of the servers of the fabric themselves: who is connected, and who was."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,80}")
_RECORDER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class BadSubject(ValueError):
    """These words cannot stand in a subject."""


class Place(NamedTuple):
    """What a subject says: ``up``, ``dn`` or ``live``; the recorder's UUID; the verb or channel."""

    direction: str
    recorder: str
    verb: str


def up(recorder: str, verb: str) -> str:
    """From a recorder to the centre."""
    return _subject("up", recorder, verb)


def down(recorder: str, verb: str) -> str:
    """From the centre to a recorder."""
    return _subject("dn", recorder, verb)


def live(recorder: str, *channel: str) -> str:
    """Footage from a recorder, while leased. ``channel`` is the sender's choice of one word or more."""
    return ".".join(("live", _recorder(recorder), *map(_token, channel)))


def up_from_all(verb: str) -> str:
    """The subscription to one verb of every recorder."""
    return f"up.*.{_token(verb)}"


def all_down(recorder: str) -> str:
    """Everything the centre asks of one recorder: what that recorder may subscribe to."""
    return f"dn.{_recorder(recorder)}.>"


def inbox(owner: str) -> str:
    """The prefix of the subjects on which an owner's answers come back; nobody else may listen there."""
    return f"inbox.{_token(owner)}"


def parse(subject: str) -> Place:
    """What a subject says. Raises BadSubject."""
    parts = subject.split(".")
    if len(parts) < 3 or parts[0] not in ("up", "dn", "live") or (parts[0] != "live" and len(parts) > 3):
        raise BadSubject("A subject is a direction, a recorder and a verb.")
    return Place(parts[0], _recorder(parts[1]), ".".join(map(_token, parts[2:])))


def _subject(direction: str, recorder: str, verb: str) -> str:
    return f"{direction}.{_recorder(recorder)}.{_token(verb)}"


def _recorder(text: str) -> str:
    if not _RECORDER.fullmatch(text):
        raise BadSubject("A recorder is named by a UUID in lower case.")
    return text


def _token(text: str) -> str:
    if not _TOKEN.fullmatch(text):
        raise BadSubject("A verb or channel is 1 to 80 letters, digits, hyphens and underscores.")
    return text
