"""What recorders logged as viewed, against what the centre wrote down: nobody watches past the centre's book.

A recorder logs each viewing before its first byte leaves, under the commitment in the lease. A commitment that no
viewing of the centre has means that footage left under a lease the centre did not make: its key is in other hands. The
worker compares what comes in; `check_viewings` compares everything, both ways.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from minhbach.centre.access.models import Served, Viewing
from minhbach.centre.footage import alarms
from minhbach.centre.footage.ingestion import Desk
from minhbach.centre.footage.models import RecorderLog
from minhbach.ledger import entry as entries
from minhbach.ledger.entry import Entry
from minhbach.ledger.errors import LedgerError

#: A recorder that is cut off brings its log later; what it served cannot have come without a line, though.
UNLOGGED_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A viewing that stands in one book only; `index` is that of the entry, -1 where there is none."""

    kind: str
    recorder: UUID
    log: str
    index: int
    commitment: str


def compare_new(recorder: UUID, read: Sequence[tuple[int, Entry]], *, now: datetime) -> int:
    """An alarm where the recorder logged viewings that the centre does not know; how many."""
    logged = {entry["commitment"]: index for index, entry in read if entry["kind"] == "viewing"}
    unknown = sorted(_unknown(logged))
    if unknown:
        # One row that counts: a hostile recorder can log as many as it likes.
        alarms.tell(recorder, "viewing_unknown", now=now, evidence=" ".join(unknown).encode("ascii"))
    return len(unknown)


def compare_all(folder: Path, *, now: datetime) -> list[Discrepancy]:
    """Every viewing that only one side knows. `folder`: `MINHBACH_DATA/logs`."""
    found: list[Discrepancy] = []
    seen: set[str] = set()
    for row in RecorderLog.objects.order_by("recorder", "name"):
        logged = dict(_logged(Desk(row.recorder_id, folder), row.name))
        seen |= logged.keys()
        found += [
            Discrepancy("viewing_unknown", row.recorder_id, row.name, logged[each], each) for each in _unknown(logged)
        ]
    return sorted(found, key=lambda each: (each.log, each.index)) + _unlogged(seen, now)


def _unknown(logged: dict[str, int]) -> set[str]:
    return set(logged) - set(Viewing.objects.filter(commitment__in=logged).values_list("commitment", flat=True))


def _logged(desk: Desk, log: str) -> Iterator[tuple[str, int]]:
    reader = desk.copy(log).reader()
    for index, data in enumerate(reader.entries(0, reader.size)):
        try:
            entry = entries.decode(data)
        except LedgerError:
            continue  # an alarm of its own since it came in
        if entry["kind"] == "viewing":
            yield entry["commitment"], index


def _unlogged(seen: set[str], now: datetime) -> list[Discrepancy]:
    """What the stream counted as served, and no recorder's log speaks of."""
    rows = Served.objects.filter(last_at__lt=now - UNLOGGED_AFTER).values_list(
        "viewing__commitment", "camera__recorder"
    )
    return [
        Discrepancy("viewing_unlogged", recorder, "", -1, commitment)
        for commitment, recorder in sorted(set(rows))
        if commitment not in seen
    ]
