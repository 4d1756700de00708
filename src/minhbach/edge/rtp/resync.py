"""Where the next `$` frame begins after bytes that are none.

Owns telling frames and RTSP messages from noise (camera-quirks A38, A40): old servers cut a frame short, Wi-Fi
cameras put random bytes between two. Leaves to the caller which channels and sources are known.
"""

from __future__ import annotations

from collections.abc import Callable

_FRAME_HEAD = 16
_MESSAGE = b"RTSP/1."
_LINE_ENDS = frozenset(b"\r\n")
_METHOD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ_")


def may_begin(view: memoryview, position: int, end: int) -> bool:
    """Whether a frame or a message may begin here, or nothing stands here yet."""
    if position >= end or view[position] == 0x24 or view[position] in _LINE_ENDS:
        return True
    head = bytes(view[position : min(end, position + 7)])
    return _MESSAGE.startswith(head) or all(byte in _METHOD for byte in head[:4])


def find_frame(data: bytes, plausible: Callable[[int, bytes], bool]) -> int:
    """The offset of the first believable frame or answer in ``data``, else of the tail that may become one.

    ``plausible`` gets a channel and the first twelve bytes behind the frame's four.
    """
    message = data.find(_MESSAGE)
    limit = len(data) if message < 0 else message
    position = data.find(b"$", 0, limit)
    while position >= 0:
        if limit - position < _FRAME_HEAD and message < 0:
            return position
        length = data[position + 2] << 8 | data[position + 3]
        if length >= 8 and plausible(data[position + 1], data[position + 4 : position + _FRAME_HEAD]):
            return position
        position = data.find(b"$", position + 1, limit)
    if message >= 0:
        return message
    for kept in range(min(len(_MESSAGE) - 1, len(data)), 0, -1):
        if data.endswith(_MESSAGE[:kept]):
            return len(data) - kept
    return len(data)
