"""A picture track for a browser.

Owns how samples from the fabric become fragments: live with a duration four times the usual, so that one lost picture
is a hiccup and not a hole up to the next key frame (a MediaSource drops all that follows a gap longer than twice the
last duration); recorded with the true one. Promises that no sample goes out whose NAL units do not tile it: a browser
would throw its whole player away. Leaves beginnings of files to ``fmp4``.
"""

from __future__ import annotations

from collections.abc import Sequence

from minhbach.centre.stream.fragments import Unit, fragment
from minhbach.fmp4 import BrokenFile, VideoConfig, codec_string, init_segment, nal_units
from minhbach.protocol.footage import SampleHead

LIVE_STRETCH = 4
USUAL_US = 66_667
LONGEST_US = 2_000_000

Sample = tuple[int, SampleHead, bytes]
"""(decode time in µs, what is said of it, its bytes)."""


class Picture:
    """The track under one configuration."""

    def __init__(self, config: VideoConfig, *, live: bool) -> None:
        self.config = config
        self.codec = f'video/mp4; codecs="{codec_string(config)}"'
        self.init = init_segment([config], b"")
        self._stretch = LIVE_STRETCH if live else 1
        self._sequence = 0

    def fragment(self, samples: Sequence[Sample]) -> bytes:
        """Consecutive whole samples; see ``whole``."""
        self._sequence += 1
        base = ticks(samples[0][0])
        units = []
        for at_us, head, data in samples:
            lasts_us = min(head.duration_us or USUAL_US, LONGEST_US if self._stretch > 1 else head.duration_us or 1)
            duration = ticks(at_us + lasts_us * self._stretch) - ticks(at_us)
            offset = ticks(at_us + head.offset_us) - ticks(at_us)
            units.append(Unit(max(1, duration), len(data), head.sync, offset))
        return fragment(self._sequence, base, units, b"".join(data for _, _, data in samples))


def whole(data: bytes | memoryview) -> bool:
    """Whether NAL units tile a sample."""
    try:
        return bool(len(data)) and sum(4 + len(unit) for unit in nal_units(data)) == len(data)
    except BrokenFile:
        return False


def ticks(at_us: int) -> int:
    """Unix µs in the picture's 1/90,000 s."""
    return at_us * 9 // 100
