"""Reception days: what is changed of the calendar that the regulation gives, and days that went by without a session.

The calendar itself is no row: it follows from the regulation and the working days of a unit (`reception.planning`).
Rows are only ever added; of two changes of one day the later one holds.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.reception.models.sessions import REASON_LENGTH
from minhbach.centre.registry.models import Identified, Person, Room, Unit

KEPT = pgtrigger.Delete | pgtrigger.Update


class DayChangeKind(models.TextChoices):
    """What is changed about a day."""

    ADDED = "added"
    MOVED = "moved"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    DELEGATED = "delegated"


class DayChange(Identified):
    """A unit's day of reception is another than the rule says, or somebody else receives; posted with its reason."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reception_changes")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=DayChangeKind)
    moved_to = models.DateField(null=True, blank=True)
    #: Who receives in place of the head.
    receiver = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=REASON_LENGTH)
    decision_number = models.CharField(max_length=60, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("made_at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="day_change_known",
                condition=Q(kind__in=DayChangeKind.values)
                & (
                    Q(kind=DayChangeKind.MOVED.value, moved_to__isnull=False) & ~Q(moved_to=F("day"))
                    | ~Q(kind=DayChangeKind.MOVED.value) & Q(moved_to__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="day_change_delegates_by_decision",
                condition=Q(kind=DayChangeKind.DELEGATED.value, receiver__isnull=False) & ~Q(decision_number="")
                | ~Q(kind=DayChangeKind.DELEGATED.value) & Q(receiver__isnull=True),
            ),
            models.CheckConstraint(name="day_change_says_why", condition=Q(reason__regex=r"\S")),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="day_change_is_kept", operation=KEPT)]
        indexes: ClassVar = [
            models.Index(name="day_change_of_unit", fields=["unit", "day"]),
            models.Index(name="day_change_to", fields=["moved_to"], condition=Q(moved_to__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.day} {self.kind}"


class MissedDay(Identified):
    """A reception day of a unit on which nobody had opened a session by the time that the regulation says."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="missed_days")
    #: The room where it was to be; who may know of it is asked of this room.
    room = models.ForeignKey(Room, models.PROTECT, related_name="missed_days")
    day = models.DateField()
    found_at = models.DateTimeField()

    class Meta:
        ordering = ("-day", "id")
        constraints: ClassVar = [models.UniqueConstraint(name="missed_day_once", fields=["unit", "day"])]
        triggers: ClassVar = [pgtrigger.Protect(name="missed_day_is_kept", operation=KEPT)]
        indexes: ClassVar = [models.Index(name="missed_day_of_room", fields=["room", "-day"])]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.day}"


class MissedStepKind(models.TextChoices):
    """What is said about such a day."""

    EXPLAINED = "explained"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


#: It waits for an explanation, then for an answer to it; accepted, it is over. Nobody accepts their own.
IN_ORDER = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.missed_id::text, 21));
    IF EXISTS (SELECT 1 FROM reception_missedstep WHERE missed_id = NEW.missed_id AND kind = 'accepted') THEN
        RAISE EXCEPTION 'reception: it is accepted' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.kind = 'explained') = coalesce((SELECT kind = 'explained' FROM reception_missedstep
        WHERE missed_id = NEW.missed_id ORDER BY at DESC, id DESC LIMIT 1), false) THEN
        RAISE EXCEPTION 'reception: not this step' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind <> 'explained' AND EXISTS (SELECT 1 FROM reception_missedstep
        WHERE missed_id = NEW.missed_id AND kind = 'explained' AND by_id = NEW.by_id) THEN
        RAISE EXCEPTION 'reception: nobody accepts what they explained' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class MissedStep(Identified):
    """The unit says why, by a reason of the catalogue in the words of that day; another accepts it or does not."""

    missed = models.ForeignKey(MissedDay, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=MissedStepKind)
    code = models.SlugField(max_length=40, blank=True)
    vi = models.CharField(max_length=200, blank=True)
    en = models.CharField(max_length=200, blank=True)
    words = models.CharField(max_length=REASON_LENGTH, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="missed_step_says_why",
                condition=Q(kind=MissedStepKind.EXPLAINED.value) & ~Q(code="") & ~Q(vi="") & ~Q(en="")
                | Q(kind=MissedStepKind.ACCEPTED.value)
                | Q(kind=MissedStepKind.REJECTED.value, words__regex=r"\S"),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="missed_step_is_kept", operation=KEPT),
            pgtrigger.Trigger(
                name="missed_step_in_order", when=pgtrigger.Before, operation=pgtrigger.Insert, func=IN_ORDER
            ),
        ]

    def __str__(self) -> str:
        return f"{self.missed_id} {self.kind}"
