"""Which footage a full disk costs: the oldest that may go, no more than needed, never what is held."""

import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest

from minhbach.edge.config import DAY_US, HOUR_US, CameraConfig, Config, DiskConfig, Retention
from minhbach.edge.retention.ballast import NAME
from minhbach.edge.retention.relief import SMALLEST_MARGIN_BYTES
from tests.edge.keeping import SHORT, S, Site, Unsynced, checked, configured

MEGABYTE = 1 << 20
KEEP = Retention(picture_days=30, sound_days=30, minimum_days=15)
SIZE = 25_000  # bytes per picture: half a megabyte per segment


class Limited(Site):
    """A site whose disks have a size, and which looks after them every two seconds as the recorder does."""

    def __init__(self, config: Config, megabytes: int, files: Unsynced | None = None) -> None:
        self.small = files or Unsynced()
        super().__init__(config, files=self.small)
        for disk in config.disks:
            self.small.limits[disk.path] = megabytes * MEGABYTE

    def fill(self, segments: int, *cameras: str) -> None:
        self.stream(10 * segments, *cameras, size=SIZE)

    def pause(self) -> None:
        """The cameras go away."""
        for camera in self.config.cameras:
            self.series(camera.name).end(self.clock.mono_us(), "lost", "stream_lost")
        self.settle(closing=True)

    def look(self, times: int = 3) -> None:
        for _ in range(times):
            self.clock.advance(2 * S)
            self.archive.account()
            self.keeper.relieve()
            self.settle()

    def free_megabytes(self) -> float:
        return min(self.small.space(disk.path).free_bytes for disk in self.config.disks) / MEGABYTE

    def causes(self) -> set[str]:
        return {each["cause"] for each in self.entries("gap")} - {"stream_lost", "recorder_starting"}


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "archive"
    site = Limited(configured(folder, keep=KEEP, disks=[DiskConfig(folder, 4 * MEGABYTE)]), 16)
    site.start()
    yield site
    if site.alive:
        site.stop()
    checked(site.folder)


def test_a_disk_that_fills_up_is_relieved_before_recording_has_to_stop(site: Limited) -> None:
    site.fill(60)
    emergencies = site.entries("emergency_deletion")
    assert 5 < len(emergencies) < 25
    assert site.causes() == set()
    assert len(site.files_there()) == len(site.numbers())
    assert all(each["free_bytes"] < each["need_bytes"] for each in emergencies)
    assert all(each["below_minimum"] for each in emergencies)
    assert not site.entries("deletion")


def test_the_oldest_goes_first_and_no_more_than_the_margin_asks_for(site: Limited) -> None:
    site.fill(60)
    numbers = site.numbers()
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    ranges = [item for each in site.entries("emergency_deletion") for item in each["segments"]]
    assert all(before[3] + 1 == after[2] for before, after in pairwise(ranges))
    assert {last - first + 1 for _, _, first, last in ranges} <= {2, 3}
    assert 4 + SMALLEST_MARGIN_BYTES / MEGABYTE <= site.free_megabytes() <= 7


def test_a_second_emergency_waits_until_the_files_of_the_first_are_gone(site: Limited) -> None:
    site.fill(20)
    site.small.limits[site.folder] -= 2 * MEGABYTE
    for _ in range(5):
        site.keeper.relieve()
    site.settle()
    assert len(site.entries("emergency_deletion")) == 1


class Sluggish(Unsynced):
    """A disk that takes its time to let a file go."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()

    def unlink(self, path: Path) -> None:
        if path.suffix == ".mp4":
            assert self.gate.wait(20)
        super().unlink(path)


def test_while_a_disk_is_slow_to_let_files_go_no_more_is_taken(tmp_path) -> None:
    folder = tmp_path / "archive"
    site = Limited(configured(folder, keep=KEEP, disks=[DiskConfig(folder, 4 * MEGABYTE)]), 16, Sluggish())
    site.start()
    site.fill(12)
    site.small.limits[folder] -= 6 * MEGABYTE
    for _ in range(200):
        site.keeper.relieve()
        site.archive.poll()
        time.sleep(0.001)
    assert len(site.entries("emergency_deletion")) == 1
    assert isinstance(site.small, Sluggish)
    site.small.gate.set()
    site.settle()
    site.stop()
    checked(folder)


def test_what_is_below_its_legal_minimum_is_told_began_and_ended(site: Limited) -> None:
    site.fill(40)
    faults = [each for each in site.entries("fault") if each["code"] == "below_minimum"]
    assert [each["state"] for each in faults] == ["began"]
    first = site.entries("emergency_deletion")[0]
    assert faults[0]["at_us"] - first["at_us"] < 30 * S
    site.pause()
    site.pass_time(DAY_US + HOUR_US)
    site.look(1)
    faults = [each for each in site.entries("fault") if each["code"] == "below_minimum"]
    assert [each["state"] for each in faults] == ["began", "ended"]


def test_footage_past_its_minimum_goes_before_older_footage_that_is_not(tmp_path) -> None:
    folder = tmp_path / "archive"
    url = "rtsp://camera.invalid/"
    strict = Retention(picture_days=30, sound_days=30, minimum_days=20, intent_lead_hours=1)
    cameras = (CameraConfig("quay-1", url=url, retention=strict), CameraConfig("quay-2", url=url, retention=SHORT))
    site = Limited(Config(cameras, (DiskConfig(folder, 4 * MEGABYTE),)), 16)
    site.start()
    site.fill(12, "quay-1")
    site.pause()
    site.fill(6, "quay-2")
    site.pause()
    site.pass_time(DAY_US)
    site.small.limits[folder] = 13 * MEGABYTE
    site.look()
    assert site.numbers("quay-1") == list(range(12))
    assert 0 < len(site.numbers("quay-2")) < 6
    assert [each["below_minimum"] for each in site.entries("emergency_deletion")] == [False]
    site.small.limits[folder] = 9 * MEGABYTE
    site.look()
    assert site.numbers("quay-2") == []
    assert 0 < len(site.numbers("quay-1")) < 12
    assert [each["below_minimum"] for each in site.entries("emergency_deletion")] == [False, True]
    assert site.free_megabytes() >= 6
    site.stop()
    checked(folder)


def test_an_emergency_that_needs_young_footage_too_frees_all_it_asks_for(tmp_path) -> None:
    folder = tmp_path / "archive"
    site = Limited(configured(folder, keep=SHORT, disks=[DiskConfig(folder, 4 * MEGABYTE)]), 16)
    site.start()
    site.fill(6)
    site.pause()
    site.pass_time(DAY_US + HOUR_US)
    site.fill(8)
    site.pause()
    site.small.limits[folder] = 8 * MEGABYTE
    site.look(1)
    (emergency,) = site.entries("emergency_deletion")
    assert emergency["below_minimum"]
    assert site.small.space(folder).free_bytes >= emergency["need_bytes"]
    site.stop()
    checked(folder)


def test_held_footage_stays_and_younger_footage_goes_in_its_place(site: Limited) -> None:
    site.fill(8)
    held = list(site.catalogue.numbered("quay-1", "main", 2, 5))
    site.hold("quay-1", "main", held[0].begin_us, held[-1].end_us)
    site.fill(60)
    assert site.numbers()[:4] == [2, 3, 4, 5]
    assert site.numbers()[4] > 40
    assert site.causes() == set()


def test_a_disk_full_of_held_footage_stops_recording_and_a_release_lets_it_go_on(site: Limited) -> None:
    site.fill(10)
    hold = site.hold()
    site.fill(40)
    kept = site.numbers()
    assert kept == list(range(len(kept)))
    assert not site.entries("emergency_deletion")
    told = {(each["code"], each["state"]) for each in site.entries("fault")}
    assert told == {("disk_full", "began"), ("all_held", "began")}
    before_us = site.clock.wall_us()
    site.release(hold)
    site.look(20)
    assert site.entries("emergency_deletion")[0]["at_us"] - before_us <= 35 * S
    site.fill(10)
    assert site.numbers()[-1] >= kept[-1] + 9
    assert site.causes() == {"disk_full"}
    assert site.archive.disks.all[0].trouble == ""
    told = {(each["code"], each["state"]) for each in site.entries("fault")}
    assert {("disk_full", "ended"), ("all_held", "ended")} <= told


def test_room_that_comes_back_lets_recording_go_on_without_any_deletion(site: Limited) -> None:
    site.hold()
    site.fill(40)
    assert site.archive.disks.all[0].trouble == "disk_full"
    count = len(site.numbers())
    site.small.limits[site.folder] += 20 * MEGABYTE
    site.look()
    site.fill(3)
    assert len(site.numbers()) >= count + 2
    assert not site.entries("emergency_deletion")
    gap = [each for each in site.entries("gap") if each["cause"] == "disk_full"]
    assert gap


def test_while_another_disk_has_room_nothing_is_deleted(tmp_path) -> None:
    folder, second = tmp_path / "archive", tmp_path / "second"
    disks = [DiskConfig(folder, 4 * MEGABYTE), DiskConfig(second, 4 * MEGABYTE)]
    site = Limited(configured(folder, keep=KEEP, disks=disks), 16)
    site.start()
    site.fill(10)
    site.small.limits[second] = 64 * MEGABYTE
    site.fill(60)
    assert not site.entries("emergency_deletion")
    assert site.causes() == set()
    assert len({each["disk"] for each in site.entries("segment")}) == 2
    site.fill(80)
    assert site.entries("emergency_deletion")
    assert site.causes() == set()
    assert len(site.files_there()) == len(site.numbers())
    site.stop()
    checked(folder)


def test_the_reserve_of_the_logs_disk_is_defended_even_while_another_has_room(tmp_path) -> None:
    folder, second = tmp_path / "archive", tmp_path / "second"
    disks = [DiskConfig(folder, 4 * MEGABYTE), DiskConfig(second, 4 * MEGABYTE)]
    site = Limited(configured(folder, keep=KEEP, disks=disks), 30)
    site.start()
    site.fill(30)
    site.small.limits[second] = 200 * MEGABYTE
    used = 30 - site.small.space(folder).free_bytes // MEGABYTE
    site.small.limits[folder] = (used + 3) * MEGABYTE
    site.look()
    assert not site.entries("emergency_deletion")
    site.small.limits[folder] = (used + 1) * MEGABYTE
    site.look()
    emergencies = site.entries("emergency_deletion")
    assert [each["disk"] for each in emergencies] == [site.archive.disks.all[0].name]
    site.stop()
    checked(folder)


def test_a_refusal_of_a_disk_with_room_is_believed_once_and_then_costs_footage(site: Limited) -> None:
    """Out of inodes, or over a quota: the file system shows room and takes nothing."""
    disk = site.archive.disks.all[0]
    site.fill(10)
    for _ in range(2):
        site.archive.disks.failed(disk, OSError(28, "No space left on device"), site.clock.mono_us())
        site.look(10)
    emergencies = site.entries("emergency_deletion")
    assert len(emergencies) == 1
    assert emergencies[0]["free_bytes"] > disk.keep_free_bytes
    assert site.archive.disks.all[0].trouble == ""


def test_one_refusal_alone_costs_nothing(site: Limited) -> None:
    disk = site.archive.disks.all[0]
    site.fill(10)
    site.archive.disks.failed(disk, OSError(28, "No space left on device"), site.clock.mono_us())
    site.look(10)
    assert disk.trouble == ""
    assert not site.entries("emergency_deletion")


def test_emergency_takes_what_is_announced_and_the_intent_is_none_the_worse(tmp_path) -> None:
    folder = tmp_path / "archive"
    site = Limited(configured(folder, keep=SHORT, disks=[DiskConfig(folder, 4 * MEGABYTE)]), 16)
    site.start()
    site.fill(20)
    site.pause()
    site.idle(22 * HOUR_US)
    assert site.entries("deletion_intent")
    site.small.limits[folder] = 12 * MEGABYTE
    site.look()
    left = site.numbers()
    assert 0 < len(left) < 20
    site.idle(6 * HOUR_US)
    assert site.numbers() == []
    deleted = {
        number
        for each in site.entries("deletion")
        for item in each["segments"]
        for number in range(item[2], item[3] + 1)
    }
    assert deleted == set(left)
    site.stop()
    checked(folder)


def test_a_disk_with_room_keeps_some_of_it_as_ballast(site: Limited) -> None:
    site.look()
    site.stop()
    assert (site.folder / NAME).stat().st_size == 16 * MEGABYTE >> 5


def test_a_ballast_that_was_needed_comes_back_late_and_until_then_no_disk_is_believed(site: Limited) -> None:
    disk = site.archive.disks.all[0]
    site.fill(10)
    hold = site.hold()
    used = 16 * MEGABYTE - site.small.space(site.folder).free_bytes
    site.small.limits[site.folder] = used + 1000
    site.look(1)
    assert not (site.folder / NAME).exists()
    site.small.limits[site.folder] = 16 * MEGABYTE
    site.release(hold)
    site.look(20)
    assert not (site.folder / NAME).exists()
    assert not site.entries("emergency_deletion")
    site.archive.disks.failed(disk, OSError(122, "Disk quota exceeded"), site.clock.mono_us())
    site.look(1)
    assert len(site.entries("emergency_deletion")) == 1
    site.pause()
    site.pass_time(11 * 60 * S)
    site.look(2)
    assert (site.folder / NAME).exists()
