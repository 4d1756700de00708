"""No byte without a living lease and an entry in the recorder's log; a right that is lost ends every byte."""

import asyncio
import time

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.exceptions import ConnectionClosed, InvalidStatus

from minhbach.centre.fabric.client import access
from minhbach.centre.fabric.server import STREAM
from minhbach.centre.stream.fabric import Fabric
from minhbach.edge.check.place import look
from minhbach.lease import LIFE_US, Lease, sign
from minhbach.protocol.footage import Answer, Live, Play, Still
from tests.centre.stream.page import client

SOME_S = 1.0


def viewings(here):
    """The viewing entries in the recorder's log, as anybody reads it beside the running recorder."""
    place = look(here.archive)
    found = []
    for log in place.logs:
        reader = log.reader()
        found += [data.decode() for data in reader.entries(0, reader.size) if b'"kind":"viewing"' in data]
    return found


def run(work):
    return asyncio.run(asyncio.wait_for(work, 60))


def test_the_viewing_is_in_the_log_before_the_first_byte(here):
    async def work():
        async with await client(here) as page:
            await page.open("live")
            await page.until(lambda: page.pictures())
            return here.pages.lease(page.viewing).commitment, viewings(here)

    commitment, entries = run(work())
    assert any(commitment in entry and '"mode":"live"' in entry and '"quay-1"' in entry for entry in entries)


def test_a_token_that_another_key_signed_opens_nothing(here):
    now_us = time.time_ns() // 1000
    lease = Lease("a" * 32, "live", (here.cameras[0],), True, 0, 0, now_us, now_us + LIFE_US, "b" * 64)

    async def work():
        async with await client(here) as page:
            await page.open_with(sign(lease, Ed25519PrivateKey.generate()), here.cameras[:1])
            await page.until(lambda: page.closed_s is not None)
            return page

    page = run(work())
    assert page.said("refused")[0]["code"] == "forged"
    assert not page.binaries


def test_a_lease_for_one_camera_opens_no_other_and_no_sound_that_it_lacks(here):
    async def work(token, cameras, sound):
        async with await client(here) as page:
            await page.open_with(token, cameras, sound=sound)
            await page.until(lambda: page.closed_s is not None)
            return page

    _, token = here.pages.open("live", here.cameras[:1], sound=False)
    for cameras, sound in ((here.cameras[1:2], False), (here.cameras[:1], True)):
        page = run(work(token, cameras, sound))
        assert page.said("refused")[0]["code"] == "scope"
        assert not page.binaries


def test_a_lease_without_sound_brings_pictures_alone(here):
    async def work():
        async with await client(here) as page:
            await page.open("live", sound=False)
            await page.until(lambda: len(page.pictures()) > 10)
            return page

    page = run(work())
    assert not page.sounds()
    assert page.said("form")[0]["sound"] is None


@pytest.mark.parametrize("kind", ["live", "playback"])
def test_a_lost_right_stops_every_byte_within_ten_seconds_also_for_a_client_of_its_own(here, kind):
    """It never renews by our script, shouts for more, and sends its old token again and again."""
    begin_us = here.pages.began_us

    async def work():
        async with await client(here) as page:
            span = {"begin_us": begin_us, "end_us": begin_us + 3_600_000_000, "at_us": begin_us + 1_000_000}
            if kind == "playback":
                await asyncio.sleep(max(0, begin_us / 1e6 + 16 - time.time()))
            await page.open(kind, **(span if kind == "playback" else {}))
            await page.until(lambda: page.pictures())
            here.pages.allowed = False
            lost_s = time.monotonic()
            number = 0
            while page.closed_s is None and time.monotonic() - lost_s < 15:
                number += 1
                try:
                    await page.say(t="lease", lease=page.token)
                    await page.say(t="seek", epoch=number, at_us=begin_us + 1_000_000, speed=1, playing=True)
                    await page.say(t="rejoin", tile=0, epoch=number, key=False)
                    await page.open_with(page.token, here.cameras[:1], epoch=number)
                    await page.renew()
                except ConnectionClosed:
                    break
                await asyncio.sleep(0.25)
            return page, lost_s

    page, lost_s = run(work())
    assert page.closed_s is not None
    assert page.closed_s - lost_s < 10.5
    assert max(each.at_s for each in page.binaries) - lost_s < 10.05
    assert page.said("refused")[0]["code"] == "expired"


def test_a_client_that_reads_nothing_is_cut_off_when_its_right_ends(here):
    async def work():
        page = await client(here)
        await page.open("live")
        here.pages.allowed = False
        page.socket.transport.pause_reading()
        await asyncio.sleep(12)
        page.socket.transport.resume_reading()
        async with page:
            await page.until(lambda: page.closed_s is not None, 3)
        return page

    page = run(work())
    shown_s = [each.us / 1e6 for each in page.pictures()]
    # The group of pictures at hand when it came, of two seconds, and what came while it had the right.
    assert max(shown_s) - min(shown_s) < 12.5


def test_a_lease_that_is_renewed_goes_on(here):
    async def work():
        async with await client(here) as page:
            await page.open("live")
            for _ in range(6):
                await asyncio.sleep(2)
                await page.renew()
            return page

    page = run(work())
    assert not page.said("refused")
    assert max(each.at_s for each in page.binaries) - min(each.at_s for each in page.binaries) > 11


def test_a_page_of_another_origin_is_turned_away(here):
    async def work():
        await client(here, "http://evil.example")

    with pytest.raises(InvalidStatus):
        run(work())


def test_nonsense_ends_the_connection_and_nothing_else(here):
    async def work(text):
        async with await client(here) as page:
            await page.socket.send(text)
            await page.until(lambda: page.closed_s is not None)
            return page

    for text in ("{}", "[]", "x", '{"t":"seek"}', '{"t":"open","lease":5}', "[" * 5000):
        assert not run(work(text)).binaries


def test_the_recorder_itself_refuses_what_the_stream_would_let_through(here):
    """Whoever holds the fabric but not the centre's key gets a refusal and no byte."""
    now_us = time.time_ns() // 1000
    lease = Lease("c" * 32, "live", (here.cameras[0],), True, 0, 0, now_us, now_us + LIFE_US, "d" * 64)
    forged = sign(lease, Ed25519PrivateKey.generate())
    _, of_another = here.pages.open("live", here.cameras[1:2])
    password = (here.folder / "fabric" / "stream.password").read_text()

    async def work():
        fabric = Fabric(access(here.fabric_address, password, STREAM))
        fabric.start()
        await fabric.live.until_connected(5)
        await fabric.bulk.until_connected(5)
        try:
            for token, code in ((forged, "forged"), (of_another, "scope")):
                live = await fabric.ask_live(here.recorder, Live(token, "quay-1", ("h264",), True, "x1"))
                play = Play(token, "quay-1", ("h264",), True, "x2", now_us, now_us + 1, False, None)
                played = await fabric.ask_play(here.recorder, play)
                still = await fabric.ask_still(here.recorder, Still(token, "quay-1", ("h264",), now_us, 320))
                assert isinstance(still, Answer)
                assert [live.code, played.code, still.code] == [code] * 3
        finally:
            await fabric.stop()

    before = len(viewings(here))
    run(work())
    assert len(viewings(here)) == before
