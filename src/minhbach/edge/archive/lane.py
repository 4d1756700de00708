"""Slow work in order, off the loop's thread.

Owns the threads that wait for disks. A *lane* runs its jobs one after another (a segment's fragments, then its sealing,
then the next segment); different lanes run beside each other on one small pool. Results come back as calls made by
``Lanes.poll`` on the loop's own thread, so nothing else in the archive needs a lock and no job wakes the loop up.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

Done = Callable[[BaseException | None], None]


class Lanes:
    """A pool of threads and what came back from it."""

    def __init__(self, threads: int = 4) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="disk")
        self._results: queue.SimpleQueue[tuple[Done, BaseException | None]] = queue.SimpleQueue()

    def lane(self) -> Lane:
        """A new order of jobs."""
        return Lane(self._pool, self._results)

    def poll(self) -> None:
        """Deliver the results that have come in since the last call."""
        while not self._results.empty():
            done, error = self._results.get_nowait()
            done(error)

    def close(self) -> None:
        """Wait for every job, then deliver the last results."""
        self._pool.shutdown(wait=True)
        self.poll()


class Lane:
    """Jobs that must not overtake each other."""

    def __init__(self, pool: ThreadPoolExecutor, results: queue.SimpleQueue[tuple[Done, BaseException | None]]) -> None:
        self._pool = pool
        self._results = results
        self._jobs: deque[tuple[Callable[[], None], Done, int]] = deque()
        self._busy = False
        self._lock = threading.Lock()
        self.backlog_bytes = 0

    def put(self, job: Callable[[], None], done: Done, cost_bytes: int = 0) -> None:
        """Run ``job`` after all before it; ``done`` gets None or what it raised. Cost counts as backlog till then."""
        with self._lock:
            self.backlog_bytes += cost_bytes
            self._jobs.append((job, done, cost_bytes))
            start, self._busy = not self._busy, True
        if start:
            self._pool.submit(self._drain)

    @property
    def idle(self) -> bool:
        """Whether every job has run (its result may still wait for ``poll``)."""
        with self._lock:
            return not self._busy

    def _drain(self) -> None:
        while True:
            with self._lock:
                if not self._jobs:
                    self._busy = False
                    return
                job, done, cost_bytes = self._jobs.popleft()
            error: BaseException | None = None
            try:
                job()
            except Exception as problem:
                error = problem
            with self._lock:
                self.backlog_bytes -= cost_bytes
            self._results.put((done, error))
