"""What a citizen is given in writing when a dossier is not complete (form 02) or not taken (form 03).

A slip belongs to the event that it is about and is written with it. It names no citizen: who it is for stands with the
dossier. What was printed is kept from its first printing on.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from minhbach.centre.dossiers.models.events import Event
from minhbach.centre.dossiers.models.numbers import BOX
from minhbach.centre.papers.models import Paper
from minhbach.centre.registry.models import Identified, Unit

REASON_LENGTH = 500
MOST_ITEMS = 20


class Slip(Identified):
    """A request for papers, or a refusal, with its own number of the year."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="slips")
    box = models.PositiveSmallIntegerField(default=BOX)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    event = models.OneToOneField(Event, models.PROTECT, related_name="slip")
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    #: The papers that are missing, in words; none on a refusal.
    items = models.JSONField(default=list)
    #: Whom to ask, with a telephone number of the office.
    contact = models.CharField(max_length=200, blank=True)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("unit", "year", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(name="slip_number_once", fields=["unit", "box", "year", "number"]),
            models.CheckConstraint(name="slip_says_why", condition=~Q(reason="") | ~Q(items=[])),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="slip_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="slip_is_not_rewritten", exclude=["paper"]),
        ]

    def __str__(self) -> str:
        return f"{self.year}/{self.number}"
