"""Quarter hours in which nothing stirred at a camera, as far as its recorder tells: proven by nothing.

Only such are kept, and only while moments may still be drawn by them (`actions.stillness`): when somebody moved is
written down nowhere. A row of one camera says nothing of its room; what the others tell belongs to it.
"""

from django.db import models
from django.db.models import Q

from minhbach.centre.registry.models import Camera


class StillQuarter(models.Model):
    """From `begin_us` (Unix µs) on nothing moved. `listened`: a live microphone heard nothing, either."""

    pk = models.CompositePrimaryKey("camera_id", "begin_us")
    camera = models.ForeignKey(Camera, models.PROTECT, related_name="+")
    begin_us = models.BigIntegerField()
    listened = models.BooleanField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(begin_us__gt=0), name="still_quarter_begins"),)
        indexes = (models.Index(fields=("begin_us",), name="still_quarter_by_time"),)

    def __str__(self) -> str:
        return f"{self.camera_id} {self.begin_us}"
