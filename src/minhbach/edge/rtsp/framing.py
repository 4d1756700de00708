"""Where the next thing starts on an RTSP connection: an interleaved frame, a message, or nothing we know.

Owns: telling the three apart at any byte, and finding the way back after bytes that are neither (A38).

Promises: pure and bounded; an answer "more" is only given for a few bytes, so a partial line can never hold back
media for long; a place is trusted only by several marks at once (`$`, a known channel, a sane length, RTP version 2).

Leaves to others: running over frames in place (`rtp.receiver`), collecting messages (`message`).
"""

from __future__ import annotations

import re
from collections.abc import Container
from enum import Enum

from minhbach.edge.rtsp.message import Buffer

DOLLAR = 0x24
_LOOK_BYTES = 48
_WINDOW_BYTES = 4096
_STATUS = b"RTSP/1.0 "
SURE_BYTES = len(_STATUS)
"""With so many bytes behind it, a start found by `find_start` has shown every mark."""
_CANDIDATE = re.compile(rb"[$R]")
_WHOLE = re.compile(rb"RTSP/1\.|[A-Z_]{3,24} (?:\*|/|rtsps?:)")
_PARTIAL = re.compile(rb"R?T?S?P?/?1?\.?|[A-Z_]{1,24}(?: (?:r?t?s?p?s?:?))?")
_FOREIGN = re.compile(rb"HTTP/|<!DOCTYPE|<html", re.IGNORECASE)


class Start(Enum):
    """What stands at a position."""

    MESSAGE = "message"
    MORE = "more"
    HTTP = "http"
    NOISE = "noise"


def classify(buffer: Buffer, pos: int, end: int) -> Start:
    """What begins at `pos`, which holds neither `$` nor CR/LF."""
    head = bytes(buffer[pos : min(end, pos + _LOOK_BYTES)])
    if _WHOLE.match(head):
        return Start.MESSAGE
    if _FOREIGN.match(head):
        return Start.HTTP
    # Everything that could still become a message or `HTTP/` is upper-case letters, then at most one short word.
    return Start.MORE if len(head) < _LOOK_BYTES and _PARTIAL.fullmatch(head) else Start.NOISE


def find_start(buffer: Buffer, pos: int, end: int, channels: Container[int] | None) -> int:
    """The first position ≥ `pos` where a frame of a known channel or a status line plausibly starts, or might start
    when more bytes come; `end` when there is none. `channels` None: any channel."""
    for begin in range(pos, end, _WINDOW_BYTES):
        # A few bytes more than the window, so that a start at its very end is judged like any other.
        view = bytes(buffer[begin : min(end, begin + _WINDOW_BYTES + len(_STATUS))])
        for match in _CANDIDATE.finditer(view, 0, _WINDOW_BYTES):
            offset = match.start()
            if _STATUS.startswith(view[offset : offset + len(_STATUS)]) or (
                view[offset] == DOLLAR and _plausible_frame(view, offset, channels)
            ):
                return begin + offset
    return end


def _plausible_frame(view: bytes, offset: int, channels: Container[int] | None) -> bool:
    """Every byte that is there must fit; bytes not yet there are given the benefit of the doubt."""
    head = view[offset : offset + 6]
    if len(head) > 1 and channels is not None and head[1] not in channels:
        return False
    if len(head) > 3 and int.from_bytes(head[2:4], "big") < 8:
        return False
    return not (len(head) > 4 and head[4] >> 6 != 2)
