"""``minhbach bench live --tiles N``: many live pictures on one page, and as many played back together (8 at most).

Owns the run and the sums: the same site as ``live``, its cameras repeated until all tiles have one; shown with their
main streams first, then with the smaller ones that small tiles get. Promises figures by tile where a person would
notice (first picture, age, pictures a second, sync) and by process where a machine would (CPU, bytes). Leaves measuring
in the browser to ``live.js``.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from minhbach.bench.live import UNSEALED_S, ask, browser, share
from minhbach.bench.processes import cpu_s, family
from minhbach.bench.site import Site, site
from minhbach.demo.spec import CameraSpec, StreamSpec

CAMERAS = 4
SMALLER = StreamSpec("sub", width=320, height=180, kbit_per_s=100, audio=None)
ALWAYS_SMALL = 10_000
FRAMES_PER_S = 15
MOST_PLAYED = 8
RECORDED_S = 45
SETTLED_S = 6.0
"""Until all players of a page have begun and found their distance."""
SWITCHED_S = 12.0
"""Until small tiles have their smaller streams too."""


def run(tiles: int, cameras: int | None, seconds: float) -> Iterator[str]:
    """Lines ``figure: value``. Raises FileNotFoundError without a Chromium, BenchFailed."""
    count = min(tiles, cameras or CAMERAS)
    specs = [
        CameraSpec(f"quay-{number}", streams=(StreamSpec(), SMALLER), frames_per_s=FRAMES_PER_S, gop_frames=30)
        for number in range(1, count + 1)
    ]
    with tempfile.TemporaryDirectory(prefix="minhbach-bench-") as name, site(Path(name), specs) as here:
        begin_s = time.time() + 3
        with browser(here) as chromium:
            time.sleep(3)
            yield from _live(here, chromium.pid, tiles, seconds)
            yield from _live(here, chromium.pid, tiles, seconds, small=ALWAYS_SMALL)
            time.sleep(max(0.0, begin_s + RECORDED_S - time.time()))
            begin_us, end_us = int((begin_s + 6) * 1e6), int((time.time() - UNSEALED_S) * 1e6)
            yield from _played(here, chromium.pid, min(tiles, MOST_PLAYED), begin_us, end_us)


def _live(here: Site, browser_pid: int, tiles: int, seconds: float, small: int = 0) -> Iterator[str]:
    with _costs(here, browser_pid) as costs:
        result = ask(here, "wall", tiles, SWITCHED_S if small else SETTLED_S, seconds, small)
    name = f"wall_{tiles}_small" if small else f"wall_{tiles}"
    yield f"{name}.first_pictures_p50_s: {share(result['waits'], 0.5) / 1000:.3f}"
    yield f"{name}.first_pictures_max_s: {max(result['waits']) / 1000:.3f}"
    yield f"{name}.age_p50_s: {share(result['ages'], 0.5) / 1000:.3f}"
    yield f"{name}.age_p95_s: {share(result['ages'], 0.95) / 1000:.3f}"
    yield f"{name}.pictures_a_second_and_tile: {result['shown'] / seconds / tiles:.1f}"
    yield f"{name}.pictures_dropped_share: {result['dropped'] / max(1, result['shown'] + result['dropped']):.3f}"
    yield f"{name}.tiles_not_playing: {result['idle']}"
    yield f"{name}.kbyte_a_second: {result['bytes'] / seconds / 1000:.0f}"
    yield from costs.lines(name)


def _played(here: Site, browser_pid: int, tiles: int, begin_us: int, end_us: int) -> Iterator[str]:
    with _costs(here, browser_pid) as costs:
        result = ask(here, "together", tiles, begin_us, end_us)
    name = f"played_{tiles}"
    yield f"{name}.click_to_all_pictures_p50_s: {share(result['waits'], 0.5) / 1000:.3f}"
    yield f"{name}.click_to_all_pictures_p95_s: {share(result['waits'], 0.95) / 1000:.3f}"
    yield f"{name}.clicks_without_picture: {result['missed']}"
    yield f"{name}.apart_p50_ms: {share(result['apart'], 0.5):.0f}"
    yield f"{name}.apart_p95_ms: {share(result['apart'], 0.95):.0f}"
    yield f"{name}.pictures_dropped_share: {result['dropped'] / max(1, result['shown'] + result['dropped']):.3f}"
    yield from costs.lines(name)


class _costs:
    """CPU of each part over a block, as a share of one core."""

    def __init__(self, here: Site, browser_pid: int) -> None:
        self._here = here
        self._browser_pid = browser_pid

    def __enter__(self) -> _costs:
        self._begun_s, self._before = time.monotonic(), self._now()
        return self

    def __exit__(self, *_: object) -> None:
        self._wall_s, self._after = time.monotonic() - self._begun_s, self._now()

    def _now(self) -> dict[str, float]:
        found = {part: cpu_s(pid) for part, pid in self._here.pids.items()}
        return found | {"browser": sum(map(cpu_s, family(self._browser_pid)))}

    def lines(self, name: str) -> Iterator[str]:
        for part, after_s in self._after.items():
            yield f"{name}.{part}_cores: {(after_s - self._before[part]) / self._wall_s:.2f}"
