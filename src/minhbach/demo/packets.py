"""RTP and RTCP packets in RTSP's `$` framing, made once per frame for every viewer.

Owns the sender's numbers of a track (sequence, SSRC, counts). Promises that a packet's payload never exceeds
`PAYLOAD_BYTES`, that the last packet of an access unit alone has the marker, and that a sender report's two times
name one instant. Leaves to the caller what the RTP timestamps are.

Sources: RFC 3550 (RTP, RTCP), RFC 6184 (H.264), RFC 7798 (H.265), RFC 3640 (AAC-hbr), RFC 2326 section 10.12 (`$`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

PAYLOAD_BYTES = 1400
_NTP_EPOCH_S = 2_208_988_800
_FRAMED_RTP = struct.Struct(">BBHBBHII")


class RtpTrack:
    """The outgoing side of one track: turns payloads into framed packets on interleaved channel `channel`."""

    def __init__(self, channel: int, payload_type: int, ssrc: int, sequence: int) -> None:
        self.channel = channel
        self.payload_type = payload_type
        self.ssrc = ssrc
        self.sequence = sequence  # of the next packet
        self._packets = 0
        self._octets = 0

    def pack(self, payloads: Sequence[bytes], timestamp: int) -> bytes:
        """All packets of one access unit or audio frame, `$`-framed, the last one marked."""
        out = bytearray()
        last = len(payloads) - 1
        for index, payload in enumerate(payloads):
            marked = self.payload_type | (0x80 if index == last else 0)
            out += _FRAMED_RTP.pack(
                0x24, self.channel, 12 + len(payload), 0x80, marked, self.sequence, timestamp & 0xFFFFFFFF, self.ssrc
            )
            out += payload
            self.sequence = (self.sequence + 1) & 0xFFFF
            self._octets += len(payload)
        self._packets += len(payloads)
        return bytes(out)

    def sender_report(self, wall_us: int, timestamp: int) -> bytes:
        """A framed compound of SR and SDES: at `wall_us` (Unix, UTC) the track's clock showed `timestamp`."""
        seconds, rest_us = divmod(wall_us, 1_000_000)
        report = struct.pack(
            ">BBHIIIIII",
            0x80,
            200,
            6,
            self.ssrc,
            (seconds + _NTP_EPOCH_S) & 0xFFFFFFFF,
            (rest_us << 32) // 1_000_000,
            timestamp & 0xFFFFFFFF,
            self._packets & 0xFFFFFFFF,
            self._octets & 0xFFFFFFFF,
        )
        name = b"camera"
        chunk = struct.pack(">IBB", self.ssrc, 1, len(name)) + name
        chunk += bytes(4 - len(chunk) % 4)
        compound = report + struct.pack(">BBH", 0x81, 202, len(chunk) // 4) + chunk
        return struct.pack(">BBH", 0x24, self.channel + 1, len(compound)) + compound


def h264_payloads(units: Iterable[bytes]) -> list[bytes]:
    """Single NAL unit packets and FU-A fragments (RFC 6184 sections 5.6 and 5.8)."""
    payloads: list[bytes] = []
    for unit in units:
        if len(unit) <= PAYLOAD_BYTES:
            payloads.append(unit)
            continue
        indicator = unit[0] & 0xE0 | 28
        payloads += _fragments(unit[1:], bytes([indicator]), unit[0] & 0x1F)
    return payloads


def h265_payloads(units: Iterable[bytes]) -> list[bytes]:
    """Single NAL unit packets and FUs (RFC 7798 sections 4.4.1 and 4.4.3)."""
    payloads: list[bytes] = []
    for unit in units:
        if len(unit) <= PAYLOAD_BYTES:
            payloads.append(unit)
            continue
        header = bytes([unit[0] & 0x81 | 49 << 1, unit[1]])
        payloads += _fragments(unit[2:], header, unit[0] >> 1 & 0x3F)
    return payloads


def aac_payload(frame: bytes) -> bytes:
    """One AAC frame with its AU header: 13 bits of size, 3 of index (RFC 3640 section 3.3.6)."""
    return struct.pack(">HH", 16, len(frame) << 3) + frame


def rechannelled(framed: bytes, channel: int) -> bytes:
    """The same framed packets on another interleaved channel, for a viewer that asked for its own numbers."""
    out = bytearray(framed)
    position = 0
    while position < len(out):
        out[position + 1] = channel
        position += 4 + int.from_bytes(out[position + 2 : position + 4], "big")
    return bytes(out)


def _fragments(body: bytes, header: bytes, kind: int) -> list[bytes]:
    step = PAYLOAD_BYTES - len(header) - 1
    starts = range(0, len(body), step)
    payloads = []
    for start in starts:
        mark = (0x80 if start == 0 else 0) | (0x40 if start == starts[-1] else 0)
        payloads.append(header + bytes([mark | kind]) + body[start : start + step])
    return payloads
