"""Errors of our own that cost one thing and not the others: whoever keeps the centre is told, once a day each.

Owns how often. What exactly went wrong stands in the log of the process; the notice only says what was not done.
"""

import datetime

from minhbach.centre.access.people import administrators
from minhbach.centre.messaging.actions import both, send
from minhbach.centre.messaging.models import Notice
from minhbach.centre.words import Words

KIND = "own_error"
AGAIN = datetime.timedelta(days=1)


def tell_own_error(words: Words, *, now: datetime.datetime) -> bool:
    """Tell the administrators, unless they were told the same within a day; whether they were told now."""
    vi, _ = both(words)
    if Notice.objects.filter(kind=KIND, vi=vi, sent_at__gt=now - AGAIN).exists():
        return False
    people = administrators(now=now)
    if people:
        send(to=people, kind=KIND, words=words, now=now)
    return bool(people)
