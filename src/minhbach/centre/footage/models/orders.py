"""What the centre has ordered a recorder to do, and whether it has done it: configurations and holds.

An order is a row before it is sent, so that a cut line only delays it; the recorder's answer ends it. What a hold is
for stays here: the log holds a salted commitment, and erasing the salt erases the link. What people ask for is a
stretch of a room, `LegalHold`; what recorders are told is a `Hold` for each of its cameras.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.registry.models import Identified, Person, Recorder, Room

#: What becomes of an order; the salt may be erased.
HOLD_CHANGES = [
    *("salt", "placed_at", "placed_index", "release_asked_by", "release_asked_at", "released_at"),
    *("refused_vi", "refused_en"),
]


class SentConfiguration(Identified):
    """What a recorder was told to record. Serial numbers only grow; the newest counts."""

    recorder = models.ForeignKey(Recorder, models.PROTECT, related_name="configurations")
    serial = models.PositiveIntegerField()
    #: SHA-256 of the cameras as ordered: the same again needs no new order.
    digest = models.CharField(max_length=64)
    #: The signed document; credentials in it are sealed to the recorder.
    token = models.TextField()
    issued_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    refused_vi = models.TextField(blank=True)
    refused_en = models.TextField(blank=True)

    class Meta:
        ordering = ("-serial",)
        constraints = (models.UniqueConstraint(fields=("recorder", "serial"), name="configuration_serial_once"),)
        triggers: ClassVar = [
            pgtrigger.Protect(name="configuration_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="configuration_is_as_sent", exclude=["taken_at", "refused_vi", "refused_en"]),
        ]

    def __str__(self) -> str:
        return f"{self.recorder_id} {self.serial}"


#: Orders of holds that are over: released, or refused and never placed, or let go by two at a recorder that is retired,
#: whose log says nothing any more. One whose release was refused by a recorder in use still stands.
HOLD_ENDED = (
    Q(released_at__isnull=False)
    | (Q(placed_at__isnull=True) & ~Q(refused_en=""))
    | Q(release_asked_at__isnull=False, recorder__retired_at__isnull=False)
)


class Hold(Identified):
    """Footage that must not go: a stretch of one camera (or all, ``*``), until it is released.

    *Pending* until the recorder has it in its log (``placed_at``); footage may be lawfully deleted until then.
    """

    recorder = models.ForeignKey(Recorder, models.PROTECT, related_name="holds")
    camera = models.CharField(max_length=64, default="*")
    stream = models.CharField(max_length=64, default="*")
    begin_us = models.BigIntegerField()
    end_us = models.BigIntegerField()
    #: What it is for, as the app that asked names it, for example ``oversight.finding`` and its id.
    kind = models.SlugField(max_length=40)
    reference = models.CharField(max_length=80, blank=True)
    reason = models.TextField()
    salt = models.BinaryField()
    commitment = models.CharField(max_length=64)
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    placed_at = models.DateTimeField(null=True, blank=True)
    placed_index = models.BigIntegerField(null=True, blank=True)
    release_asked_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    release_asked_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    #: The recorder's own words when it did not do what was asked.
    refused_vi = models.TextField(blank=True)
    refused_en = models.TextField(blank=True)

    class Meta:
        ordering = ("-asked_at",)
        constraints = (
            models.CheckConstraint(condition=Q(begin_us__lt=F("end_us")), name="hold_has_length"),
            models.CheckConstraint(condition=~Q(reason=""), name="hold_has_a_reason"),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(release_asked_at__isnull=False), name="hold_release_asked"
            ),
        )
        indexes = (
            models.Index(fields=("reference", "kind"), name="hold_of_matter"),
            models.Index(fields=("recorder",), condition=Q(placed_at__isnull=True), name="hold_pending"),
            models.Index(
                fields=("recorder",),
                condition=Q(release_asked_at__isnull=False, released_at__isnull=True),
                name="hold_release_pending",
            ),
        )
        triggers: ClassVar = [
            pgtrigger.Protect(name="hold_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="hold_is_as_asked", exclude=HOLD_CHANGES),
        ]

    def __str__(self) -> str:
        return f"{self.recorder_id} {self.camera} {self.begin_us}"


class KeyOrder(models.Model):
    """A recorder shall sign its log with another key. Gone when its log names one; who asked and what came of it stands
    in the audit log.
    """

    recorder = models.OneToOneField(Recorder, models.PROTECT, primary_key=True, related_name="key_order")
    #: The key that is to be replaced.
    key = models.CharField(max_length=200)
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    #: The recorder has the order and will do it, now or at its next start.
    taken_at = models.DateTimeField(null=True, blank=True)
    refused_vi = models.TextField(blank=True)
    refused_en = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(reason__regex=r"\S") & ~Q(key=""), name="key_order_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.recorder_id} {self.key}"


class HoldOrigin(models.TextChoices):
    """What had a stretch kept: a person on the room's page, or something of an app above that leads to it."""

    PERSON = "person"
    EXTRACTION = "extraction"
    RATING = "rating"
    PETITION = "petition"
    FINDING = "finding"
    SESSION = "session"
    SUBJECT = "subject"


class LegalHold(Identified):
    """A stretch of a room's time that is kept for a matter. Never rewritten; its orders say how it stands."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="legal_holds")
    begin_us = models.BigIntegerField()
    end_us = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    #: The document or the dossier it belongs to.
    document = models.CharField(max_length=120, blank=True)
    origin = models.CharField(max_length=20, choices=HoldOrigin, default=HoldOrigin.PERSON)
    #: The name of the route to what had it kept, and its argument; empty: it has no page.
    route = models.CharField(max_length=60, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    #: None: the system, because a citizen complained.
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ("-asked_at",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(begin_us__gt=0, begin_us__lt=F("end_us")), name="legal_hold_has_length"),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="legal_hold_has_a_reason"),
            models.CheckConstraint(condition=Q(origin__in=HoldOrigin.values), name="legal_hold_origin_known"),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=False) | ~Q(origin=HoldOrigin.PERSON.value),
                name="legal_hold_by_somebody",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="legal_hold_is_kept", operation=pgtrigger.Delete | pgtrigger.Update)
        ]
        indexes: ClassVar = [models.Index(name="legal_hold_of_room", fields=["room", "end_us"])]

    def __str__(self) -> str:
        return self.reason
