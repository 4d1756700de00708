"""What a recorder and its decode child say to each other over two pipes.

Owns the framing of messages (an operation and byte strings, all lengths in front), the values in them and their
bounds. Promises that nothing is allocated for a length before it was checked, on either side: to the recorder the
child is a stranger, since what it read may have taken it over. Standard library only.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from minhbach.fmp4 import AudioConfig, VideoConfig

HELLO, FAILED, STILL, LOOK, LOUDNESS = range(5)
MOST_ASKED_BYTES = 24 << 20
MOST_ANSWERED_BYTES = 8 << 20
MOST_PARTS = 2048
RELIEF_BYTES = 4000
"""Of the structure of one picture (``decode.looks``): 80 blocks of 25 values of 16 bits."""
HEAD = struct.Struct(">IBH")
"""Bytes behind this header, operation, number of parts."""
_LENGTH = struct.Struct(">I")
_STILL = struct.Struct(">HBB")
_SOUND = struct.Struct(">IB")
_LOUDNESS = struct.Struct(">Id")
_LOOK = struct.Struct(">10dI")


class BrokenMessage(ValueError):
    """The bytes are no message of this format; whoever sent them is not to be trusted."""


@dataclass(frozen=True, slots=True)
class Footage:
    """Consecutive access units of one picture track, the first of which can be decoded by itself.

    Each is as the archive keeps it: NAL units behind 4-byte lengths. Most often it is one key frame.
    """

    config: VideoConfig
    samples: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Sound:
    """Consecutive audio packets of one track."""

    config: AudioConfig
    packets: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Loudness:
    """``samples`` per channel that were heard; ``rms`` of them without their mean, 1.0 = a full-scale square wave."""

    samples: int
    rms: float


@dataclass(frozen=True, slots=True)
class Look:
    """What was measured in a picture (``decode.looks``); NaN where there was nothing to compare with.

    ``light`` and ``brightest``: median and 90th percentile of the blocks' mean luma, 0 to 255; ``structure``: share of
    blocks with anything in them; ``likeness`` of their structure to the room as it is known, and ``steadiness``, that
    to the last look, -1 to 1; ``remains``, the same to the mean of the looks of a suspicion, and ``depth`` (luma) of
    what is shared with them; ``change``: variance of the difference to the last look (luma²); ``ratio``: that change
    relative to the one since an earlier look, 1 for a live picture; ``movement``: blocks in which something moved;
    ``stir``: what changed most in any block (luma²). The rows of the burned-in clock count only for ``change`` and
    ``stir``.
    """

    light: float
    brightest: float
    structure: float
    likeness: float
    steadiness: float
    remains: float
    depth: float
    change: float
    movement: int
    ratio: float
    stir: float


def pack(operation: int, parts: Sequence[bytes]) -> bytes:
    """One message."""
    lengths = b"".join(_LENGTH.pack(len(part)) for part in parts)
    body = lengths + b"".join(parts)
    return HEAD.pack(len(body), operation, len(parts)) + body


def head(data: bytes, most_bytes: int) -> tuple[int, int, int]:
    """(bytes to follow, operation, parts) of a header of ``HEAD.size`` bytes. Raises BrokenMessage."""
    size, operation, count = HEAD.unpack(data)
    if size > most_bytes or count > MOST_PARTS or size < count * _LENGTH.size:
        raise BrokenMessage(f"A message of {size} bytes in {count} parts is not allowed.")
    return size, operation, count


def parts(body: bytes, count: int) -> list[bytes]:
    """The parts in what follows the header. Raises BrokenMessage."""
    place = count * _LENGTH.size
    if place > len(body):
        raise BrokenMessage("A message shorter than the lengths of its parts.")
    found = []
    for (length,) in _LENGTH.iter_unpack(body[:place]):
        found.append(body[place : place + length])
        place += length
    if place != len(body):
        raise BrokenMessage("The lengths of a message's parts do not add up.")
    return found


def pack_footage(footage: Footage) -> list[bytes]:
    """As parts: codec, number of sets, sets, samples."""
    config = footage.config
    return [config.codec.encode(), bytes([len(config.sets)]), *config.sets, *footage.samples]


def read_footage(found: Sequence[bytes]) -> Footage:
    """The reverse. Raises BrokenMessage."""
    if len(found) < 3 or len(found[1]) != 1 or len(found) < 3 + found[1][0]:
        raise BrokenMessage("Footage without a codec, its sets or a sample.")
    first = 2 + found[1][0]
    config = VideoConfig("h265" if found[0] == b"h265" else "h264", tuple(found[2:first]), in_band=True)
    return Footage(config, tuple(found[first:]))


def pack_still(width: int, quality: int) -> bytes:
    """The largest width in pixels, and 1 (best) to 31 as JPEG encoders of FFmpeg count."""
    return _STILL.pack(width, quality, 0)


def read_still(part: bytes) -> tuple[int, int]:
    """(width, quality). Raises BrokenMessage."""
    if len(part) != _STILL.size:
        raise BrokenMessage("A request for a still without its size.")
    width, quality, _ = _STILL.unpack(part)
    if not 16 <= width <= 8192 or not 1 <= quality <= 31:
        raise BrokenMessage("A still of an impossible size.")
    return width, quality


def pack_sound(sound: Sound) -> list[bytes]:
    """As parts: codec, rate and channels, AudioSpecificConfig, packets."""
    config = sound.config
    return [config.codec.encode(), _SOUND.pack(config.rate, config.channels), config.asc, *sound.packets]


def read_sound(found: Sequence[bytes]) -> Sound:
    """The reverse. Raises BrokenMessage."""
    if len(found) < 4 or len(found[1]) != _SOUND.size:
        raise BrokenMessage("Sound without a codec, its rate or a packet.")
    rate, channels = _SOUND.unpack(found[1])
    codec: Literal["aac", "alaw", "ulaw"] = "aac" if found[0] == b"aac" else "alaw" if found[0] == b"alaw" else "ulaw"
    if not 1 <= rate <= 192_000 or not 1 <= channels <= 8:
        raise BrokenMessage("Sound of an impossible rate.")
    return Sound(AudioConfig(codec, rate, channels, bytes(found[2])), tuple(found[3:]))


def pack_loudness(loudness: Loudness) -> bytes:
    """As one part."""
    return _LOUDNESS.pack(loudness.samples, loudness.rms)


def read_loudness(part: bytes) -> Loudness:
    """The reverse. Raises BrokenMessage."""
    if len(part) != _LOUDNESS.size:
        raise BrokenMessage("A loudness of another length.")
    samples, rms = _LOUDNESS.unpack(part)
    if not 0 <= rms <= 4:
        raise BrokenMessage("A loudness outside what sound can have.")
    return Loudness(samples, rms)


def pack_look(look: Look) -> bytes:
    """As one part."""
    shapes = (look.likeness, look.steadiness, look.remains, look.depth)
    return _LOOK.pack(
        look.light, look.brightest, look.structure, *shapes, look.change, look.ratio, look.stir, look.movement
    )


def read_look(part: bytes) -> Look:
    """The reverse. Raises BrokenMessage."""
    if len(part) != _LOOK.size:
        raise BrokenMessage("A look of another length.")
    light, brightest, structure, likeness, steadiness, remains, depth, change, ratio, stir, movement = _LOOK.unpack(
        part
    )
    if not (0 <= light <= 255 and 0 <= brightest <= 255 and 0 <= structure <= 1):
        raise BrokenMessage("A look that no picture can give.")
    return Look(light, brightest, structure, likeness, steadiness, remains, depth, change, movement, ratio, stir)
