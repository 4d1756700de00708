"""How much log a recorder may have the centre keep: an honest one never notices, a hostile one never fills the disk."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from minhbach.centre.footage.allowance import DAYS_AT_ONCE, Allowance, cost, most, now_left

BEGIN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
#: Picture and sound of one camera, an entry of 560 bytes for each ten seconds.
BUSIEST_DAY = 2 * 8640 * (560 + 40)


def test_the_busiest_honest_recorder_never_reaches_its_limit_and_a_month_comes_in_at_once() -> None:
    for cameras in (1, 2, 8, 16):
        left = now_left(None, cameras, BEGIN)
        for day in range(400):
            left = now_left(left, cameras, BEGIN + day * DAY)
            left = Allowance(left.bytes - cameras * BUSIEST_DAY, left.at)
            assert left.bytes > most(cameras) / 2
        assert now_left(None, cameras, BEGIN).bytes > 30 * cameras * BUSIEST_DAY


@given(st.lists(st.tuples(st.integers(0, 40 * 86400), st.integers(0, 10**9)), max_size=60), st.integers(0, 16))
def test_what_is_taken_in_is_never_more_than_at_once_and_what_the_time_adds(
    steps: list[tuple[int, int]], cameras: int
) -> None:
    left, now, taken = None, BEGIN, 0
    for pause_s, wanted in steps:
        now += datetime.timedelta(seconds=pause_s)
        room = now_left(left, cameras, now)
        if wanted <= room.bytes:
            taken += wanted
            room = Allowance(room.bytes - wanted, room.at)
        left = room
    assert taken <= most(cameras) * (1 + (now - BEGIN) / DAY / DAYS_AT_ONCE) + len(steps)


def test_a_clock_that_is_set_back_gives_nothing_twice() -> None:
    spent = Allowance(0, BEGIN)
    later = now_left(spent, 1, BEGIN + DAY)
    assert later.bytes == most(1) // DAYS_AT_ONCE
    assert now_left(later, 1, BEGIN) == later
    assert now_left(later, 1, BEGIN + DAY) == later


def test_what_stands_beside_an_entry_is_counted_too() -> None:
    assert cost([b""] * 1000) == 40_000
