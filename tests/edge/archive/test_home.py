"""An archive folder as a place: who may write there, and what happens when its log, its key or its identity is lost."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from minhbach.edge.archive import layout
from minhbach.edge.archive.home import Home
from minhbach.edge.archive.keys import KeyUnreadable
from minhbach.edge.config import ConfigError
from minhbach.ledger import checkpoint, entry, note, tiles
from tests.edge.archive.stage import START_US, HastyClock, S, Stage, configured, file_samples, inspected, lines
from tests.fakes import ForgetfulFiles, OrderlyLanes, wipe


def stage_on(files: ForgetfulFiles, *, at_us: int = START_US) -> Stage:
    clock = HastyClock(at_us, 5 * S)
    return Stage(configured(files.root / "a", files.root / "b"), files, clock, OrderlyLanes(Random(1)))


def recorded(files: ForgetfulFiles, at_us: int = START_US, *, lines_more: int = 0) -> None:
    """A run with footage and its clean end."""
    stage = stage_on(files, at_us=at_us).start()
    stage.film("a", serial=at_us // S % 100_000)
    stage.run(3 * S)
    for number in range(lines_more):
        stage.archive.fault("probe", "even" if number % 2 else "odd")
    stage.run(S)
    stage.stop()


@pytest.fixture
def files(scratch: Path, request: pytest.FixtureRequest) -> ForgetfulFiles:
    return ForgetfulFiles(scratch / request.node.name)


def test_two_recorders_never_write_into_one_folder(files: ForgetfulFiles) -> None:
    first = Home(files.root / "a", files)
    with pytest.raises(ConfigError, match="in use by another recorder"):
        Home(files.root / "a", files)
    first.close()
    first.close()
    Home(files.root / "a", files).close()


def test_a_start_that_was_refused_does_not_keep_the_folder(files: ForgetfulFiles) -> None:
    Home(files.root / "a", files).close()
    record = files.root / "a" / layout.ARCHIVE_FILE
    good = record.read_bytes()
    record.write_bytes(b"{")
    with pytest.raises(ConfigError):
        Home(files.root / "a", files)
    record.write_bytes(good)
    Home(files.root / "a", files).close()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"format":2,"recorder":"0191a5e2-7b1c-7e00-8000-00000000000a","disks":{},"log":""}',
        b'{"format":1,"recorder":"me","disks":{},"log":""}',
        b'{"format":1,"recorder":"0191a5e2-7b1c-7e00-8000-00000000000a","disks":[1],"log":""}',
        b'{"format":1,"recorder":"0191a5e2-7b1c-7e00-8000-00000000000a","disks":{"/a":1},"log":""}',
        b'{"format":1,"recorder":"0191a5e2-7b1c-7e00-8000-00000000000a","disks":{},"log":"soon"}',
    ],
)
def test_a_damaged_identity_is_refused_with_a_sentence(content: bytes, files: ForgetfulFiles) -> None:
    Home(files.root / "a", files).close()
    (files.root / "a" / layout.ARCHIVE_FILE).write_bytes(content)
    with pytest.raises(ConfigError, match="restore it from a backup") as caught:
        Home(files.root / "a", files)
    assert "phục hồi" in caught.value.vi


def test_a_log_without_an_identity_is_not_denied(files: ForgetfulFiles) -> None:
    recorded(files)
    (files.root / "a" / layout.ARCHIVE_FILE).unlink()
    with pytest.raises(ConfigError, match=r"holds a log but no archive.json"):
        Home(files.root / "a", files)


def test_a_folder_that_cannot_be_written_is_refused_with_a_sentence(files: ForgetfulFiles) -> None:
    (files.root / "file").write_bytes(b"")
    with pytest.raises(ConfigError, match="Cannot write to the archive folder"):
        Home(files.root / "file" / "a", files)


def test_the_identity_survives_and_so_do_the_names_of_the_disks(files: ForgetfulFiles) -> None:
    first = Home(files.root / "a", files)
    first.remember_disks({"/srv": "0a"})
    first.close()
    again = Home(files.root / "a", files)
    assert (again.recorder, again.disks) == (first.recorder, {"/srv": "0a"})
    again.close()


def openings(archive: Path) -> list[tuple[str, str, int]]:
    """(log, reason, how many entries of the log before it binds) of every log."""
    found = [each for each in lines(archive) if each["kind"] == "log_opened"]
    sizes = [(each["previous"] or {"size": 0})["size"] for each in found]
    return [(entry.log_name(each["origin"]), each["reason"], size) for each, size in zip(found, sizes, strict=True)]


def lose_key(archive: Path) -> None:
    layout.key_path(archive).unlink()


def test_a_lost_key_begins_a_new_log_with_another_key_that_binds_all_of_the_old(files: ForgetfulFiles) -> None:
    recorded(files)
    before = len(lines(files.root / "a"))
    lose_key(files.root / "a")
    recorded(files, START_US + 600 * S)
    assert openings(files.root / "a") == [("2026", "new", 0), ("2/2026", "key_lost", before)]
    assert (files.root / "a" / "log" / "2-2026").is_dir()
    found = inspected(files.root / "a")
    assert [each.kind for each in found.findings] == []
    assert "key_was_lost" in [each.kind for each in found.notices]
    recorded(files, START_US + 1200 * S)
    assert len(openings(files.root / "a")) == 2


def cut_tail(archive: Path) -> None:
    tail = archive / "log" / "2026" / tiles.TAIL
    tail.write_bytes(tail.read_bytes()[:-40])


def lose_checkpointed_tail(archive: Path) -> None:
    (archive / "log" / "2026" / tiles.TAIL).unlink()


def spoil_bundle(archive: Path) -> None:
    path = archive / "log" / "2026" / tiles.bundle_path(0)
    path.write_bytes(path.read_bytes()[:-1])


def spoil_checkpoint(archive: Path) -> None:
    (archive / "log" / "2026" / tiles.CHECKPOINT).write_bytes(b"\0" * 100)


@pytest.mark.parametrize("harm", [cut_tail, lose_checkpointed_tail, spoil_bundle, spoil_checkpoint])
def test_a_damaged_log_is_continued_by_a_new_one_that_says_so_and_footage_goes_on(
    harm: Callable[[Path], None], files: ForgetfulFiles
) -> None:
    archive = files.root / "a"
    recorded(files, lines_more=300)
    harm(archive)
    damaged = {path: path.read_bytes() for path in (archive / "log" / "2026").rglob("*") if path.is_file()}
    stage = stage_on(files, at_us=START_US + 600 * S).start()
    film = stage.film("a", serial=50_000)
    stage.run(4 * S)
    stage.stop()
    assert {path: path.read_bytes() for path in (archive / "log" / "2026").rglob("*") if path.is_file()} == damaged
    assert layout.log_names(archive) == ["2026", "2/2026"]
    entries = stage_lines(archive, "2/2026")
    assert (entries[0]["reason"], entries[0]["previous"] is None) == ("log_damaged", harm is spoil_bundle)
    gaps = {each["cause"] for each in entries if each["kind"] == "gap"}
    assert gaps == {"recorder_starting"} | (set() if harm is spoil_bundle else {"log_damaged"})
    segments = {each["path"] for each in entries if each["kind"] == "segment"}
    there = {
        item
        for disk in stage.config.disks
        for path in segments
        if (disk.path / path).exists()
        for item in file_samples(disk.path / path)
    }
    assert {item for _, item in film.fed} <= there
    recorded(files, START_US + 1200 * S)
    assert layout.log_names(archive) == ["2026", "2/2026"]


def stage_lines(archive: Path, name: str) -> list[entry.Entry]:
    reader = tiles.LogReader(
        lambda path: (layout.log_folder(archive, name) / path).read_bytes(),
        checkpoint.claimed((layout.log_folder(archive, name) / tiles.CHECKPOINT).read_bytes()).size,
    )
    return [entry.decode(data) for data in reader.entries(0, reader.size)]


def test_a_log_folder_that_is_gone_is_told_as_a_loss_and_never_denied(files: ForgetfulFiles) -> None:
    recorded(files)
    archive = files.root / "a"
    (archive / "log" / "2026").rename(files.root / "elsewhere")
    recorded(files, START_US + 600 * S)
    assert layout.log_names(archive) == ["2/2026"]
    opened = stage_lines(archive, "2/2026")[0]
    assert (opened["reason"], opened["previous"]) == ("log_damaged", None)


def test_losses_may_follow_each_other(files: ForgetfulFiles) -> None:
    archive = files.root / "a"
    recorded(files)
    lose_key(archive)
    recorded(files, START_US + 600 * S)
    layout.key_path(archive, 2).unlink()
    recorded(files, START_US + 1200 * S)
    assert [name for name, _, _ in openings(archive)] == ["2026", "2/2026", "3/2026"]
    assert [each.kind for each in inspected(archive).findings] == []


@pytest.mark.parametrize("harm", [lose_key, cut_tail])
def test_a_power_cut_while_the_new_log_is_opened_leads_to_the_same_new_log(
    harm: Callable[[Path], None], files: ForgetfulFiles, scratch: Path
) -> None:
    recorded(files)
    harm(files.root / "a")
    base = ForgetfulFiles.over(files.root)
    stage_on(base, at_us=START_US + 600 * S).start().stop()
    for at in range(0, len(base.journal) + 1, 3):
        after = base.cut(scratch / "after", Random(at), at)
        recorded(after, START_US + 900 * S)
        found = openings_of(after.root / "a")
        assert found[0][:2] == ("2026", "new")
        assert found[1][:2] == ("2/2026", "key_lost" if harm is lose_key else "log_damaged")
        assert len(found) == 2
        wipe(after.root)


def openings_of(archive: Path) -> list[tuple[str, str]]:
    found = [stage_lines(archive, name)[0] for name in layout.log_names(archive)[1:]]
    return [("2026", "new"), *((entry.log_name(each["origin"]), each["reason"]) for each in found)]


def test_a_key_that_others_may_read_is_refused(files: ForgetfulFiles) -> None:
    recorded(files)
    layout.key_path(files.root / "a").chmod(0o640)
    with pytest.raises(KeyUnreadable, match="set its mode to 0600"):
        stage_on(files).start()


@pytest.mark.parametrize("content", [b"", b"-----BEGIN " + b"PRIVATE KEY-----\n", b"\xff" * 200])
def test_a_damaged_key_is_refused_and_not_taken_for_a_lost_one(content: bytes, files: ForgetfulFiles) -> None:
    recorded(files)
    key = layout.key_path(files.root / "a")
    key.write_bytes(content)
    with pytest.raises(KeyUnreadable, match="holds no Ed25519 key"):
        stage_on(files).start()
    assert key.read_bytes() == content


def test_the_key_is_for_its_owner_alone(files: ForgetfulFiles) -> None:
    recorded(files)
    key = layout.key_path(files.root / "a")
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.parent.stat().st_mode & 0o777 == 0o700
    assert b"PRIVATE KEY" in key.read_bytes()


def test_the_names_of_logs_sort_by_age(files: ForgetfulFiles) -> None:
    for name in ("2027", "2026", "2-2027", "10-2027", "2-2026", "1-2026", "02-2026", "2026-2", "x", "26"):
        (files.root / "log" / name).mkdir(parents=True)
    (files.root / "log" / "2028").write_bytes(b"")
    assert layout.log_names(files.root) == ["2026", "2027", "2/2026", "2/2027", "10/2027"]
    assert layout.log_names(files.root / "absent") == []
    for name in layout.log_names(files.root):
        assert layout.log_name(*layout.log_order(name)) == name


def test_a_clock_before_its_time_names_the_log_by_the_year_it_believes(files: ForgetfulFiles) -> None:
    recorded(files, 86_400 * S)
    recorded(files, START_US)
    assert layout.log_names(files.root / "a") == ["1970"]
    assert [each.kind for each in inspected(files.root / "a").findings] == []


def test_the_year_of_a_log_is_that_of_vietnam(files: ForgetfulFiles) -> None:
    recorded(files, 1_798_736_400 * S + S)  # 31 December 2026, 17:00:01 UTC
    assert layout.log_names(files.root / "a") == ["2027"]


def test_the_recorders_uuid_is_in_the_origin_and_the_keys_name(files: ForgetfulFiles) -> None:
    recorded(files)
    recorder = json.loads((files.root / "a" / layout.ARCHIVE_FILE).read_bytes())["recorder"]
    head = checkpoint.claimed((files.root / "a" / "log" / "2026" / tiles.CHECKPOINT).read_bytes())
    assert head.origin == checkpoint.log_origin(recorder, 2026)
    opened = lines(files.root / "a")[0]
    assert note.parse_vkey(opened["key"]).name == checkpoint.log_key_name(recorder)
