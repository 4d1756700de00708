"""What a citizen's word has kept is kept to its end: the minutes after it had not happened yet when it came.

Owns the round that places the rest once its time is past. Promises that each rest is placed once, also after a restart
of the worker, within the same limits as the first part (`keeping`).
"""

import datetime
from collections.abc import Iterator

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from minhbach.centre.feedback.actions import petitions, rating
from minhbach.centre.feedback.actions.keeping import Wanted, keep_rest
from minhbach.centre.feedback.models import Petition, Rating
from minhbach.centre.footage.models import LegalHold
from minhbach.centre.registry import reading as registry
from minhbach.centre.regulation.reading import in_force
from minhbach.centre.regulation.rules import Times

#: A worker that stood still over a week-end catches up; what is older people have seen and decided.
BACK = datetime.timedelta(days=3)


def extend(*, now: datetime.datetime) -> int:
    """Hold what is past by now of what low ratings and complaints want kept; how many stretches that were."""
    made = 0
    for wanted, first, times in _first_parts(now - BACK):
        with transaction.atomic():
            made += keep_rest(wanted, first, times, now=now) is not None
    return made


def _first_parts(since: datetime.datetime) -> Iterator[tuple[Wanted, LegalHold, Times]]:
    """Those without their rest, by the rules of the day on which each came."""
    ratings = Rating.objects.filter(~_placed("counter__room"), at__gte=since, hold__isnull=False)
    for row in ratings.select_related("hold", "event__counter"):
        times = in_force(row.unit_id, registry.day_of(row.at)).times
        if row.hold is not None:
            yield rating.wanted_for(row.id, row.event, times), row.hold, times
    complaints = Petition.objects.filter(~_placed("room"), received_at__gte=since, hold__isnull=False)
    for petition in complaints.select_related("hold"):
        times = in_force(petition.unit_id, registry.day_of(petition.received_at)).times
        wanted = petitions.wanted_for(petition, times)
        if wanted is not None and petition.hold is not None:
            yield wanted, petition.hold, times


def _placed(room: str) -> Exists:
    """Whether the rest was placed, whatever became of it since."""
    return Exists(
        LegalHold.objects.filter(
            room=OuterRef(room), reference=Cast(OuterRef("pk"), CharField()), begin_us=OuterRef("hold__end_us"),
            end_us__gt=OuterRef("hold__end_us"),
        )
    )  # fmt: skip
