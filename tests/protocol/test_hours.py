"""Both sides read a table of hours alike: weekdays, single days the other way round, minutes of a day."""

import datetime

import pytest

from minhbach.protocol import codec
from minhbach.protocol.hours import MOST_OTHERS, MOST_SPANS, SoundHours, Span, day_number
from minhbach.protocol.messages import CameraOrder

VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
MORNING, AFTERNOON = Span(7 * 60, 12 * 60), Span(13 * 60, 17 * 60 + 30)
#: Wednesday is a holiday, Saturday is worked instead.
WEEK = SoundHours(
    ahead_minutes=420,
    weekdays=(1, 2, 3, 4, 5),
    spans=(MORNING, AFTERNOON),
    others=(
        day_number(datetime.date(2026, 9, 2).toordinal()),
        day_number(datetime.date(2026, 9, 5).toordinal()),
    ),
)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("2026-09-01 06:59:59.999999", False),
        ("2026-09-01 07:00", True),
        ("2026-09-01 11:59:59.999999", True),
        ("2026-09-01 12:00", False),
        ("2026-09-01 13:00", True),
        ("2026-09-01 17:30", False),
        ("2026-09-02 09:00", False),
        ("2026-09-03 09:00", True),
        ("2026-09-05 09:00", True),
        ("2026-09-05 12:30", False),
        ("2026-09-06 09:00", False),
        ("2026-09-12 09:00", False),
        ("1970-01-01 09:00", True),
    ],
)
def test_sound_is_kept_in_the_hours_of_a_day_that_is_worked(said: str, kept: bool) -> None:
    moment = datetime.datetime.fromisoformat(said).replace(tzinfo=VIETNAM)
    assert WEEK.keep(round(moment.timestamp() * 1_000_000)) is kept


@pytest.mark.parametrize("wall_us", [-(1 << 62), 0, 1 << 62])
def test_a_clock_that_is_anywhere_gives_an_answer(wall_us: int) -> None:
    assert WEEK.keep(wall_us) in (True, False)


@pytest.mark.parametrize(
    "table",
    [
        SoundHours(0, (0,), (MORNING,)),
        SoundHours(0, (8,), (MORNING,)),
        SoundHours(0, (1,) * 8, (MORNING,)),
        SoundHours(0, (1,), (Span(600, 600),)),
        SoundHours(0, (1,), (Span(-1, 600),)),
        SoundHours(0, (1,), (Span(0, 1441),)),
        SoundHours(0, (1,), (MORNING,) * (MOST_SPANS + 1)),
        SoundHours(0, (1,), (MORNING,), tuple(range(MOST_OTHERS + 1))),
        SoundHours(100_000, (1,), (MORNING,)),
    ],
)
def test_what_is_no_table_of_hours_is_not_usable(table: SoundHours) -> None:
    assert WEEK.usable
    assert SoundHours(0, (), ()).usable
    assert not table.usable


def test_an_order_without_hours_is_spelled_as_it_always_was_and_one_with_them_comes_back() -> None:
    order = CameraOrder("a", "main", "rtsp://x/", "", "with_picture", ("10.0.0.0/8",), "", 30, 30, 15, 48)
    assert b"sound_hours" not in codec.encode(order)
    told = CameraOrder("a", "main", "rtsp://x/", "", "with_picture", ("10.0.0.0/8",), "", 30, 30, 15, 48, "", "", WEEK)
    assert codec.decode(CameraOrder, codec.encode(told)) == told
