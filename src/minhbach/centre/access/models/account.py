"""Accounts and the attempts to sign in to them.

An account is a person's key, opened by a decision with a number, and nothing more: what it opens follows from the
person's assignments. It has no flags like "staff" or "superuser", so none can be left set.
"""

from typing import ClassVar

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from uuid_utils.compat import uuid7


class Accounts(BaseUserManager["Account"]):
    """Queries of accounts; names are compared in lower case."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """The account with that name, however it was typed."""
        return self.get(username=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """What a person signs in with. Never deleted: a closed account keeps its history."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.OneToOneField("registry.Person", on_delete=models.PROTECT, related_name="account")
    username = models.CharField(max_length=64, unique=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    decision_number = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Accounts] = Accounts()

    USERNAME_FIELD = "username"

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="account_name_is_lower_case", condition=models.Q(username=Lower("username"))),
            models.CheckConstraint(name="account_has_a_decision", condition=~models.Q(decision_number="")),
            models.CheckConstraint(
                name="account_is_active_or_closed",
                condition=models.Q(is_active=True, closed_at__isnull=True)
                | models.Q(is_active=False, closed_at__isnull=False),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="account_is_kept", operation=pgtrigger.Delete),
            # Whose it is and what it is called never changes: somebody else's rights would come with it.
            pgtrigger.ReadOnly(
                name="account_is_of_one",
                exclude=["password", "last_login", "must_change_password", "is_active", "closed_at"],
            ),
        ]


class SignInAttempt(models.Model):
    """One attempt, written before the password is looked at, so that many at once cannot slip past the count.

    `succeeded` turns true afterwards. Only the throttle reads these rows; they go after thirty days.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    #: Keyed digest of the name that was typed: people type passwords there, too.
    name_digest = models.CharField(max_length=64)
    #: Where from: "device:<id>" of a browser that signed in to this account before, else "address:<IP>".
    source = models.CharField(max_length=60)
    address = models.CharField(max_length=45)
    at = models.DateTimeField()
    succeeded = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="attempt_by_name", fields=["name_digest", "at"]),
            models.Index(name="attempt_by_address", fields=["address", "at"]),
            models.Index(name="attempt_by_age", fields=["at"]),
        ]


class SignIn(models.Model):
    """A session that somebody began: from which browser and address, when it was last used, how it ended."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="sign_ins")
    #: SHA-256 of the session's key; a changed password gives the session a new key and this row a new digest.
    digest = models.CharField(max_length=64, unique=True)
    #: What the browser says it is, as it says it.
    browser = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True)
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    #: The longest it may last.
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="sign_in_span", condition=models.Q(until__gt=models.F("begun_at")))
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="sign_in_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="sign_in_is_not_rewritten", exclude=["digest", "seen_at", "ended_at"]),
        ]
        indexes: ClassVar = [models.Index(name="sign_in_of_account", fields=["account", "-begun_at"])]
