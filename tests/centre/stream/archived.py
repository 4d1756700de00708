"""Which pictures the recorder has sealed, as anybody reads them beside it: what playback is held against.

A camera on a busy machine leaves pictures out. What was never taken cannot be shown, so no test may expect the grid
that a camera ought to have kept.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from minhbach.bench.site import Site
from minhbach.edge.check.place import look
from minhbach.fmp4 import VideoConfig, samples, scan
from minhbach.ledger.entry import Entry, decode
from tests.end_to_end import footage

HOLE_US = 800_000
"""From here on a camera did more than leave pictures out."""


@dataclass(frozen=True, order=True)
class Taken:
    """A picture: when it is shown, in µs, and whether it stands alone."""

    us: float
    key: bool


def segments(here: Site, camera: str) -> list[Entry]:
    """What the log says was sealed of a camera's recorded stream."""
    reader = look(here.archive).logs[-1].reader()
    found = map(decode, reader.entries(0, reader.size))
    return [
        each for each in found if each["kind"] == "segment" and (each["camera"], each["stream"]) == (camera, "main")
    ]


def taken(here: Site, camera: str = "quay-1") -> list[Taken]:
    """All sealed pictures of a camera, in the order of time."""
    return sorted(each for entry in segments(here, camera) for each in pictures(here.archive / entry["path"]))


def pictures(segment: Path) -> Iterator[Taken]:
    """Those of one file, in the order in which they are decoded."""
    with segment.open("rb") as file:
        seen = scan(file)
    base_us = int(json.loads(seen.about)["base_us"])
    for track in seen.tracks:
        if isinstance(track.config, VideoConfig):
            for fragment in seen.fragments:
                for each in samples(fragment, track.track_id):
                    yield Taken(base_us + (each.time + each.offset) * 1_000_000 / track.timescale, each.sync)


def whole(here: Site, cameras: Sequence[str], least_us: float) -> float | None:
    """The begin of the first stretch of that length in which every camera has pictures; None while there is none."""
    runs = [_runs(taken(here, name)) for name in cameras]
    for begin_us in sorted(begin for each in runs for begin, _ in each):
        if all(any(begin <= begin_us and begin_us + least_us <= end for begin, end in each) for each in runs):
            return begin_us
    return None


def _runs(pictures: Sequence[Taken]) -> list[tuple[float, float]]:
    """Begins and ends of stretches without a hole, each from a key frame."""
    runs: list[tuple[float, float]] = []
    for each in pictures:
        if runs and each.us - runs[-1][1] <= HOLE_US:
            runs[-1] = runs[-1][0], each.us
        elif each.key:
            runs.append((each.us, each.us))
    return runs


def amid(here: Site, begin_us: int, share: float) -> float:
    """A millisecond after a picture was taken that needs the one before it, so far into what there is."""
    there = [each for each in taken(here) if begin_us <= each.us <= begin_us + 14_000_000]
    place = int(len(there) * share)
    return next(each.us for each in there[place:] if not each.key) + 1000


def stamps(here: Site, camera: str = "quay-1") -> dict[int, int]:
    """The clock that the camera burned into each picture, in µs, by when the recorder has it, in whole ms."""
    found: dict[int, int] = {}
    for entry in segments(here, camera):
        path = here.archive / entry["path"]
        with path.open("rb") as file:
            base_us = int(json.loads(scan(file).about)["base_us"])
        for time_s, stamp in footage.stamps(path):
            found[round(base_us / 1000 + time_s * 1000)] = stamp.unix_ms * 1000
    return found


def at(here: Site, us: float) -> float:
    """When the picture was taken that is to be seen at a moment."""
    return max(each.us for each in taken(here) if each.us <= us)
