"""Numbers, times and lengths are written as an office in Vietnam writes them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from minhbach.centre.words import formats

LATE_IN_UTC = datetime(2026, 3, 4, 20, 30, 7, tzinfo=UTC)  # 03:30:07 of the next day in Vietnam


@pytest.mark.parametrize(
    ("value", "places", "vi", "en"),
    [
        (14528, 0, "14.528", "14,528"),
        (99.94, 1, "99,9", "99.9"),
        (99.95, 1, "100,0", "100.0"),
        (-1234.5, 0, "-1.235", "-1,235"),
        (0, 2, "0,00", "0.00"),
    ],
)
def test_a_number_has_points_between_thousands_and_a_comma_before_parts(
    value: float, places: int, vi: str, en: str
) -> None:
    with translation.override("vi"):
        assert formats.number(value, places) == vi
    with translation.override("en"):
        assert formats.number(value, places) == en


def test_a_share_is_written_with_a_space_that_does_not_break() -> None:
    assert formats.percent(0.9994) == "99,9\u00a0%"
    with translation.override("en"):
        assert formats.percent(0.9994) == "99.9%"


def test_a_day_is_counted_in_vietnam() -> None:
    assert formats.day(LATE_IN_UTC) == "05/03/2026"
    assert formats.weekday(LATE_IN_UTC) == "thứ Năm, 05/03/2026"
    assert formats.clock(LATE_IN_UTC) == "03:30:07"
    assert formats.moment(LATE_IN_UTC) == "03:30, 05/03/2026"
    assert formats.day(date(2026, 11, 20)) == "20/11/2026"


def test_a_time_of_day_is_written_as_it_is_said() -> None:
    assert formats.hour(LATE_IN_UTC) == "03 giờ 30"
    with translation.override("en"):
        assert formats.hour(LATE_IN_UTC) == "03:30"


@pytest.mark.parametrize(
    ("seconds", "vi", "en"),
    [
        (0, "0 giây", "0 seconds"),
        (1, "1 giây", "1 second"),
        (760, "12 phút 40 giây", "12 minutes 40 seconds"),
        (3600, "1 giờ", "1 hour"),
        (3605, "1 giờ", "1 hour"),
        (-6060, "1 giờ 41 phút", "1 hour 41 minutes"),
        (3 * 86400 + 7200 + 59, "3 ngày 2 giờ", "3 days 2 hours"),
    ],
)
def test_a_length_is_told_by_its_two_largest_units(seconds: int, vi: str, en: str) -> None:
    assert formats.duration(timedelta(seconds=seconds)) == vi
    with translation.override("en"):
        assert formats.duration(seconds) == en


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        (timedelta(seconds=40), "vừa xong"),
        (timedelta(minutes=12, seconds=40), "12 phút trước"),
        (timedelta(hours=3, minutes=20, seconds=5), "3 giờ trước"),
        (timedelta(days=2), "03:30, 05/03/2026"),
    ],
)
def test_what_is_past_is_told_by_its_distance_for_a_day_and_then_by_its_date(gone: timedelta, told: str) -> None:
    assert formats.since(LATE_IN_UTC, LATE_IN_UTC + gone) == told


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1,0 KB"), (12_400_000_000, "12,4 GB"), (999_600_000, "1,0 GB")],
)
def test_bytes_are_written_with_three_figures_at_most(count: int, text: str) -> None:
    assert formats.size(count) == text.replace(" ", "\u00a0")


@given(st.integers(min_value=0, max_value=10**17))
def test_no_size_needs_more_than_four_figures(count: int) -> None:
    assert len(formats.size(count).split("\u00a0")[0].replace(",", "").replace(".", "")) <= 4


def test_a_stretch_says_both_its_days_where_they_differ() -> None:
    assert formats.span(LATE_IN_UTC, LATE_IN_UTC + timedelta(seconds=68)) == "03:30:07–03:31:15, 05/03/2026"
    assert formats.span(LATE_IN_UTC, LATE_IN_UTC + timedelta(hours=20)) == "03:30:07–23:30:07, 05/03/2026"
    over_midnight = formats.span(LATE_IN_UTC, LATE_IN_UTC + timedelta(hours=21))
    assert over_midnight == "03:30, 05/03/2026 – 00:30, 06/03/2026"


def test_a_person_is_known_by_the_given_name() -> None:
    assert formats.initials("Nguyễn Thu Hà") == "HÀ"
    assert formats.initials("  ") == "?"
