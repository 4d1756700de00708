"""The catalogue is only an index: it may be lost, damaged, old, or another recorder's, and is right again at once."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from minhbach.edge.archive import layout
from minhbach.edge.catalogue import QUERIES, Catalogue, CatalogueError
from minhbach.edge.clock import SimulatedClock
from minhbach.edge.config import DAY_US, HOUR_US
from tests.edge.keeping import COMMIT, START_US, S, Site, caught_up, checked, configured, rebuilt, rows


@pytest.fixture
def site(tmp_path):
    site = Site(configured(tmp_path / "archive", "quay-1", "quay-2")).start()
    yield site
    if site.alive:
        site.stop()
    checked(site.folder)


def path_of(site: Site) -> Path:
    return site.folder / layout.CATALOGUE_FILE


def test_a_catalogue_made_anew_is_the_one_that_followed_row_for_row(site: Site, tmp_path: Path) -> None:
    site.live(30 * HOUR_US)
    site.keeper.erase(list(site.catalogue.numbered("quay-2", "main", 20, 22)), COMMIT)
    site.settle()
    site.stop()
    mine, anew = caught_up(site.folder, tmp_path), rebuilt(site.folder, tmp_path)
    assert len(mine["segment"]) > 40
    for table in ("segment", "gap", "spent", "state"):
        assert mine[table] == anew[table]
    assert mine["doomed"] == mine["spent"] == []
    assert {row[3] for row in anew["doomed"]} == {each["path"] for each in site.entries("segment")} - {
        row[6] for row in mine["segment"]
    }


def test_a_removed_file_that_a_rebuilt_catalogue_names_again_is_found_gone(site: Site) -> None:
    site.live(30 * HOUR_US)
    site.stop()
    path_of(site).unlink()
    site.start()
    disk = site.archive.disks.all[0].name
    assert site.catalogue.doomed(disk, 99)
    there = site.files_there()
    site.idle(HOUR_US // 3)
    assert site.catalogue.doomed(disk, 99) == []
    assert set(site.files_there()) <= set(there)


def test_a_catalogue_lost_while_the_recorder_was_off_is_made_anew(site: Site) -> None:
    site.live(5 * HOUR_US)
    before = rows(path_of(site), "segment", "gap")
    site.stop()
    for suffix in ("", "-wal", "-shm"):
        path_of(site).with_name(path_of(site).name + suffix).unlink(missing_ok=True)
    site.clock.advance(S)
    site.start()
    assert rows(path_of(site), "segment")["segment"] == before["segment"]
    assert set(before["gap"]) < set(rows(path_of(site), "gap")["gap"])
    site.idle(30 * HOUR_US)
    assert site.numbers() == []


def garbage(path: Path) -> None:
    path.write_bytes(b"\x00\xffgarbage" * 5000)


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def no_segments(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for page in range(1, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(data)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def of_an_older_version(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE segment SET end_run_us = 0")
        connection.execute("PRAGMA user_version = 1")
    connection.close()


def with_a_state_that_nobody_can_read(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE state SET value = '{\"log\": 7' WHERE key = 'replay'")
    connection.close()


def with_a_state_of_another_shape(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE state SET value = json_remove(value, '$.clocks') WHERE key = 'replay'")
    connection.close()


DAMAGES = [
    garbage,
    torn,
    no_segments,
    empty,
    of_an_older_version,
    with_a_state_that_nobody_can_read,
    with_a_state_of_another_shape,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda each: each.__name__)
def test_a_damaged_catalogue_is_made_anew_at_the_start(site: Site, damage) -> None:
    site.live(3 * HOUR_US)
    before = rows(path_of(site), "segment")
    site.stop()
    damage(path_of(site))
    site.clock.advance(S)
    site.start()
    site.record()
    after = rows(path_of(site), "segment", "gap")
    assert set(before["segment"]) < set(after["segment"])
    assert len(after["segment"]) == len(before["segment"]) + 2
    site.idle(30 * HOUR_US)
    assert site.numbers("quay-1") == site.numbers("quay-2") == []


def test_damage_that_only_shows_while_recording_stops_no_recording_and_is_mended_by_the_next_start(site: Site) -> None:
    for _ in range(300):
        site.record(seconds=1)
    site.restart()
    path = path_of(site)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    site.archive.disks.all[0].keep_free_bytes = 1 << 45
    site.clock.advance(3 * S)
    site.keeper.relieve()
    site.settle()
    assert [each["code"] for each in site.entries("fault")] == ["catalogue_unusable"]
    site.archive.disks.all[0].keep_free_bytes = 0
    site.clock.advance(3 * S)
    site.archive.account()
    site.record()
    assert site.entries("segment")[-1]["number"] == 300
    site.stop()
    assert not path.exists()
    site.clock.advance(S)
    site.start()
    assert len(site.numbers()) == 301


def test_the_catalogue_of_another_recorder_is_not_believed(site: Site, tmp_path: Path) -> None:
    other = Site(configured(tmp_path / "other", "quay-1"), SimulatedClock(START_US, 5 * S)).start()
    for _ in range(4):
        other.record()
    site.record()
    other.stop()
    site.stop()
    for suffix in ("-wal", "-shm"):
        path_of(site).with_name(path_of(site).name + suffix).unlink(missing_ok=True)
    shutil.copy(path_of(other), path_of(site))
    site.clock.advance(S)
    site.start()
    assert site.numbers() == [0]
    known = [row[6] for row in rows(path_of(site), "segment")["segment"]]
    assert sorted(known) == sorted(each["path"] for each in site.entries("segment"))


def test_a_catalogue_that_knows_more_than_the_log_is_not_believed(site: Site, tmp_path: Path) -> None:
    """The archive came back from a backup, but for its catalogue."""
    site.record()
    site.stop()
    backup = tmp_path / "backup"
    shutil.copytree(site.folder, backup)
    site.clock.advance(S)
    site.start()
    site.record()
    site.stop()
    later = path_of(site).read_bytes()
    shutil.rmtree(site.folder)
    shutil.copytree(backup, site.folder)
    path_of(site).write_bytes(later)
    site.clock.advance(S)
    site.start()
    assert site.numbers() == [0]


def test_a_catalogue_that_lags_behind_reads_only_what_it_missed(site: Site, tmp_path: Path) -> None:
    site.live(5 * HOUR_US)
    site.stop()
    old = path_of(site).read_bytes()
    site.clock.advance(S)
    site.start()
    site.live(25 * HOUR_US)
    site.stop()
    path_of(site).write_bytes(old)
    mine, anew = caught_up(site.folder, tmp_path), rebuilt(site.folder, tmp_path)
    assert mine["segment"] == anew["segment"]
    assert mine["state"] == anew["state"]


def test_what_was_removed_long_after_the_state_was_saved_is_replayed_in_any_number_of_steps(
    site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site.live(5 * HOUR_US)
    site.stop()
    site.clock.advance(S)
    site.state_every_us = 1000 * DAY_US
    site.start()
    site.live(30 * HOUR_US)
    removed = sum(len(each["segments"]) for each in site.entries("deletion"))
    assert removed, "there is something to ask the replay about"
    site.kill()
    with caplog.at_level("WARNING"):
        mine = caught_up(site.folder, tmp_path, batch=20)
    assert "made anew" not in caplog.text
    anew = rebuilt(site.folder, tmp_path)
    for table in ("segment", "gap", "spent", "state"):
        assert mine[table] == anew[table]


def test_what_could_not_be_written_comes_with_the_next_entries(site: Site, tmp_path: Path) -> None:
    site.record()
    stranger = sqlite3.connect(path_of(site), isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    site.record()
    assert site.numbers() == [0]
    assert len(site.entries("segment")) == 4, "the log does not wait"
    stranger.execute("ROLLBACK")
    stranger.close()
    site.record()
    assert site.numbers() == [0, 1, 2]
    site.pass_time(HOUR_US)
    site.stop()
    assert caught_up(site.folder, tmp_path) == rebuilt(site.folder, tmp_path)


def test_any_number_of_stretches_can_be_left_out(site: Site) -> None:
    for _ in range(3):
        site.record(seconds=1)
    first, second, third = site.catalogue.numbered("quay-1", "main", 0, 9)
    strange = [(each, each + 1) for each in range(0, 1200, 2)]
    held = [*strange, (second.end_us - 1, second.end_us)]
    assert list(site.catalogue.numbered("quay-1", "main", 0, 9, held)) == [first, third]
    assert list(site.catalogue.on_disk(first.disk, "quay-1", "main", held[-1:])) == [first, third]


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"cannot be opened: unable to open database file\.$"):
        Catalogue(tmp_path / "nothing" / "here")


def test_segments_are_found_by_the_time_they_overlap(site: Site) -> None:
    for _ in range(20):
        site.record("quay-1")
    all_of_them = list(site.catalogue.numbered("quay-1", "main", 0, 99))
    begin_us, end_us = all_of_them[5].begin_us + 1, all_of_them[8].begin_us
    assert [each.number for each in site.catalogue.segments("quay-1", "main", begin_us, end_us)] == [5, 6, 7]
    site.clock.step(-2 * DAY_US)
    site.idle(HOUR_US)
    site.clock.step(2 * DAY_US - HOUR_US - 200 * S)
    site.archive.poll()
    site.settle()
    for _ in range(20):
        site.record("quay-1")
    found = list(site.catalogue.segments("quay-1", "main", all_of_them[0].begin_us, all_of_them[19].end_us))
    assert len(found) > 30, "time that was recorded twice is found twice"


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_no_question_walks_over_a_whole_table(tmp_path: Path, name: str) -> None:
    Catalogue(tmp_path / "catalogue.sqlite").close()
    connection = sqlite3.connect(tmp_path / "catalogue.sqlite")
    held = " AND NOT (begin_us < ? AND end_us > ?)" * 3
    query = QUERIES[name].format(held)
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}", (1,) * query.count("?"))]
    connection.close()
    steps = [step for step in plan if step.startswith(("SEARCH", "SCAN"))]
    assert steps
    assert all(step.startswith("SEARCH") for step in steps), plan
    if name != "segments":
        assert not [step for step in plan if "TEMP B-TREE" in step], plan
