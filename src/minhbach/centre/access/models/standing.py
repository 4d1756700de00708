"""What changes a person's rights beside assignments: grants that end, restrictions, occasions for stills.

Written here by name from the apps above (an inspection, a session marked as a denunciation, a fault), with an opaque
reference of theirs: the reason is not known here. PostgreSQL refuses a grant to oneself, one without an end, and the
lifting of a restriction by one person alone.
"""

import datetime
from typing import ClassVar

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from minhbach.centre.registry.models import Camera, Identified, Person, Room

#: What PostgreSQL allows at most, whatever a regulation says.
LONGEST_GRANT = datetime.timedelta(days=31)


@pghistory.track()
class Grant(Identified):
    """Rights to named rooms for a person, from a moment to a moment, by a decision of somebody else."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="grants")
    rights = ArrayField(models.CharField(max_length=20))
    rooms: "models.ManyToManyField[Room, models.Model]" = models.ManyToManyField(Room, related_name="grants")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    #: What the app above calls it, never shown to people: "inspection:<id>", "session:<id>".
    reference = models.CharField(max_length=120)
    decision_number = models.CharField(max_length=60)
    granted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    seconded_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    #: Reaches into restricted time; needs two who sign.
    through_restriction = models.BooleanField(default=False)
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    #: Only footage of this stretch, as of one's own session; none for whatever the rooms have.
    footage_begins_at = models.DateTimeField(null=True, blank=True)
    footage_ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="grant_footage",
                condition=Q(footage_begins_at__isnull=True, footage_ends_at__isnull=True)
                | Q(footage_ends_at__gt=F("footage_begins_at")),
            ),
            models.CheckConstraint(name="grant_span", condition=Q(ends_at__gt=F("begins_at"))),
            models.CheckConstraint(name="grant_ends", condition=Q(ends_at__lte=F("begins_at") + LONGEST_GRANT)),
            models.CheckConstraint(name="grant_says_what", condition=Q(rights__len__gt=0) & ~Q(decision_number="")),
            models.CheckConstraint(name="grant_not_to_oneself", condition=~Q(person=F("granted_by"))),
            models.CheckConstraint(
                name="grant_two_people",
                condition=Q(seconded_by__isnull=True) | (~Q(seconded_by=F("granted_by")) & ~Q(seconded_by=F("person"))),
            ),
            models.CheckConstraint(
                name="grant_through_needs_two", condition=Q(through_restriction=False) | Q(seconded_by__isnull=False)
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="grant_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="grant_only_ends", exclude=["ended_at"]),
        ]


@pghistory.track()
class Restriction(Identified):
    """Time in a room that only its receiver sees; open at the end while it lasts. Lifted by two people together."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="restrictions")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    reference = models.CharField(max_length=120)
    receiver = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_second = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="restriction_span", condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("begins_at"))
            ),
            models.CheckConstraint(
                name="restriction_lifted_by_two",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lifted_second__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False, lifted_second__isnull=False)
                & ~Q(lifted_by=F("lifted_second")),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="restriction_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="restriction_stays_where_it_is", exclude=["ends_at", "lifted_at", "lifted_by", "lifted_second"]
            ),
            pgtrigger.Protect(
                name="restriction_stays_lifted", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__lifted_at__isnull=False)
                & (
                    pgtrigger.Q(old__lifted_at__df=pgtrigger.F("new__lifted_at"))
                    | pgtrigger.Q(old__lifted_by__df=pgtrigger.F("new__lifted_by"))
                    | pgtrigger.Q(old__lifted_second__df=pgtrigger.F("new__lifted_second"))
                ),
            ),
        ]  # fmt: skip
        indexes: ClassVar = [models.Index(name="restriction_in_room", fields=["room", "begins_at"])]


class StillOccasion(Identified):
    """A fault or a commissioning, during which a technician may see single pictures of one camera."""

    camera = models.ForeignKey(Camera, models.PROTECT, related_name="still_occasions")
    kind = models.CharField(max_length=20)
    reference = models.CharField(max_length=120)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="occasion_kind_known", condition=Q(kind__in=["fault", "commissioning"])),
            models.CheckConstraint(
                name="occasion_span", condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("begins_at"))
            ),
            models.UniqueConstraint(name="occasion_once", fields=["camera", "reference"]),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="occasion_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="occasion_is_of_one", exclude=["ends_at"]),
        ]


class GrantRequest(Identified):
    """A grant into restricted time that waits for the second signature; approved, it becomes a grant."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    rights = ArrayField(models.CharField(max_length=20))
    rooms: "models.ManyToManyField[Room, models.Model]" = models.ManyToManyField(Room, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    decision_number = models.CharField(max_length=60)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    #: What it became; none where it was refused, then with a reason.
    grant = models.OneToOneField(Grant, models.PROTECT, null=True, related_name="request")
    refusal_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="grant_request_span", condition=Q(ends_at__gt=F("begins_at"))),
            models.CheckConstraint(name="grant_request_not_to_oneself", condition=~Q(person=F("asked_by"))),
            models.CheckConstraint(
                name="grant_request_by_two",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("person")),
            ),
            models.CheckConstraint(
                name="grant_request_outcome",
                condition=Q(decided_by__isnull=True, decided_at__isnull=True, grant__isnull=True, refusal_reason="")
                | Q(decided_by__isnull=False, decided_at__isnull=False, grant__isnull=False, refusal_reason="")
                | Q(decided_by__isnull=False, decided_at__isnull=False, grant__isnull=True) & ~Q(refusal_reason=""),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="grant_request_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="grant_request_is_not_rewritten",
                exclude=["decided_by", "decided_at", "grant", "refusal_reason"],
            ),
        ]
