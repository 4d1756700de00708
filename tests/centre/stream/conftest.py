"""One site for all tests of a module: two cameras, recorded from the start, every hop real but the pages."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from minhbach.bench.site import Site, site
from minhbach.demo.spec import CameraSpec, StreamSpec
from tests.centre.stream.page import client

SEALED_S = 26

SPECS = (
    CameraSpec("quay-1", frames_per_s=10, gop_frames=20),
    CameraSpec("quay-2", streams=(StreamSpec(audio="aac"),)),
    CameraSpec("quay-3", streams=(StreamSpec(video="h265", audio=None),)),
)


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("site"), SPECS) as found:
        yield found


@pytest.fixture
def here(running: Site) -> Site:
    """The module's site, with every right given."""
    running.pages.allowed = True
    return running


@pytest.fixture(scope="module")
def begin_us(running: Site) -> int:
    """A second after the first picture; from here on there are at least fifteen seconds of sealed footage."""
    # In a thread of its own: where a browser is at hand, this one has a running loop already.
    with ThreadPoolExecutor(1) as thread:
        begin_us = thread.submit(lambda: asyncio.run(_first_picture(running))).result() + 1_000_000
    time.sleep(max(0, begin_us / 1e6 + SEALED_S - time.time()))
    return begin_us


async def _first_picture(here: Site) -> int:
    early_us = here.pages.began_us - 60_000_000
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        async with await client(here) as page:
            await page.open("playback", begin_us=early_us, end_us=early_us + 3_600_000_000, at_us=early_us)
            await page.until(lambda: page.said("played"))
            if page.said("played")[0]["until_us"]:
                return int(page.said("played")[0]["until_us"])
        await asyncio.sleep(1)
    raise AssertionError("nothing is recorded")
