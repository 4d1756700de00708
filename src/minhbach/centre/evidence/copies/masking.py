"""A copy in which people are covered: followed from drawn box to drawn box, then cut with covers.

Owns the two walks over the sealed files (forward and backward) and the sheets of pictures that a person draws on.
Promises that a file in which nothing can be followed ends every path there, which covers more (`covering`). Leaves what
is covered to `covering`, the copy to `cutting`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from minhbach.centre.evidence.copies.covering import Paths, Track, covers
from minhbach.centre.evidence.copies.cutting import Cut, Hidden, Tell, cut_copy, no_copy
from minhbach.centre.evidence.copies.decisions import Decided
from minhbach.centre.evidence.copies.sealed import PictureChunk, Sealed, chunks
from minhbach.decode.child import DecoderDied, DecodeTrouble
from minhbach.decode.copying import Copying
from minhbach.decode.orders import MOST_FOLLOWED, Box, Followed

SHEET_EVERY_US = 1_000_000
SHEET_WIDTH = 640


@dataclass(slots=True)
class _Walk:
    """What is being followed in one direction, and where each track was found."""

    backward: bool
    active: list[Followed] = field(default_factory=list)
    found: dict[int, dict[int, Box]] = field(default_factory=dict)


def sheet(folder: Path, cut: Cut, tell: Tell = lambda _: None) -> list[int]:
    """Pictures to draw on, one a second, as `<µs>.jpg`; returns their times. Raises CopyFailed, OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    times: list[int] = []
    try:
        with Copying() as child:
            for piece in _inside(cut):
                times += _sheet_of(child, folder, piece, cut, times)
                tell((min(piece.end_us, cut.end_us) - cut.begin_us) / (cut.end_us - cut.begin_us))
    except DecodeTrouble as problem:
        raise no_copy(problem) from None
    return times


def _sheet_of(child: Copying, folder: Path, piece: Sealed, cut: Cut, before: Sequence[int]) -> list[int]:
    taken: list[int] = []
    parts = [each for each in chunks(piece) if isinstance(each, PictureChunk)]
    for number, chunk in enumerate(parts):
        newest = max([*before[-1:], *taken[-1:]], default=cut.begin_us - SHEET_EVERY_US)
        first = max(cut.begin_us, newest + SHEET_EVERY_US)
        wanted = range(first, min(cut.end_us, max(chunk.times) + 1), SHEET_EVERY_US)
        last = number == len(parts) - 1
        for at_us, image in child.sheet(chunk.footage, chunk.times, wanted=wanted, width=SHEET_WIDTH, last=last):
            if cut.begin_us <= at_us < cut.end_us:
                (folder / f"{at_us}.jpg").write_bytes(image)
                taken.append(at_us)
    return taken


def masked_copy(
    target: Path, cut: Cut, decided: Decided, follow: Tell = lambda _: None, write: Tell = lambda _: None
) -> list[tuple[int, int, int]]:
    """Write the copy with everything covered that was decided. Returns its fragments. Raises CopyFailed, OSError.

    `follow` and `write` are told how far each half of it has come.
    """
    return cut_copy(target, cut, Hidden(covered(cut, decided, follow), decided.audible), write)


def covered(cut: Cut, decided: Decided, tell: Tell = lambda _: None) -> dict[int, list[Box]]:
    """The covers of every picture about which somebody decided. Raises CopyFailed, OSError."""
    pieces = _inside(cut)
    forward, backward = _Walk(backward=False), _Walk(backward=True)
    try:
        with Copying() as child:
            for number, piece in enumerate(pieces):
                _step(child, piece, decided.tracks, forward)
                tell((number + 1) / len(pieces) / 2)
            for number, piece in enumerate(reversed(pieces)):
                _step(child, piece, decided.tracks, backward)
                tell(0.5 + (number + 1) / len(pieces) / 2)
    except DecodeTrouble as problem:
        raise no_copy(problem) from None
    times = [at_us for piece in pieces for each in _whole(piece) for at_us in each.times]
    tracks = [(track, _paths(track, forward, backward)) for track in decided.tracks]
    return covers(tracks, decided.spans, times)


def _step(child: Copying, piece: Sealed, tracks: Sequence[Track], walk: _Walk) -> None:
    """Follow through one file. What cannot be followed is lost, which covers more."""
    parts = list(_whole(piece))
    if len(parts) != 1:
        walk.active = []  # too long for one look, or no picture in it
        return
    [chunk] = parts
    first, last = min(chunk.times), max(chunk.times)
    seeds = [(track.number, key.at_us, key.box) for track in tracks for key in track.keys if first <= key.at_us <= last]
    if not walk.active and not seeds:
        return
    stops = [(track.number, stop) for track in tracks if (stop := _stop(track, walk.backward)) is not None]
    try:
        found, walk.active = child.follow(
            chunk.footage, chunk.times, active=walk.active, seeds=seeds, stops=stops, backward=walk.backward
        )
    except DecoderDied:
        raise
    except DecodeTrouble:
        walk.active = []
        return
    for number, seen in found:
        walk.found.setdefault(number, {})[seen.at_us] = seen.box


def _stop(track: Track, backward: bool) -> int | None:
    return track.begins_us if backward else track.ends_us


def _paths(track: Track, forward: _Walk, backward: _Walk) -> Paths:
    there, back = forward.found.get(track.number, {}), backward.found.get(track.number, {})
    return Paths(dict(sorted(there.items())), dict(sorted(back.items())))


def _whole(piece: Sealed) -> Iterable[PictureChunk]:
    return (each for each in chunks(piece, MOST_FOLLOWED) if isinstance(each, PictureChunk))


def _inside(cut: Cut) -> list[Sealed]:
    return [each for each in cut.pieces if each.begin_us < cut.end_us and each.end_us > cut.begin_us and each.path]
