"""Pictures put together from slices that were encoded apart: the room from a loop, the clock of its own moment.

A day of pictures would take an encoder longer than anybody waits for a demo. An H.264 picture may consist of several
slices, and a slice knows nothing of its neighbours but the pictures before it; so the room is encoded for some minutes
and played again and again, and only the corner with the clock and the row with the barcode are encoded for each
moment. Owns the encoder for such parts and moving a slice to its place (ITU-T H.264, 7.3.3). Promises that what comes
out is an ordinary stream of the main profile with one set of parameters.

The parts fit because all are encoded alike: one reference picture, no deblocking, no B pictures, key pictures at the
same places. What still could differ is a movement that points out of a part, which a short search makes rare and the
next key picture ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import av
import numpy as np
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from numpy.typing import NDArray

from minhbach.demo.encoder import split_units

BLOCK = 16
PICTURES_PER_S = 1
_PARAMETERS = bytes.fromhex("68ee3c80")
"""Picture parameters of all parts: CABAC, no weighted prediction, deblocking told by the slice."""
_IDR, _PLAIN, _SEQUENCE = 5, 1, 7


class UnfitEncoder(Exception):
    """The encoder makes streams of another shape, whose slices cannot be put together."""

    def __init__(self, sets: list[bytes]) -> None:
        made = ", ".join(unit.hex() for unit in sets)
        super().__init__(f"This encoder's parameter sets are not the ones that slices are put together for: {made}")


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice at its place in the whole picture; ``units``: as part of an even and of an odd group of pictures."""

    units: tuple[bytes, bytes]


class PartEncoder:
    """Encodes one part, ``width`` × ``height`` pixels (whole blocks), as one slice for each of ``places``.

    ``places``: the number of each slice's first block in the whole picture, from the top of the part to its bottom.
    """

    def __init__(self, width: int, height: int, places: tuple[int, ...], *, gop: int, crf: int) -> None:
        self._places = places
        blocks = width * height // BLOCK**2 // len(places)
        self._context = _context(width, height, blocks, gop, crf)
        sets = split_units(bytes(self._context.extradata or b""))
        self.sequence, parameters = (next(unit for unit in sets if unit[0] & 31 == kind) for kind in (_SEQUENCE, 8))
        if parameters != _PARAMETERS:
            raise UnfitEncoder(sets)
        self._frame_bits = _frame_bits(self.sequence)

    @property
    def sets(self) -> tuple[bytes, bytes]:
        """Sequence and picture parameters."""
        return self.sequence, _PARAMETERS

    def encode(self, planes: NDArray[np.uint8], number: int, *, key: bool) -> list[Slice]:
        """The slices of picture ``number``; ``planes``: planar YUV 4:2:0, (height · 3/2, width) bytes."""
        frame = av.VideoFrame.from_numpy_buffer(planes, format="yuv420p")
        frame.pts = number
        frame.pict_type = PictureType.I if key else PictureType.NONE
        units = [unit for packet in self._context.encode(frame) for unit in split_units(bytes(packet))]
        pieces = [unit for unit in units if unit[0] & 31 in (_IDR, _PLAIN)]
        return [self._placed(unit, place) for unit, place in zip(pieces, self._places, strict=True)]

    def _placed(self, unit: bytes, place: int) -> Slice:
        even = moved(unit, place, 0, self._frame_bits)
        return Slice((even, moved(unit, place, 1, self._frame_bits) if unit[0] & 31 == _IDR else even))


@lru_cache(maxsize=4096)  # a part in which nothing moves is the same few bytes again and again
def moved(unit: bytes, place: int, group: int, frame_bits: int) -> bytes:
    """The slice as it stands at block ``place``; ``group`` tells two groups of pictures in a row apart."""
    payload = unit[1:].replace(b"\0\0\3", b"\0\0")
    bits = _Bits(payload[:32])
    bits.ue()
    after_place = bits.at
    kind = bits.ue() % 5
    bits.ue()
    bits.take(frame_bits)
    before_group = after_group = bits.at
    if unit[0] & 31 == _IDR:
        bits.ue()
        after_group = bits.at
    _skip_rest(bits, predicted=kind == 0, idr=unit[0] & 31 == _IDR)
    header = _ue(place) + bits.text(after_place, before_group)
    if after_group > before_group:
        header += _ue(group)
    header += bits.text(after_group, bits.at)
    header += "1" * (-len(header) % 8)
    rest = payload[-(-bits.at // 8) :]
    whole = int(header, 2).to_bytes(len(header) // 8, "big") + rest
    return unit[:1] + re.sub(rb"\0\0(?=[\0-\3])", b"\0\0\3", whole)


def _skip_rest(bits: _Bits, *, predicted: bool, idr: bool) -> None:
    """Over the part of the header that stays: references, CABAC's table, quantiser, deblocking."""
    if predicted:
        if bits.take(1):
            bits.ue()
        bits.take(1)
    bits.take(2 if idr else 1)
    if predicted:
        bits.ue()
    bits.ue()
    if bits.ue() != 1:
        bits.ue()
        bits.ue()


def _frame_bits(sequence: bytes) -> int:
    """How many bits a picture's number has (7.3.2.1.1, main profile). Raises UnfitEncoder."""
    bits = _Bits(sequence[4:].replace(b"\0\0\3", b"\0\0"))
    bits.ue()
    length = bits.ue() + 4
    if bits.ue() != 2 or sequence[1] != 77:
        raise UnfitEncoder([sequence])
    return length


class _Bits:
    """Reads bits, most significant first."""

    def __init__(self, data: bytes) -> None:
        self._text = f"{int.from_bytes(data, 'big'):0{len(data) * 8}b}"
        self.at = 0

    def take(self, count: int) -> int:
        self.at += count
        return int(self._text[self.at - count : self.at], 2)

    def ue(self) -> int:
        """An Exp-Golomb number (9.1); a signed one is as long."""
        zeros = self._text.index("1", self.at) - self.at
        self.at += zeros
        return self.take(zeros + 1) - 1

    def text(self, begin: int, end: int) -> str:
        return self._text[begin:end]


def _ue(number: int) -> str:
    digits = f"{number + 1:b}"
    return "0" * (len(digits) - 1) + digits


def _context(width: int, height: int, blocks: int, gop: int, crf: int) -> VideoCodecContext:
    context = av.CodecContext.create("libx264", "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height = width, height
    context.pix_fmt = "yuv420p"
    context.time_base = Fraction(1, PICTURES_PER_S)
    context.framerate = Fraction(PICTURES_PER_S)
    context.thread_count = 1
    context.gop_size = gop
    context.flags |= Flags.global_header
    shape = f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes=0:ref=1:weightp=0:8x8dct=0:no-deblock=1:stitchable=1"
    search = "me=dia:merange=4:subme=1"
    context.options = {
        "preset": "veryfast",
        "tune": "zerolatency",
        "crf": str(crf),
        "forced-idr": "1",
        "x264-params": f"{shape}:{search}:level=3.0:slice-max-mbs={blocks}",
    }
    context.open()
    return context
