"""What must be so before a room is recorded: a notice sign that hangs, and pictures and voices that were accepted.

A sign keeps the words it was printed with and a photograph of it on the wall. An acceptance is one person's word about
one camera: the citizen is seen, the officer is seen, the citizen is heard, the officer is heard.
"""

import pghistory
from django.db import models
from django.db.models import F, Q

from minhbach.centre.papers.models import Paper
from minhbach.centre.registry.models.dates import Identified
from minhbach.centre.registry.models.devices import Camera
from minhbach.centre.registry.models.people import Person
from minhbach.centre.registry.models.rooms import Room


@pghistory.track()
class NoticeSign(Identified):
    """The notice of a room, printed as a paper, hung on a day with a photograph, perhaps taken down again."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="signs")
    number = models.PositiveSmallIntegerField(help_text="1 is the first sign of the room")
    #: What is printed, by name: unit, room, purpose, legal basis, retention, contact.
    content = models.JSONField()
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    hung_at = models.DateTimeField(null=True, blank=True)
    hung_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    hung_where = models.CharField(max_length=200, blank=True)
    photo = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="+")
    taken_down_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("room", "number"), name="sign_number"),
            models.CheckConstraint(
                condition=Q(hung_at__isnull=True, photo__isnull=True) | Q(hung_at__isnull=False, photo__isnull=False),
                name="sign_hung_with_photo",
            ),
            models.CheckConstraint(
                condition=Q(taken_down_at__isnull=True) | Q(taken_down_at__gte=F("hung_at")), name="sign_down_after_up"
            ),
        )

    def __str__(self) -> str:
        return f"{self.room_id} {self.number}"


class Medium(models.TextChoices):
    """What is accepted of a camera."""

    PICTURE = "picture"
    VOICE = "voice"


class Party(models.TextChoices):
    """Whose picture or voice."""

    CITIZEN = "citizen"
    OFFICER = "officer"


@pghistory.track()
class Acceptance(Identified):
    """Somebody looked or listened and says whether one party can be seen or heard. The newest word counts."""

    camera = models.ForeignKey(Camera, models.PROTECT, related_name="acceptances")
    medium = models.CharField(max_length=10, choices=Medium)
    party = models.CharField(max_length=10, choices=Party)
    passed = models.BooleanField()
    note = models.CharField(max_length=500, blank=True)
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField()
    #: The viewing in which it was seen or heard, an opaque reference upwards, and which stretch of footage that was.
    viewing = models.UUIDField(null=True, blank=True)
    seen_from = models.DateTimeField(null=True, blank=True)
    seen_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-accepted_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(viewing__isnull=True, seen_from__isnull=True, seen_until__isnull=True)
                | Q(viewing__isnull=False, seen_from__isnull=False, seen_until__gte=F("seen_from")),
                name="acceptance_seen_in_a_viewing",
            ),
            models.CheckConstraint(
                condition=Q(medium__in=Medium.values) & Q(party__in=Party.values), name="acceptance_known"
            ),
            models.CheckConstraint(condition=Q(passed=True) | ~Q(note=""), name="acceptance_refused_with_reason"),
        )

    def __str__(self) -> str:
        return f"{self.medium} {self.party}"
