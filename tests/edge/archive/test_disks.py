"""Which disk takes the next segment, and when none does."""

import errno
import json
import os
from pathlib import Path
from random import Random

import pytest

from minhbach.durable import Space
from minhbach.edge.archive import layout
from minhbach.edge.archive.disks import REST_US, Disks, trouble_of
from minhbach.edge.config import ConfigError, DiskConfig
from tests.edge.archive.stage import START_US, HastyClock, S, Stage, accused, configured, kept, lines
from tests.fakes import Call, FailingFiles, Failure, ForgetfulFiles, OrderlyLanes


class Shelves(ForgetfulFiles):
    """Disks whose room the test says."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.free: dict[Path, int] = {}

    def space(self, folder: Path) -> Space:
        free = self.free.get(folder, 100)
        if free < 0:
            raise OSError(errno.EIO, "Input/output error")
        return Space(free, 1_000)


@pytest.fixture
def shelves(scratch: Path, request: pytest.FixtureRequest) -> Shelves:
    return Shelves(scratch / request.node.name)


def disks_of(files: ForgetfulFiles, *names: str, keep_free: int = 10) -> Disks:
    return Disks(files, [DiskConfig(files.root / name, keep_free) for name in names])


def test_the_disk_with_the_most_room_takes_the_next_segment(shelves: Shelves) -> None:
    disks = disks_of(shelves, "a", "b", "c")
    disks.open({})
    shelves.free = {shelves.root / "a": 40, shelves.root / "b": 90, shelves.root / "c": 5}
    chosen = disks.choose(S)
    assert chosen is not None
    assert chosen.path.name == "b"
    shelves.free[shelves.root / "b"] = 9
    chosen = disks.choose(4 * S)
    assert chosen is not None
    assert chosen.path.name == "a"
    assert [each.trouble for each in disks.all] == ["", "disk_full", "disk_full"]
    shelves.free[shelves.root / "a"] = 0
    assert disks.choose(8 * S) is None
    assert disks.trouble == "disk_full"


def test_room_is_asked_for_every_two_seconds_and_not_with_every_segment(shelves: Shelves) -> None:
    disks = disks_of(shelves, "a")
    disks.open({})
    disks.choose(S)
    shelves.free[shelves.root / "a"] = 0
    assert disks.choose(S + 1) is not None
    assert disks.choose(3 * S) is None


def test_a_disk_that_failed_rests_and_is_tried_again(shelves: Shelves) -> None:
    disks = disks_of(shelves, "a")
    disks.open({})
    disks.failed(disks.all[0], OSError(errno.EIO, ""), S)
    assert disks.choose(S + REST_US - 1) is None
    assert disks.trouble == "disk_error"
    assert disks.choose(S + REST_US) is disks.all[0]


def test_a_file_system_that_does_not_answer_is_a_disk_error(shelves: Shelves) -> None:
    disks = disks_of(shelves, "a")
    disks.open({})
    shelves.free[shelves.root / "a"] = -1
    assert disks.choose(S) is None
    assert disks.trouble == "disk_error"


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (OSError(errno.ENOSPC, ""), "disk_full"),
        (OSError(errno.EDQUOT, ""), "disk_full"),
        (OSError(errno.EROFS, ""), "disk_error"),
        (TimeoutError(), "disk_error"),
        (ValueError(), "disk_error"),
    ],
)
def test_only_a_disk_without_room_is_full(error: BaseException, trouble: str) -> None:
    assert trouble_of(error) == trouble


def test_a_disk_is_known_again_by_the_name_it_carries(shelves: Shelves) -> None:
    known = disks_of(shelves, "a", "b").open({})
    assert len(set(known.values())) == 2
    again = disks_of(shelves, "a", "b")
    assert again.open(known) == known
    assert [each.trouble for each in again.all] == ["", ""]
    (shelves.root / "b").rename(shelves.root / "moved")
    moved = disks_of(shelves, "a", "moved")
    assert moved.open(known)[str(shelves.root / "moved")] == known[str(shelves.root / "b")]


def test_a_missing_a_swapped_and_a_nameless_disk_are_not_written_to(shelves: Shelves) -> None:
    known = disks_of(shelves, "a", "b", "c", "d").open({})
    (shelves.root / "a").rename(shelves.root / "away")
    (shelves.root / "b").rename(shelves.root / "other")
    (shelves.root / "c").rename(shelves.root / "b")
    (shelves.root / "other").rename(shelves.root / "c")
    (shelves.root / "d" / layout.DISK_FILE).write_bytes(b"{")
    disks = disks_of(shelves, "a", "b", "c", "d")
    before = len(shelves.calls)
    assert disks.open(known) == known
    assert [each.trouble for each in disks.all] == ["disk_missing"] * 4
    assert [each.name for each in disks.all] == list(known.values())
    assert len(shelves.calls) == before
    assert not (shelves.root / "a").exists()


def test_a_disk_that_comes_back_is_used_again(shelves: Shelves) -> None:
    known = disks_of(shelves, "a").open({})
    (shelves.root / "a").rename(shelves.root / "away")
    disks = disks_of(shelves, "a")
    disks.open(known)
    assert disks.choose(S) is None
    (shelves.root / "away").rename(shelves.root / "a")
    assert disks.choose(4 * S) is disks.all[0]


def test_the_disk_on_which_a_path_lies_is_the_innermost(shelves: Shelves) -> None:
    disks = disks_of(shelves, "a", "a/second")
    assert disks.holding(shelves.root / "a" / "open" / "x").path.name == "a"
    assert disks.holding(shelves.root / "a" / "second" / "open" / "x").path.name == "second"


@pytest.mark.parametrize("error", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_file_system_without_second_names_is_refused_at_the_start(error: int, scratch: Path) -> None:
    root = scratch / f"links-{error}"
    files = FailingFiles(root, lambda call: Failure(error) if call.kind == "link" else None)
    with pytest.raises(ConfigError, match="no hard links") as caught:
        disks_of(files, "a").open({})
    assert "liên kết cứng" in caught.value.vi
    assert list((root / "a" / "open").iterdir()) == []
    files.heal()
    known = disks_of(files, "a").open({})
    assert list((root / "a" / "open").iterdir()) == []
    again = FailingFiles(root, lambda call: Failure(error) if call.kind == "link" else None)
    with pytest.raises(ConfigError):
        disks_of(again, "a").open(known)


def test_a_probe_that_a_power_cut_left_behind_is_in_nobodys_way(shelves: Shelves) -> None:
    known = disks_of(shelves, "a").open({})
    for name in ("probe", "probe-2"):
        shelves.create(shelves.root / "a" / "open" / name).close()
    disks_of(shelves, "a").open(known)
    assert list((shelves.root / "a" / "open").iterdir()) == []


def test_a_new_disk_that_cannot_be_used_is_refused_with_a_sentence(scratch: Path) -> None:
    for number, kind in enumerate(("mkdir", "open", "sync_folder")):
        files = FailingFiles(scratch / f"new-{number}", lambda call, kind=kind: _full(call, kind))  # type: ignore[misc]
        with pytest.raises(ConfigError, match="cannot be used: No space left"):
            disks_of(files, "a").open({})


def _full(call: Call, kind: str) -> Failure | None:
    return Failure(errno.ENOSPC) if call.kind == kind else None


def test_a_known_disk_that_fails_at_the_start_does_not_stop_the_others(shelves: Shelves) -> None:
    known = disks_of(shelves, "a", "b").open({})
    files = FailingFiles(shelves.root, lambda call: _full(call, "open") if call.path.startswith("b/") else None)
    disks = disks_of(files, "a", "b")
    disks.open(known)
    assert [each.trouble for each in disks.all] == ["", "disk_full"]


def test_footage_moves_to_another_disk_when_one_is_pulled_out_and_the_alarm_is_logged(scratch: Path) -> None:
    root = scratch / "pulled"
    config = configured(root / "a", root / "b")
    stage = Stage(config, ForgetfulFiles(root), HastyClock(START_US, 5 * S), OrderlyLanes(Random(1))).start()
    stage.film("a")
    stage.run(2 * S)
    name = json.loads((root / "b" / layout.DISK_FILE).read_bytes())["disk"]
    (root / "b").rename(root / "drawer")
    stage.run(6 * S)
    (root / "drawer").rename(root / "b")
    stage.run(20 * S)
    stage.stop()
    assert accused(config.archive) == []
    told = [each for each in lines(config.archive) if each["kind"] == "fault"]
    faults = [(each["subject"], each["code"], each["state"]) for each in told]
    assert {(f"disk {name}", "disk_missing", "began"), (f"disk {name}", "disk_error", "began")} & set(faults)
    assert faults[-1][2] == "ended"
    fed = stage.feeds[0].fed
    there = set(kept(config))
    missing = [time_us for time_us, item in fed if item not in there]
    assert not missing or max(missing) - min(missing) < 4 * S


def test_a_footage_folder_that_deletion_just_took_away_costs_no_segment(scratch: Path) -> None:
    root = scratch / "taken"
    config = configured(root / "a", root / "b")
    stage = Stage(config, ForgetfulFiles(root), HastyClock(START_US, 5 * S), OrderlyLanes(Random(1))).start()
    stage.film("a")
    for _ in range(80):
        stage.run(100_000)
        for folder in sorted((root / "a").glob("footage/*/*/*/*")) + sorted((root / "b").glob("footage/*/*/*/*")):
            if not any(folder.iterdir()):
                os.rmdir(folder)
    stage.stop()
    assert accused(config.archive) == []
    assert {item for _, item in stage.feeds[0].fed} <= set(kept(config))
