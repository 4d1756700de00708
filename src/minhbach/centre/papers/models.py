"""Papers: files kept under the hash of their bytes, with what they are and whose they are.

The row says what a file is; the bytes lie in the store (`papers.store`), named by their SHA-256, and are never changed.
Who may read a paper is decided by the app whose row points to it.
"""

from typing import ClassVar

import pgtrigger
import uuid_utils.compat
from django.db import models
from django.db.models import Q


class Origin(models.TextChoices):
    """Whether the system made the file or a person brought it."""

    MADE = "made"
    UPLOADED = "uploaded"


class Paper(models.Model):
    """One kept file. Two papers may hold the same bytes."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the bytes in the store, hexadecimal")
    size_bytes = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=60)
    origin = models.CharField(max_length=10, choices=Origin)
    title = models.CharField(max_length=300)
    #: The person of the registry who made or brought it; none when the system did it by itself.
    person_id = models.UUIDField(null=True, blank=True)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="paper_digest"),
            models.CheckConstraint(condition=Q(size_bytes__gt=0) & ~Q(title=""), name="paper_filled"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="paper_origin_known"),
        )
        # It may go, where the law asks for it; it never becomes another.
        triggers: ClassVar = [pgtrigger.Protect(name="paper_is_what_it_is", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.title
