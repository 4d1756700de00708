"""One series of segments without a log: everything between samples and sealed files, and the account of it.

Owns a stand-in for the archive that keeps what it is told in lists, and reading the files back with the times at which
their samples are shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from minhbach.durable import Folders
from minhbach.edge.archive import layout
from minhbach.edge.archive.accounts import Account, Epoch, Piece, Point
from minhbach.edge.archive.lane import Lane
from minhbach.edge.archive.segment import OpenSegment
from minhbach.edge.archive.series import Series
from minhbach.fmp4 import Scan, TrackConfig, samples, scan
from tests.fakes import ForgetfulFiles, OrderlyLanes, wipe

EPOCH = Epoch("2026", 1, 1_790_000_000_000_000)


@dataclass(slots=True)
class Gap:
    begin_us: int
    end_us: int
    cause: str


@dataclass(slots=True)
class Shown:
    """A sample as a file shows it: its bytes, when (monotonic µs), and what the file says of its track."""

    data: bytes
    time_us: float
    scale: int
    config: TrackConfig
    sync: bool


@dataclass(slots=True)
class Film:
    """A sealed file and what the log would say of it; times are monotonic."""

    path: Path
    entry: Mapping[str, Any]
    begin_us: int
    end_us: int

    def about_base_us(self) -> int:
        """Media time zero on the wall clock, as the file itself says."""
        return int(json.loads(self.scan().about)["base_us"])

    def scan(self) -> Scan:
        with self.path.open("rb") as file:
            found = scan(file)
        assert found.fault is None
        return found

    def shown(self, kind: type) -> list[Shown]:
        """The samples of its picture or sound track, in decoding order."""
        found, data = self.scan(), self.path.read_bytes()
        base_us = self.about_base_us() - EPOCH.offset_us
        return [
            Shown(
                data[each.start : each.start + each.size_bytes],
                base_us + (each.time + each.offset) * 1_000_000 / track.timescale,
                track.timescale,
                track.config,
                each.sync,
            )
            for track in found.tracks
            if isinstance(track.config, kind) and track.config is not None
            for fragment in found.fragments
            for each in samples(fragment, track.track_id)
        ]


class House:
    """What a series asks of its archive."""

    def __init__(self, folder: Path, content: str = "av", random: Random | None = None) -> None:
        wipe(folder)
        self.files = ForgetfulFiles(folder)
        self.files.add_folder(folder / layout.OPEN)
        self.lanes = OrderlyLanes(random or Random(1))
        self.epoch = EPOCH
        self.refusal = "disk_full"
        self.accepts = True
        self.told: list[Gap | Film] = []
        self.account = Account("a", "main", Point(("2026", 1), EPOCH.wall_us(0), 0), self)
        self.series = Series(self, self.account, self.lanes.lane(), content)
        self.opened: list[OpenSegment] = []
        self.given_up: list[Lane] = []
        self._folder = folder
        self._folders = Folders(self.files, folder)

    @property
    def films(self) -> list[Film]:
        return [each for each in self.told if isinstance(each, Film)]

    @property
    def gaps(self) -> list[Gap]:
        return [each for each in self.told if isinstance(each, Gap)]

    def open_segment(self, camera: str, stream: str, begin_wall_us: int, init: bytes) -> OpenSegment | None:
        if not self.accepts:
            return None
        relative = layout.segment_path(camera, stream, begin_wall_us, len(self.opened))
        part = layout.part_path(self._folder, relative)
        self.opened.append(OpenSegment(self.files, self._folders, part, self._folder / relative, init))
        return self.opened[-1]

    def disk_failed(self, segment: OpenSegment, error: BaseException) -> None:
        segment.trouble = "disk_error"

    def give_up(self, segment: OpenSegment, lane: Lane) -> Lane:
        self.given_up.append(lane)
        return self.lanes.lane()

    def seal(self, account: Account, lane: Lane, segment: OpenSegment, piece: Piece, entry: Mapping[str, Any]) -> None:
        def sealed(error: BaseException | None) -> None:
            piece.settled = True
            if segment.sealed is not None:
                piece.entry = {**entry, "path": str(segment.target)}
                piece.sealed_until_us = segment.sealed.end_us
            elif not segment.failed:
                piece.end_us = piece.begin_us
            account.drain()

        lane.put(lambda: segment.seal(piece.end_us), sealed)

    def log_gap(self, camera: str, stream: str, begin: Point, until_us: int, cause: str) -> Point:
        assert begin.mono_us is not None
        self.told.append(Gap(begin.mono_us, until_us, cause))
        return Point(("2026", 1), EPOCH.wall_us(until_us), until_us)

    def log_segment(self, piece: Piece) -> Point:
        assert piece.entry is not None
        path = Path(piece.entry["path"])
        self.told.append(Film(path, piece.entry, piece.begin_us, piece.sealed_until_us))
        return Point(("2026", 1), EPOCH.wall_us(piece.sealed_until_us), piece.sealed_until_us)

    def settle(self) -> None:
        """Until the disk has done everything."""
        for _ in range(4):
            self.lanes.poll()

    def verify_account(self) -> None:
        """Every instant from the beginning is told once, in order."""
        until_us = 0
        for each in self.told:
            assert each.begin_us == until_us
            assert each.end_us > each.begin_us
            until_us = each.end_us


def tolerance_us(scale: int) -> float:
    """One tick of a track."""
    return 1_000_000 / scale + 0.01
