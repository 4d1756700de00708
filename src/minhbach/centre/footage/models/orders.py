"""What the centre has ordered a recorder to do, and whether it has done it: configurations and holds.

An order is a row before it is sent, so that a cut line only delays it; the recorder's answer ends it. What a hold is
for stays here: the log holds a salted commitment, and erasing the salt erases the link.
"""

from django.db import models
from django.db.models import F, Q

from minhbach.centre.registry.models import Identified, Person, Recorder


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

    def __str__(self) -> str:
        return f"{self.recorder_id} {self.serial}"


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
            models.Index(fields=("recorder",), condition=Q(placed_at__isnull=True), name="hold_pending"),
            models.Index(
                fields=("recorder",),
                condition=Q(release_asked_at__isnull=False, released_at__isnull=True),
                name="hold_release_pending",
            ),
        )

    def __str__(self) -> str:
        return f"{self.recorder_id} {self.camera} {self.begin_us}"
