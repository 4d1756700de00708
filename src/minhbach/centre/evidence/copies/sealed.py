"""A sealed file as the child that makes copies takes it: access units and packets with their wall times.

Owns the way from a file's own ticks to wall µs. Promises chunks that the child takes at once, and that a file which is
no segment is CopyFailed, never a crash.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from minhbach.centre.words import Words
from minhbach.decode.orders import MOST_AT_ONCE
from minhbach.decode.wire import MOST_ASKED_BYTES, Footage, Sound
from minhbach.fmp4 import AudioConfig, BrokenFile, Fragment, Scan, Track, VideoConfig, samples, scan

_MOST_CHUNK_BYTES = MOST_ASKED_BYTES // 2
UNREADABLE = Words(
    "Không đọc được tệp {path} để lập bản sao; hãy chạy kiểm tra kho lưu trữ của đầu ghi.",
    "The file {path} cannot be read to make a copy; check the recorder's archive.",
)
NO_PICTURES = Words("Không có hình nào trong khoảng được hỏi.", "There is no picture in what was asked for.")


class CopyFailed(Exception):
    """No copy; `words` say why and what to do."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass(frozen=True, slots=True)
class Sealed:
    """A segment: wall µs begin ≤ t < end as labelled, and where its file lies; no file: there is no footage."""

    begin_us: int
    end_us: int
    path: Path | None


@dataclass(frozen=True, slots=True)
class PictureChunk:
    """Consecutive access units with the time at which each is shown."""

    footage: Footage
    times: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SoundChunk:
    """Consecutive packets; the first begins at `at_us`."""

    sound: Sound
    at_us: int


@dataclass(frozen=True, slots=True)
class Shape:
    """What a copy has to know before it begins: size of the pictures, rate of the sound (0: none)."""

    width: int
    height: int
    rate: int


def shape_of(pieces: Sequence[Sealed]) -> Shape:
    """By the first file whose picture has a size. Raises CopyFailed."""
    for piece in pieces:
        if piece.path is None:
            continue
        with _scanned(piece.path) as found:
            video, audio = _video(found.scan), _audio(found.scan)
        if video is not None and video[1].width and video[1].height:
            return Shape(video[1].width & ~1, video[1].height & ~1, audio[1].rate if audio is not None else 0)
    # By its name alone: the words go into the package, where nobody knows our folders.
    raise CopyFailed(next((UNREADABLE.fill(path=each.path.name) for each in pieces if each.path), NO_PICTURES))


def chunks(piece: Sealed, most_pictures: int = MOST_AT_ONCE) -> Iterator[PictureChunk | SoundChunk]:
    """All sound, then all pictures of a file. Raises CopyFailed."""
    if piece.path is None:
        return
    with _scanned(piece.path) as found:
        try:
            yield from _sound(found)
            yield from _pictures(found, most_pictures)
        except BrokenFile:
            raise CopyFailed(UNREADABLE.fill(path=piece.path.name)) from None


def begins_with_key(piece: Sealed) -> bool:
    """Whether the file can be decoded from its first picture on."""
    if piece.path is None:
        return False
    with _scanned(piece.path) as found:
        video = _video(found.scan)
        first = next((each for each in found.scan.fragments), None)
        if video is None or first is None:
            return False
        return any(span.track_id == video[0].track_id and span.starts_with_sync for span in first.spans)


class _scanned:
    """A file with its headers read; a context manager."""

    def __init__(self, path: Path) -> None:
        self.file: BinaryIO = path.open("rb", buffering=0)
        try:
            self.scan = scan(self.file)
        except BrokenFile:
            self.file.close()
            raise CopyFailed(UNREADABLE.fill(path=path.name)) from None

    def __enter__(self) -> "_scanned":
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()

    def read(self, start: int, size: int) -> bytes:
        self.file.seek(start)
        return self.file.read(size)

    def zero_us(self) -> int:
        """Wall time of tick 0: all tracks of a file count from there."""
        first = next(each for each in self.scan.fragments if each.wall_us is not None and each.spans)
        scales = {track.track_id: track.timescale for track in self.scan.tracks}
        span = first.spans[0]
        assert first.wall_us is not None
        return first.wall_us - span.base_time * 1_000_000 // scales[span.track_id]


def _video(found: Scan) -> tuple[Track, VideoConfig] | None:
    return next(((each, each.config) for each in found.tracks if isinstance(each.config, VideoConfig)), None)


def _audio(found: Scan) -> tuple[Track, AudioConfig] | None:
    tracks = ((each, each.config) for each in found.tracks if isinstance(each.config, AudioConfig))
    # Opus is for later: no camera in the field has sent it.
    return next(((track, config) for track, config in tracks if config.codec != "opus"), None)


def _timed(found: _scanned) -> list[Fragment]:
    return [each for each in found.scan.fragments if each.spans]


def _pictures(found: _scanned, most: int) -> Iterator[PictureChunk]:
    video = _video(found.scan)
    if video is None or not _timed(found):
        return
    track, config = video
    zero_us = found.zero_us()
    data: list[bytes] = []
    times: list[int] = []
    for fragment in _timed(found):
        for sample in samples(fragment, track.track_id):
            if len(data) == most or sum(map(len, data)) + sample.size_bytes > _MOST_CHUNK_BYTES:
                yield PictureChunk(Footage(config, tuple(data)), tuple(times))
                data, times = [], []
            data.append(found.read(sample.start, sample.size_bytes))
            times.append(zero_us + (sample.time + sample.offset) * 1_000_000 // track.timescale)
    if data:
        yield PictureChunk(Footage(config, tuple(data)), tuple(times))


def _sound(found: _scanned) -> Iterator[SoundChunk]:
    audio = _audio(found.scan)
    if audio is None or not _timed(found):
        return
    track, config = audio
    zero_us = found.zero_us()
    data: list[bytes] = []
    begin_us = 0
    for fragment in _timed(found):
        for sample in samples(fragment, track.track_id):
            if len(data) == MOST_AT_ONCE:
                yield SoundChunk(Sound(config, tuple(data)), begin_us)
                data = []
            if not data:
                begin_us = zero_us + sample.time * 1_000_000 // track.timescale
            data.append(found.read(sample.start, sample.size_bytes))
    if data:
        yield SoundChunk(Sound(config, tuple(data)), begin_us)
