"""Many cameras for a bench, in a process of their own: `with source(100, cache) as cameras:` then dial their URLs.

Promises that the process ends with the block or with its parent, whichever goes first, and tells what it cost: a
bench whose load generator is the bottleneck measures nothing.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from minhbach.bench import film, tape
from minhbach.bench.sender import Sender


@dataclass(frozen=True, slots=True)
class Source:
    """The running sender: `urls` one per camera, `pid` its process."""

    urls: tuple[str, ...]
    pid: int

    def cpu_s(self) -> float:
        """CPU seconds (user and system) the sender has used since it began."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def source(cameras: int, cache: Path) -> Iterator[Source]:
    """`cameras` streams of identical bytes on loopback; the tape is made in folder `cache` when not there yet."""
    path = film.filmed(cache)
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(path, cameras, theirs), name="bench-source", daemon=True)
    process.start()
    theirs.close()
    try:
        port = ours.recv()
        yield Source(tuple(f"rtsp://127.0.0.1:{port}/camera{index}" for index in range(cameras)), process.pid or 0)
    finally:
        ours.close()
        process.join(5)
        if process.is_alive():
            process.terminate()
            process.join()


def _serve(path: Path, cameras: int, parent: Connection) -> None:
    sender = Sender(tape.load(path), cameras)
    parent.send(sender.port)
    sender.run(parent)
