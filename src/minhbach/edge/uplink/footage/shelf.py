"""Sealed segments, opened where somebody looks.

Owns the index of a sealed file (which sample lies where, and when it was), kept for the files looked at last, and the
reading of samples into packets. Promises to read only what is asked for: a seek costs one group of pictures, never a
file. Every file is treated as a stranger's: what cannot be read is footage that is not there. Blocks on a disk, so it
belongs on an executor. Leaves to ``reading`` what is asked for.
"""

from __future__ import annotations

import json
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from minhbach.fmp4 import AudioConfig, BrokenFile, Scan, TrackConfig, VideoConfig, samples, scan
from minhbach.protocol.footage import CHUNK_BYTES, SYNC, Packet, SampleHead, Track

MOST_OPEN = 24
MOST_ROWS_A_PACKET = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One sample: where its bytes are, and its times in wall µs and µs."""

    start: int
    size: int
    decode_us: int
    offset_us: int
    duration_us: int
    sync: bool

    @property
    def shown_us(self) -> int:
        return self.decode_us + self.offset_us


@dataclass(frozen=True, slots=True)
class Index:
    """What a segment holds."""

    path: Path
    picture: tuple[Row, ...]
    sound: tuple[Row, ...]
    picture_config: VideoConfig | None
    sound_config: AudioConfig | None


class Shelf:
    """Indexes of the files that were looked at last; may be asked from several threads."""

    def __init__(self) -> None:
        self._indexes: OrderedDict[Path, Index] = OrderedDict()
        self._lock = threading.Lock()

    def index(self, path: Path) -> Index:
        """Raises OSError, BrokenFile."""
        with self._lock:
            if path in self._indexes:
                self._indexes.move_to_end(path)
                return self._indexes[path]
        index = _read_index(path)
        with self._lock:
            self._indexes[path] = index
            while len(self._indexes) > MOST_OPEN:
                self._indexes.popitem(last=False)
        return index


def packets(path: Path, track: Track, rows: Sequence[Row], config: TrackConfig, sequence: int) -> Iterator[Packet]:
    """Rows of a file as packets, the first with its configuration. Raises OSError, BrokenFile."""
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        for number, group in enumerate(_groups(rows)):
            data = b"".join(_exactly(file, row) for row in group)
            base_us = group[0].decode_us
            heads = tuple(
                SampleHead(row.size, row.decode_us - base_us, row.offset_us, row.duration_us, SYNC if row.sync else 0)
                for row in group
            )
            yield Packet(track, sequence + number, base_us, heads, data, None if number else config)
    finally:
        os.close(file)


def read_samples(path: Path, rows: Sequence[Row]) -> tuple[bytes, ...]:
    """The bytes of each row. Raises OSError, BrokenFile."""
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        return tuple(_exactly(file, row) for row in rows)
    finally:
        os.close(file)


def _groups(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    begin = size = 0
    for index, row in enumerate(rows):
        if index > begin and (size + row.size > CHUNK_BYTES or index - begin >= MOST_ROWS_A_PACKET):
            yield rows[begin:index]
            begin, size = index, 0
        size += row.size
    if rows:
        yield rows[begin:]


def _exactly(file: int, row: Row) -> bytes:
    data = os.pread(file, row.size, row.start)
    if len(data) != row.size:
        raise BrokenFile(f"A sealed file ends inside the sample that begins at byte {row.start}.")
    return data


def _read_index(path: Path) -> Index:
    with path.open("rb", buffering=0) as file:
        found = scan(file)
    base_us = _base_us(found)
    picture: tuple[Row, ...] = ()
    sound: tuple[Row, ...] = ()
    picture_config: VideoConfig | None = None
    sound_config: AudioConfig | None = None
    for track in found.tracks:
        if isinstance(track.config, VideoConfig):
            rows = list(_rows(found, track.track_id, track.timescale, base_us))
            picture, picture_config = tuple(_tiled(rows)), track.config
        elif isinstance(track.config, AudioConfig):
            sound, sound_config = tuple(_rows(found, track.track_id, track.timescale, base_us)), track.config
    return Index(path, picture, sound, picture_config, sound_config)


def _tiled(rows: Sequence[Row]) -> Iterator[Row]:
    """A picture lasts until the next is decoded. The file has a guess where that came late, and a MediaSource drops all
    that follows a gap longer than twice the last duration, up to the next key frame.
    """
    for row, following in pairwise(rows):
        yield replace(row, duration_us=following.decode_us - row.decode_us)
    yield from rows[-1:]


def _base_us(found: Scan) -> int:
    try:
        value = json.loads(found.about)["base_us"]
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenFile("A sealed file does not say when it begins.") from error
    if type(value) is not int or not 0 <= value < 1 << 53:
        raise BrokenFile("A sealed file begins at an impossible time.")
    return value


def _rows(found: Scan, track_id: int, scale: int, base_us: int) -> Iterator[Row]:
    for fragment in found.fragments:
        for sample in samples(fragment, track_id):
            at_us = base_us + sample.time * 1_000_000 // scale
            until_us = base_us + (sample.time + sample.duration) * 1_000_000 // scale
            offset_us = sample.offset * 1_000_000 // scale
            yield Row(sample.start, sample.size_bytes, at_us, offset_us, until_us - at_us, sample.sync)
