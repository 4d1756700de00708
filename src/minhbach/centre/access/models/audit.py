"""The audit log: who did what, one row for each act, never rewritten.

Written by the guard for every page that changes something, and by the actions of `access` for what concerns accounts
and rights. It holds no secret and nothing somebody typed where a password belongs.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from minhbach.centre.access.models.account import Account
from minhbach.centre.registry.models import Identified


class AuditRow(Identified):
    """One act of an account or of the system itself."""

    at = models.DateTimeField()
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="audit_rows")
    #: Which part of the system acted, where no person did.
    system = models.CharField(max_length=40, blank=True)
    act = models.CharField(max_length=60)
    #: What it was done to: a kind and an id.
    object_kind = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="audit_names_one_actor",
                condition=Q(account__isnull=False, system="") | (Q(account__isnull=True) & ~Q(system="")),
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="audit_is_kept", operation=pgtrigger.Delete | pgtrigger.Update)]
        indexes: ClassVar = [
            models.Index(name="audit_by_time", fields=["-at", "-id"]),
            models.Index(name="audit_by_object", fields=["object_kind", "object_id"]),
        ]
