"""RTCP (RFC 3550 section 6): what a camera reports, and what it must hear to keep sending.

Owns reading compound packets as far as they can be read (a broken tail spoils nothing before it; camera-quirks C52)
and writing receiver reports. Leaves the meaning of a report's time to ``timeline``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

SENDER_REPORT, RECEIVER_REPORT, SOURCE_DESCRIPTION, BYE = 200, 201, 202, 203
_NTP_TO_UNIX_S = 2_208_988_800
_ERA_S = 1 << 32
_SENDER = struct.Struct(">IIII")
_BLOCK = struct.Struct(">IIIIII")


@dataclass(frozen=True, slots=True)
class SenderReport:
    """At ``unix_us`` (the camera's clock, a claim) the media clock of ``ssrc`` showed ``timestamp``.

    ``middle`` are the NTP time's middle 32 bits, which a receiver report sends back.
    """

    ssrc: int
    unix_us: int
    middle: int
    timestamp: int


@dataclass(frozen=True, slots=True)
class Bye:
    """The source has ended."""

    ssrc: int


@dataclass(frozen=True, slots=True)
class Reception:
    """The numbers of one report block; ``delay`` in 1/65536 seconds since the report with ``last_report``."""

    ssrc: int
    lost_fraction: int
    lost: int
    highest: int
    last_report: int
    delay: int


def read(data: bytes) -> Iterator[SenderReport | Bye | None]:
    """The reports and byes of a compound packet in order; a None at the end says that the rest could not be read."""
    position = 0
    while position < len(data):
        if len(data) - position < 4 or data[position] >> 6 != 2:
            yield None
            return
        kind = data[position + 1]
        end = position + 4 + 4 * int.from_bytes(data[position + 2 : position + 4], "big")
        if kind == SENDER_REPORT and position + 20 <= min(end, len(data)):
            yield _sender_report(data, position + 4)
        elif kind == BYE and data[position] & 0x1F and position + 8 <= min(end, len(data)):
            yield Bye(int.from_bytes(data[position + 4 : position + 8], "big"))
        if end > len(data):
            yield None
        position = end


def _sender_report(data: bytes, position: int) -> SenderReport:
    ssrc, seconds, fraction, timestamp = _SENDER.unpack_from(data, position)
    # Seconds below 2^31 mean the era that begins in 2036 (RFC 5905 section 6). A camera whose clock was never set (C53)
    # then claims to be there: a claim either way.
    era_s = _ERA_S if seconds < 1 << 31 else 0
    unix_us = (seconds + era_s - _NTP_TO_UNIX_S) * 1_000_000 + (fraction * 1_000_000 >> 32)
    return SenderReport(ssrc, unix_us, (seconds & 0xFFFF) << 16 | fraction >> 16, timestamp)


def receiver_report(own_ssrc: int, reception: Reception | None, name: bytes = b"recorder") -> bytes:
    """RR and SDES with a CNAME (RFC 3550 6.1 wants both in every compound packet)."""
    block = b""
    if reception is not None:
        loss = reception.lost_fraction << 24 | min(max(reception.lost, 0), 0x7FFFFF)
        block = _BLOCK.pack(reception.ssrc, loss, reception.highest, 0, reception.last_report, reception.delay)
    report = struct.pack(">BBHI", 0x80 | bool(block), RECEIVER_REPORT, 1 + len(block) // 4, own_ssrc) + block
    item = bytes((1, len(name))) + name
    item += bytes(4 - len(item) % 4)
    return report + struct.pack(">BBHI", 0x81, SOURCE_DESCRIPTION, 1 + len(item) // 4, own_ssrc) + item
