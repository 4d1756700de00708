"""Two approvals of one revision, or its end without a package. Invariant 8 stands here, in PostgreSQL.

What was approved is a statement over the scope's hash, signed by the approver's own security key, or, as the weaker
kind that says so for ever, by the centre's after password and one-time code.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from minhbach.centre.access.models import SecurityKey
from minhbach.centre.evidence.models.requests import KEPT, Extraction, Revision
from minhbach.centre.registry.models import Identified, Person

BY_KEY, BY_CODE = "webauthn", "password_code"

#: One at a time for each extraction: two first approvals at once, or one beside a change, would not see each other.
LAWFUL_APPROVAL = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.extraction_id::text, 8));
    IF NOT EXISTS (
        SELECT 1 FROM evidence_revision r
        WHERE r.id = NEW.revision_id AND r.extraction_id = NEW.extraction_id AND r.serial =
            (SELECT max(serial) FROM evidence_revision WHERE extraction_id = NEW.extraction_id)
    ) THEN
        RAISE EXCEPTION 'evidence: only the newest revision is approved' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM evidence_extraction WHERE id = NEW.extraction_id AND requested_by_id = NEW.approver_id)
    THEN
        RAISE EXCEPTION 'evidence: nobody approves their own request' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM evidence_ending WHERE extraction_id = NEW.extraction_id) THEN
        RAISE EXCEPTION 'evidence: it has ended' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.number <> 1 + (SELECT count(*) FROM evidence_approval WHERE revision_id = NEW.revision_id) THEN
        RAISE EXCEPTION 'evidence: approvals are numbered one after the other' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.number = 2 AND NOT NEW.managing
       AND NOT EXISTS (SELECT 1 FROM evidence_approval WHERE revision_id = NEW.revision_id AND managing) THEN
        RAISE EXCEPTION 'evidence: one approver is of the body that manages the stream'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Approval(Identified):
    """Somebody else than the requester agrees to exactly this scope."""

    extraction = models.ForeignKey(Extraction, models.PROTECT, related_name="approvals")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="approvals")
    number = models.PositiveSmallIntegerField()
    approver = models.ForeignKey(Person, models.PROTECT, related_name="+")
    #: Whether the approver decides for the body that manages the stream, and not only for the one that is filmed.
    managing = models.BooleanField()
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    #: One press, one approval: the random part of what was signed.
    nonce = models.CharField(max_length=32, unique=True)
    #: What was said and what proves it, as a package carries it (`ledger.approval`).
    record = models.JSONField()
    #: The security key that signed.
    key = models.ForeignKey(SecurityKey, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="approved_once_by_one", fields=["revision", "approver"]),
            models.UniqueConstraint(name="approved_by_two", fields=["revision", "number"]),
            models.CheckConstraint(name="approval_number", condition=Q(number__in=[1, 2])),
            models.CheckConstraint(
                name="approval_proof",
                condition=Q(kind=BY_KEY, key__isnull=False) | Q(kind=BY_CODE, key__isnull=True),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="approval_is_kept", operation=KEPT),
            pgtrigger.Trigger(
                name="approval_is_lawful", when=pgtrigger.Before, operation=pgtrigger.Insert, func=LAWFUL_APPROVAL
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.number}"


REFUSED, WITHDRAWN = "refused", "withdrawn"

#: Nothing that was built is refused afterwards: what left the house is not undone by a word.
STILL_OPEN = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.extraction_id::text, 8));
    IF EXISTS (SELECT 1 FROM evidence_build WHERE extraction_id = NEW.extraction_id AND digest <> '') THEN
        RAISE EXCEPTION 'evidence: its package was built' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Ending(Identified):
    """A request that comes to nothing: refused by an approver, or withdrawn by who asked; with a reason."""

    extraction = models.OneToOneField(Extraction, models.PROTECT, related_name="ending")
    kind = models.CharField(max_length=20)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=300)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="ending_known", condition=Q(kind__in=[REFUSED, WITHDRAWN])),
            models.CheckConstraint(name="ending_says_why", condition=Q(reason__regex=r"\S")),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="ending_is_kept", operation=KEPT),
            pgtrigger.Trigger(
                name="ending_is_in_time", when=pgtrigger.Before, operation=pgtrigger.Insert, func=STILL_OPEN
            ),
        ]

    def __str__(self) -> str:
        return f"{self.extraction_id} {self.kind}"
