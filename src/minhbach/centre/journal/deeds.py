"""What people of some units searched, took along and were refused in a week, beyond the regulation's thresholds.

Counted from the audit log, from refusals and from the tallies of further ones: for each person, wherever it was. A scan
at a counter's own desk is that desk's work and is not counted.
"""

import datetime
from collections import Counter
from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import Count, Q, Sum

from minhbach.centre.access.models import AuditRow, Refusal, RefusalTally
from minhbach.centre.journal.unusual import REFUSED, SEARCHED, TAKEN, WEEK, Oddity, by_weight
from minhbach.centre.registry.reading import staff_of
from minhbach.centre.regulation.reading import rules_of_each
from minhbach.centre.regulation.rules import Times
from minhbach.centre.words import formats

#: At a counter's desk the scan names its counter.
_SEARCHES = (Q(act__startswith="searched:") & ~Q(details__has_key="quay")) | Q(
    act__in=("log_searched", "book_searched")
)
_TAKES = Q(act__startswith="taken:", act__endswith="csv") | Q(act__in=("log_exported", "page:extraction_package"))


def deeds(units: Collection[UUID], begin: datetime.datetime) -> list[Oddity]:
    """What people who hold a post in these units did in the seven days from `begin`, beyond the thresholds there."""
    rules = _times(units, formats.local(begin).date())
    people = list(rules)
    found = {
        SEARCHED: (_acted(people, begin, _SEARCHES), "unusual_searches_week"),
        TAKEN: (_acted(people, begin, _TAKES), "unusual_exports_week"),
        REFUSED: (_refused(people, begin), "unusual_refusals_week"),
    }
    return by_weight(
        Oddity(person, kind, count, most, ())
        for kind, (counted, threshold) in found.items()
        for person, count in counted.items()
        if count >= (most := int(getattr(rules[person], threshold)))
    )


def _times(units: Collection[UUID], day: datetime.date) -> dict[UUID, Times]:
    """The people of the units, each with the times of a unit where they hold a post."""
    rules = rules_of_each(units, day)
    found: dict[UUID, Times] = {}
    for row in staff_of(list(units), day):
        if row.unit_id in rules:
            found.setdefault(row.person_id, rules[row.unit_id].times)
    return found


def _acted(people: Collection[UUID], begin: datetime.datetime, which: Q) -> Mapping[UUID, int]:
    rows = AuditRow.objects.filter(which, at__gte=begin, at__lt=begin + WEEK, account__person__in=people)
    return dict(rows.order_by().values_list("account__person").annotate(n=Count("id")))


def _refused(people: Collection[UUID], begin: datetime.datetime) -> Mapping[UUID, int]:
    end = begin + WEEK
    found: Counter[UUID] = Counter()
    rows = Refusal.objects.filter(at__gte=begin, at__lt=end, account__person__in=people)
    found.update(dict(rows.order_by().values_list("account__person").annotate(n=Count("id"))))
    more = RefusalTally.objects.filter(hour__gte=begin, hour__lt=end, account__person__in=people)
    found.update(dict(more.order_by().values_list("account__person").annotate(n=Sum("count"))))
    return found
