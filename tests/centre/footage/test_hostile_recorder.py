"""Whoever has a recorder's enrolment, be it the recorder itself: he speaks for one recorder, and not even that far."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from minhbach.centre.footage import alarms, ordering, tempo
from minhbach.centre.footage.actions.holds import place_hold, release_hold
from minhbach.centre.footage.collecting import Collector
from minhbach.centre.footage.ingestion import Desk
from minhbach.centre.footage.models import Alarm, Hold, RecorderLine, RecorderLog
from minhbach.centre.footage.ordering import Ordering
from minhbach.centre.footage.tempo import Tempo
from minhbach.centre.registry.actions import devices
from minhbach.centre.registry.models import Recorder
from minhbach.ledger import entry as entries
from minhbach.protocol import codec, subjects
from minhbach.protocol.line import Heard, Line, LineDown, NobodyThere
from minhbach.protocol.messages import Hello, LogHead, Outcome, State
from tests.centre.footage.lines import PATIENCE_S, Fabric, started, until
from tests.centre.registry.places import SETUP, commune, one_stop, province
from tests.slowness import Slowness

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fabric(tmp_path: Path) -> Iterator[Fabric]:
    with Fabric(tmp_path / "centre") as fabric:
        yield fabric


@pytest.fixture
def recorders(fabric: Fabric) -> list[Recorder]:
    """Two of them, both heard of."""
    room = one_stop(commune(province()).id)
    now = timezone.now()
    made = [devices.add_recorder(SETUP, room=room, name=name, networks=["127.0.0.0/16"], now=now) for name in "ab"]
    for each in made:
        Desk(each.id, fabric.data / "logs").greet("0.1", 0, now=datetime(2020, 1, 1, tzinfo=UTC))
    return made


@contextlib.asynccontextmanager
async def thief(fabric: Fabric, recorder: Recorder) -> AsyncIterator[Line]:
    """A line under a recorder's enrolment, and no recorder behind it."""
    line = Line(fabric.enrol(str(recorder.id)).access, "thief")
    line.start()
    try:
        await line.until_connected(PATIENCE_S)
        yield line
    finally:
        await line.stop()


@contextlib.asynccontextmanager
async def collected(fabric: Fabric) -> AsyncIterator[Collector]:
    async with started(fabric.client()) as client:
        collector = Collector(client, fabric.keys, fabric.data)
        await collector.start()
        await client.line.settled(PATIENCE_S)  # the server knows of it before anybody speaks
        yield collector
        await collector.stop()


def heard_at(recorder: UUID) -> datetime:
    return RecorderLine.objects.get(recorder=recorder).last_heard_at


def heard_since(recorder: UUID, begin: datetime) -> bool:
    return heard_at(recorder) >= begin


def state(recorder: Recorder) -> bytes:
    return codec.encode(State(str(recorder.id), 1, 0, ()))


def test_a_flood_of_one_recorder_delays_no_other_and_is_told(fabric: Fabric, recorders: list[Recorder]) -> None:
    noisy, quiet = recorders

    async def story() -> float:
        async with collected(fabric) as collector, thief(fabric, noisy) as flood, thief(fabric, quiet) as other:
            hello = codec.encode(Hello(str(noisy.id), "x", "", 0, (LogHead("2026", 9, "x"),)))
            said = {subjects.STATE: state(noisy), subjects.HEAD: b"x" * 1000, subjects.HELLO: hello}
            for number in range(9000):
                verb = list(said)[number % 3]
                await flood.publish(subjects.up(str(noisy.id), verb), said[verb])
                if number % 300 == 0:
                    await asyncio.sleep(0)
            began = asyncio.get_running_loop().time()
            begin = timezone.now()
            while await collector.do(heard_at, quiet.id) < begin:
                await other.publish(subjects.up(str(quiet.id), subjects.STATE), state(quiet))
                await asyncio.sleep(0.1)
            waited_s = asyncio.get_running_loop().time() - began
            await until(lambda: collector.do(Alarm.objects.filter(kind="recorder_floods").exists))
            return waited_s

    with Slowness() as slow:
        waited_s = asyncio.run(story())
    assert waited_s < 5 * slow.factor
    floods = Alarm.objects.filter(kind="recorder_floods")
    assert set(floods.values_list("recorder_id", flat=True)) == {noisy.id}
    assert sum(floods.values_list("times", flat=True)) <= 3


def test_an_honest_recorder_is_never_turned_away() -> None:
    honest = Tempo()
    for second in range(0, 600, 2):
        assert honest.admits("a", second)
    for _ in range(3):
        assert honest.admits("a", 600.0)
    assert not honest.floods("a", 600.0)


def test_a_flood_is_told_once_a_minute() -> None:
    flood = Tempo()
    admitted = sum(flood.admits("a", number / 1000) for number in range(10_000))
    assert admitted <= tempo.AT_ONCE + tempo.PER_S * 10
    assert flood.floods("a", 10.0)
    for number in range(10_000):
        flood.admits("a", 10 + number / 1000)
    assert not flood.floods("a", 20.0)
    assert flood.floods("a", 70.1)


def test_no_answer_places_a_hold_but_only_its_entry_in_the_proven_log(
    fabric: Fabric, recorders: list[Recorder]
) -> None:
    stolen = recorders[0]
    hold = place_hold(
        SETUP, recorder=stolen, begin_us=5, end_us=9, kind="test", reference="", reason="Phản ánh", now=timezone.now()
    )
    asked: list[bytes] = []

    async def yes(heard: Heard) -> bytes:
        asked.append(heard.data)
        return codec.encode(Outcome(True, value=7))

    async def story() -> None:
        async with collected(fabric) as collector, thief(fabric, stolen) as line:
            await line.serve(subjects.down(str(stolen.id), subjects.HOLD), yes)
            collector.connected.add(stolen.id)
            ordered = asyncio.create_task(Ordering(collector._client, collector, fabric.keys.lease, timezone.now).run())
            await until(lambda: asyncio.sleep(0, len(asked) > 1))
            ordered.cancel()

    asyncio.run(story())
    assert Hold.objects.get().placed_at is None
    mine: dict[str, Any] = {"hold": str(hold.pk), "camera": "*", "stream": "*", "begin_us": 5, "end_us": 9}
    made = {"at_us": 1, "clock": 0}
    forged = entries.make("hold", **made, **{**mine, "end_us": 8}, commitment=hold.commitment)
    true = entries.make("hold", **made, **mine, commitment=hold.commitment)
    for other, entry in ((recorders[1], true), (stolen, forged)):
        ordering.take_entries(other.id, [(12, entry)], now=timezone.now())
        assert Hold.objects.get().placed_at is None
    for _ in range(2):
        ordering.take_entries(stolen.id, [(12, true)], now=timezone.now())
    assert Hold.objects.get().placed_index == 12
    released = entries.make("hold_released", **made, hold=str(hold.pk), commitment=hold.commitment)
    ordering.take_entries(stolen.id, [(13, released)], now=timezone.now())
    assert Hold.objects.get().released_at is None
    release_hold(SETUP, hold=Hold.objects.get(), now=timezone.now())
    ordering.take_entries(stolen.id, [(13, released)], now=timezone.now())
    assert Hold.objects.get().released_at


def test_whoever_stood_in_the_centres_place_is_an_alarm_once_the_true_centre_reads_of_it(
    recorders: list[Recorder],
) -> None:
    told = entries.make("fault", at_us=1, clock=0, subject="centre", code="other_certificate", state="began")
    ended = entries.make("fault", at_us=1, clock=0, subject="centre", code="other_certificate", state="ended")
    other = entries.make("fault", at_us=1, clock=0, subject="disk a", code="disk_full", state="began")
    alarms.take_entries(recorders[0].id, [(3, told), (4, ended), (5, other)], now=timezone.now())
    assert list(Alarm.objects.values_list("recorder_id", "kind")) == [(recorders[0].id, "centre_impostor")]


def test_whatever_is_said_under_any_subject_leaves_nothing_behind_but_an_alarm(
    fabric: Fabric, recorders: list[Recorder], monkeypatch: pytest.MonkeyPatch
) -> None:
    liar, other = recorders
    monkeypatch.setattr(tempo, "PER_S", 1e6)  # what a flood costs is measured above; here all of it is read
    foreign = f"minhbach.vn/recorder/{other.id}/2026\n9\n{'A' * 43}=\n\n— x AAAA\n"
    sayings = [
        b"",
        b"\xff" * 300,
        b"{" * 50_000,
        b"[" * 200_000,
        codec.encode(Hello(str(other.id), "x", "x", 1, (LogHead("2026", 1, "x"),))),
        codec.encode(Hello(str(liar.id), "x" * 5000, "x" * 500, 1 << 40, (LogHead("../../2026", 1, "x"),))),
        codec.encode(Hello(str(liar.id), "x", "", -5, (LogHead("2026", 1 << 50, foreign),))),
        codec.encode(Hello(str(liar.id), "x", "", 0, ())),
        codec.encode(LogHead("2026", -1, "")),
        codec.encode(State(str(other.id), 1 << 52, -7, ())),
    ]

    async def story() -> None:
        async with collected(fabric) as collector, thief(fabric, liar) as line:
            for verb in (subjects.HELLO, subjects.HEAD, subjects.STATE, subjects.TIME, subjects.HEALTH, "x"):
                for data in sayings:
                    await line.publish(subjects.up(str(liar.id), verb), data)
                await line.settled(PATIENCE_S)
                begin = timezone.now()
                await line.publish(subjects.up(str(liar.id), subjects.STATE), state(liar))
                await until(partial(collector.do, heard_since, liar.id, begin))
            await until(lambda: collector.do(Alarm.objects.filter(kind="hello_malformed").exists))
            assert await collector.do(heard_at, other.id) < timezone.now().replace(year=2021)
            assert {each.name for each in (fabric.data / "logs").rglob("*")} <= {str(liar.id)}

    asyncio.run(story())
    assert not RecorderLog.objects.exists()
    assert set(Alarm.objects.values_list("recorder_id", flat=True)) == {liar.id}
    assert {"hello_malformed"} <= set(Alarm.objects.values_list("kind", flat=True))


def test_a_message_that_is_too_large_ends_the_line_of_who_sent_it(fabric: Fabric, recorders: list[Recorder]) -> None:
    large, small = recorders

    async def story() -> None:
        async with collected(fabric) as collector, thief(fabric, large) as line, thief(fabric, small) as other:
            ended = asyncio.Event()
            line.on_end.append(ended.set)
            client = line._live_client()
            client._max_payload = 1 << 30
            with contextlib.suppress(Exception):
                await line.publish(subjects.up(str(large.id), subjects.HEAD), b"x" * (5 << 20))
            await asyncio.wait_for(ended.wait(), PATIENCE_S)
            begin = timezone.now()
            await other.publish(subjects.up(str(small.id), subjects.STATE), state(small))

            async def heard() -> bool:
                return await collector.do(heard_at, small.id) >= begin

            await until(heard)

    asyncio.run(story())


async def answered(line: Line, subject: str, said: Hello) -> bytes:
    """As a recorder does: asked again while the fabric takes a new enrolment in, which may cost the centre its line."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                return await line.ask(subject, codec.encode(said), PATIENCE_S)
            except (NobodyThere, LineDown):
                await asyncio.sleep(0.1)


def test_an_unknown_recorder_with_a_password_is_nobody(fabric: Fabric) -> None:
    async def story() -> Outcome:
        line = Line(fabric.enrol(str(uuid.uuid4())).access, "nobody")
        line.start()
        async with collected(fabric):
            try:
                await line.until_connected(PATIENCE_S)
                name = line._access.user
                hello = Hello(name, "x", "", 0, (LogHead("2026", 0, ""),))
                return codec.decode(Outcome, await answered(line, subjects.up(name, subjects.HELLO), hello))
            finally:
                await line.stop()

    assert not asyncio.run(story()).done
    assert not Alarm.objects.exists()
