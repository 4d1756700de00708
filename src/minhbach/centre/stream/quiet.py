"""Silence in place of a tile's sound, while the line has no room for both it and the picture.

Owns the decision, from when a tile lost pictures on its way, and the silent track. Sound of a telephone's quality takes
as much of a narrow line as a small picture does, and a player stands still where its sound ends: a line that carries
neither in time would show nothing, though one key frame after the other arrived. Promises that the page's player keeps
its form, so that no picture turns black; that each picture has silence beside it; and that sound is tried again soon,
later each time it did not fit. Leaves telling the page to ``watching``.
"""

from __future__ import annotations

from minhbach.centre.stream.relay import BLOCKS_PER_S, Piece
from minhbach.centre.stream.sound import Sound
from minhbach.fmp4 import AudioConfig

FIRST_S, LONGEST_S = 3.0, 120.0
TIMES = 4
FORGIVEN_S = 60.0
ONE_LOSS_S = 0.5
"""What is lost within so long is one loss."""
ROUNDED_US = 64_000
"""The longest block of sound: silence reaches behind its picture, never less far."""
HOLE_US = 200_000


class Quiet:
    """Of one tile. ``lost`` when pictures were; while ``now``, ``beside`` gives each picture's silence."""

    def __init__(self) -> None:
        self._lost_s = 0.0
        self._until_s = 0.0
        self._lasts_s = FIRST_S
        self._silence: Sound | None = None

    def lost(self, now_s: float) -> None:
        """The page did not keep up."""
        before_s, self._lost_s = self._lost_s, now_s
        if now_s - before_s < ONE_LOSS_S:
            return
        if now_s > self._until_s + FORGIVEN_S:
            self._lasts_s = FIRST_S
        self._until_s = now_s + self._lasts_s
        self._lasts_s = min(LONGEST_S, self._lasts_s * TIMES)

    def now(self, now_s: float) -> bool:
        """Whether the tile has silence for its sound."""
        return now_s < self._until_s

    def refused(self) -> None:
        """What ``beside`` gave last was dropped."""
        self._silence = None

    def beside(self, picture: Piece, config: AudioConfig) -> bytes:
        """Silence from where it ended, or from a picture's beginning, to its end; perhaps none is missing."""
        silence = self._silence
        if silence is None or silence.config != config or abs(picture.begin_us - silence.end_us) > HOLE_US:
            silence = self._silence = Sound(config, blocks_per_s=BLOCKS_PER_S)
            silence.silence_until(picture.begin_us)
        return silence.silence_until(picture.end_us + ROUNDED_US)
