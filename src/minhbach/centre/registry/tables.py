"""Tables out of files that offices have: XLSX and CSV as rows of text, and back as CSV.

Owns the reading of bytes from outside: a file is judged by its size, and a workbook is unpacked in a confined child
process (`unpack`) whose end harms nobody. Promises text only: numbers as they are typed, nothing computed, and in what
is written no cell that a spreadsheet would take for a formula. Leaves to its callers what the columns mean.

    NotATable     the file is none of these, is too large or is broken; the words say which
"""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence

from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.words import Words

MOST_BYTES = 4_000_000
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 5_000, 30, 4_000
PATIENCE_S = 60
#: How the child ends where there is too much in a workbook; otherwise it was none.
TOO_MUCH = 4
BYTE_ORDER_MARK = "\ufeff"
_BEGIN_FORMULAS = frozenset("=+-@\t\r\n|%＝＋－＠")
TOO_LARGE = Words(
    "Tệp quá lớn: nhiều nhất 4 MB và 5.000 dòng. Hãy tách tệp.",
    "The file is too large: at most 4 MB and 5,000 rows. Split it.",
)
NOT_READ = Words(
    "Không đọc được tệp này. Hãy dùng tệp Excel (.xlsx) hoặc CSV mã UTF-8.",
    "The file cannot be read. Use an Excel file (.xlsx) or CSV in UTF-8.",
)


class NotATable(Exception):
    """No rows come out of these bytes."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


def rows_of(data: bytes) -> list[list[str]]:
    """The first sheet, or the lines of a CSV file, as text. Raises NotATable.

    An empty row between others is a row of nothing, so that each has the number that its reader sees beside it.
    """
    if len(data) > MOST_BYTES:
        raise NotATable(TOO_LARGE)
    found = _workbook(data) if data[:2] == b"PK" else _lines(data)
    rows: list[list[str]] = []
    empty = 0
    for row in found:
        cells = [_cell(cell) for cell in row[:MOST_COLUMNS]]
        if not any(cells):
            empty += 1
            continue
        if len(rows) + empty >= MOST_ROWS:
            raise NotATable(TOO_LARGE)
        rows += [*([] for _ in range(empty)), cells]
        empty = 0
    return rows


def place_of_headings(rows: Sequence[Sequence[str]]) -> int:
    """Where the headings stand: in the first row that says anything."""
    return next((place for place, row in enumerate(rows) if any(row)), 0)


def _workbook(data: bytes) -> list[list[str]]:
    try:
        # No variable of ours reaches the child: a password in one would be there for the taking.
        child = subprocess.run(
            [sys.executable, "-I", "-m", "minhbach.centre.registry.unpack"],
            input=data,
            capture_output=True,
            timeout=PATIENCE_S,
            env={},
            check=False,
        )
        if child.returncode == TOO_MUCH:
            raise NotATable(TOO_LARGE)
        if child.returncode != 0:
            raise NotATable(NOT_READ)
        found: list[list[str]] = json.loads(child.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise NotATable(NOT_READ) from None
    return found


def _lines(data: bytes) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-8-sig")
        delimiter = ";" if text.count(";", 0, 2000) > text.count(",", 0, 2000) else ","
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except (UnicodeDecodeError, csv.Error):
        raise NotATable(NOT_READ) from None


def _cell(text: str) -> str:
    """What stands in the cell. Lines within a cell stay lines."""
    lines = (plain(line) for line in text[:LONGEST_CELL].splitlines())
    return "\n".join(line for line in lines if line)


def harmless(cell: str) -> str:
    """The text as a cell that no spreadsheet computes: what would be a formula begins with an apostrophe."""
    begins = {cell[:1], cell.lstrip()[:1]} - {""}
    return f"'{cell}" if begins & _BEGIN_FORMULAS else cell


def written(rows: Iterable[Iterable[str]]) -> bytes:
    """A CSV file that spreadsheets open, in which nothing computes."""
    out = io.StringIO(newline="")
    out.write(BYTE_ORDER_MARK)
    csv.writer(out).writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode()
