"""What recording costs beside the usual way and beside the least possible.

Owns ``minhbach bench record``: the same cameras at the same time of day, one side after the other in one run: our
recorder with log and sync on, one ``ffmpeg -c copy`` per camera, and plain bytes from socket to file. Figures:
``record.cpu_vs_ffmpeg``, ``record.memory_vs_ffmpeg``, ``record.wake_ups_per_s``, ``record.floor_ratio`` for 8 and for
100 cameras of 1080p, 2 Mbit/s, 15 pictures a second, with G.711. A figure without a full ledger behind it would be
worth nothing, so the run ends with a check of what was recorded.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from minhbach.bench.processes import Cost, watch
from minhbach.bench.source import Source, source

WARM_UP_S = 12.0

Side = Callable[[Path, Sequence[str]], list[subprocess.Popen[bytes]]]


def run(cameras: Sequence[int], seconds: float, cache: Path) -> Iterator[str]:
    """Yields ``figure: value`` lines; raises FileNotFoundError when there is no ffmpeg."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise FileNotFoundError("ffmpeg")
    for count in cameras:
        with source(count, cache) as load:
            ours = _measure(_recorder, load, seconds, check=True)
            theirs = _measure(lambda folder, urls: _ffmpegs(ffmpeg, folder, urls), load, seconds)
            floor = _measure(_floor, load, seconds)
        yield from _figures(count, ours, theirs, floor)


def _figures(count: int, ours: Cost, theirs: Cost, floor: Cost) -> Iterator[str]:
    def per_minute(cost: Cost) -> float:
        return cost.cpu_s / cost.wall_s * 60 / count

    mark = f"[{count}]"
    yield f"record.cpu_vs_ffmpeg{mark}: {per_minute(ours) / per_minute(theirs):.3f}"
    yield f"record.memory_vs_ffmpeg{mark}: {ours.memory_bytes / theirs.memory_bytes:.4f}"
    yield f"record.wake_ups_per_s{mark}: {ours.wake_ups_per_s:.0f}"
    yield f"record.wake_ups_vs_ffmpeg{mark}: {ours.wake_ups_per_s / max(1.0, theirs.wake_ups_per_s):.3f}"
    yield f"record.floor_ratio{mark}: {per_minute(ours) / per_minute(floor):.2f}"
    for name, cost in (("ours", ours), ("ffmpeg", theirs), ("floor", floor)):
        yield f"record.{name}_cpu_s_per_camera_minute{mark}: {per_minute(cost):.4f}"
        yield f"record.{name}_memory_mb{mark}: {cost.memory_bytes / 1e6:.1f}"


def _measure(side: Side, load: Source, seconds: float, *, check: bool = False) -> Cost:
    with _folder() as folder:
        processes = side(folder, load.urls)
        try:
            cost = _after_warm_up(processes, seconds)
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(30)
        if check:
            done = subprocess.run(_program("check", str(folder)), capture_output=True, text=True, check=False)
            if done.returncode:
                raise RuntimeError(f"What was recorded does not check: {done.stdout[-500:]}{done.stderr[-500:]}")
        return cost


def _after_warm_up(processes: Sequence[subprocess.Popen[bytes]], seconds: float) -> Cost:
    watch([process.pid for process in processes], WARM_UP_S)
    ended = [process for process in processes if process.poll() is not None]
    if ended:
        raise RuntimeError(f"{len(ended)} of {len(processes)} processes ended during the warm-up")
    return watch([process.pid for process in processes], seconds)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="minhbach-bench-", dir=Path.cwd()) as name:
        yield Path(name)


def _recorder(folder: Path, urls: Sequence[str]) -> list[subprocess.Popen[bytes]]:
    words = [word for number, url in enumerate(urls) for word in ("--camera", f"camera-{number}={url}")]
    return [_start(_program("record", "--archive", str(folder), *words))]


def _ffmpegs(ffmpeg: str, folder: Path, urls: Sequence[str]) -> list[subprocess.Popen[bytes]]:
    return [
        _start(
            [
                *(ffmpeg, "-nostdin", "-v", "error", "-rtsp_transport", "tcp", "-i", url, "-c", "copy"),
                *("-f", "segment", "-segment_time", "10", "-segment_format", "mov", "-reset_timestamps", "1"),
                str(folder / f"{number}-%05d.mov"),
            ]
        )
        for number, url in enumerate(urls)
    ]


def _floor(folder: Path, urls: Sequence[str]) -> list[subprocess.Popen[bytes]]:
    return [_start([sys.executable, "-m", "minhbach.bench.floor", str(folder), *urls])]


def _program(*words: str) -> list[str]:
    return [sys.executable, "-m", "minhbach", *words]


def _start(words: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
