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
from minhbach.centre.access.mailing import queue_notices
from minhbach.centre.access.session_store import SessionStore
from minhbach.centre.evidence.actions import erasing, reminding, subject_reminding
from minhbach.centre.evidence.actions.erased_again import Erased
from minhbach.centre.evidence.erasing import Erasing
from minhbach.centre.evidence.packing import Packing
from minhbach.centre.evidence.stamping import Stamping
from minhbach.centre.fabric import certificate, keys
from minhbach.centre.fabric.client import Client, access
from minhbach.centre.fabric.keys import Keys, KeysUnusable
from minhbach.centre.fabric.server import WATCH
from minhbach.centre.feedback import throttling
from minhbach.centre.feedback.actions import extending
from minhbach.centre.footage import alarms as kept
from minhbach.centre.footage import countersigned, ordering
from minhbach.centre.footage.actions import alarms, faults, log_keys, stillness
from minhbach.centre.footage.actions.comparing import Comparing
from minhbach.centre.footage.collecting import Collector
from minhbach.centre.footage.listening import Listening
from minhbach.centre.footage.ordering import Ordering
from minhbach.centre.footage.proving import Proving
from minhbach.centre.front.digest import Digests
from minhbach.centre.journal import floor
from minhbach.centre.journal.anchoring import Anchorer
from minhbach.centre.journal.telling import Weekly
from minhbach.centre.journal.witnesses import Cosigning
from minhbach.centre.look.lines import OneLine
from minhbach.centre.messaging.posting import Posting
from minhbach.centre.messaging.smtp import server as mail_server
from minhbach.centre.oversight.actions import drawing, gaps, overdue
from minhbach.centre.oversight.actions.visits import Weeks
from minhbach.centre.publishing.actions import ranking
from minhbach.centre.publishing.actions.reminding import Reporting
from minhbach.centre.reception.actions.days import Missed
from minhbach.centre.reception.actions.ending import end_forgotten
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
    back: dict[UUID, datetime] = {}
    tried: dict[UUID, datetime] = {}
    anchorer, weekly, missed, reporting = Anchorer(settings.MINHBACH_DATA), Weekly(), Missed(), Reporting()
    mail: tuple[Round, ...] = ()
    if settings.MINHBACH_SMTP:
        digests = Digests(settings.PUBLIC_ADDRESS)
        mail = (
            Round("notices by mail", 20, lambda now: queue_notices(now=now, site=settings.PUBLIC_ADDRESS)),
            Round("digests", 10, lambda now: digests.beat(now=now)),
        )
    weeks, erased, comparing = Weeks(), Erased(), Comparing()
    return (
        *mail,
        Round("faults", 15, lambda now: faults.beat(listening_since=started, back=back, now=now)),
        Round("alarms", 15, lambda now: alarms.tell_alarms(now=now)),
        Round("erased", 60, lambda now: erased.beat(now=now)),
        Round("journal", 5, lambda now: anchorer.beat(now=now)),
        Round("reminders", 600, lambda now: reminding.remind(now=now)),
        Round("kept", 60, lambda now: extending.extend(now=now, tried=tried)),
        Round("findings", 600, lambda now: overdue.remind(now=now)),
        Round("moments", 300, lambda now: comparing.beat(now=now)),
        Round("gaps", 600, lambda now: gaps.raise_gaps(now=now)),
        Round("subjects", 600, lambda now: subject_reminding.remind(now=now)),
        Round("assessments", 120, lambda now: drawing.beat(now=now)),
        Round("viewings", 60, lambda now: viewings.lapse(now=now)),
        Round("reports", 600, lambda now: reporting.beat(now=now)),
        Round("scores", 900, lambda now: ranking.open_due(now=now)),
        Round("disk", 15, lambda now: floor.beat(now=now)),
        Round("visits", 900, lambda now: weeks.beat(now=now)),
        Round("reception", 60, lambda now: missed.beat(now=now)),
        Round("receptions", 60, lambda now: end_forgotten(now=now)),
        Round("unusual", 900, lambda now: weekly.beat(now=now)),
        Round("tries", 24 * 3600, lambda now: throttling.forget(now)),
        Round("stillness", 24 * 3600, lambda now: stillness.forget(now=now)),
        Round("attempts", 24 * 3600, lambda now: signing_in.forget_attempts(now=now)),
        Round("sessions", 24 * 3600, lambda now: SessionStore.clear_expired()),
    )


def now() -> datetime:
    """The centre's clock."""
    return datetime.now(UTC)


def main() -> int:
    """Work until SIGINT or SIGTERM."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(OneLine("%(asctime)s worker %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[lines])
    try:
        held = keys.load(settings.MINHBACH_DATA / "keys")
        password = Path(settings.MINHBACH_NATS_PASSWORD_FILE).read_text("ascii").strip()
        vouched = certificate.ca_pem(settings.MINHBACH_DATA / "fabric", settings.MINHBACH_NATS)
    except (KeysUnusable, OSError) as error:
        print(f"Không khởi động được tiến trình nền: {error}\nThe worker cannot start: {error}", file=sys.stderr)
        return 2
    client = Client(access(settings.MINHBACH_NATS, password, ca_pem=vouched), "worker")
    asyncio.run(work(client, held, settings.MINHBACH_DATA, watcher=_watcher(vouched)))
    # Whatever the desk's thread is still at may be repeated after a kill: nobody need wait for it.
    logging.shutdown()
    os._exit(0)


def _watcher(vouched: str) -> Client | None:
    """Who may ask the fabric's servers who is connected; none where they have no such user, and nobody is told then."""
    try:
        password = (settings.MINHBACH_DATA / "fabric" / f"{WATCH}.password").read_text("ascii").strip()
    except OSError:
        _LOGGER.warning("fabric/%s.password is missing: who listens unnoticed is not looked for", WATCH)
        return None
    return Client(access(settings.MINHBACH_NATS, password, WATCH, vouched), "worker watching")


async def work(
    client: Client, held: Keys, data: Path, stop: asyncio.Event | None = None, watcher: Client | None = None
) -> None:
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
    loops.append(_forever("proofs", Proving(client, collector, now).run))
    if watcher is not None:
        loops.append(_forever("listeners", Listening(watcher, collector, now).run))
    loops.append(_forever("packages", Packing(client, collector.do, now).run))
    loops.append(_forever("stamps", Stamping(collector.do, now).run))
    loops.append(_forever("mail", Posting(collector.do, now, mail_server()).run))
    telling = Erasing(client, collector.do, lambda: collector.connected, held.lease, now)
    loops.append(_forever("erasures", telling.run))
    asking = Cosigning(client, collector.do, lambda: collector.connected, data, now)
    loops.append(_forever("witnesses", asking.run))
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
    ordering.take_entries(recorder, entries, now=now)
    erasing.take_entries(recorder, entries, now=now)
    log_keys.take_entries(recorder, entries, now=now)
    kept.take_entries(recorder, entries, now=now)
    countersigned.compare_new(recorder, entries, now=now)
    faults.take_entries(recorder, entries, now=now)


def _hear_health(subject: str, data: bytes, now: datetime) -> None:
    report = codec.decode(HealthReport, data)
    if report.recorder != subjects.parse(subject).recorder:
        raise Malformed("A recorder speaks for itself only.")
    faults.take_report(report, now=now)
    stillness.take_report(report, now=now)


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
