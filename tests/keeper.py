"""`python -m tests.keeper FOLDER PID WHAT`: runs an engine of a test run for as long as process PID lives.

WHAT is `postgres` (in FOLDER itself, with every table laid for `tests.laid` to copy); `site`: a whole running site with
its demo, in `FOLDER/site`; or `house`: the pages alone, with a province in a database of that server
(`tests.centre.look`). A process of its own, because the worker that first asks may end before the others do; and a run
that is killed must leave nothing behind.
"""

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from minhbach.engines import children, ports, postgres

SITE_DAYS = 3
"""As many days of past as yesterday's footage, a deletion and a failed camera need."""
PATIENCE_S = 60


def main(folder: Path, owner: int, what: str) -> int:
    """Run until the owner is gone or SIGTERM comes; the file `WHAT.ready` says when it can be asked, and what."""
    waker, woken = os.pipe()
    # More than one may say so: whoever is done with it, and the end of the run.
    signal.signal(signal.SIGTERM, lambda *_: os.write(woken, b"."))
    try:
        alive = os.pidfd_open(owner)
    except ProcessLookupError:
        return 1
    start = {"postgres": start_postgres, "site": start_site, "house": start_house}[what]
    answer, stop = start(folder)
    ready = folder / f"{what}.ready"
    draft = ready.with_suffix(".new")
    draft.write_text(f"{os.getpid()}\n{answer}", "utf-8")
    draft.rename(ready)
    gone, _, _ = select.select([alive, waker], [], [])
    stop()
    ready.unlink()
    if alive in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def start_postgres(folder: Path) -> tuple[str, Callable[[], None]]:
    """The database server of the run, and the database that is copied there. Ends this process when it fails."""
    server = postgres.start(folder / "postgres", folder / "s")
    if laid := subprocess.run([sys.executable, "-m", "tests.laid"], check=False).returncode:
        server.stop()
        sys.exit(laid)
    return "", server.stop


def start_site(folder: Path) -> tuple[str, Callable[[], None]]:
    """The demo, as a person starts it; the answer is its address. Ends this process when it does not become ready."""
    data = folder / "site"
    data.mkdir(exist_ok=True)
    port = ports.choose(folder / "site-port.json", ["pages"])["pages"]
    for name in [name for name in os.environ if name.startswith(("MINHBACH_", "DJANGO_"))]:
        del os.environ[name]
    words = folder / "site.log"
    command = ["-m", "minhbach", "demo", "--data", str(data), "--port", str(port), "--days", str(SITE_DAYS)]
    child = children.start([sys.executable, *command], log=words)
    said = f"ready http://127.0.0.1:{port}"
    while said not in words.read_text("utf-8"):
        try:
            child.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
        sys.exit(words.read_text("utf-8"))
    return said.removeprefix("ready "), lambda: children.end(child, PATIENCE_S)


def start_house(folder: Path) -> tuple[str, Callable[[], None]]:
    """The pages over a database of their own; the answer is one line of JSON."""
    environment = {**os.environ, "MINHBACH_DEMO": "1", "MINHBACH_STREAM_URL": "ws://127.0.0.1:9"}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.centre.look.site", "look"],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout
    answer = server.stdout.readline()
    if not answer:
        sys.exit(f"the pages ended with {server.wait(PATIENCE_S)}; {folder / 'house.keeper.log'} has their words")

    def stop() -> None:
        server.terminate()
        server.wait(PATIENCE_S)

    return answer, stop


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
