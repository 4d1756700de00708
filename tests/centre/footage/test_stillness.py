"""Of what recorders tell of their rooms the centre keeps the quarter hours in which nothing stirred, and no other."""

import dataclasses
import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minhbach.centre.footage.actions import faults, stillness
from minhbach.centre.footage.models import RecorderHealth, StillQuarter
from minhbach.protocol.health import QUARTER_US, Quarter
from tests.centre.access.district import District
from tests.centre.footage.ill import NINE, report, us

QUARTER = datetime.timedelta(minutes=15)
STILL = Quarter(us(NINE - QUARTER), 90, 0, 90, 0)


@pytest.fixture
def district(db: None) -> District:
    return District()


def take(district: District, *quarters: Quarter, name: str | None = None, now: datetime.datetime = NINE) -> None:
    """A recorder reports these of the one-stop room's camera."""
    camera = name or district.cameras["A", "one_stop"].name
    said = report(district.recorders["A"].id, at=now, watched=[camera])
    cameras = tuple(dataclasses.replace(each, quarters=quarters) for each in said.cameras)
    stillness.take_report(dataclasses.replace(said, cameras=cameras), now=now)


def kept() -> list[tuple[int, bool]]:
    return list(StillQuarter.objects.order_by("begin_us").values_list("begin_us", "listened"))


def test_what_was_still_is_kept_once_however_often_it_is_told(district: District) -> None:
    before = dataclasses.replace(STILL, begin_us=STILL.begin_us - QUARTER_US, windows=0)
    take(district, before, STILL)
    take(district, before, STILL)
    assert kept() == [(before.begin_us, False), (STILL.begin_us, True)]
    assert set(StillQuarter.objects.values_list("camera", flat=True)) == {district.cameras["A", "one_stop"].id}


@pytest.mark.parametrize(
    "other",
    [
        {"moved": 5}, {"heard": 5}, {"looks": 44}, {"looks": 0}, {"moved": -1}, {"heard": -1}, {"moved": 91},
        {"windows": 0, "heard": 1}, {"begin_us": us(NINE)}, {"begin_us": us(NINE - 20 * QUARTER)}, {"begin_us": -1},
    ],
)  # fmt: skip
def test_what_stirred_was_not_seen_or_lies_elsewhere_is_kept_nowhere(district: District, other: dict[str, int]) -> None:
    with CaptureQueriesContext(connection) as asked:
        take(district, dataclasses.replace(STILL, **other))
    assert kept() == []
    assert len(asked) == 0


def test_a_lamp_that_is_switched_makes_no_company(district: District) -> None:
    take(district, dataclasses.replace(STILL, moved=4, heard=4))
    assert kept() == [(STILL.begin_us, True)]


def test_a_room_that_is_still_at_night_is_no_sign(district: District) -> None:
    night = NINE.replace(hour=15)  # ten in the evening in Vietnam
    take(district, dataclasses.replace(STILL, begin_us=us(night - QUARTER)), now=night)
    assert kept() == []


def test_a_camera_that_nobody_knows_and_more_than_an_hour_are_not_taken(district: District) -> None:
    take(district, STILL, name="nobody")
    assert kept() == []
    many = [dataclasses.replace(STILL, begin_us=STILL.begin_us - n * QUARTER_US) for n in range(6, -1, -1)]
    take(district, *many)
    assert len(kept()) == 4


def test_the_last_report_itself_keeps_nothing_of_who_moved_when(district: District) -> None:
    camera = district.cameras["A", "one_stop"].name
    said = report(district.recorders["A"].id, at=NINE, watched=[camera])
    moved = tuple(dataclasses.replace(each, quarters=(STILL,)) for each in said.cameras)
    faults.take_report(dataclasses.replace(said, cameras=moved), now=NINE)
    (row,) = RecorderHealth.objects.get().report["cameras"]
    assert (row["camera"], list(row["quarters"])) == (camera, [])


def test_what_no_draw_reads_any_more_is_forgotten(district: District) -> None:
    take(district, STILL)
    assert stillness.forget(now=NINE + datetime.timedelta(days=69)) == 0
    assert stillness.forget(now=NINE + datetime.timedelta(days=71)) == 1
    assert kept() == []
