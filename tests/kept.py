"""Engines of a test run, shared by its workers: started by whoever asks first, ended with the run (`tests.keeper`)."""

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_S = 240


def ask(what: str) -> str:
    """Start it unless somebody has; what it answers. Fails with the keeper's last words."""
    folder = Path(os.environ["MINHBACH_DATA"])
    ready = folder / f"{what}.ready"
    with (folder / f"{what}.starting").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            _start(folder, what, ready)
    return ready.read_text("utf-8").split("\n", 1)[1]


def _start(folder: Path, what: str, ready: Path) -> None:
    words = folder / f"{what}.keeper.log"
    owner = (folder / "owner").read_text("ascii")
    with words.open("wb") as log:
        command = [sys.executable, "-m", "tests.keeper", str(folder), owner, what]
        keeper = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
    deadline = time.monotonic() + START_S
    while not ready.exists():
        assert keeper.poll() is None, words.read_text("utf-8")
        assert time.monotonic() < deadline, words.read_text("utf-8")
        time.sleep(0.02)
    # It belongs to the run, not to this worker: nobody here waits for its end.
    keeper.returncode = 0
