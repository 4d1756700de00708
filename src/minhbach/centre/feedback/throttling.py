"""How often somebody from outside may try: counted by address and by what was tried, in rows, for all workers.

Only failures count for receipts, so that all who come from behind one address of an office's network may rate; what
cannot fail counts each time. Rows are forgotten after two days.
"""

import datetime
from dataclasses import dataclass

from minhbach.centre.feedback.models import Try
from minhbach.centre.words import Words

KEPT = datetime.timedelta(days=2)
TOO_OFTEN = Words(
    "Đã thử quá nhiều lần từ nơi này. Hãy đợi một giờ, hoặc nhờ cán bộ tại quầy.",
    "Too many attempts from here. Wait an hour, or ask the officer at the counter.",
)


class TooOften(Exception):
    """Somebody tried too often; the words are for them."""

    words = TOO_OFTEN


@dataclass(frozen=True, slots=True)
class Limit:
    """So many within a time."""

    kind: str
    most: int
    within: datetime.timedelta


HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
#: Wrong secrets from one address, and of one receipt or number.
WRONG_FROM = Limit("wrong-from", 20, HOUR)
WRONG_OF = Limit("wrong-of", 20, DAY)
#: What is sent from one address.
COMPLAINED_HOUR = Limit("said", 6, HOUR)
COMPLAINED_DAY = Limit("said", 20, DAY)


def demand(limit: Limit, source: str, *, now: datetime.datetime) -> None:
    """Go on only below the limit. Raises TooOften."""
    if (
        Try.objects.filter(kind=limit.kind, source=source, at__gt=now - limit.within)[: limit.most].count()
        >= limit.most
    ):
        raise TooOften


def note(limit: Limit, source: str, *, now: datetime.datetime) -> None:
    """One more."""
    Try.objects.create(kind=limit.kind, source=source, at=now)


def forget(now: datetime.datetime) -> int:
    """Drop what is old; how many rows went."""
    return Try.objects.filter(at__lt=now - KEPT).delete()[0]
