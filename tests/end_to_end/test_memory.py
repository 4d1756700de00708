"""A recorder that runs for long stays as small as it was: accelerated hours of one camera, everything real but sockets.

A whole day and the first deletions: caches take hours to fill, so a shorter run would measure their filling. For a
quick look set `TESTS_HOURS`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end import footage

HOURS = float(os.environ.get("TESTS_HOURS", "26"))
WARM_TENTHS = 3
MOST_GROWTH_BYTES = 1_000_000
SEGMENT_S = 10


@pytest.fixture
def memory_disk(tmp_path):
    """A folder in memory where there is one: a day of segments would otherwise wait for the disk a day's syncs."""
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK):
        yield tmp_path
        return
    folder = shared / f"minhbach-{os.getpid()}"
    yield folder
    subprocess.run(["rm", "-rf", folder], check=True)


def test_a_day_of_a_camera_costs_at_most_a_megabyte(memory_disk, checkout):
    done = subprocess.run(
        [sys.executable, "-m", "tests.end_to_end.marathon", str(memory_disk), str(HOURS)],
        env={**os.environ, "PYTHONPATH": f"{checkout / 'src'}:{checkout}"}, cwd=checkout,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    sizes = told["sizes"]
    print(f"\nMiB at each tenth of {HOURS:g} h: {[round(size / 2**20, 1) for size in sizes]}")
    assert told["segments"] >= HOURS * 3600 / SEGMENT_S - 5
    assert max(sizes[WARM_TENTHS:]) - sizes[WARM_TENTHS - 1] <= MOST_GROWTH_BYTES
    footage.sound(memory_disk)
    removed = footage.of_kind(memory_disk, "deletion")
    assert bool(removed) == (HOURS > 25.5)
