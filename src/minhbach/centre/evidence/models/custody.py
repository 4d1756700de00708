"""What comes after two approvals: the one package, whose hands it went through, and its end; and the end of a hold.

One extraction has one build, and a build that succeeded has one digest for ever: that is how replayed or parallel
approvals and presses yield one package at most.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.evidence.models.requests import KEPT, Extraction, Revision
from minhbach.centre.footage.models import LegalHold
from minhbach.centre.papers.models import Paper
from minhbach.centre.registry.models import Identified, Person

#: Two approvals of the newest revision, no end (after one a build can only fail), and hands that neither asked nor
#: approved.
LAWFUL_BUILD = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.extraction_id::text, 8));
    IF NEW.revision_id <> (SELECT id FROM evidence_revision WHERE extraction_id = NEW.extraction_id
                           ORDER BY serial DESC LIMIT 1)
       OR 2 <> (SELECT count(*) FROM evidence_approval WHERE revision_id = NEW.revision_id) THEN
        RAISE EXCEPTION 'evidence: only what two approved is built' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.failed_at IS NULL
       AND EXISTS (SELECT 1 FROM evidence_ending WHERE extraction_id = NEW.extraction_id) THEN
        RAISE EXCEPTION 'evidence: it has ended' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM evidence_extraction WHERE id = NEW.extraction_id AND requested_by_id = NEW.begun_by_id)
       OR EXISTS (SELECT 1 FROM evidence_approval WHERE revision_id = NEW.revision_id
                  AND approver_id = NEW.begun_by_id) THEN
        RAISE EXCEPTION 'evidence: who asked or approved does not build' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Build(Identified):
    """The package of an extraction: begun by a technician, made by the system; begun again after a failure."""

    extraction = models.OneToOneField(Extraction, models.PROTECT, related_name="build")
    revision = models.OneToOneField(Revision, models.PROTECT, related_name="build")
    begun_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    #: How often it was begun.
    attempt = models.PositiveSmallIntegerField(default=1)
    failed_at = models.DateTimeField(null=True, blank=True)
    #: Why it failed; of a finished one, which working copies could not be made, and why.
    failure_vi = models.TextField(blank=True)
    failure_en = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    #: SHA-256 of the package's file and its size.
    digest = models.CharField(max_length=64, blank=True)
    size_bytes = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="build_finished",
                condition=Q(digest="", finished_at__isnull=True, size_bytes=0)
                | Q(digest__regex=r"^[0-9a-f]{64}$", finished_at__isnull=False, size_bytes__gt=0),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="build_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="build_is_of_one", fields=["extraction", "revision"]),
            pgtrigger.Protect(
                name="build_is_one", operation=pgtrigger.Update, condition=~pgtrigger.Q(old__digest="")
            ),
            pgtrigger.Trigger(
                name="build_is_lawful", when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update, func=LAWFUL_BUILD,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.extraction_id} {self.digest[:12]}"

    @property
    def has_failed(self) -> bool:
        """Whether it came to nothing and may be begun again."""
        return self.failed_at is not None and not self.digest


class CustodyKind(models.TextChoices):
    """What happened to a package after it was built, in this order."""

    COPIED = "copied"
    HANDED_OVER = "handed_over"
    SIGNED = "signed"
    RETURNED = "returned"
    DESTROYED = "destroyed"


#: After these there is no package any more.
GONE = (CustodyKind.RETURNED, CustodyKind.DESTROYED)


class Custody(Identified):
    """One thing that happened to a package: who did it, when, with what in hand."""

    extraction = models.ForeignKey(Extraction, models.PROTECT, related_name="custody")
    kind = models.CharField(max_length=20, choices=CustodyKind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    #: What it lies on (a disk's number), the receiver's paper, the minutes of destruction: as the form asked.
    medium = models.CharField(max_length=200, blank=True)
    document = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)
    #: The photograph of the signed minutes.
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("at",)
        constraints: ClassVar = [
            models.CheckConstraint(name="custody_kind_known", condition=Q(kind__in=CustodyKind.values)),
            models.UniqueConstraint(
                name="custody_once", fields=["extraction", "kind"], condition=Q(kind__in=["handed_over", "signed"])
            ),
            models.UniqueConstraint(
                name="custody_ends_once", fields=["extraction"], condition=Q(kind__in=["returned", "destroyed"])
            ),
            models.CheckConstraint(
                name="custody_in_hand",
                condition=~Q(kind="handed_over", medium="") & ~Q(kind="signed", paper__isnull=True),
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="custody_is_kept", operation=KEPT)]
        indexes: ClassVar = [models.Index(name="custody_of", fields=["extraction", "at"])]

    def __str__(self) -> str:
        return f"{self.extraction_id} {self.kind}"


class HoldRelease(Identified):
    """The end of a hold: one who may hold asks, with a reason; another agrees, or does not."""

    hold = models.ForeignKey(LegalHold, models.PROTECT, related_name="releases")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    agreed = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ("-asked_at",)
        constraints: ClassVar = [
            models.CheckConstraint(name="release_says_why", condition=Q(reason__regex=r"\S")),
            models.CheckConstraint(
                name="release_by_two", condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by"))
            ),
            models.CheckConstraint(
                name="release_decided",
                condition=Q(decided_by__isnull=True, decided_at__isnull=True, agreed__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False, agreed__isnull=False),
            ),
            models.UniqueConstraint(name="release_once", fields=["hold"], condition=Q(agreed=True)),
            models.UniqueConstraint(name="release_asked_once", fields=["hold"], condition=Q(agreed__isnull=True)),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="release_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="release_is_not_rewritten", exclude=["decided_by", "decided_at", "agreed"]),
            pgtrigger.Protect(
                name="release_stays_decided", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__agreed__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.hold_id} {self.agreed}"
