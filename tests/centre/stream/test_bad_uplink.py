"""A commune's line to the centre that is too narrow for its pictures: they come in pieces, and never old."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from minhbach.bench.site import Site, site
from minhbach.demo.spec import CameraSpec
from tests.centre.stream.line import BadLine, bad_line
from tests.centre.stream.page import PATIENCE_S, client

SETTLED_S = 3
YOUNG_S = 1.5


@pytest.fixture
def uplink(tmp_path) -> Iterator[tuple[Site, BadLine]]:
    lines: list[BadLine] = []
    with ExitStack() as stack:

        def through(port: int) -> int:
            lines.append(stack.enter_context(bad_line(port, upwards=True)))
            return lines[0].port

        here = stack.enter_context(
            site(tmp_path, [CameraSpec("quay-1", frames_per_s=10, gop_frames=10)], uplink=through)
        )
        yield here, lines[0]


def test_pictures_over_a_narrow_uplink_are_late_by_seconds_at_most_and_in_time_again_after_it(uplink):
    here, line = uplink

    async def ages(page, seconds):
        """How old pictures were when they came, in seconds, by the recorder's clock and ours, which are one."""
        found, known = [], len(page.binaries)
        ends_s = time.monotonic() + seconds
        while time.monotonic() < ends_s:
            await asyncio.sleep(0.05)
            for each in page.binaries[known:]:
                if each.kind == 3:
                    found.append(time.time() - each.us / 1e6)
            known = len(page.binaries)
            if int(time.monotonic() * 20) % 60 == 0:
                await page.renew()
        return found

    async def work():
        async with await client(here) as page:
            await page.open("live", sound=False)
            await page.until(lambda: page.pictures())
            before = line.carried
            good = await ages(page, SETTLED_S)
            line.bytes_per_s = (line.carried - before) / SETTLED_S / 4
            narrow = await ages(page, 14)
            line.bytes_per_s = float("inf")
            deadline = time.monotonic() + PATIENCE_S
            while not any(age < YOUNG_S for age in await ages(page, 1)):
                assert time.monotonic() < deadline
            return good, narrow, page.said("refused")

    good, narrow, refused = asyncio.run(work())
    assert min(good) < YOUNG_S
    assert len(narrow) > 10
    # The least of the last ones: how late the line makes them, not how busy this machine is at one of them.
    assert min(narrow[-10:]) < 5, "unbounded they are ten by then, and growing"
    assert not refused
