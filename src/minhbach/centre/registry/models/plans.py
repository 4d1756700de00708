"""How rooms come into service: a plan with its sites and milestones, what was reached when, and the signed hand-over.

Rows that are only ever added. Whether a site is live follows from its rooms: nobody can type it.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.papers.models import Paper
from minhbach.centre.registry.models.dates import Identified
from minhbach.centre.registry.models.people import Person
from minhbach.centre.registry.models.rooms import Room
from minhbach.centre.registry.models.units import Unit

PLANS_KEPT = pgtrigger.Delete | pgtrigger.Update
NOTE_LENGTH = 500


class Rollout(Identified):
    """A plan by which sites are fitted out, with its milestones in their order: `{"words": …, "due": "2026-04-30"}`."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="rollouts")
    title = models.CharField(max_length=300)
    decision_number = models.CharField(max_length=60)
    due_on = models.DateField()
    milestones = models.JSONField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-made_at", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rollout_says_what", condition=Q(title__regex=r"\S", decision_number__regex=r"\S")
            ),
            models.UniqueConstraint(name="rollout_once", fields=["unit", "decision_number"]),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="rollout_is_kept", operation=PLANS_KEPT)]

    def __str__(self) -> str:
        return self.title


class RolloutSite(Identified):
    """A unit that the plan fits out; a pilot comes first, so that the others learn from it."""

    rollout = models.ForeignKey(Rollout, models.PROTECT, related_name="sites")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    pilot = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="rollout_site_once", fields=["rollout", "unit"])]
        triggers: ClassVar = [pgtrigger.Protect(name="rollout_site_is_kept", operation=PLANS_KEPT)]

    def __str__(self) -> str:
        return f"{self.rollout_id} {self.unit_id}"


class RolloutStep(Identified):
    """A site reached a milestone, by its place in the plan."""

    site = models.ForeignKey(RolloutSite, models.PROTECT, related_name="steps")
    milestone = models.PositiveSmallIntegerField()
    reached_on = models.DateField()
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("milestone", "at")
        constraints: ClassVar = [models.UniqueConstraint(name="rollout_step_once", fields=["site", "milestone"])]
        triggers: ClassVar = [pgtrigger.Protect(name="rollout_step_is_kept", operation=PLANS_KEPT)]

    def __str__(self) -> str:
        return f"{self.site_id} {self.milestone}"


class HandOver(Identified):
    """A room was handed over: the minutes both sides signed, on paper or as PDF; figures count from `live_from`."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="hand_overs")
    signed_on = models.DateField()
    live_from = models.DateField()
    giver = models.CharField(max_length=200)
    receiver = models.CharField(max_length=200)
    minutes = models.ForeignKey(Paper, models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(name="hand_over_in_order", condition=Q(live_from__gte=F("signed_on"))),
            models.CheckConstraint(name="hand_over_says_who", condition=Q(giver__regex=r"\S", receiver__regex=r"\S")),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="hand_over_is_kept", operation=PLANS_KEPT)]

    def __str__(self) -> str:
        return f"{self.room_id} {self.signed_on}"
