"""What the tests of the supervision site share: one real PostgreSQL for the run, one database for each worker.

The settings are read from the environment that `tests/centre_settings.py` lays when pytest starts; the server itself
starts with the first test that asks for the database.
"""

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

START_S = 90


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, checkout: Path) -> None:
    """Start the server before the first database is made on it; it ends with the whole run."""
    folder = Path(os.environ["MINHBACH_DATA"])
    with (folder / "starting").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            _start_server(folder, checkout)


def _start_server(folder: Path, checkout: Path) -> None:
    words = folder / "keeper.log"
    with words.open("wb") as log:
        command = [sys.executable, "-m", "tests.keeper", str(folder), (folder / "owner").read_text("ascii")]
        keeper = subprocess.Popen(command, cwd=checkout, stdout=log, stderr=log, start_new_session=True)
    deadline = time.monotonic() + START_S
    while not (folder / "ready").exists():
        assert keeper.poll() is None, words.read_text("utf-8")
        assert time.monotonic() < deadline, words.read_text("utf-8")
        time.sleep(0.02)
    # It belongs to the run, not to this worker: nobody here waits for its end.
    keeper.returncode = 0
