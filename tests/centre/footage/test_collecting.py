"""What a recorder logs reaches the centre over a real fabric, whatever is cut or killed, and comes back cosigned."""

import asyncio
import json
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from minhbach.centre.footage import collecting
from minhbach.centre.footage.collecting import Collector
from minhbach.centre.footage.models import Alarm, LogKey, RecorderLine, RecorderLog, Run
from minhbach.edge.archive import layout
from minhbach.edge.clock import SimulatedClock
from minhbach.edge.config import HOUR_US
from minhbach.edge.uplink.offering import COSIGNED
from minhbach.ledger.witness import read_witness_file
from tests.centre.footage.lines import Fabric, Online, Worker, started, until
from tests.centre.footage.sites import enrol
from tests.centre.footage.test_ingestion import stretches, truth
from tests.edge.keeping import MINUTE, Site, configured
from tests.slowness import Slowness

NEW_YEAR_US = 1_798_736_400_000_000  # 1 January 2027 in Vietnam

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(configured(tmp_path / "archive", "quay-1", "quay-2")).start()
    yield site
    if site.alive:
        site.stop()


@pytest.fixture
def fabric(tmp_path: Path) -> Iterator[Fabric]:
    with Fabric(tmp_path / "centre") as fabric:
        yield fabric


@pytest.fixture
def recorder(site: Site) -> UUID:
    return enrol(site.home.recorder)


def moment(wall_us: int) -> datetime:
    return datetime.fromtimestamp(wall_us / 1e6, UTC)


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "COSIGN_EVERY_S", 0.3)
    monkeypatch.setattr(collecting, "AGAIN_S", 1.0)


def is_returned(site: Site, recorder: UUID) -> bool:
    """Whether the recorder has a cosignature over all it has signed."""
    log = RecorderLog.objects.filter(recorder=recorder).last()
    return log is not None and log.returned == log.size == site.book.log.size


def test_all_that_is_logged_is_verified_stored_and_cosigned_and_the_recorder_keeps_the_cosignature(
    site: Site, fabric: Fabric, recorder: UUID
) -> None:
    async def story() -> None:
        async with started(fabric.client()) as client, Online(site, fabric.enrol(str(recorder))) as online:
            collector = Collector(client, fabric.keys, fabric.data)
            await collector.start()
            for _ in range(3):
                site.live(3 * HOUR_US, HOUR_US)
                await asyncio.sleep(0.7)
            await until(lambda: collector.do(is_returned, site, recorder))
            assert online.centre.now_us() is not None
            await collector.stop()

    asyncio.run(story())
    assert stretches(recorder) == truth(site)
    assert not Alarm.objects.exists()
    assert RecorderLine.objects.get().software
    log = RecorderLog.objects.get()
    kept = layout.log_folder(site.folder, log.name) / COSIGNED
    assert kept.read_bytes().startswith(b"cosigned ")
    view = read_witness_file((fabric.data / "witness" / f"{recorder}.witness").read_bytes())
    assert view.cosigned[-1].checkpoint.size == log.size
    assert LogKey.objects.get().vkey in [key.vkey for key in view.verifiers]


def test_whatever_is_cut_or_killed_nothing_is_lost_and_nothing_is_there_twice(
    site: Site, fabric: Fabric, recorder: UUID, tmp_path: Path
) -> None:
    chance = random.Random(7)

    async def story() -> None:
        async with Online(site, fabric.enrol(str(recorder))):
            worker = Worker(fabric, tmp_path / "worker.log")
            for _ in range(6):
                site.live(2 * HOUR_US, 20 * MINUTE)
                await asyncio.sleep(chance.uniform(0.3, 2.5))
                if chance.random() < 0.5:
                    fabric.cut()
                    site.live(HOUR_US, 10 * MINUTE)
                    await asyncio.sleep(chance.uniform(0.0, 1.0))
                    fabric.mend()
                else:
                    worker.kill()
                    worker = Worker(fabric, tmp_path / "worker.log")
            async with started(fabric.client()) as client:
                collector = Collector(client, fabric.keys, fabric.data)
                await until(lambda: collector.do(_is_stored, site, recorder))
                await collector.stop()
            assert worker.end() == 0

    asyncio.run(story())
    assert stretches(recorder) == truth(site)
    assert not Alarm.objects.exists()
    log = RecorderLog.objects.get()
    assert log.cosigned == log.size == site.book.log.size


@pytest.mark.parametrize("cut", [False, True])
def test_a_worker_that_is_told_to_end_ends_within_seconds_whatever_became_of_the_fabric(
    site: Site, fabric: Fabric, recorder: UUID, tmp_path: Path, cut: bool
) -> None:
    async def story() -> tuple[float, Slowness]:
        async with Online(site, fabric.enrol(str(recorder))):
            site.live(6 * HOUR_US, 5 * MINUTE)
            worker = Worker(fabric, tmp_path / "worker.log")
            await until(lambda: asyncio.sleep(0, (fabric.data / "witness").exists()))
            if cut:
                fabric.cut()
                await asyncio.sleep(0.3)
            with Slowness() as slow:
                began = time.monotonic()
                assert await asyncio.to_thread(worker.end) == 0
                return time.monotonic() - began, slow

    took_s, slow = asyncio.run(story())
    assert took_s < 5 * slow.factor


def _is_stored(site: Site, recorder: UUID) -> bool:
    log = RecorderLog.objects.filter(recorder=recorder).last()
    return log is not None and log.cosigned == log.size == log.indexed == site.book.log.size


def test_a_recorder_that_the_centre_does_not_know_leaves_nothing_there(site: Site, fabric: Fabric) -> None:
    async def story() -> None:
        async with started(fabric.client()) as client, Online(site, fabric.enrol(site.home.recorder)):
            collector = Collector(client, fabric.keys, fabric.data)
            await collector.start()
            site.live(HOUR_US, 10 * MINUTE)
            await asyncio.sleep(2)
            await collector.stop()

    asyncio.run(story())
    assert not RecorderLine.objects.exists()
    assert not RecorderLog.objects.exists()
    assert not Run.objects.exists()


def test_a_lost_key_is_told_and_what_came_before_it_is_collected_to_its_end(
    site: Site, fabric: Fabric, recorder: UUID
) -> None:
    async def collected() -> None:
        async with started(fabric.client()) as client, Online(site, fabric.enrol(str(recorder))):
            collector = Collector(client, fabric.keys, fabric.data)
            await collector.start()
            await until(lambda: collector.do(_is_stored, site, recorder))
            await collector.stop()

    site.live(3 * HOUR_US, HOUR_US)
    asyncio.run(collected())
    # What is logged now is never shown to the centre under the old key.
    site.live(3 * HOUR_US, HOUR_US)
    site.stop()
    layout.key_path(site.folder).unlink()
    checkpoint = layout.log_folder(site.folder, site.book.name) / "checkpoint"
    checkpoint.write_bytes(_older_checkpoint(fabric, recorder))
    site.start()
    site.live(3 * HOUR_US, HOUR_US)
    asyncio.run(collected())
    assert [log.name for log in RecorderLog.objects.all()] == ["2026", "2/2026"]
    assert stretches(recorder) == truth(site)
    assert list(Alarm.objects.values_list("kind", "grave")) == [("key_was_lost", False)]
    old, new = RecorderLog.objects.all()
    assert old.size == old.indexed > old.cosigned
    assert new.cosigned == new.size
    assert LogKey.objects.count() == 2


def _older_checkpoint(fabric: Fabric, recorder: UUID) -> bytes:
    """The head that the centre has seen last, as the log itself signed it."""
    head = json.loads((fabric.data / "logs" / str(recorder) / "2026" / "head.json").read_bytes())
    return str(head["note"]).encode()


def test_a_new_key_and_a_new_year_are_followed_and_the_recorder_lets_the_old_key_go(
    tmp_path: Path, fabric: Fabric
) -> None:
    clock = SimulatedClock(NEW_YEAR_US - 2 * HOUR_US, 5_000_000)
    site = Site(configured(tmp_path / "archive", "quay-1"), clock).start()
    recorder = enrol(site.home.recorder)

    async def story() -> None:
        async with started(fabric.client()) as client, Online(site, fabric.enrol(str(recorder))) as online:
            collector = Collector(client, fabric.keys, fabric.data, now=lambda: moment(clock.wall_us()))
            await collector.start()
            site.live(HOUR_US, 10 * MINUTE)
            site.settle()
            assert site.archive.rotate_key()
            site.live(20 * MINUTE, 10 * MINUTE)
            await until(lambda: collector.do(is_returned, site, recorder))
            site.settle()
            site.archive.key_seen(online.offer.cosigned[site.book.name][0])
            assert len(site.book.log.signers) == 1
            site.live(HOUR_US, 10 * MINUTE)
            await until(lambda: collector.do(is_returned, site, recorder))
            site.settle()
            assert site.archive.roll(online.offer.cosigned["2026"][1] * 1_000_000)
            site.live(HOUR_US, 10 * MINUTE)
            await until(lambda: collector.do(is_returned, site, recorder))
            await collector.stop()

    asyncio.run(story())
    site.stop()
    told = Alarm.objects.values_list("kind", "grave")
    assert list(told) == [("key_was_rotated", False)], "the office is told of it, and of nothing else"
    assert list(RecorderLog.objects.order_by("name").values_list("name", flat=True)) == ["2026", "2027"]
    assert all(log.cosigned == log.size == log.indexed for log in RecorderLog.objects.filter(name="2026"))
    assert sorted(LogKey.objects.values_list("reason", flat=True)) == ["first", "rotated"]
    assert stretches(recorder) == truth(site)
