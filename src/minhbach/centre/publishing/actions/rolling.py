"""Counting days once and keeping them: made anew as often as wanted, as an index is."""

import datetime

from django.db import transaction

from minhbach.centre.publishing.counting import count, days
from minhbach.centre.publishing.models import DayFigures

#: Rows written at once.
BATCH = 2000


@transaction.atomic
def roll(first: datetime.date, last: datetime.date, *, now: datetime.datetime) -> int:
    """Count these days for every unit, both included, in the place of what was counted before; how many rows."""
    rows = [
        DayFigures(unit_id=unit, room_type=kind, day=day, figures=figures, counted_at=now)
        for (unit, kind, day), figures in count(days(first, last)).items()
    ]
    DayFigures.objects.filter(day__gte=first, day__lte=last).delete()
    DayFigures.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)
