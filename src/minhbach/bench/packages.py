"""Approved packages for benches and tests: a small one in memory, and the keys that judge it.

Owns a toy history (a log of a few entries, cosigned once) and two approvals by the centre's word. Everything is signed
by keys that follow from their names, so that the same call gives the same package. Leaves the other shapes that a
package can have to `corpus`, forging to `forging`.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
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


def trusted(
    *log_vkeys: str,
    witness: note.Signer = WITNESS,
    check: note.Check = fast_check,
    approvers: Mapping[str, str] = MappingProxyType({}),
) -> Keys:
    """The court's keys, checked by OpenSSL unless told otherwise: a bench is about the package."""
    vkeys = [*(log_vkeys or [LOG.verifier.vkey]), witness.verifier.vkey]
    found = [note.parse_vkey(vkey, check) for vkey in [*vkeys, CENTRE.verifier.vkey]]
    return Keys(tuple(found[:-1]), (found[-1],), dict(approvers))


def approvals(scope: Scope, *people: int) -> list[Approval]:
    """By the centre's word."""
    said = [statement(scope, number) for number in people]
    return [Approval(each, CENTRE.sign(attested_message(each))) for each in said]


def statement(scope: Scope, number: int) -> Statement:
    """What one of those people approves."""
    return Statement(scope.hash, person(number), f"Người duyệt {number}", "", "", BEGIN_US, f"{number:032x}")


def reviews(scope: Scope, copies: Sequence[Copy]) -> list[Approval]:
    """Masked copies, looked at by one who did not draw; by the centre's word."""
    digests = {each.file: hashlib.sha256(each.open().read()).hexdigest() for each in copies}
    seen = copies_hash([each.derived for each in copies], digests)
    said = Review(scope.hash, person(13), "Người kiểm duyệt", "", "", BEGIN_US, f"{13:032x}", person(2), seen)
    return [Approval(said, CENTRE.sign(attested_message(said)))]


def person(number: int) -> str:
    """The UUID of somebody."""
    return f"01900000-0000-7000-8000-{number:012x}"


def asked(recorder: str, cameras: Sequence[str], begin_us: int, end_us: int) -> Asked:
    """A request for some cameras."""
    streams = tuple(ScopeStream(recorder, camera, "main") for camera in sorted(cameras))
    return Asked(person(1), "ab" * 32, person(2), streams, begin_us, end_us, 0)


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
    files = {path_of(number): content(number) for number in range(segments)}
    values = [*opening(RECORDER, CAMERA, LOG), *(segment(number) for number in range(segments))]
    return Toy(reader_of(values), cosigned(values, LOG), files)


def opening(recorder: str, camera: str, key: note.Signer) -> list[Entry]:
    """The first three entries of a recorder's first log."""
    origin = checkpoints.log_origin(recorder, int(NAME))
    clock = {"boot": "0" * 32, "mono_us": 0, "offset_us": BEGIN_US, "run_us": 0}
    opened = {"origin": origin, "recorder": recorder, "year": int(NAME), "key": key.verifier.vkey, "previous": None}
    stream = {"camera": camera, "stream": "main", "content": "av", "days": 30, "minimum_days": 15}
    return [
        entries.make("log_opened", at_us=BEGIN_US, clock=-1, reason="new", **opened),
        entries.make("boot", at_us=BEGIN_US, clock=1, version="bench", previous_end="first", **clock),
        entries.make("configuration", at_us=BEGIN_US, clock=1, cameras=[stream], intent_lead_us=0, sha256="0" * 64),
    ]


def reader_of(values: Sequence[Entry]) -> tiles.LogReader:
    """These entries as a log."""
    tail = b"".join(tiles.frame(entries.encode(value)) for value in values)
    return tiles.LogReader({tiles.TAIL: tail}.__getitem__, len(values))


def head_of(values: Sequence[Entry]) -> checkpoints.Checkpoint:
    """Size and root of a log of these entries."""
    leaves = [tree.leaf_hash(entries.encode(value)) for value in values]
    return checkpoints.Checkpoint(values[0]["origin"], len(leaves), tree.root_of(leaves))


def cosigned(values: Sequence[Entry], key: note.Signer) -> bytes:
    """The checkpoint of a log that ends here, which the witness saw a second later."""
    head = head_of(values)
    return checkpoints.sign(head, key) + checkpoints.cosign(head, WITNESS, values[-1]["at_us"] // 1_000_000 + 1)


def path_of(number: int, recorder: str = RECORDER) -> str:
    """Where the file of a segment lies on its recorder."""
    return f"footage/{number}.mp4" if recorder == RECORDER else f"footage/{recorder[-1]}{number}.mp4"


def content(number: int, recorder: str = RECORDER) -> bytes:
    """The bytes of a segment's file."""
    return hashlib.sha512(path_of(number, recorder).encode()).digest() * 4


def segment(
    number: int,
    begin_us: int | None = None,
    *,
    recorder: str = RECORDER,
    camera: str = CAMERA,
    clock: int = 1,
    log: str = NAME,
) -> Entry:
    """Ten seconds of a camera, right behind the number before, unless told when."""
    begin_us = BEGIN_US + number * SEGMENT_US if begin_us is None else begin_us
    data = content(number, recorder)
    return entries.make(
        "segment",
        at_us=begin_us + SEGMENT_US,
        clock=clock,
        camera=camera,
        stream="main",
        number=number,
        disk="d1",
        path=path_of(number, recorder),
        footage_clock=[log, clock],
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
    return built(folder / "toy", toy().material(count, masked=masked))


def built(target: Path, material: Material) -> dict[str, bytes]:
    """A package that is not there yet, built and read back: bytes by name."""
    build_approved(target, material)
    found = (path for path in target.rglob("*") if path.is_file())
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in found}


def examined(files: dict[str, bytes], keys: Keys) -> Report:
    """What the verifier says of a package in memory."""
    sizes = {name: len(data) for name, data in files.items()}
    return examine(Container(sizes, lambda name: io.BytesIO(files[name]), lambda: None), keys)
