"""Engines of a test run, shared by its workers: started by whoever asks first, ended with the run (`tests.keeper`).

What did not start is not tried again by each test that asks for it: they all fail with what it said. What eats the
machine while it runs, as a whole site does, ends with the last test that needs it (`done_with`).
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_S = 840
"""Patience with a machine that does much else; how soon the demo is ready is measured elsewhere."""


def ask(what: str) -> str:
    """Start it unless somebody has; what it answers. Fails with the keeper's last words."""
    folder = Path(os.environ["MINHBACH_DATA"])
    ready, failed = folder / f"{what}.ready", folder / f"{what}.failed"
    with (folder / f"{what}.starting").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert not failed.exists(), failed.read_text("utf-8")
        if not ready.exists():
            try:
                _start(folder, what, ready)
            except AssertionError as failure:
                failed.write_text(str(failure), "utf-8")
                raise
    return ready.read_text("utf-8").split("\n", 1)[1]


def done_with(what: str, of: int) -> None:
    """One test that needs it is over; with the last `of` them, of all workers, it is told to end."""
    folder = Path(os.environ["MINHBACH_DATA"])
    ready = folder / f"{what}.ready"
    with (folder / f"{what}.over").open("ab", buffering=0) as over:
        fcntl.flock(over, fcntl.LOCK_EX)
        over.write(b".")
        last = over.tell() == of
    if last and ready.exists():
        os.kill(int(ready.read_text("utf-8").split("\n", 1)[0]), signal.SIGTERM)


def _start(folder: Path, what: str, ready: Path) -> None:
    words = folder / f"{what}.keeper.log"
    owner = (folder / "owner").read_text("ascii")
    with words.open("wb") as log:
        command = [sys.executable, "-m", "tests.keeper", str(folder), owner, what]
        keeper = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
    deadline = time.monotonic() + START_S
    while not ready.exists():
        assert keeper.poll() is None, words.read_text("utf-8")
        if time.monotonic() > deadline:
            os.killpg(keeper.pid, signal.SIGKILL)
            raise AssertionError(f"{what} was not ready within {START_S} s: {words.read_text('utf-8')}")
        time.sleep(0.02)
    # It belongs to the run, not to this worker: nobody here waits for its end.
    keeper.returncode = 0
