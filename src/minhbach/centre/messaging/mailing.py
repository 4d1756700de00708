"""The queue of e-mails: put in, due, taken or not. Rows only; the way to the server is `smtp`, the turn is `posting`.

A mail that the server does not take now is tried again after 1, 5, 15 minutes, an hour, then every four hours for two
days; one that it will never take is not tried again, and nothing more goes to that mailbox for a week.
"""

import datetime
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from minhbach.centre.messaging.models import Mail, MailTry, MailWish, Notice

MINUTE = datetime.timedelta(minutes=1)
WAITS = (1 * MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE)
LONGEST_WAIT, GIVEN_UP_AFTER = 240 * MINUTE, datetime.timedelta(days=2)
#: So long nothing goes to a mailbox that a server refused for good: a full or wrong one must not make us a nuisance.
REST = datetime.timedelta(days=7)
BATCH = 50
#: Kinds of notices that are part of a post's duty: they come by e-mail whatever the person wishes.
DUTIES = frozenset(
    {"finding", "fault", "faults", "report", "extraction", "subject", "hold", "grant", "missed_day", "alarm", "account"}
)
DIGEST = "digest"


def wishes_of(addresses: Collection[UUID]) -> dict[UUID, MailWish]:
    """What these people said that they want; who said nothing wants everything, in Vietnamese."""
    return {row.address: row for row in MailWish.objects.filter(address__in=addresses)}


def wish(address: UUID, *, notices: bool, digest: bool, language: str, now: datetime.datetime) -> MailWish:
    """What the person wants from now on."""
    said = {"notices": notices, "digest": digest, "language": "en" if language == "en" else "vi", "changed_at": now}
    return MailWish.objects.update_or_create(address=address, defaults=said)[0]


def resting(mailboxes: Iterable[str], *, now: datetime.datetime) -> set[str]:
    """Those of these mailboxes that a server refused lately."""
    rows = Mail.objects.filter(to__in=list(mailboxes), failed_at__gt=now - REST)
    return set(rows.values_list("to", flat=True))


def put(
    *, address: UUID, to: str, kind: str, subject: str, body: str, now: datetime.datetime,
    notice: Notice | None = None, day: datetime.date | None = None,
) -> bool:  # fmt: skip
    """Put a mail into the queue, once for a notice or a day; whether it is new."""
    subject = " ".join(subject.split())[:200]
    rows = Mail.objects.bulk_create(
        [
            Mail(
                address=address, notice=notice, kind=kind, day=day, to=to, subject=subject, body=body, queued_at=now,
                next_at=now,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return Mail.objects.filter(id=rows[0].id).exists()


def due(*, now: datetime.datetime) -> list[Mail]:
    """What is to be tried now, the oldest first."""
    waiting = Mail.objects.filter(sent_at__isnull=True, failed_at__isnull=True, next_at__lte=now)
    return list(waiting.order_by("next_at", "id")[:BATCH])


@transaction.atomic
def taken(mail: Mail, *, now: datetime.datetime) -> None:
    """The server has it."""
    MailTry.objects.create(mail=mail, at=now, taken=True)
    Mail.objects.filter(id=mail.id, failed_at__isnull=True).update(sent_at=now)


@transaction.atomic
def not_taken(mail: Mail, said: str, *, for_good: bool, now: datetime.datetime) -> None:
    """The server does not have it: later again, or never."""
    MailTry.objects.create(mail=mail, at=now, taken=False, said=said[:300])
    tries = MailTry.objects.filter(mail=mail).count()
    if for_good or now - mail.queued_at >= GIVEN_UP_AFTER:
        Mail.objects.filter(id=mail.id, sent_at__isnull=True).update(failed_at=now)
    else:
        wait = WAITS[tries - 1] if tries <= len(WAITS) else LONGEST_WAIT
        Mail.objects.filter(id=mail.id).update(next_at=now + wait)


def log(text: str = "") -> "QuerySet[Mail]":
    """Every mail with its tries, the newest first; `text` is looked for in the mailbox and the subject."""
    rows = Mail.objects.order_by("-queued_at", "-id").prefetch_related("tries")
    if text:
        rows = rows.filter(to__icontains=text) | rows.filter(subject__icontains=text)
    return rows
