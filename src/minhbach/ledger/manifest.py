"""The manifest of a package as values: read from a stranger, claiming nothing that is not checked later.

Owns: the shape of manifest.json and of hashes.sha256 and of a key file. Promises: a value or ManifestError, whatever
the bytes. Leaves to others: whether anything in it is true (`verify`), writing it (`package`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from minhbach.ledger import note
from minhbach.ledger.container import is_safe_name
from minhbach.ledger.entry import EntryError, read_canonical
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.package import FORMAT, VERSION

MANIFEST_LIMIT_BYTES = 64 << 20
_KEYS = {
    *("format", "version", "approved", "recorder", "created_us", "range", "streams", "checkpoints"),
    *("nodes", "entries", "originals"),
}
_HASH_LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)")
_MOST_CHECKPOINTS = 100_000
_LONGEST_PROOF = 64


class ManifestError(LedgerError):
    """A manifest, list of hashes or key file has not the shape FORMAT.md gives it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One log entry with its proof; `entry` is only known to be a JSON object."""

    log: str
    index: int
    entry: dict[str, Any]
    checkpoint: int
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the package says of itself. `originals` maps (log, index) to the file's name."""

    approved: bool
    recorder: str
    begin_us: int
    end_us: int
    streams: tuple[tuple[str, str], ...]
    checkpoints: int
    rows: tuple[Row, ...]
    originals: dict[tuple[str, int], str]


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
    _demand(_whole(value["version"]) == VERSION, "The package is of a version this program does not know.")
    _demand(value.keys() == _KEYS, "The manifest has other parts than its version has.")
    begin_us, end_us = map(_whole, _fields(value["range"], "begin_us", "end_us"))
    pairs = [_fields(each, "camera", "stream") for each in value["streams"]]
    streams = tuple((_word(camera), _word(stream)) for camera, stream in pairs)
    _demand(begin_us < end_us and bool(streams), "The package is for no time or no stream.")
    nodes = [_hash(each) for each in value["nodes"]]
    rows = tuple(_row(each, nodes) for each in value["entries"])
    files = [_fields(each, "log", "index", "file") for each in value["originals"]]
    originals = {(_word(log), _whole(index)): _name(file) for log, index, file in files}
    _demand(len(originals) == len(value["originals"]), "An entry has two original files.")
    count = _whole(value["checkpoints"])
    _demand(count <= _MOST_CHECKPOINTS, "Too many checkpoints.")
    # Only `false` is free of a claim.
    approved = value["approved"] is not False
    return Manifest(approved, _word(value["recorder"]), begin_us, end_us, streams, count, rows, originals)


def _row(value: Any, nodes: list[bytes]) -> Row:
    log, index, entry, checkpoint, steps = _fields(value, "log", "index", "entry", "checkpoint", "proof")
    proof = tuple(nodes[_whole(step)] for step in steps)
    _demand(len(proof) <= _LONGEST_PROOF and type(entry) is dict, "An entry or its proof is none.")
    return Row(_word(log), _whole(index), entry, _whole(checkpoint), proof)


def read_hashes(data: bytes) -> dict[str, str]:
    """File name → hex SHA-256 out of the lines of sha256sum; ManifestError for any other line or a name twice."""
    hashes: dict[str, str] = {}
    try:
        lines = data.decode().splitlines()
    except UnicodeDecodeError as error:
        raise ManifestError("The list of hashes is not UTF-8.") from error
    for line in lines:
        match = _HASH_LINE.fullmatch(line)
        if match is None or match[2] in hashes or not is_safe_name(match[2]):
            raise ManifestError("The list of hashes has a line that is none, or a name twice.")
        hashes[match[2]] = match[1]
    return hashes


def read_keys(text: str) -> list[note.Verifier]:
    """Trusted keys: lines `log VKEY` or `witness VKEY`; `#` begins a comment.

    ManifestError says which line is wrong.
    """
    return list(_keys(text))


def _keys(text: str) -> Iterator[note.Verifier]:
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.partition("#")[0].strip()
        if not line:
            continue
        role, _, vkey = line.partition(" ")
        try:
            verifier = note.parse_vkey(vkey.strip())
        except note.NoteError as problem:
            raise ManifestError(f"Line {number} of the key file: {problem}") from problem
        if {"log": note.LOG_KEY, "witness": note.WITNESS_KEY}.get(role) != verifier.algorithm:
            raise ManifestError(
                f"Line {number} of the key file does not say truly whether it is a log's or a witness's."
            )
        yield verifier


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
