"""What makes a case of a finding: whom it concerns, what it rests on, what is to be corrected; rows only ever added."""

import datetime
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.messaging.models import Notice
from minhbach.centre.oversight.models.findings import KEPT, NOTE_LENGTH, Finding
from minhbach.centre.papers.models import Paper
from minhbach.centre.registry.models import Identified, Person, Room, Unit

#: The one kind of basis that never suffices by itself; what others there are, a regulation says.
RECORDING = "recording"
#: Nobody is named and nothing is added once it has ended.
OPEN = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.finding_id::text, 16));
    IF EXISTS (SELECT 1 FROM oversight_findingstep WHERE finding_id = NEW.finding_id
               AND kind IN ('concluded', 'withdrawn', 'lawful')) THEN
        RAISE EXCEPTION 'oversight: it has ended' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
NOT_THE_FINDER = """
    IF EXISTS (SELECT 1 FROM oversight_finding WHERE id = NEW.finding_id AND found_by_id = NEW.person_id) THEN
        RAISE EXCEPTION 'oversight: nobody finds themselves' USING ERRCODE = 'check_violation';
    END IF;
"""


class Concerned(Identified):
    """An officer whom a finding concerns, with the post they had on its day: who moves since is found by it."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="concerned")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    post = models.CharField(max_length=200, blank=True)
    named_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    #: Until when they may explain it, counted from the day they were named. None, as in the oldest: the finding's own.
    explain_by = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("named_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(name="concerned_once", fields=["finding", "person"]),
            models.CheckConstraint(
                name="concerned_has_time", condition=Q(explain_by__isnull=True) | Q(explain_by__gt=F("named_at"))
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="concerned_is_kept", operation=KEPT),
            pgtrigger.Trigger(
                name="concerned_while_open", when=pgtrigger.Before, operation=pgtrigger.Insert,
                func=NOT_THE_FINDER + OPEN,
            ),
        ]  # fmt: skip
        indexes: ClassVar = [models.Index(name="concerned_of_person", fields=["person", "-named_at"])]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.person_id}"

    @property
    def until(self) -> datetime.datetime:
        """The end of their own term to explain it."""
        return self.explain_by or self.finding.explain_by


class Basis(Identified):
    """Something that a conclusion rests on, in the catalogue's words of that day, with a photograph if there is one."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="bases")
    kind = models.SlugField(max_length=40)
    vi = models.CharField(max_length=200)
    en = models.CharField(max_length=200)
    words = models.CharField(max_length=NOTE_LENGTH)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(name="basis_says_what", condition=~Q(vi="") & ~Q(en="") & Q(words__regex=r"\S"))
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="basis_is_kept", operation=KEPT),
            pgtrigger.Trigger(
                name="basis_while_open", when=pgtrigger.Before, operation=pgtrigger.Insert, func=OPEN
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.finding_id} {self.kind}"


class Correction(Identified):
    """What has to be put right because of a finding, by which day."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="corrections")
    position = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=NOTE_LENGTH)
    due_on = models.DateField()
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="correction_once", fields=["finding", "position"]),
            models.CheckConstraint(name="correction_says_what", condition=Q(words__regex=r"\S")),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="correction_is_kept", operation=KEPT)]
        indexes: ClassVar = [models.Index(name="correction_by_due", fields=["due_on"])]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.position}"


class CorrectionKind(models.TextChoices):
    """What is done about a correction."""

    REPORTED = "reported"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    EXTENDED = "extended"


#: Nothing after it was accepted; only what was reported is judged, and never by who reported it.
CORRECTED_IN_ORDER = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.correction_id::text, 24));
    IF EXISTS (SELECT 1 FROM oversight_correctionstep
               WHERE correction_id = NEW.correction_id AND kind = 'accepted') THEN
        RAISE EXCEPTION 'oversight: it was accepted' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind IN ('accepted', 'returned') AND (
        SELECT kind FROM oversight_correctionstep WHERE correction_id = NEW.correction_id AND kind <> 'extended'
        ORDER BY at DESC, id DESC LIMIT 1) IS DISTINCT FROM 'reported' THEN
        RAISE EXCEPTION 'oversight: nothing was reported' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind <> 'reported' AND EXISTS (
        SELECT 1 FROM oversight_correctionstep WHERE correction_id = NEW.correction_id
        AND kind = 'reported' AND by_id = NEW.by_id) THEN
        RAISE EXCEPTION 'oversight: nobody judges what they reported' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class CorrectionStep(Identified):
    """One step: a report carries its proof, an extension the new day."""

    correction = models.ForeignKey(Correction, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=CorrectionKind)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    words = models.CharField(max_length=NOTE_LENGTH)
    due_on = models.DateField(null=True, blank=True)
    proof = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="correction_step_says_what",
                condition=Q(kind__in=CorrectionKind.values) & Q(words__regex=r"\S"),
            ),
            models.CheckConstraint(
                name="correction_step_extends",
                condition=Q(kind=CorrectionKind.EXTENDED.value, due_on__isnull=False)
                | (~Q(kind=CorrectionKind.EXTENDED.value) & Q(due_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="correction_step_proves",
                condition=Q(kind=CorrectionKind.REPORTED.value, proof__isnull=False)
                | (~Q(kind=CorrectionKind.REPORTED.value) & Q(proof__isnull=True)),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="correction_step_is_kept", operation=KEPT),
            pgtrigger.Trigger(
                name="correction_step_in_order", when=pgtrigger.Before, operation=pgtrigger.Insert,
                func=CORRECTED_IN_ORDER,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.correction_id} {self.kind}"


class FindingTold(Identified):
    """A term that was over was told of, once; `notice` is empty where nobody holds that duty. `about`: a correction."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="told")
    stage = models.CharField(max_length=12)
    about = models.ForeignKey(Correction, models.PROTECT, null=True, blank=True, related_name="told")
    term = models.DateTimeField()
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="finding_told_once", fields=["finding", "stage", "about", "term"], nulls_distinct=False
            )
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="finding_told_is_kept", operation=KEPT)]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.stage}"


#: Only a gap goes on, only while nobody has concluded it, and only forward.
LONGER = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.finding_id::text, 16));
    IF NOT EXISTS (SELECT 1 FROM oversight_finding WHERE id = NEW.finding_id AND source = 'gap'
                   AND end_us < NEW.end_us) OR EXISTS (
        SELECT 1 FROM oversight_prolonged WHERE finding_id = NEW.finding_id AND end_us >= NEW.end_us) THEN
        RAISE EXCEPTION 'oversight: it does not go on' USING ERRCODE = 'check_violation';
    END IF;
"""


class Prolonged(Identified):
    """The gap of a finding went on after it was found, up to here by now. Unix µs."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="prolonged")
    end_us = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("end_us",)
        triggers: ClassVar = [
            pgtrigger.Protect(name="prolonged_is_kept", operation=KEPT),
            pgtrigger.Trigger(
                name="prolonged_while_open", when=pgtrigger.Before, operation=pgtrigger.Insert, func=LONGER + OPEN
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.end_us}"


class GapCause(Identified):
    """Why there was no footage of a room for some time, in the catalogue's words of that day. Unix µs. It is lawful
    once a body outside has said so on a finding.
    """

    room = models.ForeignKey(Room, models.PROTECT, related_name="gap_causes")
    begin_us = models.BigIntegerField()
    end_us = models.BigIntegerField()
    cause = models.SlugField(max_length=40)
    vi = models.CharField(max_length=200)
    en = models.CharField(max_length=200)
    words = models.CharField(max_length=NOTE_LENGTH)
    #: Empty in the oldest alone, which count for nothing.
    document = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(name="gap_cause_span", condition=Q(begin_us__gt=0, begin_us__lt=F("end_us"))),
            models.CheckConstraint(name="gap_cause_says_what", condition=~Q(vi="") & ~Q(en="") & Q(words__regex=r"\S")),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="gap_cause_is_kept", operation=KEPT)]
        indexes: ClassVar = [models.Index(name="gap_cause_of_room", fields=["room", "end_us"])]

    def __str__(self) -> str:
        return f"{self.room_id} {self.cause}"
