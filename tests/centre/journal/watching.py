"""Somebody who watched something: rows of every kind the journal watches, made by the actions that make them."""

import datetime

from minhbach.centre.access.actions import purposes, viewings
from minhbach.centre.access.actions.viewings import Asker, Left
from minhbach.centre.access.models import Served
from tests.centre.access.district import District

HOUR = datetime.timedelta(hours=1)


def watched(data, district=None):
    """A viewing of two hours ago with its purpose, open, and what was served of it."""
    district = district or District()
    chairman, now = district.people["commune_chairman"], district.now
    who, room = Asker(chairman, "s" * 64, "10.0.0.7"), district.rooms["A", "one_stop"]
    reason = purposes.open_purpose(chairman, text="kiểm tra phản ánh", reference="PA-1", rooms=[room.id], now=now)
    opened = viewings.open_viewing(
        who, kind="playback", cameras=[district.camera("A")], begin=now - 2 * HOUR, end=now - HOUR, purpose=reason.id,
        now=now,
    )  # fmt: skip
    camera = district.cameras["A", "one_stop"]
    left = Left(f"{camera.recorder_id}/{camera.name}", False, 10**15, 10**15 + 10**6)
    viewings.record_served(opened.viewing.id, [left], 1000, now=now)
    return Served.objects.get()
