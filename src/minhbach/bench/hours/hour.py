"""An hour of one camera through ``evidence.packing.pack``: working copy, report, seal, verifier, beside a plain copy.

Owns the plan of such a build: true film in a recorder's own log, cosigned, approved by two, without a database. A first
short package tells how much fits into the time that there is; it is told how long the footage was that was packed.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from minhbach.bench import copies, film, tape
from minhbach.bench.packages import (
    BEGIN_US,
    CAMERA,
    LOG,
    RECORDER,
    WITNESS,
    asked,
    opening,
    segment,
    statement,
    trusted,
)
from minhbach.bench.plain import copied_as_one, synced
from minhbach.centre.access.models import Account
from minhbach.centre.evidence.actions.stamping import Attesting
from minhbach.centre.evidence.contents import Facts
from minhbach.centre.evidence.copies.sealed import Sealed
from minhbach.centre.evidence.packing import Plan, pack
from minhbach.centre.fabric import keys
from minhbach.centre.messaging.actions import both
from minhbach.durable import Files
from minhbach.edge.archive.home import Home
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import entry as entries
from minhbach.ledger.approval import Approval, attested_message
from minhbach.ledger.courtkeys import Keys
from minhbach.ledger.entry import Entry
from minhbach.ledger.extract import originals_of
from minhbach.ledger.proofs import PackageLog
from minhbach.ledger.scope import choose

TRIED_S, STEP_S = 20, 10
_FACTS = Facts("01/2026", "Xã A", "Bộ phận Một cửa", {(RECORDER, CAMERA): "Quầy 1"}, ())


@dataclass(frozen=True, slots=True)
class Packed:
    """So many seconds of footage: how long its package took, and one plain copy of its originals."""

    footage_s: int
    package_bytes: int
    pack_s: float
    copy_s: float


def measure(folder: str, cache: str, footage_s: int, budget_s: float, answer: str) -> None:
    """Pack so much footage, or as much as fits the time; the figures go into file `answer`, as JSON by name."""
    found = tape.load(film.filmed(Path(cache)))
    keys.ensure(settings.MINHBACH_DATA / "keys")
    made = packed(Path(folder) / "tried", found, min(TRIED_S, footage_s))
    fits_s = int(budget_s * made.footage_s / made.pack_s) // STEP_S * STEP_S
    length_s = min(footage_s, fits_s)
    if length_s > made.footage_s:
        made = packed(Path(folder) / "whole", found, length_s)
    figures = {
        "packed_footage_s": f"{made.footage_s}",
        "packed_mb": f"{made.package_bytes / 1e6:.0f}",
        "packed_s": f"{made.pack_s:.1f}",
        "packed_x_realtime": f"{made.footage_s / made.pack_s:.1f}",
        "packed_vs_copy": f"{made.copy_s / made.pack_s:.3f}",
    }
    Path(answer).write_text(json.dumps(figures), "ascii")


def packed(folder: Path, found: tape.Tape, seconds: int) -> Packed:
    """Make one package of so much footage; nothing of it stays. Raises RuntimeError where it lacks its working copy."""
    folder.mkdir(parents=True)
    pieces = {each.begin_us: each for each in copies.sealed(folder, found, seconds)}
    plan = _plan(folder, list(pieces.values()))
    plan.work.mkdir(parents=True)
    paths = [path for each in pieces.values() if (path := each.path) is not None]
    for (recorder, value), path in zip(plan.originals, paths, strict=True):
        os.link(path, plan.file(recorder, value))
    now = datetime.datetime.fromtimestamp(BEGIN_US // 1_000_000 + seconds + 60, datetime.UTC)
    vouching, begin_s = Attesting(now), time.monotonic()
    _, size = pack(plan, now=now, attesting=vouching)
    synced(plan.target)
    pack_s = time.monotonic() - begin_s
    if missing := both(vouching.left_out)[1]:
        raise RuntimeError(missing)
    begin_s = time.monotonic()
    copied_as_one(paths, folder / "copy")
    copy_s = time.monotonic() - begin_s
    for each in (folder, plan.work):
        shutil.rmtree(each)
    plan.target.unlink()
    return Packed(seconds, size, pack_s, copy_s)


def _plan(folder: Path, pieces: Sequence[Sealed]) -> Plan:
    """All that the worker knows before it begins, of footage that lies in `folder`."""
    log, court = _logged(folder / "log", pieces)
    seal = keys.load_approval(settings.MINHBACH_DATA / "keys")
    wish = asked(RECORDER, [CAMERA], pieces[0].begin_us, pieces[-1].end_us)
    logs = {RECORDER: [log]}
    readers = {RECORDER: [log.reader]}
    scope = choose(wish, readers)
    return Plan(
        build=uuid4(),
        extraction=uuid4(),
        actor=Account(),
        cameras=(),
        scope=scope,
        approvals=tuple(
            Approval(said, seal.sign(attested_message(said))) for said in (statement(scope, n) for n in (11, 12))
        ),
        logs=logs,
        originals=tuple(originals_of(scope, readers)),
        facts=_FACTS,
        keys=Keys(court.notes, (seal.verifier,), {}),
        receiver="Trung tá Nguyễn Văn Hùng, Công an xã A",
        streams={},
    )


def _logged(folder: Path, pieces: Sequence[Sealed]) -> tuple[PackageLog, Keys]:
    """The recorder's log of these files, cosigned at its end, and the court's keys to it."""
    home = Home(folder, Files(), RECORDER)
    log = home.open_log(BEGIN_US)
    name = entries.log_name(log.origin)
    values = [_entry(number, name, piece) for number, piece in enumerate(pieces)]
    log.write([entries.encode(each) for each in (*opening(RECORDER, CAMERA, LOG)[1:], *values)])
    head = checkpoints.claimed(log.note)
    seen = checkpoints.cosign(head, WITNESS, values[-1]["at_us"] // 1_000_000 + 1)
    vkey = str(entries.decode(log.reader().entry(0))["key"])
    found = PackageLog(log.reader(), [log.note + seen])
    log.close()
    home.close()
    return found, trusted(vkey)


def _entry(number: int, name: str, piece: Sealed) -> Entry:
    data = piece.path.read_bytes() if piece.path is not None else b""
    said = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "tracks": ["avc1.42c00a", "alaw"]}
    begun = segment(number, piece.begin_us, log=name)
    return {**begun, **said, "end_us": piece.end_us, "at_us": piece.end_us}
