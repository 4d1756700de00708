"""A centre's disk that runs full: packages stop first, footage logs last, and both go on by themselves."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from minhbach.centre.access.models import AuditRow
from minhbach.centre.footage import collecting
from minhbach.centre.footage.collecting import Collector
from minhbach.centre.footage.floor import WARNING, Gate, Measured, Work, measure
from minhbach.centre.footage.models import Alarm, RecorderLog
from minhbach.centre.footage.stock import stock, take_stock
from minhbach.edge.config import HOUR_US
from tests.centre.footage.lines import Fabric, Online, started, until
from tests.centre.footage.sites import enrol
from tests.edge.keeping import MINUTE, Site, configured

MB = 1 << 20
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture
def small_disk(tmp_path: Path, needs: Callable[[str], str]) -> Iterator[Path]:
    """A real disk of 64 MB: packages stop below 6.4 MB of it, logs below 3.2 MB."""
    mount, place = needs("loop-mount"), tmp_path / "disk"
    place.mkdir()
    subprocess.run([mount, "-t", "tmpfs", "-o", "size=64m", "tmpfs", place], check=True)
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def leave(disk: Path, megabytes: int) -> None:
    """Somebody else's file takes all but so much."""
    with (disk / "stranger").open("wb") as file:
        if (size := shutil.disk_usage(disk).free - megabytes * MB) > 0:
            os.posix_fallocate(file.fileno(), 0, size)


def test_what_fills_a_disk_stops_in_order_and_goes_on_with_a_quarter_to_spare(small_disk: Path) -> None:
    packing, logs = (Gate(work, small_disk) for work in (Work.PACKING, Work.COLLECTING))
    seen = []
    for megabytes in (20, 5, 2, 3, 5, 7, 9):
        leave(small_disk, megabytes)
        seen.append((megabytes, packing.is_open(), logs.is_open()))
    assert seen == [
        (20, True, True),
        (5, False, True),
        (2, False, False),
        (3, False, False),
        (5, False, True),
        (7, False, True),  # above its floor again, but not by a quarter
        (9, True, True),
    ]


def test_on_a_large_disk_the_floors_are_bytes_and_no_share_of_it() -> None:
    large = 10 << 40
    assert [work.value.bytes_of(large) for work in Work] == [2 << 30, 512 * MB]
    assert not Measured(WARNING.most_bytes, large).is_low
    assert Measured(WARNING.most_bytes - 1, large).is_low


@pytest.mark.django_db
def test_every_change_is_a_line_of_the_centres_own_log_and_nothing_else_is(small_disk: Path) -> None:
    for megabytes in (20, 20, 5, 5, 2, 20):
        leave(small_disk, megabytes)
        take_stock(measure(small_disk), now=NOW)
    said = [row.details["stopped"] for row in AuditRow.objects.filter(act="centre_disk").order_by("id")]
    assert said == [["packing"], ["packing", "collecting"], []]
    assert stock().stopped == ()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_full_centre_takes_in_no_log_and_with_room_again_has_all_of_it(
    small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "COSIGN_EVERY_S", 0.3)
    monkeypatch.setattr(collecting, "AGAIN_S", 0.5)
    monkeypatch.setattr(settings, "MINHBACH_DATA", small_disk)
    site = Site(configured(tmp_path / "archive", "quay-1")).start()
    recorder = enrol(site.home.recorder)

    async def story(fabric: Fabric) -> tuple[int, int]:
        async with started(fabric.client()) as client, Online(site, fabric.enrol(str(recorder))):
            collector = Collector(client, fabric.keys, fabric.data)
            await collector.start()
            site.live(HOUR_US, 10 * MINUTE)
            await until(lambda: collector.do(_holds_all, site, recorder))
            leave(small_disk, 2)
            before = site.book.log.size
            site.live(HOUR_US, 10 * MINUTE)
            # It is asked twice more at least, hears of the new head, and leaves it where it is.
            for _ in range(3):
                await collector.do(_held, recorder)
                await asyncio.sleep(0.5)
            while_full = await collector.do(_held, recorder)
            leave(small_disk, 20)
            await until(lambda: collector.do(_holds_all, site, recorder))
            await collector.stop()
            return before, while_full

    with Fabric(small_disk / "centre") as fabric:
        before, while_full = asyncio.run(story(fabric))
    assert before == while_full < site.book.log.size == _held(recorder)
    assert not Alarm.objects.exists()
    site.stop()


def _held(recorder: UUID) -> int:
    log = RecorderLog.objects.filter(recorder=recorder).last()
    return log.size if log else 0


def _holds_all(site: Site, recorder: UUID) -> bool:
    return _held(recorder) == site.book.log.size
