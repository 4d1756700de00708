"""Faults for tests: what a recorder's log says of them, and reports."""

import datetime
from collections.abc import Collection
from uuid import UUID

from minhbach.centre.footage.actions import faults
from minhbach.ledger import entry as entries
from minhbach.ledger.entry import Entry
from minhbach.protocol.health import CameraHealth, DiskHealth, HealthReport, OpenFault

#: A Tuesday morning, 09:00 in Vietnam.
NINE = datetime.datetime(2026, 11, 24, 2, 0, tzinfo=datetime.UTC)


def us(moment: datetime.datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def after(**span: float) -> datetime.datetime:
    """So long after nine o'clock."""
    return NINE + datetime.timedelta(**span)


def said(subject: str, code: str, state: str, at: datetime.datetime) -> list[tuple[int, Entry]]:
    """One `fault` entry, as ingestion hands it on."""
    return [(7, entries.make("fault", at_us=us(at), clock=1, subject=subject, code=code, state=state))]


def began(camera: str, kind: str, at: datetime.datetime = NINE) -> list[tuple[int, Entry]]:
    return said(f"health {camera}/{kind}", kind, "began", at)


def ended(camera: str, kind: str, at: datetime.datetime) -> list[tuple[int, Entry]]:
    return said(f"health {camera}/{kind}", kind, "ended", at)


def beat(*, now: datetime.datetime, back: dict[UUID, datetime.datetime] | None = None) -> None:
    """What a worker does by the clock that has listened for long."""
    faults.beat(listening_since=now - datetime.timedelta(days=1), back={} if back is None else back, now=now)


def report(
    recorder: UUID,
    *faults: tuple[str, str],
    at: datetime.datetime,
    running_s: int = 3600,
    watched: Collection[str] = (),
) -> HealthReport:
    """What a recorder says: these (camera, kind) are open, the other watched cameras are well."""
    cameras = {camera for camera, _ in faults} | set(watched)
    return HealthReport(
        recorder=str(recorder),
        at_us=us(at),
        running_us=running_s * 1_000_000,
        cameras=tuple(
            CameraHealth(camera, tuple(OpenFault(kind, us(at), 1) for name, kind in faults if name == camera), us(at),
                         us(at), -40_000)
            for camera in sorted(cameras)
        ),
        disks=(DiskHealth("disk-1", 50 << 30, 100 << 30, "", us(at - datetime.timedelta(days=12))),),
    )  # fmt: skip
