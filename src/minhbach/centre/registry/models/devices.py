"""Recorders, cameras, microphones and the inventory of equipment.

A camera row is one device with one view in one room, under the name it has in its recorder's log: turned to another
room, it is another camera. The address never holds a password; credentials lie here only sealed for the recorder.
PostgreSQL refuses to let a camera record while no notice sign hangs in its room.
"""

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from minhbach.centre.registry.models.dates import Dated, Identified, ends_after_it_begins, never_two_at_once
from minhbach.centre.registry.models.rooms import Counter, Room


@pghistory.track()
class Recorder(Identified):
    """A recorder of ours at a site. It stands in a room, so the unit that holds the room answers for it."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="recorders_here")
    name = models.CharField(max_length=120, help_text="Đầu ghi xã Mộc Xuyên")
    place = models.CharField(max_length=200, blank=True, help_text="Tủ kỹ thuật, tầng 1")
    #: Networks in which the recorder may look for and reach cameras; checked there, after the name is resolved.
    networks = ArrayField(models.CharField(max_length=49), default=list, help_text="192.168.1.0/24")
    #: To which credentials are sealed, see `protocol.sealed`; the recorder tells it once, at its first hello.
    sealing_key = models.CharField(max_length=44, blank=True)
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    #: The recorder in whose place this one stands; the old one keeps its own footage and log.
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="recorder_named"),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(retired_at__gt=F("added_at")), name="recorder_span"
            ),
        )

    def __str__(self) -> str:
        return self.name


SIGN_FIRST = """
    IF NOT EXISTS (
        SELECT FROM registry_noticesign AS sign
         WHERE sign.room_id = NEW.room_id AND sign.hung_at IS NOT NULL AND sign.hung_at <= NEW.recording_since
           AND sign.taken_down_at IS NULL
    ) THEN
        RAISE EXCEPTION 'registry: no notice sign hangs in the room' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'camera_sign_first';
    END IF;
    RETURN NEW;
"""


@pghistory.track()
class Camera(Identified):
    """A camera in a room, recorded by one recorder."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="cameras")
    recorder = models.ForeignKey(Recorder, models.PROTECT, related_name="cameras")
    name = models.SlugField(max_length=40, help_text="its name in the recorder's log; never given again")
    label = models.CharField(max_length=120, help_text="Camera 1 · Quầy 1 và 2")
    address = models.CharField(max_length=300, help_text="rtsp://host/path, without name and password")
    sub_address = models.CharField(max_length=300, blank=True)
    #: What only the recorder can open, see `protocol.sealed`; empty when the camera asks for none.
    sealed_credentials = models.TextField(blank=True)
    #: SHA-256 of the certificate of a camera that speaks TLS and signed it itself.
    tls_fingerprint = models.CharField(max_length=64, blank=True)
    has_sound = models.BooleanField(default=False)
    #: What the camera answered when it was last tried: codec, size, rate, sound.
    answered = models.JSONField(default=dict, blank=True)
    added_at = models.DateTimeField()
    recording_since = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    #: The camera in whose place this one looks; footage stays with the device that took it.
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    counters: "models.ManyToManyField[Counter, CounterView]" = models.ManyToManyField(
        Counter, through="CounterView", related_name="cameras"
    )

    class Meta:
        ordering = ("label",)
        constraints = (
            models.UniqueConstraint(fields=("recorder", "name"), name="camera_name_on_recorder"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(label="") & ~Q(address=""), name="camera_named"),
            models.CheckConstraint(
                condition=~Q(address__regex=r"^[a-z]+://[^/]*@") & ~Q(sub_address__regex=r"^[a-z]+://[^/]*@"),
                name="camera_address_without_password",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(retired_at__gt=F("added_at")), name="camera_span"
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="sign_first",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("recording_since"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(new__recording_since__isnull=False),
                func=SIGN_FIRST,
            ),
        )

    def __str__(self) -> str:
        return self.label


@pghistory.track()
class CounterView(Dated):
    """A camera sees a counter, for a span of days."""

    camera = models.ForeignKey(Camera, models.PROTECT, related_name="counter_views")
    counter = models.ForeignKey(Counter, models.PROTECT, related_name="camera_views")

    class Meta:
        constraints = (ends_after_it_begins("counter_view"), never_two_at_once("counter_view", "camera", "counter"))

    def __str__(self) -> str:
        return f"{self.camera_id} → {self.counter_id}"


@pghistory.track()
class Microphone(Dated):
    """A microphone whose sound comes with a camera's stream: built into it, or standing at a counter."""

    camera = models.ForeignKey(Camera, models.PROTECT, related_name="microphones")
    counter = models.ForeignKey(Counter, models.PROTECT, null=True, blank=True, related_name="microphones")
    label = models.CharField(max_length=120)
    built_in = models.BooleanField(default=False)

    class Meta:
        constraints = (
            ends_after_it_begins("microphone"),
            models.CheckConstraint(condition=~Q(label=""), name="microphone_named"),
        )

    def __str__(self) -> str:
        return self.label


class Condition(models.TextChoices):
    """How a piece of equipment is."""

    WORKING = "working"
    BROKEN = "broken"
    REMOVED = "removed"


@pghistory.track()
class Equipment(Identified):
    """A piece of the inventory: who paid, under which contract, until when it is under warranty, since when broken."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="equipment")
    kind = models.CharField(max_length=60, help_text="Camera, Micro, Đầu ghi, Máy tính, Tủ hồ sơ")
    name = models.CharField(max_length=200)
    quantity = models.PositiveSmallIntegerField(default=1, help_text="chairs are counted, not named one by one")
    maker = models.CharField(max_length=120, blank=True)
    model = models.CharField(max_length=120, blank=True)
    serial_number = models.CharField(max_length=120, blank=True)
    firmware = models.CharField(max_length=120, blank=True)
    certificate = models.CharField(max_length=120, blank=True, help_text="QCVN 135 certificate number")
    password_changed_on = models.DateField(null=True, blank=True)
    funding_source = models.CharField(max_length=200, blank=True)
    contract_number = models.CharField(max_length=120, blank=True)
    acquired_on = models.DateField(null=True, blank=True)
    warranty_until = models.DateField(null=True, blank=True)
    condition = models.CharField(max_length=10, choices=Condition, default=Condition.WORKING)
    condition_since = models.DateField()
    camera = models.OneToOneField(Camera, models.PROTECT, null=True, blank=True, related_name="equipment")
    recorder = models.OneToOneField(Recorder, models.PROTECT, null=True, blank=True, related_name="equipment")

    class Meta:
        ordering = ("kind", "name")
        constraints = (
            models.CheckConstraint(condition=~Q(kind="") & ~Q(name=""), name="equipment_named"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="equipment_counted"),
            models.CheckConstraint(condition=Q(condition__in=Condition.values), name="equipment_condition_known"),
            models.CheckConstraint(
                condition=Q(camera__isnull=True) | Q(recorder__isnull=True), name="equipment_one_device"
            ),
        )

    def __str__(self) -> str:
        return self.name
