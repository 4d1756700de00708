"""G.711 A-law and mu-law (RFC 3551 4.5.14): one byte is one sample of one channel.

Owns how long a packet lasts: its bytes say so, the RTP timestamp only where it goes on (camera-quirks D02 to D04,
D16). Promises that each packet becomes one sample with its bytes unchanged, that packets never overlap, and that a
silence of the camera stays a hole in time (no sound is invented). Leaves drift against the picture to ``timeline``
(D01).
"""

from __future__ import annotations

from typing import Literal

from minhbach.edge.rtp.notes import Notes
from minhbach.edge.rtp.timeline import Alignment
from minhbach.edge.rtp.track import DAMAGED, SYNC, Track
from minhbach.fmp4 import AudioConfig

WRONG_STEPS_BEFORE_COUNTING = 3


class G711Track(Track):
    """Timestamps are believed while they agree with the bytes; a camera whose never do gets its samples counted."""

    kind = "audio"

    def __init__(
        self,
        name: str,
        codec: Literal["alaw", "ulaw"],
        clock_rate: int,
        channels: int,
        notes: Notes,
        alignment: Alignment,
    ) -> None:
        super().__init__(name, clock_rate, notes, alignment)
        self._channels = channels
        self._expected = -1
        self._timestamp = -1
        self._shift = 0
        self._wrong_steps = 0
        self._packet_us = 0
        self._configure(AudioConfig(codec, clock_rate, channels))

    @property
    def step_us(self) -> int:
        return self._packet_us

    def packet(
        self, view: memoryview, begin: int, end: int, timestamp: int, marker: int, lost: int, arrival_us: int
    ) -> None:
        self.arrival_us = arrival_us
        size = end - begin
        if not size:
            self.remark("empty_packet")
            return
        duration = size // self._channels
        media = timestamp + self._shift & 0xFFFFFFFF
        if media == self._expected:
            self._wrong_steps = 0
        elif self._expected >= 0:
            media = self._reconcile(media, timestamp, lost, duration)
        self._timestamp = timestamp
        self._expected = media + duration & 0xFFFFFFFF
        self.data += view[begin:end]
        self._packet_us = duration * 1_000_000 // self.timeline.clock_rate
        if lost:
            self._damage = DAMAGED
        self._add(len(self.data), media, self._sounded_us(duration), SYNC)

    def flush(self, now_us: int) -> None:
        self._settle(now_us, force=True)

    def _reconcile(self, media: int, timestamp: int, lost: int, duration: int) -> int:
        """Where a packet belongs whose timestamp is not the end of the one before."""
        if lost:
            return media
        ahead = (media - self._expected + 0x80000000 & 0xFFFFFFFF) - 0x80000000
        if timestamp == self._timestamp:
            self.remark("same_timestamp")
            return self._expected
        if -self.timeline.clock_rate < ahead < self.timeline.clock_rate:
            self.remark("timestamp_step")
        else:
            return media
        self._wrong_steps += 1
        if ahead > 0 and self._wrong_steps <= WRONG_STEPS_BEFORE_COUNTING:
            return media
        self._shift = self._shift - ahead & 0xFFFFFFFF
        return self._expected

    def _timestamp_now(self) -> int:
        return self._timestamp
