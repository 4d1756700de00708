"""The whole check: rows against lines, lines against the centre's log, the log against its witnesses; and kept files.

Reads only. Hashes are computed here and not in the database that is under suspicion. While the site works the check
sees one moment of the database; what is anchored meanwhile is looked for in the log that has grown. Lines of log and
database are gone through side by side in the order of their ids: memory does not grow with them.
"""

import datetime
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from django.db import connection, transaction

from minhbach.centre.journal import entries, logs
from minhbach.centre.journal.book import FOLDER, log_of, logs_of, microseconds
from minhbach.centre.journal.findings import NOTICES, Finding
from minhbach.centre.journal.kept import check_kept
from minhbach.centre.journal.laundered import Rounds, excused, laundered
from minhbach.centre.journal.logged import Logged, Place, Told, beside, said_of
from minhbach.centre.journal.logs import Story
from minhbach.centre.journal.watched import QUIET, SHAPES, trigger_of
from minhbach.ledger.entry import commitment
from minhbach.ledger.witness import WitnessView

LATE = datetime.timedelta(minutes=10)
_CHUNK = 2000

_ROWS = """
WITH last AS (
    SELECT DISTINCT ON (row_id) * FROM public.journal_line WHERE table_name = %(table)s ORDER BY row_id, number DESC
)
SELECT coalesce(last.row_id, found.id::text), last.op, last.salt, last.commitment, found.id IS NOT NULL,
    jsonb_build_array(last.table_name, last.row_id, last.op, last.shape, last.by, last.at, (
        SELECT jsonb_agg(to_jsonb(found) -> name ORDER BY place)
        FROM unnest(string_to_array(CASE last.shape {shapes} END, ' ')) WITH ORDINALITY AS columns (name, place)
    ))::text
FROM last FULL JOIN public.{table} found ON found.id::text = last.row_id
"""
_LINES = """
SELECT line.id, line.commitment, line.at, line.table_name, line.row_id, line.by, line.op,
    EXISTS (SELECT FROM public.journal_pending waiting WHERE waiting.line = line.id)
FROM public.journal_line line ORDER BY line.id
"""
_LATE_ADOPTED = """
WITH first AS (
    SELECT table_name, shape, min(number) AS number FROM public.journal_line WHERE op <> '0' GROUP BY 1, 2
)
SELECT late.table_name, late.row_id FROM public.journal_line late JOIN first USING (table_name, shape)
WHERE late.op = '0' AND late.number > first.number
"""
_TRIGGERS = """
SELECT c.relname, t.tgname, t.tgargs FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid WHERE t.tgenabled = 'O' AND t.tgname LIKE 'z\\_journal\\_%'
"""


@dataclass(slots=True)
class Result:
    """What was found, and how much was looked at."""

    origin: str = ""
    size: int = 0
    root: str = ""
    witnessed: int = 0
    lines: int = 0
    rows: int = 0
    findings: list[Finding] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)

    def say(self, found: Sequence[Finding]) -> None:
        """Put each where it belongs."""
        for each in found:
            (self.notices if each.kind in NOTICES else self.findings).append(each)


def check(data: Path, views: Sequence[WitnessView] = (), *, now: datetime.datetime) -> Result:
    """Everything. `data`: `MINHBACH_DATA`; `views`: what witnesses remember, trusted as their files are.

    Raises NoRoom.
    """
    result = Result()
    found = logs_of(data)
    story = logs.read(found, views, data / FOLDER)
    with closing(story.lines):
        result.say([*story.findings, *([] if found else [Finding("log_missing", str(data))])])
        _compare(result, story, data, now)
    result.say(check_kept())
    result.origin, result.size, result.root = story.origin, story.size, story.root.hex()
    result.witnessed = story.witnessed
    if story.witnessed < story.size:
        result.say([Finding("unwitnessed", story.origin, count=story.size - story.witnessed)])
    return result


def _compare(result: Result, story: Story, data: Path, now: datetime.datetime) -> None:
    """Rows, lines and logs, at one moment of the database."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL timezone = 'UTC'")
        cursor.execute("SET LOCAL bytea_output = 'hex'")
        # Every row is read: no index is worth jumping about the table for the first of them.
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
        result.say(_triggers())
        with closing(Logged(data / FOLDER)) as later, closing(Logged(data / FOLDER)) as gone:
            if story.origin and (grown := log_of(data)) is not None:
                logs.gather(grown, story.size, later)
            later.settle()
            result.say(_lines(result, story, later, gone, now))
            gone.settle()
            result.say(_missing(story, gone))
        rounds = Rounds(story)
        for table in SHAPES:
            result.say(_rows(result, table, excused(table, rounds, now=now) if table in QUIET else set()))
        result.say(laundered(story, rounds, now=now))


def _lines(result: Result, story: Story, later: Logged, gone: Logged, now: datetime.datetime) -> list[Finding]:
    """What is wrong with the lines that there are; those that are only in the log go to `gone`."""
    found: list[Finding] = []
    late = old = 0
    for there, known in beside(_ask(_LINES), story.lines):
        if there is None:
            gone.add(cast("Told", known))
            continue
        line, said, at, table, row, by, op, waits = there
        result.lines += 1
        where = f"{table} {row}"
        known = known or later.get(line.bytes)
        if op != "0" and by != connection.settings_dict["USER"]:
            found.append(Finding("line_by_other", where, why=by))
        if known is None:
            if not waits:
                found.append(Finding("line_unanchored", where))
            old += now - at > LATE
            continue
        if known.said != said_of(said):
            found.append(Finding("line_changed", where, why=logs.spelled(known.place)))
        late += known.at_us - microseconds(at) > LATE / datetime.timedelta(microseconds=1)
    found += [Finding("lines_wait", "journal", count=old)] if old else []
    found += [Finding("anchored_late", "journal", count=late)] if late else []
    found += [Finding("adopted_late", f"{table} {row}") for table, row in _ask(_LATE_ADOPTED)]
    return found


def _missing(story: Story, gone: Logged) -> list[Finding]:
    """Lines that the log names and nobody has: lost by a restoration that the log speaks of, or taken away."""
    found: list[Finding] = []
    #: What was lost before is excused.
    since: Place = (0, 0)
    for told, lost, digest in story.restored:
        mine = (each.line for each in gone if since <= each.place < told)
        if lost and entries.digest_of(mine) == (lost, digest):
            found.append(Finding("restored", logs.spelled(told), count=lost))
            since = told
    by_entry: dict[Place, int] = {}
    for each in gone:
        if each.place >= since:
            by_entry[each.place] = by_entry.get(each.place, 0) + 1
    return found + [Finding("line_missing", logs.spelled(place), count=n) for place, n in sorted(by_entry.items())]


def _rows(result: Result, table: str, growing: set[str]) -> list[Finding]:
    shapes = " ".join(f"WHEN {shape} THEN '{columns}'" for shape, columns in SHAPES[table].items())
    found = []
    for row, op, salt, said, there, content in _ask(_ROWS.format(table=table, shapes=shapes), {"table": table}):
        result.rows += there
        kind = _judge(op, bytes(salt or b""), said, there, content)
        if kind and not (there and row in growing):
            found.append(Finding(kind, f"{table} {row}"))
    return found


def _judge(op: str | None, salt: bytes, said: str | None, there: bool, content: str | None) -> str:
    """What is wrong with a row beside its last line; nothing where all is well."""
    if op is None:
        return "row_unwritten"
    if op == "-":
        return "row_back" if there else ""
    if not there:
        return "row_gone"
    if len(salt) < 32:
        return "salt_gone"
    return "" if content is not None and commitment(salt, content) == said else "row_changed"


def _triggers() -> list[Finding]:
    there = {(table, name): _words(args) for table, name, args in _ask(_TRIGGERS)}
    found = []
    for table, shapes in SHAPES.items():
        shape = max(shapes)
        wanted = [str(shape), shapes[shape]]
        name = trigger_of(table)
        needed = {(table, name): wanted}
        if table in QUIET:
            needed = {(table, name): [""], ("journal_growing", name): wanted, (table, f"{name}_gone"): wanted}
        if any(there.get(place) != args for place, args in needed.items()):
            found.append(Finding("trigger_off", table))
    return found


def _words(args: bytes | memoryview) -> list[str]:
    """What a trigger is told, as PostgreSQL keeps it: each word ends with a zero."""
    return bytes(args).decode().rstrip("\0").split("\0")


def _ask(question: str, values: dict[str, Any] | None = None) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(question, values)
        while some := cursor.fetchmany(_CHUNK):
            yield from some
