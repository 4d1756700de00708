"""What the centre wrote down about its own disk: what stands still for lack of room, and since when.

A row of the audit log for every change, so that a stretch that was witnessed late has its reason in the centre's own
log. Owns reading and writing these rows; when, is the worker's.
"""

import datetime
from dataclasses import dataclass

from minhbach.centre.access.models import AuditRow
from minhbach.centre.access.recording import record
from minhbach.centre.footage.floor import Measured, Work

ACT = "centre_disk"
ABOUT = ("centre", "disk")


@dataclass(frozen=True, slots=True)
class Stock:
    """What stands still, in the order in which it stopped; since the last change, None before the first."""

    stopped: tuple[Work, ...] = ()
    since: datetime.datetime | None = None

    def stops(self, work: Work) -> bool:
        """Whether this one does."""
        return work in self.stopped


def stock() -> Stock:
    """As it was written down last."""
    rows = AuditRow.objects.filter(object_kind=ABOUT[0], object_id=ABOUT[1], act=ACT)
    row = rows.order_by("-at", "-id").first()
    if row is None:
        return Stock()
    names = row.details.get("stopped", [])
    return Stock(tuple(work for work in Work if work.name.lower() in names), row.at)


def take_stock(found: Measured, *, now: datetime.datetime) -> tuple[Stock, Stock]:
    """What stood still and what does now; a difference is written down."""
    before = stock()
    stopped = tuple(work for work in Work if found.stops(work, stopped=before.stops(work)))
    if stopped == before.stopped:
        return before, before
    details = {"stopped": [work.name.lower() for work in stopped], "free_mb": found.free_bytes >> 20}
    record("worker", ACT, now=now, about=ABOUT, details=details)
    return before, Stock(stopped, now)
