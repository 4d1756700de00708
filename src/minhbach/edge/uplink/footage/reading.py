"""What of the sealed footage answers a request to play.

Owns the way from a moment or a cursor to rows of files: which stream of a camera the viewer can show, where decoding
must begin, how far one answer goes, what lies behind a gap. Promises that nothing outside the lease's stretch is read
out, not even the pictures before it that a decoder would like to have. Leaves bytes to ``shelf``.
"""

from __future__ import annotations

import asyncio
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from minhbach.edge.archive.archive import Archive
from minhbach.edge.catalogue import Catalogue, Segment
from minhbach.edge.config import SOUND_SUFFIX
from minhbach.edge.uplink.footage import shelf
from minhbach.edge.uplink.footage.shelf import Index, Row, Shelf
from minhbach.fmp4 import BrokenFile, TrackConfig
from minhbach.lease import Lease
from minhbach.protocol.footage import End, Packet, Play, Track

_Result = TypeVar("_Result")

ANSWER_BYTES = 1 << 20
"""What one answer holds at most, beyond its first group of pictures' first sample."""
JOIN_US = 200_000
"""Segments that are no further apart than this are one piece of footage."""
_CURSOR = re.compile(r"([a-z0-9][a-z0-9-]{0,47}):([0-9]{1,15}):([0-9]{1,6})")


class CannotShow(Exception):
    """There is footage, in a form that this viewer cannot show; ``codec`` is its name."""

    def __init__(self, codec: str) -> None:
        super().__init__(f"The footage is coded as {codec}.")
        self.codec = codec


@dataclass(frozen=True, slots=True)
class Place:
    """A row in a segment of a stream."""

    segment: Segment
    index: Index
    row: int


class Reading:
    """All methods run on the recorder's loop; files are read on the executor."""

    def __init__(self, archive: Archive, catalogue: Catalogue, executor: Executor) -> None:
        self._archive = archive
        self._catalogue = catalogue
        self._executor = executor
        self._shelf = Shelf()

    async def play(self, lease: Lease, asked: Play) -> tuple[list[Packet], End]:
        """The packets of one answer and how it ends. Raises CannotShow."""
        place, gap_from_us = await self._begin(lease, asked)
        if place is None:
            return [], End(gap_from_us=gap_from_us)
        begin = place.index.picture[place.row]
        if gap_from_us:
            return [], End(next=_cursor(place), gap_from_us=gap_from_us, gap_until_us=begin.shown_us)
        rows, stop = _chosen(place.index.picture, place.row, asked, lease)
        packets = await self._read(place, rows, stop, asked)
        return packets, self._end(lease, place, stop)

    async def still(self, lease: Lease, camera: str, at_us: int, codecs: Sequence[str], exact: bool) -> Place | None:
        """The place to decode for a picture shown at ``at_us``; its row is the key frame, or with ``exact`` itself."""
        place = await self._at(camera, at_us, codecs, lease)
        if place is None:
            return None
        return place if not exact else replace(place, row=max(place.row, _shown(place.index.picture, at_us)))

    async def samples(self, place: Place) -> tuple[bytes, ...]:
        """The pictures from the key frame before a place to it."""
        rows = place.index.picture[_key(place.index.picture, place.row) : place.row + 1]
        return await self._run(partial(shelf.read_samples, place.index.path, rows))

    async def _begin(self, lease: Lease, asked: Play) -> tuple[Place | None, int]:
        """(where to begin, since when nothing is there before it: 0 for no gap)."""
        if asked.after is not None:
            match = _CURSOR.fullmatch(asked.after)
            stream, number, row = match.groups() if match else ("", "0", "0")
            for segment in self._catalogue.numbered(asked.camera, stream, int(number), int(number)):
                place = await self._open(segment, int(row))
                return (place, 0) if place and place.index.picture[place.row].shown_us < lease.end_us else (None, 0)
            return await self._next(lease, asked, asked.at_us), asked.at_us
        at_us = max(asked.at_us, lease.begin_us)
        place = await self._at(asked.camera, at_us, asked.codecs, lease)
        return (place, 0) if place else (await self._next(lease, asked, at_us), at_us)

    async def _at(self, camera: str, at_us: int, codecs: Sequence[str], lease: Lease) -> Place | None:
        """The key frame from which a moment can be decoded, in a stream that can be shown."""
        strange = ""
        for stream in self._streams(camera):
            for segment in self._catalogue.segments(camera, stream, at_us, at_us + 1):
                place = await self._open(segment, 0)
                if place is None or place.index.picture_config is None:
                    continue
                if place.index.picture_config.codec not in codecs:
                    strange = place.index.picture_config.codec
                    continue
                row = _first_allowed(place.index.picture, _key_at(place.index.picture, at_us), lease)
                if row is not None:
                    return replace(place, row=row)
        if strange:
            raise CannotShow(strange)
        return None

    async def _next(self, lease: Lease, asked: Play, after_us: int) -> Place | None:
        """The first footage behind a moment that has none."""
        found: list[Place] = []
        for stream in self._streams(asked.camera):
            for segment in self._catalogue.segments(asked.camera, stream, after_us, lease.end_us):
                place = await self._open(segment, 0)
                config = place.index.picture_config if place else None
                if place and config and config.codec in asked.codecs and segment.end_us > after_us:
                    row = _first_allowed(place.index.picture, 0, lease)
                    if row is not None and place.index.picture[-1].shown_us > after_us:
                        found.append(replace(place, row=row))
                        break
            if found:
                break
        return found[0] if found else None

    async def _open(self, segment: Segment, row: int) -> Place | None:
        disk = self._archive.disks.named(segment.disk)
        if disk is None:
            return None
        try:
            index = await self._run(partial(self._shelf.index, disk.path / segment.path))
        except (OSError, BrokenFile):
            return None
        return Place(segment, index, row) if row < len(index.picture) else None

    async def _read(self, place: Place, rows: Sequence[Row], stop: int, asked: Play) -> list[Packet]:
        index = place.index
        if not rows or index.picture_config is None:
            return []
        packets = await self._run(partial(_packets, index.path, "picture", rows, index.picture_config))
        if asked.sound and not asked.keys:
            packets += await self._sound(place, rows[0].decode_us if place.row else 0, _from_us(index.picture, stop))
        return packets

    async def _sound(self, place: Place, begin_us: int, end_us: int) -> list[Packet]:
        """The sound beside pictures: from the same file, or from the file that holds this camera's sound."""
        index = place.index
        if index.sound_config is None:
            begin_us = begin_us or place.segment.begin_us
            end_us = min(end_us, place.segment.end_us)
            return [
                packet
                for segment in self._catalogue.segments(
                    place.segment.camera, place.segment.stream + SOUND_SUFFIX, begin_us, end_us
                )
                for packet in await self._sound_of(segment, begin_us, end_us)
            ]
        rows = _between(index.sound, begin_us, end_us)
        return await self._run(partial(_packets, index.path, "sound", rows, index.sound_config))

    async def _sound_of(self, segment: Segment, begin_us: int, end_us: int) -> list[Packet]:
        disk = self._archive.disks.named(segment.disk)
        if disk is None:
            return []
        try:
            index = await self._run(partial(self._shelf.index, disk.path / segment.path))
        except (OSError, BrokenFile):
            return []
        rows = _between(index.sound, begin_us, end_us)
        return await self._run(partial(_packets, index.path, "sound", rows, index.sound_config))

    def _end(self, lease: Lease, place: Place, stop: int) -> End:
        rows, segment = place.index.picture, place.segment
        if stop < len(rows):
            more = rows[stop].shown_us < lease.end_us
            return End(next=_cursor(replace(place, row=stop)) if more else None, until_us=rows[stop].shown_us)
        # A last picture without a successor has a guess for its length; the log knows where the segment ended.
        until_us = max(segment.end_us, *(row.shown_us + row.duration_us for row in rows[-8:]))
        following = next(
            iter(self._catalogue.numbered(segment.camera, segment.stream, segment.number + 1, segment.number + 1)), None
        ) or self._later(segment, lease)
        if following is None or following.begin_us >= lease.end_us:
            return End(until_us=until_us, gap_from_us=until_us)
        cursor = f"{following.stream}:{following.number}:0"
        if following.begin_us - until_us <= JOIN_US:
            return End(next=cursor, until_us=until_us)
        return End(next=cursor, until_us=until_us, gap_from_us=until_us, gap_until_us=following.begin_us)

    def _later(self, segment: Segment, lease: Lease) -> Segment | None:
        later = self._catalogue.segments(segment.camera, segment.stream, segment.end_us, lease.end_us)
        return next((each for each in later if each.number > segment.number), None)

    def _streams(self, camera: str) -> list[str]:
        """The streams with a picture, the main one first."""
        named = [each.stream for each in self._archive.config.cameras if each.name == camera]
        return sorted({"main", *named}, key=lambda stream: (stream != "main", stream))

    async def _run(self, work: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)


def _packets(path: Path, track: Track, rows: Sequence[Row], config: TrackConfig | None) -> list[Packet]:
    try:
        return list(shelf.packets(path, track, rows, config, 0)) if rows and config is not None else []
    except (OSError, BrokenFile):
        return []


def _cursor(place: Place) -> str:
    return f"{place.segment.stream}:{place.segment.number}:{place.row}"


def _chosen(rows: Sequence[Row], begin: int, asked: Play, lease: Lease) -> tuple[list[Row], int]:
    """The rows of one answer, and the first row that is left."""
    taken: list[Row] = []
    size = 0
    for number in range(begin, len(rows)):
        row = rows[number]
        if asked.keys and not row.sync and number != begin:
            continue
        late = row.shown_us >= asked.until_us or row.shown_us >= lease.end_us or size + row.size > ANSWER_BYTES
        if late and taken:
            return _spread(taken, row.decode_us, asked.keys), number
        taken.append(row)
        size += row.size
    return _spread(taken, rows[-1].decode_us + rows[-1].duration_us, asked.keys), len(rows)


def _spread(taken: list[Row], until_us: int, keys: bool) -> list[Row]:
    """Key frames alone last until the next one."""
    if not keys:
        return taken
    ends = [*(row.decode_us for row in taken[1:]), until_us]
    return [replace(row, duration_us=end - row.decode_us) for row, end in zip(taken, ends, strict=True)]


def _key(rows: Sequence[Row], at: int) -> int:
    return next((number for number in range(at, -1, -1) if rows[number].sync), 0)


def _shown(rows: Sequence[Row], at_us: int) -> int:
    """The row shown at a moment (the first for one before all)."""
    return max(0, bisect_right([row.shown_us for row in rows], at_us) - 1)


def _key_at(rows: Sequence[Row], at_us: int) -> int:
    return _key(rows, _shown(rows, at_us))


def _first_allowed(rows: Sequence[Row], at: int, lease: Lease) -> int | None:
    """``at``, or the first key frame behind it that the lease lets out."""
    for number in range(at, len(rows)):
        row = rows[number]
        if row.shown_us >= lease.end_us:
            return None
        if row.shown_us >= lease.begin_us and (row.sync or number == at):
            return number
    return None


def _from_us(rows: Sequence[Row], stop: int) -> int:
    return rows[stop].decode_us if stop < len(rows) else 1 << 52


def _between(rows: Sequence[Row], begin_us: int, end_us: int) -> Sequence[Row]:
    first = bisect_left(rows, begin_us, key=lambda row: row.decode_us)
    return rows[first : bisect_left(rows, end_us, key=lambda row: row.decode_us)]
