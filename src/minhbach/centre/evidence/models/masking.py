"""Rounds of a masked copy: what somebody decided to cover, the copy made of it, and what a second person said.

A correction is a new round, never a rewritten one: what was reviewed is exactly what was made of those decisions. A
build that failed and is begun again begins its rounds anew: what was made before it is gone.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.access.models import SecurityKey
from minhbach.centre.evidence.models.requests import Extraction
from minhbach.centre.registry.models import Identified, Person

#: One round after the other, of a package that is being built, until one is accepted.
NEXT_ROUND = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.extraction_id::text, 8));
    IF NEW.serial <> 1 + (SELECT count(*) FROM evidence_maskround WHERE extraction_id = NEW.extraction_id) THEN
        RAISE EXCEPTION 'evidence: a round follows the last' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM evidence_maskround
               WHERE extraction_id = NEW.extraction_id AND attempt = NEW.attempt AND accepted) THEN
        RAISE EXCEPTION 'evidence: a round was accepted' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM evidence_build b JOIN evidence_revision r ON r.id = b.revision_id
        WHERE b.extraction_id = NEW.extraction_id AND b.attempt = NEW.attempt
          AND b.digest = '' AND b.failed_at IS NULL AND r.kind = 'masked'
    ) THEN
        RAISE EXCEPTION 'evidence: no masked copy is being built' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class MaskRound(Identified):
    """Decisions about covers, by whom, and whether somebody else accepts what was made of them."""

    extraction = models.ForeignKey(Extraction, models.PROTECT, related_name="mask_rounds")
    serial = models.PositiveSmallIntegerField()
    #: Which attempt at the build (`Build.attempt`) it belongs to.
    attempt = models.PositiveSmallIntegerField(default=1)
    drawn_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    #: Boxes and spans of time (`copies.decisions`); they name nobody.
    decisions = models.TextField()
    digest = models.CharField(max_length=64)
    rendered_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure_vi = models.TextField(blank=True)
    failure_en = models.TextField(blank=True)
    #: SHA-256 of each copy that was made, by the camera's id: what was reviewed is what is packed.
    copies = models.JSONField(default=dict)
    reviewed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(null=True, blank=True)
    said = models.CharField(max_length=300, blank=True)
    #: What the reviewer signed who accepted it, and what proves it, as a package carries it (`ledger.approval`).
    record = models.JSONField(null=True, blank=True)
    #: The security key that signed.
    key = models.ForeignKey(SecurityKey, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("serial",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="mask_round_once", fields=["extraction", "serial"]),
            models.UniqueConstraint(
                name="mask_round_accepted_once", fields=["extraction", "attempt"], condition=Q(accepted=True)
            ),
            models.CheckConstraint(
                name="mask_round_signed",
                condition=Q(accepted=True, record__isnull=False)
                | (Q(accepted__isnull=True) | Q(accepted=False)) & Q(record__isnull=True, key__isnull=True),
            ),
            models.CheckConstraint(
                name="mask_round_by_two", condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("drawn_by"))
            ),
            models.CheckConstraint(name="mask_round_digest", condition=Q(digest__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="mask_round_reviewed",
                condition=Q(reviewed_by__isnull=True, reviewed_at__isnull=True, accepted__isnull=True)
                | Q(
                    reviewed_by__isnull=False, reviewed_at__isnull=False, accepted__isnull=False,
                    rendered_at__isnull=False,
                ),
            ),
        ]  # fmt: skip
        triggers: ClassVar = [
            pgtrigger.Protect(name="mask_round_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="mask_round_is_not_rewritten",
                fields=["extraction", "serial", "attempt", "drawn_by", "drawn_at", "decisions", "digest"],
            ),
            pgtrigger.Protect(
                name="mask_round_stays_made", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__rendered_at__isnull=False)
                & ~pgtrigger.Q(old__copies=pgtrigger.F("new__copies")),
            ),
            pgtrigger.Protect(
                name="mask_round_stays_reviewed", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__accepted__isnull=False),
            ),
            pgtrigger.Trigger(
                name="mask_round_follows", when=pgtrigger.Before, operation=pgtrigger.Insert, func=NEXT_ROUND
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.extraction_id} {self.serial}"

    @property
    def waits_for_review(self) -> bool:
        """Whether its copies were made and nobody has said anything of them; one that failed since is drawn anew."""
        return self.rendered_at is not None and self.failed_at is None and self.accepted is None
