"""Writing down who did what, and who was refused. Nothing here decides.

A refusal is written in a transaction of its own, never inside one that the refusal would roll back: Django refuses to
nest it.
"""

import datetime
from collections.abc import Mapping

from django.db import transaction

from minhbach.centre.access.models import Account, AuditRow, Refusal
from minhbach.centre.access.places import ANYWHERE, Place
from minhbach.centre.messaging.actions import both
from minhbach.centre.words import Words


def record(
    actor: Account | str,
    act: str,
    *,
    now: datetime.datetime,
    about: tuple[str, object] = ("", ""),
    details: Mapping[str, object] | None = None,
    address: str | None = None,
) -> AuditRow:
    """One row of the audit log. `actor` is an account, or the name of the part of the system that acted."""
    return AuditRow.objects.create(
        at=now,
        account=actor if isinstance(actor, Account) else None,
        system="" if isinstance(actor, Account) else actor,
        act=act,
        object_kind=about[0],
        object_id=str(about[1]),
        details=dict(details or {}),
        address=address,
    )


def record_refusal(
    actor: Account | None,
    wanted: str,
    told: Words,
    *,
    now: datetime.datetime,
    place: Place = ANYWHERE,
    route: str = "",
    address: str | None = None,
) -> Refusal:
    """Somebody was told no: what they wanted, where, and in which words."""
    vi, en = both(told)
    with transaction.atomic(durable=True):
        return Refusal.objects.create(
            account=actor,
            wanted=wanted,
            route=route[:120],
            unit_id=place.unit,
            room_id=place.room,
            camera_id=place.camera,
            told_vi=vi[:300],
            told_en=en[:300],
            address=address,
            at=now,
        )
