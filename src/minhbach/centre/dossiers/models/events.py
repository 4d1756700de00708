"""What happened at a counter and to a dossier: rows that are only ever added, numbered by the box that made them."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from minhbach.centre.dossiers.models.dossier import Dossier
from minhbach.centre.dossiers.models.numbers import BOX
from minhbach.centre.registry.models import Counter, Identified, Person, Unit

NOTE_LENGTH = 200


class EventKind(models.TextChoices):
    """What can happen; also the kinds of their marks on the timeline."""

    CALLED = "called"
    RECEIVED = "received"
    REFUSED = "refused"
    SUPPLEMENT = "supplement"
    SUPPLEMENTED = "supplemented"
    HANDED_BACK = "handed_back"
    HELP = "help"


#: What happens at a counter without a dossier.
WITHOUT_DOSSIER = (EventKind.CALLED.value, EventKind.HELP.value)


class Event(Identified):
    """One moment at a counter. The note never names a citizen."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="counter_events")
    box = models.PositiveSmallIntegerField(default=BOX)
    #: Without holes within unit and box.
    number = models.BigIntegerField()
    kind = models.CharField(max_length=20, choices=EventKind)
    at = models.DateTimeField()
    counter = models.ForeignKey(Counter, models.PROTECT, related_name="desk_events")
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, blank=True, related_name="events")
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)

    class Meta:
        ordering = ("at", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(name="event_number_once", fields=["unit", "box", "number"]),
            models.UniqueConstraint(
                name="event_received_once",
                fields=["dossier"],
                condition=Q(kind=EventKind.RECEIVED.value),
            ),
            models.UniqueConstraint(
                name="event_refused_once",
                fields=["dossier"],
                condition=Q(kind=EventKind.REFUSED.value),
            ),
            models.UniqueConstraint(
                name="event_handed_back_once",
                fields=["dossier"],
                condition=Q(kind=EventKind.HANDED_BACK.value),
            ),
            models.CheckConstraint(
                name="event_about",
                condition=Q(kind__in=WITHOUT_DOSSIER, dossier__isnull=True)
                | (Q(kind__in=EventKind.values, dossier__isnull=False) & ~Q(kind__in=WITHOUT_DOSSIER)),
            ),
            models.CheckConstraint(name="event_numbered", condition=Q(number__gte=1)),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="event_is_kept", operation=pgtrigger.Delete | pgtrigger.Update),
        ]
        indexes: ClassVar = [models.Index(name="event_at_counter", fields=["counter", "-at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
