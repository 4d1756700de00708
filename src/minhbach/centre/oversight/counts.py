"""What happened to findings, for monthly reports and rankings: one question, and by unit what it comes to.

`EVENTS` alone says which row counts at which moment under which code; `publishing` counts its rows by who held the
room, `finding_counts` by the book that the finding stands in, whatever became of its unit since. Promises a few queries
for any number of units. Spans are the caller's: moments, the end left out.
"""

import datetime
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, OuterRef

from minhbach.centre.oversight.models import Correction, CorrectionKind, CorrectionStep
from minhbach.centre.registry import reading as registry

Moment = datetime.datetime
#: room, moment, code, what it is about, unit of the book, and of what sort; from `first` up to `last`.
EVENTS = """
        SELECT f.room_id, f.found_at AS at, k.code, f.id AS about, f.unit_id, f.source AS sort
          FROM oversight_finding f
          JOIN (VALUES ('findings', ''), ('findings_gap', 'gap')) AS k(code, only_source)
            ON k.only_source IN ('', f.source)
         WHERE f.found_at >= %(first)s AND f.found_at < %(last)s
        UNION ALL
        SELECT f.room_id, p.at, k.code, f.id, f.unit_id, '' FROM oversight_findingstep p
          JOIN oversight_finding f ON f.id = p.finding_id
          JOIN (VALUES ('explained', 'findings_explained', NULL), ('concluded', 'findings_concluded', NULL),
                       ('concluded', 'findings_upheld', true), ('concluded', 'findings_unfounded', false),
                       ('withdrawn', 'findings_withdrawn', NULL), ('lawful', 'findings_lawful', NULL))
               AS k(kind, code, upheld) ON k.kind = p.kind AND (k.upheld IS NULL OR k.upheld = p.upheld)
         WHERE p.at >= %(first)s AND p.at < %(last)s
        UNION ALL
        SELECT f.room_id, c.given_at, 'corrections', f.id, f.unit_id, '' FROM oversight_correction c
          JOIN oversight_finding f ON f.id = c.finding_id WHERE c.given_at >= %(first)s AND c.given_at < %(last)s
        UNION ALL
        SELECT f.room_id, p.at, 'corrections_done', f.id, f.unit_id, '' FROM oversight_correctionstep p
          JOIN oversight_correction c ON c.id = p.correction_id JOIN oversight_finding f ON f.id = c.finding_id
         WHERE p.kind = 'accepted' AND p.at >= %(first)s AND p.at < %(last)s
        UNION ALL
        SELECT m.room_id, m.at, k.code, m.id, m.unit_id, m.form FROM oversight_measure m
          JOIN (VALUES ('measures', ''), ('measures_formal', 'formal')) AS k(code, only_level)
            ON k.only_level IN ('', m.level)
         WHERE m.at >= %(first)s AND m.at < %(last)s
        UNION ALL
        SELECT m.room_id, p.at, 'measures_decided', m.id, m.unit_id, p.form FROM oversight_measurestep p
          JOIN oversight_measure m ON m.id = p.measure_id
         WHERE p.kind = 'decided' AND p.at >= %(first)s AND p.at < %(last)s
"""
_BY_UNIT = "".join(("SELECT unit_id, code, sort, count(*) FROM (", EVENTS, ") AS e GROUP BY 1, 2, 3"))


@dataclass(slots=True)
class Counts:
    """What happened in a span, by the codes of `EVENTS`; by sort where there are several: `sources`, `decided`."""

    events: dict[str, int] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)
    decided: dict[str, int] = field(default_factory=dict)
    #: Of all that were ever given: not accepted and past their first day at the end of the span.
    corrections_late: int = 0

    @property
    def made(self) -> int:
        """Findings made."""
        return self.events.get("findings", 0)

    @property
    def upheld(self) -> int:
        """Findings concluded to be so."""
        return self.events.get("findings_upheld", 0)

    @property
    def corrections_given(self) -> int:
        """Corrections asked for."""
        return self.events.get("corrections", 0)

    @property
    def corrections_accepted(self) -> int:
        """Corrections done and accepted."""
        return self.events.get("corrections_done", 0)


def finding_counts(begin: Moment, end: Moment) -> dict[UUID, Counts]:
    """By unit; units without anything are absent. Two queries."""
    found: dict[UUID, Counts] = {}
    with connection.cursor() as cursor:
        cursor.execute(_BY_UNIT, {"first": begin, "last": end})
        for unit, code, sort, count in cursor.fetchall():
            each = found.setdefault(unit, Counts())
            each.events[code] = each.events.get(code, 0) + count
            if code == "findings":
                each.sources[sort] = count
            elif code == "measures_decided":
                each.decided[sort] = count
    for unit, count in _late(end):
        found.setdefault(unit, Counts()).corrections_late = count
    return found


def _late(end: Moment) -> list[tuple[UUID, int]]:
    accepted = CorrectionStep.objects.filter(kind=CorrectionKind.ACCEPTED, correction=OuterRef("pk"), at__lt=end)
    late = Correction.objects.filter(~Exists(accepted), given_at__lt=end, due_on__lt=registry.day_of(end)).order_by()
    return list(late.values_list("finding__unit").annotate(n=Count("id")))
