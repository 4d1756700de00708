"""What people of some units searched, took along and were refused in a week, beyond the regulation's thresholds.

Counted from the audit log, from refusals and from the tallies of further ones: for each person, wherever it was. A scan
at a counter's own desk is that desk's work and is not counted.
"""

import datetime
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, Sum

from minhbach.centre.access.models import AuditRow, Refusal, RefusalTally
from minhbach.centre.journal.unusual import REFUSED, SEARCHED, TAKEN, WEEK, Oddity, by_weight
from minhbach.centre.registry.reading import staff_of
from minhbach.centre.regulation.reading import rules_of_each
from minhbach.centre.regulation.rules import Times
from minhbach.centre.words import formats

#: Searches that a page writes down in words of its own; every other one begins with `searched:`.
SEARCHED_ACTS = ("log_searched", "book_searched", "subjects_searched")
#: Books, the log and packages that leave: written down by what gives them out.
TAKEN_ACTS = (
    *("log_exported", "book_exported", "subjects_exported", "finding_book_exported"),
    "page:extraction_package",
)
#: Addresses that give out many rows in one file, or what also leaves as a table: the guard writes `taken:<name>`.
TABLES = (
    *("procedures_csv", "hold_csv", "hold_life", "extraction_csv", "extraction_life", "subject_csv", "subject_life"),
    *("needs_xlsx", "inventory_xlsx"),
    *("assessments_pdf", "assessments_xlsx", "report_pdf", "report_sent", "report_xlsx", "report_units_xlsx"),
    *("league_pdf", "league_xlsx", "regulation_catalogue", "regulation_catalogue_csv"),
)
#: Papers of one matter, printed for whoever stands there or has to sign; forms to fill in; what is public. An office
#: that works prints hundreds a week, so that counting them would name everybody.
PAPERS = (
    *("receipt", "slip", "subject_slip", "subject_answer", "book_slip", "extraction_minutes", "extraction_report"),
    "inspection_minutes",
    *("visit_minutes", "finding_request", "finding_conclusion", "measure_pdf", "scoring_pdf", "room_review_pdf"),
    *("proposal_pdf", "minutes_pdf", "sign_pdf", "regulation_pdf", "draft_catalogue_file", "draft_catalogue_errors"),
    *("reception_calendar_pdf",),
)
#: At a counter's desk the scan names its counter.
SEARCHES = (Q(act__startswith="searched:") & ~Q(details__has_key="quay")) | Q(act__in=SEARCHED_ACTS)
#: The guard noted the book of extractions too until it came to note itself; those weeks stay countable.
TAKES = Q(act__in=(*TAKEN_ACTS, "taken:book_csv", *(f"taken:{name}" for name in TABLES)))


#: Of which kind of deeds too many are those of a threshold, by its name among the regulation's times.
THRESHOLDS = {
    SEARCHED: "unusual_searches_week",
    TAKEN: "unusual_exports_week",
    REFUSED: "unusual_refusals_week",
}


@dataclass(frozen=True, slots=True)
class Done:
    """What the people of some units did in a week, and where they hold their posts: person, unit, its times."""

    posts: tuple[tuple[UUID, UUID, Times], ...]
    counted: Mapping[str, Mapping[UUID, int]]

    def beyond(self, units: Collection[UUID]) -> list[Oddity]:
        """What those who hold a post in these of the units did beyond the thresholds there."""
        times: dict[UUID, Times] = {}
        for person, unit, theirs in self.posts:
            if unit in units:
                times.setdefault(person, theirs)
        return by_weight(
            Oddity(person, kind, count, most, ())
            for kind, counts in self.counted.items()
            for person, count in counts.items()
            if person in times and count >= (most := int(getattr(times[person], THRESHOLDS[kind])))
        )


def done_in(units: Collection[UUID], begin: datetime.datetime) -> Done:
    """What the people of these units did in the seven days from `begin`."""
    posts = _posts(units, formats.local(begin).date())
    people = {person for person, _, _ in posts}
    counted = {
        SEARCHED: _acted(people, begin, SEARCHES),
        TAKEN: _acted(people, begin, TAKES),
        REFUSED: _refused(people, begin),
    }
    return Done(posts, counted)


def _posts(units: Collection[UUID], day: datetime.date) -> tuple[tuple[UUID, UUID, Times], ...]:
    rules = rules_of_each(units, day)
    rows = staff_of(list(units), day)
    return tuple((row.person_id, row.unit_id, rules[row.unit_id].times) for row in rows if row.unit_id in rules)


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
