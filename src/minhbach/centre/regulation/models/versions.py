"""Versions of regulations, and which body supervises which rooms: rows with dates, never overwritten.

A version belongs to a unit and holds for it and for what lies below, unless a unit nearer by has its own. Its content
is checked before it is written (`actions`) and cannot be changed afterwards: PostgreSQL refuses. A change is a new
version.
"""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from minhbach.centre.registry.models import Identified, Person, RoomType, Unit
from minhbach.centre.registry.models.dates import Dated, ends_after_it_begins, never_two_at_once
from minhbach.centre.regulation.calendar import KINDS


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


@pghistory.track()
class Draft(Identified):
    """The next version of a unit's rules while people write it. Binds nobody; closed when issued or dropped."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="regulation_drafts")
    #: The version it was begun from, which the difference is told against.
    base = models.ForeignKey(Regulation, models.PROTECT, related_name="+")
    content = models.JSONField()
    begun_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    issued = models.OneToOneField(Regulation, models.PROTECT, null=True, blank=True, related_name="draft")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("unit",), condition=Q(closed_at__isnull=True), name="draft_once"),
            models.CheckConstraint(
                condition=Q(issued__isnull=True) | Q(closed_at__isnull=False), name="draft_issued_is_closed"
            ),
        )
        triggers = (
            pgtrigger.Protect(name="draft_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="draft_stays_whose_it_is", fields=["unit", "base", "begun_by", "begun_at"]),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} {self.begun_at:%Y-%m-%d}"


class CalendarDay(Identified):
    """A single day on which a unit, and what lies below it, works other than the weekday tells. Only ever withdrawn."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="calendar_days")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=[(kind, words.en) for kind, words in KINDS.items()])
    name = models.CharField(max_length=120)
    #: The decision or article it follows from; empty: not checked against one yet.
    source = models.CharField(max_length=120, blank=True)
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("day",)
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "day"), condition=Q(withdrawn_at__isnull=True), name="calendar_day_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="calendar_day_known"),
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="calendar_day_named"),
        )
        triggers = (
            pgtrigger.Protect(name="calendar_day_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="calendar_day_is_not_rewritten", exclude=["withdrawn_by", "withdrawn_at"]),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"
