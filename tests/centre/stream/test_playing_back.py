"""A page that plays back gets the moment it asked for, no more than it may have, and words where there is nothing."""

import asyncio
import time

import pytest

from minhbach.centre.stream.pace import AHEAD_S
from tests.centre.stream import archived
from tests.centre.stream.page import PATIENCE_S, client

S = 1_000_000
TICK_US = 200
"""Of a picture's time in a file, and of the way from there."""


def run(work):
    return asyncio.run(asyncio.wait_for(work, 3 * PATIENCE_S))


def asked(begin_us, at_s=5.0, **values):
    return {"begin_us": begin_us, "end_us": begin_us + 3600 * S, "at_us": begin_us + int(at_s * S), **values}


def shown(page, tile=0):
    return sorted(us for each in page.pictures(tile) for us in each.times)


def test_a_seek_brings_the_moment_from_the_key_frame_before_it(here, begin_us):
    at_us = archived.amid(here, begin_us, 0.3)

    async def work():
        async with await client(here) as page:
            await page.open("playback", **asked(begin_us, (at_us - begin_us) / S))
            await page.until(lambda: page.pictures() and page.sounds())
            return page

    page = run(work())
    first = page.pictures()[0]
    key_us = max(each.us for each in archived.taken(here) if each.key and each.us <= at_us)
    assert first.us == pytest.approx(key_us, abs=TICK_US)
    assert any(us == pytest.approx(archived.at(here, at_us), abs=TICK_US) for us in first.times)
    assert abs(page.sounds()[0].us - first.us) < 200_000
    assert [form["epoch"] for form in page.said("form")] == [1]


def test_a_second_seek_is_another_epoch_and_nothing_of_the_first_comes_behind_it(here, begin_us):
    async def work():
        async with await client(here) as page:
            await page.open("playback", **asked(begin_us))
            await page.until(lambda: page.pictures())
            await page.say(t="seek", epoch=2, at_us=begin_us + 9 * S, speed=1, playing=False)
            await page.until(lambda: any(each.epoch == 2 for each in page.pictures()))
            await asyncio.sleep(0.5)
            return page

    page = run(work())
    epochs = [each.epoch for each in page.binaries]
    assert epochs == sorted(epochs)
    assert min(each.us for each in page.pictures() if each.epoch == 2) > begin_us + 6 * S


def test_playback_is_never_further_ahead_than_its_seconds(here, begin_us):
    async def work():
        async with await client(here) as page:
            began_s = time.monotonic()
            await page.open("playback", **asked(begin_us, at_s=1))
            await page.until(lambda: page.pictures() and max(shown(page)) >= begin_us + 4 * S)
            await asyncio.sleep(1)
            return page, time.monotonic() - began_s

    page, took_s = run(work())
    assert max(shown(page)) <= begin_us + (1 + took_s + AHEAD_S + 2) * S


def test_no_picture_outside_the_stretch_of_the_lease_is_served(here, begin_us):
    async def work(begin, end):
        async with await client(here) as page:
            await page.open("playback", begin_us=begin, end_us=end, at_us=begin)
            # A recorder at its limits may first say that it cannot, and is asked again.
            await page.until(lambda: any(each["what"] == "end" for each in page.said("played")))
            return page

    begin, end = begin_us + 4_300_000, begin_us + 9_100_000
    page = run(work(begin, end))
    assert shown(page), page.said("played")
    assert begin <= min(shown(page))
    assert max(shown(page)) < end


def test_pictures_of_a_long_stretch_follow_one_another_without_a_hole(here, begin_us):
    async def work():
        async with await client(here) as page:
            await page.open("playback", **asked(begin_us, at_s=1, speed=4, sound=False))
            await page.until(lambda: page.pictures() and max(shown(page)) > begin_us + 13 * S)
            return page

    times = shown(run(work()))
    there = [each.us for each in archived.taken(here) if times[0] - TICK_US <= each.us <= times[-1] + TICK_US]
    assert times == pytest.approx(there, abs=TICK_US)


def test_above_four_times_only_key_frames_come_at_their_own_times(here, begin_us):
    async def work():
        async with await client(here) as page:
            await page.open("playback", **asked(begin_us, at_s=1, speed=8))
            await page.until(lambda: page.pictures() and max(shown(page)) > begin_us + 9 * S)
            return page

    page = run(work())
    assert page.said("form")[0]["keys"]
    assert not page.sounds()
    times = shown(page)
    keys = [
        each.us for each in archived.taken(here) if each.key and times[0] - TICK_US <= each.us <= times[-1] + TICK_US
    ]
    assert times == pytest.approx(keys, abs=TICK_US)


def test_a_moment_before_all_footage_is_a_gap_up_to_the_first(here, begin_us):
    async def work():
        async with await client(here) as page:
            early_us = here.pages.began_us - 60 * S
            span = {"begin_us": early_us, "end_us": early_us + 3600 * S, "at_us": early_us}
            await page.open("playback", **span)
            await page.until(lambda: page.said("played"))
            return page

    (said, *_) = run(work()).said("played")
    assert said["what"] == "gap"
    assert said["from_us"] == here.pages.began_us - 60 * S
    assert said["until_us"] == pytest.approx(archived.taken(here)[0].us, abs=TICK_US)


def test_what_is_not_sealed_yet_is_the_end_until_it_is(here, begin_us):
    async def work():
        async with await client(here) as page:
            now_us = time.time_ns() // 1000
            await page.open("playback", begin_us=begin_us, end_us=now_us + 3600 * S, at_us=now_us - 1 * S)
            await page.until(lambda: page.said("played"))
            deadline = time.monotonic() + PATIENCE_S
            while not page.pictures():
                assert time.monotonic() < deadline
                await asyncio.sleep(1)
                await page.renew()
            return page

    assert run(work()).said("played")[0]["what"] in ("gap", "end")


def test_aac_stays_what_it_is(here, begin_us):
    async def work():
        async with await client(here) as page:
            await page.open("playback", **asked(begin_us, cameras=here.cameras[1:2]))
            await page.until(lambda: page.sounds())
            return page

    assert "mp4a.40.2" in run(work()).said("form")[0]["sound"]


@pytest.mark.parametrize("kind", ["live", "playback"])
def test_a_picture_that_the_browser_cannot_decode_is_said_in_words(here, begin_us, kind):
    async def work():
        async with await client(here) as page:
            values = asked(begin_us) if kind == "playback" else {}
            await page.open(kind, cameras=here.cameras[2:3], sound=False, **values)
            await page.until(lambda: page.said("played") or page.said("state"))
            return page

    page = run(work())
    (said,) = page.said("played") or page.said("state")
    assert said["code"] == "unsupported"
    assert "H265" in said["vi"]
    assert not page.binaries


def test_a_still_is_a_jpeg_of_the_moment_and_none_outside_the_lease(here, begin_us):
    async def work():
        async with await client(here) as page:
            await page.open("playback", **asked(begin_us))
            for number, at_us in ((1, begin_us + 5 * S), (2, begin_us - 10 * S)):
                await page.say(t="still", number=number, camera=here.cameras[0], at_us=at_us, width=320)
            await page.until(lambda: page.said("still") and [each for each in page.binaries if each.kind == 5])
            return page

    page = run(work())
    (still,) = [each for each in page.binaries if each.kind == 5]
    assert still.epoch == 1
    assert still.data.startswith(b"\xff\xd8")
    assert page.said("still")[0]["number"] == 2
