"""Rooms and their counters, and who holds a room on a day.

A room has no column for its unit: after a merger the same room goes on under another unit, and its old footage stays
under the old name. `Tenure` says who holds it; `reading.holder_on()` asks.
"""

import pghistory
from django.db import models
from django.db.models import Q

from minhbach.centre.registry.models.dates import Dated, ends_after_it_begins, never_two_at_once
from minhbach.centre.registry.models.units import Unit


class RoomType(models.TextChoices):
    """The two kinds of room. Different bodies supervise them; who, is in the regulation."""

    RECEPTION_ROOM = "reception_room"
    ONE_STOP = "one_stop"


@pghistory.track()
class Room(Dated):
    """A citizen-reception room or a one-stop section, with what its notice sign has to say."""

    room_type = models.CharField(max_length=20, choices=RoomType)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)
    area_m2 = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    #: From this day on, by the minutes of its hand-over, the room counts in figures; none: on trial, it counts nowhere.
    in_service_on = models.DateField(null=True, blank=True)
    purpose = models.CharField(max_length=500, help_text="why it is recorded; stands on the sign")
    legal_basis = models.CharField(max_length=500, help_text="which law allows it; stands on the sign")
    contact = models.CharField(max_length=200, blank=True, help_text="whom a citizen asks; stands on the sign")

    class Meta:
        constraints = (
            ends_after_it_begins("room"),
            models.CheckConstraint(condition=Q(room_type__in=RoomType.values), name="room_type_known"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(purpose="") & ~Q(legal_basis=""), name="room_purpose_written"
            ),
            models.CheckConstraint(condition=Q(area_m2__isnull=True) | Q(area_m2__gt=0), name="room_area_positive"),
        )

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Counter(Dated):
    """A place in a room where citizens are served; in a reception room, a table."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="counters")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120, help_text="Quầy 1, Bàn tiếp dân")
    field = models.CharField(max_length=200, blank=True, help_text="what is handled there: Hộ tịch, Địa chính")

    class Meta:
        ordering = ("number",)
        constraints = (
            ends_after_it_begins("counter"),
            never_two_at_once("counter", "room", "number"),
            models.CheckConstraint(condition=Q(number__gt=0) & ~Q(name=""), name="counter_named"),
        )

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Tenure(Dated):
    """A unit holds a room, for a span of days: its people, its name on what was recorded then."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="tenures")
    room = models.ForeignKey(Room, models.PROTECT, related_name="tenures")
    decision_number = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (ends_after_it_begins("tenure"), never_two_at_once("tenure", "room"))

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.room_id}"
