"""The log of viewings as a file that spreadsheets open: UTF-8 with its mark, one line for each, nothing that computes.

A cell that a spreadsheet would take for a formula begins with an apostrophe: a purpose is typed by people, and whoever
opens the file is not the one who typed it.
"""

import csv
from collections.abc import Iterable, Iterator

from minhbach.centre.access.log import Line
from minhbach.centre.registry.tables import BYTE_ORDER_MARK as BYTE_ORDER_MARK
from minhbach.centre.registry.tables import harmless
from minhbach.centre.words import Words, formats

COLUMNS = (
    Words("Lúc", "At"),
    Words("Người xem", "Who"),
    Words("Đơn vị", "Unit"),
    Words("Việc", "What"),
    Words("Camera, phòng", "Camera, room"),
    Words("Ngày của hình", "Day of footage"),
    Words("Đoạn đã xem", "Stretches seen"),
    Words("Thời gian bị hạn chế", "Restricted time"),
    Words("Mục đích", "Purpose"),
    Words("Số hồ sơ, văn bản", "Reference"),
    Words("Thật xem (giây)", "Really watched (seconds)"),
    Words("Có tiếng", "With sound"),
    Words("Kết quả", "Outcome"),
)
YES, REFUSED, ALLOWED = Words("có", "yes"), Words("từ chối: {told}", "refused: {told}"), Words("được xem", "allowed")


class _Line:
    """What the writer of the standard library writes to: hands each line on."""

    def write(self, text: str) -> str:
        return text


def safe(cell: str) -> str:
    """The text as a cell that no spreadsheet computes."""
    text = " ".join(cell.split())
    return text if harmless(cell) == cell else f"'{text}"


def rows(lines: Iterable[Line]) -> Iterator[str]:
    """The file, line by line."""
    writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK + str(writer.writerow([str(words) for words in COLUMNS]))
    for line in lines:
        yield str(writer.writerow([safe(cell) for cell in _cells(line)]))


def _cells(line: Line) -> list[str]:
    return [
        f"{formats.local(line.at):%Y-%m-%d %H:%M:%S}",
        line.who,
        line.unit,
        str(line.verb),
        line.what,
        f"{formats.local(line.day):%Y-%m-%d}" if line.day else "",
        ", ".join(line.times) + (f" (+{line.more})" if line.more else ""),
        str(YES) if line.restricted else "",
        line.purpose,
        line.reference,
        "" if line.watched is None else str(round(line.watched.total_seconds())),
        str(YES) if line.sound else "",
        str(REFUSED.fill(told=line.told)) if line.refused else str(ALLOWED),
    ]
