"""How citizens rate a visit: one rating for one event at a counter, in one touch; why, if they care to say.

A rating names nobody. It says which event it is about, so that whoever may can go to the minute; officers see totals.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from minhbach.centre.dossiers.models import Event
from minhbach.centre.footage.models import LegalHold
from minhbach.centre.registry.models import Counter, Identified, Person, Unit

KEPT = pgtrigger.Delete | pgtrigger.Update
SAID_LENGTH = 500


class Score(models.IntegerChoices):
    """The three answers, the best highest."""

    DISSATISFIED = 1
    SATISFIED = 2
    VERY_SATISFIED = 3


class Reason(models.TextChoices):
    """What a citizen can name in one touch."""

    ATTITUDE = "attitude"
    WAITING = "waiting"
    GUIDANCE = "guidance"
    PAPERS = "papers"
    EXTRA_COST = "extra_cost"
    OTHER = "other"


class NotHeld(models.TextChoices):
    """Why nothing was kept for a low rating or a complaint."""

    NO_FOOTAGE = "no_footage"
    #: So much of the room is kept for complaints already that a person has to decide.
    LIMIT = "limit"


class Panel(Identified):
    """A screen at a counter on which visits are rated, opened there by somebody who works there."""

    counter = models.ForeignKey(Counter, models.PROTECT, related_name="panels")
    #: SHA-256 of what the screen's browser keeps.
    digest = models.CharField(max_length=64, unique=True)
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-opened_at",)
        constraints: ClassVar = [
            models.CheckConstraint(name="panel_digest", condition=Q(digest__regex=r"^[0-9a-f]{64}$"))
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="panel_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="panel_is_not_rewritten", exclude=["closed_by", "closed_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.counter_id} {self.opened_at}"


class Rating(Identified):
    """What a citizen thought of one event at a counter."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="ratings")
    counter = models.ForeignKey(Counter, models.PROTECT, related_name="ratings")
    event = models.OneToOneField(Event, models.PROTECT, related_name="rating")
    score = models.PositiveSmallIntegerField(choices=Score)
    at = models.DateTimeField()
    #: The screen on which it was given; none: by the receipt, from wherever.
    panel = models.ForeignKey(Panel, models.PROTECT, null=True, blank=True, related_name="ratings")
    #: What is kept because of it, perhaps for another rating of the same minutes.
    hold = models.ForeignKey(LegalHold, models.PROTECT, null=True, blank=True, related_name="+")
    not_held = models.CharField(max_length=20, choices=NotHeld, blank=True)

    class Meta:
        ordering = ("-at",)
        constraints: ClassVar = [
            models.CheckConstraint(name="rating_score", condition=Q(score__in=Score.values)),
            models.CheckConstraint(name="rating_held_or_not", condition=Q(hold__isnull=True) | Q(not_held="")),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="rating_is_kept", operation=KEPT)]
        indexes: ClassVar = [models.Index(name="rating_at_counter", fields=["counter", "-at"])]

    def __str__(self) -> str:
        return f"{self.event_id} {self.score}"


class RatingNote(Identified):
    """Why, in a touch or in words; once."""

    rating = models.OneToOneField(Rating, models.PROTECT, related_name="note")
    #: Codes of `Reason`.
    reasons = models.JSONField(default=list)
    said = models.CharField(max_length=SAID_LENGTH, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="rating_note_says_something", condition=~Q(reasons=[]) | Q(said__regex=r"\S"))
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="rating_note_is_kept", operation=KEPT)]

    def __str__(self) -> str:
        return str(self.rating_id)


class Try(models.Model):
    """One attempt from outside that counts against whoever makes many; forgotten after two days."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12)
    #: An address, or the number that was tried.
    source = models.CharField(max_length=45)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(name="try_of_source", fields=["kind", "source", "at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"
