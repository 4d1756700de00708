"""Versions of regulations, and which body supervises which rooms: rows with dates, never overwritten.

A version belongs to a unit and holds for it and for what lies below, unless a unit nearer by has its own. Its content
is checked before it is written (`actions`) and cannot be changed afterwards: PostgreSQL refuses. A change is a new
version.
"""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from minhbach.centre.registry.models import RoomType, Unit
from minhbach.centre.registry.models.dates import Dated, ends_after_it_begins, never_two_at_once


@pghistory.track()
class Regulation(Dated):
    """One version of the rules of a unit, in force from a day on."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="regulations")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    #: SHA-256 of the content as canonical JSON: what was acknowledged, printed and enforced is the same.
    digest = models.CharField(max_length=64)
    decision_number = models.CharField(max_length=60)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = (
            ends_after_it_begins("regulation"),
            never_two_at_once("regulation", "unit"),
            models.UniqueConstraint(fields=("unit", "number"), name="regulation_number"),
            models.CheckConstraint(
                condition=~Q(decision_number="") & Q(digest__regex=r"^[0-9a-f]{64}$"), name="regulation_by_decision"
            ),
        )
        triggers = (
            pgtrigger.Protect(name="regulation_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="regulation_is_not_rewritten",
                fields=["unit", "number", "content", "digest", "decision_number", "issued_at", "valid_from"],
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} {self.number}"


@pghistory.track()
class Supervision(Dated):
    """A body supervises the rooms of one type in a unit and in all below it."""

    body = models.ForeignKey(Unit, models.PROTECT, related_name="supervisions")
    area = models.ForeignKey(Unit, models.PROTECT, related_name="supervised_by")
    room_type = models.CharField(max_length=20, choices=RoomType)
    decision_number = models.CharField(max_length=60)

    class Meta:
        constraints = (
            ends_after_it_begins("supervision"),
            never_two_at_once("supervision", "body", "area", "room_type"),
            models.CheckConstraint(condition=Q(room_type__in=RoomType.values), name="supervision_type_known"),
            models.CheckConstraint(condition=~Q(decision_number=""), name="supervision_by_decision"),
        )

    def __str__(self) -> str:
        return f"{self.body_id} → {self.area_id} {self.room_type}"
