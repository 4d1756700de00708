"""The `serve` command, and how a program with parts waits to be told to end."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from minhbach.serve.site import Site, SiteFailed

LOOK_S = 0.5


def command(args: argparse.Namespace) -> int:
    """Run a site until it is told to end: 0 ended as asked, 1 a part ended by itself, 2 could not start."""
    ended = listen()
    folder: Path = args.data.absolute()
    try:
        with Site(folder, args.port) as site:
            print(f"ready {site.url}", flush=True)
            return wait(ended, args.seconds, site.ended)
    except SiteFailed as failure:
        print(failure, file=sys.stderr)
        return 2


def listen() -> threading.Event:
    """An event that SIGINT and SIGTERM set; a second one changes nothing, so that the goodbye is never cut short."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: ended.set())
    return ended


def wait(ended: threading.Event, seconds: float | None, look: Callable[[], str | None]) -> int:
    """Until asked to end, or until a part ends by itself, which is said; returns the exit status."""
    deadline = None if seconds is None else time.monotonic() + seconds
    while not ended.wait(LOOK_S):
        if deadline is not None and time.monotonic() >= deadline:
            return 0
        name = look()
        if name is not None:
            print(f"Phần «{name}» đã tự dừng. / The part «{name}» has ended by itself.", file=sys.stderr, flush=True)
            return 1
    return 0
