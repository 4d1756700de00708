"""A segment read back: its beginning, its fragments and where every sample lies.

`scan` understands all of a file but the samples themselves; `outline` looks only at box headers, for checking
many files quickly. Both promise that a file which ends early, or whose end is nonsense after a power cut, is
read up to its last whole fragment (`complete_bytes`) with the reason in `fault`; `BrokenFile` is raised only
where not even the beginning is there. Hashing, and what to do about a fault, is left to the archive.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from minhbach.fmp4.boxes import Box, BrokenFile, Readable, header, read, walk
from minhbach.fmp4.config import VideoConfig
from minhbach.fmp4.fragment import is_sync, unix_from_ntp
from minhbach.fmp4.runs import PlacedRun, read_run
from minhbach.fmp4.tracks import Track, read_tracks
from minhbach.fmp4.writer import ABOUT_BOX

MOST_HEADER_BYTES = 4 << 20
"""A beginning or a `moof` larger than this is hostile: ours stay below some kilobytes."""
_WINDOW_BYTES = 1024  # holds all headers of an ordinary fragment: one read each

_U32 = struct.Struct(">I")
_PRFT = struct.Struct(">I I Q")
_BOX = struct.Struct(">I4s")

_START = b""
_FOLLOWS = {
    _START: (b"ftyp",),
    b"ftyp": (b"moov",),
    b"moov": (b"uuid",),
    b"uuid": (b"prft", b"moof"),
    b"prft": (b"moof",),
    b"moof": (b"mdat",),
    b"mdat": (b"prft", b"moof"),
}
"""Which boxes may stand behind which in a file of ours."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample: `start` is its byte in the file; times are ticks of its track; `offset` presentation − decoding."""

    start: int
    size_bytes: int
    time: int
    duration: int
    offset: int
    sync: bool


@dataclass(frozen=True, slots=True)
class Span:
    """What one track has in one fragment: `count` samples from `base_time` to before `end_time`, in ticks."""

    track_id: int
    base_time: int
    end_time: int
    count: int
    starts_with_sync: bool


@dataclass(frozen=True, slots=True)
class Fragment:
    """Bytes `start` to `end` of a file, the media from `media` on; `wall_us` is Unix time of the first base time."""

    start: int
    media: int
    end: int
    sequence: int
    wall_us: int | None
    spans: tuple[Span, ...]
    moof_start: int
    moof: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Scan:
    """What a file holds. `fault` says why everything behind `complete_bytes` cannot be read, None if nothing is."""

    about: bytes
    tracks: tuple[Track, ...]
    init_bytes: int
    fragments: tuple[Fragment, ...]
    complete_bytes: int
    size_bytes: int
    fault: BrokenFile | None

    def ticks(self, track_id: int) -> tuple[int, int] | None:
        """From the first sample's decoding time to the last one's end; None for a track without samples."""
        spans = [span for fragment in self.fragments for span in fragment.spans if span.track_id == track_id]
        return (spans[0].base_time, spans[-1].end_time) if spans else None


@dataclass(frozen=True, slots=True)
class Outline:
    """What the box headers of a file say; the fields mean what they mean in `Scan`."""

    fragments: int
    init_bytes: int
    complete_bytes: int
    size_bytes: int
    fault: BrokenFile | None


class _Source:
    """A file read through a window, so that neighbouring headers cost one read."""

    __slots__ = ("_file", "_start", "_window", "size")

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, 2)
        self._start, self._window = 0, b""

    def take(self, start: int, count: int) -> bytes:
        """Exactly `count` bytes from `start`, or BrokenFile."""
        at = start - self._start
        if at < 0 or at + count > len(self._window):
            self._file.seek(start)
            self._window, self._start, at = self._file.read(max(count, _WINDOW_BYTES)), start, 0
        found = self._window[at : at + count]
        if len(found) < count:
            raise BrokenFile(f"The file ends at byte {self.size}, inside something that begins at byte {start}.")
        return found

    def box(self, start: int) -> Box:
        """The box whose header stands at `start`; it lies wholly inside the file."""
        if self.size - start < 8:
            raise BrokenFile(f"The file ends at byte {self.size}, inside a box that begins at byte {start}.")
        size, kind = _BOX.unpack(self.take(start, 8))
        if size == 1:
            raise BrokenFile(f"The box {kind!r} at byte {start} claims to be larger than any of ours.")
        if size < 8 or size > self.size - start:
            raise BrokenFile(f"The box {kind!r} at byte {start} claims {size} bytes; {self.size - start} are there.")
        return Box(kind, start, start + 8, start + size)

    def content(self, box: Box) -> bytes:
        """All bytes of a box with its header, of one that has to be small."""
        if box.end - box.start > MOST_HEADER_BYTES:
            raise BrokenFile(f"The box {box.kind!r} at byte {box.start} is larger than {MOST_HEADER_BYTES} bytes.")
        return self.take(box.start, box.end - box.start)


def scan(file: BinaryIO) -> Scan:
    """Reads a file's beginning and all headers; `file` must be seekable, and fastest is one without a buffer."""
    source = _Source(file)
    about, tracks, init_bytes = _read_init(source)
    fragments: list[Fragment] = []
    at = init_bytes
    fault: BrokenFile | None = None
    while at < source.size:
        try:
            fragment = _read_fragment(source, at)
        except BrokenFile as error:
            fault = error
            break
        fragments.append(fragment)
        at = fragment.end
    return Scan(about, tracks, init_bytes, tuple(fragments), at, source.size, fault)


def _read_init(source: _Source) -> tuple[bytes, tuple[Track, ...], int]:
    file_type = source.box(0)
    movie = _expect(source.box(file_type.end), b"moov")
    about = _expect(source.box(movie.end), b"uuid")
    _expect(file_type, b"ftyp")
    data = source.content(movie)
    tracks = read_tracks(data, header(data, 0, len(data)))
    payload = source.content(about)[8:]
    if not payload.startswith(ABOUT_BOX):
        raise BrokenFile(f"The box at byte {about.start} is not the one that says where footage comes from.")
    return payload[len(ABOUT_BOX) :], tracks, about.end


def _expect(box: Box, kind: bytes) -> Box:
    if box.kind != kind:
        raise BrokenFile(f"At byte {box.start} stands {box.kind!r} where {kind!r} should.")
    return box


def _read_fragment(source: _Source, start: int) -> Fragment:
    first = source.box(start)
    wall_us = None
    movie = first
    if first.kind == b"prft":
        wall_us = _read_wall(source.content(first))
        movie = source.box(first.end)
    data = source.content(_expect(movie, b"moof"))
    media = _expect(source.box(movie.end), b"mdat")
    boxes = list(walk(data, 8))
    sequence = _read_sequence(data, boxes)
    spans = tuple(_read_span(data, box, movie.start, media) for box in boxes if box.kind == b"traf")
    return Fragment(start, media.body, media.end, sequence, wall_us, spans, movie.start, data)


def _read_wall(data: bytes) -> int:
    _, _, ntp = read(data, _PRFT, 8, len(data))
    return unix_from_ntp(ntp)


def _read_sequence(data: bytes, boxes: list[Box]) -> int:
    for box in boxes:
        if box.kind == b"mfhd":
            return read(data, _U32, box.body + 4, box.end)[0]
    raise BrokenFile("A fragment has no sequence number.")


def _read_span(data: bytes, traf: Box, moof_start: int, media: Box) -> Span:
    """One track's part of a fragment; all its samples must lie inside the `mdat` behind it."""
    placed = read_run(data, traf, moof_start)
    run = placed.run
    if placed.start < media.body or placed.start + sum(run.sizes) > media.end:
        raise BrokenFile(f"Samples of track {run.track_id} lie outside their fragment, from byte {placed.start} on.")
    end_time = run.base_time + sum(run.durations)
    return Span(run.track_id, run.base_time, end_time, len(run.sizes), is_sync(run.flags[0]))


def samples(fragment: Fragment, track_id: int) -> list[Sample]:
    """The samples of one track in a fragment of a `Scan`, in decoding order."""
    found: list[Sample] = []
    for box in walk(fragment.moof, 8):
        if box.kind == b"traf":
            placed = read_run(fragment.moof, box, fragment.moof_start)
            found += _placed_samples(placed) if placed.run.track_id == track_id else ()
    return found


def _placed_samples(placed: PlacedRun) -> Iterator[Sample]:
    run, start, time = placed.run, placed.start, placed.run.base_time
    offsets = [0] * len(run.sizes) if run.offsets is None else run.offsets
    for duration, size, flags, offset in zip(run.durations, run.sizes, run.flags, offsets, strict=True):
        yield Sample(start, size, time, duration, offset, is_sync(flags))
        start += size
        time += duration


def outline(file: BinaryIO) -> Outline:
    """Walks over the box headers of a file, one read for each fragment; see `scan` for `file`."""
    size = file.seek(0, 2)
    at = base = init_bytes = complete = fragments = have = 0
    window = b""
    before = _START
    unpack = _BOX.unpack_from
    while at < size:
        place = at - base
        if place + 8 > have:
            file.seek(at)
            window = file.read(_WINDOW_BYTES)
            base, place, have = at, 0, len(window)
        if have < 8:
            break
        box_bytes, kind = unpack(window, place)
        if box_bytes < 8 or at + box_bytes > size or kind not in _FOLLOWS[before]:
            break
        at += box_bytes
        before = kind
        if kind == b"mdat":
            complete = at
            fragments += 1
        elif kind == b"uuid":
            init_bytes = complete = at
    if not init_bytes:
        raise BrokenFile(f"The beginning of a segment is not there; it breaks off at byte {at}.")
    fault = None if complete == size else BrokenFile(f"The box at byte {at} does not follow, or the file ends in it.")
    return Outline(fragments, init_bytes, complete, size, fault)


def nal_units(sample: Readable) -> Iterator[memoryview]:
    """The NAL units of a video sample, each behind its length in four bytes; BrokenFile when they do not tile it."""
    view = memoryview(sample)
    at = 0
    while at < len(view):
        (size,) = read(view, _U32, at, len(view))
        at += 4
        if not 0 < size <= len(view) - at:
            raise BrokenFile(f"A NAL unit claims {size} bytes where {len(view) - at} are left of its sample.")
        yield view[at : at + size]
        at += size


def check_media(file: BinaryIO, found: Scan, fragment: Fragment) -> None:
    """Raises BrokenFile when a picture of `fragment` is not tiled by NAL units.

    After a power cut a file may have its full length and zeros, or old blocks, where its media should be; the box
    headers cannot tell. Sound has no such structure: any bytes are G.711.
    """
    for track in found.tracks:
        if isinstance(track.config, VideoConfig):
            for sample in samples(fragment, track.track_id):
                file.seek(sample.start)
                for _ in nal_units(file.read(sample.size_bytes)):
                    pass
