"""What the centre knows of a recorder's logs: keys, how far they are verified and cosigned, what was wrong with them.

The entries themselves are files (``centre.footage.logcopy``); these rows are an index of them that can be made anew,
but for keys and alarms, which are first-hand. Nothing stands in a row that ``ledger`` did not verify; what fails is an
`Alarm` (invariant 5). Times ending in ``_us`` are the recorder's own labels in Unix µs; ``_at`` is the centre's clock.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.registry.models import Identified, Recorder
from minhbach.centre.words import Words


class RecorderLine(models.Model):
    """One recorder's line to the centre: when it was heard, what it runs, and where the replay of its logs stands."""

    recorder = models.OneToOneField(Recorder, models.PROTECT, primary_key=True, related_name="line")
    first_heard_at = models.DateTimeField()
    last_heard_at = models.DateTimeField()
    software = models.CharField(max_length=80, blank=True)
    #: The recorder's wall clock minus the centre's, at the last word.
    clock_ahead_us = models.BigIntegerField(default=0)
    #: The serial number of the configuration that the recorder says is in force.
    configuration = models.PositiveIntegerField(default=0)
    #: `ledger.history.Replay.saved()` behind the last indexed entry; null before the first.
    replay = models.JSONField(null=True)
    #: How many bytes of log may still be taken in, as of when (`footage.allowance`); null before the first entry.
    allowance_bytes = models.BigIntegerField(null=True)
    allowance_at = models.DateTimeField(null=True)
    #: When the line last proved, with the key of the log, that the enrolled recorder is behind it; null: never.
    proved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.recorder_id)


class RecorderLog(Identified):
    """One log of a recorder (a year, or a generation's year) as far as it is here."""

    recorder = models.ForeignKey(Recorder, models.PROTECT, related_name="logs")
    name = models.CharField(max_length=12, help_text="2026 or 2/2026, as references in entries spell it")
    origin = models.CharField(max_length=120, unique=True)
    #: Its place among the recorder's logs, oldest first, from 0.
    place = models.PositiveSmallIntegerField()
    #: Entries that are verified and stored as files.
    size = models.BigIntegerField(default=0)
    root = models.CharField(max_length=64, blank=True)
    stored_at = models.DateTimeField(null=True, blank=True)
    #: Entries that these rows speak of; behind `size` only while a worker is at work.
    indexed = models.BigIntegerField(default=0)
    #: Entries under a cosignature of the centre's witness, and when the newest of these was made.
    cosigned = models.BigIntegerField(default=0)
    cosigned_at = models.DateTimeField(null=True, blank=True)
    #: The size up to which the recorder has acknowledged the cosignature.
    returned = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("place",)
        constraints = (
            models.UniqueConstraint(fields=("recorder", "name"), name="log_name_once"),
            models.UniqueConstraint(fields=("recorder", "place"), name="log_place_once"),
            models.CheckConstraint(
                condition=Q(indexed__lte=F("size"), cosigned__lte=F("size"), returned__lte=F("cosigned")),
                name="log_in_order",
            ),
            models.CheckConstraint(
                condition=Q(cosigned=0, cosigned_at__isnull=True) | Q(cosigned__gt=0, cosigned_at__isnull=False),
                name="log_cosigned_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return self.origin


class LogKey(Identified):
    """A key that signs a recorder's logs, and how the centre came to trust it."""

    class Reason(models.TextChoices):
        #: The first key of this name that the enrolled recorder showed.
        FIRST = "first"
        #: Named by a `key_rotated` entry under the key before.
        ROTATED = "rotated"

    recorder = models.ForeignKey(Recorder, models.PROTECT, related_name="log_keys")
    name = models.CharField(max_length=100, help_text="the name of the key: the origin without its year")
    vkey = models.CharField(max_length=200, unique=True)
    reason = models.CharField(max_length=10, choices=Reason)
    trusted_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("name",), condition=Q(reason="first"), name="log_key_first_once"),
            models.CheckConstraint(condition=Q(reason__in=("first", "rotated")), name="log_key_reason_known"),
        )

    def __str__(self) -> str:
        return self.vkey


class Cosignature(Identified):
    """A cosigned checkpoint: the last of each clock hour. Every single one stands in the recorder's witness file."""

    log = models.ForeignKey(RecorderLog, models.PROTECT, related_name="cosignatures")
    hour = models.DateTimeField()
    size = models.BigIntegerField()
    cosigned_at = models.DateTimeField()
    note = models.TextField()

    class Meta:
        ordering = ("-hour",)
        constraints = (models.UniqueConstraint(fields=("log", "hour"), name="cosignature_once_an_hour"),)

    def __str__(self) -> str:
        return f"{self.log_id} {self.size}"


class Alarm(Identified):
    """Something about a recorder's log that must not be so, with what proves it. Told once for as long as it lasts."""

    recorder = models.ForeignKey(Recorder, models.PROTECT, related_name="alarms")
    #: A kind of `footage.alarms` or of `ledger.findings.CATALOGUE`.
    kind = models.SlugField(max_length=40)
    #: Whether no lawful recorder does this; else it is only said.
    grave = models.BooleanField(default=True)
    log = models.CharField(max_length=12, blank=True)
    #: The entry concerned; -1: none.
    index = models.BigIntegerField(default=-1)
    vi = models.TextField()
    en = models.TextField()
    #: Camera, stream and time concerned, where known: what `ledger.findings.Finding` carries.
    camera = models.CharField(max_length=64, blank=True)
    begin_us = models.BigIntegerField(null=True, blank=True)
    end_us = models.BigIntegerField(null=True, blank=True)
    evidence = models.BinaryField(default=bytes, blank=True)
    digest = models.CharField(max_length=64, help_text="of what makes two alarms the same")
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    #: When people got a notice of it; only grave ones are told.
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-first_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=("recorder", "digest"), name="alarm_once"),
            models.CheckConstraint(condition=~Q(vi="") & ~Q(en=""), name="alarm_says_something"),
        )
        triggers: ClassVar = [
            pgtrigger.Protect(name="alarm_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="alarm_says_what_it_said", exclude=["times", "last_at", "told_at"]),
        ]

    @property
    def words(self) -> Words:
        """What people read."""
        return Words(self.vi, self.en)

    def __str__(self) -> str:
        return f"{self.kind} {self.log}/{self.index}"
