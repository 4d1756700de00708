"""Working days: single days over the weekdays, nearer units over those above, and what ships is marked as unchecked."""

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation import actions, reading
from minhbach.centre.regulation.calendar import HOLIDAY, WORKED, Calendar, shipped, shipped_years
from minhbach.centre.regulation.models import CalendarDay
from minhbach.centre.regulation.rules import Hours
from tests.centre.access.district import DAY, SETUP, District
from tests.centre.people import signed_in

FRIDAY = datetime.date(2026, 11, 20)
HOURS = Hours((1, 2, 3, 4, 5), (("07:30", "11:30"), ("13:30", "17:00")))
days = st.dates(datetime.date(2026, 1, 1), datetime.date(2027, 12, 31))
CALENDAR = Calendar(HOURS, {single.day: single.kind for year in (2026, 2027) for single in shipped(year)})


@given(days, st.integers(1, 60))
def test_a_term_ends_on_a_working_day_and_spans_as_many_as_it_says(first, term):
    last = CALENDAR.after(first, term)
    assert CALENDAR.works_on(last)
    assert CALENDAR.between(first, last) == term
    assert CALENDAR.between(last, first) == -term


@given(days)
def test_the_nearest_working_days_enclose_a_day(day):
    before, after = CALENDAR.on_or_before(day), CALENDAR.on_or_after(day)
    assert before <= day <= after
    assert CALENDAR.works_on(before)
    assert CALENDAR.works_on(after)
    assert (before == after) == CALENDAR.works_on(day)


def test_a_term_over_tet_leaves_the_holidays_out_and_a_swapped_saturday_counts():
    assert CALENDAR.after(datetime.date(2026, 2, 13), 1) == datetime.date(2026, 2, 23)
    assert CALENDAR.after(datetime.date(2026, 8, 21), 1) == datetime.date(2026, 8, 22)
    assert CALENDAR.after(datetime.date(2026, 8, 28), 1) == datetime.date(2026, 9, 3)


def test_an_office_that_never_works_ends_every_term_somewhere():
    never = Calendar(Hours((), HOURS.spans))
    assert never.after(FRIDAY, 3) > FRIDAY
    assert never.on_or_before(FRIDAY) == FRIDAY


@pytest.mark.parametrize("year", shipped_years())
def test_what_ships_has_each_day_once_in_its_year_and_says_what_is_not_sure(year):
    singles = shipped(year)
    assert len({single.day for single in singles}) == len(singles)
    assert {single.day.year for single in singles} == {year}
    assert all(bool(single.source) == single.sure for single in singles)
    worked = [single.day for single in singles if single.kind == WORKED]
    assert all(day.isoweekday() > 5 for day in worked)
    assert any(not single.sure for single in singles)


@pytest.mark.django_db
class TestRows:
    """The calendar as units keep it."""

    def test_a_unit_follows_the_calendar_above_and_overrules_single_days(self):
        district = District()
        top, commune = district.units["top"].id, district.units["A"].id
        assert reading.calendar_of(commune, DAY).works_on(FRIDAY)
        actions.add_day(SETUP, unit=top, day=FRIDAY, kind=HOLIDAY, name="Ngày lễ", now=district.now)
        assert not reading.calendar_of(commune, DAY).works_on(FRIDAY)
        actions.add_day(SETUP, unit=commune, day=FRIDAY, kind=WORKED, name="Trực", now=district.now)
        assert reading.calendar_of(commune, DAY).works_on(FRIDAY)
        assert not reading.calendar_of(district.units["B"].id, DAY).works_on(FRIDAY)
        assert [row.name for row in reading.single_days(commune, 2026, DAY)] == ["Trực"]
        assert not reading.calendar_of(district.units["C"].id, DAY).days
        assert reading.calendar_of(commune, DAY).hours == HOURS

    def test_a_day_stands_once_and_is_withdrawn_but_never_rewritten(self):
        district = District()
        unit = district.units["top"].id
        row = actions.add_day(SETUP, unit=unit, day=FRIDAY, kind=HOLIDAY, name="Ngày lễ", now=district.now)
        with pytest.raises(NotPossible):
            actions.add_day(SETUP, unit=unit, day=FRIDAY, kind=WORKED, name="Làm bù", now=district.now)
        with pytest.raises(DatabaseError), transaction.atomic():
            CalendarDay.objects.filter(id=row.id).update(day=DAY)
        actions.withdraw_day(SETUP, unit=unit, day=FRIDAY, now=district.now)
        with pytest.raises(NotPossible):
            actions.withdraw_day(SETUP, unit=unit, day=FRIDAY, now=district.now)
        actions.add_day(SETUP, unit=unit, day=FRIDAY, kind=WORKED, name="Làm bù", now=district.now)
        for kind, name in ((HOLIDAY, " "), ("party", "x")):
            with pytest.raises(NotPossible):
                actions.add_day(SETUP, unit=unit, day=DAY, kind=kind, name=name, now=district.now)

    def test_an_administrator_takes_over_what_ships_once_and_sees_what_to_check(self):
        district = District()
        unit = district.units["top"].id
        browser = signed_in(district.people["system_administrator"])
        address = reverse("calendar", args=[unit])
        assert "Nạp lịch mẫu" in browser.get(address, {"nam": 2026}).content.decode()
        for _ in range(2):
            browser.post(reverse("calendar_adopt", args=[unit]), {"nam": "2026"})
        assert CalendarDay.objects.count() == len(shipped(2026))
        page = browser.get(address, {"nam": 2026}).content.decode()
        assert "Tết Bính Ngọ" in page
        assert "Chưa kiểm tra" in page
        assert "Nạp lịch mẫu" not in page
        browser.post(reverse("calendar_day_withdraw", args=[unit]), {"ngay": "2026-01-10"})
        new = {"day": "2026-01-10", "kind": WORKED, "name": "Làm bù ngày 02/01", "source": "12/TB"}
        assert browser.post(reverse("calendar_day_new", args=[unit]), new).status_code == 302
        assert browser.post(reverse("calendar_day_new", args=[unit]), new).status_code == 422
        assert CalendarDay.objects.get(day="2026-01-10", withdrawn_at__isnull=True).source == "12/TB"
        assert browser.post(reverse("calendar_day_withdraw", args=[unit]), {"ngay": "x"}).status_code == 404
        assert browser.get(address, {"nam": "٢٠٢٦"}).status_code == 200

    def test_programs_read_change_and_count_over_the_calendar_as_people_do(self):
        district = District()
        unit = district.units["A"].id
        whole = f"/api/units/{unit}/calendar"
        machine = signed_in(district.people["system_administrator"])

        def said(path, body, who="system_administrator"):
            return signed_in(district.people[who]).post(path, body, content_type="application/json")

        assert said(f"{whole}/adoptions", {"year": 2026}).json() == {"days": len(shipped(2026))}
        told = machine.get(whole, {"year": 2026}).json()
        assert (told["weekdays"], told["known"]) == ([1, 2, 3, 4, 5], True)
        assert [row["day"] for row in told["days"]] == [str(single.day) for single in shipped(2026)]
        free = {"day": "2026-12-07", "kind": HOLIDAY, "name": "Bão số 9", "source": "Công điện 12"}
        assert said(whole, free).status_code == 201
        assert said(whole, free).json()["vi"].startswith("Ngày này")
        asked: dict[str, str | int] = {"begin": "2026-12-04", "working_days": 1}
        assert machine.get(f"{whole}/term", asked).json() == {"last_day": "2026-12-08", "known": True}
        assert said(f"{whole}/withdrawals", {"day": "2026-12-07"}).status_code == 204
        assert machine.get(f"{whole}/term", asked).json()["last_day"] == "2026-12-07"
        assert said(f"{whole}/withdrawals", {"day": "2026-12-07"}).status_code == 422
        asked = {"begin": "2031-01-01", "working_days": 3}
        assert machine.get(f"{whole}/term", asked).json()["known"] is False
        assert said(whole, free, "one_stop_officer").status_code == 403
