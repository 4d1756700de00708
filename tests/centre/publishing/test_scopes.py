"""A report speaks of what its body supervised on each of its days, in one question however often that changed."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minhbach.centre.publishing.actions.rolling import roll
from minhbach.centre.publishing.scopes import figures_of, spans
from minhbach.centre.registry.actions import units
from minhbach.centre.regulation.models import Supervision
from tests.centre.access.district import SETUP
from tests.centre.publishing.month import Month

D = datetime.date


@pytest.fixture
def month(db):
    made = Month()
    made.session(D(2026, 3, 5), 1, people=7)
    return made


def test_a_supervision_that_moves_amid_the_month_counts_for_each_body_in_its_days(month):
    month.session(D(2026, 2, 20), 2, people=4)
    moves, of = D(2026, 3, 4), {name: month.district.units[name].id for name in ("inspectorate", "office", "top")}
    Supervision.objects.filter(body=of["inspectorate"]).update(valid_until=moves)
    Supervision.objects.create(
        body_id=of["office"], area_id=of["top"], room_type="reception_room", valid_from=moves, decision_number="9/QĐ"
    )
    roll(month.first, month.last, now=month.district.now)
    before, after = (
        figures_of(of[name], "supervises_reception_room", month.first, month.last)
        for name in ("inspectorate", "office")
    )
    assert [(each["sessions"], each["people_received"]) for each in (before, after)] == [(1, 4), (1, 7)]
    assert ("rooms" in before, after["rooms"]) == (False, 2)
    whole_month = figures_of(of["top"], "leads", month.first, month.last)
    assert (whole_month["sessions"], whole_month["rooms"]) == (2, 4)
    assert spans(of["inspectorate"], "supervises_reception_room", moves, month.last) == []


def test_what_a_report_speaks_of_is_one_question_however_often_it_changed(month):
    top, office = month.district.units["top"].id, month.district.units["office"].id
    of = (top, "leads"), (office, "supervises_one_stop")
    asked = []
    for founded in ((), (D(2026, 2, 20), D(2026, 3, 1), D(2026, 3, 9))):
        for day in founded:
            naming = units.NewName(f"Xã {day}", f"1{day:%m%d}", "commune")
            units.found_unit(SETUP, naming=naming, parent=top, day=day)
        for unit, kind in of:
            with CaptureQueriesContext(connection) as queries:
                found = spans(unit, kind, month.first, month.last)
            asked.append((len(queries), len(found)))
    assert asked == [(1, 1), (1, 1), (1, 4), (1, 4)]
