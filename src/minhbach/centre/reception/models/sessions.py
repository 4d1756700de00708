"""Sessions of reception, what happened to them, and the asking to open a restricted one again.

What a session was about stands nowhere in words: that its time is restricted is all that is kept, in `access`.
PostgreSQL sees to it that a room has one open session at most, that events are only added, and that nobody opens a
restricted session alone.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.access.models import Restriction
from minhbach.centre.registry.models import Identified, Person, Room, Unit

#: This centre, as the box that numbers.
BOX = 0
MOST_PEOPLE = 500
REASON_LENGTH = 300


class SessionKind(models.TextChoices):
    """By which kind of reception."""

    REGULAR = "regular"
    SCHEDULED = "scheduled"
    ADHOC = "adhoc"
    ONLINE = "online"


class Session(Identified):
    """Somebody was received in a reception room, from a moment to a moment."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reception_sessions")
    box = models.PositiveSmallIntegerField(default=BOX)
    year = models.PositiveSmallIntegerField()
    #: Runs through the year of the unit.
    number = models.PositiveIntegerField()
    room = models.ForeignKey(Room, models.PROTECT, related_name="reception_sessions")
    kind = models.CharField(max_length=10, choices=SessionKind)
    #: How many citizens came: as far as is known while it lasts, and counted once when it is closed.
    people = models.PositiveSmallIntegerField()
    received_by = models.ForeignKey(Person, models.PROTECT, related_name="reception_sessions")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    #: The time that is closed to others, while it is.
    restriction = models.OneToOneField(Restriction, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-opened_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="session_number_once", fields=["unit", "box", "year", "number"]),
            models.UniqueConstraint(name="session_one_open", fields=["room"], condition=Q(closed_at__isnull=True)),
            models.CheckConstraint(
                name="session_span", condition=Q(closed_at__isnull=True) | Q(closed_at__gt=F("opened_at"))
            ),
            models.CheckConstraint(
                name="session_known",
                condition=Q(kind__in=SessionKind.values, people__gte=0, people__lte=MOST_PEOPLE, number__gte=1)
                & (Q(people__gte=1) | Q(kind=SessionKind.SCHEDULED.value)),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="session_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="session_is_not_rewritten", exclude=["closed_at", "people", "restriction"]),
            pgtrigger.Protect(
                name="session_is_counted_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__people__df=pgtrigger.F("new__people"))
                & (pgtrigger.Q(old__closed_at__isnull=False) | pgtrigger.Q(new__closed_at__isnull=True)),
            ),
            pgtrigger.Protect(
                name="session_closes_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__closed_at__isnull=False)
                & pgtrigger.Q(old__closed_at__df=pgtrigger.F("new__closed_at")),
            ),
        ]
        indexes: ClassVar = [models.Index(name="session_in_room", fields=["room", "-opened_at"])]

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"


class SessionEventKind(models.TextChoices):
    """What can happen to a session."""

    OPENED = "opened"
    CLOSED = "closed"
    RESTRICTED = "restricted"
    REOPENED = "reopened"


class SessionEvent(Identified):
    """One thing that happened, numbered without holes within unit and box."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    box = models.PositiveSmallIntegerField(default=BOX)
    number = models.BigIntegerField()
    session = models.ForeignKey(Session, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=SessionEventKind)
    at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("at", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(name="session_event_number_once", fields=["unit", "box", "number"]),
            models.UniqueConstraint(
                name="session_event_once",
                fields=["session", "kind"],
                condition=Q(kind__in=[SessionEventKind.OPENED.value, SessionEventKind.CLOSED.value]),
            ),
            models.CheckConstraint(
                name="session_event_known", condition=Q(kind__in=SessionEventKind.values, number__gte=1)
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="session_event_is_kept", operation=pgtrigger.Delete | pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Reopening(Identified):
    """Somebody asks to open a restricted session again; another agrees, or not."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="reopenings")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    #: Why it was marked in error, in words that name nobody.
    reason = models.CharField(max_length=REASON_LENGTH)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    agreed = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ("-asked_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="reopening_one_waits", fields=["session"], condition=Q(decided_at__isnull=True)
            ),
            models.CheckConstraint(name="reopening_by_two", condition=~Q(decided_by=F("asked_by"))),
            models.CheckConstraint(name="reopening_says_why", condition=Q(reason__regex=r"\S")),
            models.CheckConstraint(
                name="reopening_decided",
                condition=Q(decided_by__isnull=True, decided_at__isnull=True, agreed__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False, agreed__isnull=False),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="reopening_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="reopening_is_not_rewritten", exclude=["decided_by", "decided_at", "agreed"]),
            pgtrigger.Protect(
                name="reopening_decided_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Running(models.Model):
    """The last number a box gave for a unit: of its sessions of a year, of its events."""

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    box = models.PositiveSmallIntegerField(default=BOX)
    name = models.CharField(max_length=20)
    last = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="reception_running_once", fields=["unit", "box", "name"])]

    def __str__(self) -> str:
        return f"{self.name} {self.last}"
