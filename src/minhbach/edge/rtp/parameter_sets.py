"""The parameter sets in force on a video track.

Owns which set replaces which: two sets of one type with one id are the same set sent again, or its successor.
Promises that sets stay the bytes that were received and are compared without their trailing zeros (camera-quirks
B06), and that no more than ``MOST_SETS`` are kept. A set that cannot be parsed still counts (C47). Leaves their
meaning to ``fmp4``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from minhbach.fmp4 import BrokenSet, VideoConfig
from minhbach.fmp4.bits import BitReader, without_emulation_prevention

MOST_SETS = 64
LONGEST_SET_BYTES = 0xFFFF
"""What a configuration record can carry (ISO/IEC 14496-15 5.3.3.1)."""
_NEEDED = {"h264": (7, 8), "h265": (32, 33, 34)}
_ID_HEAD_BYTES = 128


class ParameterSets:
    """The newest set of each type and id; begins with those of the SDP, if any."""

    def __init__(self, codec: Literal["h264", "h265"], sets: Iterable[bytes] = ()) -> None:
        self.codec = codec
        self._in_band = False
        self.replaced = 0
        """How often a set took the place of a different one of the same id."""
        self._sets: dict[tuple[int, int], bytes] = {}
        for nal in sets:
            self.put(nal, in_band=False)

    @property
    def complete(self) -> bool:
        """Whether a decoder could begin: at least one set of each type is known."""
        kinds = {kind for kind, _ in self._sets}
        return all(kind in kinds for kind in _NEEDED[self.codec])

    def put(self, nal: bytes, *, in_band: bool) -> bool:
        """Take a whole NAL unit; returns whether the configuration is another one now."""
        kind = nal[0] & 0x1F if self.codec == "h264" else nal[0] >> 1 & 0x3F
        if kind not in _NEEDED[self.codec] or len(nal) > LONGEST_SET_BYTES:
            return False
        changed = in_band and not self._in_band
        self._in_band |= in_band
        key = kind, self._identify(kind, nal)
        known = self._sets.get(key)
        if known is None and len(self._sets) >= MOST_SETS:
            return changed
        if known is None or known.rstrip(b"\0") != nal.rstrip(b"\0"):
            self.replaced += known is not None
            self._sets[key] = nal
            changed = True
        return changed

    def config(self) -> VideoConfig:
        """The configuration made of all sets."""
        return VideoConfig.from_sets(self.codec, tuple(self._sets.values()), in_band=self._in_band)

    def _identify(self, kind: int, nal: bytes) -> int:
        """The set's own id; -1 when it cannot be read."""
        try:
            bits = BitReader(without_emulation_prevention(nal[:_ID_HEAD_BYTES]))
            return _id_h264(kind, bits) if self.codec == "h264" else _id_h265(kind, bits)
        except BrokenSet:
            return -1


def _id_h264(kind: int, bits: BitReader) -> int:
    """H.264 7.3.2.1.1 and 7.3.2.2."""
    bits.read(8 + (24 if kind == 7 else 0))
    return bits.unsigned()


def _id_h265(kind: int, bits: BitReader) -> int:
    """H.265 7.3.2.1 to 7.3.2.3; an SPS has its id behind the profiles of its sub-layers (7.3.3)."""
    bits.read(16)
    if kind == 32:
        return bits.read(4)
    if kind == 33:
        bits.read(4)
        sub_layers = bits.read(3)
        bits.read(1)
        bits.read(88)
        bits.read(8)
        present = [(bits.read(1), bits.read(1)) for _ in range(sub_layers)]
        bits.read(2 * (8 - sub_layers) if sub_layers else 0)
        for profile, level in present:
            bits.read(88 * profile + 8 * level)
    return bits.unsigned()
