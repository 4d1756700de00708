"""What citizens tell or ask of an office (phản ánh, kiến nghị): its number, its clocks, each step, and who said it.

Who said it is a row of its own, which may be emptied by request; without it nothing here names a person but what was
written. Terms are set when it comes in, by the regulation of that day, and are never moved.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.access.models.personal import EMPTIED, ONLY_EMPTIED, Personal, Told
from minhbach.centre.dossiers.models import Dossier
from minhbach.centre.feedback.models.ratings import KEPT, NotHeld
from minhbach.centre.footage.models import LegalHold
from minhbach.centre.registry.models import Counter, Identified, Person, Room, Unit

CONTENT_LENGTH = 2000


class PetitionKind(models.TextChoices):
    """What it is: something that happened, or something that should be otherwise."""

    FEEDBACK = "feedback"
    SUGGESTION = "suggestion"


class Topic(models.TextChoices):
    """What it is about, as QĐ 766 counts them (5.1): people's behaviour, a rule, or something else."""

    CONDUCT = "conduct"
    RULE = "rule"
    OTHER = "other"


class Way(models.TextChoices):
    """How it came in."""

    WEB = "web"
    COUNTER = "counter"
    HOTLINE = "hotline"
    BOX = "box"
    LETTER = "letter"


class Petition(Identified):
    """One complaint or suggestion about a room of a unit, with its number in the unit's book of the year."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="petitions")
    room = models.ForeignKey(Room, models.PROTECT, related_name="petitions")
    counter = models.ForeignKey(Counter, models.PROTECT, null=True, blank=True, related_name="petitions")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=PetitionKind)
    topic = models.CharField(max_length=12, choices=Topic)
    way = models.CharField(max_length=10, choices=Way)
    content = models.CharField(max_length=CONTENT_LENGTH)
    #: When it happened, as told; both or neither. Unix µs.
    begin_us = models.BigIntegerField(null=True, blank=True)
    end_us = models.BigIntegerField(null=True, blank=True)
    #: The dossier whose receipt was in the hands of who says it.
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, blank=True, related_name="petitions")
    received_at = models.DateTimeField()
    #: None: the citizen alone, on the public page.
    registered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    #: Digits for the citizen to ask by: see `actions.petitions.code_of`.
    code = models.CharField(max_length=14, unique=True)
    #: By which the citizen reads how it stands.
    lookup_secret = models.CharField(max_length=6)
    refuse_by = models.DateTimeField()
    ask_by = models.DateTimeField()
    answer_by = models.DateTimeField()
    hold = models.ForeignKey(LegalHold, models.PROTECT, null=True, blank=True, related_name="+")
    not_held = models.CharField(max_length=20, choices=NotHeld, blank=True)

    class Meta:
        ordering = ("-received_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="petition_number_once", fields=["unit", "year", "number"]),
            models.CheckConstraint(name="petition_says_something", condition=Q(content__regex=r"\S")),
            models.CheckConstraint(
                name="petition_known",
                condition=Q(kind__in=PetitionKind.values, topic__in=Topic.values, way__in=Way.values),
            ),
            models.CheckConstraint(
                name="petition_secret",
                condition=Q(lookup_secret__regex=r"^[0-9]{6}$", code__regex=r"^[0-9]{14}$"),
            ),
            models.CheckConstraint(
                name="petition_span",
                condition=Q(begin_us__isnull=True, end_us__isnull=True) | Q(begin_us__gt=0, end_us__gt=F("begin_us")),
            ),
            models.CheckConstraint(
                name="petition_terms",
                condition=Q(refuse_by__lte=F("ask_by"), ask_by__lte=F("answer_by"), refuse_by__gt=F("received_at")),
            ),
            models.CheckConstraint(name="petition_held_or_not", condition=Q(hold__isnull=True) | Q(not_held="")),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="petition_is_kept", operation=KEPT)]
        indexes: ClassVar = [
            models.Index(name="petition_of_room", fields=["room", "-received_at"]),
            models.Index(name="petition_of_hold", fields=["hold"], condition=Q(hold__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.number:03}/{self.year}"


class Petitioner(Personal):
    """Who said it, as far as they wanted to be known; emptied when the person has it erased."""

    petition = models.OneToOneField(Petition, models.PROTECT, related_name="petitioner")
    name = Told(120)
    phone = Told(20)
    email = Told(120)
    address = Told(300)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="petitioner_erased", condition=EMPTIED)]
        triggers: ClassVar = [
            pgtrigger.Protect(name="petitioner_row_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="petitioner_is_not_rewritten", exclude=[*Personal.MOVES, "erased_at"]),
            pgtrigger.Protect(name="petitioner_is_only_erased", operation=pgtrigger.Update, condition=ONLY_EMPTIED),
        ]

    def __str__(self) -> str:
        return str(self.petition_id)


class StepKind(models.TextChoices):
    """What is done about it."""

    ACCEPTED = "accepted"
    ASKED = "asked"
    ANSWERED = "answered"
    REFUSED = "refused"


#: What ends it.
ENDS = (StepKind.ANSWERED.value, StepKind.REFUSED.value)
#: Two people at once: the second finds it ended, or accepted.
IN_ORDER = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.petition_id::text, 14));
    IF EXISTS (SELECT 1 FROM feedback_petitionevent WHERE petition_id = NEW.petition_id
               AND kind IN ('answered', 'refused')) THEN
        RAISE EXCEPTION 'feedback: it has ended' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class PetitionEvent(Identified):
    """One step: who, when, in which words. What ends it is told to the citizen in these words."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=StepKind)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    words = models.CharField(max_length=CONTENT_LENGTH, blank=True)

    class Meta:
        ordering = ("at",)
        constraints: ClassVar = [
            models.CheckConstraint(name="petition_step_known", condition=Q(kind__in=StepKind.values)),
            models.CheckConstraint(
                name="petition_step_says_why",
                condition=Q(kind=StepKind.ACCEPTED.value) | Q(words__regex=r"\S"),
            ),
            models.UniqueConstraint(
                name="petition_accepted_once", fields=["petition"], condition=Q(kind=StepKind.ACCEPTED.value)
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="petition_step_is_kept", operation=KEPT),
            pgtrigger.Trigger(
                name="petition_step_in_order", when=pgtrigger.Before, operation=pgtrigger.Insert, func=IN_ORDER
            ),
        ]

    def __str__(self) -> str:
        return f"{self.petition_id} {self.kind}"
