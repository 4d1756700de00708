"""What is said to the child that makes copies of footage, and what it answers: one header in JSON, then bytes.

Owns the values of these messages and their bounds. Promises that what a child says of its own work is believed only
where it has the right shape: it has read footage, so it may be anybody. Times are wall µs as recorded; boxes are
(left, top, width, height) in ten-thousandths of the picture, so that they mean the same at every size. Standard
library only; framing is ``wire``'s.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from minhbach.decode.wire import BrokenMessage

BEGIN, PICTURES, SOUND, BLANK, END, SHEET, FOLLOW = range(10, 17)
WHOLE = 10_000
"""The width and the height of a picture, in the unit of boxes."""
MOST_AT_ONCE = 120
"""Pictures or packets in one message: what comes back then has a bound too."""
MOST_FOLLOWED = 1900
"""Pictures in a message of which paths are asked."""
MOST_ANSWERED_BYTES = 64 << 20
MOST_HEADER_BYTES = 4 << 20
PLAIN, MUTED, DISTORTED = "plain", "muted", "distorted"

Box = tuple[int, int, int, int]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Plate:
    """The strip below the picture: eight-bit images, row by row.

    ``band`` is ``width`` × ``height`` with everything that does not change; ``letters`` maps each letter of a clock to
    (width, image) of ``letter_height`` rows; the clock begins at ``left``, ``top``. ``missing``, of the size of
    a picture, says that there is none.
    """

    width: int
    height: int
    band: bytes
    left: int
    top: int
    letter_height: int
    letters: dict[str, tuple[int, bytes]]
    missing: bytes


@dataclass(frozen=True, slots=True)
class Order:
    """One copy of one camera: begin ≤ t < end, the size of its pictures, what is burned in.

    ``masked``: a picture without covers of its own is black, sound without a decision is silent. ``sound``: stretches
    (begin, end, PLAIN, MUTED or DISTORTED). ``rate`` in Hz, 0 for a copy without sound.
    """

    begin_us: int
    end_us: int
    width: int
    height: int
    plate: Plate
    masked: bool = False
    rate: int = 0
    sound: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """Encoded pictures (time µs, whether decoding may begin there, bytes) and sound (first sample, bytes)."""

    pictures: tuple[tuple[int, bool, bytes], ...] = ()
    sound: tuple[tuple[int, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Followed:
    """Something that is being followed: where it was last, and how it looks (the child's own bytes)."""

    number: int
    box: Box
    look: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """Where something was found at a moment."""

    at_us: int
    box: Box


def header(value: dict[str, Any]) -> bytes:
    """As the first part of a message."""
    return json.dumps(value, separators=(",", ":")).encode()


def read_header(part: bytes) -> dict[str, Any]:
    """The reverse. Raises BrokenMessage."""
    if len(part) > MOST_HEADER_BYTES:
        raise BrokenMessage("A header that is too long.")
    try:
        value = json.loads(part)
    except (ValueError, RecursionError) as error:
        raise BrokenMessage("A header that is no JSON.") from error
    if type(value) is not dict:
        raise BrokenMessage("A header of another shape.")
    return value


def pack_order(order: Order) -> list[bytes]:
    """As parts: header, band, missing, the letters' images."""
    plate = order.plate
    letters = "".join(plate.letters)
    said = {
        "begin_us": order.begin_us,
        "end_us": order.end_us,
        "size": [order.width, order.height],
        "plate": [plate.width, plate.height, plate.left, plate.top, plate.letter_height],
        "letters": letters,
        "widths": [plate.letters[letter][0] for letter in letters],
        "masked": order.masked,
        "rate": order.rate,
        "sound": [list(each) for each in order.sound],
    }
    return [header(said), plate.band, plate.missing, *(plate.letters[letter][1] for letter in letters)]


def read_order(parts: Sequence[bytes]) -> Order:
    """The reverse. Raises BrokenMessage, LookupError, ValueError."""
    said = read_header(parts[0])
    width, height, left, top, letter_height = said["plate"]
    images = parts[3:]
    letters = {
        letter: (wide, image) for letter, wide, image in zip(said["letters"], said["widths"], images, strict=True)
    }
    plate = Plate(width, height, parts[1], left, top, letter_height, letters, parts[2])
    sound = tuple((begin, end, kind) for begin, end, kind in said["sound"])
    size = said["size"]
    return Order(
        said["begin_us"], said["end_us"], size[0], size[1], plate, said["masked"] is not False, said["rate"], sound
    )


def pack_made(made: Made) -> list[bytes]:
    """As parts: header, all pictures, all sound."""
    said = {
        "pictures": [[at_us, key, len(data)] for at_us, key, data in made.pictures],
        "sound": [[first, len(data)] for first, data in made.sound],
    }
    return [header(said), b"".join(each[2] for each in made.pictures), b"".join(each[1] for each in made.sound)]


def read_made(parts: Sequence[bytes]) -> Made:
    """The reverse. Raises BrokenMessage."""
    said = read_header(parts[0])
    pictures = [_fields(each, int, bool, int) for each in _rows(said, "pictures")]
    sound = [_fields(each, int, int) for each in _rows(said, "sound")]
    cut = _cut(parts[1], [each[2] for each in pictures])
    heard = _cut(parts[2], [each[1] for each in sound])
    return Made(
        tuple((at_us, key, data) for (at_us, key, _), data in zip(pictures, cut, strict=True)),
        tuple((first, data) for (first, _), data in zip(sound, heard, strict=True)),
    )


def read_box(value: Any) -> Box:
    """A box that lies in the picture. Raises BrokenMessage."""
    left, top, width, height = _fields(value, int, int, int, int)
    inside = left + width <= WHOLE and top + height <= WHOLE
    if min(left, top) < 0 or min(width, height) < 1 or not inside:
        raise BrokenMessage("A box outside its picture.")
    return left, top, width, height


def read_seen(value: Any) -> Seen:
    """A moment and a box. Raises BrokenMessage."""
    at_us, box = value if type(value) is list and len(value) == 2 else (None, None)
    if type(at_us) is not int:
        raise BrokenMessage("A moment that is none.")
    return Seen(at_us, read_box(box))


def _rows(said: dict[str, Any], name: str) -> list[Any]:
    rows = said.get(name)
    if type(rows) is not list:
        raise BrokenMessage("A part of a header is missing.")
    return rows


def _fields(value: Any, *kinds: type) -> list[Any]:
    if type(value) is not list or [type(each) for each in value] != list(kinds):
        raise BrokenMessage("A row of a header of another shape.")
    return value


def _cut(data: bytes, sizes: Sequence[int]) -> list[bytes]:
    if any(size < 0 for size in sizes) or sum(sizes) != len(data):
        raise BrokenMessage("The sizes in a header do not add up.")
    found, at = [], 0
    for size in sizes:
        found.append(data[at : at + size])
        at += size
    return found
