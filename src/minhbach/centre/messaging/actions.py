"""The writes of `messaging`: send a notice, mark what was read."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from minhbach.centre.messaging.models import Delivery, Notice
from minhbach.centre.words import Words


@dataclass(frozen=True, slots=True)
class Link:
    """The way to the page a notice is about: the name of a route, and its one argument."""

    route: str
    reference: str = ""


@transaction.atomic
def send(*, to: Collection[UUID], kind: str, words: Words, link: Link | None = None, now: datetime.datetime) -> Notice:
    """Put a notice before these people, each once. The sender keeps `notice.id` and may ask `reading.told`."""
    vi, en = both(words)
    notice = Notice.objects.create(
        kind=kind,
        vi=vi[:500],
        en=en[:500],
        route=link.route if link else "",
        reference=link.reference if link else "",
        sent_at=now,
    )
    Delivery.objects.bulk_create(
        Delivery(notice=notice, address=address, delivered_at=now) for address in dict.fromkeys(to)
    )
    return notice


def mark_read(address: UUID, *, now: datetime.datetime, notice: UUID | None = None) -> int:
    """This person has seen the notice, or all of theirs; how many were unread. What was read stays read."""
    unread = Delivery.objects.filter(address=address, read_at__isnull=True, delivered_at__lte=now)
    if notice is not None:
        unread = unread.filter(notice=notice)
    return unread.update(read_at=now)


def both(words: Words) -> tuple[str, str]:
    """A sentence in both languages, values filled in, sentences among the values too."""

    def said(text: str, vietnamese: bool) -> str:
        values = {
            name: both(value)[0 if vietnamese else 1] if isinstance(value, Words) else value
            for name, value in words.values
        }
        return text.format(**values) if values else text

    return said(words.vi, True), said(words.en, False)
