"""The centre's own free disk: watched, so that logs and the watchers' book never stop for lack of room unnoticed.

Administrators of the system are told at once when something stops or goes on, and once a day for as long as there is
too little room. Recorders lose nothing by a full centre: their logs wait for it (decision 0009). Leaves the floors to
`footage.floor`, stopping to those who write: `evidence.packing`, `footage.collecting`, and `pages` for people.
"""

import datetime
import logging
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from minhbach.centre.access.people import administrators
from minhbach.centre.footage.floor import Measured, Work, measure
from minhbach.centre.footage.stock import Stock, take_stock
from minhbach.centre.messaging.actions import both, send
from minhbach.centre.messaging.models import Notice
from minhbach.centre.words import Words

_LOGGER = logging.getLogger(__name__)

KIND = "centre_disk"
AGAIN = datetime.timedelta(days=1)
LOW = Words(
    "Đĩa của trung tâm chỉ còn {free} MB (nên còn ít nhất {floor} MB). Hãy dọn đĩa hoặc mở rộng: khi hết chỗ, trung "
    "tâm không ghi được ai xem gì nên sẽ không cho xem.",
    "The centre's disk has {free} MB left (it should have {floor} MB). Make room: once it is full, the centre cannot "
    "write down who watches what, and lets nobody watch.",
)
STOPPED = Words(
    "Đĩa của trung tâm chỉ còn {free} MB nên đã tạm ngừng: {what}. Đầu ghi vẫn ghi hình. Hãy dọn đĩa hoặc mở rộng; có "
    "chỗ thì việc này tự tiếp tục.",
    "The centre's disk has {free} MB left, so this stands still: {what}. Recorders go on recording. Make room; it goes "
    "on by itself.",
)
GOES_ON = Words(
    "Đĩa của trung tâm đã có chỗ ({free} MB); tiếp tục: {what}.",
    "The centre's disk has room again ({free} MB); this goes on: {what}.",
)


def beat(*, now: datetime.datetime) -> int:
    """Write down what changed, and tell the administrators what is new or was not said today; how many were told."""
    found = measure(Path(settings.MINHBACH_DATA))
    before, after = take_stock(found, now=now)
    words = _news(found, before, after)
    if words is None:
        if not found.is_low or Notice.objects.filter(kind=KIND, sent_at__gt=now - AGAIN).exists():
            return 0
        words = _standing(found, after)
    else:
        _LOGGER.warning("%s", both(words)[1])
    people = administrators(now=now)
    if people:
        send(to=people, kind=KIND, words=words, now=now)
    return len(people)


def _news(found: Measured, before: Stock, after: Stock) -> Words | None:
    if fresh := [work for work in after.stopped if not before.stops(work)]:
        return STOPPED.fill(free=found.free_bytes >> 20, what=_listed(fresh))
    if gone := [work for work in before.stopped if not after.stops(work)]:
        return GOES_ON.fill(free=found.free_bytes >> 20, what=_listed(gone))
    return None


def _standing(found: Measured, stock: Stock) -> Words:
    if stock.stopped:
        return STOPPED.fill(free=found.free_bytes >> 20, what=_listed(stock.stopped))
    return LOW.fill(free=found.free_bytes >> 20, floor=found.wanted_bytes >> 20)


def _listed(works: Sequence[Work]) -> Words:
    return Words(", ".join(work.words.vi for work in works), ", ".join(work.words.en for work in works))
