"""Building the package of an approved extraction: what a scope names, what proves it, and who approved it.

Owns the layout and manifest of version 2 (FORMAT.md section 10). Promises that a package holds the originals of exactly
the leaves that were approved, that it is sealed by the centre's key over the hash of every file in it, and that it is
written whole or not at all. Leaves to others: rights and custody (the centre's `evidence`), approvals (`approval`),
the documents (`documents` are files of any kind that prove nothing and are covered by the seal), reading (`verify`).

Errors: PackageError: the logs or files at hand are not what the scope names; an approval is missing or does not hold.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from minhbach.ledger import note
from minhbach.ledger.approval import FEWEST, Approval, judge, judge_reviews
from minhbach.ledger.container import is_safe_name
from minhbach.ledger.entry import Entry, canonical, log_name
from minhbach.ledger.manifest import COPIES_FOLDER, KINDS, Derived, copies_hash
from minhbach.ledger.package import (
    FORMAT,
    FORMAT_TEXT,
    MANIFEST,
    copy_originals,
    format_text,
    proven_rows,
)
from minhbach.ledger.proofs import PackageLog, Proofs, checkpoint_file
from minhbach.ledger.scope import Scope, leaf_hash, recorder_of
from minhbach.ledger.selection import EntryReader, PackageError, Place, Selection
from minhbach.ledger.sink import Sink
from minhbach.ledger.stamp import FILE as STAMP

VERSION = 2
SCOPE = "scope.json"
_SEAL_TITLE = "minhbach-package"
MASKED = "masked"
FOLDERS = ("originals", "checkpoints", COPIES_FOLDER)
"""Only what the manifest names stands in them."""
_OWN = {MANIFEST, SCOPE, FORMAT_TEXT, "hashes.sha256", "seal.txt", STAMP}


@dataclass(frozen=True, slots=True)
class Document:
    """A file of the package that proves nothing; `open` gives its bytes."""

    name: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class Copy:
    """A file made of footage that is none: its `kind` of `manifest.KINDS`, whose, from when to when (wall µs).

    It lands as `copies/NAME`; `open` gives its bytes.
    """

    kind: str
    recorder: str
    camera: str
    stream: str
    begin_us: int
    end_us: int
    name: str
    open: Callable[[], BinaryIO]

    @property
    def file(self) -> str:
        """Where it stands in the package."""
        return f"{COPIES_FOLDER}/{self.name}"

    @property
    def derived(self) -> Derived:
        """As the manifest names it."""
        return Derived(self.kind, self.file, self.recorder, self.camera, self.stream, self.begin_us, self.end_us)


@dataclass(frozen=True, slots=True)
class Held:
    """A segment or gap of the package; `file` is where the segment's original stands, empty where there is none."""

    recorder: str
    entry: Entry
    file: str


@dataclass(frozen=True, slots=True)
class Material:
    """All that a package is made of. `logs` and `open_file` by the recorder's UUID; the seal is the centre's key.

    `documents` is asked when the originals are in place, and told what the package holds. A scope of the copy `masked`
    gets no originals, only `copies` of that kind and the `reviews` of whoever looked at exactly these; any other gets
    copies that are `cut`, if any.
    `stamp` is shown the seal and returns a time stamp of it, or None where none can be had now. `centres` are keys of
    the centre beside that of the seal, with which it may have vouched for approvals before its key was changed.
    """

    scope: Scope
    approvals: Sequence[Approval]
    logs: Mapping[str, Sequence[PackageLog]]
    open_file: Callable[[str, Entry], BinaryIO]
    documents: Callable[[Sequence[Held]], Sequence[Document]]
    seal: note.Signer
    now_us: int
    copies: Sequence[Copy] = ()
    reviews: Sequence[Approval] = ()
    stamp: Callable[[bytes], bytes | None] = lambda seal: None
    centres: Sequence[note.Verifier] = ()

    @property
    def trusted(self) -> list[note.Verifier]:
        """By whose word approvals and reviews are judged."""
        return [self.seal.verifier, *self.centres]


@dataclass(frozen=True, slots=True)
class _Part:
    recorder: str
    selection: Selection
    rows: list[dict[str, Any]]


def build_approved(target: Path, material: Material) -> None:
    """Writes the package (a zip when `target` ends in .zip, else a folder), or nothing.

    Raises PackageError, FileExistsError and whatever `open_file` raises.
    """
    if target.exists():
        raise FileExistsError(target)
    _demand_approved(material)
    _demand_copies(material)
    proofs = Proofs()
    parts = [_part(material, recorder, proofs) for recorder in _recorders(material.scope)]
    sink = Sink(target)
    try:
        _fill(sink, material, parts, proofs)
        sink.finish(lambda digest: note.sign(seal_text(digest), material.seal), {STAMP: material.stamp})
    except BaseException:
        sink.abandon()
        raise


def seal_text(hashes_digest: str) -> str:
    """What the centre signs: the hex SHA-256 of hashes.sha256, in which every other file stands."""
    return f"{_SEAL_TITLE}\n{hashes_digest}\n"


def _recorders(scope: Scope) -> list[str]:
    return sorted({stream.recorder for stream in scope.asked.streams})


def _demand_approved(material: Material) -> None:
    scope = material.scope
    judged = list(judge(material.approvals, scope.hash, scope.asked.requester, material.trusted, {}))
    for each in judged:
        if each.problem:
            raise PackageError(f"The approval of {each.statement.name} does not hold: {each.problem}.")
    if len(judged) < FEWEST:
        raise PackageError(f"A package needs {FEWEST} approvals, not {len(judged)}.")


def _demand_copies(material: Material) -> None:
    masked = material.scope.asked.copy == MASKED
    streams = {(each.recorder, each.camera, each.stream) for each in material.scope.asked.streams}
    for each in material.copies:
        if each.kind not in KINDS or (each.kind == MASKED) != masked:
            raise PackageError(f"A copy of the kind {each.kind!r:.20} is not what was asked for.")
        if not is_safe_name(each.file) or "/" in each.name or (each.recorder, each.camera, each.stream) not in streams:
            raise PackageError(f"The copy {each.name!r:.80} is of no stream that was asked for, or has no plain name.")
    if len({each.file for each in material.copies}) < len(material.copies):
        raise PackageError("Two copies have one name.")
    if masked and not material.copies:
        raise PackageError("A masked copy without any copy in it.")
    if masked != bool(material.reviews):
        raise PackageError("Masked copies, and nothing else, are reviewed before they leave.")


def _demand_reviewed(material: Material, copies: str) -> None:
    hashes = material.scope.hash, copies
    for each in judge_reviews(material.reviews, material.approvals, hashes, material.trusted, {}):
        if each.problem:
            raise PackageError(f"The review of {each.statement.name} does not hold: {each.problem}.")


def _demand_documents(documents: Sequence[Document]) -> None:
    names = [each.name for each in documents]
    for name in names:
        if not is_safe_name(name) or name in _OWN or name.partition("/")[0] in FOLDERS:
            raise PackageError(f"A document must not be called {name!r:.80}.")
    if len(set(names)) < len(names):
        raise PackageError("Two documents have one name.")


def originals_of(scope: Scope, logs: Mapping[str, Sequence[EntryReader]]) -> list[tuple[str, Entry]]:
    """The sealed files that a package of this scope holds: recorder and segment, in the order of the scope.

    Raises PackageError.
    """
    found: list[tuple[str, Entry]] = []
    for recorder in _recorders(scope):
        selection = _selection(scope, recorder)
        for reader in logs.get(recorder, ()):
            selection.scan(reader)
        selection.keep_only(leaves_of(scope, recorder).keys())
        selection.finish()
        segments = [value for _, value in selection.stretches() if value["kind"] == "segment"]
        found += [(recorder, value) for value in segments if not selection.removed(value)]
    return found


def _selection(scope: Scope, recorder: str) -> Selection:
    asked = scope.asked
    streams = [(each.camera, each.stream) for each in asked.streams if each.recorder == recorder]
    return Selection(streams, asked.begin_us, asked.end_us, asked.margin_us)


def _part(material: Material, recorder: str, proofs: Proofs) -> _Part:
    selection = _selection(material.scope, recorder)
    wanted = leaves_of(material.scope, recorder)
    rows = proven_rows(selection, material.logs.get(recorder, ()), proofs, wanted.keys())
    found = {(row["log"], row["index"]): row["entry"] for row in rows}
    for place, digest in wanted.items():
        if place not in found or leaf_hash(found[place]) != digest:
            raise PackageError(f"Entry {place[1]} of the log {place[0]} is not what the scope names.")
    return _Part(recorder, selection, rows)


def leaves_of(scope: Scope, recorder: str) -> dict[Place, str]:
    """The leaves of one recorder: hex hashes by log name and index."""
    mine = (leaf for leaf in scope.leaves if recorder_of(leaf.origin) == recorder)
    return {(log_name(leaf.origin), leaf.index): leaf.hash for leaf in mine}


def _fill(sink: Sink, material: Material, parts: list[_Part], proofs: Proofs) -> None:
    values: list[dict[str, Any]] = []
    held: list[Held] = []
    before = 0
    for part in parts:
        recorder = part.recorder

        def open_file(value: Entry, recorder: str = recorder) -> BinaryIO:
            return material.open_file(recorder, value)

        masked = material.scope.asked.copy == MASKED
        originals = [] if masked else copy_originals(sink, part.rows, part.selection, open_file, before)
        before += len(originals)
        files = {(each["log"], each["index"]): str(each["file"]) for each in originals}
        held += [
            Held(recorder, row["entry"], files.get((row["log"], row["index"]), ""))
            for row in part.rows
            if row["entry"]["kind"] in ("segment", "gap")
        ]
        values.append({"recorder": recorder, "entries": part.rows, "originals": originals})
    for number, text in enumerate(proofs.files):
        sink.write(checkpoint_file(number), text)
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "created_us": material.now_us,
        "scope": material.scope.hash,
        "checkpoints": len(proofs.files),
        "nodes": proofs.nodes,
        "parts": values,
        "approvals": [each.as_json() for each in material.approvals],
    }
    if material.copies:
        manifest["copies"] = _copied(sink, material)
    if material.reviews:
        manifest["reviews"] = [each.as_json() for each in material.reviews]
    sink.write(MANIFEST, canonical(manifest))
    sink.write(SCOPE, material.scope.data)
    sink.write(FORMAT_TEXT, format_text())
    documents = material.documents(held)
    _demand_documents(documents)
    for each in documents:
        with each.open() as source:
            sink.copy(each.name, source)


def _copied(sink: Sink, material: Material) -> list[dict[str, Any]]:
    digests: dict[str, str] = {}
    for each in material.copies:
        with each.open() as source:
            _, digests[each.file] = sink.copy(each.file, source)
    rows = [each.derived for each in material.copies]
    _demand_reviewed(material, copies_hash(rows, digests))
    return [asdict(each) for each in rows]
