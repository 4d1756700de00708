"""The index of what is sealed: SQLite, rebuilt from the log whenever it is missing, damaged or of another log.

Owns ``catalogue.sqlite``: where each segment lies in time and on which disk, the gaps, the state of the replay, and the
files whose deletion is logged but not yet done. It is never the truth: every row is derived from a durable entry by
``follow`` or, after a loss, by ``catch_up``, which is the same code over the whole log. A segment's age is the one that
``ledger.history`` computed, so that retention and a checker cannot disagree about it. Leaves what may be deleted to
``retention``.

Errors::

    CatalogueError    the index cannot be read or written now; the footage and the log are not concerned
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minhbach.ledger import entry as entries
from minhbach.ledger.entry import REMOVAL_KINDS, Entry, EntryError
from minhbach.ledger.findings import Finding
from minhbach.ledger.history import HistoryError, Replay
from minhbach.ledger.rules import SEGMENT_LIMIT_US
from minhbach.ledger.spans import Span
from minhbach.ledger.tiles import LogReader

_LOGGER = logging.getLogger(__name__)

_VERSION = 2
_SCHEMA = f"""
BEGIN;
CREATE TABLE IF NOT EXISTS segment (
    camera TEXT, stream TEXT, number INTEGER,   -- the name that removals use
    log TEXT, entry INTEGER,                    -- the entry that seals it
    disk TEXT, path TEXT, bytes INTEGER,
    begin_us INTEGER, end_us INTEGER,           -- wall time by its own clock entry
    end_run_us INTEGER,                         -- running time: what retention counts; grows with the number
    PRIMARY KEY (camera, stream, number)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS segment_disk ON segment (disk, camera, stream, number);
CREATE INDEX IF NOT EXISTS segment_time ON segment (camera, stream, begin_us);
CREATE TABLE IF NOT EXISTS gap (
    camera TEXT, stream TEXT, begin_us INTEGER, end_us INTEGER, cause TEXT, log TEXT, entry INTEGER,
    PRIMARY KEY (camera, stream, log, entry)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS doomed (             -- files to take away, by the entry that removes them
    disk TEXT, log TEXT, entry INTEGER, path TEXT, PRIMARY KEY (disk, log, entry, path)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spent (              -- removed since the replay's state was saved: a replay asks again
    camera TEXT, stream TEXT, number INTEGER, begin_us INTEGER, end_us INTEGER, end_run_us INTEGER,
    PRIMARY KEY (camera, stream, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
PRAGMA user_version = {_VERSION};
COMMIT;
"""
_BATCH = 5_000
_PATIENCE_S = 1.0
"""Nobody else writes here; if somebody does all the same, the log's lane must not wait for it."""
MOST_MISSED = 20_000
"""Entries remembered while the file cannot be written; beyond that the next start takes them in."""

_COLUMNS = "camera, stream, number, disk, path, bytes, begin_us, end_us, end_run_us"
_BY_NUMBER = "camera = ? AND stream = ? AND number BETWEEN ? AND ?"
_SPAN = "number, begin_us, end_us, end_run_us"
QUERIES = {
    "segments": f"SELECT {_COLUMNS} FROM segment"  # nosec B608 # constants of this file
    " WHERE camera = ? AND stream = ? AND begin_us > ? AND begin_us < ? AND end_us > ? ORDER BY number",
    "numbered": f"SELECT {_COLUMNS} FROM segment WHERE {_BY_NUMBER}{{}} ORDER BY number",  # nosec B608
    "on_disk": f"SELECT {_COLUMNS} FROM segment WHERE disk = ? AND camera = ? AND stream = ?{{}} ORDER BY number",  # nosec B608
    "touched": f"SELECT 1 FROM segment WHERE {_BY_NUMBER} AND begin_us < ? AND end_us > ? LIMIT 1",  # nosec B608
    "doomed": "SELECT log, entry, path FROM doomed WHERE disk = ? ORDER BY log DESC, entry DESC, path DESC LIMIT ?",
    "spans": f"SELECT {_SPAN} FROM segment WHERE {_BY_NUMBER}"  # nosec B608
    f" UNION ALL SELECT {_SPAN} FROM spent WHERE {_BY_NUMBER} ORDER BY number",
}
"""Every question asked while recording. Each goes straight to its rows by an index, however many others there are."""
_APART = " AND NOT (begin_us < ? AND end_us > ?)"
_MOST_APART = 200

Stretches = Sequence[tuple[int, int]]
"""Wall time, begin and end in µs."""


class CatalogueError(OSError):
    """The catalogue cannot be read or written; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A sealed segment that should be on its disk. Times: wall µs, and running time at the end."""

    camera: str
    stream: str
    number: int
    disk: str
    path: str
    size_bytes: int
    begin_us: int
    end_us: int
    end_run_us: int


@dataclass(frozen=True, slots=True)
class Doomed:
    """A file whose removal is logged and that may still be there."""

    disk: str
    log: str
    entry: int
    path: str


class Catalogue:
    """One SQLite file. ``follow`` and ``gone`` belong on a lane, every other method on the loop's thread."""

    def __init__(self, path: Path, batch: int = _BATCH) -> None:
        """``batch``: how many entries of the log one transaction takes in when it catches up."""
        self._path = path
        self._batch = batch
        self._lock = threading.Lock()
        self._fresh = _FreshSpans()
        self._missed: list[tuple[str, Sequence[tuple[int, Entry]]]] = []
        self._damaged = False
        self._behind = False
        self._open()

    def catch_up(self, logs: Sequence[tuple[str, LogReader]]) -> tuple[Replay, list[Finding]]:
        """Read what the log holds beyond this index; the replay behind its last entry, and what it has to say.

        A file that is damaged or belongs to another log is made anew. Raises CatalogueError, or a LedgerError when the
        log cannot be read.
        """
        try:
            return self._catch_up(logs)
        except (CatalogueError, sqlite3.DatabaseError, HistoryError, ValueError, KeyError, TypeError) as error:
            self._make_anew(error)
        try:
            return self._catch_up(logs)
        except sqlite3.DatabaseError as error:
            raise CatalogueError(f"The catalogue cannot be built: {error}.") from error

    def follow(self, log: str, batch: Sequence[tuple[int, Entry]], state: dict[str, Any] | None) -> None:
        """Take in durable entries. What fails here is repeated with the next entries or by the next ``catch_up``."""
        self._missed.append((log, batch))
        if self._damaged or self._behind:
            self._forget_missed()
            return
        try:
            with self._lock, self._writer:
                for name, part in self._missed:
                    for index, entry in part:
                        self._take(name, index, entry)
                if state is not None and (state["log"], state["next_index"] - 1) == (log, batch[-1][0]):
                    self._save(state, batch[-1][1])
                    self._writer.execute("DELETE FROM spent")
        except sqlite3.Error as error:
            self._failed(error)
            self._behind = sum(len(part) for _, part in self._missed) > MOST_MISSED
            return
        self._forget_missed()

    def segments(self, camera: str, stream: str, begin_us: int, end_us: int) -> Iterator[Segment]:
        """The segments that overlap a stretch of wall time, in order of their numbers."""
        values = (camera, stream, begin_us - SEGMENT_LIMIT_US, end_us, begin_us)
        yield from self._select(QUERIES["segments"], values)

    def numbered(self, camera: str, stream: str, first: int, last: int, held: Stretches = ()) -> Iterator[Segment]:
        """The segments first..last that are still there and touch none of the stretches, in order."""
        yield from self._apart("numbered", (camera, stream, first, last), held)

    def touched(self, camera: str, stream: str, first: int, last: int, begin_us: int, end_us: int) -> bool:
        """Whether a stretch of wall time touches any of the segments first..last that are still there."""
        values = (camera, stream, first, last, end_us, begin_us)
        return any(True for _ in self._ask(QUERIES["touched"], values))

    def on_disk(self, disk: str, camera: str, stream: str, held: Stretches = ()) -> Iterator[Segment]:
        """The segments of a stream on one disk that touch none of the stretches, in order, which is by age."""
        yield from self._apart("on_disk", (disk, camera, stream), held)

    def doomed(self, disk: str, most: int) -> list[Doomed]:
        """Files of a disk whose removal is logged and that may still be there; the newest removals first."""
        return [Doomed(disk, *row) for row in self._ask(QUERIES["doomed"], (disk, most))]

    def gone(self, files: Sequence[Doomed]) -> None:
        """These doomed files are off their disk. Raises CatalogueError; then they will be named again."""
        rows = [(each.disk, each.log, each.entry, each.path) for each in files]
        try:
            with self._lock, self._writer:
                self._writer.executemany(
                    "DELETE FROM doomed WHERE disk = ? AND log = ? AND entry = ? AND path = ?", rows
                )
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """Close both connections; a damaged file is taken away, so that the next start makes it anew."""
        self._writer.close()
        self._reader.close()
        if self._damaged:
            discard(self._path)

    def _apart(self, name: str, values: tuple[object, ...], held: Stretches) -> Iterator[Segment]:
        """SQLite passes over what is held, without a row of Python for each; it takes only so many conditions."""
        asked, rest = held[:_MOST_APART], held[_MOST_APART:]
        where = _APART * len(asked)
        values += tuple(value for begin_us, end_us in asked for value in (end_us, begin_us))
        for segment in self._select(QUERIES[name].format(where), values):
            if not any(segment.begin_us < end_us and begin_us < segment.end_us for begin_us, end_us in rest):
                yield segment

    def _select(self, query: str, values: tuple[object, ...]) -> Iterator[Segment]:
        for row in self._ask(query, values):
            yield Segment(*row)

    def _ask(self, query: str, values: tuple[object, ...]) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._reader.execute(query, values)
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _failed(self, error: sqlite3.Error) -> CatalogueError:
        self._damaged = self._damaged or _is_damage(error)
        _LOGGER.error("the catalogue cannot be used: %s", error)
        return CatalogueError(f"The catalogue cannot be used: {error}.")

    def _forget_missed(self) -> None:
        self._fresh.drop(self._missed)
        self._missed = []

    def _open(self) -> None:
        for attempt in range(2):
            try:
                self._writer = _connect(self._path)
                self._reader = _connect(self._path)
                return
            except sqlite3.DatabaseError as error:
                if attempt or not _is_damage(error):
                    raise CatalogueError(f"The catalogue {self._path} cannot be opened: {error}.") from error
                _LOGGER.warning("the catalogue is damaged and is made anew: %s", error)
                discard(self._path)

    def _make_anew(self, error: Exception) -> None:
        cause = error.__cause__ if isinstance(error, CatalogueError) else error
        if isinstance(cause, sqlite3.Error) and not _is_damage(cause):
            raise CatalogueError(f"The catalogue cannot be used: {cause}.") from error
        _LOGGER.warning("the catalogue is damaged and is made anew: %s", error)
        self._writer.close()
        self._reader.close()
        discard(self._path)
        self._open()
        self._damaged = False

    def _catch_up(self, logs: Sequence[tuple[str, LogReader]]) -> tuple[Replay, list[Finding]]:
        self._fresh.clear()
        spans = _Spans(self._writer, self._fresh, self._failed)
        saved, begin = self._resumed(dict(logs))
        # What this index removed ahead of its saved state is asked for until the replay is there too, and not dropped
        # with each batch; a replay from the beginning drops it, or it would gather a year's segments.
        keep_spent = self._writer.execute("SELECT 1 FROM spent LIMIT 1").fetchone() is not None
        replay = Replay.resume(saved, spans) if saved else Replay(spans)
        name = replay.state.log
        found: list[Finding] = []
        names = [each for each, _ in logs]
        for each, log in logs[names.index(name) if name else 0 :]:
            found += self._apply(replay, each, log, begin if each == name else 0, keep_spent=keep_spent)
            if each != names[-1]:
                replay.end_log(log.root(log.size).hex())
        with self._lock, self._writer:
            self._writer.execute("DELETE FROM spent")
        reader = Replay.resume(replay.saved(), _Spans(self._reader, self._fresh, self._failed))
        return reader, found

    def _resumed(self, logs: dict[str, LogReader]) -> tuple[dict[str, Any] | None, int]:
        """The saved state and the index behind it; nothing, and no rows, when it is not of these logs."""
        saved = json.loads(self._state("replay") or "null")
        if saved is not None:
            log, begin = logs.get(saved["log"]), saved["next_index"]
            if log is not None and 0 < begin <= log.size and _digest(log.entry(begin - 1)) == self._state("anchor"):
                return saved, begin
            _LOGGER.warning("the catalogue is of another log and is made anew")
        with self._writer:
            for table in ("segment", "gap", "doomed", "spent", "state"):
                self._writer.execute(f"DELETE FROM {table}")  # nosec B608 # one of the five above
        return None, 0

    def _apply(self, replay: Replay, name: str, log: LogReader, begin: int, *, keep_spent: bool) -> list[Finding]:
        found: list[Finding] = []
        for start in range(begin, log.size, self._batch):
            end = min(start + self._batch, log.size)
            with self._lock, self._writer:
                data = b""
                for index, data in enumerate(log.entries(start, end), start):
                    found += self._apply_one(replay, name, index, data)
                self._save(replay.saved(), data)
                if not keep_spent:
                    self._writer.execute("DELETE FROM spent")
            self._fresh.clear()
        return found

    def _apply_one(self, replay: Replay, name: str, index: int, data: bytes) -> list[Finding]:
        try:
            entry = entries.decode(data)
        except EntryError as error:
            replay.skip(index)
            return [Finding("entry_unreadable", name, index, values={"why": error})]
        found = replay.feed(index, entry)
        self._take(name, index, entry)
        return found

    def _save(self, state: dict[str, Any], last: Entry | bytes) -> None:
        """The replay's state behind the entry ``last``, in the same transaction as the rows it speaks of."""
        data = last if isinstance(last, bytes) else entries.encode(last)
        rows = [("replay", json.dumps(state)), ("anchor", _digest(data))]
        self._writer.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", rows)

    def _state(self, key: str) -> str | None:
        row = self._writer.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def _take(self, log: str, index: int, entry: Entry) -> None:
        kind = entry["kind"]
        if kind == "segment":
            self._take_segment(log, index, entry)
        elif kind == "gap":
            gap = (entry["camera"], entry["stream"], entry["begin_us"], entry["end_us"], entry["cause"], log, index)
            self._writer.execute("INSERT OR REPLACE INTO gap VALUES (?, ?, ?, ?, ?, ?, ?)", gap)
        elif kind in REMOVAL_KINDS:
            for item in entry["segments"]:
                self._take_removal(log, index, item)

    def _take_removal(self, log: str, index: int, item: Sequence[Any]) -> None:
        from_range = f"FROM segment WHERE {_BY_NUMBER}"
        doom = f"INSERT OR IGNORE INTO doomed SELECT disk, ?, ?, path {from_range}"
        self._writer.execute(doom, (log, index, *item))
        self._writer.execute(f"INSERT OR REPLACE INTO spent SELECT camera, stream, {_SPAN} {from_range}", item)
        self._writer.execute(f"DELETE {from_range}", item)

    def _take_segment(self, log: str, index: int, entry: Entry) -> None:
        span = self._fresh.get(entry["camera"], entry["stream"], entry["number"])
        if span is None:
            # The law does not know its age (its clock is lost), so nothing here may ever find it old.
            _LOGGER.warning("log %s, entry %d: a segment without a clock is not indexed", log, index)
            return
        self._writer.execute(
            "INSERT OR REPLACE INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                entry["camera"],
                entry["stream"],
                entry["number"],
                log,
                index,
                entry["disk"],
                entry["path"],
                entry["bytes"],
                entry["begin_us"],
                entry["end_us"],
                span.end_run_us,
            ),
        )


class _FreshSpans:
    """What the replay said of segments whose rows are not committed yet; two threads meet here."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spans: dict[tuple[str, str], dict[int, Span]] = defaultdict(dict)

    def add(self, camera: str, stream: str, span: Span) -> None:
        with self._lock:
            self._spans[camera, stream][span.number] = span

    def get(self, camera: str, stream: str, number: int) -> Span | None:
        with self._lock:
            return self._spans[camera, stream].get(number)

    def between(self, camera: str, stream: str, first: int, last: int) -> dict[int, Span]:
        with self._lock:
            spans = self._spans[camera, stream]
            return {number: span for number, span in spans.items() if first <= number <= last}

    def drop(self, batches: Sequence[tuple[str, Sequence[tuple[int, Entry]]]]) -> None:
        with self._lock:
            for _, batch in batches:
                for _, entry in batch:
                    if entry["kind"] == "segment":
                        self._spans[entry["camera"], entry["stream"]].pop(entry["number"], None)

    def clear(self) -> None:
        with self._lock:
            self._spans.clear()


class _Spans:
    """``ledger.spans.Spans`` over the rows and what is not a row yet; ``Catalogue.follow`` forgets."""

    def __init__(
        self, connection: sqlite3.Connection, fresh: _FreshSpans, failed: Callable[[sqlite3.Error], CatalogueError]
    ) -> None:
        self._connection = connection
        self._fresh = fresh
        self._failed = failed

    def add(self, camera: str, stream: str, span: Span) -> None:
        self._fresh.add(camera, stream, span)

    def find(self, camera: str, stream: str, first: int, last: int) -> Iterator[Span]:
        # The fresh ones first: between two looks a span may move from there to the table, never the other way.
        found = self._fresh.between(camera, stream, first, last)
        try:
            for row in self._connection.execute(QUERIES["spans"], (camera, stream, first, last) * 2):
                found[row[0]] = Span(*row)
        except sqlite3.Error as error:
            raise self._failed(error) from error
        yield from (found[number] for number in sorted(found))

    def forget(self, camera: str, stream: str, first: int, last: int) -> None:
        """The rows go when the removal's entry is durable."""


def discard(path: Path) -> None:
    """Take the index away; the next start makes it anew."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False, timeout=_PATIENCE_S)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # After a power cut the newest rows may be missing, which catch_up mends, but never the order between them.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -512")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if version != (_VERSION if tables else 0):
            raise _Outdated(f"it is of version {version}")
        connection.executescript(_SCHEMA)
    except BaseException:
        connection.close()
        raise
    return connection


class _Outdated(sqlite3.DatabaseError):
    """The file was made by another version of this module."""


_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_ERROR}


def _is_damage(error: sqlite3.Error) -> bool:
    """Whether only a new file helps; a full or failing disk is no reason to throw a good one away."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF in _DAMAGE


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
