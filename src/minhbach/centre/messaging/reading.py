"""Questions about notices: what waits for a person, and what became of a notice."""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from minhbach.centre.messaging.models import Delivery, Notice
from minhbach.centre.words import Words


@dataclass(frozen=True, slots=True)
class Told:
    """One person was told: when, and when they read it."""

    address: UUID
    delivered_at: datetime.datetime
    read_at: datetime.datetime | None


def unread_count(address: UUID) -> int:
    """How many notices wait for this person; a hundred stands for "many"."""
    return len(Delivery.objects.filter(address=address, read_at__isnull=True).values_list("id")[:100])


def deliveries_to(address: UUID) -> QuerySet[Delivery]:
    """This person's notices, the newest first."""
    return Delivery.objects.filter(address=address).select_related("notice").order_by("-delivered_at", "-id")


def told(notice: UUID) -> list[Told]:
    """Who was told by this notice, in the order of telling."""
    rows = Delivery.objects.filter(notice=notice).order_by("delivered_at", "id")
    return [Told(row.address, row.delivered_at, row.read_at) for row in rows]


def words_of(notice: Notice) -> Words:
    """What the notice says."""
    # Braces in it are text by now: values were filled in when it was sent.
    return Words(notice.vi, notice.en)


def url_of(notice: Notice) -> str:
    """The page the notice is about; empty where that page is gone."""
    if not notice.route:
        return ""
    try:
        return reverse(notice.route, args=[notice.reference] if notice.reference else None)
    except NoReverseMatch:
        return ""
