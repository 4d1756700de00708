"""One slow page costs only itself, and no page gets further ahead than it may."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from minhbach.centre.stream.outbox import MOST_LIVE_BYTES, Outbox
from minhbach.centre.stream.pace import ACCOUNT_S, AHEAD_S, REFILL, Pace
from minhbach.centre.stream.way import SILENT_S

FRAME = b"f" * 50_000


async def drained(outbox):
    """What waits, for a page that says at once that it has it."""
    found = []
    while outbox.waiting:
        found.append(await outbox.take())
        outbox.got(1_000_000)
    return found


def test_a_page_that_does_not_read_loses_whole_groups_of_pictures_and_no_text():
    async def work():
        outbox = Outbox()
        outbox.put("text")
        kept = []
        for number in range(400):
            key = number % 20 == 0
            if outbox.put_live(0, b"%5d" % number + FRAME, key=key):
                kept.append(number)
            if number == 250:
                assert (await drained(outbox))[0] == "text"
        assert outbox.dropped
        begins = [number for index, number in enumerate(kept) if index == 0 or kept[index - 1] != number - 1]
        assert all(number % 20 == 0 for number in begins), "it goes on only at a key frame"
        waiting = [int(each[:5]) for each in await drained(outbox)]
        assert not waiting or waiting == list(range(waiting[0], waiting[-1] + 1))
        assert sum(len(FRAME) for _ in waiting) <= MOST_LIVE_BYTES + len(FRAME)

    asyncio.run(work())


def test_a_tile_that_chokes_takes_nothing_from_another():
    async def work():
        outbox = Outbox()
        assert outbox.put_live(1, b"small", key=True)
        for number in range(200):
            outbox.put_live(0, FRAME, key=number == 0)
        assert b"small" in await drained(outbox)

    asyncio.run(work())


def test_what_was_served_is_told_once_as_stretches():
    outbox = Outbox()
    for second in (0, 1, 2, 60):
        outbox.served("r/q", "picture", second * 1_000_000, (second + 1) * 1_000_000, 10)
    report = outbox.report("a" * 32, 5)
    assert report is not None
    assert [(span.begin_us, span.end_us) for span in report.spans] == [(0, 3_000_000), (60_000_000, 61_000_000)]
    assert report.bytes == 40
    assert outbox.report("a" * 32, 6) is None


moves = st.lists(
    st.tuples(st.sampled_from(["wait", "report", "jump"]), st.floats(0, 30), st.sampled_from([0.5, 1, 4, 16])),
    max_size=30,
)


@given(moves)
def test_no_page_is_ever_sent_more_than_its_seconds_ahead_of_what_real_time_allows(steps):
    """Whatever it reports; only a jump moves it, and jumps are paid."""
    pace, now_s = Pace(0, 1.0, True, 0.0), 0.0
    reachable_us = 0.0
    fastest = 1.0
    for what, amount, speed in steps:
        if what == "wait":
            reachable_us += amount * fastest * 1e6
            now_s += amount
        elif what == "report":
            pace.report(int(amount * 1e9), speed, True, now_s)
            fastest = max(fastest, speed)
        assert pace.position_us(now_s) <= reachable_us + 1
        assert pace.limit_us(now_s) <= reachable_us + AHEAD_S * max(1, fastest) * 1e6 + 1


def test_jumping_about_does_not_fetch_a_day():
    pace, now_s, fetched_s = Pace(0, 1.0, True, 0.0), 0.0, 0.0
    pace.pay(0, 0.0)
    while now_s < 600:
        wait_s = pace.pay(2.0, now_s)
        fetched_s += 2.0
        now_s += max(0.01, wait_s)
    assert fetched_s <= ACCOUNT_S + 600 * REFILL + 4


def test_a_page_that_does_not_say_what_it_has_gets_no_more_than_a_seconds_worth():
    async def work():
        outbox = Outbox()
        for number in range(200):
            outbox.put(b"%d" % number)
        taken = []

        async def write():
            while True:
                taken.append(await outbox.take())
                await asyncio.sleep(0.02)

        writing = asyncio.create_task(write())
        await asyncio.sleep(SILENT_S + 0.5)
        before = len(taken)
        assert 1 < before <= SILENT_S / 0.02 + 1
        outbox.got(1_000_000)
        while len(taken) < before + 10:  # noqa: ASYNC110 (nobody sets an event)
            await asyncio.sleep(0.01)
        writing.cancel()

    asyncio.run(asyncio.wait_for(work(), 60))


def test_a_key_frame_does_not_queue_up_behind_pictures_that_are_late():
    async def work():
        outbox = Outbox()
        outbox.put_live(0, b"old key", key=True)
        outbox.put_live(1, b"another tile", key=True)
        await asyncio.sleep(0.6)
        outbox.put("text")
        assert outbox.put_live(0, b"new key", key=True)
        assert outbox.put_live(0, b"more", key=False)
        assert outbox.lost == {0: 1}
        assert await drained(outbox) == [b"another tile", "text", b"new key", b"more"]

    asyncio.run(work())


def test_a_jump_voids_the_footage_that_waits_and_nothing_else():
    async def work():
        outbox = Outbox()
        outbox.put("before")
        outbox.put_played(b"old")
        outbox.put_live(0, b"live", key=True)
        outbox.forget_played()
        assert await drained(outbox) == ["before", b"live"]

    asyncio.run(work())
