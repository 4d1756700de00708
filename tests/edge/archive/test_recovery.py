"""What a start makes of the files that the last run left open."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from random import Random

import pytest

from minhbach.edge.archive import layout, recovery
from minhbach.edge.archive.recovery import read_part
from minhbach.fmp4 import scan
from tests.edge.archive.stage import (
    START_US,
    HastyClock,
    S,
    Stage,
    accused,
    configured,
    kept,
    lines,
    raw_lines,
)
from tests.fakes import ForgetfulFiles, OrderlyLanes, wipe


class Site:
    """Two disks, a recorder that is killed, and its next start."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.config = configured(root / "a", root / "b")
        self.clock = HastyClock(START_US, 5 * S)
        self.stage = self.start()

    @property
    def archive(self) -> Path:
        return self.config.archive

    def start(self) -> Stage:
        files = ForgetfulFiles.over(self.root)
        self.stage = Stage(self.config, files, self.clock, OrderlyLanes(Random(1))).start()
        return self.stage

    def killed(self, for_us: int = 4 * S, serial: int = 0) -> None:
        """Record camera ``a`` and stop to exist."""
        self.stage.film("a", serial)
        self.stage.run(for_us)
        self.stage.die()
        self.clock.advance(S)

    def restart(self) -> None:
        self.start().stop()

    def parts(self) -> list[Path]:
        return [path for disk in self.config.disks for path in sorted((disk.path / layout.OPEN).glob("*.part"))]

    def names(self) -> list[str]:
        """Everything in the folders of open files."""
        return [path.name for disk in self.config.disks for path in sorted((disk.path / layout.OPEN).iterdir())]

    def segments(self) -> list[dict[str, object]]:
        return [each for each in lines(self.archive) if each["kind"] == "segment"]


@pytest.fixture
def site(scratch: Path, request: pytest.FixtureRequest) -> Site:
    return Site(scratch / request.node.name[:60])


def disk_of(path: Path) -> Path:
    return path.parent.parent


def test_an_open_file_is_sealed_and_logged_as_recovered_and_the_rest_is_a_gap(site: Site) -> None:
    site.killed()
    fed = [item for _, item in site.stage.feeds[0].fed]
    site.restart()
    assert accused(site.archive) == []
    there = list(kept(site.config))
    assert set(there) <= set(fed)
    assert len(there) == len(set(there)) >= len(fed) - 14
    last = site.segments()[-1]
    assert (last["cut"], last["notes"], last["camera_offset_us"]) == ("recovered", {}, None)
    gaps = [each for each in lines(site.archive) if each["kind"] == "gap"]
    assert gaps[-1]["cause"] == "recorder_killed"
    assert site.names() == []


def test_a_kill_within_the_same_boot_leaves_a_gap_of_exactly_the_time_nobody_watched(site: Site) -> None:
    site.killed()
    killed_us = site.clock.mono_us() - S
    site.restart()
    by_camera = [each for each in lines(site.archive) if each["kind"] == "gap" and each["stream"] == "main"]
    last = [each for each in by_camera if each["camera"] == "a"][-1]
    assert S <= last["end_us"] - last["begin_us"] <= 3 * S
    assert last["begin_us"] - START_US < killed_us


Harm = Callable[[Path], None]


def zero_last_fragment(path: Path) -> None:
    with path.open("rb") as file:
        last = scan(file).fragments[-1]
    data = bytearray(path.read_bytes())
    data[last.media :] = bytes(len(data) - last.media)
    path.write_bytes(data)


def zero_one_block(path: Path) -> None:
    """A hole in the middle of a large picture: every length in the file is right."""
    data = bytearray(path.read_bytes())
    at = -(-(len(data) - 2_000) // 512) * 512
    data[at : at + 512] = bytes(512)
    path.write_bytes(data)


def zero_tail(path: Path) -> None:
    path.write_bytes(path.read_bytes() + bytes(5_000))


def tear(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def stray_bytes(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\x00\x00\x01\x00moof" + os.urandom(300))


@pytest.mark.parametrize(
    ("harm", "lost"),
    [(zero_last_fragment, 1), (zero_one_block, 1), (zero_tail, 0), (tear, 1), (stray_bytes, 0)],
)
def test_a_file_is_cut_at_its_last_whole_fragment(harm: Harm, lost: int, site: Site) -> None:
    site.stage.film("a").size = 3_000
    site.stage.run(4 * S)
    site.stage.die()
    site.clock.advance(S)
    [path] = site.parts()
    with path.open("rb") as file:
        fragments = scan(file).fragments
    before = path.read_bytes()
    harm(path)
    site.restart()
    assert accused(site.archive) == []
    last = site.segments()[-1]
    sealed = disk_of(path) / str(last["path"])
    assert sealed.read_bytes() == before[: fragments[len(fragments) - 1 - lost].end]


def test_the_end_of_a_recovered_file_is_when_its_last_picture_ends(site: Site) -> None:
    site.stage.film("a")
    site.stage.run(4 * S)
    site.stage.die()
    stage = site.stage
    site.restart()
    last = site.segments()[-1]
    serials = [item for item in kept(site.config) if b"\xa5" in item]
    shown_us = {item: time_us for time_us, item in stage.feeds[0].fed}[serials[-1]]
    offset_us = next(each["offset_us"] for each in lines(site.archive) if each["kind"] == "boot")
    assert abs(int(str(last["end_us"])) - offset_us - shown_us - 100_000) <= 12


def test_files_that_follow_each_other_without_an_entry_are_all_recovered(site: Site) -> None:
    """The log could not be written for long; then the power failed."""
    site.stage.film("a")
    site.stage.run(S)
    assert site.stage.book is not None
    site.stage.book.commit = lambda: None  # type: ignore[method-assign]
    site.stage.run(9 * S)
    site.stage.die()
    site.clock.advance(S)
    assert len(site.parts()) >= 4
    fed = [item for _, item in site.stage.feeds[0].fed]
    site.restart()
    assert accused(site.archive) == []
    assert len(set(kept(site.config)) & set(fed)) >= len(fed) - 14
    assert [each["cut"] for each in site.segments()] == ["recovered"] * len(site.segments())


def test_a_clock_set_back_before_the_kill_costs_no_footage(site: Site) -> None:
    site.stage.film("a")
    site.stage.run(3 * S)
    site.clock.step(-3600 * S)
    site.stage.run(4 * S)
    site.stage.die()
    fed = [item for _, item in site.stage.feeds[0].fed]
    site.clock.step(1800 * S)
    site.restart()
    assert accused(site.archive) == []
    assert len(set(kept(site.config)) & set(fed)) >= len(fed) - 14


def test_a_camera_that_is_no_longer_configured_keeps_its_last_seconds(site: Site) -> None:
    site.killed()
    fed = [item for _, item in site.stage.feeds[0].fed]
    site.config = configured(*(disk.path for disk in site.config.disks))
    site.config = type(site.config)(site.config.cameras[1:], site.config.disks)
    site.restart()
    assert accused(site.archive) == []
    assert len(set(kept(site.config)) & set(fed)) >= len(fed) - 14


def test_the_first_name_of_a_logged_file_goes_and_the_lasting_one_stays(site: Site) -> None:
    site.stage.film("a")
    site.stage.run(4 * S)
    site.stage.stop()
    before = raw_lines(site.archive)
    entry = site.segments()[0]
    disk = next(each.path for each in site.config.disks if (each.path / str(entry["path"])).exists())
    part = layout.part_path(disk, PurePosixPath(str(entry["path"])))
    os.link(disk / str(entry["path"]), part)
    site.clock.step(-3600 * S)  # By labels alone the stream has not come so far yet.
    site.restart()
    assert site.names() == []
    assert accused(site.archive) == []
    assert raw_lines(site.archive)[: len(before)] == before


def test_a_logged_file_that_lost_its_lasting_name_gets_it_back(site: Site) -> None:
    site.stage.film("a")
    site.stage.run(4 * S)
    site.stage.stop()
    entry = site.segments()[0]
    disk = next(each.path for each in site.config.disks if (each.path / str(entry["path"])).exists())
    (disk / str(entry["path"])).rename(layout.part_path(disk, PurePosixPath(str(entry["path"]))))
    assert [kind for kind, _, _ in accused(site.archive)] == ["file_missing"]
    site.restart()
    assert accused(site.archive) == []
    assert site.names() == []


def test_a_copy_without_second_names_is_put_aside_and_nothing_is_lost(site: Site) -> None:
    """An archive that was copied by something that knows no hard links."""
    site.stage.film("a")
    site.stage.run(4 * S)
    site.stage.stop()
    entry = site.segments()[0]
    disk = next(each.path for each in site.config.disks if (each.path / str(entry["path"])).exists())
    shutil.copy(disk / str(entry["path"]), layout.part_path(disk, PurePosixPath(str(entry["path"]))))
    site.restart()
    assert accused(site.archive) == []
    assert site.names() == []


def test_a_file_whose_sealing_failed_keeps_no_name_that_no_entry_knows(site: Site) -> None:
    """A gap was logged over it already; then the power failed before its names went."""
    site.killed()
    site.restart()
    entry = site.segments()[-1]
    disk = next(each.path for each in site.config.disks if (each.path / str(entry["path"])).exists())
    earlier = str(entry["path"]).replace(".4", ".3").replace(".9", ".8")
    assert earlier != entry["path"]
    (disk / earlier).write_bytes((disk / str(entry["path"])).read_bytes())
    part = layout.part_path(disk, PurePosixPath(earlier))
    os.link(disk / earlier, part)
    site.restart()
    assert not (disk / earlier).exists()
    assert site.names() == [part.name + layout.ASIDE_SUFFIX]
    assert accused(site.archive) == []
    os.link(part.with_name(part.name + layout.ASIDE_SUFFIX), disk / earlier)
    site.restart()
    assert not (disk / earlier).exists()
    assert site.names() == [part.name + layout.ASIDE_SUFFIX]


def empty(path: Path) -> None:
    path.write_bytes(b"")


def noise(path: Path) -> None:
    path.write_bytes(os.urandom(5_000))


def beginning_only(path: Path) -> None:
    with path.open("rb") as file:
        found = scan(file)
    path.write_bytes(path.read_bytes()[: found.init_bytes + 20])


def claims(**changes: object) -> Harm:
    """Another record of itself in the file."""

    def harm(path: Path) -> None:
        data = path.read_bytes()
        begin = data.index(b'{"base_us"')
        end = data.index(b"}", begin) + 1
        record = {**json.loads(data[begin:end]), **changes}
        text = json.dumps(record, sort_keys=True, separators=(",", ":")).encode()
        assert len(text) <= end - begin + 200
        box = begin - 24
        size = int.from_bytes(data[box : box + 4], "big") + len(text) - (end - begin)
        path.write_bytes(data[:box] + size.to_bytes(4, "big") + data[box + 4 : begin] + text + data[end:])

    return harm


def another_name(path: Path) -> None:
    path.rename(path.with_name("x.part"))


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "harm",
    [
        empty,
        noise,
        beginning_only,
        another_name,
        a_folder,
        claims(camera="../../x"),
        claims(camera="b"),
        claims(stream=7),
        claims(log="1999"),
        claims(clock=10**9),
        claims(clock="one"),
        claims(begin_us=-1),
        claims(begin_us=10**30),
        claims(base_us=0),
        claims(start="soon"),
        claims(tracks=[]),
        claims(tracks=None),
    ],
)
def test_a_file_that_cannot_be_understood_or_contradicts_itself_is_put_aside_and_stops_nobody(
    harm: Harm, site: Site
) -> None:
    site.killed()
    [path] = site.parts()
    harm(path)
    site.restart()
    assert accused(site.archive) == []
    assert [name for name in site.names() if name.endswith(".part")] == []
    assert any(name.endswith(layout.ASIDE_SUFFIX) for name in site.names())


def test_whatever_bytes_stand_in_a_part_it_is_read_or_refused(scratch: Path) -> None:
    site = Site(scratch / "bytes")
    site.killed()
    [path] = site.parts()
    good = path.read_bytes()
    whole = read_part(disk_of(path), path)
    assert whole is not None
    random = Random(5)
    for _ in range(300):
        data = bytearray(good)
        for _ in range(random.randrange(1, 6)):
            at = random.randrange(len(data))
            data[at : at + random.randrange(1, 9)] = random.randbytes(random.randrange(9))
        path.write_bytes(data)
        found = read_part(disk_of(path), path)
        assert found is None or found.whole_bytes <= len(data)


def test_a_disk_that_is_missing_keeps_its_files_until_it_is_back(site: Site) -> None:
    site.killed(2 * S)
    [path] = site.parts()
    disk = disk_of(path)
    away = disk.with_name("away")
    assert disk != site.archive
    disk.rename(away)
    site.start()
    assert {each.trouble for each in site.stage.archive.disks.all} == {"", "disk_missing"}
    site.stage.stop()
    wipe(disk)
    away.rename(disk)
    site.restart()
    assert accused(site.archive) == []
    assert site.names() == [path.name + layout.ASIDE_SUFFIX]


def test_only_what_begins_where_the_account_ends_joins_it(site: Site) -> None:
    site.killed()
    [path] = site.parts()
    part = read_part(disk_of(path), path)
    assert part is not None
    site.start()
    state = site.stage.archive.book.replay.state
    site.stage.stop()
    clock = state.clocks.get(part.reference)
    assert clock is None or not list(recovery.joined([part], state.streams["a", "main"], state.clocks))
