"""What was counted of one day: one row for the rooms of one type of one unit. An index of events, made anew at will."""

from typing import ClassVar

from django.db import models

from minhbach.centre.registry.models import RoomType, Unit


class DayFigures(models.Model):
    """Whole numbers by code (`sources`). A code that is not there was not counted: it could not have happened."""

    pk = models.CompositePrimaryKey("unit_id", "day", "room_type")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    day = models.DateField()
    room_type = models.CharField(max_length=20, choices=RoomType)
    figures = models.JSONField()
    counted_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(name="day_figures_by_day", fields=["day", "unit"])]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.day} {self.room_type}"
