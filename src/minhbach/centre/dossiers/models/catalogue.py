"""The procedures that counters handle, with dates: a dossier keeps the version of its day."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from minhbach.centre.registry.models import Unit
from minhbach.centre.registry.models.dates import Dated, ends_after_it_begins, never_two_at_once


class Procedure(Dated):
    """An administrative procedure as a unit publishes it for itself and what lies below, for a span of days."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="procedures")
    code = models.CharField(max_length=30, help_text="as text: 1.000948")
    name = models.CharField(max_length=300)
    field = models.CharField(max_length=120, blank=True)
    #: 0: a matter of the same day.
    working_days = models.PositiveSmallIntegerField()
    #: What belongs to a dossier: [{"name": …, "kind": a PaperKind, "copies": n}].
    components = models.JSONField(default=list)

    class Meta:
        ordering = ("field", "name")
        constraints: ClassVar = [
            ends_after_it_begins("procedure"),
            never_two_at_once("procedure", "unit", "code"),
            models.CheckConstraint(name="procedure_named", condition=~Q(code="") & ~Q(name="")),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
