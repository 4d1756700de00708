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
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TextIO

from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import note
from minhbach.ledger.checkpoint import Signed
from minhbach.ledger.consent import Consent, examine_seal, read_consent, read_stamps
from minhbach.ledger.container import Container, NotAPackage, PackageUnreadable, open_package
from minhbach.ledger.courtkeys import Keys, KeysUnreadable, read_keys
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.extract import FOLDERS
from minhbach.ledger.grounds import examine_range
from minhbach.ledger.manifest import MANIFEST_LIMIT_BYTES, Manifest, ManifestError, read_hashes, read_manifest
from minhbach.ledger.package import FORMAT_TEXT, MANIFEST, README
from minhbach.ledger.part import PartExamination
from minhbach.ledger.proofs import checkpoint_file
from minhbach.ledger.reasons import cannot_run
from minhbach.ledger.sink import HASHES, SEAL
from minhbach.ledger.stamp import FILE as STAMP
from minhbach.ledger.verdicts import CANNOT_RUN, Remark, Report, Verdict

_NOTE_LIMIT_BYTES = 1 << 20
_LIST_LIMIT_BYTES = 64 << 20
_WRONG_CHECKPOINTS = 100
_UNPACKED_LIMIT_BYTES = 256 << 20  # of all files together that are packed and that no log entry gives a size to


@dataclass(frozen=True, slots=True)
class Beside:
    """What came on another way than the package: the opening of its request, a time stamp that arrived later."""

    request: bytes | None = None
    stamp: bytes | None = None


_ALONE = Beside()


def verify(path: Path, keys: Keys, beside: Beside = _ALONE) -> Report:
    """Examines the package at `path` (folder or zip) by trusted keys. FileNotFoundError when nothing is there."""
    try:
        with open_package(path) as container:
            return examine(container, keys, beside)
    except NotAPackage as problem:
        return Report((Remark("manifest_unreadable", values={"why": problem}),))
    except PackageUnreadable as problem:
        return Report((Remark("damaged", values={"why": problem}),))


def examine(container: Container, keys: Keys, beside: Beside = _ALONE) -> Report:
    """Examines a package that is open. Raises PackageUnreadable when it is damaged as a whole."""
    return _Examination(container, keys, beside).report()


class _Examination:
    def __init__(self, container: Container, keys: Keys, beside: Beside) -> None:
        self._container = container
        self._keys = keys
        self._beside = beside
        self._digests: dict[str, tuple[int, str]] = {}
        self._signed: dict[int, Signed] = {}
        self._budget_bytes = _UNPACKED_LIMIT_BYTES

    def report(self) -> Report:
        try:
            manifest = read_manifest(self._container.read(MANIFEST, MANIFEST_LIMIT_BYTES))
        except (ManifestError, PackageUnreadable) as problem:
            remark = Remark("manifest_unreadable", values={"why": problem})
            return Report((remark, *self._list(frozenset(), sealed=True)))
        if manifest.version == 1:
            remarks = list(self._first(manifest))
            return Report(tuple(remarks), manifest.range_us, manifest.streams)
        consent = read_consent(self._container, manifest, self._keys)
        said, opened = consent.opened(self._beside.request)
        stamps, stamped = read_stamps(self._container, self._beside.stamp)
        reviews, reviewed = consent.reviewed(manifest, self._copy_digest, self._keys)
        remarks = [*consent.remarks, *reviewed, *self._second(manifest, consent), *opened, *stamped]
        return Report(
            remarks=tuple(remarks),
            range_us=consent.range_us,
            streams=consent.streams,
            approvals=consent.approvals,
            reviews=reviews,
            copies=manifest.copies,
            request=said,
            stamps=stamps,
        )

    def _first(self, manifest: Manifest) -> Iterator[Remark]:
        """A package that a recorder made alone."""
        if manifest.claims_approval:
            yield Remark("approval_unproven")
        if self._beside.request is not None:
            yield Remark("request_altered", values={"why": "the package is of no request"})
        if self._beside.stamp is not None:
            yield Remark("stamp_altered", values={"why": "the package has no seal"})
        if self._keys.centres:  # else a package would look simpler without scope, approvals and seal, not worse
            yield Remark("approval_missing")
        yield from self._checkpoints(manifest)
        assert manifest.range_us is not None
        [part] = manifest.parts
        examination = PartExamination(self._container, part, self._signed, manifest.checkpoints)
        yield from examination.remarks(manifest.streams, *manifest.range_us)
        yield from examine_range(examination.proven, manifest.streams, manifest.range_us)
        self._digests |= examination.digests
        yield from self._named_only(manifest)
        yield from self._list(_wanted(manifest))

    def _second(self, manifest: Manifest, consent: Consent) -> Iterator[Remark]:
        """A package that people approved."""
        yield from self._checkpoints(manifest)
        for part in manifest.parts:
            examination = PartExamination(
                self._container, part, self._signed, manifest.checkpoints, masked=consent.is_masked
            )
            if consent.scope is not None:
                streams = consent.streams_of(part.recorder)
                yield from examination.remarks(streams, *consent.scope.asked.range_us)
                yield from consent.leaves(part.recorder, examination.proven)
                self._digests |= examination.digests
        yield from consent.copies(manifest)
        for each in manifest.copies:
            if each.file not in self._container.sizes:
                yield Remark("listed_missing", values={"file": each.file})
        yield from self._named_only(manifest)
        yield from self._list(_wanted(manifest), sealed=True)
        yield from examine_seal(self._container, self._keys)

    # --- signatures -----------------------------------------------------------------------------------

    def _checkpoints(self, manifest: Manifest) -> Iterator[Remark]:
        roots: dict[tuple[str, int], bytes] = {}
        recorders = [part.recorder for part in manifest.parts]
        wrong = 0
        for number in range(manifest.checkpoints):
            name = checkpoint_file(number)
            if wrong > _WRONG_CHECKPOINTS:  # a stranger's hundred thousand wrong signatures would take a day
                return
            try:
                data = self._container.read(name, _NOTE_LIMIT_BYTES)
            except PackageUnreadable as problem:
                kind = "damaged" if name in self._container.sizes else "listed_missing"
                yield Remark(kind, values={"file": name, "why": problem})
                continue
            remark = self._checkpoint(number, name, data, recorders)
            if remark is not None:
                wrong += remark.verdict == Verdict.ALTERED
                yield remark
                continue
            head = self._signed[number].checkpoint
            if roots.setdefault((head.origin, head.size), head.root) != head.root:
                yield Remark("forked", values={"size": head.size, "origin": head.origin})

    def _checkpoint(self, number: int, file: str, data: bytes, recorders: Sequence[str]) -> Remark | None:
        """Accepts a checkpoint that a trusted log key has signed; else says why not."""
        try:
            origin = checkpoints.claimed(data).origin
            name = checkpoints.key_name(origin)
            if not any(f"/{recorder}/" in origin for recorder in recorders):
                return Remark("checkpoint_altered", values={"file": file, "why": "it is of another recorder"})
            known = [key for key in self._keys.notes if key.algorithm == note.LOG_KEY and key.name == name]
            if not any(_claims(data, key) for key in known):
                return Remark("key_unknown", values={"file": file, "origin": origin})
            self._signed[number] = checkpoints.read(data, self._keys.notes)
        except LedgerError as problem:
            return Remark("checkpoint_altered", values={"file": file, "why": problem})
        return None

    # --- the list of hashes ---------------------------------------------------------------------------

    def _list(self, wanted: frozenset[str], *, sealed: bool = False) -> Iterator[Remark]:
        """Every file is listed and as listed; documents that prove nothing may still mislead a reader."""
        try:
            hashes = read_hashes(self._container.read(HASHES, _LIST_LIMIT_BYTES))
        except (ManifestError, PackageUnreadable) as problem:
            kind = "damaged" if HASHES in self._container.sizes else "listed_missing"
            yield Remark(kind, values={"file": HASHES, "why": problem})
            return
        for file in sorted(
            self._container.sizes.keys() - hashes.keys() - ({HASHES, SEAL, STAMP} if sealed else {HASHES})
        ):
            yield Remark("file_stray", values={"file": file})
        for file, digest in hashes.items():
            if file not in self._container.sizes:
                if file not in wanted:  # what is wanted was missed where it belongs
                    yield Remark("listed_missing", values={"file": file})
            elif self._digest(file) != digest:
                yield Remark("list_differs", values={"file": file})

    def _named_only(self, manifest: Manifest) -> Iterator[Remark]:
        """Beside footage nothing that could be taken for it, without a seal nothing unnamed; the texts are there."""
        named = _wanted(manifest)
        own = {MANIFEST, FORMAT_TEXT, README, HASHES}
        for file in sorted(self._container.sizes.keys() - named):
            if (file not in own) if manifest.version == 1 else (file.partition("/")[0] in FOLDERS):
                yield Remark("file_stray", values={"file": file})
        for file in sorted(_texts(manifest) - self._container.sizes.keys()):
            yield Remark("listed_missing", values={"file": file})

    def _copy_digest(self, file: str) -> str | None:
        """Of a copy, read once: it is in the list of hashes too."""
        if file not in self._container.sizes:
            return None
        found = self._digest(file)
        if found is not None:
            self._digests[file] = self._container.sizes[file], found
        return found

    def _digest(self, file: str) -> str | None:
        if file in self._digests:
            return self._digests[file][1]
        self._budget_bytes -= self._container.sizes[file] if file in self._container.packed else 0
        if self._budget_bytes < 0:
            return None
        try:
            return self._container.digest(file)[1]
        except PackageUnreadable:
            return None


def _wanted(manifest: Manifest) -> frozenset[str]:
    """Files that something else misses when they are not there."""
    copies = {each.file for each in manifest.copies}
    notes = {checkpoint_file(number) for number in range(manifest.checkpoints)}
    return frozenset(notes | manifest.originals | copies | _texts(manifest))


def _texts(manifest: Manifest) -> set[str]:
    """What a reader is owed whoever built the package: how to judge it, and where nobody signed what it says, that."""
    return {FORMAT_TEXT, README} if manifest.version == 1 else {FORMAT_TEXT}


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


# --- the command --------------------------------------------------------------------------------------

_USAGE = "verify GÓI --keys KHÓA.txt [--request TỆP] [--stamp TỆP] [--json]"


def main(argv: Sequence[str] | None = None) -> int:
    """`verify PACKAGE --keys FILE [--request FILE] [--stamp FILE] [--json]`: prints the report, returns its exit code.

    2 when it cannot run.
    """
    parser = _Parser(
        prog="minhbach verify",
        description="Kiểm tra gói chứng cứ bằng khóa của chính mình. / Verify an evidence package with your own keys.",
    )
    parser.add_argument("package", type=Path, help="tệp zip hoặc thư mục / zip or folder")
    parser.add_argument("--keys", type=Path, required=True, help="danh sách khóa tin cậy / list of trusted keys")
    parser.add_argument(
        "--request", type=Path, help="tệp mở cam kết: đề nghị đã được phê duyệt / the request, opened: was it this one?"
    )
    parser.add_argument("--stamp", type=Path, help="dấu thời gian đến sau (.tsr) / a time stamp that came later")
    parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON / print JSON")
    args = parser.parse_args(argv)
    try:
        keys = read_keys(args.keys.read_text(encoding="utf-8"))
        beside = Beside(*(path and path.read_bytes() for path in (args.request, args.stamp)))
        report = verify(args.package, keys, beside)
    except (OSError, UnicodeDecodeError, KeysUnreadable) as problem:
        vi, en = cannot_run(problem)
        _print(f"Không chạy được. {vi}\nCannot run. {en}", sys.stderr)
        return CANNOT_RUN
    _print(json.dumps(report.as_json(), ensure_ascii=False) if args.json else "\n".join(report.lines()))
    return int(report.verdict)


class _Parser(argparse.ArgumentParser):
    """Says in both languages that a command line is none; the exit code is argparse's own, which is ours."""

    def error(self, message: str) -> NoReturn:
        text = f"Dòng lệnh chưa đúng; cách dùng: {_USAGE}\nThe command line is wrong: {message}."
        _print(text, sys.stderr)
        self.exit(CANNOT_RUN)


def _print(text: str, to: TextIO | None = None) -> None:
    """Prints also where the terminal does not know Vietnamese letters."""
    target = to or sys.stdout
    encoding = target.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding), file=target)
