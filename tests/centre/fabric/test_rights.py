"""On the fabric everybody speaks for himself only, and who was taken off it is off it. Against a real server."""

import asyncio
import contextlib
import json
import stat
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from minhbach.centre.fabric import keys
from minhbach.centre.fabric.asking import Asker
from minhbach.centre.fabric.client import BadAnswer, Client, NoAnswer, RecorderAway, Refused
from minhbach.centre.fabric.keys import KeysUnusable
from minhbach.centre.fabric.server import STREAM
from minhbach.edge.config import ConfigError
from minhbach.edge.uplink import enrolment as edge
from minhbach.edge.uplink.connection import Connection
from minhbach.protocol import codec, subjects
from minhbach.protocol.line import Access, Heard, Line, LineDown, LineError, NobodyThere
from minhbach.protocol.messages import Outcome, TimeAsked, Token
from tests.centre.footage.lines import PATIENCE_S, Fabric, until

ONE, TWO = "0190b6a0-5c1e-7d2a-9f3b-2f1c7e4a8d60", "0190b6a0-5c1e-7d2a-9f3b-2f1c7e4a8d61"


@pytest.fixture(scope="module")
def fabric(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fabric]:
    with Fabric(tmp_path_factory.mktemp("centre")) as fabric:
        yield fabric


@contextlib.asynccontextmanager
async def dialled(granted: Access) -> AsyncIterator[Line]:
    line = Line(granted, "test")
    line.start()
    try:
        await line.until_connected(PATIENCE_S)
        yield line
    finally:
        await line.stop()


async def hears(line: Line, subject: str) -> list[bytes]:
    """What comes on a subject; filled while the test goes on."""
    heard: list[bytes] = []

    async def take(message: Heard) -> None:
        heard.append(message.data)

    await line.serve(subject, take)
    await line.settled(PATIENCE_S)
    return heard


async def reached(line: Line) -> None:
    """Wait until the server knows all that this line serves: whoever asks it now is answered."""
    await come_true(lambda: line.connected and all(each.subscription for each in line._services))
    await line.settled(PATIENCE_S)


async def come_true(true: Callable[[], bool]) -> None:
    """Wait until something is so on this side."""
    await until(lambda: asyncio.sleep(0, true()))


def test_a_recorder_is_heard_under_its_own_name_only(fabric: Fabric) -> None:
    async def story() -> list[bytes]:
        centre = fabric.access()
        async with dialled(fabric.enrol(ONE).access) as one, dialled(centre) as listener:
            heard = await hears(listener, ">")
            forged = (subjects.up(TWO, "hello"), subjects.live(TWO, "x"), subjects.SERVED, "dn.anything", "x")
            true = (subjects.up(ONE, "hello"), subjects.live(ONE, "quay-1", "picture"))

            async def said() -> bool:
                """What is forged comes before what is true on the same line; a line that breaks says it all again."""
                with contextlib.suppress(LineError):
                    for subject in forged:
                        await one.publish(subject, b"forged")
                    for subject in true:
                        await one.publish(subject, b"true")
                    await one.settled(PATIENCE_S)
                return heard.count(b"true") >= len(true)

            await until(said)
            return heard

    assert set(asyncio.run(story())) == {b"true"}


def test_a_recorder_hears_nothing_of_another(fabric: Fabric) -> None:
    async def story() -> list[bytes]:
        centre = fabric.access()
        first, second = fabric.enrol(ONE), fabric.enrol(TWO)
        async with dialled(first.access) as one, dialled(second.access) as two, dialled(centre) as speaker:
            heard = []
            for subject in (subjects.all_down(TWO), "up.>", "live.>", "inbox.>", ">", "dn.>"):
                heard.append(await hears(one, subject))
            own = await hears(one, subjects.all_down(ONE))
            await two.publish(subjects.live(TWO, "quay-1", "picture"), b"of two")
            await two.settled(PATIENCE_S)
            await speaker.publish(subjects.down(TWO, "hold"), b"for two")
            # What comes to this line at all comes in the order in which it was said.
            await speaker.publish(subjects.down(ONE, "hold"), b"for one")
            await come_true(lambda: own == [b"for one"])
            return [each for found in heard for each in found]

    assert asyncio.run(story()) == []


def test_the_stream_process_may_ask_for_footage_and_nothing_else(fabric: Fabric) -> None:
    async def story() -> list[bytes]:
        enrolled = fabric.enrol(ONE)
        stream = fabric.access(STREAM)
        recorder = Connection(enrolled, "test")
        asked: list[bytes] = []

        async def answer(heard: Heard) -> bytes:
            asked.append(heard.data)
            return b"done"

        for verb in (subjects.PLAY, subjects.HOLD, subjects.CONFIGURE):
            await recorder.serve(verb, answer)
        recorder.line.start()
        async with dialled(stream) as line:
            await reached(recorder.line)
            assert await line.ask(subjects.down(ONE, subjects.PLAY), b"play", PATIENCE_S) == b"done"
            for verb in (subjects.HOLD, subjects.CONFIGURE):
                await line.publish(subjects.down(ONE, verb), b"order")
            assert await line.ask(subjects.down(ONE, subjects.PLAY), b"more", PATIENCE_S) == b"done"
        await recorder.line.stop()
        return asked

    assert asyncio.run(story()) == [b"play", b"more"]


def test_an_enrolment_ends_with_the_next_one_and_with_the_recorder(fabric: Fabric) -> None:
    async def story() -> None:
        old = fabric.enrol(ONE)
        new = fabric.enrol(ONE)
        refused = Line(old.access, "test")
        refused.start()
        await come_true(lambda: "Authorization" in refused._complaint)
        assert not refused.connected
        await refused.stop()
        async with dialled(new.access) as line:
            fabric.users.remove_recorder(ONE)
            fabric.users.reload()
            await come_true(lambda: not line.connected)

    asyncio.run(story())


def test_a_line_that_was_cut_serves_again_what_it_served(fabric: Fabric) -> None:
    async def story() -> None:
        recorder = Connection(fabric.enrol(ONE), "test")

        async def answer(heard: Heard) -> bytes:
            return codec.encode(Outcome(True, value=len(heard.data)))

        await recorder.serve(subjects.HOLD, answer)
        recorder.line.start()
        client = Client(fabric.access(), "test")
        client.start()
        await client.line.until_connected(PATIENCE_S)
        await reached(recorder.line)
        assert await client.order(ONE, subjects.HOLD, Token("x")) > 0
        fabric.cut()
        await come_true(lambda: not client.line.connected and not recorder.line.connected)
        with pytest.raises(LineDown):
            await recorder.tell(subjects.STATE, b"into the void")
        with pytest.raises(RecorderAway):
            await client.order(ONE, subjects.HOLD, Token("x"))
        fabric.mend()
        await client.line.until_connected(PATIENCE_S)
        await reached(recorder.line)
        assert await client.order(ONE, subjects.HOLD, Token("x")) > 0
        await client.stop()
        await recorder.line.stop()

    asyncio.run(story())


def test_each_way_not_to_be_answered_has_its_own_words(fabric: Fabric) -> None:
    async def story() -> None:
        recorder = Connection(fabric.enrol(ONE), "test")
        answers = iter(
            [b"nonsense", codec.encode(Outcome(False, "Không.", "No.")), codec.encode(Outcome(False, again=True))]
        )

        async def answer(heard: Heard) -> bytes:
            return next(answers)

        async def silent(heard: Heard) -> None:
            return None

        async def broken(heard: Heard) -> bytes:
            raise RuntimeError("an error of ours")

        await recorder.serve(subjects.HOLD, answer)
        await recorder.serve(subjects.PROBE, silent)
        await recorder.serve(subjects.STILL, broken)
        recorder.line.start()
        client = Client(fabric.access(), "test")
        client.start()
        await client.line.until_connected(PATIENCE_S)
        await reached(recorder.line)
        with pytest.raises(BadAnswer):
            await client.order(ONE, subjects.HOLD, Token("x"))
        with pytest.raises(Refused) as refused:
            await client.order(ONE, subjects.HOLD, Token("x"))
        assert (refused.value.vi, refused.value.en) == ("Không.", "No.")
        for verb in (subjects.HOLD, subjects.PROBE, subjects.STILL):
            with pytest.raises(NoAnswer):
                await client.order(ONE, verb, Token("x"), 0.5)
        with pytest.raises(RecorderAway):
            await client.ask(TWO, subjects.PROBE, TimeAsked("x"), Outcome)
        with pytest.raises(NobodyThere):
            await client.line.ask("centre.nobody", b"", 1)
        await client.stop()
        await recorder.line.stop()

    asyncio.run(story())


def test_a_page_asks_without_a_loop_of_its_own(fabric: Fabric) -> None:
    asker = Asker(fabric.access)
    with pytest.raises(RecorderAway):
        asker.order(TWO, subjects.HOLD, Token("x"))
    asker.close()
    with pytest.raises(RecorderAway):
        asker.order(TWO, subjects.HOLD, Token("x"))
    asker.close()


def test_secrets_are_files_of_their_owner_and_in_no_repr(fabric: Fabric, tmp_path: Path) -> None:
    granted = fabric.enrol(ONE).access
    assert granted.password not in repr(granted)
    files = [
        path for folder in ("keys", "fabric") for path in (fabric.data / folder).iterdir() if path.suffix != ".log"
    ]
    assert {"lease.key", "witness.key", "users.json", "nats.conf", "centre.password"} <= {path.name for path in files}
    for path in files:
        if path.name not in ("nats.pid",):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert json.loads((fabric.data / "fabric" / "users.json").read_text("utf-8"))[ONE] == granted.password
    held = keys.load(fabric.data / "keys")
    assert "PrivateKey" not in repr(held)


def test_keys_are_made_once_and_refused_when_others_may_read_them(tmp_path: Path) -> None:
    first = keys.ensure(tmp_path / "keys")
    assert keys.ensure(tmp_path / "keys").lease_text == first.lease_text
    (tmp_path / "keys" / keys.LEASE).chmod(0o640)
    with pytest.raises(KeysUnusable):
        keys.load(tmp_path / "keys")
    with pytest.raises(KeysUnusable):
        keys.load(tmp_path / "nowhere")


def test_an_enrolment_is_read_by_its_owner_only_and_repeats_nothing_in_an_error(fabric: Fabric, tmp_path: Path) -> None:
    text = fabric.enrolment(ONE, "geheim-pass")
    file = tmp_path / "enrolment.toml"
    file.write_text(text, "utf-8")
    file.chmod(0o644)
    with pytest.raises(ConfigError):
        edge.load(file, keys.fast_check)
    file.chmod(0o600)
    assert edge.load(file, keys.fast_check).recorder == ONE
    for broken in (text + 'more = "x"\n', text.replace("lease_key", "lease"), text.replace('"geheim', '"ge"heim'), ""):
        file.write_text(broken, "utf-8")
        with pytest.raises(ConfigError) as caught:
            edge.load(file, keys.fast_check)
        assert "geheim" not in str(caught.value)
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text.replace('"geheim', '"ge"heim'))
