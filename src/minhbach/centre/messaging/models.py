"""Notices and how they reached people: one row for a notice, one for each delivery and what became of it.

An address is a person's id as the sender knows it: who that is, is known above. The link is a route's name and a
reference, not a finished address: addresses change, and old notices must not break.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7


class Notice(models.Model):
    """A sentence for some people, with the way to the page it is about."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40)
    vi = models.CharField(max_length=500)
    en = models.CharField(max_length=500)
    route = models.CharField(max_length=80, blank=True)
    reference = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="notice_in_both_languages", condition=~Q(vi="") & ~Q(en="") & ~Q(kind=""))
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="notice_is_kept", operation=pgtrigger.Delete | pgtrigger.Update)]


class Delivery(models.Model):
    """One notice to one person over one channel: when it was put there, when it was read."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="deliveries")
    address = models.UUIDField()
    channel = models.CharField(max_length=20, default="in_product")
    delivered_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="delivery_once", fields=["notice", "address", "channel"]),
            models.CheckConstraint(name="delivery_channel_known", condition=Q(channel__in=["in_product"])),
            models.CheckConstraint(
                name="delivery_read_after", condition=Q(read_at__isnull=True) | Q(read_at__gte=F("delivered_at"))
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="delivery_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="delivery_is_only_read", exclude=["read_at"]),
        ]
        indexes: ClassVar = [
            models.Index(name="delivery_unread", fields=["address"], condition=Q(read_at__isnull=True)),
            models.Index(name="delivery_of_person", fields=["address", "-delivered_at"]),
        ]
