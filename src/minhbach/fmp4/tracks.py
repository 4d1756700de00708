"""The beginning of a segment read back: which tracks it has and what the archive said about it.

The reverse of `writer`, for files one cannot trust: every size and count is checked against the bytes that
are there, and what cannot be read raises `BrokenFile`. A codec that we never write is no error: such a track
has no configuration, and the others stay readable.
"""

import struct
from dataclasses import dataclass

from minhbach.fmp4 import aac, h264, h265
from minhbach.fmp4.bits import BrokenSet
from minhbach.fmp4.boxes import Box, BrokenFile, Readable, children, descend, read, walk
from minhbach.fmp4.config import AudioConfig, TrackConfig, VideoConfig

_TRACK_ID = struct.Struct(">I")
_ENTRY_COUNT = struct.Struct(">I")
_TIMESCALE = struct.Struct(">I")
_SIZE = struct.Struct(">2H")
_CHANNELS = struct.Struct(">H")
_OPUS = struct.Struct(">2B H I")
_VISUAL_BYTES, _AUDIBLE_BYTES = 78, 28


@dataclass(frozen=True, slots=True)
class Track:
    """A track of a file; `config` is None for a sample entry (`entry`, four letters) that we do not know."""

    track_id: int
    timescale: int
    entry: str
    config: TrackConfig | None


def read_tracks(data: Readable, movie: Box) -> tuple[Track, ...]:
    """All tracks inside a `moov` box that lies in `data`."""
    return tuple(_track(data, box) for box in walk(data, movie.body, movie.end) if box.kind == b"trak")


def _track(data: Readable, track: Box) -> Track:
    header = descend(data, track, b"tkhd")
    clock = descend(data, track, b"mdia", b"mdhd")
    descriptions = descend(data, track, b"mdia", b"minf", b"stbl", b"stsd")
    (track_id,) = read(data, _TRACK_ID, header.body + 12, header.end)
    (timescale,) = read(data, _TIMESCALE, clock.body + 12, clock.end)
    (count,) = read(data, _ENTRY_COUNT, descriptions.body + 4, descriptions.end)
    if count != 1 or timescale == 0:
        raise BrokenFile(f"Track {track_id} has {count} sample entries and the time scale {timescale}.")
    entry = next(walk(data, descriptions.body + 8, descriptions.end), None)
    if entry is None:
        raise BrokenFile(f"Track {track_id} has no sample entry.")
    return Track(track_id, timescale, entry.kind.decode("latin-1"), _config(data, entry, timescale))


def _config(data: Readable, entry: Box, timescale: int) -> TrackConfig | None:
    try:
        match entry.kind:
            case b"avc1" | b"avc3":
                return _video(data, entry, "avc3", b"avcC")
            case b"hvc1" | b"hev1":
                return _video(data, entry, "hev1", b"hvcC")
            case b"mp4a" | b"alaw" | b"ulaw" | b"Opus":
                return _audio(data, entry, timescale)
    except BrokenSet as error:
        raise BrokenFile(f"The sample entry at byte {entry.start} cannot be read: {error}") from error
    return None


def _video(data: Readable, entry: Box, in_band: str, record_kind: bytes) -> VideoConfig:
    width, height = read(data, _SIZE, entry.body + 24, entry.end)
    record = _payload(data, entry, _VISUAL_BYTES, record_kind)
    with_sets = entry.kind == in_band.encode("ascii")
    if record_kind == b"avcC":
        return VideoConfig("h264", h264.sets_of_record(record), with_sets, width, height)
    return VideoConfig("h265", h265.sets_of_record(record), with_sets, width, height)


def _audio(data: Readable, entry: Box, timescale: int) -> AudioConfig:
    (channels,) = read(data, _CHANNELS, entry.body + 16, entry.end)
    if entry.kind == b"mp4a":
        descriptor = _payload(data, entry, _AUDIBLE_BYTES, b"esds")[4:]
        return AudioConfig("aac", timescale, channels, aac.configuration_of_stream(descriptor))
    if entry.kind == b"Opus":
        record = _payload(data, entry, _AUDIBLE_BYTES, b"dOps")
        _, channels, _, rate = read(record, _OPUS, 0, len(record))
        return AudioConfig("opus", rate, channels)
    return AudioConfig("alaw" if entry.kind == b"alaw" else "ulaw", timescale, channels)


def _payload(data: Readable, entry: Box, skip: int, kind: bytes) -> bytes:
    """The content of the box `kind` that stands behind `skip` bytes of fields inside `entry`."""
    found = children(data, entry, skip).get(kind)
    if found is None:
        raise BrokenFile(f"The sample entry {entry.kind!r} at byte {entry.start} holds no {kind!r}.")
    return bytes(data[found.body : found.end])
