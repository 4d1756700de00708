"""What the demo's regulation says is what an office could issue anew."""

import datetime

import pytest

from minhbach.centre.regulation.drafting import troubles
from minhbach.centre.regulation.rules import parse, shipped
from minhbach.demo.district import assessments, laying, reports


@pytest.mark.parametrize("day", range(1, 31))
def test_whatever_day_the_demo_begins_its_regulation_can_be_issued_anew(day: int) -> None:
    content = shipped(laying.PROFILE)
    now = datetime.datetime(2026, 11, day, 3, tzinfo=datetime.UTC)
    times = content["times"]
    assert isinstance(times, dict)
    times.update(laying.SHORT_MEMORY | assessments.TIMES | reports.times(now))
    assert troubles(parse(content)) == []
