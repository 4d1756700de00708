"""Opus (RFC 7587): one packet is one sample.

Owns how many channels are really coded (camera-quirks D12: RTP always says two) and how long a packet lasts, both
from its first byte. Leaves mixing and playing to others.
"""

from __future__ import annotations

from minhbach.edge.rtp.notes import Notes
from minhbach.edge.rtp.timeline import Alignment
from minhbach.edge.rtp.track import DAMAGED, SYNC, Track
from minhbach.fmp4 import AudioConfig

CLOCK_RATE = 48_000
"""Whatever rtpmap says (RFC 7587 4.1)."""
_SILK_US = (10_000, 20_000, 40_000, 60_000)
_HYBRID_US = (10_000, 20_000)
_CELT_US = (2_500, 5_000, 10_000, 20_000)


class OpusTrack(Track):
    """The configuration follows the packets: a change from mono to stereo is one."""

    kind = "audio"

    def __init__(self, name: str, notes: Notes, alignment: Alignment) -> None:
        super().__init__(name, CLOCK_RATE, notes, alignment)
        self._timestamp = 0
        self._packet_us = 20_000

    @property
    def step_us(self) -> int:
        return self._packet_us

    def packet(
        self, view: memoryview, begin: int, end: int, timestamp: int, marker: int, lost: int, arrival_us: int
    ) -> None:
        self.arrival_us = arrival_us
        self._timestamp = timestamp
        if begin >= end:
            self.remark("empty_packet")
            return
        if lost:
            self._damage = DAMAGED
        first = view[begin]
        self._packet_us = _frame_us(first >> 3) * _frames(view, begin, end)
        self._configure(AudioConfig("opus", CLOCK_RATE, 2 if first & 4 else 1))
        self.data += view[begin:end]
        self._add(len(self.data), timestamp, arrival_us - self._packet_us, SYNC)

    def flush(self, now_us: int) -> None:
        self._settle(now_us, force=True)

    def _timestamp_now(self) -> int:
        return self._timestamp


def _frame_us(configuration: int) -> int:
    """RFC 6716 table 2."""
    if configuration < 12:
        return _SILK_US[configuration & 3]
    if configuration < 16:
        return _HYBRID_US[configuration & 1]
    return _CELT_US[configuration & 3]


def _frames(view: memoryview, begin: int, end: int) -> int:
    """RFC 6716 3.2."""
    code = view[begin] & 3
    if code < 3:
        return 1 if code == 0 else 2
    return max(1, view[begin + 1] & 0x3F) if begin + 1 < end else 1
