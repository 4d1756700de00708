"""The `serve` command, and how a program with parts is told to end."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType

from minhbach.serve.site import Site, SiteFailed

LOOK_S = 1.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ToldToEnd(BaseException):
    """Somebody wants the program to end; raised on the main thread wherever it is, so that nothing is waited for."""


def command(args: argparse.Namespace) -> int:
    """Run a site until it is told to end: 0 ended as asked, 1 a part ended by itself, 2 could not start."""
    listen()
    try:
        with Site(args.data.absolute(), args.port) as site:
            print(f"ready {site.url}", flush=True)
            return wait(args.seconds, site.look)
    except SiteFailed as failure:
        print(failure, file=sys.stderr)
        return 2
    except ToldToEnd:
        return 0


def listen() -> None:
    """Let SIGINT, SIGTERM and SIGHUP raise `ToldToEnd`, once: the goodbye of the parts is not cut short by a second."""
    for number in SIGNALS:
        signal.signal(number, _raise)


def wait(seconds: float | None, look: Callable[[], str | None]) -> int:
    """Until the seconds are over (0) or a part ended by itself, which is said (1)."""
    deadline = float("inf") if seconds is None else time.monotonic() + seconds
    while time.monotonic() < deadline:
        name = look()
        if name is not None:
            print(f"Phần «{name}» đã tự dừng. / The part «{name}» has ended by itself.", file=sys.stderr, flush=True)
            return 1
        time.sleep(LOOK_S)
    return 0


def _raise(number: int, frame: FrameType | None) -> None:
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise ToldToEnd
