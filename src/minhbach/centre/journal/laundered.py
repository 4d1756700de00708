"""What went through the journal and yet no lawful centre does: changes that were laundered.

Who owns the database can let the journal's own triggers write a line for a change that the application never makes:
under its name, or by calling a row of `QUIET` one that grows. The line is anchored and the row fits it. Found here by
what the models allow, and by when a row that grew could have had its line. Reads only.
"""

import datetime
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from operator import le
from typing import Any

from django.db import connection

from minhbach.centre.access.database import allowed
from minhbach.centre.journal.anchoring import QUIET_FOR
from minhbach.centre.journal.book import microseconds
from minhbach.centre.journal.findings import Finding
from minhbach.centre.journal.logs import Story
from minhbach.centre.journal.watched import QUIET, SHAPES

#: The clocks of database and worker, and the time that a round of the worker takes, together never differ by more.
MARGIN = datetime.timedelta(minutes=5)
#: What is served is counted at once; a viewing that is over grows no more after this.
AFTERWARDS = datetime.timedelta(hours=1)

_DEEDS = """
SELECT DISTINCT table_name, row_id FROM public.journal_line
WHERE (op = '=' AND table_name = ANY(%(never_changed)s)) OR (op = '-' AND table_name = ANY(%(never_gone)s))
"""
_GREW_AGAIN = """
SELECT last.row_id, last.id, found.last_at FROM (
    SELECT DISTINCT ON (row_id) row_id, id, op, count(*) OVER (PARTITION BY row_id) AS lines
    FROM public.journal_line WHERE table_name = %(table)s ORDER BY row_id, number DESC
) last JOIN public.{table} found ON found.id::text = last.row_id WHERE last.lines > 1 AND last.op = '='
"""
_GROWING_AGAIN = """
SELECT growing.row_id, found.last_at FROM public.journal_growing growing
JOIN public.{table} found ON found.id::text = growing.row_id
WHERE EXISTS (SELECT FROM public.journal_line line WHERE line.table_name = %(table)s AND line.row_id = growing.row_id)
"""
_GREW_AFTERWARDS = {
    "access_served": "SELECT found.id::text FROM public.access_served found"
    " JOIN public.access_viewing viewing ON viewing.id = found.viewing_id"
    " WHERE found.last_at > coalesce(viewing.closed_at, %(now)s) + %(slack)s",
    "access_refusaltally": "SELECT found.id::text FROM public.access_refusaltally found"
    " WHERE found.last_at > least(found.hour + interval '1 hour', %(now)s) + %(slack)s",
}


class Rounds:
    """When the worker is known to have put lines into the log: what was quiet by then had its line by then."""

    def __init__(self, story: Story) -> None:
        at_us = story.batches_us
        # A clock that was set back, or a log that was restored: else they are in order as they are.
        self._at_us = at_us if all(map(le, at_us, at_us[1:])) else array("Q", sorted(at_us))

    def settled(self, last_at: datetime.datetime, until_us: int) -> bool:
        """Whether a row that grew last at that time had its line before the moment."""
        quiet_us = microseconds(last_at + QUIET_FOR + MARGIN)
        place = bisect_right(self._at_us, quiet_us)
        return place < len(self._at_us) and self._at_us[place] < until_us


def laundered(story: Story, rounds: Rounds, *, now: datetime.datetime) -> list[Finding]:
    """Lines of deeds that no application does, and of rows that grew when they could not."""
    found = [Finding("line_unlawful", f"{table} {row}") for table, row in _ask(_DEEDS, _never())]
    for table in sorted(QUIET):
        rows = {
            row
            for row, line, last_at in _ask(_GREW_AGAIN.format(table=table), {"table": table})
            if (known := story.lines.get(line.bytes)) and rounds.settled(last_at, known.at_us)
        }
        late = {"now": now, "slack": AFTERWARDS}
        rows |= {row for (row,) in _ask(_GREW_AFTERWARDS[table], late)}
        found += [Finding("grown_late", f"{table} {row}") for row in sorted(rows)]
    return found


def excused(table: str, rounds: Rounds, *, now: datetime.datetime) -> set[str]:
    """Rows that grow just now and have their line soon; not those that are only said to, long after they grew."""
    growing = {row for (row,) in _ask("SELECT row_id FROM public.journal_growing", {})}
    again = _ask(_GROWING_AGAIN.format(table=table), {"table": table})
    return growing - {row for row, last_at in again if rounds.settled(last_at, microseconds(now))}


def _never() -> dict[str, list[str]]:
    """The watched tables whose rows the application never changes in what is watched, and those it takes none from."""
    rights = {each.table: each for each in allowed()}
    return {
        "never_changed": [
            table
            for table, shapes in SHAPES.items()
            if table in rights and not set(rights[table].update) & set(shapes[max(shapes)].split())
        ],
        "never_gone": [table for table in SHAPES if table in rights and not rights[table].delete],
    }


def _ask(question: str, values: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(question, values)
        while some := cursor.fetchmany(2000):
            yield from some
