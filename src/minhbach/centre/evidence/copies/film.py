"""The file of a copy: pictures and sound that the child encoded, as MP4 that plays anywhere.

Owns times inside the file (0 is the copy's begin) and where fragments end. Promises that the file appears only when it
is whole, and that it says in its own beginning that it is a copy.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from minhbach.centre.evidence.copies.sealed import CopyFailed
from minhbach.centre.words import Words
from minhbach.decode.orders import Made
from minhbach.fmp4 import (
    MOST_SAMPLES,
    NON_SYNC,
    SYNC,
    AudioConfig,
    Run,
    TrackConfig,
    VideoConfig,
    fragment_header,
    init_segment,
)

FRAGMENT_US = 2_000_000
_PICTURE, _SOUND, _FRAME = 1, 2, 1024
_TICKS = 90
"""Of the picture track, in a millisecond."""
NOTHING = Words("Không có hình nào để lập bản sao.", "There is no picture to make a copy of.")

Picture = tuple[int, bool, bytes]


class Film:
    """Use `add` in order of time, then `finish`; `abandon` leaves nothing."""

    def __init__(self, target: Path, begin_us: int, end_us: int) -> None:
        self._target, self._part = target, target.with_name(target.name + ".part")
        self._begin_us, self._end_us = begin_us, end_us
        self._file = self._part.open("wb")
        self._pictures: list[Picture] = []
        self._sound: list[tuple[int, bytes]] = []
        self._sequence = 0
        self._rate = 0
        self.pictures = 0
        self.places: list[tuple[int, int, int]] = []
        """Of each fragment: begin (µs), first byte, bytes; the head of the file comes before the first."""

    def begin(self, sets: bytes, sound: bytes, rate: int, about: dict[str, object]) -> None:
        """The head of the file: parameter sets, description and rate of the sound (0: none), what the copy is."""
        units = [unit.rstrip(b"\0") for unit in sets.split(b"\0\0\1") if unit.strip(b"\0")]
        kept = [unit for unit in units if unit[0] & 0x1F in (7, 8)]
        tracks: list[TrackConfig] = [VideoConfig.from_sets("h264", kept, in_band=False)]
        if rate:
            tracks.append(AudioConfig("aac", rate, 1, sound))
        self._rate = rate
        self._file.write(init_segment(tracks, json.dumps(about, sort_keys=True, separators=(",", ":")).encode()))

    def add(self, made: Made) -> None:
        """What the child answered."""
        self.pictures += len(made.pictures)
        self._pictures += [(at_us, key, _sample(data)) for at_us, key, data in made.pictures]
        self._sound += made.sound
        while (cut := self._cut()) is not None:
            self._write(self._pictures[:cut], self._pictures[cut][0])
            self._pictures = self._pictures[cut:]

    def finish(self) -> None:
        """Write what is left. Raises CopyFailed when there is no picture at all."""
        if self._pictures:
            self._write(self._pictures, self._end_us)
        if not self.places:
            self.abandon()
            raise CopyFailed(NOTHING)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        os.replace(self._part, self._target)

    def abandon(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self._part.unlink(missing_ok=True)

    def _cut(self) -> int | None:
        """The first key picture that is far enough from the first one that waits."""
        first_us = self._pictures[0][0] if self._pictures else 0
        return next(
            (
                n
                for n, (at_us, key, _) in enumerate(self._pictures)
                if n and key and at_us - first_us >= FRAGMENT_US - 1
            ),
            None,
        )

    def _write(self, pictures: Sequence[Picture], until_us: int) -> None:
        ticks = [(at_us - self._begin_us) * _TICKS // 1000 for at_us, _, _ in pictures]
        ends = [*ticks[1:], max(ticks[-1] + 1, (until_us - self._begin_us) * _TICKS // 1000)]
        runs = [
            Run(
                _PICTURE,
                ticks[0],
                [end - tick for tick, end in zip(ticks, ends, strict=True)],
                [len(data) for _, _, data in pictures],
                [SYNC if key else NON_SYNC for _, key, _ in pictures],
            )
        ]
        last = (until_us - self._begin_us) * self._rate // 1_000_000
        heard = [each for each in self._sound if each[0] < last]
        self._sound = self._sound[len(heard) :]
        # A picture may stand still for minutes while people speak: that is more sound than one run may hold.
        for first in range(0, len(heard), MOST_SAMPLES):
            part = heard[first : first + MOST_SAMPLES]
            sizes = [len(data) for _, data in part]
            runs.append(Run(_SOUND, part[0][0], [_FRAME] * len(part), sizes, [SYNC] * len(part)))
        self._sequence += 1
        media = b"".join(each[2] for each in pictures) + b"".join(data for _, data in heard)
        data = fragment_header(self._sequence, runs, pictures[0][0]) + media
        self.places.append((pictures[0][0], self._file.tell(), len(data)))
        self._file.write(data)


def _sample(data: bytes) -> bytes:
    """NAL units of a byte stream behind four-byte lengths; parameter sets stand in the file's head."""
    units = [unit for unit in _units(data) if unit and unit[0] & 0x1F not in (7, 8, 9)]
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)


def _units(data: bytes) -> list[bytes]:
    found = data.split(b"\0\0\1")[1:]
    # The zero in front of a longer start code belongs to it, and no unit ends with one (ITU-T H.264 7.4.1).
    return [unit.rstrip(b"\0") for unit in found]
