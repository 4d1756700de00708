"""How long somebody has to wait before the next attempt to sign in, from what was attempted before. No I/O.

Attempts count by where they come from. A browser that has signed in to an account before carries a signed cookie that
says so, and is counted for itself: whoever tries passwords, from the next desk or from everywhere, never makes it wait.
So an office cannot be locked out of what it already uses; only strangers to an account wait, and longer each time.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

#: Attempts older than this are forgotten.
MEMORY = datetime.timedelta(hours=1)
FREE = 5
FIRST_WAIT = datetime.timedelta(seconds=30)
LONGEST_WAIT = datetime.timedelta(minutes=15)
#: Failures within the memory, over all strangers to one account, after which strangers wait.
FREE_FOR_ACCOUNT = 30
#: Failures from one address over all accounts, after which strangers from there wait.
FREE_FOR_ADDRESS = 100


@dataclass(frozen=True, slots=True)
class Attempt:
    """One earlier attempt that failed, or has not ended yet."""

    source: str
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """What was attempted within the memory, the oldest first."""

    #: On this account, since its last success from the same source where there was one.
    on_account: Sequence[Attempt]
    #: From this address by strangers, on any account.
    from_address: Sequence[Attempt]


def wait(seen: Seen, source: str, *, known: bool, now: datetime.datetime) -> datetime.timedelta:
    """How long to wait from now on; zero to go ahead. `known`: a browser that signed in to the account before."""
    own = [attempt.at for attempt in seen.on_account if attempt.source == source]
    waits = [_after(own, FREE, now)]
    if not known:
        strangers = [attempt.at for attempt in seen.on_account if not attempt.source.startswith("device:")]
        waits.append(_after(strangers, FREE_FOR_ACCOUNT, now))
        waits.append(_after([attempt.at for attempt in seen.from_address], FREE_FOR_ADDRESS, now))
    return max(waits)


def _after(failures: Sequence[datetime.datetime], free: int, now: datetime.datetime) -> datetime.timedelta:
    recent = [at for at in failures if now - at < MEMORY]
    over = len(recent) - free
    if over < 0:
        return datetime.timedelta()
    pause = min(FIRST_WAIT * (1 << min(over, 10)), LONGEST_WAIT)
    return max(recent[-1] + pause - now, datetime.timedelta())
