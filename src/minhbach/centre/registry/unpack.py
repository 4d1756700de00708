"""Unpacks a workbook: the program of a child process, which reads bytes nobody has checked.

Run by `registry.tables`, never imported by it. Takes XLSX or ODS on standard input, writes the rows of its first sheet
as JSON to standard output. Whatever a workbook unpacks to, or however far apart its two cells stand (a reader makes
room for all between them), takes this process down and no other: before the first byte is read it has given up files,
network and most memory. Ends with 0, with 3 when the bytes are no workbook, with 4 when there is too much in it.
"""

import codecs
import datetime
import io
import json
import resource
import sys
import zipfile

import python_calamine as calamine

from minhbach.decode import confinement

READ_BYTES = 4_000_000
MEMORY_BYTES = 512 << 20
SECONDS = 15
#: What the parts of the ZIP say of themselves; what they really are, memory decides.
MOST_UNPACKED_BYTES = 60_000_000
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 5_000, 30, 4_000
MOST_LETTERS = 8_000_000
NO_WORKBOOK, TOO_MUCH = 3, 4
#: What the readers look for when they first need it: by then no file can be opened any more.
LOADED = (codecs.lookup("cp437"), datetime.datetime)


class TooMuch(Exception):
    """More than anybody's list holds."""


def rows(data: bytes) -> list[list[str]]:
    """The first sheet as text, an empty row between others as a row of nothing: so each keeps its number.

    Raises TooMuch, and whatever the reader does.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED_BYTES:
            raise TooMuch
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    found: list[list[str]] = []
    letters = empty = 0
    for row in book.get_sheet_by_index(0).iter_rows():
        cells = [_text(cell) for cell in row[:MOST_COLUMNS]]
        if not any(cells):
            empty += 1  # a sheet may end in a million of them
            continue
        letters += sum(map(len, cells))
        if len(found) + empty >= MOST_ROWS or letters > MOST_LETTERS:
            raise TooMuch
        found += [*([] for _ in range(empty)), cells]
        empty = 0
    return found


def _text(value: object) -> str:
    """What stands in the cell; 3.0 is 3."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value if value is not None else "")[:LONGEST_CELL]


def main() -> int:
    """Read, unpack, write."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    confinement.enter(MEMORY_BYTES)
    try:
        found = rows(sys.stdin.buffer.read(READ_BYTES + 1))
    except TooMuch:
        return TOO_MUCH
    except Exception:  # whatever is wrong with the bytes, the answer is the same
        return NO_WORKBOOK
    sys.stdout.buffer.write(json.dumps(found, ensure_ascii=False).encode("utf-8", errors="replace"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
