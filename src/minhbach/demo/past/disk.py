"""A disk that is not waited for, and its threads' work done at once.

A demo that is cut off while it makes its past makes it anew; so nothing in between needs to survive a power cut, and
the thousands of waits that make real footage safe are left out. `settle` makes everything durable at the end.
"""

from __future__ import annotations

import itertools
import os
import queue
import shutil
from pathlib import Path

from minhbach.durable import AppendFile, Files
from minhbach.edge.archive.lane import Done, Lane, Lanes


class _Loose(AppendFile):
    def sync(self) -> None:
        """Not now."""


class HastyFiles(Files):
    """The real file system, without waiting for it; what is deleted goes into a bin, which `settle` empties."""

    def __init__(self, bin_folder: Path) -> None:
        self._bin = bin_folder
        self._numbers = itertools.count()
        shutil.rmtree(bin_folder, ignore_errors=True)
        bin_folder.mkdir(parents=True)

    def open_file(self, path: Path, flags: int, mode: int = 0o640) -> AppendFile:
        return _Loose(path, os.open(path, os.O_WRONLY | os.O_CLOEXEC | flags, mode))

    def sync_folder(self, folder: Path) -> None:
        """Not now."""

    def unlink(self, path: Path) -> None:
        # A file system without a journal looks long for a number that was not free a moment ago, at each new file.
        os.rename(path, self._bin / str(next(self._numbers)))

    def rename(self, source: Path, target: Path) -> None:
        # A name that replaces another makes some file systems write the file at once.
        target.unlink(missing_ok=True)
        os.rename(source, target)

    def settle(self) -> None:
        """Empty the bin, and wait for all of it."""
        shutil.rmtree(self._bin)
        os.sync()


class PromptLanes(Lanes):
    """Every job is done on the thread that polls, in the order of the lanes."""

    def __init__(self) -> None:
        super().__init__()
        self._new: list[Lane] = []
        self._done: queue.SimpleQueue[tuple[Done, BaseException | None]] = queue.SimpleQueue()

    def lane(self, *, ahead: bool = False) -> Lane:
        return Lane(self._new, ahead)

    def deliver(self) -> None:
        while not self._done.empty():
            done, error = self._done.get_nowait()
            done(error)

    def hand_over(self) -> None:
        waiting, self._new[:] = sorted(self._new, key=lambda lane: not lane.ahead), []
        for lane in waiting:
            while lane.run(self._done):
                pass

    def close(self) -> None:
        while self._new:
            self.poll()
        self.deliver()
