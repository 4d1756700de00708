"""Channels of the fabric as stream listens to them: each its own, also where two have one name for a moment."""

import asyncio

from minhbach.centre.fabric.certificate import ca_pem
from minhbach.centre.fabric.client import access
from minhbach.centre.fabric.server import STREAM
from minhbach.centre.stream.fabric import Fabric
from minhbach.protocol.footage import live_channel
from tests.centre.stream.page import PATIENCE_S, client


def test_a_channel_that_is_closed_takes_no_other_of_its_name_along(here):
    """One page leaves a camera while another comes: the old listening ends late, the new one must not end with it."""
    password = (here.folder / "fabric" / "stream.password").read_text()
    vouched = ca_pem(here.folder / "fabric", here.fabric_address)
    name = live_channel("quay-1", "main", "picture")

    async def work():
        old, new = [], []

        async def hear_old(message):
            old.append(message)

        async def hear_new(message):
            new.append(message)

        fabric = Fabric(access(here.fabric_address, password, STREAM, vouched))
        fabric.start()
        await fabric.live.until_connected(PATIENCE_S)
        async with await client(here) as page:
            await page.open("live")
            async with fabric.channel(fabric.live, here.recorder, hear_old, name) as channel:
                leaving = fabric.channel(fabric.live, here.recorder, hear_new, channel)
                await leaving.__aenter__()
                await page.until(lambda: old and new)
            await asyncio.sleep(0.3)
            counts = len(old), len(new)
            await asyncio.sleep(1.5)
            await leaving.__aexit__(None, None, None)
            found = len(old) - counts[0], len(new) - counts[1]
        await fabric.stop()
        return found

    old, new = asyncio.run(asyncio.wait_for(work(), 3 * PATIENCE_S))
    assert old == 0
    assert new > 5
