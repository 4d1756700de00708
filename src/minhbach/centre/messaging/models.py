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


class MailWish(models.Model):
    """What a person wants by e-mail, and in which language. What is a duty of their post comes whatever they wish."""

    address = models.UUIDField(primary_key=True)
    notices = models.BooleanField(default=True)
    digest = models.BooleanField(default=True)
    language = models.CharField(max_length=2, default="vi")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="mail_language_known", condition=Q(language__in=("vi", "en")))
        ]


class Mail(models.Model):
    """One e-mail in the queue or behind it: a notice, or the digest of a day. Kept with what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    #: Whom it is for, and the notice it carries; a digest carries none.
    address = models.UUIDField()
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, blank=True, related_name="mails")
    kind = models.CharField(max_length=40)
    #: The day whose digest it is.
    day = models.DateField(null=True, blank=True)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    queued_at = models.DateTimeField()
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    #: Not tried again: refused for good, or tried for as long as it is worth.
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="mail_of_notice_once", fields=["notice", "address"]),
            models.UniqueConstraint(name="mail_digest_once", fields=["address", "day"], condition=Q(day__isnull=False)),
            models.CheckConstraint(name="mail_about_one", condition=Q(notice__isnull=True) ^ Q(day__isnull=True)),
            models.CheckConstraint(
                name="mail_ends_once", condition=Q(sent_at__isnull=True) | Q(failed_at__isnull=True)
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="mail_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="mail_is_not_rewritten", exclude=["next_at", "sent_at", "failed_at"]),
        ]
        indexes: ClassVar = [
            models.Index(
                name="mail_waiting", fields=["next_at"], condition=Q(sent_at__isnull=True, failed_at__isnull=True)
            ),
            models.Index(name="mail_by_time", fields=["-queued_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.queued_at:%Y-%m-%d %H:%M}"


class MailTry(models.Model):
    """One try to hand a mail over: when, and what the server said where it did not take it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    mail = models.ForeignKey(Mail, models.PROTECT, related_name="tries")
    at = models.DateTimeField()
    taken = models.BooleanField()
    said = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("at",)
        triggers: ClassVar = [pgtrigger.Protect(name="mail_try_is_kept", operation=pgtrigger.Delete | pgtrigger.Update)]
