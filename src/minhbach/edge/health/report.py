"""What the centre is told of a recorder's devices: the conditions of its cameras and disks as one message."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from minhbach.edge.archive.disks import Disk
from minhbach.edge.health.watch import Condition, Health
from minhbach.protocol.health import CameraHealth, DiskHealth, HealthReport, OpenFault

LONGEST_NAME = 64


def report(
    recorder: str,
    health: Health,
    disks: Sequence[Disk],
    *,
    oldest_us: int | None,
    started_us: int,
    now_us: int,
    offset_us: int,
) -> HealthReport:
    """``now_us`` and ``started_us`` are monotonic, ``offset_us`` makes them wall time; ``oldest_us`` is wall time."""
    return HealthReport(
        recorder=recorder,
        at_us=now_us + offset_us,
        running_us=now_us - started_us,
        cameras=tuple(_camera(each, offset_us) for each in health.conditions),
        disks=tuple(
            DiskHealth(each.name[:LONGEST_NAME], each.free_bytes, each.total_bytes, each.trouble, oldest_us)
            for each in disks
        ),
    )


def _camera(condition: Condition, offset_us: int) -> CameraHealth:
    return CameraHealth(
        camera=condition.camera,
        faults=tuple(OpenFault(kind, since_us + offset_us, times) for kind, since_us, times in condition.faults),
        picture_us=None if condition.picture_us is None else condition.picture_us + offset_us,
        looked_us=None if condition.looked_us is None else condition.looked_us + offset_us,
        sound_mdb=_millidecibels(condition.loudness_rms),
        width=condition.width,
        height=condition.height,
        frames_mhz=condition.frames_mhz,
        quarters=tuple(replace(each, begin_us=each.begin_us + offset_us) for each in condition.quarters),
        sound_off=condition.sound_off,
    )


def _millidecibels(rms: float | None) -> int | None:
    if rms is None:
        return None
    return round(20_000 * math.log10(max(rms, 1e-6)))
