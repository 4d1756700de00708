"""Verifying an evidence package offline, with keys that the court holds itself.

Owns: the examination of a package from its signatures to its files (FORMAT.md section 9) and the command `verify`.
Promises: trust comes only from the key file; whatever the package holds, the outcome is a Report, never an exception;
each original is read once; nothing is extracted and no network is used. Leaves to others: the words (`verdicts`),
safe reading (`container`), whether the recorder kept the law outside the range (`audit`).
"""

import argparse
import json
import sys
from base64 import b64decode
from collections.abc import Iterator, Sequence
from pathlib import Path

from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import note, tree
from minhbach.ledger.checkpoint import Signed
from minhbach.ledger.container import Container, NotAPackage, PackageUnreadable, open_package
from minhbach.ledger.coverage import Proven, examine_stream
from minhbach.ledger.entry import EntryError, encode, log_name
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.manifest import (
    MANIFEST_LIMIT_BYTES,
    Manifest,
    ManifestError,
    Row,
    read_hashes,
    read_keys,
    read_manifest,
)
from minhbach.ledger.package import HASHES, MANIFEST, checkpoint_file
from minhbach.ledger.verdicts import CANNOT_RUN, Remark, Report, local_time

LATE_S = 120
_NOTE_LIMIT_BYTES = 1 << 20
_LIST_LIMIT_BYTES = 64 << 20
_DOCUMENTS_LIMIT_BYTES = 256 << 20  # all files together that no log entry gives a size to


def verify(path: Path, keys: Sequence[note.Verifier]) -> Report:
    """Examines the package at `path` (folder or zip) by trusted keys. FileNotFoundError when nothing is there."""
    try:
        with open_package(path) as container:
            return _Examination(container, keys).report()
    except NotAPackage as problem:
        return Report((Remark("manifest_unreadable", values={"why": problem}),))
    except PackageUnreadable as problem:
        return Report((Remark("damaged", values={"why": problem}),))


class _Examination:
    def __init__(self, container: Container, keys: Sequence[note.Verifier]) -> None:
        self._container = container
        self._keys = keys
        self._digests: dict[str, tuple[int, str]] = {}
        self._signed: dict[int, Signed] = {}
        self._proven: dict[tuple[str, int], Proven] = {}
        self._budget_bytes = _DOCUMENTS_LIMIT_BYTES

    def report(self) -> Report:
        try:
            manifest = read_manifest(self._container.read(MANIFEST, MANIFEST_LIMIT_BYTES))
        except (ManifestError, PackageUnreadable) as problem:
            remark = Remark("manifest_unreadable", values={"why": problem})
            return Report((remark, *self._list(frozenset())))
        remarks = list(self._examine(manifest))
        return Report(tuple(remarks), (manifest.begin_us, manifest.end_us), manifest.streams)

    def _examine(self, manifest: Manifest) -> Iterator[Remark]:
        if manifest.approved:
            yield Remark("approval_unproven")
        yield from self._checkpoints(manifest)
        yield from self._entries(manifest)
        for camera, stream in manifest.streams:
            yield from self._stream(manifest, camera, stream)
        yield from self._grounds()
        yield from self._originals(manifest)
        wanted = {checkpoint_file(number) for number in range(manifest.checkpoints)} | set(manifest.originals.values())
        yield from self._list(frozenset(wanted))

    # --- signatures -----------------------------------------------------------------------------------

    def _checkpoints(self, manifest: Manifest) -> Iterator[Remark]:
        roots: dict[tuple[str, int], bytes] = {}
        for number in range(manifest.checkpoints):
            name = checkpoint_file(number)
            try:
                data = self._container.read(name, _NOTE_LIMIT_BYTES)
            except PackageUnreadable:
                kind = "damaged" if name in self._container.sizes else "listed_missing"
                yield Remark(kind, values={"file": name, "why": name})
                continue
            remark = self._checkpoint(number, name, data, manifest.recorder)
            if remark is not None:
                yield remark
                continue
            head = self._signed[number].checkpoint
            if roots.setdefault((head.origin, head.size), head.root) != head.root:
                yield Remark("forked", values={"size": head.size, "origin": head.origin})

    def _checkpoint(self, number: int, file: str, data: bytes, recorder: str) -> Remark | None:
        """Accepts a checkpoint that a trusted log key has signed; else says why not."""
        try:
            origin = checkpoints.claimed(data).origin
            name = checkpoints.key_name(origin)
            if f"/{recorder}/" not in origin:
                return Remark("checkpoint_altered", values={"file": file, "why": "it is of another recorder"})
            known = [key for key in self._keys if key.algorithm == note.LOG_KEY and key.name == name]
            if not any(_claims(data, key) for key in known):
                return Remark("key_unknown", values={"file": file, "origin": origin})
            self._signed[number] = checkpoints.read(data, self._keys)
        except LedgerError as problem:
            return Remark("checkpoint_altered", values={"file": file, "why": problem})
        return None

    # --- entries --------------------------------------------------------------------------------------

    def _entries(self, manifest: Manifest) -> Iterator[Remark]:
        seen: set[tuple[str, int]] = set()
        for row in manifest.rows:
            place = {"log": row.log, "index": row.index}
            if (row.log, row.index) in seen:
                yield Remark("entry_doubled", values={**place})
                continue
            seen.add((row.log, row.index))
            why = self._prove(row, manifest)
            if why is not None:
                yield _about(row, "entry_altered", {**place, "why": why})

    def _prove(self, row: Row, manifest: Manifest) -> str | None:
        """Keeps an entry that is proven, or that nobody can judge for want of a key; else says what is wrong."""
        try:
            leaf = tree.leaf_hash(encode(row.entry))
        except EntryError as problem:
            return str(problem)
        if row.checkpoint >= manifest.checkpoints:
            return "it names no checkpoint"
        signed = self._signed.get(row.checkpoint)
        if signed is not None:
            head = signed.checkpoint
            try:
                if log_name(head.origin) != row.log:
                    return "its checkpoint is of another log"
                tree.verify_inclusion(leaf, row.index, head.size, list(row.proof), head.root)
            except LedgerError as problem:
                return str(problem)
        time_s = signed.witnessed_s() if signed is not None else None
        self._proven[row.log, row.index] = Proven((row.log, row.index), row.entry, signed is not None, time_s)
        return None

    # --- footage --------------------------------------------------------------------------------------

    def _stream(self, manifest: Manifest, camera: str, stream: str) -> Iterator[Remark]:
        yield from examine_stream(self._proven, camera, stream, manifest.begin_us, manifest.end_us)
        stretches = (each for each in self._proven.values() if each.is_stretch_of(camera, stream))
        yield from _merged(remark for each in stretches for remark in _witnessed(each))

    def _grounds(self) -> Iterator[Remark]:
        """Clocks and removals count as little as the stretches while nobody has witnessed them."""
        for (log, index), each in self._proven.items():
            if each.entry["kind"] not in ("segment", "gap") and each.trusted and each.time_s is None:
                yield Remark("rests_on_unwitnessed", values={"kind": each.entry["kind"], "log": log, "index": index})

    def _originals(self, manifest: Manifest) -> Iterator[Remark]:
        claimed: set[str] = set()
        for place, file in manifest.originals.items():
            proven = self._proven.get(place)
            asked = proven is not None and any(proven.is_stretch_of(*stream) for stream in manifest.streams)
            if proven is None or not asked or proven.entry["kind"] != "segment" or file in claimed:
                yield Remark("file_stray", values={"file": file})
                continue
            claimed.add(file)
            kind = self._original(file, proven)
            if kind is not None:
                yield proven.remark(kind, {"file": file})
        removed = [each.entry for each in self._proven.values() if each.removes]
        for place, proven in self._proven.items():
            if proven.entry["kind"] == "segment" and place not in manifest.originals and not proven.is_in(removed):
                yield proven.remark("file_missing", {"file": proven.entry["path"]})

    def _original(self, file: str, proven: Proven) -> str | None:
        size = self._container.sizes.get(file)
        if size is None:
            return "file_missing"
        if size != proven.entry["bytes"]:  # and so nothing is unpacked beyond what the log promised
            return "file_altered"
        try:
            self._digests[file] = self._container.digest(file)
        except PackageUnreadable:
            return "file_altered"
        return None if self._digests[file] == (proven.entry["bytes"], proven.entry["sha256"]) else "file_altered"

    # --- the list of hashes ---------------------------------------------------------------------------

    def _list(self, wanted: frozenset[str]) -> Iterator[Remark]:
        """Every file is listed and as listed; documents that prove nothing may still mislead a reader."""
        try:
            hashes = read_hashes(self._container.read(HASHES, _LIST_LIMIT_BYTES))
        except (ManifestError, PackageUnreadable) as problem:
            kind = "damaged" if HASHES in self._container.sizes else "listed_missing"
            yield Remark(kind, values={"file": HASHES, "why": problem})
            return
        for file in sorted(self._container.sizes.keys() - hashes.keys() - {HASHES}):
            yield Remark("file_stray", values={"file": file})
        for file, digest in hashes.items():
            if file not in self._container.sizes:
                if file not in wanted:  # what is wanted was missed where it belongs
                    yield Remark("listed_missing", values={"file": file})
            elif self._digest(file) != digest:
                yield Remark("list_differs", values={"file": file})

    def _digest(self, file: str) -> str | None:
        if file in self._digests:
            return self._digests[file][1]
        self._budget_bytes -= self._container.sizes[file]
        if self._budget_bytes < 0:
            return None
        try:
            return self._container.digest(file)[1]
        except PackageUnreadable:
            return None


def _claims(data: bytes, key: note.Verifier) -> bool:
    """Whether a signature line of this note names this key; if so, it must also hold."""
    prefix = f"— {key.name} ".encode()
    wanted = key.key_id.to_bytes(4, "big")
    for line in data.split(b"\n"):
        if line.startswith(prefix):
            try:
                if b64decode(line[len(prefix) :], validate=True)[:4] == wanted:
                    return True
            except ValueError:
                continue
    return False


def _about(row: Row, kind: str, values: dict[str, object]) -> Remark:
    """A remark on a row that was not even proven: its own words are quoted only where they have the right shape."""
    words = [row.entry.get(name) for name in ("camera", "stream")]
    times = [row.entry.get(name) for name in ("begin_us", "end_us")]
    camera, stream = (word if isinstance(word, str) else None for word in words)
    begin_us, end_us = (time if type(time) is int else None for time in times)
    return Remark(kind, camera, stream, begin_us, end_us, values)


def _witnessed(proven: Proven) -> Iterator[Remark]:
    at_s = proven.entry["at_us"] // 1_000_000
    if not proven.trusted:
        yield proven.remark("no_trusted_checkpoint", {})
    elif proven.time_s is None:
        yield proven.remark("unwitnessed", {})
    elif proven.time_s - at_s > LATE_S:
        yield proven.remark(
            "witnessed_late", {"at": local_time(proven.time_s * 1_000_000), "late_s": proven.time_s - at_s}
        )
    elif at_s - proven.time_s > LATE_S:
        yield proven.remark("clock_ahead", {"ahead_s": at_s - proven.time_s})


def _merged(remarks: Iterator[Remark]) -> Iterator[Remark]:
    """Joins remarks of one kind whose times touch and whose words are the same."""
    last: Remark | None = None
    for each in remarks:
        if last is not None and (last.kind, last.end_us, last.values) == (each.kind, each.begin_us, each.values):
            last = Remark(last.kind, last.camera, last.stream, last.begin_us, each.end_us, last.values)
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last


# --- the command --------------------------------------------------------------------------------------


def main(argv: Sequence[str] | None = None) -> int:
    """`verify PACKAGE --keys FILE [--json]`: prints the report and returns its exit code, 2 when it cannot run."""
    parser = argparse.ArgumentParser(
        prog="minhbach verify",
        description="Kiểm tra gói chứng cứ bằng khóa của chính mình. / Verify an evidence package with your own keys.",
    )
    parser.add_argument("package", type=Path, help="tệp zip hoặc thư mục / zip or folder")
    parser.add_argument("--keys", type=Path, required=True, help="danh sách khóa tin cậy / list of trusted keys")
    parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON / print JSON")
    args = parser.parse_args(argv)
    try:
        keys = read_keys(args.keys.read_text(encoding="utf-8"))
        report = verify(args.package, keys)
    except (OSError, UnicodeDecodeError, ManifestError) as problem:
        print(f"Không chạy được. / Cannot run: {problem}", file=sys.stderr)
        return CANNOT_RUN
    _print(json.dumps(report.as_json(), ensure_ascii=False) if args.json else "\n".join(report.lines()))
    return int(report.verdict)


def _print(text: str) -> None:
    """Prints also where the terminal does not know Vietnamese letters."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))
