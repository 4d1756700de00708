"""Real small disks: full to the last byte, missing, swapped, read-only, more than one."""

import errno
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from minhbach.durable import AppendFile, Files
from minhbach.edge.check.inspection import inspect
from minhbach.edge.config import HOUR_US, DiskConfig, Retention
from minhbach.edge.retention.ballast import NAME
from tests.edge.keeping import S, Site, Unsynced, caught_up, checked, configured, rebuilt

MEGABYTE = 1 << 20
KEEP = Retention(picture_days=30, sound_days=30, minimum_days=15)
SIZE = 25_000  # bytes per picture: half a megabyte per segment

Mount = Callable[[str, int], Path]


@pytest.fixture
def mount(tmp_path: Path, needs: Callable[[str], str]) -> Iterator[Mount]:
    """``mount(name, megabytes)``: a new file system of that size; unmounted at the end."""
    program = needs("loop-mount")
    mounted: list[Path] = []

    def make(name: str, megabytes: int) -> Path:
        image, place = tmp_path / f"{name}.image", tmp_path / name
        with image.open("wb") as file:
            file.truncate(megabytes * MEGABYTE)
        subprocess.run(["mkfs.ext4", "-q", "-m", "0", "-N", "512", image], check=True)
        place.mkdir()
        subprocess.run([program, "-o", "loop", image, place], check=True)
        mounted.append(place)
        return place

    yield make
    for place in mounted:
        while os.path.ismount(place):
            subprocess.run(["umount", "--lazy", place], check=True)


def real(folder: Path, *names: str, disks: Sequence[DiskConfig], keep: Retention = KEEP) -> Site:
    """A site on disks as they are."""
    return Site(configured(folder, *names, keep=keep, disks=disks), files=Files()).start()


def fill_up(disk: Path, name: str = "stranger") -> Path:
    """Somebody else's file takes every byte that is left."""
    path = disk / name
    with path.open("wb", buffering=0) as file:
        for size in (MEGABYTE, 4096, 512, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
    assert os.statvfs(disk).f_bavail == 0
    return path


def faults(site: Site, code: str) -> list[str]:
    """What was told of this code, but for what the log says of itself."""
    return [each["state"] for each in site.entries("fault") if each["code"] == code and " " in each["subject"]]


def gaps(site: Site) -> set[str]:
    return {each["cause"] for each in site.entries("gap")} - {"stream_lost", "recorder_starting"}


def test_on_a_small_real_disk_recording_goes_on_by_emergency_deletion(mount: Mount) -> None:
    folder = mount("disk", 24) / "archive"
    site = real(folder, disks=[DiskConfig(folder, 4 * MEGABYTE)])
    site.stream(600, size=SIZE)
    assert len(site.entries("emergency_deletion")) > 5
    assert gaps(site) == set()
    assert faults(site, "below_minimum") == ["began"]
    site.stop()
    checked(folder)


def test_a_disk_that_somebody_else_fills_to_the_last_byte_is_told_relieved_and_goes_on(
    mount: Mount, tmp_path: Path
) -> None:
    disk = mount("disk", 24)
    folder = disk / "archive"
    site = real(folder, disks=[DiskConfig(folder, 2 * MEGABYTE)])
    site.stream(200, size=SIZE)
    assert (folder / NAME).exists()
    fill_up(disk)
    full_us = site.clock.wall_us()
    site.stream(60, size=SIZE)
    assert site.book.failure is None
    told = [each["at_us"] for each in site.entries("fault", "emergency_deletion") if each["at_us"] >= full_us]
    assert told[0] - full_us <= 30 * S
    newest = site.numbers()[-1]
    site.stream(60, size=SIZE)
    assert site.numbers()[-1] >= newest + 4
    gap_us = sum(each["end_us"] - each["begin_us"] for each in site.entries("gap") if "disk" in each["cause"])
    assert gap_us <= 30 * S
    site.stop()
    checked(folder)
    assert caught_up(folder, tmp_path)["segment"] == rebuilt(folder, tmp_path)["segment"]


def test_a_full_disk_of_held_footage_stops_recording_until_somebody_makes_room(mount: Mount) -> None:
    disk = mount("disk", 24)
    folder = disk / "archive"
    site = real(folder, disks=[DiskConfig(folder, 2 * MEGABYTE)])
    site.stream(100, size=SIZE)
    site.hold()
    held = site.numbers()
    stranger = fill_up(disk)
    site.stream(900, size=SIZE)
    assert set(held) <= set(site.numbers())
    assert not site.entries("emergency_deletion")
    assert faults(site, "disk_full") == ["began"]
    assert faults(site, "all_held") == ["began"]
    assert "disk_full" in gaps(site)
    count = len(site.numbers())
    stranger.unlink()
    site.stream(60, size=SIZE)
    assert len(site.numbers()) >= count + 4
    assert faults(site, "disk_full") == ["began", "ended"]
    site.stream(40, size=SIZE)
    assert faults(site, "all_held") == ["began", "ended"]
    site.stop()
    checked(folder)


def test_a_recorder_starts_on_a_disk_without_a_byte_left(mount: Mount) -> None:
    disk = mount("disk", 24)
    folder = disk / "archive"
    site = real(folder, disks=[DiskConfig(folder, 2 * MEGABYTE)])
    site.stream(100, size=SIZE)
    site.stop()
    fill_up(disk)
    site.clock.advance(60 * S)
    site.start()
    site.stream(100, size=SIZE)
    assert site.entries("emergency_deletion")
    assert len(site.entries("boot")) == 2
    assert site.entries("segment")[-1]["begin_us"] > site.entries("boot")[1]["at_us"]
    site.stop()
    checked(folder)


def test_a_disk_without_inodes_costs_footage_and_not_the_recording(mount: Mount) -> None:
    disk = mount("disk", 24)
    folder = disk / "archive"
    site = real(folder, disks=[DiskConfig(folder, 2 * MEGABYTE)])
    site.stream(100)
    with suppress(OSError):
        for number in range(512):
            (disk / f"{number}").touch()
    assert os.statvfs(disk).f_favail == 0
    site.stream(300)
    newest = site.numbers()[-1]
    site.stream(100)
    assert site.numbers()[-1] >= newest + 7
    assert site.entries("emergency_deletion")
    site.stop()
    checked(folder)


def test_a_second_disk_takes_over_when_the_first_turns_read_only(mount: Mount, tmp_path: Path) -> None:
    """The log's disk is another one: without it there is no recorder."""
    first, second = mount("first", 24), mount("second", 64)
    folder = tmp_path / "archive"
    disks = [DiskConfig(folder, 1 << 50), DiskConfig(first, MEGABYTE), DiskConfig(second, MEGABYTE)]
    site = real(folder, disks=disks)
    site.stream(40)
    site.series("quay-1").end(site.clock.mono_us(), "lost", "stream_lost")
    site.settle(closing=True)
    worked = site.entries("segment")[-1]["disk"]
    place = next(each.path for each in site.archive.disks.all if each.name == worked)
    subprocess.run(["mount", "-o", "remount,ro", place], check=True)
    site.stream(120)
    after = [each["disk"] for each in site.entries("segment")[-6:]]
    assert len(set(after)) == 1
    assert worked not in after
    assert faults(site, "disk_error")[0] == "began"
    assert gaps(site) == set()
    subprocess.run(["mount", "-o", "remount,rw", place], check=True)
    site.stream(40)
    site.stop()
    checked(folder)


class Ailing(Unsynced):
    """A disk below ``broken`` gives errors for writes, and says that it has room."""

    broken: Path | None = None

    def open_file(self, path: Path, flags: int, mode: int = 0o640) -> AppendFile:
        if self.broken is not None and path.is_relative_to(self.broken):
            raise OSError(errno.EIO, "Input/output error")
        return super().open_file(path, flags, mode)


def test_a_disk_that_fails_again_and_again_costs_less_and_less_while_there_is_another(tmp_path: Path) -> None:
    folder, second = tmp_path / "archive", tmp_path / "second"
    files = Ailing()
    files.limits = {folder: 500 * MEGABYTE, second: 900 * MEGABYTE}
    config = configured(folder, keep=KEEP, disks=[DiskConfig(folder, MEGABYTE), DiskConfig(second, MEGABYTE)])
    site = Site(config, files=files).start()
    site.stream(40)
    files.broken = second
    site.stream(900)
    lost = [each for each in site.entries("gap") if each["cause"] == "disk_error"]
    assert 2 <= len(lost) <= 7
    assert sum(each["end_us"] - each["begin_us"] for each in lost) <= 20 * S
    files.broken = None
    site.clock.advance(3600 * S)
    site.archive.account()
    site.stream(40)
    assert site.entries("segment")[-1]["disk"] == site.archive.disks.all[1].name
    site.stop()


def test_the_only_disk_is_tried_every_quarter_of_a_minute_however_often_it_failed(tmp_path: Path) -> None:
    folder, second = tmp_path / "archive", tmp_path / "second"
    files = Ailing()
    config = configured(folder, keep=KEEP, disks=[DiskConfig(folder, 1 << 50), DiskConfig(second, MEGABYTE)])
    site = Site(config, files=files).start()
    files.broken = second
    site.stream(600)
    assert not site.entries("segment")
    files.broken = None
    site.stream(40)
    assert site.entries("segment")[0]["begin_us"] <= site.clock.wall_us() - 15 * S
    site.stop()
    checked(folder)


def test_a_missing_disk_is_told_once_per_stream_and_loses_nothing(mount: Mount, tmp_path: Path) -> None:
    folder, second = tmp_path / "archive", mount("second", 64)
    names = ("quay-1", "quay-2")
    disks = [DiskConfig(folder, 1 << 50), DiskConfig(second, MEGABYTE)]
    site = real(folder, *names, disks=disks)
    site.stream(60)
    site.stop()
    checked(folder)
    subprocess.run(["umount", second], check=True)
    site.clock.advance(60 * S)
    site.start()
    site.stream(30)
    assert faults(site, "disk_missing") == ["began"]
    site.idle(HOUR_US)
    site.stop()
    assert list(second.iterdir()) == [], "nothing is written where the disk is not"
    found = inspect(folder, None, quick=True).findings
    assert sorted((each.kind, each.camera) for each in found) == [("disk_away", "quay-1"), ("disk_away", "quay-2")]
    subprocess.run(["mount", "-o", "loop", tmp_path / "second.image", second], check=True)
    site.clock.advance(60 * S)
    site.start()
    site.stream(30)
    site.stop()
    checked(folder)


def test_a_disk_that_comes_back_while_recording_is_used_again(mount: Mount, tmp_path: Path) -> None:
    folder, second = tmp_path / "archive", mount("second", 64)
    disks = [DiskConfig(folder, 1 << 50), DiskConfig(second, MEGABYTE)]
    site = real(folder, disks=disks)
    site.stream(30)
    site.stop()
    subprocess.run(["umount", second], check=True)
    site.clock.advance(60 * S)
    site.start()
    site.stream(30)
    assert faults(site, "disk_missing") == ["began"]
    subprocess.run(["mount", "-o", "loop", tmp_path / "second.image", second], check=True)
    count = len(site.numbers())
    site.stream(60)
    assert len(site.numbers()) >= count + 4
    assert faults(site, "disk_missing") == ["began", "ended"]
    site.stop()
    checked(folder)


def test_a_swapped_disk_is_not_written_to_and_what_is_due_on_the_other_waits_for_it(tmp_path: Path) -> None:
    folder, second = tmp_path / "archive", tmp_path / "second"
    keep = Retention(picture_days=1, sound_days=1, minimum_days=1, intent_lead_hours=4)
    disks = [DiskConfig(folder, 1 << 50), DiskConfig(second, 0)]
    site = Site(configured(folder, keep=keep, disks=disks)).start()
    site.record()
    site.record()
    site.stop()
    second.rename(tmp_path / "in-the-drawer")
    second.mkdir()
    (second / "disk.json").write_text('{"disk": "0badd15c"}')
    site.clock.advance(60 * S)
    site.start()
    site.idle(30 * HOUR_US)
    assert [each.name for each in second.iterdir()] == ["disk.json"]
    assert site.entries("deletion")
    shutil.rmtree(second)
    (tmp_path / "in-the-drawer").rename(second)
    assert len(site.files_there()) == 2
    site.idle(HOUR_US)
    assert site.files_there() == []
    site.record()
    assert len(site.numbers()) == 1
    site.stop()
    checked(folder)


def test_what_cannot_be_unlinked_on_one_disk_does_not_keep_another_disk_full(tmp_path: Path) -> None:
    folder, second = tmp_path / "archive", tmp_path / "second"
    keep = Retention(picture_days=1, sound_days=1, minimum_days=1, intent_lead_hours=4)
    site = Site(configured(folder, keep=keep, disks=[DiskConfig(folder, 0), DiskConfig(second, 0)])).start()
    for _ in range(6):
        site.record()
        site.archive.disks.all.reverse()
    site.stop()
    second.rename(tmp_path / "away")
    site.clock.advance(60 * S)
    site.start()
    site.idle(30 * HOUR_US)
    assert site.files_there() == []
    assert sorted((tmp_path / "away").rglob("*.mp4")) != []
    (tmp_path / "away").rename(second)
    site.idle(HOUR_US)
    assert site.files_there() == []
    site.stop()
    checked(folder)


def test_a_disk_that_goes_in_the_very_moment_of_a_deletion_keeps_the_work_for_later(tmp_path: Path) -> None:
    folder, second = tmp_path / "archive", tmp_path / "second"
    keep = Retention(picture_days=1, sound_days=1, minimum_days=1, intent_lead_hours=4)
    disks = [DiskConfig(folder, 1 << 50), DiskConfig(second, 0)]
    site = Site(configured(folder, keep=keep, disks=disks)).start()
    for _ in range(3):
        site.record()
    site.idle(23 * HOUR_US)
    site.pass_time(3 * HOUR_US)
    site.settle()
    second.rename(tmp_path / "away")
    site.keeper.run()
    site.settle()
    assert len(site.entries("deletion")) == 1
    (tmp_path / "away").rename(second)
    assert len(site.files_there()) == 3
    site.idle(HOUR_US)
    assert site.files_there() == []
    site.stop()
    checked(folder)
