"""Rooms held against the norm: reviews by a person with points and photographs, and norms that a room need not meet.

Rows that are only ever added. A review keeps the words and points of the checklist of its day, and what the system had
measured at that moment.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.papers.models import Paper
from minhbach.centre.registry.models.dates import Identified
from minhbach.centre.registry.models.people import Person
from minhbach.centre.registry.models.plans import NOTE_LENGTH
from minhbach.centre.registry.models.plans import PLANS_KEPT as ROWS_KEPT
from minhbach.centre.registry.models.rooms import Room
from minhbach.centre.registry.models.units import Unit


class RoomReview(Identified):
    """A room was looked over, item by item. `points` of `points_of`: items that do not apply count in neither."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="reviews")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="room_reviews")
    #: The version of the regulation whose checklist it is.
    version = models.UUIDField()
    points = models.DecimalField(max_digits=7, decimal_places=1)
    points_of = models.DecimalField(max_digits=7, decimal_places=1)
    #: What the system measured then, by norm: {"code", "vi", "en", "asked", "asked_en", "found", "found_en", "met"}.
    measured = models.JSONField()
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-made_at", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(name="room_review_points", condition=Q(points__gte=0, points__lte=F("points_of"))),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="room_review_is_kept", operation=ROWS_KEPT)]
        indexes: ClassVar = [models.Index(name="review_of_room", fields=["room", "-made_at"])]

    def __str__(self) -> str:
        return f"{self.room_id} {self.made_at:%Y-%m-%d}"


class Verdict(models.TextChoices):
    """What a person says of one item."""

    MET = "met"
    PARTLY = "partly"
    UNMET = "unmet"
    LEFT_OUT = "left_out"


class RoomReviewLine(Identified):
    """One item of a review, in the words of its day; what is not met says why."""

    review = models.ForeignKey(RoomReview, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=40)
    vi = models.CharField(max_length=200)
    en = models.CharField(max_length=200)
    points_of = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=8, choices=Verdict)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    photo = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="room_review_line_once", fields=["review", "code"]),
            models.CheckConstraint(
                name="room_review_line_says_why",
                condition=Q(verdict=Verdict.MET.value) | Q(verdict__in=Verdict.values, note__regex=r"\S"),
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="room_review_line_is_kept", operation=ROWS_KEPT)]

    def __str__(self) -> str:
        return f"{self.review_id} {self.code}"


class NormWaiver(Identified):
    """A room need not meet a norm until a day, by a decision and with a reason; it stays visible as not met."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="waivers")
    code = models.SlugField(max_length=40)
    reason = models.CharField(max_length=NOTE_LENGTH)
    decision_number = models.CharField(max_length=60)
    until = models.DateField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-made_at", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="norm_waiver_says_why", condition=Q(reason__regex=r"\S", decision_number__regex=r"\S")
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="norm_waiver_is_kept", operation=ROWS_KEPT)]
        indexes: ClassVar = [models.Index(name="waiver_of_room", fields=["room", "code"])]

    def __str__(self) -> str:
        return f"{self.room_id} {self.code}"
