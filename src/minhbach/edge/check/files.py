"""Files on the disks against what the log says of them.

Owns the comparison that needs bytes: presence, size, box headers, SHA-256, files nobody logged. Promises to read
only, to keep memory independent of file sizes, and to accuse nobody of what a running recorder does meanwhile (a file
that goes after its deletion was logged, one that is sealed but not yet logged). Leaves the log itself to
``ledger.audit``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from minhbach.edge.archive import layout
from minhbach.edge.check.timeline import Segment, StreamTime
from minhbach.fmp4 import BrokenFile
from minhbach.fmp4.reader import outline
from minhbach.ledger.findings import Finding

_CHUNK_BYTES = 1 << 20
_BATCH = 2_000

Progress = Callable[[int, int], None]
"""(bytes or files looked at, of how many)."""


def compare(
    streams: Iterable[StreamTime], disks: Mapping[str, Path | None], *, quick: bool, progress: Progress
) -> Iterator[Finding]:
    """Every segment that should be there against its file. ``disks``: name → folder, None when it is not here."""
    jobs = [(stream, segment) for stream in streams for segment in stream.segments.values()]
    total = len(jobs) if quick else sum(segment.size_bytes for _, segment in jobs if not segment.removed_by)
    done = 0
    with ThreadPoolExecutor(1 if quick else 2) as pool:
        for start in range(0, len(jobs), _BATCH):
            batch = jobs[start : start + _BATCH]
            look = _looker(disks, quick)
            faults = map(look, batch) if quick else pool.map(look, batch)
            for (stream, segment), kind in zip(batch, faults, strict=True):
                done += 1 if quick else (0 if segment.removed_by else segment.size_bytes)
                if kind:
                    yield _finding(kind, stream, segment)
            progress(done, total)


def unlogged(streams: Iterable[StreamTime], disks: Mapping[str, Path | None]) -> Iterator[tuple[str, Path]]:
    """(relative path, file) of footage files that no entry names, but for those whose sealing is still under way."""
    known = {(segment.disk, segment.path) for stream in streams for segment in stream.segments.values()}
    for name, folder in disks.items():
        root = (folder or Path("/nonexistent")) / layout.FOOTAGE
        for file in root.rglob("*") if folder else ():
            if file.is_file() or file.is_symlink():
                relative = file.relative_to(root.parent).as_posix()
                if (name, relative) not in known and not _being_sealed(file):
                    yield relative, file


def _being_sealed(file: Path) -> bool:
    """Between its second name and its entry a file has two names."""
    try:
        return file.stat().st_nlink > 1
    except OSError:
        return True


def _looker(disks: Mapping[str, Path | None], quick: bool) -> Callable[[tuple[StreamTime, Segment]], str]:
    def look(job: tuple[StreamTime, Segment]) -> str:
        segment = job[1]
        folder = disks.get(segment.disk)
        if folder is None:
            return ""
        return _fault(folder / segment.path, segment, quick)

    return look


def _fault(path: Path, segment: Segment, quick: bool) -> str:
    """The kind of finding, or empty."""
    try:
        size = path.stat(follow_symlinks=False).st_size
    except OSError:
        return "" if segment.removed_by else "file_missing"
    if segment.removed_by:
        return "file_left"
    if size != segment.size_bytes:
        return "file_resized"
    try:
        return "" if (_outlined(path, size) if quick else _digest(path) == segment.sha256) else "file_altered"
    except (OSError, BrokenFile):
        return "file_altered"


def _outlined(path: Path, size: int) -> bool:
    with path.open("rb", buffering=0) as file:
        found = outline(file)
    return found.fault is None and found.complete_bytes == size


def _digest(path: Path) -> str:
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _finding(kind: str, stream: StreamTime, segment: Segment) -> Finding:
    place = stream.camera, stream.stream, segment.begin_us, segment.end_us
    return Finding(kind, segment.log, segment.index, *place, {"path": segment.path})
