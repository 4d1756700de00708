"""Viewings of an extraction: sealed files leave a recorder only under a row that says who packed them, and why.

An extraction is packed by the worker for the person who began it. Each lease asks again whether that person may, so
that a right that is gone ends the packing. Nobody watches: what leaves goes into the package and nowhere else.

    ViewingRefused       the person may not, or the viewing is over; written down before it is raised
"""

import datetime
import hashlib
import secrets
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from minhbach.centre.access.actions.viewings import (
    GONE,
    LIFE,
    Left,
    ViewingRefused,
    commitment,
    record_served,
)
from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.judging import judge
from minhbach.centre.access.models import Account, ViewedCamera, Viewing
from minhbach.centre.access.places import places_of_cameras
from minhbach.centre.access.recording import record_refusal
from minhbach.centre.fabric import keys
from minhbach.centre.registry.models import Camera
from minhbach.centre.regulation.rights import Right
from minhbach.lease import Lease, sign

KIND: Final = "export"


@transaction.atomic
def open_export(
    actor: Account,
    *,
    cameras: Sequence[UUID],
    begin: datetime.datetime,
    end: datetime.datetime,
    ground: str,
    now: datetime.datetime,
) -> Viewing:
    """Write down that this person packs footage of these cameras, on that ground ("extraction:<id>")."""
    allowed = _allowed(actor, cameras, now)
    row = Viewing(
        account=actor,
        session_digest=hashlib.sha256(ground.encode()).hexdigest(),
        kind=KIND,
        sound=True,  # Sealed files hold it; without it they would not be what was sealed.
        begins_at=begin,
        ends_at=end,
        opened_at=now,
        leased_until=now,
        salt=secrets.token_hex(16),
    )
    row.commitment = commitment(row, actor, tuple(allowed))
    row.save(force_insert=True)
    ViewedCamera.objects.bulk_create(
        ViewedCamera(
            viewing=row,
            camera_id=camera,
            room_id=room,
            unit_id=unit,
            ground=ground,
            opened_at=now,
            kind=KIND,
        )
        for camera, (room, unit) in allowed.items()
    )
    return row


def lease_export(viewing: UUID, *, now: datetime.datetime) -> str:
    """The next lease of nine seconds. Raises ViewingRefused when it is over or the right is gone."""
    row = Viewing.objects.select_related("account").get(id=viewing, kind=KIND)
    cameras = tuple(row.cameras.order_by("id").values_list("camera", flat=True))
    try:
        _allowed(row.account, cameras, now)
    except ViewingRefused:
        close_export(viewing, ending="revoked", now=now)
        raise
    if not Viewing.objects.filter(id=viewing, closed_at__isnull=True).update(leased_until=now + LIFE):
        raise ViewingRefused(GONE, "over")
    names = Camera.objects.filter(id__in=cameras).order_by("id").values_list("recorder", "name")
    if row.begins_at is None or row.ends_at is None:
        raise ViewingRefused(GONE, "over")  # PostgreSQL forbids it
    lease = Lease(
        viewing=row.id.hex,
        kind=KIND,
        cameras=tuple(f"{recorder}/{name}" for recorder, name in names),
        sound=True,
        begin_us=_us(row.begins_at),
        end_us=_us(row.ends_at),
        issued_us=_us(now),
        expires_us=_us(now + LIFE),
        commitment=row.commitment,
    )
    return sign(lease, keys.load_lease(settings.MINHBACH_DATA / "keys"))


def close_export(
    viewing: UUID,
    *,
    left: Sequence[Left] = (),
    size_bytes: int = 0,
    ending: str = "closed",
    now: datetime.datetime,
) -> None:
    """It is packed, or given up: what left of it is written down."""
    if left:
        record_served(viewing, left, size_bytes, now=now)
    Viewing.objects.filter(id=viewing, closed_at__isnull=True).update(closed_at=now, ending=ending)


def _allowed(actor: Account, cameras: Sequence[UUID], now: datetime.datetime) -> dict[UUID, tuple[UUID, UUID]]:
    """The room and the unit of each camera; all of them may be packed, or none is."""
    standing = standing_of(actor, now=now)
    found: dict[UUID, tuple[UUID, UUID]] = {}
    for camera, place in places_of_cameras(cameras, now).items():
        decision = judge(standing, Right.BUILD, place)
        if not decision.allowed or place.room is None or place.unit is None:
            record_refusal(actor, KIND, decision.why, now=now, place=place, route="viewing")
            raise ViewingRefused(decision.why)
        found[camera] = place.room, place.unit
    if not found or set(cameras) - found.keys():
        raise ViewingRefused(GONE)
    return found


def _us(moment: datetime.datetime) -> int:
    return int((moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)) / datetime.timedelta(microseconds=1))
