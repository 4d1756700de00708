"""Which moments of a room were drawn to be looked at, who looked at them, and what they answered: rows only added.

A draw keeps everything that it follows from (seed, where that came from, what could be drawn), so that anybody draws
the same again. A clip that could not be shown says why, and another of its stratum takes its place. An assessment is
taken back only by who made it; PostgreSQL refuses all else. `Claim` alone is work in hand, and goes. Times are Unix µs,
half open.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.access.models import Viewing
from minhbach.centre.registry.models import Identified, Person, Room, Unit
from minhbach.centre.regulation.models import Regulation

KEPT = pgtrigger.Delete | pgtrigger.Update
COMMENT_LENGTH = 1000
_HEX = r"^[0-9a-f]{64}$"


class Draw(Identified):
    """The moments of one room and period, drawn once the period was over."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="draws")
    #: Who held the room on the last day of the period.
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    #: The first day of the month that it counts for; the days of the period, both within.
    month = models.DateField()
    first_day = models.DateField()
    last_day = models.DateField()
    rules = models.ForeignKey(Regulation, models.PROTECT, related_name="+")
    seed = models.CharField(max_length=64)
    #: The log whose checkpoint the seed is made of, its text as it was cosigned, and when that was.
    origin = models.CharField(max_length=120)
    checkpoint = models.TextField()
    cosigned_at = models.DateTimeField()
    #: What could be drawn (`frames.as_json`), and the SHA-256 of its canonical bytes.
    frame = models.JSONField()
    frame_digest = models.CharField(max_length=64)
    by_chance = models.PositiveSmallIntegerField()
    by_signs = models.PositiveSmallIntegerField()
    clip_us = models.BigIntegerField()
    lead_us = models.BigIntegerField()
    twice_percent = models.PositiveSmallIntegerField()
    #: Office time of the period, and how much of it was recorded and so checked by the recorder, in seconds.
    open_s = models.PositiveIntegerField()
    covered_s = models.PositiveIntegerField()
    drawn_at = models.DateTimeField()

    class Meta:
        ordering = ("-first_day", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(name="draw_once", fields=["room", "first_day"]),
            models.CheckConstraint(
                name="draw_period", condition=Q(month__lte=F("first_day"), first_day__lte=F("last_day"))
            ),
            models.CheckConstraint(
                name="draw_says_from_what",
                condition=Q(seed__regex=_HEX, frame_digest__regex=_HEX) & ~Q(checkpoint="") & ~Q(origin=""),
            ),
            models.CheckConstraint(name="draw_covers_no_more", condition=Q(covered_s__lte=F("open_s"))),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="draw_is_kept", operation=KEPT)]
        indexes: ClassVar = [models.Index(name="draw_of_month", fields=["month", "room"])]

    def __str__(self) -> str:
        return f"{self.room_id} {self.first_day}"


class Clip(Identified):
    """One moment to look at: drawn, or in the place of one that could not be shown."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="clips")
    room = models.ForeignKey(Room, models.PROTECT, related_name="clips")
    position = models.PositiveSmallIntegerField()
    begin_us = models.BigIntegerField()
    end_us = models.BigIntegerField()
    #: The sign that led here (`sampling.Sign`); empty: by chance.
    sign = models.SlugField(max_length=20, blank=True)
    sign_at_us = models.BigIntegerField(null=True, blank=True)
    sign_reference = models.CharField(max_length=80, blank=True)
    #: Whether a second person assesses it too, without seeing the answers of the first.
    twice = models.BooleanField(default=False)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    class Meta:
        ordering = ("begin_us", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(name="clip_place_once", fields=["draw", "position"]),
            models.CheckConstraint(name="clip_span", condition=Q(begin_us__gt=0, begin_us__lt=F("end_us"))),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="clip_is_kept", operation=KEPT)]
        indexes: ClassVar = [models.Index(name="clip_of_room", fields=["room", "begin_us"])]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.position}"


class Why(models.TextChoices):
    """Why a clip could not be assessed. All but the last are found by the centre, never chosen by who assesses."""

    GAP = "gap"
    RESTRICTED = "restricted"
    LINE = "line"
    SAID = "said"


class Skipped(Identified):
    """A clip that nobody could assess, and why."""

    clip = models.OneToOneField(Clip, models.PROTECT, related_name="skipped")
    why = models.CharField(max_length=12, choices=Why)
    #: What the person says of it; needed where nothing else does.
    words = models.CharField(max_length=COMMENT_LENGTH, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="skipped_known", condition=Q(why__in=Why.values)),
            models.CheckConstraint(
                name="skipped_says_why", condition=~Q(why=Why.SAID.value) | Q(words__regex=r"\S.{3,}\S")
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="skipped_is_kept", operation=KEPT)]

    def __str__(self) -> str:
        return f"{self.clip_id} {self.why}"


#: Of one clip: the second is another person's than the first; what could not be shown was not assessed.
BY_ANOTHER = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.clip_id::text, 18));
    IF EXISTS (SELECT 1 FROM oversight_assessment WHERE clip_id = NEW.clip_id AND by_id = NEW.by_id
               AND withdrawn_at IS NULL) THEN
        RAISE EXCEPTION 'oversight: nobody assesses a clip twice' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.second <> EXISTS (SELECT 1 FROM oversight_assessment WHERE clip_id = NEW.clip_id
                             AND withdrawn_at IS NULL) THEN
        RAISE EXCEPTION 'oversight: the second comes after the first' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM oversight_skipped WHERE clip_id = NEW.clip_id) THEN
        RAISE EXCEPTION 'oversight: it could not be shown' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Assessment(Identified):
    """What one person saw in a clip, item by item of the conduct form."""

    clip = models.ForeignKey(Clip, models.PROTECT, related_name="assessments")
    room = models.ForeignKey(Room, models.PROTECT, related_name="assessments")
    second = models.BooleanField(default=False)
    #: {code of an item: "good", "bad" or "unseen"}, every item of the form.
    answers = models.JSONField()
    comment = models.CharField(max_length=COMMENT_LENGTH, blank=True)
    #: The version whose form it is.
    form = models.ForeignKey(Regulation, models.PROTECT, related_name="+")
    #: Under which it was watched.
    viewing = models.ForeignKey(Viewing, models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="assessments")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="assessment_once", fields=["clip", "second"], condition=Q(withdrawn_at__isnull=True)
            ),
            models.CheckConstraint(
                name="assessment_withdrawn_later", condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("at"))
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="assessment_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="assessment_is_not_rewritten", exclude=["withdrawn_at"]),
            pgtrigger.Protect(
                name="assessment_stays_withdrawn",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
            pgtrigger.Trigger(
                name="assessment_by_another", when=pgtrigger.Before, operation=pgtrigger.Insert, func=BY_ANOTHER
            ),
        ]
        indexes: ClassVar = [models.Index(name="assessment_of_room", fields=["room", "at"])]

    def __str__(self) -> str:
        return f"{self.clip_id} {self.by_id}"


class Claim(models.Model):
    """A clip that somebody has before them, so that no other gets it; over when its time is."""

    clip = models.OneToOneField(Clip, models.CASCADE, primary_key=True, related_name="claim")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    until = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(name="claim_of_person", fields=["by", "until"])]

    def __str__(self) -> str:
        return f"{self.clip_id} {self.by_id}"
