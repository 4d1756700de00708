"""``up…health``, told every ten seconds and at once when a fault begins or ends: how a recorder's devices are.

A report says what holds now; what happened, and can be proven, stands in the log as ``fault`` entries. Times are the
recorder's wall clock in Unix µs. Nothing of it is proven; that something stirred is told as counts alone.
"""

from __future__ import annotations

from dataclasses import dataclass

QUARTER_US = 900_000_000
MOST_QUARTERS = 4
"""Of each camera, the newest: what is not heard within the hour is not known."""


@dataclass(frozen=True, slots=True)
class OpenFault:
    """A fault that has not ended: ``kind`` is one of ``edge.health.watch.KINDS``; it came ``times`` times so far."""

    kind: str
    since_us: int
    times: int


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter hour of one camera that is over: at how many ``looks`` two pictures could be compared, and in how many
    of them something had ``moved``; how many ``windows`` of sound a live microphone gave, and how many had something
    ``heard`` in them.
    """

    begin_us: int
    looks: int
    moved: int
    windows: int
    heard: int


@dataclass(frozen=True, slots=True)
class CameraHealth:
    """One camera. ``picture_us``: when a picture last came; ``looked_us``: when one was last judged; ``sound_mdb``:
    loudness of the last ten seconds in thousandths of dBFS. None: never yet, or no sound. ``width`` and ``height``:
    pixels of the pictures that really come, 0 while unknown; ``frames_mhz``: how many came, in thousandths a second.
    ``quarters``: the newest quarter hours that are over, at most ``MOST_QUARTERS``. ``sound_off``: by the hours of the
    order no sound is kept or measured now, and ``sound_mdb`` is what was last heard before.
    """

    camera: str
    faults: tuple[OpenFault, ...]
    picture_us: int | None
    looked_us: int | None
    sound_mdb: int | None
    width: int = 0
    height: int = 0
    frames_mhz: int | None = None
    quarters: tuple[Quarter, ...] = ()
    sound_off: bool = False


@dataclass(frozen=True, slots=True)
class DiskHealth:
    """One disk. ``trouble``: a gap cause, or empty; ``oldest_us``: when its oldest footage begins, None without any."""

    name: str
    free_bytes: int
    total_bytes: int
    trouble: str
    oldest_us: int | None


@dataclass(frozen=True, slots=True)
class HealthReport:
    """A recorder. ``running_us``: for how long it has run: before a few minutes are over it knows of no old fault."""

    recorder: str
    at_us: int
    running_us: int
    cameras: tuple[CameraHealth, ...]
    disks: tuple[DiskHealth, ...]
