"""The checkpoint that a room's seed is made of: the first that was cosigned once the period was over.

Read from the recorder's witness file, where every cosignature stands in its order (FORMAT.md section 4.4), from its end
backwards: a period is drawn soon after it is over, and the file of a year has hundreds of megabytes. Whoever holds that
file finds the same. Verifies nothing: the file is the centre's own memory, read and judged by `footage.witnessing`.
"""

import base64
import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from minhbach.centre.registry.models import Recorder

_RECORD = re.compile(rb"(?:^|\n)cosigned ([1-9][0-9]{0,5})\n")
_SIGNATURE = "\u2014 ".encode()
#: Of a signature: four bytes of the key's hash, eight of Unix time, the signature itself.
_TIME = slice(4, 12)
_STEP_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Seen:
    """A checkpoint as a witness cosigned it: the log, the text with its signatures, when."""

    origin: str
    note: str
    at: datetime.datetime


def first_cosigned(recorder: UUID, after: datetime.datetime, folder: Path) -> Seen | None:
    """The first checkpoint of the recorder's logs cosigned at that moment or later; none yet where there is none."""
    try:
        size = (folder / f"{recorder}.witness").stat().st_size
    except FileNotFoundError:
        return None
    reach = _STEP_BYTES
    while True:
        records = list(_records(folder / f"{recorder}.witness", max(0, size - reach)))
        # What was read must begin before the moment, or there may be an earlier one that is still later than it.
        if reach >= size or (records and records[0].at < after):
            return next((each for each in records if each.at >= after), None)
        reach *= 4


def first_of(recorders: list[Recorder], after: datetime.datetime, folder: Path) -> Seen | None:
    """The first of several recorders; of two in one second, that of the log whose name comes first."""
    found = [seen for each in recorders if (seen := first_cosigned(each.id, after, folder)) is not None]
    return min(found, key=lambda seen: (seen.at, seen.origin), default=None)


def _records(path: Path, begin: int) -> Iterator[Seen]:
    with path.open("rb") as file:
        file.seek(begin)
        data = file.read()
    position = 0
    while (match := _RECORD.search(data, position)) is not None:
        end = match.end() + int(match[1])
        if end > len(data):
            return  # the witness is still writing it
        if (seen := _seen(data[match.end() : end])) is not None:
            yield seen
            position = end - 1  # the line before the next record ends here
        else:
            position = match.end()


def _seen(note: bytes) -> Seen | None:
    """A record; none for what only looks like one."""
    text, _, signatures = note.partition(b"\n\n")
    lines = [line for line in signatures.split(b"\n") if line.startswith(_SIGNATURE)]
    if not text or len(lines) < 2:
        return None
    try:
        signed = base64.b64decode(lines[-1].rsplit(b" ", 1)[-1], validate=True)
        seconds = int.from_bytes(signed[_TIME])
        at = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
        return Seen(text.split(b"\n", 1)[0].decode(), note.decode(), at)
    except (ValueError, OverflowError):
        return None
