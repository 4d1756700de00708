"""The RTP header (RFC 3550 5.1) where it is not the plain twelve bytes.

Owns finding the payload behind CSRC entries, header extensions of any profile (camera-quirks C23, C25) and in front
of padding (C22). Leaves sequence and source numbers to ``receiver``.
"""

from __future__ import annotations

from dataclasses import dataclass

HEADER_BYTES = 12


@dataclass(frozen=True, slots=True)
class Payload:
    """Where a packet's payload lies, and its header extension (profile, begin, end) if it has one."""

    begin: int
    end: int
    extension: tuple[int, int, int] | None = None
    bad_padding: bool = False


def locate(view: memoryview, begin: int, end: int) -> Payload | None:
    """The payload of the packet ``view[begin:end]``; None when the header promises more than there is."""
    first = view[begin]
    position = begin + HEADER_BYTES + 4 * (first & 0x0F)
    extension = None
    if first & 0x10:
        if position + 4 > end:
            return None
        profile = view[position] << 8 | view[position + 1]
        words = view[position + 2] << 8 | view[position + 3]
        extension = profile, position + 4, position + 4 + 4 * words
        position = extension[2]
    if position > end:
        return None
    if not first & 0x20 or position == end:
        return Payload(position, end, extension, bad_padding=bool(first & 0x20))
    padding = view[end - 1]
    if padding == 0 or padding > end - position:
        return Payload(position, end, extension, bad_padding=True)
    return Payload(position, end - padding, extension)
