"""People, the decisions that assign them, and the counters they sit at.

A person has no rights: an assignment by a decision, with dates, has. Kept of a person is what the work needs; no
identity number. What a role may do is the regulation's, so a role here is only its code.
"""

import pghistory
from django.db import models
from django.db.models import F, Q

from minhbach.centre.papers.models import Paper
from minhbach.centre.registry.models.dates import Dated, Identified, ends_after_it_begins, never_two_at_once
from minhbach.centre.registry.models.rooms import Counter
from minhbach.centre.registry.models.units import Unit


@pghistory.track()
class Person(Identified):
    """Somebody who works with the system or is seen by it at a counter."""

    full_name = models.CharField(max_length=120, help_text="họ, đệm, tên, in NFC")
    #: By given name, then family name, then middle names, in Vietnamese order.
    sort_key = models.CharField(max_length=600, db_index=True)
    #: Without marks and case, for typing.
    search_key = models.CharField(max_length=120, db_index=True)
    staff_code = models.CharField(max_length=40, unique=True, null=True, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("sort_key",)
        constraints = (models.CheckConstraint(condition=~Q(full_name=""), name="person_named"),)

    def __str__(self) -> str:
        return self.full_name


@pghistory.track()
class Assignment(Dated):
    """A decision puts a person into a role at a unit, for a span of days. The title is how the person signs.

    One that was withdrawn has a reason and a span without a day: it was in force until that moment and on no day.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    role = models.SlugField(max_length=40, help_text="a role of the regulation")
    title = models.CharField(max_length=200, blank=True)
    field = models.CharField(max_length=200, blank=True, help_text="professional field: Tư pháp - Hộ tịch")
    decision_number = models.CharField(max_length=60)
    decision_date = models.DateField()
    decision_paper = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="+")
    end_decision_number = models.CharField(max_length=60, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawal_reason="")
                & (Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")))
                | Q(withdrawn_at__isnull=False, valid_until=F("valid_from")) & ~Q(withdrawal_reason=""),
                name="assignment_span",
            ),
            never_two_at_once("assignment", "person", "unit", "role"),
            models.CheckConstraint(condition=~Q(role="") & ~Q(decision_number=""), name="assignment_by_decision"),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.valid_from}"


@pghistory.track()
class CounterPost(Dated):
    """A person works at a counter, for a span of days; so they may learn what was watched of it."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="counter_posts")
    counter = models.ForeignKey(Counter, models.PROTECT, related_name="posts")

    class Meta:
        constraints = (ends_after_it_begins("counter_post"), never_two_at_once("counter_post", "person", "counter"))

    def __str__(self) -> str:
        return f"{self.person_id} @ {self.counter_id}"
