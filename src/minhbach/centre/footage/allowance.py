"""How much log one recorder may have the centre keep, so that a hostile one cannot fill the centre's disk.

Owns an allowance of bytes for each recorder that fills with time, by the number of its cameras. Promises that what is
taken in within any time is at most what is allowed at once and what that time adds; an honest recorder writes less than
half of that, so a month that a cut line kept back comes in at once and never waits. Pure. Leaves the row to the line
of the recorder (`models.logs`), the alarm to `ingestion`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

MIB = 1 << 20
PER_CAMERA_DAY = 24 * MIB
"""A camera with its sound in files of its own logs 9.7 MB a day (two entries of 560 bytes every ten seconds)."""
BESIDE_DAY = 8 * MIB
"""For what the recorder says of itself, of viewings and of holds."""
DAYS_AT_ONCE = 14
"""About a month of the busiest honest recorder: what comes when a line was cut for so long."""
BESIDE_ENTRY = 40
"""An entry's length and its hash in the tiles."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may still be taken in, at a moment."""

    bytes: int
    at: datetime


def most(cameras: int) -> int:
    """What a recorder with so many cameras may send at once."""
    return DAYS_AT_ONCE * _a_day(cameras)


def now_left(known: Allowance | None, cameras: int, now: datetime) -> Allowance:
    """What is left at this moment; of a recorder nothing is known of, all."""
    if known is None:
        return Allowance(most(cameras), now)
    gained = int(_a_day(cameras) * (max(timedelta(), now - known.at) / _DAY))
    # A clock that was set back gives nothing twice.
    return Allowance(min(most(cameras), known.bytes + gained), max(now, known.at))


def cost(entries: list[bytes] | tuple[bytes, ...]) -> int:
    """What these entries take."""
    return sum(len(entry) + BESIDE_ENTRY for entry in entries)


def _a_day(cameras: int) -> int:
    return BESIDE_DAY + max(1, cameras) * PER_CAMERA_DAY
