"""What a person signs in with besides the password: a phone, codes for the day it is lost, and taking it off by two.

The secret of a phone is sealed under a key outside the database (`sealing`); codes for a lost phone are kept as keyed
digests. PostgreSQL refuses that one person alone takes a phone off, or that somebody does it for themselves.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.access.models.account import Account
from minhbach.centre.registry.models import Identified


class CodeDevice(Identified):
    """A phone that shows one-time codes. It counts once a first code has proved it."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="code_devices")
    sealed = models.BinaryField()
    begun_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    #: The step of the last code that was used: no code serves twice.
    last_step = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="code_device_once", fields=["account"], condition=Q(confirmed_at__isnull=False)
            ),
            models.UniqueConstraint(
                name="code_device_begun_once", fields=["account"], condition=Q(confirmed_at__isnull=True)
            ),
        ]


class RecoveryCode(Identified):
    """A code that lets in once without the phone."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="recovery_code_once", fields=["account", "digest"])]


class CodeReset(Identified):
    """Somebody's phone is taken off: asked for by one keeper of accounts, done by another."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="code_resets")
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    done_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="code_reset_not_by_oneself", condition=~Q(account=F("asked_by"))),
            models.CheckConstraint(
                name="code_reset_by_two",
                condition=Q(done_by__isnull=True, done_at__isnull=True)
                | Q(done_by__isnull=False, done_at__isnull=False)
                & ~Q(done_by=F("asked_by"))
                & ~Q(done_by=F("account")),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="code_reset_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="code_reset_is_not_rewritten", exclude=["done_by", "done_at"]),
        ]
        indexes: ClassVar = [models.Index(name="code_reset_of_account", fields=["account", "-asked_at"])]
