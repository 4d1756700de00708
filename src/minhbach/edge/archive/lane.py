"""Slow work in order, off the loop's thread.

Owns the threads that wait for disks. A *lane* runs its jobs one after another (a segment's fragments, then its
sealing, then the next segment); different lanes run beside each other. Results come back as calls made by
``Lanes.poll`` on the loop's own thread, so nothing else in the archive needs a lock and no job wakes the loop up.

Work is handed over once a tick, all that came since the last time together: one thread then does it with one wake-up,
first that of the lane which goes ``ahead`` (the log: a gap's entry should be durable before the footage behind it).
More threads join only while the disk lets work pile up, because a fast disk needs no second one and threads that pass
Python's lock to each other for every small write cost more than the writes.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable

Done = Callable[[BaseException | None], None]


class Lanes:
    """A few threads and what came back from them. All methods are called on the loop's thread."""

    def __init__(self, threads: int = 4) -> None:
        self._most_threads = threads
        self._threads: list[threading.Thread] = []
        self._fresh: list[Lane] = []
        self._waiting: deque[Lane] = deque()
        self._turns = threading.Semaphore(0)
        self._idle = 0
        self._lock = threading.Lock()
        self._results: queue.SimpleQueue[tuple[Done, BaseException | None]] = queue.SimpleQueue()
        self._closed = False

    def lane(self, *, ahead: bool = False) -> Lane:
        """A new order of jobs; one that goes ``ahead`` is begun before all that waits."""
        return Lane(self._fresh, ahead)

    def poll(self) -> None:
        """Deliver the results that have come in, then hand over."""
        self.deliver()
        self.hand_over()

    def deliver(self) -> None:
        """Make the calls for all jobs that have ended."""
        while not self._results.empty():
            done, error = self._results.get_nowait()
            done(error)

    def close(self) -> None:
        """Wait for every job, also for those that results put; deliver the last results; end the threads."""
        self._closed = True
        while self._fresh or self._threads:
            self.hand_over()
            for _ in self._threads:
                self._turns.release()
            for thread in self._threads:
                thread.join()
            self._threads.clear()
            self._idle = 0
            self.poll()

    def hand_over(self) -> None:
        """Let the threads begin what was put since the last call."""
        with self._lock:
            piled_up = bool(self._waiting)
            for lane in self._fresh:
                (self._waiting.appendleft if lane.ahead else self._waiting.append)(lane)
            self._fresh.clear()
            wanted = bool(self._waiting) and (piled_up or self._idle == len(self._threads))
            wake = wanted and self._idle > 0
            start = wanted and not wake and len(self._threads) < self._most_threads
        if start:
            thread = threading.Thread(target=self._work, name=f"disk-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()
        elif wake:
            self._turns.release()

    def _work(self) -> None:
        while True:
            with self._lock:
                lane = self._waiting.popleft() if self._waiting else None
                if lane is None:
                    if self._closed:
                        return
                    self._idle += 1
            if lane is None:
                self._turns.acquire()
                with self._lock:
                    self._idle -= 1
                continue
            again = lane.run(self._results)
            if again:
                with self._lock:
                    self._waiting.append(lane)


class Lane:
    """Jobs that must not overtake each other."""

    def __init__(self, fresh: list[Lane], ahead: bool) -> None:
        self.ahead = ahead
        self._fresh = fresh
        self._jobs: deque[tuple[Callable[[], None], Done, int]] = deque()
        self._queued = False
        self._lock = threading.Lock()
        self.backlog_bytes = 0

    def put(self, job: Callable[[], None], done: Done, cost_bytes: int = 0) -> None:
        """Run ``job`` after all before it; ``done`` gets None or what it raised. Cost counts as backlog till then."""
        with self._lock:
            self.backlog_bytes += cost_bytes
            self._jobs.append((job, done, cost_bytes))
            queued, self._queued = self._queued, True
        if not queued:
            self._fresh.append(self)

    @property
    def idle(self) -> bool:
        """Whether every job has run (its result may still wait for ``poll``)."""
        with self._lock:
            return not self._queued

    def run(self, results: queue.SimpleQueue[tuple[Done, BaseException | None]]) -> bool:
        """Run the first job, on a thread of ``Lanes``; whether there is another."""
        with self._lock:
            job, done, cost_bytes = self._jobs.popleft()
        error: BaseException | None = None
        try:
            job()
        except Exception as problem:
            error = problem
        results.put((done, error))
        with self._lock:
            self.backlog_bytes -= cost_bytes
            self._queued = bool(self._jobs)
            return self._queued
