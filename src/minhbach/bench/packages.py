"""Approved packages for benches and tests: a small one in memory, and the keys that judge it.

Owns a toy history (a log of a few entries, cosigned once) and two approvals by the centre's word. Everything is signed
by keys that follow from their names, so that the same call gives the same package. Leaves forging to `forging`.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from minhbach.centre.fabric.keys import fast_check
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import entry as entries
from minhbach.ledger import note, tiles, tree
from minhbach.ledger.approval import Approval, Review, Statement, attested_message
from minhbach.ledger.container import Container
from minhbach.ledger.courtkeys import Keys
from minhbach.ledger.entry import Entry
from minhbach.ledger.extract import Copy, Document, Material, build_approved
from minhbach.ledger.manifest import copies_hash
from minhbach.ledger.proofs import PackageLog
from minhbach.ledger.scope import Asked, Scope, ScopeStream, choose
from minhbach.ledger.verdicts import Report
from minhbach.ledger.verify import examine

RECORDER = "01900000-0000-7000-8000-00000000000a"
CAMERA = "quay-1"
BEGIN_US = 1_790_000_000_000_000
SEGMENT_US = 10_000_000
NAME = "2026"


def signer(name: str, algorithm: int = note.LOG_KEY) -> note.Signer:
    """The key that follows from a name."""
    private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())
    return note.Signer(name, private.public_key().public_bytes_raw(), private.sign, algorithm)


LOG = signer(checkpoints.log_key_name(RECORDER))
WITNESS, CENTRE = signer("bench.minhbach.vn/witness", note.WITNESS_KEY), signer("bench.minhbach.vn/centre")


def trusted(*log_vkeys: str, witness: note.Signer = WITNESS) -> Keys:
    """The court's keys, checked by OpenSSL: a bench is about the package."""
    vkeys = [*(log_vkeys or [LOG.verifier.vkey]), witness.verifier.vkey]
    fast = [note.parse_vkey(vkey, fast_check) for vkey in [*vkeys, CENTRE.verifier.vkey]]
    return Keys(tuple(fast[:-1]), (fast[-1],))


def approvals(scope: Scope, *people: int) -> list[Approval]:
    """By the centre's word."""
    said = [
        Statement(scope.hash, _uuid(number), f"Người duyệt {number}", "", "", BEGIN_US, f"{number:032x}")
        for number in people
    ]
    return [Approval(each, CENTRE.sign(attested_message(each))) for each in said]


def reviews(scope: Scope, copies: Sequence[Copy]) -> list[Approval]:
    """Masked copies, looked at by one who did not draw; by the centre's word."""
    digests = {each.file: hashlib.sha256(each.open().read()).hexdigest() for each in copies}
    seen = copies_hash([each.derived for each in copies], digests)
    said = Review(scope.hash, _uuid(13), "Người kiểm duyệt", "", "", BEGIN_US, f"{13:032x}", _uuid(2), seen)
    return [Approval(said, CENTRE.sign(attested_message(said)))]


def asked(recorder: str, cameras: Sequence[str], begin_us: int, end_us: int) -> Asked:
    """A request for some cameras."""
    streams = tuple(ScopeStream(recorder, camera, "main") for camera in sorted(cameras))
    return Asked(_uuid(1), "ab" * 32, _uuid(2), streams, begin_us, end_us, 0)


@dataclass(frozen=True, slots=True)
class Toy:
    """A log of some segments of one camera, the files they seal, and its cosigned checkpoint."""

    reader: tiles.LogReader
    note: bytes
    files: dict[str, bytes]

    def material(self, count: int, *, masked: bool = False) -> Material:
        """What a package of the first `count` segments is made of: with a working copy, or as masked copies."""
        end_us = BEGIN_US + count * SEGMENT_US
        wish = replace(asked(RECORDER, [CAMERA], BEGIN_US, end_us), copy="masked" if masked else "original")
        scope = choose(wish, {RECORDER: [self.reader]})
        kind = "masked" if masked else "cut"
        copy = Copy(kind, RECORDER, CAMERA, "main", BEGIN_US, end_us, "000001.mp4", lambda: io.BytesIO(b"picture"))

        def open_file(recorder: str, value: Entry) -> BinaryIO:
            return io.BytesIO(self.files[value["path"]])

        readme = Document("README.txt", lambda: io.BytesIO(b"minh bach"))
        logs = {RECORDER: [PackageLog(self.reader, [self.note])]}
        people = approvals(scope, 11, 12)
        seen = reviews(scope, [copy]) if masked else []
        return Material(scope, people, logs, open_file, lambda _: [readme], CENTRE, BEGIN_US, [copy], seen)


def toy(segments: int = 4) -> Toy:
    """A history of so many segments."""
    origin = checkpoints.log_origin(RECORDER, 2026)
    clock = {"boot": "0" * 32, "mono_us": 0, "offset_us": BEGIN_US, "run_us": 0}
    opened = {"origin": origin, "recorder": RECORDER, "year": 2026, "key": LOG.verifier.vkey, "previous": None}
    stream = {"camera": CAMERA, "stream": "main", "content": "av", "days": 30, "minimum_days": 15}
    values = [
        entries.make("log_opened", at_us=BEGIN_US, clock=-1, reason="new", **opened),
        entries.make("boot", at_us=BEGIN_US, clock=1, version="bench", previous_end="first", **clock),
        entries.make("configuration", at_us=BEGIN_US, clock=1, cameras=[stream], intent_lead_us=0, sha256="0" * 64),
    ]
    files = {f"footage/{number}.mp4": hashlib.sha512(b"%d" % number).digest() * 4 for number in range(segments)}
    values += [_segment(number, path, data) for number, (path, data) in enumerate(files.items())]
    lines = [entries.encode(value) for value in values]
    head = checkpoints.Checkpoint(origin, len(lines), tree.root_of([tree.leaf_hash(line) for line in lines]))
    signed = checkpoints.sign(head, LOG)
    time_s = values[-1]["at_us"] // 1_000_000 + 1
    tail = b"".join(map(tiles.frame, lines))
    reader = tiles.LogReader({tiles.TAIL: tail}.__getitem__, len(lines))
    return Toy(reader, signed + checkpoints.cosign(head, WITNESS, time_s), files)


def _segment(number: int, path: str, data: bytes) -> Entry:
    begin_us = BEGIN_US + number * SEGMENT_US
    return entries.make(
        "segment",
        at_us=begin_us + SEGMENT_US,
        clock=1,
        camera=CAMERA,
        stream="main",
        number=number,
        disk="d1",
        path=path,
        footage_clock=[NAME, 1],
        begin_us=begin_us,
        end_us=begin_us + SEGMENT_US,
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        init_sha256="0" * 64,
        tracks=["avc1.42c00a"],
        start="key",
        cut="key",
        notes={},
        camera_offset_us=None,
    )


def files_of(folder: Path, count: int = 3, *, masked: bool = False) -> dict[str, bytes]:
    """A small approved package, built below `folder` and read back: bytes by name."""
    build_approved(folder / "toy", toy().material(count, masked=masked))
    found = (path for path in (folder / "toy").rglob("*") if path.is_file())
    return {path.relative_to(folder / "toy").as_posix(): path.read_bytes() for path in found}


def examined(files: dict[str, bytes], keys: Keys) -> Report:
    """What the verifier says of a package in memory."""
    sizes = {name: len(data) for name, data in files.items()}
    return examine(Container(sizes, lambda name: io.BytesIO(files[name]), lambda: None), keys)


def _uuid(number: int) -> str:
    return f"01900000-0000-7000-8000-{number:012x}"
