"""`python -m tests.centre.door PORT FILE`: two doorways before a small application, behind the server of the pages.

`/short/…` has little patience and little room, everything else much. `/file` sends FILE as it lies on the disk, `/long`
what a generator makes; any other address says what arrived.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import current_thread
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from minhbach.centre.doorway import Allowance, Doorway

THREADS = 2
AT_ONCE = 4
LONG = b"0123456789abcdef" * 4096


def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """What arrived, or much."""
    path = environ["PATH_INFO"]
    if path == "/boom":
        raise RuntimeError("An application that fails.")
    if path == "/file":
        file = Path(os.environ["DOOR_FILE"])
        start_response("200 OK", [("Content-Length", str(file.stat().st_size))])
        made: Iterable[bytes] = environ["wsgi.file_wrapper"](file.open("rb"), 8192)
        return made
    if path == "/long":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return _long()
    body = environ["wsgi.input"].read()
    told: dict[str, Any] = {name: value for name, value in environ.items() if isinstance(value, str)}
    told |= {
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "open": _open_files(),
        "coming": len(_narrow._coming),
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told).encode()]


def _long() -> Iterator[bytes]:
    """More than stays in memory, all made by the thread that began it."""
    mine = current_thread()
    for _ in range(64):
        assert current_thread() is mine
        yield LONG


def _open_files() -> int:
    """How often FILE is open here."""
    wanted = str(Path(os.environ["DOOR_FILE"]).resolve())
    found = 0
    for each in Path("/proc/self/fd").iterdir():
        try:
            found += str(each.readlink()) == wanted
        except OSError:
            continue
    return found


_patient = Doorway(answer, THREADS)
_short = Doorway(answer, THREADS, Allowance(most_bytes=1 << 20, grace_s=0.3, least_bytes_per_s=1 << 20))
_narrow = Doorway(answer, THREADS, Allowance(grace_s=300, at_once=AT_ONCE))


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """By the first part of the address."""
    doors = {"short": _short, "narrow": _narrow}
    await doors.get(scope["path"].split("/")[1], _patient)(scope, receive, send)


if __name__ == "__main__":
    os.environ["DOOR_FILE"] = sys.argv[2]
    Server(
        "tests.centre.door:application", address="127.0.0.1", port=int(sys.argv[1]), interface=Interfaces.ASGINL,
        workers=1, websockets=False, log_level=LogLevels.critical,
    ).serve()  # fmt: skip
