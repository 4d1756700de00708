"""What follows for an officer from findings: one form for one or several acts; rows that are only ever added.

A form inside the unit takes effect as it is said, and can be taken back by another. A form of discipline is only
proposed: the competent body decides, and of that decision no more is kept than its form, number and day. Why one may
not be considered yet is a matter of health or family: it lies closed (`access.models.personal`), beside the fact that
there is such a reason, also where the officer asks to be considered all the same.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from minhbach.centre.access.models.personal import ONLY_MOVED, Personal, Told
from minhbach.centre.oversight.models.findings import KEPT, NOTE_LENGTH, Finding
from minhbach.centre.registry.models import Identified, Person, Room, Unit


class Level(models.TextChoices):
    """Whether a unit's head says it, or the competent body by the law on discipline."""

    INTERNAL = "internal"
    FORMAL = "formal"


class Measure(Identified):
    """One form for one officer. `suggested`: what the ladder says; where another was chosen, `words` says why."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    #: Of the first finding; whoever may follow findings there follows this.
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    room = models.ForeignKey(Room, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    level = models.CharField(max_length=8, choices=Level)
    form = models.SlugField(max_length=40)
    form_vi = models.CharField(max_length=200)
    form_en = models.CharField(max_length=200)
    #: The law by which a form of discipline is proposed: that of the day of the gravest act.
    law = models.CharField(max_length=200, blank=True)
    suggested = models.SlugField(max_length=40, blank=True)
    #: The how-manieth confirmed finding of that situation about this officer within the window.
    occurrence = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=NOTE_LENGTH)
    #: By which day a proposal is to be decided; the oldest say nothing of it, nor does what takes effect at once.
    due_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(name="measure_number_once", fields=["unit", "year", "number"]),
            models.CheckConstraint(
                name="measure_says_what",
                condition=Q(level__in=Level.values) & ~Q(form="") & ~Q(form_vi="") & Q(words__regex=r"\S"),
            ),
            models.CheckConstraint(
                name="measure_by_law",
                condition=Q(level=Level.INTERNAL.value, law="", due_on__isnull=True) | Q(level=Level.FORMAL.value),
            ),
            models.CheckConstraint(name="measure_of_another", condition=~Q(person=models.F("by"))),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="measure_is_kept", operation=KEPT)]
        indexes: ClassVar = [
            models.Index(name="measure_of_person", fields=["person", "-at"]),
            models.Index(name="measure_of_unit", fields=["unit", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.number:02}/{self.year}"


#: One act, one form: unless the competent body did not take the first one up, or it was taken back. Only what was
#: upheld has a form.
ONE_FORM = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.finding_id::text, 16));
    IF EXISTS (SELECT 1 FROM oversight_measureact act JOIN oversight_measure measure ON measure.id = act.measure_id
               WHERE act.finding_id = NEW.finding_id
               AND measure.person_id = (SELECT person_id FROM oversight_measure WHERE id = NEW.measure_id)
               AND NOT EXISTS (SELECT 1 FROM oversight_measurestep step
                               WHERE step.measure_id = measure.id AND step.kind IN ('dropped', 'withdrawn'))) THEN
        RAISE EXCEPTION 'oversight: one act has one form' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM oversight_findingstep WHERE finding_id = NEW.finding_id AND upheld) THEN
        RAISE EXCEPTION 'oversight: it was not upheld' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM oversight_concerned WHERE finding_id = NEW.finding_id AND person_id = (
                   SELECT person_id FROM oversight_measure WHERE id = NEW.measure_id)) THEN
        RAISE EXCEPTION 'oversight: it does not concern this officer' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class MeasureAct(Identified):
    """A finding that a measure is about."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="acts")
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="measures")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="measure_act_once", fields=["measure", "finding"])]
        triggers: ClassVar = [
            pgtrigger.Protect(name="measure_act_is_kept", operation=KEPT),
            pgtrigger.Trigger(
                name="measure_act_has_one_form", when=pgtrigger.Before, operation=pgtrigger.Insert, func=ONE_FORM
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.finding_id}"


class MeasureKind(models.TextChoices):
    """What becomes of a proposal; a form inside the unit is withdrawn or stays."""

    #: It would have to wait, and the officer asks in writing that it does not.
    WAIVED = "waived"
    DEFERRED = "deferred"
    RESUMED = "resumed"
    DECIDED = "decided"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"


MEASURE_ENDS = (MeasureKind.DECIDED.value, MeasureKind.DROPPED.value, MeasureKind.WITHDRAWN.value)
#: After which an act is free for another form.
FREED = (MeasureKind.DROPPED.value, MeasureKind.WITHDRAWN.value)
#: Nothing after the end; a form inside the unit is only taken back, by another than who took it and whom it is about;
#: nothing is decided while it is deferred; that it need not wait is said before all else.
MEASURED_IN_ORDER = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.measure_id::text, 25));
    IF EXISTS (SELECT 1 FROM oversight_measure WHERE id = NEW.measure_id
               AND (level = 'internal') <> (NEW.kind = 'withdrawn')) THEN
        RAISE EXCEPTION 'oversight: it took effect as it was said' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'withdrawn' AND EXISTS (SELECT 1 FROM oversight_measure WHERE id = NEW.measure_id
                                          AND NEW.by_id IN (by_id, person_id)) THEN
        RAISE EXCEPTION 'oversight: another takes it back' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM oversight_measurestep WHERE measure_id = NEW.measure_id
               AND (kind IN ('decided', 'dropped', 'withdrawn') OR NEW.kind = 'waived')) THEN
        RAISE EXCEPTION 'oversight: it has ended' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind IN ('deferred', 'decided', 'resumed') AND (NEW.kind <> 'resumed') = COALESCE((
        SELECT kind = 'deferred' FROM oversight_measurestep WHERE measure_id = NEW.measure_id
        ORDER BY at DESC, id DESC LIMIT 1), false) THEN
        RAISE EXCEPTION 'oversight: it is deferred, or is not' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class MeasureStep(Identified):
    """One step. A decision of the competent body has its number and day, and the form that it chose; that the officer
    asks to be considered has the number of their paper.
    """

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=MeasureKind)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    words = models.CharField(max_length=NOTE_LENGTH, blank=True)
    number = models.CharField(max_length=60, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    form = models.SlugField(max_length=40, blank=True)
    form_vi = models.CharField(max_length=200, blank=True)
    form_en = models.CharField(max_length=200, blank=True)
    #: When a deferral is looked at again; by when what is gone on with is decided.
    due_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="measure_step_says_what",
                condition=Q(kind=MeasureKind.DECIDED.value, decided_on__isnull=False, number__regex=r"\S") & ~Q(form="")
                | Q(kind=MeasureKind.WAIVED.value, decided_on__isnull=True, form="", number__regex=r"\S")
                | (
                    Q(kind__in=[MeasureKind.DEFERRED.value, MeasureKind.RESUMED.value, *FREED])
                    & Q(decided_on__isnull=True, form="", number="")
                ),
            ),
            models.CheckConstraint(
                name="measure_withdrawn_says_why",
                condition=~Q(kind=MeasureKind.WITHDRAWN.value) | Q(words__regex=r"\S"),
            ),
            models.CheckConstraint(
                name="measure_step_has_term",
                condition=Q(due_on__isnull=True) | Q(kind__in=[MeasureKind.DEFERRED.value, MeasureKind.RESUMED.value]),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="measure_step_is_kept", operation=KEPT),
            pgtrigger.Trigger(
                name="measure_step_in_order", when=pgtrigger.Before, operation=pgtrigger.Insert,
                func=MEASURED_IN_ORDER,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.measure_id} {self.kind}"


class DeferralGround(Personal):
    """Why somebody is not considered for discipline yet, or need not be and asks for it: a matter of health, family or
    a court, so it lies closed.
    """

    step = models.OneToOneField(MeasureStep, models.PROTECT, related_name="ground")
    vi, en, words = Told(300), Told(300), Told(500)

    class Meta:
        triggers: ClassVar = [
            pgtrigger.ReadOnly(name="deferral_is_not_rewritten", exclude=Personal.MOVES),
            pgtrigger.Protect(name="deferral_is_only_moved", operation=pgtrigger.Update, condition=ONLY_MOVED),
            pgtrigger.Protect(name="deferral_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.step_id)
