"""A log as plain files: hash tiles and entry bundles of C2SP tlog-tiles, and our `tail` in place of partial ones.

Owns paths, framing, and which tile is full when. Promises that a file it names never changes once written, save
`tail`, which only grows until it holds 256 entries and is then renamed to its bundle. Does no I/O: readers hand in
`fetch(path)`, writers write what `full_tiles` tells them, so files, memory and network work alike. Checks shapes, not
truth: whoever needs truth compares the roots computed here with a signed checkpoint.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from minhbach.ledger import tree
from minhbach.ledger.errors import LedgerError

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
TILE_BYTES = TILE_WIDTH * tree.HASH_BYTES
TAIL = "tail"
CHECKPOINT = "checkpoint"
LONGEST_ENTRY_BYTES = 60 * 1024

Fetch = Callable[[str], bytes]
"""Bytes of the file at a path relative to the log's folder; FileNotFoundError or KeyError when there is none."""

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

_KEPT_TILES = 64
_KEPT_BUNDLES = 4


class TileError(LedgerError):
    """The files of a log do not hold what its size says they must."""


def tile_path(level: int, index: int) -> str:
    """Relative path of a full hash tile, for example `tile/0/x001/234`."""
    return f"tile/{level}/{_index_path(index)}"


def bundle_path(index: int) -> str:
    """Relative path of the bundle with the entries [256 * index, 256 * (index + 1))."""
    return f"tile/entries/{_index_path(index)}"


def frame(entry: bytes) -> bytes:
    """The entry with its big-endian uint16 length in front. Raises TileError for an empty or too long entry."""
    if not 0 < len(entry) <= LONGEST_ENTRY_BYTES:
        raise TileError(f"An entry has 1 to {LONGEST_ENTRY_BYTES} bytes, not {len(entry)}.")
    return len(entry).to_bytes(2, "big") + entry


def parse_bundle(data: bytes) -> tuple[list[bytes], int]:
    """Whole entries from the start of a bundle or tail, and the number of bytes they take.

    Never raises. What follows `good_length` is torn: a cut entry, or a length no entry can have. An unwritten block
    reads as zeros after a power cut; as no entry is empty, zeros end the parse instead of making entries.
    """
    entries = []
    position, end = 0, len(data)
    while end - position > 2:
        length = data[position] << 8 | data[position + 1]
        after = position + 2 + length
        if not 0 < length <= LONGEST_ENTRY_BYTES or after > end:
            break
        entries.append(bytes(data[position + 2 : after]))
        position = after
    return entries, position


@dataclass(frozen=True, slots=True)
class Edge:
    """Per tile level the hashes that no full tile holds yet, lowest level first: all a writer has to remember.

    `levels[n]` has (size >> 8 n) mod 256 hashes of 32 bytes.
    """

    size: int = 0
    levels: tuple[tuple[bytes, ...], ...] = ()

    def __post_init__(self) -> None:
        rows = len(self.levels)
        fits = all(len(row) == self.size >> TILE_HEIGHT * n & TILE_WIDTH - 1 for n, row in enumerate(self.levels))
        if self.size < 0 or not fits or self.size >> TILE_HEIGHT * rows:
            raise TileError(f"These hashes are not the edge of a log of {self.size} entries.")

    def frontier(self) -> tree.Frontier:
        """The same edge as perfect subtrees, from which the root follows."""
        peaks: list[bytes] = []
        for row in reversed(self.levels):
            part = tree.Frontier()
            for value in row:
                part.append(value)
            peaks.extend(part.hashes)
        return tree.Frontier(self.size, peaks)


def full_tiles(edge: Edge, leaf_hashes: Iterable[bytes]) -> tuple[Edge, list[tuple[str, bytes]]]:
    """Grow a log's edge by leaf hashes: the new edge, and (path, bytes) of each hash tile that became full.

    Tiles come lowest level first. Bundles are not among them: a tail of 256 entries is renamed to `bundle_path`.
    """
    rows: list[tuple[bytes, ...]] = []
    files = []
    fresh = tuple(leaf_hashes)
    size = edge.size + len(fresh)
    for level in range(max(len(edge.levels), _rows(size))):
        row = (*edge.levels[level], *fresh) if level < len(edge.levels) else fresh
        full = [row[at : at + TILE_WIDTH] for at in range(0, len(row) - TILE_WIDTH + 1, TILE_WIDTH)]
        first = edge.size >> TILE_HEIGHT * (level + 1)
        files += [(tile_path(level, first + n), b"".join(hashes)) for n, hashes in enumerate(full)]
        rows.append(row[len(full) * TILE_WIDTH :])
        fresh = tuple(tree.root_of(hashes) for hashes in full)
    return Edge(size, tuple(rows)), files


@dataclass(frozen=True, slots=True)
class Resumed:
    """Where a writer goes on. `edge` counts the tail's entries unless the tail is `full` and waits to be renamed."""

    edge: Edge
    tail: tuple[bytes, ...]
    tail_bytes: int
    full: bool
    files: tuple[tuple[str, bytes], ...]


def room_in_tail(size: int) -> int:
    """How many entries a log of `size` entries can append (1 to 256) before its tail must become a bundle."""
    return TILE_WIDTH - size % TILE_WIDTH


class LogReader:
    """The first `size` entries of a log through `fetch`; a snapshot, valid while the log goes on growing.

    Every method raises TileError when a file is missing or malformed and when it is asked beyond `size`. Nothing read
    here is proven until a root computed from it equals that of a checkpoint.
    """

    def __init__(self, fetch: Fetch, size: int) -> None:
        self._fetch = fetch
        self._size = size
        self._tiles: OrderedDict[str, list[bytes]] = OrderedDict()
        self._bundles: OrderedDict[int, list[bytes]] = OrderedDict()
        self._tail: list[bytes] | None = None
        # Roots of tiles whose parent tile is not full: at most 255 per level.
        self._tile_roots: dict[tuple[int, int], bytes] = {}

    @property
    def size(self) -> int:
        return self._size

    def entry(self, index: int) -> bytes:
        """The bytes of one entry."""
        self._demand(index, index + 1)
        return self._bundle(index // TILE_WIDTH)[index % TILE_WIDTH]

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """The entries [start, end) in order, a bundle at a time in memory."""
        self._demand(start, end)
        for number, first, last in _pieces(start, end):
            yield from self._bundle(number)[first:last]

    def holding(self, markers: Sequence[bytes], start: int, end: int) -> Iterator[tuple[int, bytes]]:
        """The entries [start, end) in which any of these bytes stand, with their indices.

        A bundle without them is passed over unparsed: what is rare in a long log is found at the speed of the disk.
        """
        self._demand(start, end)
        for number, first, last in _pieces(start, end):
            if (number + 1) * TILE_WIDTH <= self._size and number not in self._bundles:
                raw = _required(self._fetch, bundle_path(number))
                if not any(marker in raw for marker in markers):
                    continue
            for place, data in enumerate(self._bundle(number)[first:last], first):
                if any(marker in data for marker in markers):
                    yield number * TILE_WIDTH + place, data

    def leaf_hashes(self, start: int, end: int) -> Iterator[bytes]:
        """The leaf hashes [start, end): from tiles where they are full, from the tail's entries behind them."""
        self._demand(start, end)
        for number, first, last in _pieces(start, end):
            yield from self._hashes(0, number * TILE_WIDTH + first, last - first)

    def node(self, level: int, index: int) -> bytes:
        """Root over the leaves [index << level, (index + 1) << level); `tree.Node` of this log."""
        self._demand(index << level, (index + 1) << level)
        tile_level, inner = divmod(level, TILE_HEIGHT)
        return tree.root_of(self._hashes(tile_level, index << inner, 1 << inner))

    def root(self, size: int) -> bytes:
        """Merkle Tree Hash of the first `size` entries."""
        self._demand(0, size)
        return tree.root_at(size, self.node)

    def frontier(self, size: int) -> tree.Frontier:
        """The frontier of the first `size` entries."""
        self._demand(0, size)
        return tree.edge_at(size, self.node)

    def edge(self) -> Edge:
        """What a writer needs to go on where this snapshot ends."""
        rows = []
        for level in range(_rows(self._size)):
            complete = self._size >> TILE_HEIGHT * level
            count = complete % TILE_WIDTH
            rows.append(tuple(self._hashes(level, complete - count, count)) if count else ())
        return Edge(self._size, tuple(rows))

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        """Audit path of entry `index` in the tree of `size` entries."""
        self._demand(index, size)
        return tree.inclusion_proof(index, size, self.node)

    def consistency_proof(self, old_size: int, new_size: int) -> list[bytes]:
        """Proof that the tree of `old_size` entries is the beginning of that of `new_size`."""
        self._demand(old_size, new_size)
        return tree.consistency_proof(old_size, new_size, self.node)

    def _demand(self, start: int, end: int) -> None:
        if not 0 <= start <= end <= self._size:
            raise TileError(f"The log was opened at {self._size} entries; [{start}, {end}) lies outside.")

    def _hashes(self, level: int, first: int, count: int) -> Sequence[bytes]:
        """Hashes [first, first + count) of a tile level; they never cross a tile's border."""
        tile, place = divmod(first, TILE_WIDTH)
        if (tile + 1) << TILE_HEIGHT * (level + 1) <= self._size:
            return self._tile(level, tile)[place : place + count]
        if level == 0:
            return [tree.leaf_hash(entry) for entry in self._bundle(tile)[place : place + count]]
        return [self._tile_root(level - 1, index) for index in range(first, first + count)]

    def _tile_root(self, level: int, index: int) -> bytes:
        key = (level, index)
        if key not in self._tile_roots:
            self._tile_roots[key] = tree.root_of(self._tile(level, index))
        return self._tile_roots[key]

    def _tile(self, level: int, index: int) -> list[bytes]:
        path = tile_path(level, index)
        if path in self._tiles:
            self._tiles.move_to_end(path)
            return self._tiles[path]
        data = _required(self._fetch, path)
        if len(data) != TILE_BYTES:
            raise TileError(f"The tile {path} has {len(data)} bytes instead of {TILE_BYTES}.")
        hashes = [data[at : at + tree.HASH_BYTES] for at in range(0, TILE_BYTES, tree.HASH_BYTES)]
        return _keep(self._tiles, path, hashes, _KEPT_TILES)

    def _bundle(self, index: int) -> list[bytes]:
        if index in self._bundles:
            self._bundles.move_to_end(index)
            return self._bundles[index]
        if (index + 1) * TILE_WIDTH > self._size:
            return self._last_bundle(index)
        path = bundle_path(index)
        return _keep(self._bundles, index, _whole_bundle(path, _required(self._fetch, path)), _KEPT_BUNDLES)

    def _last_bundle(self, index: int) -> list[bytes]:
        """Entries behind the last full bundle. The tail may become a bundle at any instant, hence bundle, tail, bundle.

        When the bundle is still missing after the tail was read, the tail read was the one that will become it.
        """
        if self._tail is None:
            path = bundle_path(index)
            data = _optional(self._fetch, path)
            if data is None:
                self._tail, _ = parse_bundle(_optional(self._fetch, TAIL) or b"")
                data = _optional(self._fetch, path)
            if data is not None:
                self._tail = _whole_bundle(path, data)
        if self._tail is None or len(self._tail) < self._size % TILE_WIDTH:
            raise TileError(f"The tail holds fewer entries than the {self._size % TILE_WIDTH} that are needed.")
        return self._tail


def resume(fetch: Fetch, bundles: int) -> Resumed:
    """What a writer finds when it starts on a folder with `bundles` entry bundles; it may have been killed anywhere.

    The caller first writes `files` (the last bundle's tiles, whose bytes can only be these), cuts the tail at
    `tail_bytes`, and, when the tail is `full`, renames it and asks again.
    Raises TileError when a whole file is missing or the tail outgrew a bundle.
    """
    sure = max(0, bundles - 1) * TILE_WIDTH
    edge = LogReader(fetch, sure).edge()
    files: list[tuple[str, bytes]] = []
    for index in range(sure // TILE_WIDTH, bundles):
        path = bundle_path(index)
        edge, files = full_tiles(edge, map(tree.leaf_hash, _whole_bundle(path, _required(fetch, path))))
    tail, tail_bytes = parse_bundle(_optional(fetch, TAIL) or b"")
    if len(tail) > TILE_WIDTH:
        raise TileError(f"The tail holds {len(tail)} entries; it should have become a bundle at {TILE_WIDTH}.")
    full = len(tail) == TILE_WIDTH
    if not full:
        edge, _ = full_tiles(edge, map(tree.leaf_hash, tail))
    return Resumed(edge, tuple(tail), tail_bytes, full, tuple(files))


def _required(fetch: Fetch, path: str) -> bytes:
    data = _optional(fetch, path)
    if data is None:
        raise TileError(f"The file {path} is missing.")
    return data


def _optional(fetch: Fetch, path: str) -> bytes | None:
    try:
        return fetch(path)
    except (FileNotFoundError, KeyError):
        return None


def _rows(size: int) -> int:
    return -(-size.bit_length() // TILE_HEIGHT)


def _whole_bundle(path: str, data: bytes) -> list[bytes]:
    entries, good_length = parse_bundle(data)
    if len(entries) != TILE_WIDTH or good_length != len(data):
        raise TileError(f"The bundle {path} does not hold exactly {TILE_WIDTH} whole entries.")
    return entries


def _index_path(index: int) -> str:
    """Decimal groups of three digits, all but the last marked with an x (C2SP tlog-tiles)."""
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([*("x" + group for group in groups[:-1]), groups[-1]])


def _pieces(start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(bundle, first place, last place) for each bundle that [start, end) touches."""
    while start < end:
        number, first = divmod(start, TILE_WIDTH)
        last = min(TILE_WIDTH, first + end - start)
        yield number, first, last
        start += last - first


def _keep(cache: OrderedDict[_Key, _Value], key: _Key, value: _Value, limit: int) -> _Value:
    cache[key] = value
    for old in list(islice(cache, max(0, len(cache) - limit))):
        del cache[old]
    return value
