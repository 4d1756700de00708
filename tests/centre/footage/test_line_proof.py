"""Somebody who copied an enrolment is noticed: beside the true recorder, and all the more while that is silent."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.utils import timezone

from minhbach.centre.footage import alarms, proving
from minhbach.centre.footage.collecting import Collector
from minhbach.centre.footage.models import Alarm, LogKey, RecorderLine
from minhbach.centre.footage.proving import Proving
from minhbach.centre.registry.actions.enrolment import is_let_in, revoke_line
from minhbach.centre.registry.models import Recorder
from minhbach.centre.registry.writing import NotPossible
from minhbach.edge.uplink.enrolment import Enrolment
from minhbach.protocol import codec, subjects
from minhbach.protocol import proving as proofs
from minhbach.protocol.line import Heard, Line
from minhbach.protocol.messages import LineProof, LineProofWanted, State
from tests.centre.footage.lines import PATIENCE_S, Fabric, Online, started, until
from tests.centre.footage.sites import enrol
from tests.centre.registry.places import SETUP
from tests.edge.keeping import MINUTE, Site, configured

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(configured(tmp_path / "archive")).start()
    site.live(2 * MINUTE, MINUTE)
    yield site
    if site.alive:
        site.stop()


@pytest.fixture
def fabric(tmp_path: Path) -> Iterator[Fabric]:
    with Fabric(tmp_path / "centre") as fabric:
        yield fabric


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EVERY_S", "AGAIN_S"):
        monkeypatch.setattr(proving, name, 0.0)


class Stage:
    """A centre that asks when the test says so, and a recorder with its enrolment, which others may hold too."""

    def __init__(self, fabric: Fabric, site: Site, enrolled: Enrolment, collector: Collector, asking: Proving) -> None:
        self.fabric, self.site, self.enrolled = fabric, site, enrolled
        self.collector, self.asking = collector, asking
        self.recorder = UUID(enrolled.recorder)

    async def kinds(self) -> list[str]:
        """What was told after the centre has asked once more."""
        await self.asking.look()
        return await self.collector.do(lambda: sorted(Alarm.objects.values_list("kind", flat=True)))

    @contextlib.asynccontextmanager
    async def true_recorder(self) -> AsyncIterator[None]:
        async with Online(self.site, self.enrolled):
            await until(lambda: self.collector.do(LogKey.objects.filter(recorder=self.recorder).exists))
            yield

    @contextlib.asynccontextmanager
    async def thief(self, answer: bytes | None) -> AsyncIterator[Line]:
        """Whoever copied the file; what he answers when he is to prove himself, if anything."""
        line = Line(self.enrolled.access, "thief")
        line.start()
        try:
            await line.until_connected(PATIENCE_S)

            async def prove(heard: Heard) -> bytes | None:
                return answer

            await line.serve(subjects.down(self.enrolled.recorder, subjects.PROVE), prove)
            await line.settled(5)
            yield line
        finally:
            await line.stop()

    async def says_all_is_well(self, line: Line) -> None:
        """As the recorder would, were it there."""
        before = self.collector.heard_s.get(self.recorder)
        state = codec.encode(State(self.enrolled.recorder, 1, 0, ()))
        await line.publish(subjects.up(self.enrolled.recorder, subjects.STATE), state)
        await until(lambda: asyncio.sleep(0, self.collector.heard_s.get(self.recorder) != before))


@contextlib.asynccontextmanager
async def staged(fabric: Fabric, site: Site) -> AsyncIterator[Stage]:
    async with started(fabric.client()) as client:
        collector = Collector(client, fabric.keys, fabric.data)
        await collector.start()
        enrolled = fabric.enrol(site.home.recorder)
        yield Stage(fabric, site, enrolled, collector, Proving(client, collector, timezone.now))
        await collector.stop()


def test_who_has_the_enrolment_and_not_the_key_of_the_log_is_an_alarm(fabric: Fabric, site: Site) -> None:
    enrol(site.home.recorder)
    noise = codec.encode(LineProof("minhbach.vn/line/x\n0\n\n— x AAAA\n"))

    async def story() -> None:
        async with staged(fabric, site) as stage:
            async with stage.true_recorder():
                for _ in range(5):
                    assert await stage.kinds() == []
                assert await stage.collector.do(lambda: RecorderLine.objects.get().proved_at) is not None
                async with stage.thief(noise):
                    assert await stage.kinds() == ["line_impostor"]
            # The true recorder is silent now, and the thief says that all is well.
            noticed = await stage.collector.do(lambda: Alarm.objects.get().times)
            proved = await stage.collector.do(lambda: RecorderLine.objects.get().proved_at)
            async with stage.thief(noise) as line:
                await stage.says_all_is_well(line)
                assert await stage.kinds() == ["line_impostor"]
            assert await stage.collector.do(lambda: Alarm.objects.get().times) > noticed
            assert await stage.collector.do(lambda: RecorderLine.objects.get().proved_at) == proved

    asyncio.run(story())


def test_who_speaks_and_never_proves_himself_is_an_alarm_and_a_line_that_breaks_is_none(
    fabric: Fabric, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(site.home.recorder)

    async def story() -> None:
        async with staged(fabric, site) as stage:
            async with stage.true_recorder():
                assert await stage.kinds() == []
            for _ in range(proving.MISSES):
                assert await stage.kinds() == []  # its last word is only seconds old, and nobody is there
            monkeypatch.setattr(stage.asking._client, "ask_all", quick(stage.asking._client.ask_all))
            async with stage.thief(None) as line:
                await stage.says_all_is_well(line)
                assert await stage.kinds() == ["line_unproven"]

    asyncio.run(story())


def quick(ask_all):
    """Without the patience for a slow line."""
    return lambda recorder, verb, message: ask_all(recorder, verb, message, 0.5)


def test_a_copy_of_the_whole_machine_is_an_alarm(fabric: Fabric, site: Site) -> None:
    enrol(site.home.recorder)

    async def story() -> None:
        async with staged(fabric, site) as stage, stage.true_recorder(), Online(site, stage.enrolled) as twin:
            await twin.control.line.until_connected(PATIENCE_S)
            await until(lambda: asyncio.sleep(0, twin.uplink._greeted))
            assert await stage.kinds() == ["line_twice"]

    asyncio.run(story())


def test_a_revoked_line_ends_for_everybody_at_once_until_there_is_a_new_file(
    fabric: Fabric, site: Site, settings
) -> None:
    settings.MINHBACH_DATA = fabric.data
    enrol(site.home.recorder)
    recorder = Recorder.objects.get()

    async def story() -> None:
        async with staged(fabric, site) as stage, stage.thief(None) as line:
            assert await stage.collector.do(is_let_in, recorder)
            await stage.collector.do(lambda: revoke_line(SETUP, recorder=recorder))
            assert not await stage.collector.do(is_let_in, recorder)
            await until(lambda: asyncio.sleep(0, not line.connected))
            await until(lambda: asyncio.sleep(0, "Authorization" in line._complaint))
            with pytest.raises(NotPossible):
                await stage.collector.do(lambda: revoke_line(SETUP, recorder=recorder))
            stage.enrolled = fabric.enrol(stage.enrolled.recorder)
            async with stage.true_recorder():
                assert not line.connected

    asyncio.run(story())


def test_the_key_of_the_log_signs_no_text_of_a_stranger(site: Site) -> None:
    signers = site.book.log.signers
    keys = [signer.verifier for signer in signers]
    recorder, nonce = site.home.recorder, proofs.new_nonce()
    proof = proofs.signed(recorder, nonce, *signers)
    assert proofs.holds(proof, recorder, nonce, keys)
    assert not proofs.holds(proof, recorder, proofs.new_nonce(), keys)
    assert not proofs.holds(proof, "another", nonce, keys)
    assert not proofs.holds(site.book.log.note, recorder, nonce, keys)
    for text in ("", "0" * 31, "0" * 33, "0" * 31 + "\n", "12\nAAAA", f"{'0' * 32}\nx", "É" * 32):
        with pytest.raises(ValueError):
            proofs.signed(recorder, text, *signers)
    assert codec.decode(LineProofWanted, codec.encode(LineProofWanted(nonce))).nonce == nonce


def test_what_was_quiet_for_a_week_is_told_again(site: Site) -> None:
    recorder, now = enrol(site.home.recorder), timezone.now()
    alarms.tell(recorder, "line_impostor", now=now)
    Alarm.objects.update(told_at=now)
    alarms.tell(recorder, "line_impostor", now=now + alarms.NEWS_AFTER / 2)
    assert Alarm.objects.get().told_at == now
    alarms.tell(recorder, "line_impostor", now=now + alarms.NEWS_AFTER * 2)
    assert Alarm.objects.get().told_at is None
