"""A log as files: what a writer is told to write is what a reader, stopped or racing, finds again."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.ledger import tiles, tree
from minhbach.ledger.tiles import Edge, LogReader, TileError

Step = Callable[[dict[str, bytes]], None]


def entry_at(number: int) -> bytes:
    return b'{"number":%d}' % number


def writing(start: int, end: int, edge: Edge, batch: int) -> Iterator[tuple[Edge, Step]]:
    """Each durable step of a writer that appends the entries [start, end), and its edge after the step."""
    while start < end:
        count = min(batch, end - start, tiles.room_in_tail(edge.size))
        part = [entry_at(number) for number in range(start, start + count)]
        frames = b"".join(map(tiles.frame, part))
        edge, files = tiles.full_tiles(edge, map(tree.leaf_hash, part))
        yield edge, partial(append, frames)
        for path, data in files:
            yield edge, partial(write, path, data)
        if edge.size % tiles.TILE_WIDTH == 0:
            yield edge, partial(rename, tiles.bundle_path(edge.size // tiles.TILE_WIDTH - 1))
        start += count


def append(frames: bytes, disk: dict[str, bytes]) -> None:
    disk["tail"] = disk.get("tail", b"") + frames


def write(path: str, data: bytes, disk: dict[str, bytes]) -> None:
    disk[path] = data


def rename(bundle: str, disk: dict[str, bytes]) -> None:
    disk[bundle] = disk.pop("tail")


def written(size: int, batch: int = 100) -> tuple[dict[str, bytes], Edge]:
    disk: dict[str, bytes] = {}
    end = Edge()
    for edge, step in writing(0, size, Edge(), batch):
        step(disk)
        end = edge
    return disk, end


def leaf_hashes(size: int) -> list[bytes]:
    return [tree.leaf_hash(entry_at(number)) for number in range(size)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (tiles.tile_path(0, 0), "tile/0/000"),
        (tiles.tile_path(2, 999), "tile/2/999"),
        (tiles.tile_path(1, 1234067), "tile/1/x001/x234/067"),
        (tiles.bundle_path(1000), "tile/entries/x001/000"),
    ],
)
def test_paths_have_three_digits_and_an_x_before_each_group_but_the_last(path, expected):
    assert path == expected


@given(st.lists(st.binary(min_size=1, max_size=300)))
def test_frames_are_parsed_back(entries):
    data = b"".join(map(tiles.frame, entries))
    assert tiles.parse_bundle(data) == (entries, len(data))


@given(st.binary())
def test_any_bytes_parse_into_a_prefix_that_frames_back_to_itself(data):
    entries, good_length = tiles.parse_bundle(data)
    assert b"".join(map(tiles.frame, entries)) == data[:good_length]


def test_a_torn_tail_is_cut_at_the_last_whole_entry():
    frames = [tiles.frame(entry_at(number) * 20) for number in range(4)]
    data = b"".join(frames)
    ends = [0]
    for piece in frames:
        ends.append(ends[-1] + len(piece))
    for cut in range(len(data) + 1):
        entries, good_length = tiles.parse_bundle(data[:cut])
        assert good_length == max(end for end in ends if end <= cut)
        assert len(entries) == ends.index(good_length)


def test_unwritten_blocks_of_zeros_are_torn_and_make_no_entries():
    data = tiles.frame(b"whole")
    assert tiles.parse_bundle(data + bytes(4096)) == ([b"whole"], len(data))


@pytest.mark.parametrize("length", [0, tiles.LONGEST_ENTRY_BYTES + 1])
def test_an_entry_that_no_reader_would_accept_is_not_framed(length):
    with pytest.raises(TileError):
        tiles.frame(bytes(length))


def test_tiles_do_not_depend_on_how_the_entries_were_batched():
    expected, edge = written(1500, batch=1)
    for batch in (2, 7, 255, 256, 999):
        assert written(1500, batch) == (expected, edge)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 700, 1024])
def test_a_reader_computes_every_root_and_edge_of_its_past(size):
    disk, edge = written(size)
    reader = LogReader(disk.__getitem__, size)
    leaves = leaf_hashes(size)
    assert list(reader.entries(0, size)) == [entry_at(number) for number in range(size)]
    assert list(reader.leaf_hashes(0, size)) == leaves
    assert reader.edge() == edge
    assert edge.frontier().root() == tree.root_of(leaves)
    frontier = tree.Frontier()
    for past in range(size + 1):
        assert reader.root(past) == frontier.root()
        if past % 97 == 0:
            assert reader.frontier(past).hashes == frontier.hashes
        if past < size:
            frontier.append(leaves[past])


def test_a_log_three_tiles_high_proves_itself():
    size = 66_000
    disk, edge = written(size, batch=256)
    assert {path for path in disk if path.startswith("tile/1/")} == {"tile/1/000"}
    leaves = leaf_hashes(size)
    roots = [tree.EMPTY_ROOT]
    frontier = tree.Frontier()
    for leaf in leaves:
        frontier.append(leaf)
        roots.append(frontier.root())
    assert edge.frontier().root() == roots[-1]
    reader = LogReader(disk.__getitem__, size)
    chance = random.Random(1)
    places = [1, 255, 256, 65_535, 65_536, 65_537, size, *(chance.randrange(1, size) for _ in range(60))]
    for old, new in zip(sorted(places), sorted(places)[1:], strict=False):
        tree.verify_consistency(old, roots[old], new, roots[new], reader.consistency_proof(old, new))
        index = chance.randrange(new)
        assert reader.entry(index) == entry_at(index)
        tree.verify_inclusion(leaves[index], index, new, reader.inclusion_proof(index, new), roots[new])


def test_a_writer_killed_between_any_two_steps_goes_on_without_a_hole():
    size, batch = 600, 90
    whole, edge_of_whole = written(size, batch)
    for stop in range(len(list(writing(0, size, Edge(), batch))) + 1):
        disk: dict[str, bytes] = {}
        for number, (_, step) in enumerate(writing(0, size, Edge(), batch)):
            if number == stop:
                break
            step(disk)
        resumed = resume(disk)
        assert resumed.edge == edge_of(disk)
        for _, step in writing(resumed.edge.size, size, resumed.edge, batch):
            step(disk)
        assert disk == whole
        assert resume(disk).edge == edge_of_whole


def test_a_torn_tail_is_resumed_at_its_good_bytes():
    disk, _ = written(300)
    whole = disk["tail"]
    last = len(tiles.frame(entry_at(299)))
    for lost in range(1, last + 1):
        found = tiles.resume({**disk, "tail": whole[:-lost]}.__getitem__, 1)
        assert (found.edge.size, found.tail_bytes, found.full) == (299, len(whole) - last, False)


def test_a_tail_that_outgrew_its_bundle_is_refused():
    disk = {"tail": b"".join(tiles.frame(entry_at(number)) for number in range(257))}
    with pytest.raises(TileError):
        tiles.resume(disk.__getitem__, 0)


def test_a_reader_is_not_confused_by_a_tail_that_becomes_a_bundle_while_it_reads():
    before, _ = written(500)
    after, _ = written(600)
    without_tail = {path: data for path, data in after.items() if path != "tail"}
    for switch in range(6):
        for later in (after, without_tail):
            fetched = 0

            def fetch(path: str, switch: int = switch, later: dict[str, bytes] = later) -> bytes:
                nonlocal fetched
                fetched += 1
                return (before if fetched <= switch else later)[path]

            reader = LogReader(fetch, 500)
            assert list(reader.entries(256, 500)) == [entry_at(number) for number in range(256, 500)]


@pytest.mark.parametrize("size", [600, 512])
def test_a_missing_or_malformed_file_is_named(size):
    disk, _ = written(size)
    for path in disk:
        for broken in (None, disk[path][:-1], b"", disk[path] + b"\0"):
            if path == "tail" and broken == disk[path] + b"\0":
                continue  # a torn end behind the last entry is lawful
            changed = {**disk, path: broken} if broken is not None else {p: d for p, d in disk.items() if p != path}
            with pytest.raises(TileError):
                use_everything(LogReader(changed.__getitem__, size))


@given(st.dictionaries(st.sampled_from(["tail", "tile/0/000", "tile/entries/000"]), st.binary(max_size=9000)))
def test_a_hostile_folder_gives_tile_errors_and_nothing_else(disk):
    with suppress(TileError):
        use_everything(LogReader(disk.__getitem__, 300))


def test_no_answer_is_given_beyond_the_snapshot():
    disk, _ = written(300)
    reader = LogReader(disk.__getitem__, 280)
    questions: Sequence[Callable[[], object]] = (
        lambda: reader.entry(280),
        lambda: reader.entry(-1),
        lambda: list(reader.entries(0, 281)),
        lambda: list(reader.leaf_hashes(5, 4)),
        lambda: reader.root(281),
        lambda: reader.node(3, 35),
        lambda: reader.inclusion_proof(0, 281),
        lambda: reader.consistency_proof(10, 281),
    )
    for question in questions:
        with pytest.raises(TileError):
            question()


@pytest.mark.parametrize(("size", "levels"), [(1, ()), (-1, ()), (256, ((b"x" * 32,),)), (2, ((b"x" * 32,),))])
def test_an_edge_of_the_wrong_shape_is_refused(size, levels):
    with pytest.raises(TileError):
        Edge(size, levels)


def use_everything(reader: LogReader) -> None:
    list(reader.entries(0, reader.size))
    list(reader.leaf_hashes(0, reader.size))
    reader.root(reader.size)
    reader.inclusion_proof(0, reader.size)


def resume(disk: dict[str, bytes]) -> tiles.Resumed:
    """What an archive does when it starts, file by file."""
    while True:
        bundles = sum(path.startswith("tile/entries/") for path in disk)
        found = tiles.resume(disk.__getitem__, bundles)
        disk.update(found.files)
        if not found.full:
            return found
        disk[tiles.bundle_path(bundles)] = disk.pop("tail")


def edge_of(disk: dict[str, bytes]) -> Edge:
    bundles = sorted(path for path in disk if path.startswith("tile/entries/"))
    entries = [entry for path in bundles for entry in tiles.parse_bundle(disk[path])[0]]
    entries += tiles.parse_bundle(disk.get("tail", b""))[0]
    return tiles.full_tiles(Edge(), map(tree.leaf_hash, entries))[0]
