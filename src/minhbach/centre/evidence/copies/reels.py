"""A copy as it is watched on a page: its head, then some seconds of it at a time; never the file.

Owns where a piece begins and ends, and what of the sound goes with it: the file keeps silence where the encoder gave it
back, which may be minutes behind its pictures, and a page that gets a piece needs both. Promises pieces that follow one
another over all of the copy, each playable behind the head alone, without any sound where none is to be heard. Leaves
who is given a piece, and how fast, to `actions.masking`.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from minhbach.fmp4 import (
    MOST_SAMPLES,
    NON_SYNC,
    SYNC,
    AudioConfig,
    BrokenFile,
    Fragment,
    Run,
    Sample,
    Track,
    TrackConfig,
    VideoConfig,
    codec_string,
    fragment_header,
    init_segment,
    samples,
    scan,
)

PIECE_US = 6_500_000
"""A piece is no longer, except where a single fragment is: three fragments of two seconds, which are not exact."""


@dataclass(frozen=True, slots=True)
class Reel:
    """A copy that was read through: its SHA-256, what a player needs first, when each piece begins (Unix µs)."""

    path: Path
    digest: str
    head: bytes
    codecs: str
    begins: tuple[int, ...]
    end_us: int
    _fragments: tuple[Fragment, ...]
    _firsts: tuple[int, ...]
    _tracks: tuple[Track, ...]

    def span(self, number: int) -> tuple[int, int]:
        """From when to when a piece goes."""
        return self.begins[number], (*self.begins, self.end_us)[number + 1]

    def piece(self, number: int) -> bytes:
        """The bytes of a piece. Raises OSError."""
        first, last = (*self._firsts, len(self._fragments))[number : number + 2]
        picture = self._tracks[0].track_id
        parts = [[each for part in self._fragments[first:last] for each in samples(part, picture)]]
        parts += [self._heard(each, number) for each in self._tracks[1:]]
        media = []
        with self.path.open("rb") as file:
            for each in (each for part in parts for each in part):
                file.seek(each.start)
                media.append(file.read(each.size_bytes))
        runs = [run for track_id, part in enumerate(parts, 1) for run in _runs(track_id, part)]
        return fragment_header(number + 1, runs, self.begins[number]) + b"".join(media)

    def _heard(self, track: Track, number: int) -> list[Sample]:
        """The sound of the time of a piece, wherever in the file it stands."""
        low, high = (-(-(us - self.begins[0]) * track.timescale // 1_000_000) for us in self.span(number))
        within = (
            part
            for part in self._fragments
            if any(
                span.track_id == track.track_id and span.base_time < high and low < span.end_time for span in part.spans
            )
        )
        return [each for part in within for each in samples(part, track.track_id) if low <= each.time < high]


def reel(path: Path, begin_us: int, end_us: int, *, sound: bool) -> Reel:
    """A copy of that time, with its sound or without. Raises OSError, BrokenFile."""
    there = path.stat()
    # It is asked for every few seconds by whoever watches; one that was made anew is read anew.
    return _read(path, there.st_mtime_ns, there.st_size, begin_us, end_us, sound)


@lru_cache(maxsize=16)
def _read(path: Path, changed_ns: int, size: int, begin_us: int, end_us: int, sound: bool) -> Reel:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        found = scan(file)
    wanted = (VideoConfig, AudioConfig) if sound else (VideoConfig,)
    pairs = [(each, each.config) for kind in wanted for each in found.tracks if isinstance(each.config, kind)]
    configs: list[TrackConfig] = [config for _, config in pairs]
    if not configs or not isinstance(configs[0], VideoConfig) or not found.fragments:
        raise BrokenFile(f"There is no picture in {path.name}.")
    starts = [begin_us, *(_shown(each) for each in found.fragments[1:]), end_us]
    firsts = _firsts(starts)
    return Reel(
        path=path,
        digest=digest,
        head=init_segment(configs, found.about),
        codecs=",".join(map(codec_string, configs)),
        begins=tuple(starts[first] for first in firsts),
        end_us=end_us,
        _fragments=found.fragments,
        _firsts=tuple(firsts),
        _tracks=tuple(track for track, _ in pairs),
    )


def _firsts(starts: Sequence[int]) -> list[int]:
    """Which fragments begin a piece: as many together as are no longer than one; the last start is the copy's end."""
    found = [0]
    for number in range(1, len(starts) - 1):
        if starts[number + 1] - starts[found[-1]] > PIECE_US:
            found.append(number)
    return found


def _shown(fragment: Fragment) -> int:
    if fragment.wall_us is None:
        raise BrokenFile("A fragment without its time.")
    return fragment.wall_us


def _runs(track_id: int, samples: Sequence[Sample]) -> Iterator[Run]:
    """Of a picture that stood still for minutes there is more sound than one run may hold."""
    for first in range(0, len(samples), MOST_SAMPLES):
        part = samples[first : first + MOST_SAMPLES]
        yield Run(
            track_id,
            part[0].time,
            [each.duration for each in part],
            [each.size_bytes for each in part],
            [SYNC if each.sync else NON_SYNC for each in part],
        )
