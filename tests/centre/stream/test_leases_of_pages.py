"""No byte without a living lease and an entry in the recorder's log; a right that is lost ends every byte."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.exceptions import ConnectionClosed, InvalidStatus

from minhbach.bench.site import Site
from minhbach.centre.fabric.certificate import ca_pem
from minhbach.centre.fabric.client import access
from minhbach.centre.fabric.server import STREAM
from minhbach.centre.stream.fabric import Fabric
from minhbach.edge.check.place import look
from minhbach.lease import LIFE_US, Lease, sign
from minhbach.protocol.footage import Answer, Live, Play, Still
from tests.centre.stream.page import PATIENCE_S, Client, client, control


def viewings(here):
    """The viewing entries in the recorder's log, as anybody reads it beside the running recorder."""
    place = look(here.archive)
    found = []
    for log in place.logs:
        reader = log.reader()
        found += [data.decode() for data in reader.entries(0, reader.size) if b'"kind":"viewing"' in data]
    return found


def narrowed(here, viewing, **less):
    """The next token of a viewing whose person may see or hear less by now."""
    now_us = time.time_ns() // 1000
    lease = replace(here.pages.lease(viewing), issued_us=now_us, expires_us=now_us + LIFE_US, **less)
    return sign(lease, here.pages._key)


def run(work):
    return asyncio.run(asyncio.wait_for(work, 3 * PATIENCE_S))


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


def test_who_may_not_hear_hears_nothing_while_others_do_whatever_they_ask(here):
    """A camera is relayed to all who watch it: its sound is there, for somebody else."""

    async def work():
        async with await client(here) as hearing, await client(here) as deaf:
            await hearing.open("live")
            await hearing.until(lambda: hearing.sounds())
            await deaf.open("live", sound=False)
            await deaf.until(lambda: deaf.pictures())
            for epoch in range(2, 12):
                await deaf.say(t="rejoin", tile=0, epoch=epoch, key=False)
                await deaf.say(t="listen", tile=0, epoch=epoch)
                await asyncio.sleep(0.1)
            heard = len(hearing.sounds())
            await hearing.until(lambda: len(hearing.sounds()) > heard + 20)
            assert not deaf.sounds()
            # And one whose sound is taken away while they listen goes on with the picture alone.
            await deaf.open("live", epoch=20)
            await deaf.until(lambda: deaf.sounds())
            await deaf.say(t="lease", lease=narrowed(here, deaf.viewing, sound=False))
            await asyncio.sleep(0.5)
            heard, seen = len(deaf.sounds()), len(deaf.pictures())
            await deaf.until(lambda: len(deaf.pictures()) > seen + 20)
            assert len(deaf.sounds()) == heard

    run(work())


def test_one_of_several_cameras_that_is_lost_is_seen_no_more_while_others_see_it(here):
    async def work():
        async with await client(here) as keeping, await client(here) as losing:
            cameras = here.cameras[:2]
            await keeping.open("live", cameras=cameras)
            await losing.open("live", cameras=cameras)
            for page in (keeping, losing):
                await page.until(lambda page=page: page.pictures(0) and page.pictures(1))
            await losing.say(t="lease", lease=narrowed(here, losing.viewing, cameras=cameras[1:]))
            await asyncio.sleep(0.5)
            lost, kept, seen = (len(each) for each in (losing.pictures(0), losing.pictures(1), keeping.pictures(0)))
            await losing.say(t="rejoin", tile=0, epoch=2, key=False)
            await keeping.until(lambda: len(keeping.pictures(0)) > seen + 20)
            await losing.until(lambda: len(losing.pictures(1)) > kept + 10)
            assert len(losing.pictures(0)) == lost

    run(work())


def test_who_asks_without_end_is_hung_up_on(here):
    async def work():
        async with await client(here) as page:
            await page.open("live")
            await page.until(lambda: page.pictures())
            with contextlib.suppress(ConnectionClosed):
                for number in range(5000):
                    await page.say(t="still", number=number, camera=here.cameras[0], at_us=1, width=160)
            await page.until(lambda: page.closed_s is not None)

    run(work())


LOST_S = 10.05
"""What the product promises of a right that is lost, and the width of a clock."""


@dataclass
class Ended:
    """A client whose right was taken away, when, and how long the stream took at worst to answer anybody meanwhile."""

    page: Client
    lost_s: float
    slow_s: float = 0.0


async def stubborn(here, kind):
    """It never renews by our script, shouts for more, and sends its old token again and again."""
    begin_us = here.pages.began_us
    async with await client(here) as page:
        span = {"begin_us": begin_us, "end_us": begin_us + 3_600_000_000, "at_us": begin_us + 1_000_000}
        await page.open(kind, **(span if kind == "playback" else {}))
        await page.until(lambda: page.pictures())
        yield page
        here.pages.allowed = False
        ended = Ended(page, time.monotonic())
        number = 0
        while page.closed_s is None and time.monotonic() - ended.lost_s < PATIENCE_S:
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
        yield ended


async def deaf(here):
    """It reads nothing of what comes until its right has ended."""
    page = await client(here)
    await page.open("live")
    yield page
    page.socket.transport.pause_reading()
    await asyncio.sleep(LIFE_US / 1e6 + 2)
    page.socket.transport.resume_reading()
    async with page:
        await page.until(lambda: page.closed_s is not None)
    yield Ended(page, 0)


async def faithful(here):
    """Its right is given anew every two seconds."""
    async with await client(here) as page:
        await page.open("live")
        yield page
        for _ in range(6):
            await asyncio.sleep(2)
            await page.say(t="lease", lease=narrowed(here, page.viewing))
        yield page


@pytest.fixture(scope="module")
def leases(running: Site, begin_us):
    """Four clients at the same time, of whom three lose their right at the same moment: by their names."""
    running.pages.allowed = True
    courses = {
        "live": stubborn(running, "live"), "playback": stubborn(running, "playback"), "deaf": deaf(running),
        "faithful": faithful(running),
    }  # fmt: skip

    async def work():
        async with control(running) as slow:
            for course in courses.values():
                await anext(course)
            slow.worst_s = 0.0
            ends = await asyncio.gather(*map(anext, courses.values()))
            for course in courses.values():
                await course.aclose()
        for each in ends:
            if isinstance(each, Ended):
                each.slow_s = slow.worst_s
        return dict(zip(courses, ends, strict=True))

    yield asyncio.run(asyncio.wait_for(work(), 3 * PATIENCE_S))
    running.pages.allowed = True


@pytest.mark.parametrize("kind", ["live", "playback"])
def test_a_lost_right_stops_every_byte_within_ten_seconds_also_for_a_client_of_its_own(leases, kind):
    page, lost_s, slow_s = leases[kind].page, leases[kind].lost_s, leases[kind].slow_s
    assert page.closed_s is not None
    assert max(each.at_s for each in page.binaries) - lost_s < LOST_S + slow_s
    assert page.closed_s - lost_s < LOST_S + 0.5 + slow_s
    assert page.said("refused")[0]["code"] == "expired"


def test_a_client_that_reads_nothing_is_cut_off_when_its_right_ends(leases):
    shown_s = [each.us / 1e6 for each in leases["deaf"].page.pictures()]
    # The group of pictures at hand when it came, of two seconds, and what came while it had the right.
    assert max(shown_s) - min(shown_s) < 12.5


def test_a_lease_that_is_renewed_goes_on(leases):
    page = leases["faithful"]
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

    address = here.fabric_address

    async def work():
        fabric = Fabric(access(address, password, STREAM, ca_pem(here.folder / "fabric", address)))
        fabric.start()
        await fabric.live.until_connected(PATIENCE_S)
        await fabric.bulk.until_connected(PATIENCE_S)
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
