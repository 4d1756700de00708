"""One thing that happened to held footage or to a citizen's request, and a list of them as rows of a paper or a file.

Owns the shape of such a list. Leaves what happened, and in which words, to `hold_life` and `subject_life`.
"""

import csv
import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass

from minhbach.centre.access.spreadsheet import BYTE_ORDER_MARK, safe
from minhbach.centre.footage.holds import SYSTEM
from minhbach.centre.messaging.actions import both
from minhbach.centre.registry.reading import VIETNAM
from minhbach.centre.words import Words

COLUMNS = (Words("Lúc", "At"), Words("Người thực hiện", "Who"), Words("Việc", "What"), Words("Nội dung", "Details"))


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to it; `who` is empty for the system or a recorder."""

    at: datetime.datetime
    who: str
    what: Words
    more: Words | str = ""


def for_paper(events: Sequence[Event]) -> list[dict[str, str]]:
    """The events as the forms print them, in Vietnamese."""
    return [
        {
            "at": at_said(event.at),
            "who": event.who or said_vi(SYSTEM),
            "what": said_vi(event.what),
            "more": said_vi(event.more),
        }
        for event in events
    ]


def as_csv(events: Sequence[Event]) -> str:
    """The events as a file that spreadsheets open, and compute nothing of."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([str(words) for words in COLUMNS])
    for event in events:
        at = event.at.astimezone(VIETNAM).isoformat(timespec="seconds")
        writer.writerow([safe(cell) for cell in (at, event.who or str(SYSTEM), str(event.what), str(event.more))])
    return BYTE_ORDER_MARK + text.getvalue()


def said_vi(said: Words | str) -> str:
    """In Vietnamese, as papers are written."""
    return both(said)[0] if isinstance(said, Words) else said


def at_said(at: datetime.datetime) -> str:
    """A moment to the second, as these papers write it."""
    return f"{at.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}"
