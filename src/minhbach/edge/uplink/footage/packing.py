"""Samples as they come from a camera, as packets of the fabric.

Owns the cut of what a track gathered into packets (a key frame always begins one, so does a new configuration), their
times on the recorder's wall clock, and decode times for pictures that come in another order than they are shown.
Promises packets in decoding order whose decode times never run backwards. No I/O.
"""

from __future__ import annotations

from collections.abc import Iterator

from minhbach.edge.rtp import track
from minhbach.edge.rtp.track import Samples
from minhbach.fmp4 import TrackConfig
from minhbach.protocol.footage import HOLE, SYNC, Packet, SampleHead, Track

BREAK = 1_000
"""A jump of the sequence number that says: what comes does not go on from what was."""
STEP_US = 1_000
LONGEST_US = 60_000_000
MOST_PACKET_SAMPLES = 1_000
SOUND_TOLD_EVERY = 10
"""Packets."""


class Packer:
    """One track of one live stream; ``broken`` after a new session or a step of the clock."""

    def __init__(self, track: Track) -> None:
        self.track = track
        self.sequence = 0
        self.config: TrackConfig | None = None
        self._decode_us = 0

    def broken(self) -> None:
        """What comes now does not go on from what was."""
        self.sequence += BREAK
        self._decode_us = 0

    def pack(self, samples: Samples, step_us: int, offset_us: int) -> Iterator[Packet]:
        """Packets of ``samples``; ``offset_us`` is wall minus monotonic time, ``step_us`` a sample's usual duration."""
        view = memoryview(samples.data)
        begin = byte = 0
        for end in self._ends(samples):
            size = sum(samples.sizes[begin:end])
            yield self._packet(samples, begin, end, bytes(view[byte : byte + size]), step_us, offset_us)
            begin, byte = end, byte + size

    def _ends(self, samples: Samples) -> list[int]:
        count = len(samples.sizes)
        cuts = {count, *(index for index, _ in samples.configs if 0 < index < count)}
        if self.track == "picture":
            cuts |= {index for index, flag in enumerate(samples.flags) if flag & track.SYNC and index}
        cuts |= set(range(MOST_PACKET_SAMPLES, count, MOST_PACKET_SAMPLES))
        return sorted(cuts)

    def _packet(self, samples: Samples, begin: int, end: int, data: bytes, step_us: int, offset_us: int) -> Packet:
        config = next((each for index, each in samples.configs if index == begin), None)
        changed = config is not None and config != self.config
        self.config = config or self.config
        decode_us = self._decode_times([time_us + offset_us for time_us in samples.times_us[begin:end]])
        heads = tuple(
            SampleHead(
                size,
                min(at_us - decode_us[0], LONGEST_US),
                samples.times_us[index] + offset_us - at_us,
                step_us,
                (SYNC if samples.flags[index] & track.SYNC else 0)
                | (HOLE if samples.flags[index] & track.DAMAGED else 0),
            )
            for index, size, at_us in zip(range(begin, end), samples.sizes[begin:end], decode_us, strict=True)
        )
        sequence, self.sequence = self.sequence, self.sequence + 1
        first_is_key = self.track == "picture" and heads[0].sync
        # Who begins to listen in the middle must learn the sound's form soon; pictures have their key frames.
        due = first_is_key if self.track == "picture" else sequence % SOUND_TOLD_EVERY == 0
        told = self.config if changed or due else None
        return Packet(self.track, sequence, decode_us[0], heads, data, told)

    def _decode_times(self, shown_us: list[int]) -> list[int]:
        """A picture that is shown before one decoded earlier is decoded right behind that one."""
        found = []
        for time_us in shown_us:
            self._decode_us = max(time_us, self._decode_us + STEP_US)
            found.append(self._decode_us)
        return found
