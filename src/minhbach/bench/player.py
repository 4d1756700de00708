"""How soon somebody who opens a package sees something: the page that plays it, by double click, without a network.

Owns ``minhbach bench player``. A folder as a package has it (two cameras, 1080p at 2 Mbit/s with A-law sound, segments
of ten seconds) is opened in a Chromium that has just been started, as a court's is. Figures:
``player.first_picture_p50_s`` and ``…max_s``, from the opening of the page until both cameras have a picture on the
screen, and ``player.seek_p50_s``, ``…max_s``, from a press on the timeline until both show that moment. Five openings.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from minhbach.bench import film, tape
from minhbach.bench.copies import BEGIN_US, SEGMENT_S, S, sealed
from minhbach.bench.live import CHROMIUM, FLAGS
from minhbach.centre.evidence.player import Piece, Shown, player

SECONDS, OPENINGS, CAMERAS = 600, 5, 2
PATIENCE_S = 120
MARK = "minhbach-bench "
#: Reports through the console: a page of a file may reach nothing else. A picture counts when it was composed.
WATCH = """<script>
const picture = (video) => new Promise((resolve) => video.requestVideoFrameCallback((now) => resolve(now)));
const pictures = () => Promise.all([...document.querySelectorAll("video.shown")].map(picture));
async function watch() {
  while (document.querySelectorAll("video.shown").length < %d) await new Promise(requestAnimationFrame);
  const first = Math.max(...await pictures());
  const line = document.getElementById("seek");
  const seeks = [];
  for (const share of [0.31, 0.72, 0.18, 0.55]) {
    const from = performance.now();
    line.value = Number(line.min) + (Number(line.max) - Number(line.min)) * share;
    line.dispatchEvent(new Event("input", {bubbles: true}));
    await new Promise(requestAnimationFrame);
    await pictures();
    seeks.push(performance.now() - from);
  }
  console.log("%s" + JSON.stringify({first, seeks}));
}
watch();
</script>"""


class BenchFailed(Exception):
    """The browser showed nothing."""


def run(seconds: int = SECONDS, cache: Path = Path("var/bench"), openings: int = OPENINGS) -> Iterator[str]:
    """Yields ``figure: value`` lines. Raises FileNotFoundError without a Chromium, BenchFailed."""
    program = next((found for each in CHROMIUM if (found := shutil.which(each))), None)
    if program is None:
        raise FileNotFoundError(CHROMIUM[0])
    with tempfile.TemporaryDirectory(prefix="minhbach-bench-") as name:
        page = _package(Path(name), seconds, cache)
        told = [_opened(program, page) for _ in range(openings)]
    firsts, seeks = [each["first"][0] for each in told], [ms for each in told for ms in each["seeks"]]
    for figure, values in (("first_picture", firsts), ("seek", seeks)):
        yield f"player.{figure}_p50_s: {statistics.median(values) / 1000:.3f}"
        yield f"player.{figure}_max_s: {max(values) / 1000:.3f}"


def _package(folder: Path, seconds: int, cache: Path) -> Path:
    originals = folder / "originals"
    originals.mkdir()
    found = list(sealed(originals, tape.load(film.filmed(cache)), seconds))
    pieces = [Piece(each.begin_us, each.end_us, f"originals/{each.path.name}") for each in found if each.path]
    streams = [Shown(f"Camera {number}", pieces) for number in range(1, CAMERAS + 1)]
    end_us = BEGIN_US + -(-seconds // SEGMENT_S) * SEGMENT_S * S
    page = folder / "player.html"
    page.write_bytes(player("Phép đo / Bench", BEGIN_US, end_us, streams) + (WATCH % (CAMERAS, MARK)).encode())
    return page


def _opened(program: str, page: Path) -> dict[str, list[float]]:
    """Milliseconds since the page was opened, and of each seek."""
    with tempfile.TemporaryDirectory(prefix="minhbach-chromium-", ignore_cleanup_errors=True) as profile:
        sandbox = () if os.geteuid() else ("--no-sandbox",)
        words = [program, *FLAGS, *sandbox, "--enable-logging=stderr", f"--user-data-dir={profile}", page.as_uri()]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        impatient = threading.Timer(PATIENCE_S, process.kill)
        impatient.start()
        try:
            if process.stderr is None:
                raise BenchFailed("no words of the browser")
            return _figures(process.stderr)
        finally:
            impatient.cancel()
            process.terminate()
            process.communicate()


def _figures(words: IO[bytes]) -> dict[str, list[float]]:
    for line in words:
        _, mark, told = line.decode("utf-8", "replace").partition(MARK)
        if mark:
            # Chromium writes the page's words between quotes, and where they were said behind them.
            found = json.loads(told[: told.rindex("}") + 1])
            return {"first": [float(found["first"])], "seeks": [float(each) for each in found["seeks"]]}
    raise BenchFailed("the browser ended before it showed a picture")
