"""Other processes for work that is Python's own: walking over the box headers of half a million files.

Owns how portions of a check reach other processes and come back. They are started as programs of their own, so it does
not matter how this one was started (``multiprocessing`` would run an unguarded start script once more in each of them).
Promises an answer for every portion or ``WorkerLost``. Leaves the work to ``files``, and to whoever asks what to do
without workers.
"""

from __future__ import annotations

import os
import pickle  # nosec B403 # only between a check and the children it started itself
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Task = TypeVar("Task")
Answer = TypeVar("Answer")

_WORDS = (sys.executable, "-c", "from minhbach.edge.check.workers import main; main()")


class WorkerLost(Exception):
    """A process ended before its work did: killed, or without the memory to start."""


def spread(work: Callable[[Task], Answer], tasks: Sequence[Task], processes: int) -> Iterator[Answer]:
    """``work`` of every task, in the order of the tasks. Raises WorkerLost. ``work`` is a function of a module."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    workers: list[subprocess.Popen[bytes]] = []
    try:
        for number in range(processes):
            worker = subprocess.Popen(_WORDS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
            workers.append(worker)
            assert worker.stdin is not None
            pickle.dump((work, tasks[number::processes]), worker.stdin)
            worker.stdin.close()
        for number in range(len(tasks)):
            answers = workers[number % processes].stdout
            assert answers is not None
            yield pickle.load(answers)  # nosec B301
    except (OSError, EOFError, pickle.UnpicklingError) as error:
        raise WorkerLost("A process that shared the work of a check has ended.") from error
    finally:
        for worker in workers:
            worker.kill()
            with worker:
                worker.wait()


def main() -> None:
    """One worker: reads its work from standard input, writes each answer to standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the one who asked, and he ends us.
    work, tasks = pickle.load(sys.stdin.buffer)  # nosec B301
    for task in tasks:
        pickle.dump(work(task), sys.stdout.buffer)
        sys.stdout.buffer.flush()
