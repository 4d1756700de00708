"""``minhbach bench live``: how old a live picture is, how soon it comes, how soon a moment of the archive does.

Owns the run and the sums: a camera with a burned-in clock, RTSP, recorder, fabric, stream and a real Chromium on one
machine, which reads the clock off each picture as it is shown. The pages are a stand-in that signs leases (``site``).
Promises that the figures hold every hop but a screen and a line. Leaves measuring to ``live.js`` and the path to the
product.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from minhbach.bench.processes import cpu_s
from minhbach.bench.site import Site, site
from minhbach.demo.spec import CameraSpec

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--window-size=1920,1080",
    "--autoplay-policy=no-user-gesture-required",
)
RECORDED_S = 70
"""Footage to seek in; the newest ten seconds are not sealed yet."""
UNSEALED_S = 14
PATIENCE_S = 300


class BenchFailed(RuntimeError):
    """The page could not do its work; the text is the browser's."""


def run(seconds: float) -> Iterator[str]:
    """Lines ``figure: value``. Raises FileNotFoundError without a Chromium, BenchFailed."""
    specs = [CameraSpec(f"quay-{number}", frames_per_s=15, gop_frames=30) for number in (1, 2, 3, 4)]
    with tempfile.TemporaryDirectory(prefix="minhbach-bench-") as name, site(Path(name), specs) as here, browser(here):
        begin_s = time.time() + 3
        time.sleep(3)
        yield from _joined(ask(here, "joins", 25))
        yield from _stayed(here, seconds)
        time.sleep(max(0.0, begin_s + RECORDED_S - time.time()))
        begin_us, end_us = int((begin_s + 10) * 1e6), int((time.time() - UNSEALED_S) * 1e6)
        yield from _sought(ask(here, "seeks", 30, begin_us, end_us, 4))


@contextmanager
def browser(here: Site) -> Iterator[subprocess.Popen[bytes]]:
    """A Chromium on the bench's page. Raises FileNotFoundError."""
    program = next((found for each in CHROMIUM if (found := shutil.which(each))), None)
    if program is None:
        raise FileNotFoundError(CHROMIUM[0])
    with tempfile.TemporaryDirectory(prefix="minhbach-chromium-", ignore_cleanup_errors=True) as profile:
        sandbox = () if os.geteuid() else ("--no-sandbox",)
        words = [program, *FLAGS, *sandbox, f"--user-data-dir={profile}", f"{here.pages.origin}/?/bench/live.js"]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def ask(here: Site, work: str, *values: object) -> Any:
    """What the page found. Raises BenchFailed."""
    here.pages.orders.put({"work": work, "values": values})
    result = here.pages.told.get(timeout=PATIENCE_S)["result"]
    if isinstance(result, dict) and "failed" in result:
        raise BenchFailed(result["failed"])
    return result


def _joined(waits_ms: Sequence[float]) -> Iterator[str]:
    yield f"live.first_picture_p50_s: {share(waits_ms, 0.5) / 1000:.3f}"
    yield f"live.first_picture_p95_s: {share(waits_ms, 0.95) / 1000:.3f}"


def _stayed(here: Site, seconds: float) -> Iterator[str]:
    before = {part: cpu_s(pid) for part, pid in here.pids.items()}
    result = ask(here, "stay", seconds)
    ages = result["ages"]
    yield f"live.glass_to_glass_p50_s: {share(ages, 0.5) / 1000:.3f}"
    yield f"live.glass_to_glass_p95_s: {share(ages, 0.95) / 1000:.3f}"
    yield f"live.glass_to_glass_max_s: {max(ages) / 1000:.3f}"
    yield f"live.sound_behind_picture_median_ms: {statistics.median(result['offsets'] or [float('nan')]):.0f}"
    yield f"live.sound_off_p95_ms: {share([abs(each) for each in result['offsets']] or [float('nan')], 0.95):.0f}"
    yield f"live.pictures_measured: {len(ages)}"
    yield f"live.stalls: {result['stalls']}"
    yield f"live.pictures_dropped: {result['dropped']}"
    for part, pid in here.pids.items():
        yield f"live.{part}_cpu_s_per_minute: {(cpu_s(pid) - before[part]) * 60 / (seconds + 4):.2f}"


def _sought(result: dict[str, Any]) -> Iterator[str]:
    yield f"playback.click_to_picture_p50_s: {share(result['waits'], 0.5) / 1000:.3f}"
    yield f"playback.click_to_picture_p95_s: {share(result['waits'], 0.95) / 1000:.3f}"
    yield f"playback.clicks_without_picture: {result['missed']}"
    yield f"playback.off_target_max_ms: {max(map(abs, result['errors'] or [float('nan')])):.0f}"
    yield f"playback.sync_p50_ms: {share(result['sync'], 0.5):.0f}"
    yield f"playback.sync_p95_ms: {share(result['sync'], 0.95):.0f}"
    for speed, measured in result["speeds"].items():
        yield f"playback.speed_{speed}: {measured:.2f}"


def share(values: Sequence[float], share: float) -> float:
    """The value that a share of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
