"""Inspections and visits: a team that may look into named rooms for named days, and who went where, with what was seen.

Rows are only added, but for the moment at which an inspection is closed early. What the team may see is no row of this
app: each member has a grant in `access` that ends by itself.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.access.models import Grant
from minhbach.centre.papers.models import Paper
from minhbach.centre.registry.models import Identified, Person, Room, Unit

KEPT = pgtrigger.Delete | pgtrigger.Update
WORDS_LENGTH = 500


class InspectionKind(models.TextChoices):
    """Announced or not."""

    PERIODIC = "periodic"
    SURPRISE = "surprise"


class Inspection(Identified):
    """A decision that opens rooms to a team from a moment to a moment; numbered in the year of the body."""

    body = models.ForeignKey(Unit, models.PROTECT, related_name="inspections")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=InspectionKind)
    subject = models.CharField(max_length=300)
    decision_number = models.CharField(max_length=60)
    #: The first of the rooms: who may know of it is asked of this one.
    room = models.ForeignKey(Room, models.PROTECT, related_name="+")
    rooms: "models.ManyToManyField[Room, models.Model]" = models.ManyToManyField(Room, related_name="inspections")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-opened_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="inspection_number_once", fields=["body", "year", "number"]),
            models.CheckConstraint(name="inspection_span", condition=Q(ends_at__gt=F("begins_at"))),
            models.CheckConstraint(
                name="inspection_by_decision",
                condition=~Q(decision_number="") & Q(subject__regex=r"\S", kind__in=InspectionKind.values),
            ),
            models.CheckConstraint(
                name="inspection_closed_by_somebody",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="inspection_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="inspection_is_not_rewritten", exclude=["closed_at", "closed_by"]),
            pgtrigger.Protect(
                name="inspection_closes_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__closed_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(name="inspection_of_body", fields=["body", "-opened_at"])]

    def __str__(self) -> str:
        return f"{self.number:02}/{self.year}"


class InspectionMember(Identified):
    """One of the team, and the grant by which they see the rooms."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    leads = models.BooleanField()
    grant = models.OneToOneField(Grant, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-leads", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(name="inspection_member_once", fields=["inspection", "person"]),
            models.UniqueConstraint(name="inspection_one_leads", fields=["inspection"], condition=Q(leads=True)),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="inspection_member_is_kept", operation=KEPT)]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.person_id}"


class Visit(Identified):
    """Somebody of a supervising body is to go to a room on a day."""

    body = models.ForeignKey(Unit, models.PROTECT, related_name="visits")
    room = models.ForeignKey(Room, models.PROTECT, related_name="visits")
    #: The unit that held the room when it was planned.
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    visitor = models.ForeignKey(Person, models.PROTECT, related_name="+")
    day = models.DateField()
    inspection = models.ForeignKey(Inspection, models.PROTECT, null=True, blank=True, related_name="visits")
    planned_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()

    class Meta:
        ordering = ("-day", "id")
        constraints: ClassVar = [models.UniqueConstraint(name="visit_once", fields=["body", "room", "visitor", "day"])]
        triggers: ClassVar = [pgtrigger.Protect(name="visit_is_kept", operation=KEPT)]
        indexes: ClassVar = [
            models.Index(name="visit_of_body", fields=["body", "-day"]),
            models.Index(name="visit_of_room", fields=["room", "-day"]),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.day}"


class VisitStepKind(models.TextChoices):
    """What became of a visit: held or not; then the unit signs what was written, or objects; then the body answers the
    objection, or withdraws what it wrote.
    """

    HELD = "held"
    CANCELLED = "cancelled"
    SIGNED = "signed"
    OBJECTED = "objected"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


IN_ORDER = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.visit_id::text, 22));
    IF NEW.kind IN ('held', 'cancelled') AND EXISTS (SELECT 1 FROM oversight_visitstep
        WHERE visit_id = NEW.visit_id) THEN
        RAISE EXCEPTION 'oversight: it was held or cancelled' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind IN ('signed', 'objected') AND NOT EXISTS (SELECT 1 FROM oversight_visitstep
        WHERE visit_id = NEW.visit_id AND kind = 'held' AND by_id <> NEW.by_id) THEN
        RAISE EXCEPTION 'oversight: nothing to sign, or by the visitor' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind IN ('answered', 'withdrawn') AND NOT EXISTS (SELECT 1 FROM oversight_visitstep
        WHERE visit_id = NEW.visit_id AND kind = 'objected' AND by_id <> NEW.by_id) THEN
        RAISE EXCEPTION 'oversight: no objection to answer, or by who objected' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class VisitStep(Identified):
    """One step of a visit: who, when, in which words."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=VisitStepKind)
    words = models.CharField(max_length=WORDS_LENGTH, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(name="visit_step_known", condition=Q(kind__in=VisitStepKind.values)),
            models.CheckConstraint(
                name="visit_step_says_why",
                condition=Q(kind__in=[VisitStepKind.HELD.value, VisitStepKind.SIGNED.value]) | Q(words__regex=r"\S"),
            ),
            models.UniqueConstraint(
                name="visit_signed_once",
                fields=["visit"],
                condition=Q(kind__in=[VisitStepKind.SIGNED.value, VisitStepKind.OBJECTED.value]),
            ),
            models.UniqueConstraint(
                name="visit_answered_once",
                fields=["visit"],
                condition=Q(kind__in=[VisitStepKind.ANSWERED.value, VisitStepKind.WITHDRAWN.value]),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="visit_step_is_kept", operation=KEPT),
            pgtrigger.Trigger(
                name="visit_step_in_order", when=pgtrigger.Before, operation=pgtrigger.Insert, func=IN_ORDER
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.kind}"


class Seen(models.TextChoices):
    """How an item of the checklist was found."""

    GOOD = "good"
    BAD = "bad"
    NOT_SEEN = "not_seen"


class VisitAnswer(Identified):
    """One item of the checklist, in the words of the regulation of that day."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="answers")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=40)
    vi = models.CharField(max_length=200)
    en = models.CharField(max_length=200)
    seen = models.CharField(max_length=10, choices=Seen)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="visit_answer_once", fields=["visit", "code"]),
            models.CheckConstraint(name="visit_answer_known", condition=Q(seen__in=Seen.values)),
            models.CheckConstraint(
                name="visit_answer_says_what", condition=~Q(seen=Seen.BAD.value) | Q(note__regex=r"\S")
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="visit_answer_is_kept", operation=KEPT)]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.code}"


class VisitPhoto(Identified):
    """A photograph of the visit."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="photos")
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        triggers: ClassVar = [pgtrigger.Protect(name="visit_photo_is_kept", operation=KEPT)]

    def __str__(self) -> str:
        return f"{self.visit_id}"


class EmptyWeek(Identified):
    """A week in which a supervising body went to fewer rooms than the regulation says; told once. `held` is what was
    known when it was found: `visiting.lacking` says what there is by now.
    """

    body = models.ForeignKey(Unit, models.PROTECT, related_name="empty_weeks")
    monday = models.DateField()
    held = models.PositiveSmallIntegerField()
    wanted = models.PositiveSmallIntegerField()
    found_at = models.DateTimeField()

    class Meta:
        ordering = ("-monday",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="empty_week_once", fields=["body", "monday"]),
            models.CheckConstraint(name="empty_week_is_short", condition=Q(held__lt=F("wanted"))),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="empty_week_is_kept", operation=KEPT)]

    def __str__(self) -> str:
        return f"{self.body_id} {self.monday}"
