"""What a citizen's word has kept is kept to its end: the minutes after it had not happened yet when it came.

Owns the round that places the rest once its time is past. Promises that each rest is placed once, also after a restart
of the worker, within the same limits as the first part (`keeping`), and that one word that cannot have its rest keeps
no other from it. What had its turn and got nothing has it again after `AGAIN`, not with each beat.
"""

import datetime
import logging
from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import BigIntegerField, CharField, Exists, F, Func, OuterRef
from django.db.models.functions import Cast

from minhbach.centre.feedback.actions import petitions, rating
from minhbach.centre.feedback.actions.keeping import Wanted, around, keep_rest
from minhbach.centre.feedback.models import Petition, Rating
from minhbach.centre.footage.models import LegalHold
from minhbach.centre.footage.timeline import us
from minhbach.centre.registry import reading as registry
from minhbach.centre.regulation.reading import NothingInForce, in_force
from minhbach.centre.regulation.rules import Times

_LOGGER = logging.getLogger(__name__)

#: A worker that stood still over a week-end catches up; what is older people have seen and decided.
BACK = datetime.timedelta(days=3)
#: A limit that is reached or a hold that covers it already stays so for a while.
AGAIN = datetime.timedelta(hours=1)

_Rules = dict[tuple[UUID, datetime.date], Times | None]


def extend(*, now: datetime.datetime, tried: dict[UUID, datetime.datetime] | None = None) -> int:
    """Hold what is past by now of what low ratings and complaints want kept; how many stretches that were.

    `tried` is the worker's memory of what got nothing, and when.
    """
    tried = {} if tried is None else tried
    for row, at in list(tried.items()):
        if at + AGAIN <= now:
            del tried[row]
    made, rules = 0, _Rules()
    for word in _first_parts(now - BACK):
        if word.id in tried:
            continue
        try:
            if (due := _due(word, rules, now)) is None:
                continue
            if _is_placed(*due, now):
                made += 1
            else:
                tried[word.id] = now
        except Exception:
            _LOGGER.exception("%s: what follows is not kept: an error of our own", word.id)
    return made


def _is_placed(wanted: Wanted, first: LegalHold, times: Times, now: datetime.datetime) -> bool:
    with transaction.atomic():
        return keep_rest(wanted, first, times, now=now) is not None


def _due(word: Rating | Petition, rules: _Rules, now: datetime.datetime) -> tuple[Wanted, LegalHold, Times] | None:
    """What is to be kept, with its first part and by which rules; none while it is not past, or where it is whole."""
    times, first = _times(word, rules), word.hold
    if times is None or first is None:
        return None
    span = around(word.event.at, times) if isinstance(word, Rating) else petitions.span_of(word, times)
    if span is None or not first.end_us < span[1] <= us(now):
        return None
    if isinstance(word, Rating):
        return rating.wanted_for(word.id, word.event, times), first, times
    wanted = petitions.wanted_for(word, times)
    return (wanted, first, times) if wanted is not None else None


def _times(word: Rating | Petition, rules: _Rules) -> Times | None:
    """By the rules of the day on which it came: asked once for all of a unit's words of a day."""
    key = (word.unit_id, registry.day_of(word.at if isinstance(word, Rating) else word.received_at))
    if key not in rules:
        try:
            rules[key] = in_force(*key).times
        except NothingInForce as none:
            rules[key] = None
            _LOGGER.error("what citizens said is not kept to its end: %s", none)
    return rules[key]


def _first_parts(since: datetime.datetime) -> Iterator[Rating | Petition]:
    """Those without their rest. A hold that ends before its word came was whole from the beginning."""
    ratings = Rating.objects.filter(~_placed("counter__room"), at__gte=since, hold__end_us__gte=_us("at"))
    yield from ratings.select_related("hold", "event__counter")
    complaints = Petition.objects.filter(
        ~_placed("room"), received_at__gte=since, hold__end_us__gte=_us("received_at")
    )  # fmt: skip
    yield from complaints.select_related("hold")


def _us(at: str) -> Func:
    """Unix µs of a column, exact."""
    template = "(extract(epoch FROM %(expressions)s) * 1000000)::bigint"
    return Func(F(at), template=template, output_field=BigIntegerField())


def _placed(room: str) -> Exists:
    """Whether the rest was placed, whatever became of it since."""
    return Exists(
        LegalHold.objects.filter(
            room=OuterRef(room), reference=Cast(OuterRef("pk"), CharField()), begin_us=OuterRef("hold__end_us"),
            end_us__gt=OuterRef("hold__end_us"),
        )
    )  # fmt: skip
