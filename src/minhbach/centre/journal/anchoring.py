"""Lines of the journal into the centre's own log, a batch at a time: the worker's round.

A line waits a few seconds; from then on nobody takes it back without the log showing it. Killed between log and
database, the next start finds in the log what is anchored already. Rows that grew get their line once they are quiet.
"""

import datetime
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.db import connection

from minhbach.centre.fabric import keys
from minhbach.centre.journal import entries, logs
from minhbach.centre.journal.book import FOLDER, Book, logs_of, microseconds
from minhbach.centre.journal.logged import Logged, beside

MOST = 10_000
"""Lines in one batch."""
RESTORED = "restored"
"""A file of this name in the log's folder: the data was put back from a backup and not looked at since."""
QUIET_FOR = datetime.timedelta(minutes=2)
#: The clocks of database and worker may differ by so much; an older entry cannot hold a line that waits.
MARGIN = datetime.timedelta(hours=1)

#: OFFSET 0 keeps the planner to one look into the index for each line that waits: where statistics are of a time when
#: there were no lines, it would hold every line against every other.
_PENDING = """
SELECT l.id, l.commitment, l.at FROM journal_pending p
CROSS JOIN LATERAL (SELECT * FROM journal_line WHERE id = p.line OFFSET 0) l
ORDER BY l.number LIMIT %s
"""
_KEPT, _WAITING = "SELECT id FROM journal_line ORDER BY id", "SELECT line FROM journal_pending ORDER BY line"
_SETTLE = "DELETE FROM journal_growing WHERE touched_at <= clock_timestamp() - make_interval(secs => %s)"


class Anchorer:
    """Keeps the log open from the first round on. For one thread at a time."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._book: Book | None = None

    def close(self) -> None:
        """Let another process anchor."""
        if self._book is not None:
            self._book.close()
            self._book = None

    def beat(self, *, now: datetime.datetime, quiet_for: datetime.timedelta = QUIET_FOR) -> int:
        """Write the lines of rows that became quiet, then put everything that waits into the log; how many lines.

        Raises BookUnusable, KeysUnusable, NoRoom, OSError: nothing is lost then, the lines go on waiting.
        """
        with connection.cursor() as cursor:
            cursor.execute(_SETTLE, [quiet_for.total_seconds()])
        try:
            return self._anchor(now)
        except BaseException:
            # What the disk holds now only an opening can say, and the lock is not to outlive the trouble.
            self.close()
            raise

    def _anchor(self, now: datetime.datetime) -> int:
        done, begins = 0, self._book is None
        if self._book is None:
            self._book = Book(self._data, keys.load_journal(self._data / "keys"), now=now)
        if begins and (self._data / FOLDER / RESTORED).exists():
            self._take_in_restoration(self._book, now)
        while found := _pending():
            if begins:
                _forget(_anchored(self._book, min(at for _, _, at in found)))
                begins = False
                continue
            batch = [(line, commitment) for line, commitment, _ in found]
            self._book.append(entries.lines(batch, at_us=microseconds(now)))
            _forget([line for line, _, _ in found])
            done += len(found)
        return done

    def _take_in_restoration(self, book: Book, now: datetime.datetime) -> None:
        """The data was put back (`deploy/restore`): say in a new log which lines are lost, and go on. Repeatable."""
        with closing(Logged(self._data / FOLDER)) as logged:
            for log in logs_of(self._data):
                logs.gather(log, 0, logged)
            logged.settle()
            lost = (told.line for row, told in beside(_ids(_KEPT), logged) if row is None and told is not None)
            said = entries.restored(lost, at_us=microseconds(now))
            book.renew(now)
            book.append([said])
            _forget_all(row[0] for row, told in beside(_ids(_WAITING), logged) if row is not None and told is not None)
        (self._data / FOLDER / RESTORED).unlink()


def _pending() -> list[tuple[UUID, str, datetime.datetime]]:
    with connection.cursor() as cursor:
        cursor.execute(_PENDING, [MOST])
        return list(cursor.fetchall())


def _ids(question: str) -> Iterator[tuple[UUID]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(question)
        while some := cursor.fetchmany(MOST):
            yield from some


def _forget_all(lines: Iterator[UUID]) -> None:
    while some := list(islice(lines, MOST)):
        _forget(some)


def _forget(lines: list[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_pending WHERE line = ANY(%s)", [lines])


def _anchored(book: Book, since: datetime.datetime) -> list[UUID]:
    """The lines in the newest entries of the log, back to the time since which something waits."""
    found: list[UUID] = []
    oldest_us = microseconds(since - MARGIN)
    for entry in book.backwards():
        if entry["at_us"] < oldest_us:
            break
        if entry["kind"] == "lines":
            found += [UUID(hex=line) for line, _ in entry["lines"]]
    return found
