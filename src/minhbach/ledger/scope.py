"""The scope of an extraction: what was asked, as a commitment, and exactly which entries of which logs it means.

Owns the canonical JSON that two people sign before anything is extracted (FORMAT.md section 10). Promises that one
scope has one sequence of bytes and so one hash; that it names every segment and gap of its streams in its range and
the margin around it, and no others; that it holds no name, purpose or case, only a salted commitment to the request.
Leaves to others: who may ask and approve (the centre's `evidence`), signatures over it (`approval`), the files.

Errors: ScopeError for bytes that are no scope; PackageError when the logs do not account for what is asked.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from minhbach.ledger import tree
from minhbach.ledger.checkpoint import log_key_name
from minhbach.ledger.entry import MAX_INTEGER, EntryError, canonical, encode, log_name, read_canonical
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.selection import EntryReader, Selection, log_order

FORMAT = "minhbach-scope"
VERSION = 1
COPIES = ("original", "masked")
"""What the receiver gets: the sealed files themselves, or a copy in which bystanders are covered."""
MARGIN_US = 5_000_000
"""Around the range: a group of pictures as cameras send them, so that the last one and its signature are whole."""
LIMIT_BYTES = 32 << 20

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[^\x00-\x1f\x7f/\\]{1,64}")
_KEYS = {
    *("format", "version", "request", "commitment", "requester", "copy"),
    *("begin_us", "end_us", "margin_us", "streams", "leaves"),
}


class ScopeError(LedgerError):
    """These bytes or values are no scope; the sentence says why."""


@dataclass(frozen=True, slots=True, order=True)
class ScopeStream:
    """One stream of one camera, by the names in its recorder's log. `recorder` is a UUID in lower case."""

    recorder: str
    camera: str
    stream: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """Entry `index` of the log `origin`, and the hex hash of its leaf in the tree."""

    origin: str
    index: int
    hash: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as far as a scope speaks of it. Times are wall µs as labelled, begin ≤ t < end.

    `request` and `requester` are UUIDs that name nobody outside the centre; `commitment` is
    `entry.commitment(salt, everything the request says)`.
    """

    request: str
    commitment: str
    requester: str
    streams: tuple[ScopeStream, ...]
    begin_us: int
    end_us: int
    margin_us: int = MARGIN_US
    copy: str = "original"

    @property
    def range_us(self) -> tuple[int, int]:
        """Begin and end of what was asked, without the margin."""
        return self.begin_us, self.end_us


@dataclass(frozen=True, slots=True)
class Scope:
    """What was asked, and the leaves it comes to, in the order of recorders, logs and indices."""

    asked: Asked
    leaves: tuple[Leaf, ...]

    @property
    def data(self) -> bytes:
        """The canonical bytes: the file `scope.json` of a package."""
        return canonical(_as_json(self))

    @property
    def hash(self) -> str:
        """Hex SHA-256 of the canonical bytes: what approvers sign."""
        return hashlib.sha256(self.data).hexdigest()


def choose(asked: Asked, logs: Mapping[str, Sequence[EntryReader]]) -> Scope:
    """The scope of a request over each recorder's logs (by its UUID), oldest first and as far back as clocks reach.

    Raises PackageError when a log does not account for all of the range, ScopeError when the request is none.
    """
    leaves: list[Leaf] = []
    for recorder in sorted({stream.recorder for stream in asked.streams}):
        streams = [(each.camera, each.stream) for each in asked.streams if each.recorder == recorder]
        selection = Selection(streams, asked.begin_us, asked.end_us, asked.margin_us)
        origins = {log_name(origin): origin for origin in map(selection.scan, logs.get(recorder, ()))}
        selection.finish()
        found = sorted(selection.stretches(), key=lambda each: (log_order(each[0][0]), each[0][1]))
        leaves += [Leaf(origins[log], index, leaf_hash(value)) for (log, index), value in found]
    return read(Scope(asked, tuple(leaves)).data)


def leaf_hash(value: Mapping[str, Any]) -> str:
    """The hex hash of an entry's leaf. Raises EntryError."""
    return tree.leaf_hash(encode(value)).hex()


def read(data: bytes) -> Scope:
    """The scope in exactly these bytes. Raises ScopeError."""
    try:
        value = read_canonical(data, LIMIT_BYTES)
        if type(value) is not dict or value.keys() != _KEYS:
            raise ScopeError("A scope has other parts than its format has.")
        return _scope(value)
    except (EntryError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ScopeError(f"This is no scope: {error!s:.200}") from error


def _scope(value: dict[str, Any]) -> Scope:
    _demand((value["format"], value["version"]) == (FORMAT, VERSION), "It is no scope of this version.")
    _demand(type(value["version"]) is int and value["copy"] in COPIES, "There is no such kind of copy.")
    times = [value[name] for name in ("begin_us", "end_us", "margin_us")]
    _demand(all(type(time) is int and 0 <= time <= MAX_INTEGER for time in times), "A time is no number of µs.")
    _demand(times[0] < times[1], "A scope is for no time.")
    streams = tuple(_stream(each) for each in value["streams"])
    _demand(bool(streams) and list(streams) == sorted(set(streams)), "The streams are none, or not sorted and unique.")
    leaves = tuple(_leaf(each) for each in value["leaves"])
    _demand(bool(leaves) and _in_order(leaves, streams), "The leaves are none, or not those of the streams in order.")
    request, requester, commitment = value["request"], value["requester"], value["commitment"]
    _demand(all(map(_UUID.fullmatch, (request, requester))), "A request or a requester is named by no UUID.")
    _demand(_SHA256.fullmatch(commitment) is not None, "The commitment is no SHA-256.")
    asked = Asked(request, commitment, requester, streams, times[0], times[1], times[2], value["copy"])
    return Scope(asked, leaves)


def _stream(value: Any) -> ScopeStream:
    recorder, camera, stream = value
    _demand(_UUID.fullmatch(recorder) is not None, "A recorder is named by no UUID.")
    _demand(bool(_NAME.fullmatch(camera)) and bool(_NAME.fullmatch(stream)), "A camera or stream has no name.")
    return ScopeStream(recorder, camera, stream)


def _leaf(value: Any) -> Leaf:
    origin, index, digest = value
    _demand(type(index) is int and 0 <= index <= MAX_INTEGER, "A leaf has no index.")
    _demand(_SHA256.fullmatch(digest) is not None, "A leaf has no hash.")
    log_name(origin)
    return Leaf(origin, index, digest)


def _in_order(leaves: Iterable[Leaf], streams: Iterable[ScopeStream]) -> bool:
    recorders = {stream.recorder for stream in streams}
    keys = [(recorder_of(leaf.origin), log_order(log_name(leaf.origin)), leaf.index) for leaf in leaves]
    return keys == sorted(set(keys)) and {key[0] for key in keys} == recorders


def recorder_of(origin: str) -> str:
    """The recorder's UUID in the origin of one of its logs. Raises EntryError, CheckpointError."""
    name = log_name(origin)
    recorder = origin.removesuffix("/" + name).rpartition("/")[2]
    log_key_name(recorder)
    return recorder


def _as_json(scope: Scope) -> dict[str, Any]:
    asked = scope.asked
    return {
        "format": FORMAT,
        "version": VERSION,
        "request": asked.request,
        "commitment": asked.commitment,
        "requester": asked.requester,
        "copy": asked.copy,
        "begin_us": asked.begin_us,
        "end_us": asked.end_us,
        "margin_us": asked.margin_us,
        "streams": sorted([each.recorder, each.camera, each.stream] for each in set(asked.streams)),
        "leaves": [[each.origin, each.index, each.hash] for each in scope.leaves],
    }


def _demand(holds: bool, why: str) -> None:
    if not holds:
        raise ScopeError(why)
