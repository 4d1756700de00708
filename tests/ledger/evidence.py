"""A small room recorded for the package tests: one history, its logs and files as a builder gets them.

Owns: the scene (footage, a gap, a removal, a cut line) and the two key files. Leaves to others: what is tested.
"""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from minhbach.ledger import tiles
from minhbach.ledger.courtkeys import read_keys
from minhbach.ledger.entry import canonical
from minhbach.ledger.package import Request, build
from minhbach.ledger.proofs import PackageLog
from minhbach.ledger.verdicts import Report
from minhbach.ledger.verify import verify
from tests.ledger.simulation import Recorder, S, signer

CAMERA = ("Quầy 1", "main")


@dataclass
class Scene:
    """A recorder's life of some minutes; `footage` and `gap_us` are where in wall time."""

    recorder: Recorder
    begin_us: int
    end_us: int

    def logs(self) -> list[PackageLog]:
        found = []
        for log in self.recorder.logs:
            reader = tiles.LogReader(log.files().__getitem__, len(log.lines))
            notes = [each.note for each in self.recorder.view().cosigned if each.checkpoint.origin == log.origin]
            found.append(PackageLog(reader, [*notes, log.checkpoint] if log.checkpoint else notes))
        return found

    def open(self, disk: str, path: str) -> BinaryIO:
        assert disk == "d1"
        return io.BytesIO(self.recorder.files[path])

    def request(self, **changes: int) -> Request:
        times = {"begin_us": self.begin_us, "end_us": self.end_us, **changes}
        return Request((CAMERA,), now_us=self.recorder.wall_us, **times)

    def build(self, target: Path, **changes: int) -> Path:
        build(target, self.request(**changes), self.logs(), self.open)
        return target


def scene(
    *, steps: int = 12, before: Callable[[Recorder], None] | None = None, cosigned: bool = True, every: int = 1
) -> Scene:
    """Footage of 10 s per step; cosigned after every `every` steps; `before` happens in the middle."""
    recorder = Recorder(1)
    recorder.pass_time(S)
    for stream in recorder.active:
        recorder.gap(stream, "recorder_starting")
    begin_us = recorder.wall_us
    for step in range(steps):
        if before is not None and step == steps // 2:
            before(recorder)
        recorder.pass_time(10 * S)
        for stream in recorder.active:
            recorder.seal(stream, recorder.wall_us, recorder.here(), "key")
        if cosigned and step % every == every - 1:
            recorder.cosign()
    recorder.sign()
    return Scene(recorder, begin_us, recorder.wall_us)


def key_file(recorder: Recorder, *, log: bool = True, witness: bool = True) -> str:
    """The court's own list of keys."""
    cosigner = next(each for each in recorder.view().verifiers if each.algorithm == 4) if recorder.record else None
    lines = ["# khóa của tòa / the court's keys", ""]
    lines += [f"log {recorder.signers().verifier.vkey}"] if log else []
    lines += [f"witness {cosigner.vkey}"] if witness and cosigner else []
    return "\n".join(lines)


STRANGER = signer("example.vn/stranger", 999)


def examined(package: Path, keys: str) -> Report:
    return verify(package, read_keys(keys))


def kinds(report: Report) -> set[str]:
    return {each.kind for each in report.remarks}


def relist(package: Path) -> None:
    """The forger makes the list of hashes fit again."""
    files = sorted(each for each in package.rglob("*") if each.is_file() and each.name != "hashes.sha256")
    lines = [f"{sha256(each.read_bytes()).hexdigest()}  {each.relative_to(package).as_posix()}\n" for each in files]
    (package / "hashes.sha256").write_text("".join(lines))


def rewrite(package: Path, change: Callable[[dict[str, Any]], None]) -> None:
    manifest = json.loads((package / "manifest.json").read_bytes())
    change(manifest)
    (package / "manifest.json").write_bytes(canonical(manifest))
    relist(package)


def first_original(package: Path) -> Path:
    return min((package / "originals").iterdir())
