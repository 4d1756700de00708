"""The one supplemental message the receiver looks at.

Owns finding a recovery point (H.264 D.1.8, H.265 D.2.8: payload type 6 in both) in an SEI NAL unit. All messages
stay in the sample whatever they are: a camera's watermark may travel in one (camera-quirks C35).
"""

from __future__ import annotations

from minhbach.fmp4.bits import without_emulation_prevention

_RECOVERY_POINT = 6


def has_recovery_point(data: bytearray, begin: int, end: int) -> bool:
    """Whether the SEI messages in ``data[begin:end]`` (behind the NAL header) hold a recovery point."""
    payload = bytes(data[begin:end])
    if b"\0\0\3" in payload:
        payload = without_emulation_prevention(payload)
    position = 0
    while position + 2 < len(payload):
        kind, position = _number(payload, position)
        size, position = _number(payload, position)
        if kind == _RECOVERY_POINT:
            return True
        position += size
    return False


def _number(payload: bytes, position: int) -> tuple[int, int]:
    """A value coded as 255s and a last byte (H.264 7.3.2.3.1), and where it ends."""
    value = 0
    while position < len(payload):
        byte = payload[position]
        position += 1
        value += byte
        if byte != 0xFF:
            break
    return value, position
