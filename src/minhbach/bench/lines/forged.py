"""What lines cost, and whether rows that went past them are found: in one database, both ways of writing in turn."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.utils import timezone
from psycopg import sql

from minhbach.centre.access.recording import record
from minhbach.centre.journal.anchoring import Anchorer
from minhbach.centre.journal.book import FOLDER
from minhbach.centre.journal.checking import Result, check
from minhbach.centre.journal.watched import trigger_of

TABLE = "access_auditrow"
_SWITCH = sql.SQL("ALTER TABLE access_auditrow {} TRIGGER {}")


def measure(rows: int, answer: str) -> None:
    """Write the figures as JSON into the file `answer`."""
    _write(rows // 20, "warm")
    _anchor()
    with_lines_s = _timed(lambda: _write(rows, "written"))
    before = _log_bytes()
    anchored, anchor_s = 0, time.perf_counter()
    anchored = _anchor()
    anchor_s = time.perf_counter() - anchor_s
    log_bytes = _log_bytes() - before
    lawful, check_s = _checked()
    with _past_the_journal():
        without_s = _timed(lambda: _write(rows, "forged"))
    forged, _ = _checked()
    found = sum(each.kind == "row_unwritten" for each in forged.findings)
    figures = {
        "rows_per_s_with_lines": round(rows / with_lines_s),
        "rows_per_s_without": round(rows / without_s),
        "line_ms": round((with_lines_s - without_s) / rows * 1000, 3),
        "anchored_per_s": round(anchored / anchor_s),
        "log_bytes_per_line": round(log_bytes / anchored, 1),
        "checked_rows_per_s": round(lawful.rows / check_s),
        "false_findings": len(lawful.findings),
        "forged_rows": rows,
        "forged_missed": rows - found,
    }
    Path(answer).write_text(json.dumps(figures), "ascii")


def _write(rows: int, act: str) -> None:
    for number in range(rows):
        record("bench", act, now=timezone.now(), about=("row", number), details={"said": "kiểm tra phản ánh"})


def _anchor() -> int:
    anchorer = Anchorer(settings.MINHBACH_DATA)
    try:
        return anchorer.beat(now=timezone.now())
    finally:
        anchorer.close()


def _checked() -> tuple[Result, float]:
    begun = time.perf_counter()
    result = check(settings.MINHBACH_DATA, now=timezone.now())
    return result, time.perf_counter() - begun


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _log_bytes() -> int:
    folder = settings.MINHBACH_DATA / FOLDER
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@contextmanager
def _past_the_journal() -> Iterator[None]:
    """As the owner of the tables could: the trigger is off, and on again before anybody looks."""
    password = Path(os.environ["MINHBACH_OWNER_PASSWORD_FILE"]).read_text("utf-8").strip()
    with psycopg.connect(os.environ["MINHBACH_OWNER"], password=password, autocommit=True) as owner:
        owner.execute(_SWITCH.format(sql.SQL("DISABLE"), sql.Identifier(trigger_of(TABLE))))
        yield
        owner.execute(_SWITCH.format(sql.SQL("ENABLE"), sql.Identifier(trigger_of(TABLE))))
