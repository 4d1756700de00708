"""A removal that a kill interrupts is finished by the next start, wherever the kill fell."""

import shutil
from pathlib import Path

import pytest

from minhbach.edge.clock import SimulatedClock
from minhbach.edge.config import HOUR_US
from tests.edge.keeping import COMMIT, MINUTE, START_US, S, Site, Unsynced, checked, configured

CAMERAS = ("quay-1", "quay-2")
MOST_CHANGES = 60


@pytest.fixture(scope="module")
def eve(tmp_path_factory) -> tuple[Path, int]:
    """An archive whose first deletion is due within the hour, and its monotonic clock."""
    folder = tmp_path_factory.mktemp("eve") / "archive"
    site = Site(configured(folder, *CAMERAS)).start()
    site.live(3 * HOUR_US)
    site.idle(21 * HOUR_US)
    assert site.entries("deletion_intent")
    assert not site.entries("deletion")
    site.stop()
    return folder, site.clock.mono_us()


def morning(eve: tuple[Path, int]) -> Site:
    """A recorder that is started on that archive."""
    folder, mono_us = eve
    place = folder.with_name("today")
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(folder, place)
    clock = SimulatedClock(START_US + mono_us, mono_us + MINUTE)
    site = Site(configured(place, *CAMERAS), clock).start()
    site.pass_time(3 * HOUR_US)
    site.settle()
    return site


def killed_at(site: Site, change: int) -> bool:
    """Whether the recorder was still at work after so many more changes to the disk; it is dead in any case."""
    files = site.files
    assert isinstance(files, Unsynced)
    end = files.changes + change
    files.dies_at = end
    site.keeper.run()
    site.settle()
    site.keeper.run()
    site.settle()
    reached = files.changes >= end
    site.kill()
    return reached


def test_a_deletion_that_is_killed_at_any_change_to_the_disk_is_finished(eve: tuple[Path, int]) -> None:
    for change in range(MOST_CHANGES):
        site = morning(eve)
        assert len(site.files_there()) == 6
        reached = killed_at(site, change)
        site.clock.advance(S)
        site.start()
        logged = len(site.entries("deletion"))
        site.idle(2 * HOUR_US)
        assert site.files_there() == []
        assert site.numbers("quay-1") == site.numbers("quay-2") == []
        assert not [item for disk in site.archive.disks.all for item in site.catalogue.doomed(disk.name, 9)]
        site.stop()
        checked(site.folder)
        if not reached:
            break
    else:
        pytest.fail("the deletion never came to its end")
    assert change > 8
    assert logged == 1


def test_nothing_goes_before_its_removal_is_durable(eve: tuple[Path, int]) -> None:
    for change in range(6):
        site = morning(eve)
        killed_at(site, change)
        gone = 6 - len(site.files_there())
        assert not gone or site.entries("deletion")


def test_a_kill_soon_after_a_deletion_does_not_cost_the_next_start_its_catalogue(
    eve: tuple[Path, int], caplog: pytest.LogCaptureFixture
) -> None:
    """The saved state of the replay is older than the deletion then, and asks for segments that are gone."""
    site = morning(eve)
    site.clock.advance(S)
    site.keeper.run()
    site.settle()
    assert len(site.entries("deletion")) == 1
    site.kill()
    site.clock.advance(S)
    site.start()
    assert site.found == []
    assert "made anew" not in caplog.text
    site.stop()
    checked(site.folder)


def test_a_kill_soon_after_an_erasure_and_a_hold_leaves_the_same_knowledge(eve: tuple[Path, int]) -> None:
    site = morning(eve)
    hold = site.hold("quay-2")
    site.keeper.erase(list(site.catalogue.numbered("quay-1", "main", 1, 1)), COMMIT)
    site.settle()
    site.kill()
    site.clock.advance(S)
    site.start()
    site.idle(3 * HOUR_US)
    assert site.numbers("quay-1") == []
    assert site.numbers("quay-2") == [0, 1, 2]
    site.release(hold)
    site.idle(8 * HOUR_US)
    assert site.numbers("quay-2") == []
    site.stop()
    checked(site.folder)
