"""Where things lie in an archive folder.

Owns every path and file name of the archive (FORMAT.md section "Folder"), so that writer, checker and retention cannot
disagree. Names carry no more than the log's entry says: camera, stream and the wall time of the first picture.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

LOG = "log"
OPEN = "open"
FOOTAGE = "footage"
SIDE = "side"
DISK_FILE = "disk.json"
ARCHIVE_FILE = "archive.json"
CATALOGUE_FILE = "catalogue.sqlite"
CONFIG_FILE = "recorder.toml"
LOCK_FILE = "lock"
PART_SUFFIX = ".part"

_LOG_NAME = re.compile(r"[0-9]{4}(-[1-9][0-9]{0,3})?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def key_path(archive: Path) -> Path:
    """The recorder's private signing key (PKCS#8 PEM, mode 0600)."""
    return archive / "private" / "log.key"


def log_folder(archive: Path, name: str) -> Path:
    """The folder of one log, for example ``2026``, or ``2026-2`` after a loss within the year."""
    return archive / LOG / name


def log_names(archive: Path) -> list[str]:
    """The logs of an archive, oldest first."""
    folder = archive / LOG
    names = [item.name for item in folder.iterdir() if _LOG_NAME.fullmatch(item.name)] if folder.is_dir() else []
    return sorted(names, key=log_order)


def log_order(name: str) -> tuple[int, int]:
    """Sorts log names by age."""
    year, _, serial = name.partition("-")
    return int(year), int(serial or 1)


def next_log_name(name: str) -> str:
    """The name of the log that follows within the same year."""
    year, serial = log_order(name)
    return f"{year}-{serial + 1}"


def utc(at_us: int) -> datetime:
    """Microseconds since 1970 as an aware UTC datetime."""
    return _EPOCH + timedelta(microseconds=at_us)


def segment_path(camera: str, stream: str, begin_us: int, clock: int) -> PurePosixPath:
    """Path of a sealed segment below its disk.

    ``clock`` is the index of the clock entry that ``begin_us`` goes by: it keeps two segments apart that a clock set
    back gave the same time.
    """
    at = utc(begin_us)
    name = f"{at:%Y%m%dT%H%M%S}.{at.microsecond:06d}Z-{clock}.mp4"
    return PurePosixPath(FOOTAGE, camera, stream, f"{at:%Y-%m-%d}", f"{at:%H}", name)


def part_path(disk: Path, segment: PurePosixPath) -> Path:
    """Where the segment is written before it is sealed: one flat folder, so that recovery looks in one place."""
    camera, stream = segment.parts[1:3]
    return disk / OPEN / f"{camera}+{stream}+{segment.name}{PART_SUFFIX}"
