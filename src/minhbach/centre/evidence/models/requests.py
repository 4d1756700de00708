"""Requests for footage to leave the house: who asked, when, under which number; and what exactly, revision by revision.

A change is a new revision, never a rewritten one: approvals belong to a revision, so that a change leaves them behind.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.footage.models import LegalHold
from minhbach.centre.registry.models import Camera, Identified, Person, Room, Unit
from minhbach.centre.registry.searching import kept_key

KEPT = pgtrigger.Delete | pgtrigger.Update


class CopyKind(models.TextChoices):
    """What leaves: the originals with what proves them, or a copy in which other people are covered."""

    ORIGINAL = "original"
    MASKED = "masked"


class Extraction(Identified):
    """A request with its number in the book of its unit and year."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="extractions")
    room = models.ForeignKey(Room, models.PROTECT, related_name="extractions")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    requested_by = models.ForeignKey(Person, models.PROTECT, related_name="extractions")
    requested_at = models.DateTimeField()

    class Meta:
        ordering = ("-requested_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="extraction_number_once", fields=["unit", "year", "number"])
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="extraction_is_kept", operation=KEPT)]
        indexes: ClassVar = [
            models.Index(name="extraction_in_room", fields=["room", "-requested_at"]),
            models.Index(name="extraction_of_year", fields=["year", "-requested_at", "-number", "-unit"]),
        ]

    def __str__(self) -> str:
        return f"{self.number:02}/{self.year}"


#: Two revisions at once would each be the third; and nothing is changed after the package or after the end.
NEXT_REVISION = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.extraction_id::text, 8));
    IF NEW.serial <> 1 + (SELECT count(*) FROM evidence_revision WHERE extraction_id = NEW.extraction_id) THEN
        RAISE EXCEPTION 'evidence: a revision follows the last' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM evidence_ending WHERE extraction_id = NEW.extraction_id)
       OR EXISTS (SELECT 1 FROM evidence_build WHERE extraction_id = NEW.extraction_id) THEN
        RAISE EXCEPTION 'evidence: what has ended or is being built is not changed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


#: What is asked for, as it is looked for.
ASKED = kept_key("purpose", "legal_basis", "case_number", "receiver_body", "receiver_name")


class Revision(Identified):
    """What is asked for: which cameras, from when to when, what for, by which basis, for whom. The newest counts."""

    extraction = models.ForeignKey(Extraction, models.PROTECT, related_name="revisions")
    serial = models.PositiveSmallIntegerField()
    cameras: "models.ManyToManyField[Camera, models.Model]" = models.ManyToManyField(Camera, related_name="+")
    begin_us = models.BigIntegerField()
    end_us = models.BigIntegerField()
    kind = models.CharField(max_length=20, choices=CopyKind.choices)
    purpose = models.CharField(max_length=300)
    legal_basis = models.CharField(max_length=300)
    case_number = models.CharField(max_length=120, blank=True)
    receiver_body = models.CharField(max_length=200)
    receiver_name = models.CharField(max_length=120)
    hold = models.ForeignKey(LegalHold, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    #: What may be looked for; PostgreSQL keeps it.
    search_key = models.GeneratedField(expression=ASKED, output_field=models.TextField(), db_persist=True)
    #: Of the commitments that stand in the scope instead of words and names; erasing them erases the person.
    salt = models.BinaryField()
    #: What exactly leaves: canonical bytes, and their SHA-256, which approvers sign.
    scope = models.BinaryField()
    scope_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("serial",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="revision_serial_once", fields=["extraction", "serial"]),
            models.UniqueConstraint(name="revision_scope_once", fields=["scope_hash"]),
            models.CheckConstraint(name="revision_span", condition=Q(begin_us__gt=0, begin_us__lt=F("end_us"))),
            models.CheckConstraint(name="revision_scope", condition=Q(scope_hash__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(name="revision_kind_known", condition=Q(kind__in=CopyKind.values)),
            models.CheckConstraint(
                name="revision_says_what_for",
                condition=Q(purpose__regex=r"\S", legal_basis__regex=r"\S", receiver_name__regex=r"\S")
                & Q(receiver_body__regex=r"\S"),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="revision_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="revision_is_not_rewritten", exclude=["salt", "search_key"]),
            pgtrigger.Trigger(
                name="revision_follows", when=pgtrigger.Before, operation=pgtrigger.Insert, func=NEXT_REVISION
            ),
        ]

    def __str__(self) -> str:
        return f"{self.extraction_id} {self.serial}"
