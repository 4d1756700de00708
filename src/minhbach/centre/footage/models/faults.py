"""Faults of cameras and recorders: when, who was told, what was done, and what a recorder said last of its devices.

A fault of a camera or a disk is what verified ``fault`` entries of the recorder's log say; a recorder that is cut off
can say nothing, so that one fault is the centre's own. Faults are never deleted, who was told and what was done never
changed; PostgreSQL refuses the rest, and a second open fault of one kind at one device too.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.messaging.models import Notice
from minhbach.centre.registry.models import Camera, Identified, Person, Recorder, Room

NOTE_LENGTH = 500


class FaultKind(models.TextChoices):
    """The code in the log, except ``line``. How each is called stands in ``centre.footage.faults``."""

    OFFLINE = "offline"
    SILENT = "silent"
    FROZEN = "frozen"
    BLACK = "black"
    COVERED = "covered"
    DISK = "disk"
    LINE = "line"


OF_CAMERAS = (FaultKind.OFFLINE, FaultKind.SILENT, FaultKind.FROZEN, FaultKind.BLACK, FaultKind.COVERED)


class Fault(Identified):
    """One fault of one device, from its first sign to its end; flapping is one fault."""

    recorder = models.ForeignKey(Recorder, models.PROTECT, related_name="faults")
    #: None: the fault is the recorder's own.
    camera = models.ForeignKey(Camera, models.PROTECT, null=True, blank=True, related_name="faults")
    #: The room it is in; a camera belongs to one room for ever.
    room = models.ForeignKey(Room, models.PROTECT, related_name="faults")
    kind = models.CharField(max_length=12, choices=FaultKind)
    #: The recorder's time of the entry that says so; for a cut line, when the recorder was last heard.
    began_at = models.DateTimeField()
    #: When the centre came to know: from here the times of the regulation run.
    known_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-began_at",)
        constraints: ClassVar = [
            models.CheckConstraint(name="fault_kind_known", condition=Q(kind__in=FaultKind.values)),
            models.CheckConstraint(
                name="fault_of_its_device",
                condition=Q(kind__in=OF_CAMERAS, camera__isnull=False)
                | Q(kind__in=(FaultKind.DISK, FaultKind.LINE), camera__isnull=True),
            ),
            models.CheckConstraint(
                name="fault_ends_after_it_begins", condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at"))
            ),
            models.UniqueConstraint(
                name="fault_open_once",
                fields=["recorder", "camera", "kind"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                name="fault_once", fields=["recorder", "camera", "kind", "began_at"], nulls_distinct=False
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="fault_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="fault_only_ends", exclude=["ended_at"]),
        ]
        indexes: ClassVar = [
            models.Index(name="fault_of_camera", fields=["camera", "-began_at"]),
            models.Index(name="fault_by_change", fields=["room", "ended_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.began_at:%Y-%m-%d %H:%M}"


class FaultStep(models.TextChoices):
    """Whom the regulation wants told, in the order of its times."""

    TECHNICIAN = "technician"
    HEAD = "head"
    SUPERVISOR = "supervisor"


class FaultTold(Identified):
    """One step of telling was due: with the notice that went out, or without, when nobody holds that duty."""

    fault = models.ForeignKey(Fault, models.PROTECT, related_name="told")
    step = models.CharField(max_length=12, choices=FaultStep)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="fault_told_once", fields=["fault", "step"]),
            models.CheckConstraint(name="fault_step_known", condition=Q(step__in=FaultStep.values)),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="fault_told_is_kept", operation=pgtrigger.Delete | pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.at:%Y-%m-%d %H:%M}"


class FaultToldTogether(Identified):
    """Who was told of this fault and of others in one notice: when many recorders are cut off at once."""

    told = models.ForeignKey(FaultTold, models.PROTECT, related_name="together")
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="fault_told_together_once", fields=["told", "notice"]),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="fault_together_is_kept", operation=pgtrigger.Delete | pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return str(self.told_id)


class WorkKind(models.TextChoices):
    """What somebody did about a fault."""

    STARTED = "started"
    SUBSTITUTE = "substitute"
    NOTE = "note"


class FaultWork(Identified):
    """Somebody did something about a fault, in a sentence."""

    fault = models.ForeignKey(Fault, models.PROTECT, related_name="work")
    kind = models.CharField(max_length=12, choices=WorkKind)
    note = models.CharField(max_length=NOTE_LENGTH)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at",)
        constraints: ClassVar = [
            models.CheckConstraint(name="fault_work_known", condition=Q(kind__in=WorkKind.values)),
            models.CheckConstraint(name="fault_work_says_something", condition=Q(note__regex=r"\S")),
            models.UniqueConstraint(name="fault_started_once", fields=["fault"], condition=Q(kind=WorkKind.STARTED)),
            models.UniqueConstraint(
                name="fault_substitute_once", fields=["fault"], condition=Q(kind=WorkKind.SUBSTITUTE)
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="fault_work_is_kept", operation=pgtrigger.Delete | pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return self.note


class RecorderHealth(models.Model):
    """The last report of a recorder on its devices (`minhbach.protocol.health`): what holds now, proven by nothing."""

    recorder = models.OneToOneField(Recorder, models.PROTECT, primary_key=True, related_name="health")
    reported_at = models.DateTimeField()
    report = models.JSONField()

    def __str__(self) -> str:
        return f"{self.recorder_id} {self.reported_at:%Y-%m-%d %H:%M}"
