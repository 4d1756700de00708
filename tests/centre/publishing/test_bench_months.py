"""The bench of reports compares something under every code: two counts of nothing are always equal."""

import pytest

from minhbach.bench.months import measuring
from minhbach.bench.months.measuring import FIRST, LAST
from minhbach.centre.publishing.actions.rolling import roll
from minhbach.centre.publishing.counting import differences
from minhbach.centre.publishing.models import DayFigures
from minhbach.centre.publishing.sources import SOURCES


@pytest.mark.django_db
def test_of_everything_that_a_report_counts_something_is_compared_and_a_day_that_is_changed_is_found() -> None:
    top, issued = measuring.found()
    everybody = measuring.serving(top, issued)
    for number in range(2):
        measuring.commune(top, number, everybody)
    assert measuring.empty() == []
    roll(FIRST, LAST, now=everybody.viewer.opened_at)
    assert list(differences(FIRST, LAST)) == []
    for code in SOURCES:
        day = DayFigures.objects.filter(**{f"figures__{code}__gt": 0}).first()
        assert day is not None, code
        DayFigures.objects.filter(pk=day.pk).update(figures=day.figures | {code: day.figures[code] + 1})
        [said] = differences(FIRST, LAST)
        assert code in said
        DayFigures.objects.filter(pk=day.pk).update(figures=day.figures)
