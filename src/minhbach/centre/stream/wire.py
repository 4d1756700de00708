"""What the WebSocket between a page and ``stream`` carries.

Owns the head of binary messages and the reading of what a page says: JSON texts, bounded, each of a known form, or
``BadMessage``. A binary message is: kind (u8), tile (u8), epoch (u16), number of samples (u32), presentation time of
the first (f64, Unix µs), then for each sample its presentation time after that (u32 µs), then bytes of MP4. Everything
is big-endian. An epoch is what a page counts up with each jump: what belongs to an old one is thrown away.

Errors::

    BadMessage(ValueError)    the page says something that no page of ours says
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from minhbach.lease import MOST_CAMERAS, MOST_TOKEN_CHARACTERS

MOST_TEXT = 16_384
SPEEDS = (0.25, 16.0)
MOST_US = 1 << 53
_HEAD = struct.Struct(">B B H I d")


class BadMessage(ValueError):
    """A text that no page of ours sends."""


class Kind(IntEnum):
    """What the bytes of a binary message are."""

    PICTURE_INIT = 1
    SOUND_INIT = 2
    PICTURE = 3
    SOUND = 4
    STILL = 5


def binary(kind: Kind, tile: int, epoch: int, data: bytes, at_us: int = 0, after_us: Sequence[int] = ()) -> bytes:
    """A binary message."""
    times = struct.pack(f">{len(after_us)}I", *after_us)
    return b"".join((_HEAD.pack(kind, tile, epoch, len(after_us), float(at_us)), times, data))


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture of a page."""

    camera: str
    sound: bool
    small: bool = False
    """Shown so small that the camera's smaller stream will do."""


@dataclass(frozen=True, slots=True)
class Open:
    """Begin, or begin anew under another lease."""

    lease: str
    tiles: tuple[Tile, ...]
    codecs: tuple[str, ...]
    epoch: int
    at_us: int
    speed: float
    playing: bool


@dataclass(frozen=True, slots=True)
class Renew:
    """The lease's next token."""

    lease: str


@dataclass(frozen=True, slots=True)
class Seek:
    """Play from ``at_us``; all that was sent for an older epoch is void."""

    epoch: int
    at_us: int
    speed: float
    playing: bool


@dataclass(frozen=True, slots=True)
class At:
    """Where the page is: paused, slower, faster, or behind because it had to wait."""

    at_us: int
    speed: float
    playing: bool


@dataclass(frozen=True, slots=True)
class Rejoin:
    """A tile's live picture anew; ``key``: not before the next key frame, as what is at hand broke the decoder.

    ``small``: whether the tile is small now.
    """

    tile: int
    epoch: int
    key: bool
    small: bool = False


@dataclass(frozen=True, slots=True)
class Listen:
    """Which tile is heard, None for none."""

    tile: int | None
    epoch: int


@dataclass(frozen=True, slots=True)
class Sleep:
    """Nobody looks at a live tile (None: at any): send nothing of it until ``Rejoin``."""

    tile: int | None


@dataclass(frozen=True, slots=True)
class Still:
    """One picture as JPEG; ``number`` comes back with it."""

    number: int
    camera: str
    at_us: int
    width: int


@dataclass(frozen=True, slots=True)
class Got:
    """How many binary messages have come on this connection."""

    count: int


Said = Open | Renew | Seek | At | Rejoin | Listen | Sleep | Still | Got


def read(text: str) -> Said:
    """What a page said. Raises BadMessage."""
    if len(text) > MOST_TEXT:
        raise BadMessage("A text is too long.")
    try:
        values = json.loads(text)
        return _read(values["t"], values)
    except (ValueError, KeyError, TypeError, RecursionError, AttributeError) as error:
        raise BadMessage("A text cannot be read.") from error


def _read(kind: str, values: dict[str, Any]) -> Said:
    match kind:
        case "open":
            return Open(
                _token(values["lease"]),
                _tiles(values["tiles"]),
                _codecs(values["codecs"]),
                *(_number(values["epoch"], 1 << 16), _number(values["at_us"], MOST_US)),
                *(_speed(values["speed"]), _flag(values["playing"])),
            )
        case "lease":
            return Renew(_token(values["lease"]))
        case "seek":
            epoch = _number(values["epoch"], 1 << 16)
            return Seek(epoch, _number(values["at_us"], MOST_US), _speed(values["speed"]), _flag(values["playing"]))
        case "at":
            return At(_number(values["at_us"], MOST_US), _speed(values["speed"]), _flag(values["playing"]))
        case "rejoin":
            epoch, small = _number(values["epoch"], 1 << 16), _flag(values.get("small", False))
            return Rejoin(_tile(values["tile"]), epoch, _flag(values["key"]), small)
        case "listen":
            tile = values["tile"]
            return Listen(None if tile is None else _tile(tile), _number(values["epoch"], 1 << 16))
        case "sleep":
            tile = values["tile"]
            return Sleep(None if tile is None else _tile(tile))
        case "got":
            return Got(_number(values["count"], MOST_US))
        case "still":
            width = _number(values["width"], 3841)
            return Still(
                _number(values["number"], 1 << 16),
                _text(values["camera"], 200),
                _number(values["at_us"], MOST_US),
                width,
            )
    raise BadMessage("There is no such text.")


def _tiles(value: object) -> tuple[Tile, ...]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_CAMERAS:
        raise BadMessage("There are no tiles, or too many.")
    return tuple(
        Tile(_text(each["camera"], 200), _flag(each["sound"]), _flag(each.get("small", False))) for each in value
    )


def _codecs(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not 0 < len(value) <= 2 or not all(each in ("h264", "h265") for each in value):
        raise BadMessage("The codecs cannot be read.")
    return tuple(str(each) for each in value)


def _token(value: object) -> str:
    return _text(value, MOST_TOKEN_CHARACTERS)


def _text(value: object, most: int) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= most:
        raise BadMessage("A text is missing or too long.")
    return value


def _number(value: object, below: int) -> int:
    if type(value) is not int or not 0 <= value < below:
        raise BadMessage("A number is missing or out of range.")
    return value


def _tile(value: object) -> int:
    return _number(value, MOST_CAMERAS)


def _flag(value: object) -> bool:
    if type(value) is not bool:
        raise BadMessage("A flag is missing.")
    return value


def _speed(value: object) -> float:
    if type(value) not in (int, float) or not SPEEDS[0] <= value <= SPEEDS[1]:  # type: ignore[operator]
        raise BadMessage("A speed is missing or out of range.")
    return float(value)  # type: ignore[arg-type]
