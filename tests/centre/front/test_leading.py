"""A leader's first minute: six figures that were counted, their week, what is late below; nothing of others' rooms."""

import datetime

import pytest

from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.may import May
from minhbach.centre.front.leading import late_below, yesterday_for
from minhbach.centre.front.today import today
from minhbach.centre.front.waiting import waiting
from minhbach.centre.publishing.actions.rolling import roll
from tests.centre.people import signed_in
from tests.centre.publishing.month import Month, at

D = datetime.date
#: A Monday: the last working day is the Friday before.
MONDAY = D(2026, 3, 9)


@pytest.fixture
def month(db):
    made = Month()
    for day, count in ((D(2026, 3, 5), 1), (D(2026, 3, 6), 3)):
        for number in range(count):
            made.dossier(day, 8 + number)
    made.session(D(2026, 3, 6), 1, people=4)
    roll(D(2026, 2, 20), D(2026, 3, 8), now=at(MONDAY, 1))
    return made


def seen(month, role, now=None):
    now = now or at(MONDAY, 7)
    return yesterday_for(standing_of(month.district.people[role], now=now), now=now)


def said(found, code):
    return next(tile for tile in found.tiles if tile.code == code)


def test_on_a_monday_it_is_friday_that_is_told_with_the_week_before_it(month):
    found = seen(month, "commune_chairman")
    assert found.day == D(2026, 3, 6)
    tile = said(found, "dossiers_received")
    assert (tile.said, tile.week[-2:], len(tile.week)) == ("3", (1.0, 3.0), 7)
    assert str(tile.note) == "nhiều hơn hôm trước 2"
    assert said(found, "people_received").said == "4"


def test_what_is_done_on_days_off_is_told_with_the_working_day_before_them(month):
    month.session(D(2026, 3, 7), 2, people=3)
    month.session(D(2026, 3, 8), 3, people=2)
    roll(D(2026, 3, 6), MONDAY, now=at(D(2026, 3, 10), 1))
    found = seen(month, "commune_chairman")
    assert (found.day, found.last) == (D(2026, 3, 6), D(2026, 3, 8))
    assert (said(found, "people_received").said, said(found, "dossiers_received").said) == ("9", "3")
    tuesday = seen(month, "commune_chairman", at(D(2026, 3, 10), 7))
    assert (tuesday.day, tuesday.last) == (MONDAY, MONDAY)


def test_what_was_not_counted_is_said_and_never_zero(month):
    tile = said(seen(month, "commune_chairman"), "missing")
    assert (tile.said, tile.counted) == ("chưa có dữ liệu", False)


def test_a_body_sees_the_rooms_of_its_own_type_and_who_has_no_figures_sees_none(month):
    assert said(seen(month, "inspector"), "people_received").said == "4"
    assert not said(seen(month, "inspector"), "dossiers_received").counted
    assert said(seen(month, "office_specialist"), "dossiers_received").said == "3"
    assert seen(month, "technician") is None
    assert seen(month, "one_stop_officer") is None


def test_a_report_that_is_not_sent_waits_for_its_unit_and_is_late_for_those_above(month):
    month.draft()
    now = at(D(2026, 3, 27), 9)
    chairman, above = (month.district.people[role] for role in ("commune_chairman", "area_chairman"))
    own = [task for task in waiting(chairman, May(chairman, now), now=now) if "Báo cáo tháng 03/2026" in task.title]
    assert [(str(task.verb), task.kind) for task in own] == [("Ký, gửi", "late")]
    found, count = late_below(standing_of(above, now=now), now=now)
    assert count == len(found)
    assert "Xã A: báo cáo tháng 03/2026 chưa gửi" in {str(each.words) for each in found}
    page = today(above, May(above, now), now=now)
    assert page.late_count == count


@pytest.mark.parametrize("role", ["commune_chairman", "area_chairman", "inspector", "council_delegate", "technician"])
def test_the_first_page_opens_for_everybody(month, role):
    assert signed_in(month.district.people[role]).get("/").status_code == 200
