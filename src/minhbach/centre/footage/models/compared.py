"""What came of comparing a day's moments with what was recorded: counts for each room, and the moments that have
neither footage nor a reason.

An index of marks and coverage, made anew whenever either has changed (`actions.comparing`): nothing here is known that
those do not say, so it is neither kept for ever nor proven.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from minhbach.centre.footage.models.marks import Mark
from minhbach.centre.registry.models import Room


class ComparedDay(models.Model):
    """How many moments of a room's day had footage, had a reason why not, and had neither."""

    pk = models.CompositePrimaryKey("room_id", "day")
    room = models.ForeignKey(Room, models.PROTECT, related_name="+")
    day = models.DateField()
    seen = models.PositiveIntegerField()
    explained = models.PositiveIntegerField()
    lost = models.PositiveIntegerField()
    compared_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.room_id} {self.day}"


class LostWhy(models.TextChoices):
    """Why there is neither."""

    UNSEEN = "unseen"
    LATE_LOG = "late_log"
    NOT_TOLD = "not_told"


class LostMoment(models.Model):
    """A moment that had neither when its day was compared last."""

    mark = models.OneToOneField(Mark, models.PROTECT, primary_key=True, related_name="+")
    room = models.ForeignKey(Room, models.PROTECT, related_name="+", db_index=False)
    at_us = models.BigIntegerField()
    why = models.CharField(max_length=8, choices=LostWhy)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="lost_moment_why", condition=Q(why__in=LostWhy.values)),
        ]
        indexes: ClassVar = [models.Index(name="lost_by_room", fields=["room", "-at_us"])]

    def __str__(self) -> str:
        return str(self.mark_id)
