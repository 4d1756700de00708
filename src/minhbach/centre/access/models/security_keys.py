"""Security keys: what a person signs decisions with that a court will check years later.

Only what is public is kept: the id and the point of each key. A key that was taken away stays, for what it signed.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from minhbach.centre.access.models.account import Account
from minhbach.centre.registry.models import Identified


class SecurityKey(Identified):
    """A FIDO2 key of a person, made for the name by which this site is reached."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="security_keys")
    label = models.CharField(max_length=60)
    #: The key's own id, base64url.
    credential = models.CharField(max_length=1400, unique=True)
    #: x and y on P-256, hex.
    point = models.CharField(max_length=128)
    site_name = models.CharField(max_length=255)
    count = models.BigIntegerField(default=0)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="security_key_point", condition=Q(point__regex=r"^[0-9a-f]{128}$")),
            models.CheckConstraint(name="security_key_named", condition=~Q(label="")),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="security_key_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="security_key_is_not_rewritten", exclude=["count", "removed_at"]),
        ]

    def __str__(self) -> str:
        return self.label
