"""The loops of the worker process.

Owns which loops there are: collecting and cosigning what recorders log, telling them what to do, and the rounds that
other rooms give it (``rounds``). Promises that one loop's error stops no other, and that SIGTERM ends it within seconds
with nothing half done. Exit status 2 when it cannot start. Leaves the work to the rooms.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings

from minhbach.centre.access.actions import signing_in, viewings
from minhbach.centre.fabric import keys
from minhbach.centre.fabric.client import Client, access
from minhbach.centre.fabric.keys import Keys, KeysUnusable
from minhbach.centre.footage import countersigned
from minhbach.centre.footage.actions import alarms, faults
from minhbach.centre.footage.collecting import Collector
from minhbach.centre.footage.ordering import Ordering
from minhbach.ledger.entry import Entry
from minhbach.protocol import codec, subjects
from minhbach.protocol.codec import Malformed
from minhbach.protocol.footage import Served
from minhbach.protocol.health import HealthReport

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """Blocking work that is done again and again on the desk's thread; ``work`` gets the time."""

    name: str
    every_s: float
    work: Callable[[datetime], object]


GOODBYE_S = 1.5


def rounds(started: datetime) -> tuple[Round, ...]:
    """What other rooms have this process do, which listens since ``started``."""
    return (
        Round("faults", 15, lambda now: faults.beat(listening_since=started, now=now)),
        Round("alarms", 15, lambda now: alarms.tell_alarms(now=now)),
        Round("viewings", 60, lambda now: viewings.lapse(now=now)),
        Round("attempts", 24 * 3600, lambda now: signing_in.forget_attempts(now=now)),
    )


def now() -> datetime:
    """The centre's clock."""
    return datetime.now(UTC)


def main() -> int:
    """Work until SIGINT or SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s worker %(levelname)s %(message)s", stream=sys.stderr)
    try:
        held = keys.load(settings.MINHBACH_DATA / "keys")
        password = Path(settings.MINHBACH_NATS_PASSWORD_FILE).read_text("ascii").strip()
    except (KeysUnusable, OSError) as error:
        print(f"Không khởi động được tiến trình nền: {error}\nThe worker cannot start: {error}", file=sys.stderr)
        return 2
    client = Client(access(settings.MINHBACH_NATS, password), "worker")
    asyncio.run(work(client, held, settings.MINHBACH_DATA))
    # Whatever the desk's thread is still at may be repeated after a kill: nobody need wait for it.
    logging.shutdown()
    os._exit(0)


async def work(client: Client, held: Keys, data: Path, stop: asyncio.Event | None = None) -> None:
    """All loops until ``stop`` is set, or a signal comes where none is given."""
    if stop is None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    collector = Collector(client, held, data, now)
    collector.followers.append(_follow)
    await collector.start()
    await collector.listen(subjects.up_from_all(subjects.HEALTH), _hear_health)
    await collector.listen(subjects.SERVED, _hear_served)
    client.start()
    loops = [_forever("orders", Ordering(client, collector, held.lease, now).run)]
    loops += [_forever(each.name, partial(_rounds, collector, each)) for each in rounds(now())]
    tasks = [asyncio.create_task(each) for each in loops]
    await stop.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(_close(collector, client), GOODBYE_S)


async def _close(collector: Collector, client: Client) -> None:
    await collector.stop()
    await client.stop()


def _follow(recorder: UUID, entries: Sequence[tuple[int, Entry]], now: datetime) -> None:
    countersigned.compare_new(recorder, entries, now=now)
    faults.take_entries(recorder, entries, now=now)


def _hear_health(subject: str, data: bytes, now: datetime) -> None:
    report = codec.decode(HealthReport, data)
    if report.recorder != subjects.parse(subject).recorder:
        raise Malformed("A recorder speaks for itself only.")
    faults.take_report(report, now=now)


def _hear_served(subject: str, data: bytes, now: datetime) -> None:
    served = codec.decode(Served, data)
    spans = [viewings.Left(each.camera, each.track == "sound", each.begin_us, each.end_us) for each in served.spans]
    viewings.record_served(UUID(served.viewing), spans, served.bytes, now=now)


async def _forever(name: str, loop: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await loop()
        except Exception:
            _LOGGER.exception("%s: an error of our own; it begins again", name)
        await asyncio.sleep(5)


async def _rounds(collector: Collector, each: Round) -> None:
    while True:
        await collector.do(each.work, now())
        await asyncio.sleep(each.every_s)
