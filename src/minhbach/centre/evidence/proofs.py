"""What proves a package, out of the centre's own files: logs, cosigned checkpoints, and the keys a court would hold.

Owns finding them. Promises nothing: the package is verified after it was written. Leaves writing to `ledger.extract`.
"""

from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from minhbach.centre.fabric import keys
from minhbach.centre.fabric.keys import fast_check
from minhbach.centre.footage.ingestion import Desk
from minhbach.centre.footage.models import Cosignature, LogKey, RecorderLog
from minhbach.ledger import note
from minhbach.ledger.courtkeys import Keys
from minhbach.ledger.covering import Times, covering_notes
from minhbach.ledger.proofs import PackageLog
from minhbach.ledger.scope import Scope, recorder_of


def package_logs(scope: Scope, data: Path) -> dict[str, list[PackageLog]]:
    """Each recorder's logs, oldest first, with the notes that prove the scope's leaves earliest. `data`: MINHBACH_DATA.

    Raises OSError, LedgerError.
    """
    wanted: dict[str, tuple[int, int]] = {}
    for leaf in scope.leaves:
        first, last = wanted.get(leaf.origin, (leaf.index, leaf.index))
        wanted[leaf.origin] = min(first, leaf.index), max(last, leaf.index)
    recorders = sorted({recorder_of(origin) for origin in wanted})
    return {recorder: _logs(UUID(recorder), wanted, data) for recorder in recorders}


def _logs(recorder: UUID, wanted: dict[str, tuple[int, int]], data: Path) -> list[PackageLog]:
    desk = Desk(recorder, data / "logs")
    rows = desk.logs()
    asked = {row.origin: wanted.get(row.origin, (0, 0)) for row in rows}
    times = {row.origin: known for row in rows if (known := _times(row, asked[row.origin][0])) is not None}
    with _witness_file(data, recorder) as file:
        seen = covering_notes(file, asked, times)
    found = []
    for row in rows:
        copy = desk.copy(row.name)
        notes = [*seen[row.origin], *([copy.head.note] if copy.head.note else [])]
        found.append(PackageLog(copy.reader(), list(dict.fromkeys(notes))))
    return found


def _times(log: RecorderLog, first: int) -> Times | None:
    """Where in the witness file to look: it has years of cosignatures, and a row has the last of each hour."""
    rows = Cosignature.objects.filter(log=log)
    newest = rows.order_by("-hour").values_list("cosigned_at", flat=True).first()
    if newest is None:
        return None
    over = rows.filter(size__gt=first).order_by("hour").values_list("hour", flat=True).first()
    return Times(int((over or newest).timestamp()), int(newest.timestamp()))


def _witness_file(data: Path, recorder: UUID) -> BinaryIO:
    try:
        return (data / "witness" / f"{recorder}.witness").open("rb")
    except FileNotFoundError:
        return BytesIO()


def court_keys(scope: Scope, data: Path) -> Keys:
    """The keys by which a court would judge a package of this scope. Raises KeysUnusable."""
    held = keys.load(data / "keys")
    recorders = {UUID(recorder_of(leaf.origin)) for leaf in scope.leaves}
    logs = LogKey.objects.filter(recorder__in=recorders).order_by("trusted_at")
    vkeys = [*logs.values_list("vkey", flat=True), held.witness.verifier.vkey]
    notes = tuple(note.parse_vkey(vkey, fast_check) for vkey in vkeys)
    return Keys(notes, (note.parse_vkey(held.approval.verifier.vkey, fast_check),))


def key_file(found: Keys) -> str:
    """The same as the file that a court keeps."""
    roles = {note.LOG_KEY: "log", note.WITNESS_KEY: "witness"}
    lines = [f"{roles[each.algorithm]} {each.vkey}" for each in found.notes]
    return "\n".join([*lines, *(f"centre {each.vkey}" for each in found.centres), ""])
