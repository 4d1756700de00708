"""What a run that was cut off left behind.

Owns the reading of ``.part`` files after a kill or a power cut: how far each is whole, what it says of itself, and
whether it joins what the log already holds. Promises to change nothing but to cut a torn tail off; a file that does
not join is put aside, never deleted. Sealing and logging a recovered file is the normal path's work
(``segment.finish``, ``book``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from minhbach.durable import Files
from minhbach.edge.archive import layout
from minhbach.fmp4.reader import scan

ASIDE_SUFFIX = ".aside"
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """A ``.part`` with something in it: its own record and its whole extent. ``end_us`` is wall time by its clock."""

    path: Path
    about: dict[str, Any]
    end_us: int
    whole_bytes: int
    init_bytes: int

    @property
    def key(self) -> tuple[str, str]:
        return str(self.about["camera"]), str(self.about["stream"])

    @property
    def log(self) -> str:
        """The log whose clock entry the times go by."""
        return str(self.about["log"])

    @property
    def begin_us(self) -> int:
        return int(self.about["begin_us"])

    @property
    def target_name(self) -> str:
        """The file name it was to get."""
        return self.path.name.removesuffix(layout.PART_SUFFIX).split("+", 2)[2]


def find_parts(disk: Path) -> Iterator[Path]:
    """The ``.part`` files of a disk."""
    folder = disk / layout.OPEN
    if folder.is_dir():
        yield from sorted(item for item in folder.iterdir() if item.name.endswith(layout.PART_SUFFIX))


def read_part(path: Path) -> Part | None:
    """What is whole in a ``.part``; None when not even one fragment is."""
    try:
        with path.open("rb") as file:
            found = scan(file)
        about = json.loads(found.about)
        leader = found.tracks[0]
        extent = found.ticks(leader.track_id)
        if extent is None:
            return None
        end_us = about["base_us"] + extent[1] * 1_000_000 // leader.timescale
        whole = end_us > about["begin_us"]
        return Part(path, about, end_us, found.complete_bytes, found.init_bytes) if whole else None
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def put_aside(files: Files, path: Path) -> None:
    """Keep a file that cannot be logged, where nothing looks for footage; durable."""
    files.rename(path, path.with_name(path.name + ASIDE_SUFFIX))
    files.sync_folder(path.parent)


def digest(path: Path, init_bytes: int) -> tuple[str, str]:
    """SHA-256 (hex) of a file and of its first ``init_bytes``."""
    whole, init = hashlib.sha256(), hashlib.sha256()
    with path.open("rb") as file:
        head = file.read(init_bytes)
        init.update(head)
        whole.update(head)
        while chunk := file.read(_CHUNK_BYTES):
            whole.update(chunk)
    return whole.hexdigest(), init.hexdigest()


def target_of(disk: Path, part: Part) -> tuple[Path, PurePosixPath]:
    """Where a recovered segment belongs: absolute, and relative as the log names it."""
    camera, stream = part.key
    relative = layout.segment_path(camera, stream, part.about["begin_us"], int(part.about["clock"]))
    relative = relative.with_name(part.target_name)
    return disk / relative, relative
