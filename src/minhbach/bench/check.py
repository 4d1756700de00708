"""What a check costs: half a million segments by their headers, and bytes hashed beside ``sha256sum``.

Owns ``minhbach bench check``. Figures: ``check.quick_s_per_500k``, ``check.quick_memory_mb`` (the peak of the process
that reads the log), ``check.hash_vs_sha256sum`` (bytes per second of a full check by those of ``sha256sum`` over the
same files, the better of two runs each). Everything is in the page cache: a slow disk adds its own time to both sides.
Leaves the archives it checks to ``archive``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from minhbach.bench.archive import make_archive

SEGMENTS = 500_000
HASHED = 480
_GLANCE_S = 0.05
_CHECK = (sys.executable, "-m", "minhbach", "check")


def run(segments: int = SEGMENTS, hashed: int = HASHED) -> Iterator[str]:
    """Yields ``figure: value`` lines; raises FileNotFoundError when there is no ``sha256sum``."""
    sha256sum = shutil.which("sha256sum")
    if sha256sum is None:
        raise FileNotFoundError("sha256sum")
    with tempfile.TemporaryDirectory(prefix="minhbach-bench-", dir=Path.cwd()) as name:
        many, full = Path(name, "many"), Path(name, "full")
        make_archive(many, segments)
        quick = _timed([*_CHECK, str(many), "--quick"])
        yield f"check.quick_s_per_500k: {quick.wall_s * 500_000 / segments:.1f}"
        yield f"check.quick_memory_mb: {quick.memory_bytes / 1e6:.0f}"
        paths = make_archive(full, hashed, dense=True)
        theirs_s = min(_timed([sha256sum, "--", *map(str, paths)]).wall_s for _ in range(2))
        ours_s = min(_timed([*_CHECK, str(full)]).wall_s for _ in range(2))
        size_mb = sum(path.stat().st_size for path in paths) / 1e6
        yield f"check.hash_vs_sha256sum: {theirs_s / ours_s:.2f}"
        yield f"check.hash_mb_per_s: {size_mb / ours_s:.0f}"
        yield f"check.sha256sum_mb_per_s: {size_mb / theirs_s:.0f}"


@dataclass(frozen=True, slots=True)
class _Spent:
    """Wall seconds, and the peak memory of the process."""

    wall_s: float
    memory_bytes: int


def _timed(words: Sequence[str]) -> _Spent:
    begin = time.monotonic()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    peak_bytes = 0
    while True:
        peak_bytes = max(peak_bytes, _peak_bytes(process.pid))
        try:
            status = process.wait(_GLANCE_S)
        except subprocess.TimeoutExpired:
            continue
        if status:
            raise RuntimeError(f"{words[-1]} is not sound ({status}): there is nothing to measure.")
        return _Spent(time.monotonic() - begin, peak_bytes)


def _peak_bytes(pid: int) -> int:
    """Not ``ru_maxrss``: that remembers the size of whoever started the process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)
