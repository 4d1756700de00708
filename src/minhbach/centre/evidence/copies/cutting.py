"""One copy of one camera: every picture of begin ≤ t < end, no other, with what it is burned in below.

Owns the order in which the child is fed, the board where there is no footage, progress, and what people read of a
decoder in trouble. Promises a copy exactly as long as what was asked: where pictures are missing the board stands for
them, so that a gap is seen and not cut out.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from minhbach.centre.evidence.copies.film import NOTHING, Film
from minhbach.centre.evidence.copies.plates import plate
from minhbach.centre.evidence.copies.sealed import (
    CopyFailed,
    PictureChunk,
    Sealed,
    Shape,
    begins_with_key,
    chunks,
    shape_of,
)
from minhbach.centre.words import Words
from minhbach.decode.child import DecoderUnavailable, DecodeTrouble, NotDecodable
from minhbach.decode.copying import Copying
from minhbach.decode.orders import Box, Order

HOLE_US = 1_500_000
BOARD_EVERY_US = 1_000_000
UNDECODABLE = Words(
    "Hình hoặc âm thanh trong tệp gốc không giải mã được.", "Pictures or sound in the sealed files cannot be decoded."
)
ENDED = Words(
    "Tiến trình giải mã biệt lập bị dừng giữa chừng.",
    "The confined decoder ended in the middle of it.",
)
UNAVAILABLE = Words(
    "Máy chủ không chạy được tiến trình giải mã biệt lập; hãy báo quản trị hệ thống.",
    "The server cannot run the confined decoder; tell the system administrator.",
)
_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cut:
    """What is copied, from when to when (wall µs), and what is burned in. `about` stands in the file's head."""

    pieces: tuple[Sealed, ...]
    begin_us: int
    end_us: int
    title: str
    details: str
    about: dict[str, object]


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a masked copy hides: covers by the time of the picture, and how each stretch of sound is treated."""

    covers: Mapping[int, Sequence[Box]]
    sound: tuple[tuple[int, int, str], ...] = ()


Tell = Callable[[float], None]
"""How far it has come, 0 to 1."""


def cut_copy(
    target: Path, cut: Cut, hidden: Hidden | None = None, tell: Tell = lambda _: None
) -> list[tuple[int, int, int]]:
    """Write the copy; returns begin (µs), first byte and bytes of each of its fragments. Raises CopyFailed, OSError."""
    pieces = _needed(cut)
    shape = shape_of(pieces)
    film = Film(target, cut.begin_us, cut.end_us)
    try:
        with Copying() as child:
            _fed(child, film, cut, pieces, shape, hidden, tell)
        film.finish()
    except DecodeTrouble as problem:
        film.abandon()
        raise no_copy(problem) from None
    except BaseException:
        film.abandon()
        raise
    return film.places


def no_copy(problem: DecodeTrouble) -> CopyFailed:
    """What people read of it, in a package too; what exactly went wrong is in the process's log."""
    _LOGGER.warning("no copy could be made: %s", problem)
    if isinstance(problem, NotDecodable):
        return CopyFailed(UNDECODABLE)
    return CopyFailed(UNAVAILABLE if isinstance(problem, DecoderUnavailable) else ENDED)


def _fed(
    child: Copying, film: Film, cut: Cut, pieces: Sequence[Sealed], shape: Shape, hidden: Hidden | None, tell: Tell
) -> None:
    order = Order(
        begin_us=cut.begin_us,
        end_us=cut.end_us,
        width=shape.width,
        height=shape.height,
        plate=plate(shape.width, shape.height, title=cut.title, details=cut.details),
        masked=hidden is not None,
        rate=shape.rate,
        sound=hidden.sound if hidden is not None else (),
    )
    sets, sound = child.begin(order)
    film.begin(sets, sound, shape.rate, cut.about)
    shown_us, boards = cut.begin_us, 0
    for piece in pieces:
        for chunk in chunks(piece):
            if not isinstance(chunk, PictureChunk):
                film.add(child.sound(chunk.sound, chunk.at_us))
                continue
            board = _board(shown_us, min(chunk.times))
            boards += len(board)
            film.add(child.blank(board))
            try:
                film.add(child.pictures(chunk.footage, chunk.times, hidden.covers if hidden is not None else None))
            except NotDecodable:
                continue  # the board stands for what cannot be decoded
            shown_us = max(shown_us, *chunk.times)
            tell((min(shown_us, cut.end_us) - cut.begin_us) / (cut.end_us - cut.begin_us))
        tell((min(piece.end_us, cut.end_us) - cut.begin_us) / (cut.end_us - cut.begin_us))
    board = _board(shown_us, cut.end_us)
    film.add(child.blank(board))
    film.add(child.end())
    if film.pictures <= boards + len(board):
        raise CopyFailed(NOTHING)


def _board(shown_us: int, next_us: int) -> list[int]:
    """When the board is shown between two pictures: as soon as one is missed, then every second."""
    if next_us - shown_us <= HOLE_US:
        return []
    return list(range(shown_us + BOARD_EVERY_US // 2, next_us - BOARD_EVERY_US // 4, BOARD_EVERY_US))


def _needed(cut: Cut) -> list[Sealed]:
    """The files that touch the time, and the one before where the first cannot be decoded by itself."""
    found = [n for n, each in enumerate(cut.pieces) if each.begin_us < cut.end_us and each.end_us > cut.begin_us]
    if not found:
        return []
    first = found[0]
    if first and cut.pieces[first].path is not None and not begins_with_key(cut.pieces[first]):
        first -= 1
    return list(cut.pieces[first : found[-1] + 1])
