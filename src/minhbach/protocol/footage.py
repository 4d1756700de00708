"""Footage on the fabric: samples as the camera sent them, live and from the archive in one shape.

Owns the messages between ``stream`` and a recorder: what is asked under a lease (``Live``, ``Play``, ``Still``), the
``Answer``, the ``Packet``s that the recorder publishes on the channel the asker named, the ``End`` behind them, and
what was ``Served`` (to the worker). Promises that whatever bytes arrive as a packet are either understood or raise
``BadFootage``, with every count bounded before it becomes a list. Times are Unix µs as the recorder labels footage.
Leaves the spelling of all but packets to ``codec``, boxes to ``fmp4``, rights to ``lease``.

Errors::

    BadFootage(ValueError)    bytes that are no such message
"""

from __future__ import annotations

import json
import re
import struct
from dataclasses import dataclass
from typing import Any, Literal

from minhbach.fmp4 import AudioConfig, TrackConfig, VideoConfig
from minhbach.protocol import VERSION

CHUNK_BYTES = 256 * 1024
"""A packet's media, unless one sample alone is larger; well below what the fabric takes in one message."""
MOST_SAMPLES = 4096
MOST_CONFIG_BYTES = 32 * 1024
MOST_REQUEST_BYTES = 32 * 1024

SYNC, HOLE = 1, 2
"""A sample that can be decoded by itself; a sample before which others are missing."""

Track = Literal["picture", "sound"]
_TRACKS: tuple[Track, Track] = ("picture", "sound")
_HEAD = struct.Struct(">2s B B I H H q")
_SAMPLE = struct.Struct(">I I i I B")
_MAGIC, _PART = b"MF", b"MX"
_MOST_US = 1 << 53
_WORD = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")


class BadFootage(ValueError):
    """A message about footage that cannot be understood; the sentence says what is wrong."""


@dataclass(frozen=True, slots=True)
class SampleHead:
    """One sample of a packet: bytes, decoding time after the packet's base, presentation − decoding, duration (µs)."""

    size: int
    after_us: int
    offset_us: int
    duration_us: int
    flags: int

    @property
    def sync(self) -> bool:
        return bool(self.flags & SYNC)


@dataclass(frozen=True, slots=True)
class Packet:
    """Samples of one track in decoding order; ``config`` is given where it may be new. ``sequence`` has no holes."""

    track: Track
    sequence: int
    base_us: int
    heads: tuple[SampleHead, ...]
    data: bytes
    config: TrackConfig | None = None

    def samples(self) -> list[tuple[SampleHead, memoryview]]:
        """Each sample with its bytes."""
        view, at, found = memoryview(self.data), 0, []
        for head in self.heads:
            found.append((head, view[at : at + head.size]))
            at += head.size
        return found


def encode(packet: Packet) -> bytes:
    """The bytes of a packet. Raises ValueError when a number does not fit."""
    config = b"" if packet.config is None else _config_text(packet.config)
    track = _TRACKS.index(packet.track)
    try:
        head = _HEAD.pack(
            _MAGIC, VERSION, track, packet.sequence & 0xFFFFFFFF, len(config), len(packet.heads), packet.base_us
        )
        rows = b"".join(
            _SAMPLE.pack(each.size, each.after_us, each.offset_us, each.duration_us, each.flags)
            for each in packet.heads
        )
    except struct.error as error:
        raise ValueError(f"A number does not fit into a packet: {error}.") from error
    return b"".join((head, config, rows, packet.data))


def decode(message: bytes) -> Packet:
    """The packet in a message. Raises BadFootage."""
    if len(message) < _HEAD.size:
        raise BadFootage("A packet ends within its head.")
    magic, version, track, sequence, config_bytes, count, base_us = _HEAD.unpack_from(message)
    if magic != _MAGIC or version != VERSION or track >= len(_TRACKS):
        raise BadFootage("This is no packet of this version.")
    if count > MOST_SAMPLES or not 0 <= base_us < _MOST_US:
        raise BadFootage(f"A packet claims {count} samples from {base_us} µs on.")
    rows_at = _HEAD.size + config_bytes
    data_at = rows_at + count * _SAMPLE.size
    if data_at > len(message):
        raise BadFootage("A packet ends within its list of samples.")
    heads = tuple(SampleHead(*row) for row in _SAMPLE.iter_unpack(message[rows_at:data_at]))
    if sum(head.size for head in heads) != len(message) - data_at:
        raise BadFootage("The samples of a packet are not as long as it says.")
    config = read_config(message[_HEAD.size : rows_at]) if config_bytes else None
    if config is not None and isinstance(config, VideoConfig) != (track == 0):
        raise BadFootage("A packet's configuration is of another kind than its track.")
    return Packet(_TRACKS[track], sequence, base_us, heads, message[data_at:], config)


def is_packet(message: bytes) -> bool:
    """Whether a message begins as a packet does, and not as text."""
    return message[:2] == _MAGIC


def _config_text(config: TrackConfig) -> bytes:
    if isinstance(config, VideoConfig):
        sets = [each.hex() for each in config.sets]
        values: dict[str, Any] = {"codec": config.codec, "sets": sets, "in_band": config.in_band}
        values |= {"width": config.width, "height": config.height}
    else:
        values = {"codec": config.codec, "rate": config.rate, "channels": config.channels, "asc": config.asc.hex()}
    text = json.dumps(values, separators=(",", ":")).encode()
    if len(text) > MOST_CONFIG_BYTES:
        raise ValueError("A configuration has too many parameter sets.")
    return text


def read_config(text: bytes) -> TrackConfig:
    """A track's configuration. Raises BadFootage."""
    try:
        values = json.loads(text)
        if values["codec"] in ("h264", "h265"):
            sets = tuple(bytes.fromhex(each) for each in values["sets"])
            numbers = (values["width"], values["height"])
            if len(sets) > 64 or not all(type(each) is int and 0 <= each <= 0xFFFF for each in numbers):
                raise BadFootage("A picture has an impossible size.")
            return VideoConfig(values["codec"], sets, bool(values["in_band"]), *numbers)
        if values["codec"] in ("aac", "alaw", "ulaw", "opus"):
            rate, channels = values["rate"], values["channels"]
            if type(rate) is not int or type(channels) is not int or not (0 < rate <= 192_000 and 0 < channels <= 8):
                raise BadFootage("A sound has an impossible rate or number of channels.")
            return AudioConfig(values["codec"], rate, channels, bytes.fromhex(values["asc"]))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise BadFootage(f"A configuration cannot be read: {error!r:.80}.") from error
    raise BadFootage(f"There is no codec {values['codec']!r:.40}.")


Codec = Literal["h264", "h265"]


@dataclass(frozen=True, slots=True)
class Live:
    """Asks for a camera as it is now. ``burst`` is the channel for what has come since the last key frame; None: none
    is wanted, the lease is renewed.

    ``codecs`` are the picture codecs that the viewer can show, best first. ``small``: the picture is shown so small
    that the camera's smaller stream, where it has one in H.264, will do as soon as it flows; until then the main one.
    """

    token: str
    camera: str
    codecs: tuple[Codec, ...]
    sound: bool
    burst: str | None
    small: bool = False


@dataclass(frozen=True, slots=True)
class Play:
    """Asks for sealed footage on ``channel``: from the key frame at or before ``at_us``, or from an ``End.next`` on.

    ``until_us`` is how far, if it is not too much for one answer; ``keys`` asks for key frames alone.
    """

    token: str
    camera: str
    codecs: tuple[Codec, ...]
    sound: bool
    channel: str
    at_us: int
    until_us: int
    keys: bool
    after: str | None


@dataclass(frozen=True, slots=True)
class Still:
    """Asks for one picture as a JPEG about ``width`` pixels wide: the one shown at ``at_us``; 0 is now."""

    token: str
    camera: str
    codecs: tuple[Codec, ...]
    at_us: int
    width: int


@dataclass(frozen=True, slots=True)
class Extract:
    """Asks for bytes of a sealed file as they are, from ``offset`` on: at most ``CHUNK_BYTES`` come at once.

    The file is that of segment ``number`` of a stream, as the log names it. Answered by ``part`` or an ``Answer``.
    """

    token: str
    camera: str
    stream: str
    number: int
    offset: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request. ``stream`` is the stream chosen and ``run`` names a line of live sequence numbers.

    Refused: ``code`` with a sentence in both languages, and since when it is so if that is known.
    """

    ok: bool
    stream: str = ""
    run: str = ""
    code: str = ""
    vi: str = ""
    en: str = ""
    since_us: int = 0


@dataclass(frozen=True, slots=True)
class End:
    """Behind the last packet on a channel. ``picture`` and ``sound`` are the sequence numbers that live goes on with.

    ``next`` continues a ``Play`` (None: nothing more is sealed) and ``until_us`` is how far the footage came.
    ``gap_from_us`` to ``gap_until_us`` holds no footage: 0 to 0 where none was met; its end is 0 if nothing is behind.
    """

    picture: int = 0
    sound: int = 0
    next: str | None = None
    until_us: int = 0
    gap_from_us: int = 0
    gap_until_us: int = 0


@dataclass(frozen=True, slots=True)
class ServedSpan:
    """Footage of one track of a lease's camera that has left."""

    camera: str
    track: Track
    begin_us: int
    end_us: int


@dataclass(frozen=True, slots=True)
class Served:
    """What ``stream`` has given to a viewing since it last said so; ``at_us`` is its clock."""

    viewing: str
    at_us: int
    bytes: int
    spans: tuple[ServedSpan, ...]


def part(data: bytes) -> bytes:
    """The answer to an ``Extract``: bytes of the file, none behind its end."""
    return _PART + data


def read_part(message: bytes) -> bytes | None:
    """The bytes in such an answer; None when it is an ``Answer`` instead. Raises BadFootage."""
    if not message.startswith(_PART):
        return None
    if len(message) > len(_PART) + CHUNK_BYTES:
        raise BadFootage("A part of a file is longer than any may be.")
    return message[len(_PART) :]


def live_channel(camera: str, stream: str, track: Track) -> str:
    """The channel of a camera's stream while somebody may watch it. Raises BadFootage for what is no name."""
    if not _WORD.fullmatch(camera) or not _WORD.fullmatch(stream):
        raise BadFootage("A camera or a stream has an impossible name.")
    return f"{camera}_{stream}_{track}"[-80:]


def split_camera(camera: str) -> tuple[str, str]:
    """(recorder, camera's name there) of a lease's camera."""
    recorder, _, name = camera.partition("/")
    return recorder, name
