"""`python -m tests.keeper FOLDER PID`: runs the PostgreSQL of a test run for as long as process PID lives.

A process of its own, because the worker that first asks for the database may end before the others do; and a run that
is killed must leave no server behind.
"""

import os
import select
import shutil
import signal
import sys
from pathlib import Path

from minhbach.engines import postgres


def main(folder: Path, owner: int) -> int:
    """Run until the owner is gone or SIGTERM comes; `ready` in the folder says that the server can be asked."""
    waker, woken = os.pipe()
    signal.signal(signal.SIGTERM, lambda *_: os.close(woken))
    try:
        alive = os.pidfd_open(owner)
    except ProcessLookupError:
        return 1
    server = postgres.start(folder / "postgres", folder / "s")
    ready = folder / "ready"
    ready.write_text(str(os.getpid()), "ascii")
    gone, _, _ = select.select([alive, waker], [], [])
    server.stop()
    ready.unlink()
    if alive in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
