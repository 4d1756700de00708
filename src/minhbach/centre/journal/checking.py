"""The whole check: rows against lines, lines against the centre's log, the log against its witnesses; and kept files.

Reads only. Hashes are computed here and not in the database that is under suspicion. While the site works the check
sees one moment of the database; what is anchored meanwhile is looked for in the log that has grown.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from minhbach.centre.journal import entries, logs
from minhbach.centre.journal.book import log_of, logs_of, microseconds
from minhbach.centre.journal.findings import NOTICES, Finding
from minhbach.centre.journal.kept import check_kept
from minhbach.centre.journal.laundered import Rounds, excused, laundered
from minhbach.centre.journal.logs import Lines, Place, Story
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
    """Everything. `data`: `MINHBACH_DATA`; `views`: what witnesses remember, trusted as their files are."""
    result = Result()
    found = logs_of(data)
    story = logs.read(found, views)
    result.say([*story.findings, *([] if found else [Finding("log_missing", str(data))])])
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL timezone = 'UTC'")
        cursor.execute("SET LOCAL bytea_output = 'hex'")
        result.say(_triggers())
        grown = log_of(data)
        later = logs.newer(grown, story.size) if grown is not None and found else {}
        result.say(_lines(result, story, later, now))
        rounds = Rounds(story)
        for table in SHAPES:
            result.say(_rows(result, table, excused(table, rounds, now=now) if table in QUIET else set()))
        result.say(laundered(story, rounds, now=now))
    result.say(check_kept())
    result.origin, result.size, result.root = story.origin, story.size, story.root.hex()
    result.witnessed = story.witnessed
    if story.witnessed < story.size:
        result.say([Finding("unwitnessed", story.origin, count=story.size - story.witnessed)])
    return result


def _lines(result: Result, story: Story, later: Lines, now: datetime.datetime) -> list[Finding]:
    found: list[Finding] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT line FROM public.journal_pending")
        waiting = {line.hex for (line,) in cursor.fetchall()}
    seen: set[str] = set()
    late = old = 0
    asked = "SELECT id, commitment, at, table_name, row_id, by, op FROM public.journal_line"
    for line, said, at, table, row, by, op in _ask(asked):
        result.lines += 1
        where = f"{table} {row}"
        known = story.lines.get(line.hex) or later.get(line.hex)
        seen.add(line.hex)
        if op != "0" and by != connection.settings_dict["USER"]:
            found.append(Finding("line_by_other", where, why=by))
        if known is None:
            if line.hex not in waiting:
                found.append(Finding("line_unanchored", where))
            old += now - at > LATE
            continue
        if known[0] != said:
            found.append(Finding("line_changed", where, why=logs.spelled(known[2])))
        late += known[1] - microseconds(at) > LATE / datetime.timedelta(microseconds=1)
    found += [Finding("lines_wait", "journal", count=old)] if old else []
    found += [Finding("anchored_late", "journal", count=late)] if late else []
    found += [Finding("adopted_late", f"{table} {row}") for table, row in _ask(_LATE_ADOPTED)]
    return found + _missing(story, seen)


def _missing(story: Story, seen: set[str]) -> list[Finding]:
    """Lines that the log names and nobody has: lost by a restoration that the log speaks of, or taken away."""
    gone = {line: place for line, (_, _, place) in story.lines.items() if line not in seen}
    found: list[Finding] = []
    for told, lost, digest in story.restored:
        mine = {line for line, place in gone.items() if place < told}
        if mine and len(mine) == lost and entries.digest_of(mine) == digest:
            found.append(Finding("restored", logs.spelled(told), count=lost))
            gone = {line: place for line, place in gone.items() if line not in mine}
    by_entry: dict[Place, int] = {}
    for place in gone.values():
        by_entry[place] = by_entry.get(place, 0) + 1
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
