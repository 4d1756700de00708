"""Somebody who copied an enrolment and only listens is noticed; a recorder that was cut off and came back is not."""

import asyncio
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from minhbach.centre.fabric.client import Client
from minhbach.centre.fabric.server import WATCH
from minhbach.centre.footage.collecting import Collector
from minhbach.centre.footage.listening import AMONG, IN_A_ROW, Listening, Looks, lines_of
from minhbach.centre.footage.models import Alarm
from minhbach.edge.uplink.connection import Connection
from minhbach.protocol.line import Heard, Line, LineError
from tests.centre.footage.lines import PATIENCE_S, Fabric
from tests.centre.footage.sites import enrol

ONE = UUID("0190b6a0-5c1e-7d2a-9f3b-2f1c7e4a8d60")


def test_a_cut_line_beside_its_new_one_is_nobody_else() -> None:
    looks = Looks()
    for _ in range(5):  # a line that breaks every two minutes, its dead end standing there for forty seconds
        assert not any(looks.take(lines) for lines in (2, 2, 2, 2, 4, 3))
    slow = Looks()
    assert not any(slow.take(lines) for lines in (2, 4, 4, 4, 2))


def test_who_stays_is_noticed_within_two_minutes_and_who_comes_and_goes_within_ten() -> None:
    looks = Looks()
    assert [looks.take(3) for _ in range(IN_A_ROW)] == [False] * (IN_A_ROW - 1) + [True]
    looks = Looks()
    assert any(looks.take(lines) for lines in (2, 3, 3) * (AMONG // 3))


def test_only_recorders_count_and_nonsense_counts_for_nothing() -> None:
    told = [{"authorized_user": str(ONE), "ip": "10.0.0.1"}, {"authorized_user": "centre", "ip": "10.0.0.2"}, {}]
    answers = [json.dumps({"data": {"connections": told}}).encode(), b"{}", b"[]", b"\xff", b'{"error":{"code":400}}']
    assert lines_of(answers) == ({ONE: ["10.0.0.1"]}, False)


_LINE = st.none() | st.dictionaries(st.sampled_from(["authorized_user", "ip"]), st.text() | st.none())
_ANSWER = st.fixed_dictionaries(
    {"data": st.none() | st.fixed_dictionaries({"connections": st.lists(_LINE) | st.text()})}
)


@given(st.lists(st.binary(max_size=60) | _ANSWER.map(lambda each: json.dumps(each).encode())))
def test_no_answer_breaks_it(answers: list[bytes]) -> None:
    lines_of(answers)


@pytest.fixture
def fabric(tmp_path: Path) -> Iterator[Fabric]:
    with Fabric(tmp_path / "centre") as fabric:
        yield fabric


@pytest.mark.django_db(transaction=True)
def test_a_copy_that_says_nothing_is_an_alarm_with_its_address(fabric: Fabric) -> None:
    enrol(str(ONE))
    enrolled = fabric.enrol(str(ONE))

    async def go() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        watcher = Client(fabric.access(WATCH), "watching")
        collector = Collector(fabric.client(), fabric.keys, fabric.data, timezone.now)
        listening = Listening(watcher, collector, timezone.now)

        async def told() -> list[tuple[str, str]]:
            for _ in range(IN_A_ROW):
                await listening.look()
            return await collector.do(lambda: list(Alarm.objects.values_list("kind", "vi")))

        lines = [Connection(enrolled, purpose).line for purpose in ("control", "live")]
        copy = Line(enrolled.access, f"recorder {enrolled.recorder} control")
        try:
            for line in (watcher.line, *lines):
                line.start()
                await line.until_connected(PATIENCE_S)
            quiet = await told()
            copy.start()
            await copy.until_connected(PATIENCE_S)
            return quiet, await told()
        finally:
            await collector.do(lambda: connection.close())  # of that thread
            for line in (copy, *lines, watcher.line):
                await line.stop()

    quiet, loud = asyncio.run(go())
    assert quiet == []
    assert [kind for kind, _ in loud] == ["line_overheard"]
    assert "127.0.0.1" in loud[0][1]


def test_who_watches_the_fabric_hears_and_says_nothing_on_it(fabric: Fabric) -> None:
    fabric.enrol(str(ONE))

    async def go() -> list[bytes]:
        watcher, centre = Line(fabric.access(WATCH), "watching"), fabric.client().line
        heard: list[bytes] = []

        async def hear(message: Heard) -> None:
            heard.append(message.data)

        try:
            for line in (watcher, centre):
                line.start()
                await line.until_connected(PATIENCE_S)
            for subject in (">", f"up.{ONE}.head"):
                with contextlib.suppress(LineError):
                    await watcher.serve(subject, hear)
            await centre.serve(f"up.{ONE}.head", hear)
            await centre.publish("live.x.y", b"footage")
            with contextlib.suppress(LineError):
                await watcher.publish(f"up.{ONE}.head", b"a word")
                await watcher.settled(2)
            with contextlib.suppress(LineError):
                await centre.settled(2)
        finally:
            for line in (watcher, centre):
                await line.stop()
        return heard

    assert asyncio.run(go()) == []
