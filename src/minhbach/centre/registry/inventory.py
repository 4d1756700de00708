"""The inventory as a list: what is broken since when, what is out of warranty, what is old, who paid. Reads only.

A page costs the same at any size: SQL filters, orders and cuts.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet

from minhbach.centre.registry.models import Condition, Equipment
from minhbach.centre.registry.searching import SearchKey, words_of
from minhbach.centre.words import Words

SOON_DAYS = 90
FILTERS = {
    "hong": Words("Hỏng", "Broken"),
    "het-bao-hanh": Words("Hết bảo hành", "Out of warranty"),
    "sap-het": Words("Sắp hết bảo hành", "Warranty ends soon"),
    "cu": Words("Trên 5 năm", "Over 5 years"),
}


@dataclass(frozen=True, slots=True)
class Sought:
    """`state` is one of `FILTERS` or empty."""

    state: str = ""
    text: str = ""


def pieces(rooms: Collection[UUID], sought: Sought, *, day: datetime.date) -> "QuerySet[Equipment]":
    """What stands in these rooms: the longest broken first, then the oldest; what was removed is left out."""
    rows = Equipment.objects.filter(room__in=rooms).exclude(condition=Condition.REMOVED)
    if sought.state == "hong":
        rows = rows.filter(condition=Condition.BROKEN).order_by("condition_since", "id")
    elif sought.state == "het-bao-hanh":
        rows = rows.filter(warranty_until__lt=day).order_by("warranty_until", "id")
    elif sought.state == "sap-het":
        soon = day + datetime.timedelta(days=SOON_DAYS)
        rows = rows.filter(warranty_until__gte=day, warranty_until__lte=soon).order_by("warranty_until", "id")
    elif sought.state == "cu":
        rows = rows.filter(acquired_on__lt=years_before(day, 5)).order_by("acquired_on", "id")
    else:
        rows = rows.order_by(F("acquired_on").asc(nulls_last=True), "id")
    if words := words_of(sought.text):
        rows = rows.alias(
            said=SearchKey("kind", "name", "maker", "model", "serial_number", "funding_source"),
            where=SearchKey("room__name"),
        )
        for word in words:
            rows = rows.filter(Q(said__contains=word) | Q(where__contains=word))
    return rows.select_related("room")


def years_before(day: datetime.date, years: int) -> datetime.date:
    """The same day so many years ago; 28 February for the 29th."""
    return day.replace(year=day.year - years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def age(piece: Equipment, day: datetime.date) -> float | None:
    """Years in use, where the first day is known."""
    return (day - piece.acquired_on).days / 365.25 if piece.acquired_on else None
