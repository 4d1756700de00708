"""Whether a microphone hears anything.

Owns the level of G.711 sound, read by counting its 256 codes (no decoder is needed for that), what of AAC sound is put
aside for the decode child, and the judgement over windows of ten seconds. Promises that a camera which never sent sound
is not called silent, and that one whose sound stopped is.
"""

from __future__ import annotations

import math
from collections import Counter

from minhbach.decode.wire import Loudness, Sound
from minhbach.edge.health import thresholds
from minhbach.fmp4 import AudioConfig


def levels(law: str) -> tuple[int, ...]:
    """The 256 values of G.711 A-law (``alaw``) or µ-law (``ulaw``) on 16 bits (ITU-T G.711)."""
    return tuple(_alaw(code) if law == "alaw" else _ulaw(code) for code in range(256))


def _alaw(code: int) -> int:
    bits = code ^ 0x55
    step = (bits & 15) * 16 + 8
    segment = bits >> 4 & 7
    magnitude = step if segment == 0 else (step + 256) << segment - 1
    return magnitude if bits & 0x80 else -magnitude


def _ulaw(code: int) -> int:
    bits = ~code & 0xFF
    magnitude = (((bits & 15) << 3) + 132 << (bits >> 4 & 7)) - 132
    return -magnitude if bits & 0x80 else magnitude


_LEVELS = {law: levels(law) for law in ("alaw", "ulaw")}


def loudness(law: str, codes: Counter[int]) -> Loudness:
    """Of so many samples of each G.711 code."""
    values = _LEVELS[law]
    count = codes.total()
    if not count:
        return Loudness(0, 0.0)
    mean = sum(values[code] * number for code, number in codes.items()) / count
    power = sum((values[code] - mean) ** 2 * number for code, number in codes.items()) / count
    return Loudness(count, math.sqrt(power) / 32768)


class Hearing:
    """One camera's sound: ``hear`` packets as they come, ``window`` every ten seconds, ``judge`` its loudness."""

    def __init__(self) -> None:
        self.expected = False
        """Whether this camera has ever sent sound."""
        self._config: AudioConfig | None = None
        self._codes: Counter[int] = Counter()
        self._packets: list[bytes] = []
        self._silent_windows = 0

    def hear(self, config: AudioConfig, packets: list[bytes]) -> None:
        """Take packets of one track."""
        if config != self._config:
            self._config = config
            self._codes.clear()
            self._packets.clear()
        self.expected = True
        if config.codec in _LEVELS:
            for packet in packets:
                self._codes.update(packet)
        elif config.codec == "aac":
            self._packets = [*self._packets, *packets][-thresholds.AAC_PACKETS :]

    def window(self) -> Loudness | Sound | None:
        """What the window that ends now held: its loudness, or what must be decoded for it; None for nothing."""
        config, codes, packets = self._config, self._codes, self._packets
        self._codes, self._packets = Counter(), []
        if config is None or not (codes or packets):
            return Loudness(0, 0.0) if self.expected else None
        return loudness(config.codec, codes) if codes else Sound(config, tuple(packets))

    def judge(self, heard: Loudness) -> bool:
        """Whether the microphone is silent, after one more window."""
        self._silent_windows = self._silent_windows + 1 if heard.rms < thresholds.SILENT_RMS else 0
        return self._silent_windows >= thresholds.SILENT_WINDOWS

    def away(self) -> None:
        """No picture comes either: that is another fault."""
        self._silent_windows = 0
        self._codes.clear()
        self._packets.clear()
