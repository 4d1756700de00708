"""How slow this machine is while something is measured: a control beside every bound that somebody was promised.

An office was promised seconds on a machine of its own. A test that must hold them on half the processor, beside other
tests, measures meanwhile how long a fixed piece of work takes here, and how late a thread is woken at worst; what it
measured of the product is then held against the promise on a machine that is so much slower. Where nobody was promised
anything there is no bound: a bench measures that.
"""

import threading
import time
from types import TracebackType
from typing import Self

TURNS = 1_000_000
TURNS_S = 0.010
"""What so many turns of a loop take on a quiet machine of the kind that offices have; longer than a kernel lets others
wait for the processor."""
EVERY_S = 0.2


class Slowness:
    """Use as a ``with`` block around what is measured. Costs a twentieth of a core."""

    def __init__(self) -> None:
        self.stall_s = 0.0
        """How much too late a thread was woken at worst."""
        self._took_s: list[float] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._measure, daemon=True)

    @property
    def factor(self) -> float:
        """How many times longer than on a quiet office's machine work takes, at least 1."""
        return max(1.0, sum(self._took_s) / max(1, len(self._took_s)) / TURNS_S)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _measure(self) -> None:
        while True:
            began_s = time.monotonic()
            for _ in range(TURNS):
                pass
            slept_s = time.monotonic()
            self._took_s.append(slept_s - began_s)
            over = self._over.wait(EVERY_S)
            if over:
                return
            self.stall_s = max(self.stall_s, time.monotonic() - slept_s - EVERY_S)
