"""Where numbers come from: a range for each unit, and running numbers of each box within it.

A range is given once and never again: the bar code of a unit that was merged still leads to its dossiers. A box is a
machine that makes events; this centre is box 0, and a commune that runs its own gets a number of its own.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from minhbach.centre.dossiers.codes import MOST_RANGES
from minhbach.centre.registry.models import Identified, Unit

#: This centre.
BOX = 0


class UnitRange(Identified):
    """The number by which the bar codes of a unit begin."""

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="bar_code_range")
    number = models.PositiveIntegerField(unique=True)
    given_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="range_fits", condition=Q(number__gte=1, number__lte=MOST_RANGES))
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="range_is_kept", operation=pgtrigger.Delete | pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.number:05d}"


class Running(models.Model):
    """The last number a box gave for a unit: of its events, of its bar codes, of its dossiers of a day."""

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    box = models.PositiveSmallIntegerField(default=BOX)
    name = models.CharField(max_length=20, help_text="events, scans, or the day of the dossiers: 261122")
    last = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="running_once", fields=["unit", "box", "name"])]

    def __str__(self) -> str:
        return f"{self.name} {self.last}"
