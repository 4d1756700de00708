"""The index of what is sealed: SQLite, rebuilt from the log whenever it is missing or damaged.

Owns ``catalogue.sqlite``: where each segment lies in time and on which disk, the gaps, the state of the replay, and the
files whose deletion is logged but not yet done. It is never the truth: every row is derived from a durable entry by
``follow`` or, after a loss, by ``catch_up``, which is the same code over the whole log. Leaves what may be deleted to
``retention``.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minhbach.ledger import entry as entries
from minhbach.ledger.entry import CLOCK_KINDS, REMOVAL_KINDS, Entry
from minhbach.ledger.findings import Finding
from minhbach.ledger.history import Replay
from minhbach.ledger.spans import Span
from minhbach.ledger.tiles import LogReader

_LOGGER = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS segment (
    camera TEXT, stream TEXT, number INTEGER,   -- the name that removals use
    log TEXT, entry INTEGER,                    -- the entry that seals it
    disk TEXT, path TEXT, bytes INTEGER,
    begin_us INTEGER, end_us INTEGER,           -- wall time by its own clock entry
    end_run_us INTEGER,                         -- running time: what retention counts
    PRIMARY KEY (camera, stream, number)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS segment_disk ON segment (disk, end_run_us);
CREATE INDEX IF NOT EXISTS segment_time ON segment (camera, stream, begin_us);
CREATE TABLE IF NOT EXISTS gap (
    camera TEXT, stream TEXT, begin_us INTEGER, end_us INTEGER, cause TEXT, log TEXT, entry INTEGER,
    PRIMARY KEY (camera, stream, log, entry)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS clock (
    log TEXT, entry INTEGER, offset_us INTEGER, mono_us INTEGER, run_us INTEGER,
    PRIMARY KEY (log, entry)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS doomed (disk TEXT, path TEXT, PRIMARY KEY (disk, path)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""
_BATCH = 5_000


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


_COLUMNS = "camera, stream, number, disk, path, bytes, begin_us, end_us, end_run_us"


class Catalogue:
    """One SQLite file. ``follow`` belongs on the log's lane, every other method on the loop's thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._writer = _connect(path)
            self._writer.execute("SELECT count(*) FROM state").fetchone()
        except sqlite3.DatabaseError:
            _LOGGER.warning("the catalogue is damaged and is made anew")
            discard(path)
            self._writer = _connect(path)
        self._reader = _connect(path)

    def catch_up(self, logs: Sequence[tuple[str, LogReader]]) -> tuple[Replay, list[Finding]]:
        """Read what the log holds beyond this index; the replay behind its last entry, and what it has to say."""
        saved = self._state("replay")
        spans = _CatalogueSpans(self._writer)
        replay = Replay.resume(json.loads(saved), spans) if saved else Replay(spans)
        applied = (replay.state.log, replay.state.next_index)
        known = [name for name, _ in logs]
        if applied[0] and applied[0] not in known:
            self._clear()
            replay, applied = Replay(spans), ("", 0)
        found: list[Finding] = []
        for name, log in logs[known.index(applied[0]) if applied[0] else 0 :]:
            begin = applied[1] if name == applied[0] else 0
            found += self._apply(replay, name, log, min(begin, log.size))
            replay.end_log(log.root(log.size).hex())
        replay_reader = Replay.resume(replay.saved(), _CatalogueSpans(self._reader))
        return replay_reader, found

    def follow(self, log: str, batch: Sequence[tuple[int, Entry]], state: dict[str, Any] | None) -> None:
        """Take in durable entries. A failure here loses nothing: the next ``catch_up`` repairs it."""
        try:
            with self._writer:
                for index, entry in batch:
                    _take(self._writer, log, index, entry)
                if state is not None:
                    _remember(self._writer, "replay", json.dumps(state))
        except sqlite3.Error as error:
            _LOGGER.error("the catalogue cannot be written: %s", error)

    def segments(self, camera: str, stream: str, begin_us: int, end_us: int) -> Iterator[Segment]:
        """The segments that overlap a stretch of wall time, in order."""
        yield from self._select(
            "WHERE camera = ? AND stream = ? AND begin_us < ? AND end_us > ? ORDER BY number",
            (camera, stream, end_us, begin_us),
        )

    def older_than(self, camera: str, stream: str, run_us: int, after: int) -> Iterator[Segment]:
        """The segments above number ``after`` that ended at or before a running time, in order."""
        yield from self._select(
            "WHERE camera = ? AND stream = ? AND number > ? AND end_run_us <= ? ORDER BY number",
            (camera, stream, after, run_us),
        )

    def numbered(self, camera: str, stream: str, first: int, last: int) -> Iterator[Segment]:
        """The segments first..last that are still there, in order."""
        yield from self._select(
            "WHERE camera = ? AND stream = ? AND number BETWEEN ? AND ? ORDER BY number", (camera, stream, first, last)
        )

    def oldest_on(self, disk: str) -> Iterator[Segment]:
        """The segments of a disk, oldest first."""
        yield from self._select("WHERE disk = ? ORDER BY end_run_us", (disk,))

    def doomed(self) -> list[tuple[str, str]]:
        """(disk, path) of files whose deletion is logged and that may still be there."""
        return list(self._reader.execute("SELECT disk, path FROM doomed"))

    def gone(self, files: Sequence[tuple[str, str]]) -> None:
        """These doomed files are off their disk."""
        with self._reader:
            self._reader.executemany("DELETE FROM doomed WHERE disk = ? AND path = ?", files)

    def close(self) -> None:
        """Close both connections."""
        self._writer.close()
        self._reader.close()

    def _select(self, where: str, values: tuple[object, ...]) -> Iterator[Segment]:
        for row in self._reader.execute(f"SELECT {_COLUMNS} FROM segment {where}", values):
            yield Segment(*row)

    def _apply(self, replay: Replay, name: str, log: LogReader, begin: int) -> list[Finding]:
        found: list[Finding] = []
        for start in range(begin, log.size, _BATCH):
            end = min(start + _BATCH, log.size)
            with self._writer:
                for index, data in enumerate(log.entries(start, end), start):
                    entry = entries.decode(data)
                    found += replay.feed(index, entry)
                    _take(self._writer, name, index, entry)
                _remember(self._writer, "replay", json.dumps(replay.saved()))
        return found

    def _state(self, key: str) -> str | None:
        row = self._writer.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def _clear(self) -> None:
        with self._writer:
            for table in ("segment", "gap", "clock", "doomed", "state"):
                self._writer.execute(f"DELETE FROM {table}")


class _CatalogueSpans:
    """``ledger.spans.Spans`` over the catalogue: ``_take`` adds and forgets."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, camera: str, stream: str, span: Span) -> None:
        """The row is written when the entry is durable."""

    def find(self, camera: str, stream: str, first: int, last: int) -> Iterator[Span]:
        yield from (
            Span(*row)
            for row in self._connection.execute(
                "SELECT number, begin_us, end_us, end_run_us FROM segment"
                " WHERE camera = ? AND stream = ? AND number BETWEEN ? AND ? ORDER BY number",
                (camera, stream, first, last),
            )
        )

    def forget(self, camera: str, stream: str, first: int, last: int) -> None:
        """The rows go when the removal's entry is durable."""


def discard(path: Path) -> None:
    """Take the index away; the next start makes it anew."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False, timeout=10)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -512")
    connection.executescript(_SCHEMA)
    return connection


def _remember(connection: sqlite3.Connection, key: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (key, value))


def _take(connection: sqlite3.Connection, log: str, index: int, entry: Entry) -> None:
    kind = entry["kind"]
    if kind == "segment":
        _take_segment(connection, log, index, entry)
    elif kind == "gap":
        gap = (entry["camera"], entry["stream"], entry["begin_us"], entry["end_us"], entry["cause"], log, index)
        connection.execute("INSERT OR REPLACE INTO gap VALUES (?, ?, ?, ?, ?, ?, ?)", gap)
    elif kind in CLOCK_KINDS:
        clock = (log, index, entry["offset_us"], entry["mono_us"], entry["run_us"])
        connection.execute("INSERT OR REPLACE INTO clock VALUES (?, ?, ?, ?, ?)", clock)
    elif kind in REMOVAL_KINDS:
        for item in entry["segments"]:
            where = "WHERE camera = ? AND stream = ? AND number BETWEEN ? AND ?"
            connection.execute(f"INSERT OR IGNORE INTO doomed SELECT disk, path FROM segment {where}", item)
            connection.execute(f"DELETE FROM segment {where}", item)


def _take_segment(connection: sqlite3.Connection, log: str, index: int, entry: Entry) -> None:
    row = connection.execute(
        "SELECT run_us - offset_us - mono_us FROM clock WHERE log = ? AND entry = ?", entry["footage_clock"]
    ).fetchone()
    end_run_us = entry["end_us"] + (row[0] if row else -entry["end_us"])
    connection.execute(
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
            end_run_us,
        ),
    )
