"""Many cameras for a bench, in a process of their own: `with source(100, cache) as cameras:` then dial their URLs.

Promises that the process ends with the block or with its parent, whichever goes first, and tells what it cost: a
bench whose load generator is the bottleneck measures nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from minhbach.bench import film, tape
from minhbach.bench.processes import cpu_s
from minhbach.bench.sender import Sender

_PROGRAM = """
import pathlib, sys
from minhbach.bench.source import serve
serve(pathlib.Path(sys.argv[1]), int(sys.argv[2]))
"""


@dataclass(frozen=True, slots=True)
class Source:
    """The running sender: `urls` one per camera, `pid` its process."""

    urls: tuple[str, ...]
    pid: int

    def cpu_s(self) -> float:
        """CPU seconds (user and system) the sender has used since it began."""
        return cpu_s(self.pid)


@contextmanager
def source(cameras: int, cache: Path) -> Iterator[Source]:
    """`cameras` streams of identical bytes on loopback; the tape is made in folder `cache` when not there yet."""
    path = film.filmed(cache)
    words = [sys.executable, "-c", _PROGRAM, str(path), str(cameras)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        port = int(process.stdout.readline())
        yield Source(tuple(f"rtsp://127.0.0.1:{port}/camera{index}" for index in range(cameras)), process.pid)
    finally:
        process.stdin.close()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def serve(path: Path, cameras: int) -> None:
    """The program of the process: prints its port, ends with its standard input."""
    sender = Sender(tape.load(path), cameras)
    print(sender.port, flush=True)
    # Unbuffered, so that looking whether the parent is still there never waits for it.
    with os.fdopen(0, "rb", buffering=0) as parent:
        sender.run(parent)
