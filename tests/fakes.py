"""Disks that misbehave, and threads that do not.

Owns `ForgetfulFiles`, a real folder that also keeps in mind what of it would survive a power cut at every instant of
its past; `FailingFiles`, which besides fails at the call of a test's choice; and `OrderlyLanes`, which do the work of
the disk's threads on the test's own thread, so that a run can be repeated. What they forget and fail is what a disk may
do that honours ``fsync``: names appear and vanish for certain only after their folder is synced, in any order before;
bytes of a file are whole, short, zero or full of holes until they are synced; a failed sync loses them for good,
whatever a later one says.
"""

from __future__ import annotations

import errno
import os
import queue
import shutil
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from minhbach.durable import AppendFile, Files, Space
from minhbach.edge.archive.lane import Done, Lane, Lanes

PAGE = 4096


class Killed(BaseException):
    """The process is dead: nothing more reaches the disk, what stands in its cache stays."""


@dataclass(frozen=True, slots=True)
class Call:
    """One change of the disk, in the order of the run; ``path`` is relative to the root."""

    number: int
    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Failure:
    """How a call fails: with which error, and whether it was done all the same (a write: half of it)."""

    error: int = errno.EIO
    stored: bool = False


@dataclass(slots=True)
class _File:
    """One inode: its bytes, how many of them are durable, and which a failed sync has lost."""

    data: bytearray = field(default_factory=bytearray)
    synced: int = 0
    lost: list[tuple[int, int]] = field(default_factory=list)

    def after_cut(self, random: Random) -> bytes:
        """What is left; every page behind the durable bytes has its own fate."""
        image = bytearray(self.data[: self.synced])
        for begin, end in self.lost:
            if random.random() < 0.7:
                image[begin : min(end, len(image))] = bytes(max(0, min(end, len(image)) - begin))
        rest = self.data[self.synced :]
        kind = random.choice(["none", "all", "short", "zeros", "holes", "short holes"])
        if "short" in kind:
            rest = rest[: random.randrange(len(rest) + 1)]
        if "holes" in kind:
            for page in range(self.synced // PAGE, (self.synced + len(rest)) // PAGE + 1):
                begin, end = max(0, page * PAGE - self.synced), max(0, (page + 1) * PAGE - self.synced)
                if random.random() < 0.5:
                    rest[begin:end] = bytes(len(rest[begin:end]))
        return bytes(image) + {"none": b"", "zeros": bytes(len(rest))}.get(kind, bytes(rest))


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of names that is not durable yet: ``old`` goes (if any), ``new`` appears (if any) and means ``file``."""

    folders: frozenset[Path]
    old: Path | None
    new: Path | None
    file: int | None

    def apply(self, names: dict[Path, int | None]) -> None:
        if self.old is not None:
            names.pop(self.old, None)
        if self.new is not None:
            names[self.new] = self.file


Step = tuple[str, Path, object]
"""(kind, path, what else it needs): one entry of the journal."""


class _Model:
    """Names and files as the running system sees them, and as they would be after a power cut."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.files: list[_File] = []
        self.names: dict[Path, int | None] = {root: None}  # None: a folder
        self.durable: dict[Path, int | None] = {root: None}
        self.pending: list[_Change] = []
        self.limbo: list[_Change] = []

    def apply(self, step: Step) -> None:
        kind, path, more = step
        getattr(self, f"_{kind}")(path, more)

    def file(self, path: Path) -> int:
        found = self.names[path]
        assert found is not None
        return found

    def _open(self, path: Path, truncated: object) -> None:
        if path not in self.names:
            self.files.append(_File())
            self._change(_Change(frozenset({path.parent}), None, path, len(self.files) - 1))
        elif truncated:
            self.files[self.file(path)] = _File()

    def _write(self, path: Path, more: object) -> None:
        assert isinstance(more, tuple)
        number, data = more
        self.files[number].data += data

    def _sync(self, path: Path, number: object) -> None:
        assert isinstance(number, int)
        self.files[number].synced = len(self.files[number].data)

    def _lose(self, path: Path, number: object) -> None:
        assert isinstance(number, int)
        file = self.files[number]
        file.lost.append((file.synced, len(file.data)))

    def _truncate(self, path: Path, size: object) -> None:
        assert isinstance(size, int)
        file = self.files[self.file(path)]
        del file.data[size:]
        file.synced = size

    def _link(self, path: Path, target: object) -> None:
        assert isinstance(target, Path)
        self._change(_Change(frozenset({target.parent}), None, target, self.names[path]))

    def _unlink(self, path: Path, more: object) -> None:
        self._change(_Change(frozenset({path.parent}), path, None, None))

    def _rename(self, path: Path, target: object) -> None:
        assert isinstance(target, Path)
        self._change(_Change(frozenset({path.parent, target.parent}), path, target, self.names[path]))

    def _mkdir(self, path: Path, more: object) -> None:
        self._change(_Change(frozenset({path.parent}), None, path, None))

    def _rmdir(self, path: Path, more: object) -> None:
        self._change(_Change(frozenset({path.parent}), path, None, None))

    def _sync_folder(self, path: Path, more: object) -> None:
        for change in [each for each in self.pending if path in each.folders]:
            change.apply(self.durable)
            self.pending.remove(change)
            names = {change.old, change.new}
            self.limbo = [
                replace(each, old=None if each.old in names else each.old, new=None if each.new in names else each.new)
                for each in self.limbo
            ]

    def _lose_folder(self, path: Path, more: object) -> None:
        lost = [each for each in self.pending if path in each.folders]
        self.limbo += lost
        self.pending = [each for each in self.pending if each not in lost]

    def _note(self, path: Path, more: object) -> None:
        """Says something about this instant; changes nothing."""

    def _change(self, change: _Change) -> None:
        change.apply(self.names)
        self.pending.append(change)

    def after_cut(self, random: Random) -> dict[Path, bytes | int]:
        """Path → bytes, -1 for a folder, or the number of a file that stands there under several names."""
        kept = random.choice([0.0, 0.5, 0.5, 1.0])
        names = dict(self.durable)
        for change in [*self.limbo, *self.pending]:
            if random.random() < kept:
                change.apply(names)
        reached = self._reached(names)
        return {path: -1 if file is None else file for path, file in names.items() if path in reached}

    def _reached(self, names: dict[Path, int | None]) -> set[Path]:
        """The names below the root that are in folders which are there."""
        reached: set[Path] = set()
        for path in sorted(names, key=lambda each: len(each.parts)):
            if path == self._root or path.parent in reached:
                reached.add(path)
        return reached


class _WatchedFile(AppendFile):
    """An open file whose bytes the journal keeps too."""

    def __init__(self, files: ForgetfulFiles, path: Path, descriptor: int, number: int) -> None:
        super().__init__(path, descriptor)
        self._files = files
        self._number = number

    def write(self, buffers: Sequence[bytes | bytearray | memoryview]) -> int:
        data = b"".join(bytes(each) for each in buffers)
        failure = self._files.call("write", self.path)
        if failure is None:
            self._files.log("write", self.path, (self._number, data))
            return super().write([data])
        if failure.stored and data:
            half = data[: (len(data) + 1) // 2]
            self._files.log("write", self.path, (self._number, half))
            super().write([half])
        raise OSError(failure.error, os.strerror(failure.error), str(self.path))

    def sync(self) -> None:
        failure = self._files.call("sync", self.path)
        self._files.log("sync" if failure is None or failure.stored else "lose", self.path, self._number)
        if failure is not None:
            raise OSError(failure.error, os.strerror(failure.error), str(self.path))


class ForgetfulFiles(Files):
    """A real folder below ``root``; `cut` makes another one of what a power cut leaves of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._prefix = f"{root}/"
        self.journal: list[Step] = []
        self.calls: list[Call] = []
        self.capacity_bytes = 1 << 40
        self._model = _Model(root)
        self._first = _Model(root)
        root.mkdir(parents=True, exist_ok=True)

    @classmethod
    def over(cls, root: Path) -> ForgetfulFiles:
        """A disk on which all that stands below ``root`` is durable."""
        disk = cls(root)
        first: dict[int, Path] = {}
        for path in sorted(root.rglob("*"), key=lambda each: len(each.parts)):
            if path.is_dir():
                disk._model.names[path] = None
            elif (number := path.stat().st_ino) in first:
                disk._model.names[path] = disk._model.names[first[number]]
            else:
                content = path.read_bytes()
                disk._model.files.append(_File(bytearray(content), len(content)))
                disk._model.names[path] = len(disk._model.files) - 1
                first[number] = path
        disk._model.durable = dict(disk._model.names)
        disk._first = deepcopy(disk._model)
        return disk

    def fails(self, call: Call) -> Failure | None:
        """Whether and how a call fails; this disk never does."""
        return None

    def note(self, what: object) -> None:
        """Keep in the journal what the test knows at this instant."""
        self.log("note", self.root, what)

    def noted(self, until: int) -> Iterable[object]:
        """All notes before a place in the journal."""
        return (more for kind, _, more in self.journal[:until] if kind == "note")

    def cut(self, root: Path, random: Random, at: int | None = None) -> ForgetfulFiles:
        """What a power cut before step ``at`` of the journal (now, if None) leaves, laid out in a new folder."""
        past = self._model
        if at is not None:
            past = deepcopy(self._first)
            for step in self.journal[:at]:
                past.apply(step)
        root.mkdir(parents=True, exist_ok=True)
        first: dict[int, Path] = {}
        for path, number in sorted(past.after_cut(random).items(), key=lambda item: len(item[0].parts)):
            assert isinstance(number, int)
            _lay(root / path.relative_to(self.root), number, first, past, random)
        return ForgetfulFiles.over(root)

    # --- what Files does, watched ------------------------------------------------------------------------

    def open_file(self, path: Path, flags: int, mode: int = 0o640) -> AppendFile:
        failure = self.call("open", path)
        if failure is None or failure.stored:
            descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC | flags, mode)
            self.log("open", path, bool(flags & os.O_TRUNC))
            if failure is None:
                return _WatchedFile(self, path, descriptor, self._model.file(path))
            os.close(descriptor)
        raise OSError(failure.error, os.strerror(failure.error), str(path))

    def truncate(self, path: Path, size: int) -> None:
        self._do("truncate", path, size, lambda: os.truncate(path, size))

    def link(self, source: Path, target: Path) -> None:
        self._do("link", source, target, lambda: os.link(source, target))

    def unlink(self, path: Path) -> None:
        self._do("unlink", path, None, lambda: os.unlink(path))

    def rename(self, source: Path, target: Path) -> None:
        self._do("rename", source, target, lambda: os.replace(source, target))

    def add_folder(self, folder: Path) -> None:
        self._do("mkdir", folder, None, lambda: os.mkdir(folder, 0o750))

    def remove_folder(self, folder: Path) -> None:
        self._do("rmdir", folder, None, lambda: os.rmdir(folder))

    def sync_folder(self, folder: Path) -> None:
        failure = self.call("sync_folder", folder)
        if not folder.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
        self.log("sync_folder" if failure is None or failure.stored else "lose_folder", folder, None)
        if failure is not None:
            raise OSError(failure.error, os.strerror(failure.error), str(folder))

    def space(self, folder: Path) -> Space:
        used = sum(len(file.data) for file in self._here(folder))
        return Space(self.capacity_bytes - used, self.capacity_bytes)

    def call(self, kind: str, path: Path) -> Failure | None:
        """Count a call and ask what becomes of it."""
        call = Call(len(self.calls), kind, str(path).removeprefix(self._prefix))
        self.calls.append(call)
        return self.fails(call)

    def log(self, kind: str, path: Path, more: object) -> None:
        """One step of the journal."""
        self.journal.append((kind, path, more))
        self._model.apply(self.journal[-1])

    def _do(self, kind: str, path: Path, more: object, act: Callable[[], object]) -> None:
        failure = self.call(kind, path)
        if failure is None or failure.stored:
            act()
            self.log(kind, path, more)
        if failure is not None:
            raise OSError(failure.error, os.strerror(failure.error), str(path))

    def _here(self, folder: Path) -> list[_File]:
        below = f"{folder}/"
        names = self._model.names.items()
        numbers = {number for path, number in names if number is not None and str(path).startswith(below)}
        return [self._model.files[number] for number in numbers]


class FailingFiles(ForgetfulFiles):
    """Fails the calls that ``plan`` says, until ``heal`` is called."""

    def __init__(self, root: Path, plan: Callable[[Call], Failure | None]) -> None:
        super().__init__(root)
        self.failed: list[Call] = []
        self._plan = plan
        self.healed = False

    def heal(self) -> None:
        """From now on nothing fails."""
        self.healed = True

    def fails(self, call: Call) -> Failure | None:
        failure = None if self.healed else self._plan(call)
        if failure is not None:
            self.failed.append(call)
        return failure


class OrderlyLanes(Lanes):
    """The disk's threads, one after another on the thread that polls; which lane is next, ``random`` says.

    ``lag``: the probability that a lane's next job waits for another tick, as on a slow disk.
    """

    def __init__(self, random: Random, lag: float = 0.0) -> None:
        super().__init__()
        self.lag = lag
        self._random = random
        self._new: list[Lane] = []
        self._queue: list[Lane] = []
        self._done: queue.SimpleQueue[tuple[Done, BaseException | None]] = queue.SimpleQueue()

    def lane(self, *, ahead: bool = False) -> Lane:
        return Lane(self._new, ahead)

    def deliver(self) -> None:
        while not self._done.empty():
            done, error = self._done.get_nowait()
            done(error)

    def hand_over(self) -> None:
        self._queue += self._new
        self._new.clear()
        waiting = self._queue[:]
        while waiting:
            ahead = [lane for lane in waiting if lane.ahead]
            lane = self._random.choice(ahead or waiting)
            if self._random.random() < self.lag:
                waiting.remove(lane)
            elif not lane.run(self._done):
                waiting.remove(lane)
                self._queue.remove(lane)

    def close(self) -> None:
        self.lag = 0.0
        while self._new or self._queue:
            self.poll()
        self.deliver()


def _lay(path: Path, number: int, first: dict[int, Path], past: _Model, random: Random) -> None:
    """Put one name of a model on the disk: a folder, a file, or another name of a file."""
    if number < 0:
        path.mkdir(exist_ok=True)
    elif number in first:
        os.link(first[number], path)
    else:
        path.write_bytes(past.files[number].after_cut(random))
        path.chmod(0o600)
        first[number] = path


def wipe(folder: Path) -> None:
    """Give the room of a laid-out folder back."""
    shutil.rmtree(folder, ignore_errors=True)
