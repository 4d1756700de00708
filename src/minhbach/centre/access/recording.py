"""Writing down who did what, and who was refused. Nothing here decides.

A refusal is written in a transaction of its own, never inside one that the refusal would roll back: Django refuses to
nest it. Somebody who has themselves refused again and again gets rows for the first of an hour, and a count of the
rest: nothing of it is lost, and the table does not grow as fast as they ask.
"""

import datetime
from collections.abc import Mapping

from django.db import connection, transaction

from minhbach.centre.access.models import Account, AuditRow, Refusal, RefusalTally
from minhbach.centre.access.places import ANYWHERE, Place
from minhbach.centre.messaging.actions import both
from minhbach.centre.registry.models.dates import new_id
from minhbach.centre.words import Words

ROWS_AN_HOUR = 60
"""Refusals of one right to one person that have rows of their own; further ones of the hour are counted."""

_ONE_MORE = f"""
INSERT INTO {RefusalTally._meta.db_table} AS found (id, account_id, address, wanted, hour, count, last_at)
VALUES (%s, %s, %s, %s, %s, 1, %s) ON CONFLICT ON CONSTRAINT tally_once
DO UPDATE SET count = found.count + 1, last_at = greatest(found.last_at, excluded.last_at)
"""  # nosec B608 # a name of our own


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
) -> None:
    """Somebody was told no: what they wanted, where, and in which words."""
    vi, en = both(told)
    with transaction.atomic(durable=True):
        if _is_one_of_many(actor, wanted, address, now):
            return
        Refusal.objects.create(
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


def _is_one_of_many(actor: Account | None, wanted: str, address: str | None, now: datetime.datetime) -> bool:
    """Whether the hour has its rows of this already; then it is counted."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    if actor is not None:
        address = None
    rows = Refusal.objects.filter(account=actor, wanted=wanted, at__gte=hour)
    if actor is None:
        rows = rows.filter(address=address)
    if rows.count() < ROWS_AN_HOUR:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_ONE_MORE, [new_id(), actor.id if actor else None, address, str(wanted), hour, now])
    return True
