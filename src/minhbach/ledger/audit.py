"""The walk over a recorder's whole logs that joins bytes, law and witness.

Owns: reading logs in order, replaying them, comparing every root that was signed or cosigned, what was
witnessed when, and whether running time ran ahead of the witness. Promises: whatever bytes a stranger left in the
folders, the answer is findings, never an exception. Leaves to others: finding the folders and hashing the files (the
edge's `check`), the law (`rules`), trust in keys (the caller says which).

    result = audit([Log(fetch, size, checkpoint_note), …], view)
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import ed25519, note
from minhbach.ledger.entry import Entry, EntryError, decode
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.findings import Finding
from minhbach.ledger.history import Replay
from minhbach.ledger.state import overlaps
from minhbach.ledger.tiles import LogReader
from minhbach.ledger.tree import Frontier, leaf_hash
from minhbach.ledger.witness import Cosigned, WitnessView

LATE_S = 120
UNSIGNED_LIMIT_US = 5 * 60 * 1_000_000  # a recorder may be killed before its first checkpoint
AHEAD_TOLERANCE_US = 20 * 60 * 1_000_000  # an entry at least every 12 min, a checkpoint offered within 5
DRIFT_PER_MILLE = 1  # a cheap quartz drifts by 0.1 ‰; ten times that is still no way to age footage
CHUNK = 256

Fetch = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Log:
    """One log as it lies there: its files, how many entries they hold, and its newest signed checkpoint."""

    fetch: Fetch
    size: int
    checkpoint: bytes | None = None


@dataclass(frozen=True, slots=True)
class Witnessed:
    """Entries first ≤ index < last of a log were first cosigned at `time_s`; None: not at all."""

    log: str
    first: int
    last: int
    time_s: int | None


@dataclass(slots=True)
class Audit:
    """What a walk found: findings in order, what was witnessed when, and the state behind the last entry."""

    replay: Replay
    findings: list[Finding] = field(default_factory=list)
    witnessed: list[Witnessed] = field(default_factory=list)


def audit(
    logs: Sequence[Log],
    view: WitnessView | None,
    on_entry: Callable[[str, int, Entry], None] | None = None,
    replay: Replay | None = None,
    check: note.Check = ed25519.verify,
) -> Audit:
    """Walks all logs of one recorder, oldest first.

    Without `view` nothing is said about witnesses. `on_entry(log name, index, entry)` sees each readable entry.
    """
    walk = _Walk(Audit(replay or Replay()), view, on_entry, check)
    for log in logs:
        walk.over(log)
    walk.missing_logs()
    return walk.result


class _Walk:
    def __init__(
        self,
        result: Audit,
        view: WitnessView | None,
        on_entry: Callable[[str, int, Entry], None] | None,
        check: note.Check,
    ) -> None:
        self.result = result
        self._view, self._on_entry, self._check = view, on_entry, check
        self._origins: list[str] = []
        self._last_at_us = self._first_run_us = 0
        self._behind_us: int | None = None  # least of running time minus the witness's time, drift allowed for

    def over(self, log: Log) -> None:
        frontier = Frontier()
        cosigned: list[Cosigned] = []
        keys: list[tuple[int, str]] = []
        signed = self._claimed(log)
        late = _Late()
        try:
            for index, data in enumerate(_entries(log)):
                frontier.append(leaf_hash(data))
                self._one(index, data, keys)
                if index == 1:
                    self._first_run_us = self.result.replay.state.last_run_us
                if index == 0:
                    cosigned = self._cosigned()
                    late = _Late(cosigned)
                late.entry(index, self._last_at_us, self.result.replay.state.last_run_us)
                self._compare(frontier, late.due(frontier.size), signed)
        except LedgerError as problem:
            self._say("log_unreadable", frontier.size, why=str(problem))
        self._finish(log, frontier, cosigned, late, signed, keys)

    def _claimed(self, log: Log) -> checkpoints.Checkpoint | None:
        try:
            return checkpoints.claimed(log.checkpoint) if log.checkpoint is not None else None
        except LedgerError:
            return None

    def _one(self, index: int, data: bytes, keys: list[tuple[int, str]]) -> None:
        replay = self.result.replay
        try:
            entry = decode(data)
        except EntryError as problem:
            self.result.findings.append(Finding("entry_unreadable", replay.state.log, index, values={"why": problem}))
            replay.skip(index)
            return
        self._last_at_us = entry["at_us"]
        self.result.findings += replay.feed(index, entry)
        if entry["kind"] in ("log_opened", "key_rotated"):
            keys.append((index, entry["key"]))
        if entry["kind"] == "log_opened":
            self._origins.append(entry["origin"])
        if self._on_entry is not None:
            self._on_entry(replay.state.log, index, entry)

    def _cosigned(self) -> list[Cosigned]:
        """Cosignatures over the log just opened, smallest first; of equal sizes the earliest."""
        origin = self.result.replay.state.origin
        known = self._view.cosigned if self._view is not None else ()
        mine = [each for each in known if each.checkpoint.origin == origin]
        return sorted(mine, key=lambda each: (each.checkpoint.size, each.time_s))

    def _compare(self, frontier: Frontier, due: list[Cosigned], signed: checkpoints.Checkpoint | None) -> None:
        size = frontier.size
        if any(each.checkpoint.root != frontier.root() for each in due):
            self._say("witness_differs", size - 1, size=size)
        if signed is not None and signed.size == size and signed.root != frontier.root():
            self._say("checkpoint_differs", size - 1, size=size)

    def _finish(
        self,
        log: Log,
        frontier: Frontier,
        cosigned: list[Cosigned],
        late: "_Late",
        signed: checkpoints.Checkpoint | None,
        keys: list[tuple[int, str]],
    ) -> None:
        size = frontier.size
        self.result.replay.end_log(frontier.root().hex())
        if cosigned and cosigned[-1].checkpoint.size > size:
            self._say("witnessed_lost", size, size=cosigned[-1].checkpoint.size, have=size)
        self._signature(log, signed, size, keys)
        self._ahead(late)
        if self._view is not None:
            name = self.result.replay.state.log
            self.result.witnessed += late.witnessed(name, size)
            self.result.findings += late.notices(name, size)

    def _signature(
        self, log: Log, signed: checkpoints.Checkpoint | None, have: int, keys: list[tuple[int, str]]
    ) -> None:
        if signed is None:
            lived_us = self.result.replay.state.last_run_us - self._first_run_us
            if log.checkpoint is not None or lived_us > UNSIGNED_LIMIT_US:
                self._say("checkpoint_unsigned", have, why="none is here that can be read")
            return
        if signed.size > have:
            self._say("checkpoint_ahead", have, size=signed.size, have=have)
        if signed.origin != self.result.replay.state.origin:
            self._say("checkpoint_unsigned", have, why="it names another log")
        try:
            verifiers = [note.parse_vkey(key, self._check) for key in keys_in_force(keys, signed.size)]
            for verifier in verifiers:
                checkpoints.read(log.checkpoint or b"", [verifier])
        except LedgerError as problem:
            self._say("checkpoint_unsigned", have, why=str(problem))

    def _ahead(self, late: "_Late") -> None:
        """Running time between two cosignatures may not exceed the witness's time between them."""
        for mark in late.marks:
            witness_us = mark.time_s * (1_000_000 + DRIFT_PER_MILLE * 1000)
            if self._behind_us is not None:
                ahead_us = mark.last_run_us - witness_us - self._behind_us
                if ahead_us > AHEAD_TOLERANCE_US:
                    self._say("clock_ahead_of_witness", mark.size - 1, by_us=ahead_us)
            behind_us = mark.last_run_us - witness_us
            self._behind_us = behind_us if self._behind_us is None else min(self._behind_us, behind_us)

    def missing_logs(self) -> None:
        """Every log that a witness knows of this recorder has to be here."""
        recorder = f"/{self.result.replay.state.recorder}/"
        known = self._view.cosigned if self._view is not None else ()
        for origin in sorted({each.checkpoint.origin for each in known} - set(self._origins)):
            if recorder in origin and self.result.replay.state.recorder:
                self.result.findings.append(Finding("witnessed_log_missing", values={"origin": origin}))

    def _say(self, kind: str, index: int, **values: object) -> None:
        self.result.findings.append(Finding(kind, self.result.replay.state.log, index, values=dict(values)))


@dataclass(frozen=True, slots=True)
class _Mark:
    """Running time of the last entry inside a cosigned size. The first outside may already have jumped."""

    size: int
    time_s: int
    last_run_us: int


class _Late:
    """Follows the walk over one log and knows which cosignature first covers each entry."""

    def __init__(self, cosigned: Sequence[Cosigned] = ()) -> None:
        self._cosigned = cosigned
        self._times = _earliest(cosigned)
        self._at = 0
        self._due = 0
        self.marks: list[_Mark] = []
        self._late: list[int] = [0, 0, -1]  # count, most seconds, first index

    def entry(self, index: int, at_us: int, run_us: int) -> None:
        if self._at < len(self._times):
            size, time_s = self._times[self._at]
            late_s = time_s - at_us // 1_000_000
            if late_s > LATE_S:
                first = index if self._late[2] < 0 else self._late[2]
                self._late = [self._late[0] + 1, max(self._late[1], late_s), first]
            if index + 1 == size:
                self.marks.append(_Mark(size, time_s, run_us))
                self._at += 1

    def due(self, size: int) -> list[Cosigned]:
        """The cosigned checkpoints of exactly this size."""
        first = self._due
        while self._due < len(self._cosigned) and self._cosigned[self._due].checkpoint.size == size:
            self._due += 1
        return list(self._cosigned[first : self._due])

    def witnessed(self, log: str, size: int) -> Iterator[Witnessed]:
        first = 0
        for last, time_s in self._times:
            if first < min(last, size):
                yield Witnessed(log, first, min(last, size), time_s)
            first = max(first, last)
        if first < size:
            yield Witnessed(log, first, size, None)

    def notices(self, log: str, size: int) -> Iterator[Finding]:
        count, late_s, first = self._late
        if count:
            yield Finding("witnessed_late", log, first, values={"count": count, "late_s": late_s})
        covered = self._times[-1][0] if self._times else 0
        if covered < size:
            yield Finding("unwitnessed", log, covered, values={"count": size - covered, "first": covered})


def _earliest(cosigned: Sequence[Cosigned]) -> list[tuple[int, int]]:
    """(size, Unix time) by growing size: the earliest time at which a tree of at least that size was cosigned."""
    times: list[tuple[int, int]] = []
    for each in reversed(cosigned):
        size, time_s = each.checkpoint.size, each.time_s
        if size and (not times or time_s < times[-1][1]):
            if times and times[-1][0] == size:
                times.pop()
            times.append((size, time_s))
    return times[::-1]


def _entries(log: Log) -> Iterator[bytes]:
    """All entries, each bundle compared with the tile of its hashes where that is full."""
    reader = LogReader(log.fetch, log.size)
    for start in range(0, log.size, CHUNK):
        end = min(start + CHUNK, log.size)
        lines = list(reader.entries(start, end))
        if list(reader.leaf_hashes(start, end)) != [leaf_hash(line) for line in lines]:
            raise LedgerError(f"The hash tile of the entries {start} to {end - 1} is not that of their bytes.")
        yield from lines


def keys_in_force(keys: Sequence[tuple[int, str]], size: int) -> list[str]:
    """The vkeys that must all have signed a checkpoint of `size`; `keys` are (index of its entry, vkey), in order."""
    covered = [(index, key) for index, key in keys if index < size]
    if len(covered) > 1 and covered[-1][0] == size - 1:
        return [covered[-2][1], covered[-1][1]]
    return [key for _, key in (covered or keys)[-1:]]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a file has to be: where its entry stands, where the file lies, and what it holds."""

    log: str
    index: int
    entry: Entry


def files_against(
    sealed: Iterable[Sealed], removed: Replay, stat: Callable[[str, str], tuple[int, str] | None]
) -> Iterator[Finding]:
    """Each sealed segment against `stat(disk, path)` → (bytes, hex SHA-256) or None.

    Files nobody logged are not seen.
    """
    for each in sealed:
        entry = each.entry
        stream = removed.state.streams.get((entry["camera"], entry["stream"]))
        gone = stream is not None and overlaps(stream.removed, entry["number"], entry["number"])
        kind = _file_fault(entry, stat(entry["disk"], entry["path"]), gone)
        if kind is not None:
            place = entry["camera"], entry["stream"], entry["begin_us"], entry["end_us"]
            yield Finding(kind, each.log, each.index, *place, {"path": entry["path"]})


def _file_fault(entry: Entry, found: tuple[int, str] | None, gone: bool) -> str | None:
    if gone:
        return "file_left" if found is not None else None
    if found is None:
        return "file_missing"
    if found[0] != entry["bytes"]:
        return "file_resized"
    return "file_altered" if found[1] != entry["sha256"] else None
