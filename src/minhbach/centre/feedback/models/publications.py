"""What of a complaint and its answer the public reads: words of their own, in which nobody can be known again.

Never the complaint itself: somebody rewrites both, or says why they stay unpublished. What went out in error is taken
back and its row kept, so that it can be told what stood there, from when until when, and who put it there.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from minhbach.centre.feedback.models.petitions import CONTENT_LENGTH, Petition
from minhbach.centre.registry.models import Identified, Person

REASON_LENGTH = 300


class Publication(Identified):
    """One decision: published in these words or withheld; the newest that was not taken back counts."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="publications")
    withheld = models.BooleanField(default=False)
    #: Unit and room as they were called when the complaint came in.
    place = models.CharField(max_length=400)
    what = models.CharField(max_length=CONTENT_LENGTH, blank=True)
    answer = models.CharField(max_length=CONTENT_LENGTH, blank=True)
    #: Place and both texts as they are searched: without marks or case.
    found_by = models.TextField(blank=True)
    #: Why it is withheld.
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    taken_back_why = models.CharField(max_length=REASON_LENGTH, blank=True)

    class Meta:
        ordering = ("-at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="publication_stands_once", fields=["petition"], condition=Q(taken_back_at__isnull=True)
            ),
            models.CheckConstraint(
                name="publication_says_something",
                condition=Q(withheld=False, what__regex=r"\S", answer__regex=r"\S", reason="")
                | Q(withheld=True, what="", answer="", reason__regex=r"\S"),
            ),
            models.CheckConstraint(
                name="publication_taken_back",
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True, taken_back_why="")
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False, taken_back_why__regex=r"\S"),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="publication_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="publication_is_not_rewritten", exclude=["taken_back_at", "taken_back_by", "taken_back_why"]
            ),
            pgtrigger.Protect(
                name="publication_is_taken_back_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__taken_back_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="publication_standing", fields=["-at"], condition=Q(taken_back_at=None, withheld=False))
        ]

    def __str__(self) -> str:
        return str(self.petition_id)
