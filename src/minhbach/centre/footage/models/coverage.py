"""When there is footage, when there is none and why, and what no witness has seen in time.

Rows are stretches, never segments: neighbours of one kind are one row. All of them follow from entries of the log and
are made anew with it. Times are the recorder's labels in Unix µs, half open. A clock that was set back labels two
stretches alike, and a hostile recorder may give a number twice (an alarm, yet on record): so stretches of one stream
may overlap and numbers recur; PostgreSQL must not forbid it.
"""

from django.db import models
from django.db.models import F, Q

from minhbach.centre.registry.models import Identified, Recorder


class FootageStream(Identified):
    """One stream of one camera, by the names in the recorder's log. ``Camera`` of the registry bears the same name."""

    recorder = models.ForeignKey(Recorder, models.PROTECT, related_name="streams")
    camera = models.CharField(max_length=64)
    stream = models.CharField(max_length=64)
    content = models.CharField(max_length=10, help_text="av, picture or sound")
    #: Whether the configuration in force names it.
    active = models.BooleanField(default=True)
    #: The label up to which the log accounts for this stream, footage or gap.
    known_until_us = models.BigIntegerField(default=0)
    #: The same as far as a cosignature covers it.
    witnessed_until_us = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("recorder", "camera", "stream"), name="stream_once"),)

    def __str__(self) -> str:
        return f"{self.camera}/{self.stream}"


class Stretch(Identified):
    """A span of one stream's time."""

    stream = models.ForeignKey(FootageStream, models.PROTECT, related_name="+")
    begin_us = models.BigIntegerField()
    end_us = models.BigIntegerField()

    class Meta:
        abstract = True
        ordering = ("begin_us",)

    def __str__(self) -> str:
        return f"{self.begin_us}-{self.end_us}"


class Run(Stretch):
    """Footage without a break: the segments ``first`` to ``last``, still there."""

    first = models.BigIntegerField()
    last = models.BigIntegerField()

    class Meta(Stretch.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(begin_us__lt=F("end_us")), name="run_has_length"),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="run_in_order"),
        )
        indexes = (models.Index(fields=("stream", "end_us"), name="run_by_time"),)


class Gap(Stretch):
    """No footage, and the cause the log gives. ``log`` and ``index``: the entry that ends it so far."""

    cause = models.CharField(max_length=64)
    log = models.CharField(max_length=12)
    index = models.BigIntegerField()

    class Meta(Stretch.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(begin_us__lt=F("end_us")), name="gap_has_length"),
            models.UniqueConstraint(fields=("stream", "log", "index"), name="gap_once"),
        )
        indexes = (models.Index(fields=("stream", "end_us"), name="gap_by_time"),)


class Removal(Stretch):
    """Footage that was there: the segments ``first`` to ``last``, gone under a rule, for room, or by decision."""

    class Kind(models.TextChoices):
        DELETION = "deletion"
        EMERGENCY = "emergency_deletion"
        ERASURE = "erasure"

    kind = models.CharField(max_length=20, choices=Kind)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    removed_us = models.BigIntegerField(help_text="of the newest entry that removed some of it")

    class Meta(Stretch.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(begin_us__lt=F("end_us")), name="removal_has_length"),
            models.CheckConstraint(
                condition=Q(kind__in=("deletion", "emergency_deletion", "erasure")), name="removal_known"
            ),
        )
        indexes = (models.Index(fields=("stream", "end_us"), name="removal_by_time"),)


class LateSpan(Stretch):
    """Footage or a gap that was first cosigned more than two minutes after its entry was made."""

    witnessed_at = models.DateTimeField()

    class Meta(Stretch.Meta):
        constraints = (models.CheckConstraint(condition=Q(begin_us__lt=F("end_us")), name="late_has_length"),)
        indexes = (models.Index(fields=("stream", "end_us"), name="late_by_time"),)


class SegmentBlock(models.Model):
    """When the segments ``64 * block`` to ``64 * block + 63`` of a stream are: 32 bytes each, packed, those that were
    removed left out. For the law of deletion, and to cut a run where a removal ends.
    """

    pk = models.CompositePrimaryKey("stream_id", "block")
    stream = models.ForeignKey(FootageStream, models.PROTECT, related_name="+")
    block = models.BigIntegerField()
    packed = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.stream_id} {self.block}"
