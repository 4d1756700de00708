"""The manifest of a package as values: read from a stranger, claiming nothing that is not checked later.

Owns: the shape of manifest.json in both versions, and of hashes.sha256. Promises: a value or ManifestError, whatever
the bytes. Leaves to others: whether anything in it is true (`verify`), writing it (`package`).
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from minhbach.ledger.approval import Approval, read_review
from minhbach.ledger.approval import read as read_approval
from minhbach.ledger.container import is_safe_name
from minhbach.ledger.entry import EntryError, canonical, is_log, read_canonical
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.package import FORMAT

MANIFEST_LIMIT_BYTES = 64 << 20
_KEYS = {
    1: {
        *("format", "version", "approved", "recorder", "created_us", "range", "streams", "checkpoints"),
        *("nodes", "entries", "originals"),
    },
    2: {"format", "version", "created_us", "scope", "checkpoints", "nodes", "parts", "approvals"},
}
_COPIES, _REVIEWS = "copies", "reviews"  # version 2, only where there are any
_HASH_LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)")
_MOST_CHECKPOINTS = 100_000
_LONGEST_PROOF = 64
_MOST_APPROVALS = 64
KINDS = ("cut", "masked")
"""Copies: cut to the second and marked for the receiver, or with everybody else covered."""
COPIES_FOLDER = "copies"


class ManifestError(LedgerError):
    """A manifest or list of hashes has not the shape FORMAT.md gives it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One log entry with its proof; `entry` is only known to be a JSON object."""

    log: str
    index: int
    entry: dict[str, Any]
    checkpoint: int
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What a package holds of one recorder. `originals` maps (log, index) to the file's name."""

    recorder: str
    rows: tuple[Row, ...]
    originals: dict[tuple[str, int], str]


@dataclass(frozen=True, slots=True)
class Derived:
    """A file that was made of footage and is none: `kind` is one of KINDS, times are wall µs as labelled."""

    kind: str
    file: str
    recorder: str
    camera: str
    stream: str
    begin_us: int
    end_us: int


def copies_hash(copies: Sequence[Derived], digests: Mapping[str, str]) -> str:
    """What a reviewer signs: hex SHA-256 over the copies as the manifest names them, each with that of its bytes.

    `digests` are hex SHA-256 by file; KeyError for one that is missing.
    """
    rows = [{**asdict(each), "sha256": digests[each.file]} for each in copies]
    return hashlib.sha256(canonical({"format": "minhbach-copies", "version": 1, "copies": rows})).hexdigest()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the package says of itself.

    Version 1 names its own range (µs) and streams, and whether it claims an approval; version 2 cites the `scope` (hex
    SHA-256) that says so, its approvals, and the reviews of its masked copies.
    """

    version: int
    checkpoints: int
    parts: tuple[Part, ...]
    claims_approval: bool = False
    range_us: tuple[int, int] | None = None
    streams: tuple[tuple[str, str], ...] = ()
    scope: str = ""
    approvals: tuple[Approval, ...] = ()
    copies: tuple[Derived, ...] = ()
    reviews: tuple[Approval, ...] = ()

    @property
    def originals(self) -> set[str]:
        """The names of all original files."""
        return {file for part in self.parts for file in part.originals.values()}


def read_manifest(data: bytes) -> Manifest:
    """The manifest in canonical bytes; ManifestError otherwise."""
    try:
        value = read_canonical(data, MANIFEST_LIMIT_BYTES)
    except EntryError as problem:
        raise ManifestError(str(problem)) from problem
    try:
        return _manifest(value)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise ManifestError("A part of the manifest is missing or has another shape.") from error


def _manifest(value: Any) -> Manifest:
    _demand(type(value) is dict and value.get("format") == FORMAT, "It is no package of this product.")
    version = _whole(value["version"])
    _demand(version in _KEYS, "The package is of a version this program does not know.")
    optional = {_COPIES, _REVIEWS} if version == 2 else set()
    _demand(value.keys() - optional == _KEYS[version], "The manifest has other parts than its version has.")
    _demand(_whole(value["checkpoints"]) <= _MOST_CHECKPOINTS, "Too many checkpoints.")
    nodes = [_hash(each) for each in value["nodes"]]
    found = _first(value, nodes) if version == 1 else _second(value, nodes)
    rows = sum(len(part.rows) for part in found.parts)
    _demand(found.checkpoints <= rows, "There are more checkpoints than entries that they could prove.")
    return found


def _first(value: Any, nodes: list[bytes]) -> Manifest:
    begin_us, end_us = map(_whole, _fields(value["range"], "begin_us", "end_us"))
    pairs = [_fields(each, "camera", "stream") for each in value["streams"]]
    streams = tuple((_word(camera), _word(stream)) for camera, stream in pairs)
    _demand(begin_us < end_us and bool(streams), "The package is for no time or no stream.")
    part = _part({name: value[name] for name in ("recorder", "entries", "originals")}, nodes)
    # Only `false` is free of a claim.
    claims = value["approved"] is not False
    return Manifest(1, value["checkpoints"], (part,), claims, (begin_us, end_us), streams)


def _second(value: Any, nodes: list[bytes]) -> Manifest:
    parts = tuple(_part(each, nodes) for each in value["parts"])
    _demand(len({part.recorder for part in parts}) == len(parts), "A recorder has two parts.")
    files = [file for part in parts for file in part.originals.values()]
    _demand(len(set(files)) == len(files), "One file is the original of two entries.")
    approvals = tuple(read_approval(each) for each in value["approvals"])
    reviews = tuple(read_review(each) for each in value[_REVIEWS]) if _REVIEWS in value else ()
    _demand(max(len(approvals), len(reviews)) <= _MOST_APPROVALS, "Too many approvals.")
    copies = tuple(_copy(each) for each in value[_COPIES]) if _COPIES in value else ()
    _demand(bool(copies) == (_COPIES in value), "A list of copies without any.")
    _demand(len({each.file for each in copies}) == len(copies), "One file is two copies.")
    _demand(bool(reviews) == (_REVIEWS in value) and (bool(copies) or not reviews), "Reviews of nothing.")
    scope = _hash(value["scope"]).hex()
    return Manifest(2, value["checkpoints"], parts, scope=scope, approvals=approvals, copies=copies, reviews=reviews)


def _copy(value: Any) -> Derived:
    kind, file, recorder, camera, stream, begin_us, end_us = _fields(
        value, "kind", "file", "recorder", "camera", "stream", "begin_us", "end_us"
    )
    _demand(kind in KINDS and _whole(begin_us) < _whole(end_us), "A copy is of no kind or of no time.")
    _demand(_name(file).partition("/")[0] == COPIES_FOLDER and file.count("/") == 1, "A copy stands elsewhere.")
    return Derived(kind, file, _word(recorder), _word(camera), _word(stream), begin_us, end_us)


def _part(value: Any, nodes: list[bytes]) -> Part:
    recorder, entries, originals = _fields(value, "recorder", "entries", "originals")
    rows = tuple(_row(each, nodes) for each in entries)
    files = [_fields(each, "log", "index", "file") for each in originals]
    named = {(_word(log), _whole(index)): _name(file) for log, index, file in files}
    _demand(len(named) == len(files), "An entry has two original files.")
    return Part(_word(recorder), rows, named)


def _row(value: Any, nodes: list[bytes]) -> Row:
    log, index, entry, checkpoint, steps = _fields(value, "log", "index", "entry", "checkpoint", "proof")
    proof = tuple(nodes[_whole(step)] for step in steps)
    # No checkpoint has judged it yet, and may never: logs are put in order by their names.
    _demand(is_log(_word(log)), "A log has no name.")
    _demand(len(proof) <= _LONGEST_PROOF and type(entry) is dict, "An entry or its proof is none.")
    return Row(_word(log), _whole(index), entry, _whole(checkpoint), proof)


def read_hashes(data: bytes) -> dict[str, str]:
    """File name → hex SHA-256 out of the lines of sha256sum; ManifestError for any other line or a name twice."""
    hashes: dict[str, str] = {}
    try:
        *lines, rest = data.decode().split("\n")  # no other sign ends a line for sha256sum either
    except UnicodeDecodeError as error:
        raise ManifestError("The list of hashes is not UTF-8.") from error
    _demand(rest == "", "The list of hashes is cut off.")
    for line in lines:
        match = _HASH_LINE.fullmatch(line)
        if match is None or match[2] in hashes or not is_safe_name(match[2]):
            raise ManifestError("The list of hashes has a line that is none, or a name twice.")
        hashes[match[2]] = match[1]
    return hashes


def _fields(value: Any, *names: str) -> list[Any]:
    """The values of an object that has exactly these parts: a part nobody reads could mislead a person."""
    if type(value) is not dict or value.keys() != set(names):
        raise TypeError
    return [value[name] for name in names]


def _demand(holds: bool, why: str) -> None:
    if not holds:
        raise ManifestError(why)


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TypeError
    return value


def _hash(value: Any) -> bytes:
    data = bytes.fromhex(_word(value))
    _demand(len(data) == 32, "A node of the tree has not 32 bytes.")
    return data


def _word(value: Any) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _name(value: Any) -> str:
    _demand(is_safe_name(_word(value)), "A file of the package has a misleading name.")
    return str(value)
