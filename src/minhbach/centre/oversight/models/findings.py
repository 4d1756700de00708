"""Findings and what was done about them: rows that are only ever added.

What a finding is about is a code of the catalogue in force on its day, with the words of that day: a catalogue that
changes later changes no finding.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.footage.models import LegalHold
from minhbach.centre.registry.models import Camera, Identified, Person, Room, Unit
from minhbach.centre.registry.searching import kept_key

KEPT = pgtrigger.Delete | pgtrigger.Update
SEVERITIES = ("minor", "serious", "grave")
NOTE_LENGTH = 1000


class Source(models.TextChoices):
    """What led to a finding."""

    FOOTAGE = "footage"
    PETITION = "petition"
    RATING = "rating"
    #: Drawn or chosen for the month's assessment, or seen on an inspection.
    ASSESSMENT = "assessment"
    INSPECTION = "inspection"
    #: There is no footage, and no lawful cause of that: made by the system itself.
    GAP = "gap"


class Finding(Identified):
    """Something found in a room's footage, with its number in the book of the unit and year. Unix µs, half open."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="findings")
    room = models.ForeignKey(Room, models.PROTECT, related_name="findings")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    cameras: "models.ManyToManyField[Camera, models.Model]" = models.ManyToManyField(Camera, related_name="+")
    begin_us = models.BigIntegerField()
    end_us = models.BigIntegerField()
    situation = models.SlugField(max_length=40)
    situation_vi = models.CharField(max_length=200)
    situation_en = models.CharField(max_length=200)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    source = models.CharField(max_length=12, choices=Source, default=Source.FOOTAGE)
    #: The complaint or rating it follows from; empty: footage alone.
    source_reference = models.CharField(max_length=80, blank=True)
    #: None: the system found it, as only gaps are.
    found_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    found_at = models.DateTimeField()
    read_by = models.DateTimeField()
    explain_by = models.DateTimeField()
    conclude_by = models.DateTimeField()
    correct_by = models.DateTimeField()
    #: What may be looked for; PostgreSQL keeps it.
    search_key = models.GeneratedField(
        expression=kept_key("situation_vi", "situation_en", "note"), output_field=models.TextField(), db_persist=True
    )
    #: None: there was no footage left to hold, which may be what was found.
    hold = models.ForeignKey(LegalHold, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-found_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="finding_number_once", fields=["unit", "year", "number"]),
            models.CheckConstraint(name="finding_span", condition=Q(begin_us__gt=0, begin_us__lt=F("end_us"))),
            models.CheckConstraint(
                name="finding_says_what",
                condition=~Q(situation="") & ~Q(situation_vi="") & ~Q(situation_en="") & Q(source__in=Source.values),
            ),
            models.CheckConstraint(
                name="finding_found_by_somebody", condition=Q(found_by__isnull=False) | Q(source=Source.GAP.value)
            ),
            models.UniqueConstraint(
                name="finding_of_gap_once", fields=["room", "source_reference"], condition=Q(source=Source.GAP.value)
            ),
            models.CheckConstraint(
                name="finding_terms",
                condition=Q(read_by__lte=F("explain_by"), explain_by__lte=F("conclude_by"))
                & Q(conclude_by__lte=F("correct_by"), read_by__gt=F("found_at")),
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="finding_is_kept", operation=KEPT)]
        indexes: ClassVar = [
            models.Index(name="finding_of_room", fields=["room", "-found_at"]),
            models.Index(name="finding_of_hold", fields=["hold"], condition=Q(hold__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.number:03}/{self.year}"

    @property
    def until_us(self) -> int:
        """Its end as far as it is known by now: a gap may have gone on after it was found."""
        return max([self.end_us, *(each.end_us for each in self.prolonged.all())])


class StepKind(models.TextChoices):
    """What is done about a finding."""

    READ = "read"
    EXPLAINED = "explained"
    RETURNED = "returned"
    CONCLUDED = "concluded"
    WITHDRAWN = "withdrawn"
    #: A gap whose cause was put down, and taken for lawful by a body outside.
    LAWFUL = "lawful"


ENDS = (StepKind.CONCLUDED.value, StepKind.WITHDRAWN.value, StepKind.LAWFUL.value)
#: Nothing after the end; nobody concludes what they explained or what concerns them; only who found it takes it back;
#: what is upheld rests on more than a recording, and everybody named in it was heard or let their own term pass; what
#: more was asked for is waited for; the cause of a gap is put down, with its paper, by one and taken for lawful by
#: another.
IN_ORDER = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.finding_id::text, 16));
    IF EXISTS (SELECT 1 FROM oversight_findingstep WHERE finding_id = NEW.finding_id
               AND kind IN ('concluded', 'withdrawn', 'lawful')) THEN
        RAISE EXCEPTION 'oversight: it has ended' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind IN ('concluded', 'returned') AND EXISTS (
        SELECT 1 FROM oversight_findingstep WHERE finding_id = NEW.finding_id
        AND kind = 'explained' AND by_id = NEW.by_id) THEN
        RAISE EXCEPTION 'oversight: nobody concludes what they explained' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'explained' AND EXISTS (SELECT 1 FROM oversight_finding WHERE id = NEW.finding_id
                                          AND found_by_id = NEW.by_id) THEN
        RAISE EXCEPTION 'oversight: nobody explains what they found' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'withdrawn' AND NOT EXISTS (SELECT 1 FROM oversight_finding WHERE id = NEW.finding_id
                                              AND found_by_id = NEW.by_id) THEN
        RAISE EXCEPTION 'oversight: only who found it takes it back' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind IN ('concluded', 'returned') AND EXISTS (
        SELECT 1 FROM oversight_concerned WHERE finding_id = NEW.finding_id AND person_id = NEW.by_id) THEN
        RAISE EXCEPTION 'oversight: nobody concludes what concerns them' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.upheld AND NOT EXISTS (SELECT 1 FROM oversight_basis
                                  WHERE finding_id = NEW.finding_id AND kind <> 'recording') THEN
        RAISE EXCEPTION 'oversight: a recording is never the only basis' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.upheld AND EXISTS (
        SELECT 1 FROM oversight_concerned named JOIN oversight_finding found ON found.id = named.finding_id
        WHERE named.finding_id = NEW.finding_id
        AND NEW.at <= GREATEST(COALESCE(named.explain_by, found.explain_by), (
            SELECT max(asked.explain_by) FROM oversight_findingstep asked WHERE asked.finding_id = NEW.finding_id))
        AND NOT EXISTS (SELECT 1 FROM oversight_findingstep said
                        WHERE said.finding_id = NEW.finding_id AND said.kind = 'explained'
                        AND said.by_id = named.person_id AND said.at >= named.named_at)) THEN
        RAISE EXCEPTION 'oversight: nobody is condemned unheard' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'concluded' AND EXISTS (
        SELECT 1 FROM oversight_findingstep asked
        WHERE asked.finding_id = NEW.finding_id AND asked.kind = 'returned' AND NEW.at <= asked.explain_by
        AND NOT EXISTS (SELECT 1 FROM oversight_findingstep said
                        WHERE said.finding_id = NEW.finding_id AND said.kind = 'explained'
                        AND said.at >= asked.at)) THEN
        RAISE EXCEPTION 'oversight: more was asked for, and there is time for it' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'lawful' AND NOT EXISTS (SELECT 1 FROM oversight_finding
                                           WHERE id = NEW.finding_id AND source = 'gap') THEN
        RAISE EXCEPTION 'oversight: only a gap has a lawful cause' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'lawful' AND NOT COALESCE((
        SELECT bool_and(cause.by_id <> NEW.by_id) FROM oversight_gapcause cause
        JOIN oversight_finding found ON found.id = NEW.finding_id AND found.room_id = cause.room_id
        WHERE cause.document <> '' AND cause.end_us > found.begin_us AND cause.begin_us < GREATEST(found.end_us, (
            SELECT max(longer.end_us) FROM oversight_prolonged longer WHERE longer.finding_id = found.id))), false) THEN
        RAISE EXCEPTION 'oversight: nobody accepts the cause they put down' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class FindingStep(Identified):
    """One step: who, when, in which words; a conclusion also whether it is so, and how grave it is."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=StepKind)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    words = models.CharField(max_length=NOTE_LENGTH, blank=True)
    #: Of conclusions alone, whose oldest say nothing of it.
    upheld = models.BooleanField(null=True, blank=True)
    severity = models.CharField(max_length=8, blank=True)
    #: Of what asks for more: until when that is explained, and then concluded.
    explain_by = models.DateTimeField(null=True, blank=True)
    conclude_by = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(name="finding_step_known", condition=Q(kind__in=StepKind.values)),
            models.CheckConstraint(
                name="finding_step_says_what", condition=Q(kind=StepKind.READ.value) | Q(words__regex=r"\S")
            ),
            models.CheckConstraint(
                name="finding_step_judges",
                condition=(Q(kind=StepKind.CONCLUDED.value) | Q(upheld__isnull=True))
                & (Q(upheld=True, severity__in=SEVERITIES) | (~Q(upheld=True) & Q(severity=""))),
            ),
            models.CheckConstraint(
                name="finding_step_gives_time",
                condition=Q(explain_by__isnull=True, conclude_by__isnull=True)
                | Q(kind=StepKind.RETURNED.value, explain_by__gt=F("at"), conclude_by__gte=F("explain_by")),
            ),
            models.UniqueConstraint(
                name="finding_read_once", fields=["finding", "by"], condition=Q(kind=StepKind.READ.value)
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="finding_step_is_kept", operation=KEPT),
            pgtrigger.Trigger(
                name="finding_step_in_order", when=pgtrigger.Before, operation=pgtrigger.Insert, func=IN_ORDER
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.kind}"
