"""G.711 as FLAC, because browsers play the one and not the other.

Owns the expansion of A-law and µ-law by table (ITU-T G.711) and verbatim FLAC frames of fixed size with true checksums
(RFC 9639 9). Nothing is lost and, but for a frame of one value as silence is, nothing compressed: each sample of the
camera is one sample of the frame. Pure functions. Leaves times and boxes to ``sound``.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Literal

Law = Literal["alaw", "ulaw"]

_RATE_CODES = {8_000: 4, 16_000: 5, 22_050: 6, 24_000: 7, 32_000: 8, 44_100: 9, 48_000: 10}
_RATE_FOLLOWS = 13
_SIZE_FOLLOWS = 7
_CONSTANT, _VERBATIM = 0x00, 0x02
_BITS_16 = 4


def _alaw(code: int) -> int:
    code ^= 0x55
    exponent, mantissa = (code & 0x70) >> 4, code & 0x0F
    value = (mantissa << 4) + 8
    if exponent:
        value = (value + 0x100) << (exponent - 1)
    return value if code & 0x80 else -value


def _ulaw(code: int) -> int:
    code = ~code & 0xFF
    value = ((((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84
    return -value if code & 0x80 else value


_EXPANSIONS: dict[Law, Callable[[int], int]] = {"alaw": _alaw, "ulaw": _ulaw}
_TABLES: dict[Law, tuple[bytes, bytes]] = {
    law: (bytes(expand(code) >> 8 & 0xFF for code in range(256)), bytes(expand(code) & 0xFF for code in range(256)))
    for law, expand in _EXPANSIONS.items()
}
SILENCE: dict[Law, bytes] = {"alaw": b"\xd5", "ulaw": b"\xff"}


def expanded(law: Law, data: bytes | memoryview) -> bytes:
    """Big-endian signed 16 bit samples of G.711 bytes."""
    high, low = _TABLES[law]
    found = bytearray(2 * len(data))
    found[0::2] = bytes(data).translate(high)
    found[1::2] = bytes(data).translate(low)
    return bytes(found)


def _crc_table(polynomial: int, bits: int) -> list[int]:
    top, mask = 1 << bits - 1, (1 << bits) - 1
    table = []
    for byte in range(256):
        rest = byte << bits - 8
        for _ in range(8):
            rest = (rest << 1 ^ polynomial if rest & top else rest << 1) & mask
        table.append(rest)
    return table


_CRC_8 = _crc_table(0x07, 8)
_CRC_16 = _crc_table(0x8005, 16)


def crc_8(data: bytes) -> int:
    """Of a frame's header (polynomial x^8 + x^2 + x + 1)."""
    rest = 0
    for byte in data:
        rest = _CRC_8[rest ^ byte]
    return rest


def crc_16(data: bytes) -> int:
    """Of a whole frame (polynomial x^16 + x^15 + x^2 + 1)."""
    rest, table = 0, _CRC_16
    for byte in data:
        rest = (rest << 8 & 0xFF00) ^ table[rest >> 8 ^ byte]
    return rest


def stream_info(rate: int, channels: int, block: int) -> bytes:
    """The STREAMINFO block's 34 bytes (RFC 9639 8.2) for frames of ``block`` samples."""
    packed = rate << 44 | (channels - 1) << 41 | 15 << 36
    return struct.pack(">HH6xQ16x", block, block, packed)


def frame(law: Law, data: bytes | memoryview, rate: int, channels: int, number: int) -> bytes:
    """One frame of G.711 bytes, channels interleaved; ``number`` counts the frames of a stream."""
    block = len(data) // channels
    code = _RATE_CODES.get(rate, _RATE_FOLLOWS)
    head = bytes((0xFF, 0xF8, _SIZE_FOLLOWS << 4 | code, (channels - 1) << 4 | _BITS_16 << 1)) + _utf8(number)
    head += struct.pack(">H", block - 1)
    if code == _RATE_FOLLOWS:
        head += struct.pack(">H", rate)
    head += bytes((crc_8(head),))
    parts = [head]
    for channel in range(channels):
        of_it = bytes(data[channel::channels])
        if of_it.count(of_it[:1]) == len(of_it):
            parts += [bytes((_CONSTANT,)), expanded(law, of_it[:1])]
        else:
            parts += [bytes((_VERBATIM,)), expanded(law, of_it)]
    body = b"".join(parts)
    return body + struct.pack(">H", crc_16(body))


def _utf8(number: int) -> bytes:
    """A frame number in the extended UTF-8 of RFC 9639 9.1.5."""
    if number < 0x80:
        return bytes((number,))
    rest: list[int] = []
    while number >= 1 << 6 - len(rest):
        rest.append(0x80 | number & 0x3F)
        number >>= 6
    lead = (0xFF00 >> len(rest) + 1) & 0xFF | number
    return bytes((lead, *reversed(rest)))
