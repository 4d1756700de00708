"""What a run that was cut off left behind.

Owns the reading of ``.part`` files after a kill or a power cut: how far each is whole, what it says of itself, and
which of them continue what the log already holds. Promises to change nothing and to believe nothing a file says of
itself that its name, its bytes or the log contradict. Sealing and logging a recovered file is the normal path's work
(``segment.finish``, ``book``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from minhbach.edge.archive import layout
from minhbach.fmp4 import BrokenFile, Fragment, Scan, check_media, samples, scan
from minhbach.ledger.rules import SEGMENT_LIMIT_US
from minhbach.ledger.state import Clock, Stream

JOIN_US = 100_000
"""A file ends where the next begins if they are this close: ticks round, the last picture's length is a guess."""
_BLOCK_BYTES = 512
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """A ``.part`` with whole fragments in it. Times are wall µs by the clock entry ``reference`` (log, index)."""

    disk: Path
    path: Path
    relative: PurePosixPath
    key: tuple[str, str]
    reference: tuple[str, int]
    begin_us: int
    end_us: int
    start: str
    tracks: tuple[str, ...]
    whole_bytes: int
    init_bytes: int

    @property
    def target(self) -> Path:
        """Where it belongs when it is sealed."""
        return self.disk / self.relative


def find_parts(disk: Path) -> Iterator[Path]:
    """The ``.part`` files of a disk."""
    folder = disk / layout.OPEN
    if folder.is_dir():
        yield from sorted(item for item in folder.iterdir() if item.name.endswith(layout.PART_SUFFIX))


def find_named_asides(disk: Path) -> Iterator[Path]:
    """Files put aside that still have a second name: a power cut came between taking away the one and the other."""
    folder = disk / layout.OPEN
    if folder.is_dir():
        asides = (item for item in folder.iterdir() if item.name.endswith(layout.ASIDE_SUFFIX))
        yield from sorted(item for item in asides if item.stat().st_nlink > 1)


def read_part(disk: Path, path: Path) -> Part | None:
    """What is whole in a ``.part``; None when not even one fragment is, or when it is none of ours."""
    try:
        with path.open("rb") as file:
            found = scan(file)
            fragments = found.fragments
            if fragments and not _is_whole(file, found, fragments[-1]):
                fragments = fragments[:-1]
        return _part(disk, path, json.loads(found.about), found, fragments) if fragments else None
    except (OSError, ValueError, LookupError, TypeError, OverflowError, RecursionError):
        return None


def joined(
    parts: Sequence[Part], stream: Stream, clocks: Mapping[tuple[str, int], Clock]
) -> Iterator[tuple[Part, int]]:
    """The parts that continue a stream's account, each with its end (wall µs by its own clock), in order."""
    of_its_start = [each for each in parts if _start(each, clocks) == stream.end_start]
    ordered = sorted(of_its_start, key=lambda each: clocks[each.reference].mono(each.begin_us))
    until_us = stream.end_mono_us
    for part, follower in pairwise([*ordered, None]):
        assert part is not None
        clock = clocks[part.reference]
        if clock.mono(part.begin_us) != until_us:
            continue
        until_us = clock.mono(part.end_us)
        if follower is not None:
            begins_us = clocks[follower.reference].mono(follower.begin_us)
            until_us = begins_us if abs(begins_us - until_us) <= JOIN_US else until_us
        yield part, until_us + clock.offset_us


def digest(path: Path, init_bytes: int, whole_bytes: int) -> tuple[str, str]:
    """SHA-256 (hex) of the first ``whole_bytes`` and ``init_bytes`` of a file."""
    whole, init = hashlib.sha256(), hashlib.sha256()
    with path.open("rb") as file:
        head = file.read(init_bytes)
        init.update(head)
        whole.update(head)
        left = whole_bytes - len(head)
        while left > 0 and (chunk := file.read(min(_CHUNK_BYTES, left))):
            whole.update(chunk)
            left -= len(chunk)
    return whole.hexdigest(), init.hexdigest()


def _start(part: Part, clocks: Mapping[tuple[str, int], Clock]) -> int:
    clock = clocks.get(part.reference)
    return -1 if clock is None else clock.start


def _part(disk: Path, path: Path, about: dict[str, Any], found: Scan, fragments: Sequence[Fragment]) -> Part | None:
    key = str(about["camera"]), str(about["stream"])
    reference = str(about["log"]), int(about["clock"])
    begin_us, start = int(about["begin_us"]), str(about["start"])
    relative = layout.segment_path(*key, begin_us, reference[1])
    end_us = int(about["base_us"]) + _shown_until_us(found, fragments)
    tracks = tuple(str(name) for name in about["tracks"])
    if layout.part_path(disk, relative) != path or not 0 < end_us - begin_us < SEGMENT_LIMIT_US:
        return None
    if start not in ("key", "recovery_point", "unclean") or not tracks:
        return None
    whole_bytes = fragments[-1].end
    return Part(disk, path, relative, key, reference, begin_us, end_us, start, tracks, whole_bytes, found.init_bytes)


def _shown_until_us(found: Scan, fragments: Sequence[Fragment]) -> int:
    """When the last picture (the last sound of a file without pictures) ends; media time in µs."""
    leader = found.tracks[0]
    for fragment in reversed(fragments):
        shown = [each.time + each.offset + each.duration for each in samples(fragment, leader.track_id)]
        if shown:
            return max(shown) * 1_000_000 // leader.timescale
    return 0


def _is_whole(file: BinaryIO, found: Scan, fragment: Fragment) -> bool:
    """Whether a fragment's media really reached the disk: only the last one was ever without a sync behind it.

    After a power cut a file may have its full length and zeros where whole blocks should be. A NAL unit never holds
    such a run of zeros, and a camera's sound hardly does; at worst half a second is given up.
    """
    sizes = [each.size_bytes for track in found.tracks for each in samples(fragment, track.track_id)]
    if sum(sizes) != fragment.end - fragment.media:
        return False
    try:
        check_media(file, found, fragment)
    except BrokenFile:
        return False
    file.seek(fragment.start)
    data = file.read(fragment.end - fragment.start)
    first = -fragment.start % _BLOCK_BYTES
    blocks = (data[at : at + _BLOCK_BYTES] for at in range(first, len(data), _BLOCK_BYTES))
    return all(block.strip(b"\0") for block in blocks)
