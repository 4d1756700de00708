"""A sender for tests: NAL units and sound into RTP packets and `$` frames, with every field open to abuse.

Owns one outgoing stream's numbers. Written apart from the receiver on purpose: both follow the RFCs, neither the
other.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

Payload = bytes
SSRC = 0x1234ABCD


def frame(channel: int, packet: bytes) -> bytes:
    """RFC 2326 10.12."""
    return b"$" + bytes((channel,)) + struct.pack(">H", len(packet)) + packet


def rtp(
    payload: bytes, sequence: int, timestamp: int, *, marker: bool = False, kind: int = 96, ssrc: int = SSRC
) -> bytes:
    """RFC 3550 5.1, plain header."""
    return struct.pack(
        ">BBHII", 0x80, kind | marker << 7, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc
    ) + payload  # fmt: skip


def h264_payloads(nal: bytes, most: int = 1400) -> list[Payload]:
    """A single NAL unit packet, or FU-A fragments (RFC 6184 5.8)."""
    if len(nal) <= most:
        return [nal]
    pieces = [nal[i : i + most - 2] for i in range(1, len(nal), most - 2)]
    indicator = nal[0] & 0xE0 | 28
    kind = nal[0] & 0x1F
    flags = [0x80] + [0] * (len(pieces) - 2) + [0x40]
    return [bytes((indicator, flag | kind)) + piece for flag, piece in zip(flags, pieces, strict=True)]


def h265_payloads(nal: bytes, most: int = 1400) -> list[Payload]:
    """A single NAL unit packet, or FUs (RFC 7798 4.4.3)."""
    if len(nal) <= most:
        return [nal]
    pieces = [nal[i : i + most - 3] for i in range(2, len(nal), most - 3)]
    kind = nal[0] >> 1 & 0x3F
    head = bytes((nal[0] & 0x81 | 49 << 1, nal[1]))
    flags = [0x80] + [0] * (len(pieces) - 2) + [0x40]
    return [head + bytes((flag | kind,)) + piece for flag, piece in zip(flags, pieces, strict=True)]


def stap_a(nals: Sequence[bytes]) -> Payload:
    """RFC 6184 5.7.1."""
    return b"\x78" + b"".join(struct.pack(">H", len(nal)) + nal for nal in nals)


def aggregate_h265(nals: Sequence[bytes]) -> Payload:
    """RFC 7798 4.4.2, without decoding order numbers."""
    return bytes((48 << 1, 1)) + b"".join(struct.pack(">H", len(nal)) + nal for nal in nals)


def sender_report(unix_us: int, timestamp: int, ssrc: int = SSRC) -> bytes:
    """RFC 3550 6.4.1, without report blocks."""
    seconds, rest = divmod(unix_us, 1_000_000)
    fraction = (rest << 32) // 1_000_000
    return struct.pack(
        ">BBHIIIIII", 0x80, 200, 6, ssrc, seconds + 2_208_988_800 & 0xFFFFFFFF, fraction, timestamp & 0xFFFFFFFF, 0, 0
    )


class Sender:
    """One track on its way out; ``sequence`` is that of the next packet."""

    def __init__(self, channel: int = 0, kind: int = 96, sequence: int = 1000, ssrc: int = SSRC) -> None:
        self.channel = channel
        self.kind = kind
        self.sequence = sequence
        self.ssrc = ssrc

    def send(self, payload: bytes, timestamp: int, *, marker: bool = False) -> bytes:
        """One framed packet."""
        packet = rtp(payload, self.sequence, timestamp, marker=marker, kind=self.kind, ssrc=self.ssrc)
        self.sequence = self.sequence + 1 & 0xFFFF
        return frame(self.channel, packet)

    def send_all(self, payloads: Iterable[bytes], timestamp: int) -> bytes:
        """Framed packets of one access unit, the last one marked."""
        items = list(payloads)
        return b"".join(self.send(item, timestamp, marker=item is items[-1]) for item in items)
