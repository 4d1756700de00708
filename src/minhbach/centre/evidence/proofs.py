"""What proves a package, out of the centre's own files: logs, cosigned checkpoints, and the keys a court would hold.

Owns finding them. Promises nothing: the package is verified after it was written. Leaves writing to `ledger.extract`.
"""

import datetime
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from minhbach.centre.evidence.models import Revision
from minhbach.centre.evidence.people import moment
from minhbach.centre.fabric.keys import fast_check
from minhbach.centre.fabric.known_keys import Known, Role, in_force_since, known
from minhbach.centre.footage.ingestion import Desk
from minhbach.centre.footage.models import Cosignature, LogKey, RecorderLog
from minhbach.centre.registry.reading import VIETNAM
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
    """The keys by which a court would judge a package of this scope. Raises KeysUnusable.

    Also those of the centre that were changed since: what witnessed the footage from its beginning on, and what vouched
    for approvals from the request on. Older ones prove nothing of it; one that leaked is not trusted for longer.
    """
    asked = Revision.objects.filter(id=scope.asked.request).values_list("made_at", flat=True).first()
    filmed = moment(scope.asked.begin_us)
    recorders = {UUID(recorder_of(leaf.origin)) for leaf in scope.leaves}
    logs = LogKey.objects.filter(recorder__in=recorders).order_by("trusted_at").values_list("vkey", flat=True)
    witnesses = in_force_since(known(data / "keys", Role.WITNESS), filmed)
    centres = in_force_since(known(data / "keys", Role.CENTRE), asked or filmed)
    notes = (*(note.parse_vkey(vkey, fast_check) for vkey in logs), *(each.verifier for each in witnesses))
    return Keys(notes, tuple(each.verifier for each in centres))


def key_file(found: Keys, changed: Iterable[Known] = ()) -> str:
    """The same as the file that a court keeps; `changed` says of which keys it stands there when they were in force."""
    roles = {note.LOG_KEY: "log", note.WITNESS_KEY: "witness"}
    said = {each.verifier.vkey: _said(each) for each in changed if each.begin or each.end}
    lines = [f"{roles[each.algorithm]} {each.vkey}{said.get(each.vkey, '')}" for each in found.notes]
    return "\n".join([*lines, *(f"centre {each.vkey}{said.get(each.vkey, '')}" for each in found.centres), ""])


def court_key_file(scope: Scope, data: Path) -> str:
    """What a court is given, with when each key of the centre was in force. Raises KeysUnusable."""
    return key_file(court_keys(scope, data), [each for role in Role for each in known(data / "keys", role)])


def _said(key: Known) -> str:
    """As a comment, which no verifier reads."""
    vi = " ".join(f"{word} {_at(at)}" for word, at in (("từ", key.begin), ("đến", key.end)) if at)
    en = " ".join(f"{word} {_at(at)}" for word, at in (("from", key.begin), ("until", key.end)) if at)
    return f" # có hiệu lực {vi} / in force {en}"


def _at(at: datetime.datetime) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
