"""The files of a log against each other, before anybody asks what stands in them.

Owns what a damaged file of a log means for the rest of it: every hash tile is compared with the entries below it, a
tile that does not fit is replaced by what they give (the signed root then says who is right), and entries behind a
bundle that is gone are still read, so that one bad block does not hide a year. Promises findings, never an exception,
and to read only what is there, whatever size a checkpoint claims. Leaves the meaning of entries and the roots to
``ledger.audit``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from minhbach.edge.check.place import LogFolder
from minhbach.ledger import tiles, tree
from minhbach.ledger.audit import Log
from minhbach.ledger.entry import Entry, EntryError, decode, log_name
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.findings import Finding
from minhbach.ledger.tiles import TILE_WIDTH

_BUNDLES = "tile/entries"
_ENTRY_BEGINS = b'{"at_us":'
_CLOSING = frozenset({"shutdown", "log_closed"})


@dataclass(slots=True)
class LogFiles:
    """One log as it lies there. ``size``: entries that are here and signed; all that are here if none can be signed.

    ``hole``, known after ``examine``: the first entry of a bundle that is gone; no proof reaches beyond it.
    """

    log: LogFolder
    size: int
    bundles: list[int]
    findings: list[Finding] = field(default_factory=list)
    hole: int | None = None
    _healed: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The log's name as entries use it; its folder's where that cannot be read."""
        try:
            return log_name(self.log.origin)
        except EntryError:
            return self.log.folder.name

    def fetch(self, path: str) -> bytes:
        """As ``LogFolder.fetch``, but a tile that differs from its entries is made from them."""
        bundle = self._healed.get(path)
        return self.log.fetch(path) if bundle is None else b"".join(map(tree.leaf_hash, self._bundle(bundle)))

    def as_log(self) -> Log:
        """What ``ledger.audit`` walks over."""
        return Log(self.fetch, self.size, self.log.checkpoint)

    def entries(self, start: int, end: int) -> Iterator[tuple[int, bytes]]:
        """The entries from ``start`` to before ``end`` that can be read, with their indices: also behind a hole."""
        whole = self.size - self.size % TILE_WIDTH
        for bundle in self.bundles:
            first = bundle * TILE_WIDTH
            if first < min(end, whole) and start < first + TILE_WIDTH:
                yield from _within(first, self._bundle(bundle), start, end)
        if end > whole < self.size:
            yield from _within(whole, self._behind_bundles(whole), start, min(end, self.size))

    def examine(self) -> None:
        """Compare all tiles with the entries; fills ``findings`` and ``hole``."""
        edge = tiles.Edge()
        for bundle in (each for each in self.bundles if (each + 1) * TILE_WIDTH <= self.size):
            hashes = self._hashes(bundle)
            if hashes is None or edge.size != bundle * TILE_WIDTH:
                continue
            edge, full = tiles.full_tiles(edge, hashes)
            for path, content in full[1:]:
                if self._stored(path) != content:
                    self._differs(path, 0, edge.size - 1)
        self.hole = edge.size if edge.size < self.size - self.size % TILE_WIDTH else None

    def _behind_bundles(self, whole: int) -> list[bytes]:
        try:
            return list(tiles.LogReader(self.log.fetch, self.size).entries(whole, self.size))
        except tiles.TileError:
            return []

    def _bundle(self, bundle: int) -> list[bytes]:
        lines, rest = _lines(self.log, tiles.bundle_path(bundle))
        return [] if rest or len(lines) != TILE_WIDTH else lines

    def _hashes(self, bundle: int) -> list[bytes] | None:
        """The hashes of one bundle's entries; None when the entries are lost."""
        lines = self._bundle(bundle)
        if not lines:
            return None
        hashes = list(map(tree.leaf_hash, lines))
        path = tiles.tile_path(0, bundle)
        stored = self._stored(path)
        if stored != b"".join(hashes):
            self._healed[path] = bundle
            wrong = [at for at, value in enumerate(hashes) if stored[at * 32 : at * 32 + 32] != value] or [0]
            self._differs(path, bundle * TILE_WIDTH + wrong[0], bundle * TILE_WIDTH + wrong[-1])
        return hashes

    def _stored(self, path: str) -> bytes:
        try:
            return self.log.fetch(path)
        except FileNotFoundError:
            return b""

    def _differs(self, path: str, first: int, last: int) -> None:
        values: dict[str, object] = {"path": f"log/{self.log.folder.name}/{path}", "first": first, "last": last}
        self.findings.append(Finding("tile_differs", self.name, first, values=values))


def open_logs(logs: Sequence[LogFolder]) -> list[LogFiles]:
    """Which entries of each log are here; of one that was lost with its key also those that only the next log binds."""
    return [_opened(log, follower) for log, follower in zip_longest(logs, logs[1:])]


def _opened(log: LogFolder, follower: LogFolder | None) -> LogFiles:
    # The tail first: it may become a bundle meanwhile, and what is counted twice is cut off by the signed size.
    tail = len(_lines(log, tiles.TAIL)[0])
    bundles = _bundle_numbers(log.folder / _BUNDLES)
    before = bundles[-1] + 1 if bundles else 0
    if log.signed_size is None:
        return LogFiles(log, before * TILE_WIDTH + tail, bundles)
    promised = max(log.signed_size, _bound_size(log, follower))
    if promised // TILE_WIDTH < _stray(bundles):
        before = max(before, promised // TILE_WIDTH)  # The bundles in front of the tail are lost, if they are not here.
    return LogFiles(log, min(promised, before * TILE_WIDTH + tail), bundles)


def _bound_size(log: LogFolder, follower: LogFolder | None) -> int:
    if follower is None:
        return 0
    try:
        previous = decode(tiles.LogReader(follower.fetch, 1).entry(0)).get("previous")
    except LedgerError:
        return 0
    return int(previous["size"]) if previous is not None and previous["origin"] == log.origin else 0


def salvage(files: LogFiles, take: Callable[[str, int, Entry], None]) -> Iterator[Finding]:
    """Hand over what can be read behind the hole of a log, if it has one, and say which entries cannot."""
    if files.hole is None:
        return
    index = files.hole
    expected = index
    for number, data in files.entries(index, files.size):
        if number > expected:
            yield _lost(files.name, expected, number - 1)
        expected = number + 1
        try:
            take(files.name, number, decode(data))
        except EntryError as problem:
            yield Finding("entry_unreadable", files.name, number, values={"why": str(problem)})
    if expected < files.size:
        yield _lost(files.name, expected, files.size - 1)


def unsigned(files: LogFiles) -> Finding | None:
    """What lies behind the last signed entry: a batch on its way (a notice), or what no recorder writes there."""
    signed = files.log.signed_size
    if signed is None or files.size != signed:
        return None
    lines, rest = _lines(files.log, tiles.TAIL)
    first_of_tail = (files.bundles[-1] + 1) * TILE_WIDTH if files.bundles else 0
    count = first_of_tail + len(lines) - signed
    fresh = lines[max(0, signed - first_of_tail) :]
    if not _lawful(files, fresh, rest):
        return Finding("log_overgrown", files.name, signed, values={"count": max(count, 0), "bytes": len(rest)})
    return Finding("entries_unsigned", files.name, signed, values={"count": count}) if count > 0 else None


def _lawful(files: LogFiles, fresh: list[bytes], rest: bytes) -> bool:
    """Whether an append that was interrupted explains what follows the signed entries."""
    kinds = [_kind(line) for line in fresh]
    signed_last = [_kind(line) for _, line in files.entries(files.size - 1, files.size)]
    before = (signed_last[-1] if signed_last else "") if files.size else ""
    if "" in kinds or (before in _CLOSING and kinds and kinds[0] != "boot"):
        return False
    torn = rest.rstrip(b"\0")
    return torn[2 : 2 + len(_ENTRY_BEGINS)] == _ENTRY_BEGINS[: max(0, len(torn) - 2)]


def _kind(line: bytes) -> str:
    try:
        return str(decode(line)["kind"])
    except EntryError:
        return ""


def _lost(name: str, first: int, last: int) -> Finding:
    return Finding("entries_lost", name, first, values={"first": first, "last": last})


def _within(first: int, lines: list[bytes], start: int, end: int) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(lines, first):
        if start <= number < end:
            yield number, line


def _lines(log: LogFolder, path: str) -> tuple[list[bytes], bytes]:
    """Whole entries of a bundle or of the tail, and the bytes behind them."""
    try:
        data = log.fetch(path)
    except FileNotFoundError:
        return [], b""
    lines, good_bytes = tiles.parse_bundle(data)
    return lines, data[good_bytes:]


def _bundle_numbers(folder: Path) -> list[int]:
    """The numbers of the bundles that are here, in order."""
    found = []
    for path in folder.rglob("*") if folder.is_dir() else ():
        relative = path.relative_to(folder).as_posix()
        digits = relative.replace("x", "").replace("/", "")
        if digits.isascii() and digits.isdigit() and len(digits) <= 15:
            number = int(digits)
            if tiles.bundle_path(number) == f"{_BUNDLES}/{relative}" and path.is_file():
                found.append(number)
    return sorted(number for number in found if number < _stray(found))


def _stray(bundles: Sequence[int]) -> int:
    """A bundle from this number on stands too far beyond all that are here to be believed and walked up to."""
    return 2 * len(bundles) + 1000
