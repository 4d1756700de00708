"""The files of a log, written and found again (FORMAT.md 2 and 3)."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from minhbach.edge.archive.log import Log, LogDamaged, count_bundles, holds_anything, readable
from minhbach.ledger import checkpoint, entry, note, tiles, tree
from tests.fakes import Call, FailingFiles, Failure, ForgetfulFiles, Killed, wipe

RECORDER = "0191a5e2-7b1c-7e00-8000-00000000000a"
ORIGIN = checkpoint.log_origin(RECORDER, 2026)


def signer(seed: int = 1) -> note.Signer:
    key = Ed25519PrivateKey.from_private_bytes(seed.to_bytes(32, "big"))
    return note.Signer(checkpoint.log_key_name(RECORDER), key.public_key().public_bytes_raw(), key.sign)


def line(number: int) -> bytes:
    return entry.encode(entry.make("fault", at_us=number, clock=1, subject="probe", code="on", state="began"))


def entries(first: int, last: int) -> list[bytes]:
    return [line(number) for number in range(first, last)]


def opened(files: ForgetfulFiles, origin: str = ORIGIN) -> Log:
    return Log(files, files.root / "log", origin, [signer()])


def held(log: Log) -> list[bytes]:
    return list(log.reader().entries(0, log.size))


def signed(log: Log) -> checkpoint.Checkpoint:
    found = checkpoint.read(log.fetch(tiles.CHECKPOINT), [signer().verifier])
    return found.checkpoint


@pytest.mark.parametrize("batches", [[1], [255], [256], [257], [100, 156], [100, 157, 300], [700], [1] * 5])
def test_what_was_written_is_there_signed_and_found_again(batches: list[int], tmp_path: Path) -> None:
    files = ForgetfulFiles(tmp_path)
    log, size = opened(files), 0
    for count in batches:
        waiting = entries(size, size + count)
        log.write(waiting)
        size += count
        assert waiting == []
        assert signed(log) == checkpoint.Checkpoint(ORIGIN, size, tree.root_of(map(tree.leaf_hash, entries(0, size))))
    log.close()
    again = opened(files)
    assert (again.size, held(again)) == (size, entries(0, size))
    again.write(entries(size, size + 3))
    assert held(again) == entries(0, size + 3)


def test_the_tiles_stand_before_the_bundle_has_its_name(tmp_path: Path) -> None:
    files = ForgetfulFiles(tmp_path)
    opened(files).write(entries(0, 256))
    names = [(step[0], step[2] if step[0] == "rename" else step[1]) for step in files.journal]
    tile = names.index(("rename", tmp_path / "log" / "tile/0/000"))
    assert tile < names.index(("rename", tmp_path / "log" / "tile/entries/000"))


def test_nothing_is_written_for_nothing(tmp_path: Path) -> None:
    files = ForgetfulFiles(tmp_path)
    log = opened(files)
    log.write([])
    assert not (tmp_path / "log" / tiles.CHECKPOINT).exists()
    log.write(entries(0, 2))
    calls = len(files.calls)
    log.write([])
    assert len(files.calls) == calls


def test_entries_behind_the_checkpoint_are_signed_by_the_next_run(tmp_path: Path) -> None:
    files = ForgetfulFiles(tmp_path)
    log = opened(files)
    log.write(entries(0, 5))
    before = log.fetch(tiles.CHECKPOINT)
    log.write(entries(5, 9))
    log.close()
    (tmp_path / "log" / tiles.CHECKPOINT).write_bytes(before)
    again = opened(files)
    assert again.size == 9
    again.write([])
    assert signed(again).size == 9


def test_a_torn_tail_is_cut_at_the_last_whole_entry(tmp_path: Path) -> None:
    files = ForgetfulFiles(tmp_path)
    log = opened(files)
    log.write(entries(0, 5))
    log.close()
    tail = tmp_path / "log" / tiles.TAIL
    whole = tail.read_bytes()
    for rest in (b"\0", bytes(4000), tiles.frame(line(5))[:-1], tiles.frame(b"{" + bytes(60)), b"\xff\xff\xff"):
        tail.write_bytes(whole + rest)
        again = opened(files)
        assert held(again) == entries(0, 5)
        assert tail.read_bytes() == whole
        again.close()


def test_a_whole_entry_behind_a_torn_one_is_no_entry(tmp_path: Path) -> None:
    files = ForgetfulFiles(tmp_path)
    log = opened(files)
    log.write(entries(0, 2))
    log.close()
    tail = tmp_path / "log" / tiles.TAIL
    tail.write_bytes(tail.read_bytes() + tiles.frame(bytes(90)) + tiles.frame(line(3)))
    assert held(opened(files)) == entries(0, 2)


def damage_tail(folder: Path) -> None:
    (folder / tiles.TAIL).write_bytes((folder / tiles.TAIL).read_bytes()[:-3])


def lose_tail(folder: Path) -> None:
    (folder / tiles.TAIL).unlink()


def damage_bundle(folder: Path) -> None:
    path = folder / "tile/entries/001"
    path.write_bytes(path.read_bytes()[:-1])


def lose_bundle(folder: Path) -> None:
    (folder / "tile/entries/001").unlink()


def rewrite_bundle(folder: Path) -> None:
    path = folder / "tile/entries/001"
    path.write_bytes(path.read_bytes().replace(b"probe", b"prove"))


def damage_checkpoint(folder: Path) -> None:
    (folder / tiles.CHECKPOINT).write_bytes(b"no note")


def damage_old_tile(folder: Path) -> None:
    (folder / "tile/0/000").unlink()


def overgrow(folder: Path) -> None:
    (folder / tiles.TAIL).write_bytes(b"".join(map(tiles.frame, entries(0, 300))))


@pytest.mark.parametrize(
    "harm",
    [
        damage_tail,
        lose_tail,
        damage_bundle,
        lose_bundle,
        rewrite_bundle,
        damage_checkpoint,
        damage_old_tile,
        overgrow,
    ],
)
def test_a_log_that_is_not_what_its_checkpoint_signs_is_refused_and_left_alone(harm: object, tmp_path: Path) -> None:
    files = ForgetfulFiles(tmp_path)
    log = opened(files)
    log.write(entries(0, 600))
    log.close()
    assert callable(harm)
    harm(tmp_path / "log")
    before = {path: path.read_bytes() for path in (tmp_path / "log").rglob("*") if path.is_file()}
    with pytest.raises(LogDamaged):
        opened(files)
    assert {path: path.read_bytes() for path in (tmp_path / "log").rglob("*") if path.is_file()} == before


def test_the_checkpoint_of_another_log_is_refused(tmp_path: Path) -> None:
    files = ForgetfulFiles(tmp_path)
    log = opened(files)
    log.write(entries(0, 3))
    log.close()
    with pytest.raises(LogDamaged, match="of another log"):
        opened(files, checkpoint.log_origin(RECORDER, 2027))


def test_a_missing_or_differing_tile_of_the_last_bundle_is_made_again(tmp_path: Path) -> None:
    files = ForgetfulFiles(tmp_path)
    log = opened(files)
    log.write(entries(0, 300))
    log.close()
    tile = tmp_path / "log" / "tile/0/000"
    good = tile.read_bytes()
    for harm in (lambda: tile.unlink(), lambda: tile.write_bytes(bytes(100))):
        harm()
        opened(files).close()
        assert tile.read_bytes() == good


def test_whatever_call_fails_the_same_entries_can_be_written_again_and_stand_once(scratch: Path) -> None:
    quiet = ForgetfulFiles(scratch / "quiet")
    opened(quiet).write(entries(0, 3))
    begun = len(quiet.calls)
    opened(quiet).write(entries(3, 600))
    for number in range(begun, len(quiet.calls)):
        for failures in ([Failure()], [Failure(stored=True)], [Failure(), Failure(stored=True), Failure()]):
            files = FailingFiles(scratch / "disk", planned(number, list(failures)))
            log, waiting = patient(files), entries(3, 600)
            for _ in range(8):
                try:
                    log.write(waiting)
                    break
                except OSError:
                    continue
            assert held(log) == entries(0, 600)
            log.close()
            after = files.cut(scratch / "after", Random(number))
            assert held(opened(after)) == entries(0, 600)
            wipe(files.root)
            wipe(after.root)
    wipe(quiet.root)


def test_what_a_killed_writer_left_in_the_cache_is_durable_once_the_next_one_has_begun(scratch: Path) -> None:
    quiet = ForgetfulFiles(scratch / "quiet")
    opened(quiet).write(entries(0, 250))
    begun = len(quiet.calls)
    opened(quiet).write(entries(250, 520))
    for number in range(begun, len(quiet.calls)):
        files = FailingFiles(scratch / "disk", lambda call, number=number: _dead(call, number))  # type: ignore[misc]
        opened(files).write(entries(0, 250))
        with suppress(Killed):
            opened(files).write(entries(250, 520))
        files.heal()
        log = opened(files)
        log.write(entries(log.size, log.size + 3))
        told = held(log)
        for seed in range(8):
            after = files.cut(scratch / "after", Random(f"{number} {seed}"))
            assert held(opened(after)) == told
            wipe(after.root)
        wipe(files.root)
    wipe(quiet.root)


def _dead(call: Call, number: int) -> None:
    if call.number >= number:
        raise Killed


def planned(number: int, failures: list[Failure]) -> Callable[[Call], Failure | None]:
    """The calls from ``number`` on fail as listed, and then no more."""
    return lambda call: failures.pop(0) if failures and call.number >= number else None


def patient(files: ForgetfulFiles) -> Log:
    """A log with three entries, on a disk that may have failed meanwhile."""
    for _ in range(8):
        try:
            log = opened(files)
            log.write([] if log.size else entries(0, 3))
            return log
        except OSError:
            continue
    raise AssertionError("the log cannot be opened")


def test_a_log_is_begun_once_anything_of_it_is_there(tmp_path: Path) -> None:
    assert not holds_anything(tmp_path / "log")
    files = ForgetfulFiles(tmp_path)
    log = opened(files)
    assert not holds_anything(tmp_path / "log")
    (tmp_path / "log" / tiles.TAIL).write_bytes(bytes(100))
    assert not holds_anything(tmp_path / "log")
    log.close()
    log = opened(files)
    log.write(entries(0, 1))
    assert holds_anything(tmp_path / "log")


def test_what_can_still_be_read_of_a_damaged_log_ends_where_its_files_disagree(tmp_path: Path) -> None:
    files = ForgetfulFiles(tmp_path)
    log = opened(files)
    log.write(entries(0, 900))
    log.close()
    folder = tmp_path / "log"
    assert readable(folder).size == 900
    assert count_bundles(folder) == 3
    rewrite_bundle(folder)
    left = readable(folder)
    assert list(left.entries(0, left.size)) == entries(0, 256)
    (folder / "tile/entries/000").unlink()
    assert readable(folder).size == 0
    assert readable(tmp_path / "absent").size == 0
