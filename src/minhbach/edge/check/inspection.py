"""One check of one archive, from the folders to the findings.

Owns the order of a check: which logs and disks are there, the walk over the logs against the witness, the files
against the log, and a second look at everything that a recorder which is running meanwhile may explain. Promises to
change nothing and to end with findings, never with an exception, whatever stands in the folders. Leaves printing to
``report``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from minhbach.edge.archive import layout
from minhbach.edge.check import files
from minhbach.edge.check.timeline import Collector, StreamTime
from minhbach.ledger import tiles, tree
from minhbach.ledger.audit import Audit, Log, Witnessed, audit
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.findings import Finding, Weight
from minhbach.ledger.witness import WitnessView

_NOWHERE = Path("/nonexistent")
SECOND_LOOK_S = 1.0
"""After this a running recorder has logged what it did a moment ago."""


class CannotCheck(Exception):
    """There is no archive to check; ``vi`` and ``en`` say why."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en


@dataclass(slots=True)
class Inspection:
    """What a check found. ``findings`` accuse, ``notices`` only say; both in the order of the log."""

    folder: Path
    streams: list[StreamTime]
    witnessed: list[Witnessed]
    entries: int
    findings: list[Finding] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)


def inspect(
    folder: Path, view: WitnessView | None, *, quick: bool, progress: files.Progress = lambda done, total: None
) -> Inspection:
    """Check an archive. Raises CannotCheck when the folder holds none."""
    disks = _disks(folder)
    collector = Collector()
    logs = _logs(folder)
    walked = audit(logs, view, collector.take, check=_fast_check)
    streams = list(collector.streams.values())
    found = [*walked.findings, *_upper_tiles(logs), *_missing_disks(streams, disks)]
    against = list(files.compare(streams, disks, quick=quick, progress=progress))
    against += [Finding("file_unlogged", values={"path": path}) for path, _ in files.unlogged(streams, disks)]
    if any(each.kind in _MAY_BE_EXPLAINED for each in against):
        time.sleep(SECOND_LOOK_S)
        against = _not_explained(folder, disks, against)
    return _sorted(folder, streams, walked, [*found, *against])


_MAY_BE_EXPLAINED = frozenset({"file_missing", "file_unlogged", "file_left"})


def _not_explained(folder: Path, disks: dict[str, Path | None], found: list[Finding]) -> list[Finding]:
    """What newer entries do not explain: the recorder may have sealed or deleted while we looked."""
    collector = Collector()
    audit(_logs(folder), None, collector.take, check=_fast_check)
    segments = [each for stream in collector.streams.values() for each in stream.segments.values()]
    logged = {each.path for each in segments}
    removed = {each.path for each in segments if each.removed_by}
    here = {each.path for each in segments if (disks.get(each.disk) or _NOWHERE).joinpath(each.path).exists()}
    rest = []
    for finding in found:
        path = str(finding.values.get("path", ""))
        explained = {
            "file_missing": path in removed or path in here,
            "file_unlogged": path in logged,
            "file_left": path not in here,
        }
        if not explained.get(finding.kind, False):
            rest.append(finding)
    return rest


def _disks(folder: Path) -> dict[str, Path | None]:
    """Disk name → folder, None when the disk is not here or is another one."""
    try:
        record = json.loads((folder / layout.ARCHIVE_FILE).read_bytes())
        known = {str(name): Path(path) for path, name in record["disks"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        if not (folder / layout.LOG).is_dir():
            raise CannotCheck(
                f"{folder} không phải thư mục lưu trữ của đầu ghi (không có nhật ký).",
                f"{folder} is no recorder's archive (there is no log in it).",
            ) from None
        known = {}
    own = _name_of(folder)
    result: dict[str, Path | None] = {
        name: path if _name_of(path) == name else None for name, path in known.items() if name != own
    }
    if own:
        result[own] = folder
    return result


def _name_of(disk: Path) -> str:
    try:
        return str(json.loads((disk / layout.DISK_FILE).read_bytes())["disk"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _logs(folder: Path) -> list[Log]:
    return [_log(layout.log_folder(folder, name)) for name in layout.log_names(folder)]


def _log(folder: Path) -> Log:
    def fetch(path: str) -> bytes:
        return (folder / path).read_bytes()

    try:
        signed = fetch(tiles.CHECKPOINT)
    except OSError:
        signed = None
    return Log(fetch, _size(fetch), signed)


def _size(fetch: Callable[[str], bytes]) -> int:
    """How many entries the files hold: whole bundles, then the tail."""
    bundles, tail = 0, list[bytes]()
    for _ in range(2):
        while _holds(fetch, tiles.bundle_path(bundles)):
            bundles += 1
        try:
            tail, _ = tiles.parse_bundle(fetch(tiles.TAIL))
        except OSError:
            tail = []
        if not _holds(fetch, tiles.bundle_path(bundles)):
            break
    return bundles * tiles.TILE_WIDTH + len(tail) % tiles.TILE_WIDTH


def _holds(fetch: Callable[[str], bytes], path: str) -> bool:
    try:
        return bool(fetch(path))
    except OSError:
        return False


def _upper_tiles(logs: list[Log]) -> list[Finding]:
    """Every stored hash tile against the hashes of the entries below it."""
    found = []
    for log in logs:
        edge = tiles.Edge()
        try:
            reader = tiles.LogReader(log.fetch, log.size)
            name = json.loads(reader.entry(0))["origin"].rpartition("/")[2] if log.size else ""
            for start in range(0, log.size - log.size % tiles.TILE_WIDTH, tiles.TILE_WIDTH):
                lines = reader.entries(start, start + tiles.TILE_WIDTH)
                edge, full = tiles.full_tiles(edge, map(tree.leaf_hash, lines))
                for path, content in full:
                    if not path.startswith("tile/0/") and _read(log, path) != content:
                        found.append(Finding("log_unreadable", name, start, values={"why": f"{path} differs"}))
        except (LedgerError, OSError, ValueError, KeyError, TypeError):
            continue  # The walk has said so.
    return found


def _read(log: Log, path: str) -> bytes:
    try:
        return log.fetch(path)
    except OSError:
        return b""


def _missing_disks(streams: list[StreamTime], disks: dict[str, Path | None]) -> list[Finding]:
    found = []
    for stream in streams:
        away: dict[str, list[tuple[int, int]]] = {}
        for segment in stream.segments.values():
            if disks.get(segment.disk) is None and not segment.removed_by:
                away.setdefault(segment.disk, []).append((segment.begin_us, segment.end_us))
        for disk, times in away.items():
            begin_us, end_us = min(begin for begin, _ in times), max(end for _, end in times)
            values: dict[str, object] = {"disk": disk, "count": len(times)}
            found.append(Finding("disk_away", "", -1, stream.camera, stream.stream, begin_us, end_us, values))
    return found


def _sorted(folder: Path, streams: list[StreamTime], walked: Audit, found: list[Finding]) -> Inspection:
    result = Inspection(folder, streams, walked.witnessed, walked.replay.state.fed)
    for finding in found:
        (result.findings if finding.weight is Weight.FINDING else result.notices).append(finding)
    return result


def _fast_check(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
