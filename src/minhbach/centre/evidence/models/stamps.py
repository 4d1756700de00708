"""Who vouches for a package beside the centre: an authority that has seen it, the office's certificate on its report.

What could not be had while the package was built is asked for again and again until it comes.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from minhbach.centre.evidence.models.custody import Build
from minhbach.centre.registry.models import Identified


class Stamp(Identified):
    """The time stamp of a package's seal (RFC 3161), and whether the report in it is signed (PAdES)."""

    build = models.OneToOneField(Build, models.PROTECT, related_name="stamp")
    #: The bytes of seal.txt: what is stamped.
    seal = models.BinaryField()
    #: Whose certificate signed the report; empty where none did.
    signed_by = models.CharField(max_length=300, blank=True)
    #: Whether the stamp lies in the package; one that came later lies beside it.
    inside = models.BooleanField(default=False)
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    failure_vi = models.TextField(blank=True)
    failure_en = models.TextField(blank=True)
    #: When the authority says it has seen the seal, and its answer.
    stamped_at = models.DateTimeField(null=True, blank=True)
    answer = models.BinaryField(default=b"")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="stamp_has_its_time",
                condition=Q(stamped_at__isnull=True, answer=b"", inside=False)
                | (Q(stamped_at__isnull=False) & ~Q(answer=b"")),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="stamp_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="stamp_is_of_one", fields=["build", "seal", "signed_by", "inside"]),
            pgtrigger.Protect(
                name="stamp_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__stamped_at__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="stamp_waiting", fields=["next_at"], condition=Q(stamped_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.build_id} {self.stamped_at}"


class ReportSignature(Identified):
    """The office's signature (PAdES) on the report of a package which went without: waited for, or there since."""

    build = models.OneToOneField(Build, models.PROTECT, related_name="signature")
    #: The bytes of report.pdf as they lie in the package: what is signed.
    report = models.BinaryField()
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    failure_vi = models.TextField(blank=True)
    failure_en = models.TextField(blank=True)
    #: When it was signed, by whose certificate, and the report with the signature: it goes beside the package.
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.CharField(max_length=300, blank=True)
    signed = models.BinaryField(default=b"")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="report_signature_whole",
                condition=Q(signed_at__isnull=True, signed_by="", signed=b"")
                | (Q(signed_at__isnull=False) & ~Q(signed_by="") & ~Q(signed=b"")),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="report_signature_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="report_signature_is_of_one", fields=["build", "report"]),
            pgtrigger.Protect(
                name="report_signature_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__signed_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="report_signature_waiting", fields=["next_at"], condition=Q(signed_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.build_id} {self.signed_at}"
