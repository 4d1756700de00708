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
ASIDE_SUFFIX = ".aside"
"""Behind the name of a file of which the log can say nothing."""

_LOG_FOLDER = re.compile(r"((?:[2-9]|[1-9][0-9]{1,3})-)?[0-9]{4}")
_SEGMENT_PATH = re.compile(
    rf"{FOOTAGE}/([^/]+)/([^/]+)/([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})/([0-9]{{2}})"
    r"/([0-9]{8}T[0-9]{6})\.([0-9]{6})Z-[0-9]+\.mp4"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def key_path(archive: Path, generation: int = 1) -> Path:
    """The private signing key (PKCS#8 PEM, mode 0600) of all logs of one generation (FORMAT.md 3.4)."""
    return archive / "private" / ("log.key" if generation == 1 else f"log-{generation}.key")


def wish_path(archive: Path) -> Path:
    """Where somebody asks for a new signing key; the recorder takes the file away when it has one."""
    return archive / "private" / "new-key-wanted"


def log_folder(archive: Path, name: str) -> Path:
    """The folder of one log: ``2026``, or ``2-2026`` for the log ``2/2026`` that follows a loss."""
    return archive / LOG / name.replace("/", "-")


def log_names(archive: Path) -> list[str]:
    """The logs of an archive by the names that references use, oldest first."""
    folder = archive / LOG
    found = [item.name for item in folder.iterdir() if item.is_dir()] if folder.is_dir() else []
    return sorted((name.replace("-", "/") for name in found if _LOG_FOLDER.fullmatch(name)), key=log_order)


def log_order(name: str) -> tuple[int, int]:
    """(generation, year) of a log's name: sorts by age."""
    generation, _, year = name.rpartition("/")
    return int(generation or 1), int(year)


def log_name(generation: int, year: int) -> str:
    """The other way round."""
    return f"{year:04d}" if generation == 1 else f"{generation}/{year:04d}"


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


def target_of(part_name: str) -> PurePosixPath | None:
    """Where the file called ``part_name`` in the folder of open files goes when it is sealed; None for other names."""
    camera, _, rest = part_name.removesuffix(ASIDE_SUFFIX).removesuffix(PART_SUFFIX).partition("+")
    stream, _, name = rest.partition("+")
    day = f"{name[:4]}-{name[4:6]}-{name[6:8]}"
    relative = PurePosixPath(FOOTAGE, camera, stream, day, name[9:11], name)
    return relative if parse_segment_path(relative.as_posix()) is not None else None


def parse_segment_path(relative: str) -> tuple[str, str, int] | None:
    """(camera, stream, begin in wall µs) that a path below a disk names; None when no segment is called so."""
    match = _SEGMENT_PATH.fullmatch(relative)
    if match is None:
        return None
    camera, stream, date, hour, name, micros = match.groups()
    try:
        begin = datetime.strptime(name, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    matches = (date, hour) == (f"{begin:%Y-%m-%d}", f"{begin:%H}")
    return (camera, stream, (begin - _EPOCH) // timedelta(microseconds=1) + int(micros)) if matches else None
