"""What of a camera somebody was shown or let hear of late, from what the stream counted as it left.

A verdict about a camera rests on this and not on the word of a page: a browser that claims to have shown something has
no say here. Owns how long a look is good for and how much sound makes a listening.
"""

import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied

from minhbach.centre.access.actions.viewings import Left, record_served
from minhbach.centre.access.models import Account, Served, Viewing
from minhbach.centre.fabric import keys
from minhbach.centre.registry.actions.commissioning import Seen
from minhbach.centre.registry.models import Camera
from minhbach.lease import LeaseRefused, verify

GOOD_FOR = datetime.timedelta(minutes=30)
ENOUGH_SOUND = datetime.timedelta(seconds=10)


def newest_seen(actor: Account, camera: Camera, *, sound: bool, now: datetime.datetime) -> Seen | None:
    """The newest picture, or the newest ten seconds of sound, that left of the camera for this person."""
    rows = Served.objects.filter(
        viewing__account=actor, camera=camera, sound=sound, last_at__gt=now - GOOD_FOR, bytes__gt=0
    )
    least = ENOUGH_SOUND if sound else datetime.timedelta(0)
    for row in rows.order_by("-last_at", "-id"):
        if row.ends_at - row.begins_at >= least:
            return Seen(row.viewing_id, row.begins_at, row.ends_at)
    return None


def note_trial(actor: Account, token: str, camera: Camera, size: int, *, now: datetime.datetime) -> None:
    """A picture that did not go through the stream is about to leave: count it for its viewing.

    Raises PermissionDenied where the lease is not this person's, for this camera and alive: then nothing may leave.
    """
    public = keys.load_lease(Path(settings.MINHBACH_DATA) / "keys").public_key()
    now_us = round(now.timestamp() * 1_000_000)
    try:
        lease = verify(token, [public], now_us)
    except LeaseRefused:
        raise PermissionDenied from None
    named = f"{camera.recorder_id}/{camera.name}"
    mine = Viewing.objects.filter(id=UUID(lease.viewing), account=actor, closed_at__isnull=True)
    if named not in lease.cameras or lease.kind != "still" or not mine.exists():
        raise PermissionDenied
    record_served(UUID(lease.viewing), [Left(named, False, now_us, now_us + 1)], size, now=now)
