"""A large sound archive in little time and on little disk.

Owns what a checker of it must not notice: a real log of real entries over real box headers (25 fragments per segment of
2.5 MB), but the media are holes and a few files stand under many names; ``dense`` gives each segment bytes of its own.
Leaves measuring to the benches.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from minhbach.durable import AppendFile, Files
from minhbach.edge.archive import layout
from minhbach.edge.archive.home import Home
from minhbach.edge.archive.log import Log
from minhbach.fmp4 import NON_SYNC, SYNC, AudioConfig, Run, VideoConfig, fragment_header, init_segment
from minhbach.ledger import entry as entries
from minhbach.ledger.entry import Entry

_CAMERAS = 8
_BEGIN_US = 1_790_000_000_000_000
_SEGMENT_US = 10_000_000
_MOST_NAMES = 30_000
"""Some file systems allow a file no more than 65,000 names."""
_FRAGMENTS = 25
_PICTURE_BYTES, _SOUND_BYTES = 16_000, 160
_LINES_PER_WRITE = 20_000
_VIDEO = VideoConfig.from_sets(
    "h264",
    (bytes.fromhex("6742c00ada0f0a68400000030040000007a3c489a8"), bytes.fromhex("68ce3c80")),
    in_band=False,
)
_AUDIO = AudioConfig("alaw", 8000, 1)


class _UnsyncedFile(AppendFile):
    def sync(self) -> None:
        """A bench's archive need not survive a power cut."""


class _Unsynced(Files):
    def open_file(self, path: Path, flags: int, mode: int = 0o640) -> AppendFile:
        return _UnsyncedFile(path, os.open(path, os.O_WRONLY | os.O_CLOEXEC | flags, mode))

    def sync_folder(self, folder: Path) -> None:
        """As above."""


@dataclass(frozen=True, slots=True)
class _Film:
    """One file that stands under many names."""

    path: Path
    size_bytes: int
    sha256: str


def make_archive(folder: Path, segments: int, *, dense: bool = False) -> list[Path]:
    """Record ``segments`` segments of eight cameras into a new folder; returns their paths."""
    home = Home(folder, _Unsynced())
    log = home.open_log(_BEGIN_US)
    (folder / layout.DISK_FILE).write_text(json.dumps({"disk": "d1"}))
    home.remember_disks({str(folder): "d1"})
    films = [
        _film(folder / f"film-{number}", dense) for number in range(segments if dense else segments // _MOST_NAMES + 1)
    ]
    log.write([entries.encode(entry) for entry in _opening()])
    paths = list(_record(log, folder, segments, films))
    log.close()
    home.close()
    for film in films:
        film.path.unlink()
    return paths


def _opening() -> Iterator[Entry]:
    clock = {"boot": "0" * 32, "mono_us": 0, "offset_us": _BEGIN_US, "run_us": 0}
    yield entries.make("boot", at_us=_BEGIN_US, clock=1, version="bench", previous_end="first", **clock)
    rule = {"stream": "main", "content": "av", "days": 30, "minimum_days": 15}
    cameras = [{"camera": _camera(number), **rule} for number in range(_CAMERAS)]
    yield entries.make("configuration", at_us=_BEGIN_US, clock=1, cameras=cameras, intent_lead_us=0, sha256="0" * 64)


def _record(log: Log, folder: Path, segments: int, films: list[_Film]) -> Iterator[Path]:
    lines: list[bytes] = []
    name = entries.log_name(log.origin)
    for number in range(segments):
        film = films[number % len(films)]
        entry = _sealed(number, film, name)
        lines.append(entries.encode(entry))
        path = folder / entry["path"]
        try:
            os.link(film.path, path)
        except FileNotFoundError:
            path.parent.mkdir(parents=True)
            os.link(film.path, path)
        yield path
        if len(lines) == _LINES_PER_WRITE or number == segments - 1:
            log.write(lines)
            lines = []


def _sealed(number: int, film: _Film, log: str) -> Entry:
    begin_us = _BEGIN_US + number // _CAMERAS * _SEGMENT_US
    camera = _camera(number % _CAMERAS)
    return {
        "v": 1,
        "kind": "segment",
        "at_us": begin_us + _SEGMENT_US + number % _CAMERAS,
        "clock": 1,
        "camera": camera,
        "stream": "main",
        "number": number // _CAMERAS,
        "disk": "d1",
        "path": layout.segment_path(camera, "main", begin_us, 1).as_posix(),
        "footage_clock": [log, 1],
        "begin_us": begin_us,
        "end_us": begin_us + _SEGMENT_US,
        "bytes": film.size_bytes,
        "sha256": film.sha256,
        "init_sha256": "0" * 64,
        "tracks": ["avc1.42c00a", "alaw"],
        "start": "key",
        "cut": "key",
        "notes": {},
        "camera_offset_us": None,
    }


def _camera(number: int) -> str:
    return f"quay-{number + 1}"


def _film(path: Path, dense: bool) -> _Film:
    """One segment: 150 pictures and 500 packets of sound, holes unless ``dense``."""
    with path.open("wb") as file:
        file.write(init_segment([_VIDEO, _AUDIO], path.name.encode()))
        for number in range(_FRAGMENTS):
            pictures = Run(1, number * 36_000, [6_000] * 6, [_PICTURE_BYTES] * 6, [SYNC] + [NON_SYNC] * 5, None)
            sounds = Run(2, number * 3_200, [160] * 20, [_SOUND_BYTES] * 20, [SYNC] * 20, None)
            file.write(fragment_header(number + 1, [pictures, sounds], _BEGIN_US))
            size = 6 * _PICTURE_BYTES + 20 * _SOUND_BYTES
            file.write(os.urandom(size)) if dense else file.seek(size, os.SEEK_CUR)
        file.truncate(file.tell())
    with path.open("rb") as whole:
        return _Film(path, path.stat().st_size, hashlib.file_digest(whole, "sha256").hexdigest())
