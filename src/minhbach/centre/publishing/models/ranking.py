"""Score sheets of units for a period: what the system proposes, what the unit gives itself, what is appraised above.

Rows are only ever added: of a criterion the newest of each kind counts, the older ones stay. PostgreSQL keeps the
order: a unit scores itself while the sheet is with it, whoever appraises while it was handed in, and nobody settles a
sheet that they handed in themselves.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.registry.models import Identified, Person, Unit
from minhbach.centre.regulation.models import Regulation

KEPT = pgtrigger.Delete | pgtrigger.Update
REASON_LENGTH = 500


class Scoring(Identified):
    """One sheet of the regulation, for one unit and the days of one period, both included."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="scorings")
    sheet = models.SlugField(max_length=40)
    first_day = models.DateField()
    last_day = models.DateField()
    #: The version whose criteria it is scored by, whatever is issued later.
    regulation = models.ForeignKey(Regulation, models.PROTECT, related_name="+")
    self_by = models.DateField()
    appraised_by = models.DateField()
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ("-first_day", "unit")
        constraints: ClassVar = [
            models.UniqueConstraint(name="scoring_once", fields=["unit", "sheet", "first_day"]),
            models.CheckConstraint(name="scoring_has_days", condition=Q(first_day__lte=F("last_day"))),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="scoring_is_kept", operation=KEPT)]
        indexes: ClassVar = [models.Index(name="scoring_of_period", fields=["sheet", "first_day"])]

    def __str__(self) -> str:
        return f"{self.sheet} {self.first_day}"


class ScoreKind(models.TextChoices):
    """Whose score it is."""

    COUNTED = "counted"
    SELF = "self"
    APPRAISED = "appraised"


class ScoringStepKind(models.TextChoices):
    """What happens to a sheet as a whole."""

    HANDED_IN = "handed_in"
    RETURNED = "returned"
    SETTLED = "settled"


#: The unit scores itself while the sheet is with it, whoever appraises while it was handed in.
IN_TURN = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.scoring_id::text, 37));
    IF coalesce((SELECT kind FROM publishing_scoringstep WHERE scoring_id = NEW.scoring_id
                 ORDER BY serial DESC LIMIT 1), '') NOT IN (
        SELECT unnest(CASE NEW.kind WHEN 'appraised' THEN ARRAY['handed_in'] ELSE ARRAY['', 'returned'] END)) THEN
        RAISE EXCEPTION 'publishing: not the turn of this score' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
IN_ORDER = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.scoring_id::text, 37));
    IF NEW.kind NOT IN (SELECT unnest(CASE coalesce(
            (SELECT kind FROM publishing_scoringstep WHERE scoring_id = NEW.scoring_id
             ORDER BY serial DESC LIMIT 1), '')
        WHEN '' THEN ARRAY['handed_in'] WHEN 'returned' THEN ARRAY['handed_in']
        WHEN 'handed_in' THEN ARRAY['returned', 'settled'] ELSE ARRAY[]::text[] END)) THEN
        RAISE EXCEPTION 'publishing: not the next step of a score sheet' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.serial <> 1 + (SELECT count(*) FROM publishing_scoringstep WHERE scoring_id = NEW.scoring_id) THEN
        RAISE EXCEPTION 'publishing: a step follows the last' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind <> 'handed_in' AND EXISTS (
        SELECT 1 FROM publishing_scoringstep
        WHERE scoring_id = NEW.scoring_id AND kind = 'handed_in' AND by_id = NEW.by_id) THEN
        RAISE EXCEPTION 'publishing: nobody settles what they handed in' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Score(Identified):
    """So many tenths of a point for one criterion, with the fraction it was counted from or the reason of a person."""

    scoring = models.ForeignKey(Scoring, models.PROTECT, related_name="scores")
    criterion = models.SlugField(max_length=40)
    kind = models.CharField(max_length=10, choices=ScoreKind)
    serial = models.PositiveIntegerField()
    tenths = models.PositiveIntegerField()
    #: What the system counted: so many of so many.
    part = models.BigIntegerField(null=True, blank=True)
    whole = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("serial",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="score_once", fields=["scoring", "criterion", "kind", "serial"]),
            models.CheckConstraint(name="score_kind_known", condition=Q(kind__in=ScoreKind.values)),
            models.CheckConstraint(
                name="score_is_counted_or_somebodys",
                condition=Q(kind=ScoreKind.COUNTED.value, by__isnull=True, part__gte=0, whole__gte=1)
                | (~Q(kind=ScoreKind.COUNTED.value) & Q(by__isnull=False, part__isnull=True, whole__isnull=True)),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="score_is_kept", operation=KEPT),
            pgtrigger.Trigger(name="score_in_turn", when=pgtrigger.Before, operation=pgtrigger.Insert, func=IN_TURN),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} {self.kind}"


class ScoringStep(Identified):
    """One step: handed in by the unit, returned with a reason, or settled, which ranks it."""

    scoring = models.ForeignKey(Scoring, models.PROTECT, related_name="steps")
    serial = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=ScoringStepKind)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    words = models.CharField(max_length=REASON_LENGTH, blank=True)

    class Meta:
        ordering = ("serial",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="scoring_step_once", fields=["scoring", "serial"]),
            models.CheckConstraint(name="scoring_step_known", condition=Q(kind__in=ScoringStepKind.values)),
            models.CheckConstraint(
                name="scoring_returned_says_why",
                condition=~Q(kind=ScoringStepKind.RETURNED.value) | Q(words__regex=r"\S"),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="scoring_step_is_kept", operation=KEPT),
            pgtrigger.Trigger(
                name="scoring_step_in_order", when=pgtrigger.Before, operation=pgtrigger.Insert, func=IN_ORDER
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scoring_id} {self.kind}"
